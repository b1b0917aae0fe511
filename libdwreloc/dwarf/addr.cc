#include "dwarf/addr.h"

#include "absl/strings/str_cat.h"
#include "dwarf/contributions.h"

namespace dwreloc::internal {

absl::StatusOr<RelocValue> AddressAt(const DwarfSections& sections,
                                     Family family, Encoding encoding,
                                     DebugAddrBase base, uint64_t index) {
  // A split unit's addresses are in its skeleton's file, never in a .dwo
  // section (DWARF 5 7.3.2.2).
  if (family == Family::kDwo) family = Family::kPlain;
  const absl::StatusOr<SectionView>& view =
      sections.View(SectionId::kDebugAddr, family);
  if (!view.ok()) {
    return MakeError(GetDetail(view.status()).code,
                     absl::StrCat("address index ", index,
                                  ": no usable .debug_addr section: ",
                                  view.status().message()));
  }
  if (base.value == kNoOffset) {
    return MakeError(ErrorCode::kBadReloc,
                     absl::StrCat("address index ", index,
                                  ": the relocation of DW_AT_addr_base cannot "
                                  "be applied"));
  }
  const int width = encoding.address_size;
  DWRELOC_ASSIGN_OR_RETURN(
      RelocCursor cursor,
      CursorAtEntry(*view, base.value, index, width, "address"));
  return cursor.Value(width);
}

absl::StatusOr<RelocValue> AddressAt(const Unit& unit, uint64_t index) {
  return AddressAt(unit.sections(), unit.family(), unit.encoding(),
                   unit.bases().addr, index);
}

}  // namespace dwreloc::internal
