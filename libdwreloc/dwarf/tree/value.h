// The value of an attribute, in any form (DWARF 5 7.5.5).
//
// Index forms are looked up, lists are returned as their places, and a value
// that needs a relocation stays symbolic.  The other functions require a class:
// an attribute of another class is kWrongForm.
// Tested by tests/unit/module/module_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_VALUE_H_
#define LIBDWRELOC_DWARF_TREE_VALUE_H_

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// The value of an attribute that has a number or an address.  A number that is
// an offset comes with the section in which it counts.
absl::StatusOr<RelocValue> AttributeValue(const Attribute& attribute);
// The unit in whose file that value counts, if it is symbolic.
const Unit& ValueUnit(const Attribute& attribute);

// A constant, an offset or a flag, as an unsigned number, or sign-extended
// from its width.
absl::StatusOr<uint64_t> UnsignedValue(const Attribute& attribute);
absl::StatusOr<int64_t> SignedValue(const Attribute& attribute);
absl::StatusOr<bool> FlagValue(const Attribute& attribute);
// The contents of a block, an expression or a data16.
absl::StatusOr<Bytes> BlockValue(const Attribute& attribute);

// The error that the attribute is not `wanted`: "a flag".
absl::Status WrongForm(const Attribute& attribute, std::string_view wanted);
// The error of an attribute that should have a number but has none.
absl::Status NotANumber(const Attribute& attribute);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_VALUE_H_
