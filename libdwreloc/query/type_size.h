// How many bytes the values of a type take: what its DIE says
// (DW_AT_byte_size), or what it is made of: the type that a typedef or a
// qualifier is of (DWARF 5 5.2, 5.3), elements times their number (5.5).
//
// Nothing where the DIEs do not tell: declarations, arrays without bounds,
// bounds that only the running program knows.
// Tested by tests/unit/query/type_size_test.cc.

#ifndef LIBDWRELOC_QUERY_TYPE_SIZE_H_
#define LIBDWRELOC_QUERY_TYPE_SIZE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "base/hash_map.h"
#include "base/status.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {

// Remembers what it has found, so that many variables of one type cost no more
// than one.  Not to be shared between threads.
class TypeSizes {
 public:
  using Size = absl::StatusOr<std::optional<uint64_t>>;

  // The size of the type that `die` is, or that the variable, parameter or
  // member has that it is.
  Size Of(const Die& die);

 private:
  Size Find(const Die& type, int depth);
  Size FindArray(const Die& array, std::optional<uint64_t> element);

  // By unit and offset.
  HashMap<std::pair<const Unit*, uint64_t>, std::optional<uint64_t>> known_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_TYPE_SIZE_H_
