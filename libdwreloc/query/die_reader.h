// What DIEs say, attribute by attribute, and what the DIEs say that they leave
// it to: DW_AT_abstract_origin leads from a concrete instance to the abstract
// one (DWARF 5 3.3.8), DW_AT_specification to a declaration (2.13.2).
// Tested by tests/unit/query/function_name_test.cc and variables_test.cc.

#ifndef LIBDWRELOC_QUERY_DIE_READER_H_
#define LIBDWRELOC_QUERY_DIE_READER_H_

#include <optional>

#include "base/status.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/reference.h"

namespace dwreloc::internal {

// Calls visit(const Attribute&) for each attribute in order.  Ends with the
// first status of it that is not OK, or with an attribute that cannot be read.
template <typename Visit>
absl::Status VisitAttributes(const Die& die, Visit&& visit) {
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, die.unit->encoding(), &attribute)) {
      return FormError(cursor, attribute);
    }
    attribute.unit = die.unit;
    DWRELOC_RETURN_IF_ERROR(visit(attribute));
  }
  return absl::OkStatus();
}

// The same for a DIE and those that it leads to, the nearest first.
template <typename Visit>
absl::Status VisitWithOrigins(Die die, Visit&& visit) {
  // Enough for a concrete instance, an abstract one and its declaration, with
  // as many more as producers have been seen to write; a circle ends, too.
  constexpr int kMostDies = 8;
  for (int i = 0; i < kMostDies; ++i) {
    std::optional<Attribute> origin;
    DWRELOC_RETURN_IF_ERROR(
        VisitAttributes(die, [&](const Attribute& attribute) -> absl::Status {
          if (attribute.name != DW_AT_abstract_origin &&
              attribute.name != DW_AT_specification) {
            return visit(attribute);
          }
          origin = attribute;
          return absl::OkStatus();
        }));
    if (!origin.has_value()) break;
    DWRELOC_ASSIGN_OR_RETURN(die, FollowReference(*origin));
  }
  return absl::OkStatus();
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_DIE_READER_H_
