// placement.h - places a file's sections and symbols as the options say:
// --offline, then --place-from and --symbols-from, then --place.
// Tested by tests/cli/values_test.py and materialize_test.py.
#ifndef DWRELOC_TOOLS_COMMON_PLACEMENT_H_
#define DWRELOC_TOOLS_COMMON_PLACEMENT_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

struct SectionPlacement {
  std::string section;
  std::uint64_t address;
};

struct PlacementOptions {
  bool offline = false;
  std::string place_from;    // a directory or a file of lines
  std::string symbols_from;  // /proc/kallsyms, System.map
  std::vector<SectionPlacement> places;
};

// Reads SECTION=ADDRESS, an address being hexadecimal after 0x; false if it is
// something else.
bool ParseSectionPlacement(std::string_view value, SectionPlacement* place);

// Who is told of what cannot be placed.
struct PlacementListener {
  std::function<void(const std::string& text)> fact;
  std::function<void(const dwreloc::Error& error)> failure;
};

void PlaceAll(const PlacementOptions& options, dwreloc::File& file,
              const PlacementListener& listener);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_PLACEMENT_H_
