#include "query/function_name.h"

#include <optional>

#include "dwarf/constants.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/strings.h"

namespace dwreloc::internal {
namespace {

// Enough for a concrete instance, an abstract one and its declaration, with
// as many more as producers have been seen to write; a circle ends, too.
constexpr int kMostDies = 8;

absl::Status Take(const Attribute& attribute, std::string_view& text) {
  if (text.data() != nullptr) return absl::OkStatus();
  DWRELOC_ASSIGN_OR_RETURN(text, StringOf(attribute));
  return absl::OkStatus();
}

// Reads what `die` says, and where it leads to, if anywhere.
absl::StatusOr<std::optional<Attribute>> ReadOne(const Die& die,
                                                 FunctionName& found) {
  std::optional<Attribute> origin;
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, die.unit->encoding(), &attribute)) {
      return FormError(cursor, attribute);
    }
    attribute.unit = die.unit;
    switch (attribute.name) {
      case DW_AT_name:
        DWRELOC_RETURN_IF_ERROR(Take(attribute, found.name));
        break;
      case DW_AT_linkage_name:
      case DW_AT_MIPS_linkage_name:
        DWRELOC_RETURN_IF_ERROR(Take(attribute, found.linkage_name));
        break;
      case DW_AT_abstract_origin:
      case DW_AT_specification:
        origin = attribute;
        break;
      default:
        break;
    }
  }
  return origin;
}

absl::Status ReadAll(Die die, FunctionName& found) {
  for (int i = 0; i < kMostDies; ++i) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> origin,
                             ReadOne(die, found));
    if (!origin.has_value()) break;
    DWRELOC_ASSIGN_OR_RETURN(const SectionPlace place, ReferencePlace(*origin));
    DWRELOC_ASSIGN_OR_RETURN(die, DieAt(origin->unit->info(), place));
  }
  return absl::OkStatus();
}

}  // namespace

FunctionName FunctionNameOf(const Die& die) {
  FunctionName found;
  found.status = ReadAll(die, found);
  return found;
}

}  // namespace dwreloc::internal
