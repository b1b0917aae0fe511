#include "dwarf/tree/contributions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {
namespace {

// Returns true if the unit itself says where its tables begin.
bool HasBase(const Unit& unit, uint16_t name) {
  const absl::StatusOr<Die> root = RootDie(unit);
  if (!root.ok()) return false;
  const std::span<const AttributeSpec> specs = root->abbrev->attributes();
  return std::any_of(
      specs.begin(), specs.end(),
      [name](const AttributeSpec& spec) { return spec.name == name; });
}

// DWARF 5 7.26, 7.27: from unit_length to the place the base points at.
uint64_t HeaderSize(Format format) {
  return format == Format::kDwarf64 ? 16 : 8;
}

}  // namespace

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
                              const TableLayout& layout, Contribution* table,
                              RelocObserver* observer) {
  *table = Contribution();
  table->next = layout.end;
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
  cursor.set_observer(observer);
  if (!layout.has_headers) {
    if (layout.end != kNoOffset) cursor.Truncate(layout.end);
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

ContributionIndex::ContributionIndex(const DebugInfo& info) : info_(info) {
  for (const Family family : {Family::kPlain, Family::kDwo, Family::kLto}) {
    layouts_[static_cast<int>(family)] = LayoutOf(info, family);
  }
  for (const Unit& unit : info.units()) {
    if (unit.is_split()) continue;
    const UnitBases& bases = unit.bases();
    if (HasBase(unit, DW_AT_addr_base) || HasBase(unit, DW_AT_GNU_addr_base)) {
      Add(unit, SectionId::kDebugAddr, bases.addr.value);
    }
    if (HasBase(unit, DW_AT_str_offsets_base)) {
      Add(unit, SectionId::kDebugStrOffsets, bases.str_offsets.value);
    }
  }
  for (auto& [section, starts] : known_) {
    std::sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) {
      return a.offset < b.offset;
    });
    starts.erase(std::unique(starts.begin(), starts.end(),
                             [](const Start& a, const Start& b) {
                               return a.offset == b.offset;
                             }),
                 starts.end());
  }
}

void ContributionIndex::Add(const Unit& unit, SectionId id, uint64_t base) {
  const uint32_t section = info_.sections().Find(id, unit.family());
  const bool has_header = unit.encoding().version >= 5;
  const uint64_t header = has_header ? HeaderSize(unit.encoding().format) : 0;
  if (section == kNoSection || base == kNoOffset || base < header) return;
  known_[section].push_back(
      {.offset = base - header,
       .layout = {.has_headers = has_header, .encoding = unit.encoding()}});
}

std::optional<ContributionIndex::Start> ContributionIndex::Next(
    SectionPlace from) const {
  const DwarfSections& sections = info_.sections();
  const absl::StatusOr<SectionView>& view = sections.View(from.section);
  if (!view.ok() || from.offset >= view->bytes.size()) return std::nullopt;
  const uint64_t size = view->bytes.size();
  const auto known = known_.find(from.section);
  const Start* next = nullptr;
  const Start* end = nullptr;
  if (known != known_.end()) {
    const std::vector<Start>& starts = known->second;
    end = starts.data() + starts.size();
    next = std::lower_bound(
        starts.data(), end, from.offset,
        [](const Start& start, uint64_t at) { return start.offset < at; });
  }
  const auto offset_of = [&](const Start* start) {
    return start == end ? size : std::min(start->offset, size);
  };
  // Before the next known one there may be others, or only zeros.
  const uint64_t next_at = offset_of(next);
  RelocCursor cursor(*view, from.offset, next_at);
  const Family family = sections.NameOf(from.section).family;
  const TableLayout& usual = layouts_[static_cast<int>(family)];
  if (usual.has_headers) cursor.SkipPadding();
  if (!cursor.at_end()) {
    Start start = {.offset = cursor.offset(), .layout = usual};
    if (next_at < size) start.layout.end = next_at;
    return start;
  }
  if (next_at == size) return std::nullopt;
  Start start = *next;
  const uint64_t end_at = offset_of(next + 1);
  if (end_at < size) start.layout.end = end_at;
  return start;
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
