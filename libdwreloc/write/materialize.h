// A copy of an unlinked file for readers that know no relocations: sections
// have the addresses of their places, and debugging information is what the
// linker would have made of it.
//
// Nothing of the module changes.  A relocation section whose records are all
// applied is dropped, because REL records would be applied again by readers
// that do know them; records that cannot be applied stay.
// Tested by tests/unit/write/materialize_test.cc and tests/linked.

#ifndef LIBDWRELOC_WRITE_MATERIALIZE_H_
#define LIBDWRELOC_WRITE_MATERIALIZE_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "module/module.h"

namespace dwreloc::internal {

enum class MaterializeMode : uint8_t {
  kFull = 0,       // addresses, debug sections and .eh_frame
  kDebug = 1,      // addresses and debug sections
  kAddresses = 2,  // addresses; all records stay
  kStatic = 3,     // no addresses: what is a number wherever the file is loaded
};

struct MaterializeOptions {
  MaterializeMode mode = MaterializeMode::kFull;
  bool make_executable = false;  // ET_EXEC, with absolute symbols
  bool is_strict = false;        // a record that cannot be applied is an error
  bool drop_code = false;        // loaded sections without their contents
};

struct Materialized {
  std::vector<uint8_t> image;
  uint32_t placed = 0;         // sections that have an address now
  uint64_t applied = 0;        // records
  uint64_t left = 0;           // those that should have been, and could not
  absl::Status first_failure;  // why, of the first
};

// kInvalidArgument if the file is linked.
absl::StatusOr<Materialized> Materialize(const Module& module,
                                         const MaterializeOptions& options);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_WRITE_MATERIALIZE_H_
