#include "dwarf/tree/unit_index.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {

const char* SectionIdentifierName(uint16_t version, uint64_t section_id) {
  return version == 2 ? SectGnuName(section_id) : SectName(section_id);
}

SectionId SectionOf(uint16_t version, uint64_t section_id) {
  if (version == 2) {
    switch (section_id) {
      case DW_SECT_GNU_TYPES:
        return SectionId::kDebugTypes;
      case DW_SECT_GNU_LOC:
        return SectionId::kDebugLoc;
      case DW_SECT_GNU_MACINFO:
        return SectionId::kDebugMacinfo;
      case DW_SECT_GNU_MACRO:
        return SectionId::kDebugMacro;
      default:
        break;
    }
  }
  switch (section_id) {
    case DW_SECT_INFO:
      return SectionId::kDebugInfo;
    case DW_SECT_ABBREV:
      return SectionId::kDebugAbbrev;
    case DW_SECT_LINE:
      return SectionId::kDebugLine;
    case DW_SECT_LOCLISTS:
      return SectionId::kDebugLoclists;
    case DW_SECT_STR_OFFSETS:
      return SectionId::kDebugStrOffsets;
    case DW_SECT_MACRO:
      return SectionId::kDebugMacro;
    case DW_SECT_RNGLISTS:
      return SectionId::kDebugRnglists;
    default:
      return SectionId::kNone;
  }
}

absl::StatusOr<UnitIndex> UnitIndex::Open(const DwarfSections& sections,
                                          uint32_t section) {
  const SectionId id = sections.NameOf(section).id;
  if (id != SectionId::kDebugCuIndex && id != SectionId::kDebugTuIndex) {
    return MakeError(ErrorCode::kNotFound, section, 0, "not a unit index");
  }
  const absl::StatusOr<SectionView>& view = sections.View(section);
  if (!view.ok()) return view.status();
  UnitIndex index;
  index.view_ = &*view;
  Cursor cursor(view->bytes, view->order, section);
  // GNU's version has 4 bytes, the standard's 2 and padding.
  constexpr uint16_t kGnuVersion = 2;
  if (Cursor(cursor).U32() == kGnuVersion) {
    cursor.Skip(4);
    index.version_ = kGnuVersion;
  } else {
    index.version_ = cursor.U16();
    cursor.Skip(2);
  }
  index.section_count_ = cursor.U32();
  index.unit_count_ = cursor.U32();
  index.slot_count_ = cursor.U32();
  if (!cursor.ok()) return cursor.status();
  if (index.version_ != kGnuVersion && index.version_ != 5) {
    return MakeError(ErrorCode::kUnsupported, section, 0,
                     absl::StrCat("unit index version ", index.version_,
                                  ", expected 2 or 5"));
  }
  // Each table must fit; their sizes are products of two counts.
  const auto place = [&cursor](uint64_t count, uint64_t size) {
    const uint64_t at = cursor.offset();
    if (size != 0 && count > cursor.remaining() / size) {
      cursor.Fail(ReadError::kTruncated);
    } else {
      cursor.Skip(count * size);
    }
    return at;
  };
  const uint64_t row_size = uint64_t{index.section_count_} * sizeof(uint32_t);
  index.signatures_ = place(index.slot_count_, sizeof(uint64_t));
  index.rows_ = place(index.slot_count_, sizeof(uint32_t));
  index.columns_ = place(index.section_count_, sizeof(uint32_t));
  index.offsets_ = place(index.unit_count_, row_size);
  index.sizes_ = place(index.unit_count_, row_size);
  if (!cursor.ok()) return cursor.status();
  return index;
}

std::optional<UnitIndexSlot> UnitIndex::Slot(uint32_t slot) const {
  const uint32_t row = U32(rows_, slot);
  if (row == 0) return std::nullopt;
  const uint64_t signature = Load<uint64_t>(
      view_->bytes.data() + signatures_ + uint64_t{slot} * sizeof(uint64_t),
      view_->order);
  return UnitIndexSlot{.signature = signature, .row = row};
}

absl::StatusOr<UnitContribution> UnitIndex::Contribution(
    uint32_t row, uint32_t column) const {
  if (row == 0 || row > unit_count_ || column >= section_count_) {
    return MakeError(ErrorCode::kBadDwarf, section(), kNoOffset,
                     absl::StrCat("no row ", row, " and column ", column,
                                  " in the unit index, which has ", unit_count_,
                                  " and ", section_count_));
  }
  const uint64_t cell = uint64_t{row - 1} * section_count_ + column;
  return UnitContribution{.section_id = SectionIdentifier(column),
                          .offset = U32(offsets_, cell),
                          .size = U32(sizes_, cell)};
}

// DWARF 5 7.3.5.3: a second hash in the upper half gives the step.
absl::StatusOr<std::optional<uint32_t>> UnitIndex::FindRow(
    uint64_t signature) const {
  if (slot_count_ == 0) return std::nullopt;
  if (!std::has_single_bit(slot_count_)) {
    return MakeError(
        ErrorCode::kBadDwarf, section(), 0,
        absl::StrCat("slot_count ", slot_count_, " is not a power of 2"));
  }
  const uint32_t mask = slot_count_ - 1;
  uint32_t at = static_cast<uint32_t>(signature) & mask;
  const uint32_t step = (static_cast<uint32_t>(signature >> 32) & mask) | 1;
  for (uint32_t tries = 0; tries < slot_count_; ++tries) {
    const std::optional<UnitIndexSlot> slot = Slot(at);
    if (!slot.has_value()) return std::nullopt;
    if (slot->signature == signature) return slot->row;
    at = (at + step) & mask;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<UnitContribution>> UnitIndex::Find(
    uint64_t signature, SectionId id) const {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<uint32_t> row,
                           FindRow(signature));
  if (!row.has_value()) return std::nullopt;
  for (uint32_t column = 0; column < section_count_; ++column) {
    if (SectionOf(version_, SectionIdentifier(column)) != id) continue;
    DWRELOC_ASSIGN_OR_RETURN(const UnitContribution contribution,
                             Contribution(*row, column));
    return contribution;
  }
  return std::nullopt;
}

}  // namespace dwreloc::internal
