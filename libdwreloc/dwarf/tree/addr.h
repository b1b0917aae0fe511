// The address table (.debug_addr; DWARF 5 7.27).
//
// Entries are read on demand, through the section's relocations: in clang's
// objects all relocations of addresses are here.
// Tested by tests/unit/dwarf/addr_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_ADDR_H_
#define LIBDWRELOC_DWARF_TREE_ADDR_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Entry `index` of the contribution that begins at `base`.
absl::StatusOr<RelocValue> AddressAt(const DwarfSections& sections,
                                     Family family, Encoding encoding,
                                     DebugAddrBase base, uint64_t index);

// Entry `index` of the unit's contribution; for a split unit that is in the
// file of its skeleton (DWARF 5 7.3.2.2), in which a symbolic value then
// counts.
absl::StatusOr<RelocValue> AddressAt(const Unit& unit, uint64_t index);

// The address that an attribute of an index form stands for: the entry, and in
// DW_FORM_LLVM_addrx_offset the offset added to it.
absl::StatusOr<RelocValue> AddressOf(const Attribute& attribute);
// The same while the unit's bases are being read.
absl::StatusOr<RelocValue> AddressOf(const Attribute& attribute,
                                     const UnitBases& bases);

// The value of an address that could not be looked up: the error and, if the
// skeleton is missing, the index.
RelocValue BadAddress(const absl::Status& status, uint64_t index);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_ADDR_H_
