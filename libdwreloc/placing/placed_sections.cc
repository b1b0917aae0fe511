#include "placing/placed_sections.h"

#include <algorithm>
#include <tuple>

namespace dwreloc::internal {

PlacedSections::PlacedSections(std::vector<PlacedSection> sections)
    : sections_(std::move(sections)) {
  std::erase_if(sections_,
                [](const PlacedSection& one) { return one.size == 0; });
  // A section that would go beyond the last address ends there.
  for (PlacedSection& one : sections_)
    one.size = std::min(one.size - 1, UINT64_MAX - one.begin) + 1;
  std::sort(sections_.begin(), sections_.end(),
            [](const PlacedSection& a, const PlacedSection& b) {
              return std::tie(a.begin, a.section) <
                     std::tie(b.begin, b.section);
            });
  last_so_far_.reserve(sections_.size());
  for (const PlacedSection& one : sections_) {
    const uint64_t before = last_so_far_.empty() ? 0 : last_so_far_.back();
    last_so_far_.push_back(std::max(before, one.last()));
  }
}

const PlacedSection* PlacedSections::Find(uint64_t address) const {
  const auto behind =
      std::upper_bound(sections_.begin(), sections_.end(), address,
                       [](uint64_t value, const PlacedSection& one) {
                         return value < one.begin;
                       });
  for (size_t i = static_cast<size_t>(behind - sections_.begin()); i > 0; --i) {
    if (last_so_far_[i - 1] < address) break;
    if (sections_[i - 1].last() >= address) return &sections_[i - 1];
  }
  return nullptr;
}

std::optional<std::pair<uint32_t, uint32_t>> PlacedSections::FindOverlap()
    const {
  for (size_t i = 1; i < sections_.size(); ++i) {
    if (last_so_far_[i - 1] < sections_[i].begin) continue;
    // No sections before this one overlap, so the previous one extends
    // furthest.
    return std::pair(sections_[i - 1].section, sections_[i].section);
  }
  return std::nullopt;
}

}  // namespace dwreloc::internal
