// The variables of a scope and where each one is while the program is at a
// place: the DW_TAG_variable and DW_TAG_formal_parameter children (DWARF
// 5 4.1).
//
// What the DIE leaves out, the one has that DW_AT_abstract_origin (DWARF 5
// 3.3.8) or DW_AT_specification (2.13.2) leads to.  Nothing is evaluated: a
// location is the expression that counts at the place.
// Tested by tests/unit/query/variables_test.cc.

#ifndef LIBDWRELOC_QUERY_VARIABLES_H_
#define LIBDWRELOC_QUERY_VARIABLES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

enum class VariableKind : uint8_t {
  kUnavailable = 0,  // the DIEs tell nothing of its value there
  kLocation = 1,
  kConstant = 2,  // DW_AT_const_value
};

// An expression, and between which places it counts.
struct VariableLocation {
  const Unit* unit = nullptr;  // nullptr: there is none
  const SectionView* view = nullptr;
  uint64_t offset = 0;
  uint64_t size = 0;
  bool is_bounded = false;  // else it counts everywhere
  RelocValue begin;         // in the file of unit->address_unit()
  RelocValue end;
};

// Borrowed from the file.
struct Variable {
  Die die;
  std::string_view name;  // ends with a NUL; no data(): there is none
  Attribute type;         // DW_AT_type; its unit is nullptr if there is none
  VariableKind kind = VariableKind::kUnavailable;
  VariableLocation location;  // that of a kUnavailable one may be empty
  Attribute constant;         // likewise, of a kConstant
  absl::Status status;        // why name or type are missing
  absl::Status location_status;
};

// Trivially copyable.  Borrows the unit.  Not to be shared between threads.
class VariableReader {
 public:
  VariableReader(const Die& scope, const RelocValue& place)
      : last_(scope), place_(place) {}

  // Returns false after the last one; after an error there is nothing.
  absl::StatusOr<bool> Next(Variable* variable);

  // The scope, or its last child that was read.
  const Die& last() const { return last_; }

 private:
  absl::StatusOr<bool> Step();

  Die last_;
  RelocValue place_;
  bool has_begun_ = false;
  bool is_done_ = false;
};

// The expression of DW_AT_location that counts at a place: of those bounded
// there the first one, else the default location; else without a unit.  An
// error if one that cannot be read may count there.
absl::StatusOr<VariableLocation> LocationAt(const Attribute& attribute,
                                            const RelocValue& place);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_VARIABLES_H_
