// placeable_sections.h - which sections --place means: NAME, all of that name,
// or NAME[INDEX], one of them, in the form printed for values if several share
// the name.
// Tested by tests/cli/values_test.py.
#ifndef DWRELOC_TOOLS_COMMON_PLACEABLE_SECTIONS_H_
#define DWRELOC_TOOLS_COMMON_PLACEABLE_SECTIONS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dwreloc_tools {

// The sections of one file.
class PlaceableSections {
 public:
  explicit PlaceableSections(const dwreloc::FileView& file);

  struct Named {
    bool is_there = false;              // true if there is any of that name
    std::vector<std::uint32_t> loaded;  // those that can be placed
  };
  Named Find(std::string_view name) const;
  // ".text[3]"
  std::string Label(std::uint32_t index) const;

 private:
  void Add(std::uint32_t index, Named* named) const;

  struct Section {
    std::string_view name;
    bool is_loaded = false;
  };
  std::vector<Section> sections_;  // by index
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_name_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_PLACEABLE_SECTIONS_H_
