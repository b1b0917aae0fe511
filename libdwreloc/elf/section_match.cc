#include "elf/section_match.h"

#include <elf.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/hash_map.h"

namespace dwreloc::internal {
namespace {

struct Loaded {
  uint32_t index;
  std::string_view name;
  uint64_t size;

  bool operator==(const Loaded& other) const {
    return name == other.name && size == other.size;
  }
};

std::vector<Loaded> LoadedSections(const ElfFile& file) {
  std::vector<Loaded> sections;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    const SectionHeader header = file.Header(i);
    if ((header.sh_flags & SHF_ALLOC) == 0) continue;
    sections.push_back({i, file.Name(i), header.sh_size});
  }
  return sections;
}

// The sections whose name and size no other one of the file has.
HashMap<std::pair<std::string_view, uint64_t>, uint32_t> UniqueSections(
    const std::vector<Loaded>& sections) {
  HashMap<std::pair<std::string_view, uint64_t>, uint32_t> unique;
  for (const Loaded& section : sections) {
    const auto [at, is_new] =
        unique.emplace(std::pair(section.name, section.size), section.index);
    if (!is_new) at->second = kNoSection;
  }
  return unique;
}

}  // namespace

SectionMatch::SectionMatch(const ElfFile& first, const ElfFile& second)
    : in_second_(first.section_count(), kNoSection),
      in_first_(second.section_count(), kNoSection) {
  const std::vector<Loaded> ours = LoadedSections(first);
  const std::vector<Loaded> theirs = LoadedSections(second);
  const auto match = [&](uint32_t one, uint32_t other) {
    in_second_[one] = other;
    in_first_[other] = one;
  };
  if (std::ranges::equal(ours, theirs)) {
    for (size_t i = 0; i < ours.size(); ++i) {
      match(ours[i].index, theirs[i].index);
    }
    return;
  }
  const auto unique = UniqueSections(theirs);
  for (const auto& [key, index] : UniqueSections(ours)) {
    const auto found = unique.find(key);
    if (index != kNoSection && found != unique.end() &&
        found->second != kNoSection) {
      match(index, found->second);
    }
  }
}

}  // namespace dwreloc::internal
