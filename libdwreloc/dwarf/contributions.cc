#include "dwarf/contributions.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
TableLayout LayoutOf(const DebugInfo& info, Family family) {
  const ElfFile& file = info.sections().file();
  TableLayout layout = {
      .has_headers = false,
      .encoding = {.address_size = static_cast<uint8_t>(file.is_64() ? 8 : 4),
                   .version = 4}};
  bool is_first = true;
  for (const Unit& unit : info.units()) {
    if (unit.family() != family) continue;
    if (is_first) layout.encoding = unit.encoding();
    is_first = false;
    if (unit.encoding().version < 5) continue;
    layout.has_headers = true;
    break;
  }
  return layout;
}

absl::Status ReadContribution(const DwarfSections& sections, SectionPlace place,
                              const TableLayout& layout, Contribution* table) {
  *table = Contribution();
  table->place = place;
  table->name = sections.NameOf(place.section);
  const bool is_addresses = table->name.id == SectionId::kDebugAddr;
  if (!is_addresses && table->name.id != SectionId::kDebugStrOffsets) {
    return MakeError(ErrorCode::kNotFound, place.section, place.offset,
                     "not a section of addresses or string offsets");
  }
  const absl::StatusOr<SectionView>& view = sections.View(place.section);
  if (!view.ok()) return view.status();
  RelocCursor cursor(*view, place.offset);
  if (!layout.has_headers) {
    table->format = layout.encoding.format;
    table->entry_size =
        static_cast<uint8_t>(is_addresses ? layout.encoding.address_size
                                          : layout.encoding.offset_size());
    table->base = place.offset;
    table->count = cursor.remaining() / table->entry_size;
    table->next = cursor.end();
    return cursor.status();
  }
  const auto error = [&](ErrorCode code, uint64_t offset,
                         const std::string& text) {
    return MakeError(code, place.section, offset, text);
  };
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&table->format));
  table->next = cursor.end();
  const uint64_t version_at = cursor.offset();
  table->version = cursor.U16();
  const uint8_t address_size = cursor.U8();  // string offsets: padding
  const uint8_t segment_selector_size = cursor.U8();
  if (!cursor.ok()) return cursor.status();
  if (table->version != 5) {
    return error(ErrorCode::kUnsupported, version_at,
                 absl::StrCat("version ", table->version, ", expected 5"));
  }
  table->entry_size = static_cast<uint8_t>(table->format);
  if (is_addresses) {
    table->entry_size = address_size;
    if (address_size != 2 && address_size != 4 && address_size != 8) {
      return error(
          ErrorCode::kUnsupported, version_at + 2,
          absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
    }
    if (segment_selector_size != 0) {
      return error(ErrorCode::kUnsupported, version_at + 3,
                   absl::StrCat("segment_selector_size ", segment_selector_size,
                                ", expected 0"));
    }
  }
  table->base = cursor.offset();
  table->count = cursor.remaining() / table->entry_size;
  return absl::OkStatus();
}

absl::StatusOr<RelocCursor> CursorAtEntry(const SectionView& view,
                                          uint64_t base, uint64_t index,
                                          int width, std::string_view what) {
  const uint64_t size = static_cast<uint64_t>(width);
  if (base > view.bytes.size() || index >= (view.bytes.size() - base) / size) {
    return MakeError(
        ErrorCode::kBadDwarf, view.index, base,
        absl::StrCat(absl::string_view(what.data(), what.size()), " index ",
                     index, " is outside the section of ", view.bytes.size(),
                     " bytes"));
  }
  return RelocCursor(view, base + index * size);
}

}  // namespace dwreloc::internal
