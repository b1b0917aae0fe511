// context.cc - see context.h.
#include "context.h"

namespace dwreloc_tools {

bool Context::WantsSection(std::uint32_t section) const {
  if (!options.section) return true;
  Dwreloc_Section header;
  return dwreloc_section(module(), section, &header) >= 0 &&
         header.name != nullptr && *options.section == header.name;
}

void Context::Heading(std::string_view label, std::string_view what) {
  WriteHeading(out, label, what);
}

void Context::SectionHeading(std::uint32_t section, std::string_view what) {
  // Only the page knows whether an earlier unit has printed it.
  order.Do([section, label = std::string(values.SectionLabel(section)),
            what = std::string(what)](Page& page) {
    page.SectionHeading(section, label, what);
  });
}

}  // namespace dwreloc_tools
