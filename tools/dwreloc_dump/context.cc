// context.cc - see context.h.
#include "context.h"

namespace dwreloc_dump {

bool Context::WantsSection(std::uint32_t section) const {
  if (!options.section) return true;
  Dwreloc_Section header;
  return dwreloc_section(module(), section, &header) >= 0 &&
         header.name != nullptr && *options.section == header.name;
}

void Context::Heading(std::string_view label, std::string_view what) {
  out.Char('\n');
  out.Text(label);
  out.Char(' ');
  out.Text(what);
  out.Text(":\n");
}

}  // namespace dwreloc_dump
