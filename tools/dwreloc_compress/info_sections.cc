// info_sections.cc - see info_sections.h.
#include "dwreloc_compress/info_sections.h"

#include <algorithm>
#include <stdexcept>

namespace dwreloc_tools::compress {

bool HoldsUnits(std::string_view name) {
  return name == ".debug_info" || name == ".debug_types";
}

bool IsLaidOutAnew(std::string_view name) {
  return HoldsUnits(name) || name == ".debug_abbrev" || name == ".debug_str" ||
         name == ".debug_line_str";
}

std::vector<InfoSection> FindInfoSections(const dwreloc::File& file) {
  std::vector<InfoSection> found;
  const auto is_first = [&](const dwreloc::Section& section) {
    return section.name() == ".debug_info" &&
           section.raw().group == DWRELOC_NO_SECTION;
  };
  for (const bool wants_first : {true, false})
    for (const dwreloc::Section section : file.sections())
      if (HoldsUnits(section.name()) && section.holds_dwarf() &&
          is_first(section) == wants_first)
        found.push_back({.index = section.index()});
  if (found.empty() || !is_first(file.sections()[found[0].index]))
    throw std::runtime_error("there is no .debug_info");
  std::uint64_t size = 0;
  for (InfoSection& section : found) {
    section.base = static_cast<std::uint32_t>(size);
    size += file.sections()[section.index].data().size();
    section.size = static_cast<std::uint32_t>(size - section.base);
    if (size >= UINT32_MAX)
      throw std::runtime_error(".debug_info is too large");
  }
  return found;
}

}  // namespace dwreloc_tools::compress
