#include "dwarf/tree/addr.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/skeleton.h"

namespace dwreloc::internal {

absl::StatusOr<RelocValue> AddressAt(const DwarfSections& sections,
                                     Family family, Encoding encoding,
                                     DebugAddrBase base, uint64_t index) {
  // A split unit's addresses are in its skeleton's file, never in a .dwo
  // section (DWARF 5 7.3.2.2).
  if (family == Family::kDwo) family = Family::kPlain;
  const absl::StatusOr<SectionView>& view =
      base.section == kNoSection ? sections.View(SectionId::kDebugAddr, family)
                                 : sections.View(base.section);
  if (!view.ok()) {
    return MakeError(GetDetail(view.status()).code,
                     absl::StrCat("address index ", index,
                                  ": no usable .debug_addr section: ",
                                  view.status().message()));
  }
  const int width = encoding.address_size;
  DWRELOC_ASSIGN_OR_RETURN(
      RelocCursor cursor,
      CursorAtEntry(*view, base.value, index, width, "address"));
  return cursor.Value(width);
}

namespace {

// For a unit whose own file contains the table.
absl::StatusOr<RelocValue> AddressFrom(const Unit& unit, const UnitBases& bases,
                                       uint64_t index) {
  if (bases.addr.value == kNoOffset) [[unlikely]] {
    return NoOffset(unit, {DW_AT_addr_base, DW_AT_GNU_addr_base},
                    SectionId::kDebugAddr,
                    absl::StrCat("address index ", index));
  }
  return AddressAt(unit.sections(), unit.family(), unit.encoding(), bases.addr,
                   index);
}

absl::StatusOr<RelocValue> EntryOf(const Unit& unit, const UnitBases& bases,
                                   uint64_t index) {
  if (!unit.is_split()) return AddressFrom(unit, bases, index);
  if (bases.skeleton == nullptr) {
    return MakeError(ErrorCode::kNoSkeleton,
                     absl::StrCat("address index ", index,
                                  " of a split unit needs its skeleton"));
  }
  absl::StatusOr<RelocValue> address =
      AddressFrom(*bases.skeleton, bases, index);
  if (!address.ok()) {
    return InSkeleton(unit, *bases.skeleton, address.status());
  }
  return address;
}

}  // namespace

absl::StatusOr<RelocValue> AddressAt(const Unit& unit, uint64_t index) {
  return EntryOf(unit, unit.bases(), index);
}

absl::StatusOr<RelocValue> AddressOf(const Attribute& attribute) {
  return AddressOf(attribute, attribute.unit->bases());
}

absl::StatusOr<RelocValue> AddressOf(const Attribute& attribute,
                                     const UnitBases& bases) {
  const Unit& unit = *attribute.unit;
  DWRELOC_ASSIGN_OR_RETURN(const RelocValue entry,
                           EntryOf(unit, bases, attribute.value));
  if (attribute.form != DW_FORM_LLVM_addrx_offset) return entry;
  RelocCursor cursor = unit.CursorAt(attribute.offset);
  cursor.SkipLeb();
  return AddRelocatable(entry, cursor.Value(4), unit.encoding().address_size);
}

RelocValue BadAddress(const absl::Status& status, uint64_t index) {
  const ErrorCode code = GetDetail(status).code;
  return code == ErrorCode::kNoSkeleton ? RelocValue::WithoutSkeleton(index)
                                        : RelocValue::Bad(code);
}

}  // namespace dwreloc::internal
