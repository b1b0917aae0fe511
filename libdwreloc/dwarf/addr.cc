#include "dwarf/addr.h"

#include "absl/strings/str_cat.h"

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
  const uint64_t width = encoding.address_size;
  if (base.value > view->bytes.size() ||
      index >= (view->bytes.size() - base.value) / width) {
    return MakeError(
        ErrorCode::kBadDwarf, view->index, base.value,
        absl::StrCat("address index ", index, " is outside the section of ",
                     view->bytes.size(), " bytes"));
  }
  RelocCursor cursor(*view, base.value + index * width);
  return cursor.Value(static_cast<int>(width));
}

absl::StatusOr<RelocValue> AddressAt(const Unit& unit, uint64_t index) {
  return AddressAt(unit.sections(), unit.family(), unit.encoding(),
                   unit.bases().addr, index);
}

}  // namespace dwreloc::internal
