#include "query/function_name.h"

#include "dwarf/constants.h"
#include "dwarf/tree/strings.h"
#include "query/die_reader.h"

namespace dwreloc::internal {
namespace {

absl::Status Take(const Attribute& attribute, std::string_view& text) {
  if (text.data() != nullptr) return absl::OkStatus();
  DWRELOC_ASSIGN_OR_RETURN(text, StringOf(attribute));
  return absl::OkStatus();
}

absl::Status ReadAll(const Die& die, FunctionName& found) {
  return VisitWithOrigins(die, [&](const Attribute& attribute) {
    switch (attribute.name) {
      case DW_AT_name:
        return Take(attribute, found.name);
      case DW_AT_linkage_name:
      case DW_AT_MIPS_linkage_name:
        return Take(attribute, found.linkage_name);
      default:
        return absl::OkStatus();
    }
  });
}

}  // namespace

FunctionName FunctionNameOf(const Die& die) {
  FunctionName found;
  found.status = ReadAll(die, found);
  return found;
}

}  // namespace dwreloc::internal
