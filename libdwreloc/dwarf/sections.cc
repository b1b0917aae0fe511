#include "dwarf/sections.h"

#include <string.h>  // memrchr

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

bool HoldsUnits(SectionId id) {
  return id == SectionId::kDebugInfo || id == SectionId::kDebugTypes;
}

}  // namespace

DwarfSections::DwarfSections(const ElfFile& file,
                             const SupplementarySource* source,
                             const ElfFile* main)
    : file_(file),
      supplementary_(source),
      symbols_(file, main),
      reloc_sections_(file),
      machine_(FindMachine(file)),
      context_{file_, symbols_, reloc_sections_, machine_},
      not_a_debug_section_(
          MakeError(ErrorCode::kNotFound, "no such debug section")),
      slots_(file.debug_sections().size()) {}

DwarfSections::Slot& DwarfSections::SlotOf(const DebugSection& section) const {
  return slots_[static_cast<size_t>(&section - file_.debug_sections().data())];
}

const DwarfSections::Slot* DwarfSections::FindSlot(uint32_t index) const {
  const DebugSection* section = file_.FindDebugSection(index);
  return section == nullptr ? nullptr : &SlotOf(*section);
}

const absl::StatusOr<SectionView>& DwarfSections::ViewOf(
    const DebugSection* section) const {
  if (section == nullptr) return not_a_debug_section_;
  Slot& slot = SlotOf(*section);
  return slot.view.Get([&] { return MakeView(section->index, slot); });
}

const absl::StatusOr<SectionView>& DwarfSections::View(uint32_t index) const {
  return ViewOf(file_.FindDebugSection(index));
}

absl::StatusOr<SectionView> DwarfSections::MakeView(uint32_t index,
                                                    Slot& slot) const {
  SectionView view;
  view.index = index;
  view.order = file_.order();
  DWRELOC_ASSIGN_OR_RETURN(view.bytes, file_.Contents(index));
  if (file_.is_relocatable() && !reloc_sections_.For(index).empty()) {
    slot.relocs =
        std::make_unique<LazyDigest>(context_, index, &digest_listener_);
    view.relocs = slot.relocs.get();
  }
  return view;
}

uint32_t DwarfSections::Find(SectionId id, Family family) const {
  return file_.PrimarySection(id, family);
}

SectionName DwarfSections::NameOf(uint32_t index) const {
  const DebugSection* section = file_.FindDebugSection(index);
  return section == nullptr ? SectionName() : section->name;
}

absl::StatusOr<SectionPlace> DwarfSections::PlaceOf(const RelocValue& offset,
                                                    SectionId id,
                                                    Family family) const {
  const std::string_view wanted = SectionIdName(id);
  const absl::string_view name(wanted.data(), wanted.size());
  if (offset.is_constant()) {
    const uint32_t index = Find(id, family);
    if (index == kNoSection) {
      return MakeError(ErrorCode::kNotFound,
                       absl::StrCat("the file has no ", name, " section"));
    }
    return SectionPlace{index, offset.value};
  }
  if (offset.kind == RelocKind::kSection) {
    const SectionId found = NameOf(offset.section).id;
    if (found == id || (HoldsUnits(found) && HoldsUnits(id))) {
      return SectionPlace{offset.section, offset.value};
    }
    return MakeError(
        ErrorCode::kBadDwarf,
        absl::StrCat("the offset counts in ", file_.Describe(offset.section),
                     ", not in a ", name, " section"));
  }
  const absl::Status why = NoNumber(context_, offset);
  return MakeError(GetDetail(why),
                   absl::StrCat("offset in ", name, ": ", why.message()));
}

const absl::StatusOr<SectionView>& DwarfSections::View(SectionId id,
                                                       Family family) const {
  return ViewOf(file_.FindPrimarySection(id, family));
}

const absl::StatusOr<DwarfSections::StringSection>& DwarfSections::FindStrings(
    SectionId id, Family family) const {
  return Strings(id, family).Get([&]() -> absl::StatusOr<StringSection> {
    const uint32_t index = Find(id, family);
    if (index == kNoSection) {
      const std::string_view name = SectionIdName(id);
      return MakeError(ErrorCode::kNotFound,
                       absl::StrCat("the file has no ",
                                    absl::string_view(name.data(), name.size()),
                                    " section for its strings"));
    }
    DWRELOC_ASSIGN_OR_RETURN(const Bytes bytes, file_.Contents(index));
    const void* last_nul =
        bytes.empty() ? nullptr : memrchr(bytes.data(), 0, bytes.size());
    const uint64_t terminated =
        last_nul == nullptr
            ? 0
            : static_cast<uint64_t>(static_cast<const uint8_t*>(last_nul) -
                                    bytes.data()) +
                  1;
    return StringSection{
        .index = index, .bytes = bytes, .terminated = terminated};
  });
}

