// page.cc - see page.h.
#include "page.h"

namespace dwreloc_tools {

void WriteHeading(Output& out, std::string_view label, std::string_view what) {
  out.Char('\n');
  out.Text(label);
  out.Char(' ');
  out.Text(what);
  out.Text(":\n");
}

void Page::SectionHeading(std::uint32_t section, std::string_view label,
                          std::string_view what) {
  if (section == section_) return;
  section_ = section;
  WriteHeading(out_, label, what);
}

}  // namespace dwreloc_tools
