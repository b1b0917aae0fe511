// walk.cc - see walk.h.
#include "walk.h"

#include <dwreloc/dwarf.h>

#include <cstring>
#include <string_view>

namespace dwreloc_tools {

bool DieFilter::HasName(std::span<const Dwreloc_Attribute> attributes) const {
  for (const Dwreloc_Attribute& attribute : attributes) {
    if (attribute.name != DW_AT_name && attribute.name != DW_AT_linkage_name &&
        attribute.name != DW_AT_MIPS_linkage_name)
      continue;
    const char* string = nullptr;
    std::size_t length = 0;
    if (dwreloc_formstring(&attribute, &string, &length) >= 0 &&
        std::string_view(string, length) == *options_.name)
      return true;
  }
  return false;
}

bool DieFilter::Wants(const WalkedDie& walked) {
  if (options_.die && *options_.die == walked.die.offset) found_die_ = true;
  if (within_ && walked.depth <= match_depth_) within_ = false;
  if (!within_ && (options_.die || options_.name)) {
    if (options_.die && *options_.die != walked.die.offset) return false;
    if (options_.name && !HasName(walked.attributes)) return false;
    within_ = true;
    match_depth_ = walked.depth;
  }
  return !options_.offset || options_.offset->Contains(walked.die.offset);
}

bool UnitView::Wants(const ListedUnit&) { return true; }

void UnitView::End(Context&) {}

void ReportNotFound(Context& context, bool found_unit, bool found_die) {
  const Options& options = context.options;
  const auto say = [&context](const char* what, std::uint64_t offset) {
    char number[18];
    const std::string at(number, PutHex(number, offset));
    context.report.Fact({}, std::string("no ") + what + " at offset " + at);
    context.report.FlushObjects();
  };
  if (!found_unit && options.unit)
    say("unit", *options.unit);
  else if (options.die && !(found_unit && found_die))
    say("DIE", *options.die);
}

}  // namespace dwreloc_tools
