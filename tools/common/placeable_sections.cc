// placeable_sections.cc - see placeable_sections.h.
//
// Tested by tests/cli/values_test.py.
#include "common/placeable_sections.h"

#include <elf.h>

#include <charconv>

namespace dwreloc_tools {

PlaceableSections::PlaceableSections(const dwreloc::FileView& file) {
  sections_.resize(file.info().section_count);
  for (const dwreloc::Section& section : file.sections()) {
    const std::string_view name = section.name();
    sections_[section.index()] = {name, (section.raw().flags & SHF_ALLOC) != 0};
    by_name_[name].push_back(section.index());
  }
}

void PlaceableSections::Add(std::uint32_t index, Named* named) const {
  named->is_there = true;
  if (sections_[index].is_loaded) named->loaded.push_back(index);
}

PlaceableSections::Named PlaceableSections::Find(std::string_view name) const {
  Named named;
  // A name may itself end in brackets.
  if (const auto all = by_name_.find(name); all != by_name_.end()) {
    for (const std::uint32_t index : all->second) Add(index, &named);
    return named;
  }
  const std::size_t bracket = name.rfind('[');
  if (bracket == std::string_view::npos || !name.ends_with(']')) return named;
  const char* const end = name.data() + name.size() - 1;
  std::uint32_t index = 0;
  const auto [read, error] =
      std::from_chars(name.data() + bracket + 1, end, index);
  if (error == std::errc() && read == end && index < sections_.size() &&
      sections_[index].name == name.substr(0, bracket)) {
    Add(index, &named);
  }
  return named;
}

std::string PlaceableSections::Label(std::uint32_t index) const {
  return std::string(sections_[index].name) + "[" + std::to_string(index) + "]";
}

}  // namespace dwreloc_tools
