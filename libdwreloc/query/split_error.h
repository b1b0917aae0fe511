// Errors of a split unit as errors of its skeleton: who asks about a place has
// the skeleton's module, in which sections and offsets of another file would
// name something else.
// Tested by tests/api/cpp_api_test.cc.

#ifndef LIBDWRELOC_QUERY_SPLIT_ERROR_H_
#define LIBDWRELOC_QUERY_SPLIT_ERROR_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

// `status` of what was read in `unit` or, if that is a skeleton, in `read`, its
// split unit.
inline absl::Status ErrorOfUnit(const Unit& unit, const Unit& read,
                                const absl::Status& status) {
  if (status.ok() || &read == &unit) return status;
  const ErrorDetail detail = GetDetail(status);
  const ElfFile& file = read.sections().file();
  std::string what = absl::StrCat("split unit in ", file.name());
  if (detail.section < file.section_count()) {
    absl::StrAppend(&what, ": ", file.Describe(detail.section));
    if (detail.offset != kNoOffset) {
      absl::StrAppend(&what, "+0x", absl::Hex(detail.offset));
    }
  }
  return FailureOf(what, unit.section(), unit.offset(), status);
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_SPLIT_ERROR_H_