absl::StatusOr<std::string_view> DwarfSections::String(SectionId id,
                                                       Family family,
                                                       uint64_t offset) const {
  const absl::StatusOr<StringSection>& strings = FindStrings(id, family);
  if (!strings.ok()) return strings.status();
  if (offset >= strings->terminated) [[unlikely]] {
    return StringIn({strings->index, offset}, strings->bytes);
  }
  return std::string_view(reinterpret_cast<const char*>(strings->bytes.data()) +
                          offset);
}

absl::StatusOr<std::string_view> DwarfSections::StringIn(SectionPlace place,
                                                         Bytes bytes) const {
  if (place.offset >= bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, place.section, place.offset,
                     absl::StrCat("string offset is outside the section of ",
                                  bytes.size(), " bytes"));
  }
  Cursor cursor(bytes, file_.order(), place.section, place.offset);
  const std::string_view string = cursor.String();
  if (!cursor.ok()) return cursor.status();
  return string;
}

absl::StatusOr<std::string_view> DwarfSections::String(
    SectionPlace place) const {
  const SectionName name = NameOf(place.section);
  if (place.section == Find(name.id, name.family) &&
      (name.id == SectionId::kDebugStr ||
       name.id == SectionId::kDebugLineStr)) {
    return String(name.id, name.family, place.offset);
  }
  const absl::StatusOr<SectionView>& view = View(place.section);
  if (!view.ok()) return view.status();
  return StringIn(place, view->bytes);
}

Bytes DwarfSections::StringsInFile(Family family) const {
  const uint32_t index = Find(SectionId::kDebugStr, family);
  if (index == kNoSection || file_.IsCompressed(index)) return {};
  return file_.RawContents(index).value_or(Bytes());
}

const RelocTable* DwarfSections::PeekDigest(uint32_t index) const {
  const Slot* slot = FindSlot(index);
  if (slot == nullptr || slot->view.Peek() == nullptr) return nullptr;
  return slot->relocs == nullptr ? nullptr : slot->relocs->Peek();
}

const RelocDiagnostic* DwarfSections::FindDiagnostic(size_t number,
                                                     uint32_t* section) const {
  const std::lock_guard lock(diagnostics_mutex_);
  if (number == 0 || number < diagnostics_first_) {
    diagnostics_slot_ = 0;
    diagnostics_first_ = 0;
  }
  for (; diagnostics_slot_ < slots_.size(); ++diagnostics_slot_) {
    const uint32_t index = file_.debug_sections()[diagnostics_slot_].index;
    const RelocTable* table = PeekDigest(index);
    if (table == nullptr) continue;
    const size_t count = table->diagnostics().size();
    if (number - diagnostics_first_ < count) {
      *section = index;
      return &table->diagnostics()[number - diagnostics_first_];
    }
    diagnostics_first_ += count;
  }
  return nullptr;
}

void DwarfSections::DropDigests() {
  diagnostics_slot_ = 0;
  diagnostics_first_ = 0;
  for (Slot& slot : slots_) {
    if (slot.relocs != nullptr) slot.relocs->Drop();
  }
}

absl::Status DwarfSections::DigestAll() const {
  absl::Status failure;
  for (const DebugSection& section : file_.debug_sections()) {
    if (section.name.id == SectionId::kEhFrame) continue;
    const absl::StatusOr<SectionView>& view = View(section.index);
    if (!view.ok()) {
      failure = view.status();
    } else if (view->relocs != nullptr) {
      (void)view->relocs->Get();
    }
  }
  return failure;
}

void DwarfSections::Digest(uint32_t section) const {
  const absl::StatusOr<SectionView>& view = View(section);
  if (view.ok() && view->relocs != nullptr) (void)view->relocs->Get();
}

std::vector<uint32_t> DwarfSections::DigestParts() const {
  // Fewer records are not worth a thread.
  constexpr uint64_t kRecordsPerPart = 1 << 16;
  std::vector<uint32_t> parts;
  for (const DebugSection& section : file_.debug_sections()) {
    if (section.name.id == SectionId::kEhFrame) continue;
    const uint64_t records =
        context_.sections.CountRecords(file_, section.index);
    if (records == 0) continue;
    parts.insert(parts.end(),
                 static_cast<size_t>(1 + records / kRecordsPerPart),
                 section.index);
  }
  return parts;
}

DigestStats DwarfSections::digest_stats() const {
  DigestStats stats;
  for (const DebugSection& section : file_.debug_sections()) {
    const RelocTable* table = PeekDigest(section.index);
    if (table == nullptr) continue;
    ++stats.sections;
    stats.records += table->record_count();
    stats.static_records += table->static_count();
    stats.sorted += table->was_sorted() ? 0 : 1;
    stats.bytes += table->memory();
  }
  return stats;
}

}  // namespace dwreloc::internal
