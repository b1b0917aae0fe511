#include "dwarf/frames/cfi_index.h"

#include <algorithm>
#include <tuple>

#include "dwarf/frames/cfi.h"

namespace dwreloc::internal {
namespace {

bool IsPlace(const RelocValue& value) {
  return value.is_constant() || value.kind == RelocKind::kSection;
}

}  // namespace

CfiIndex::CfiIndex(const DwarfSections& sections) {
  for (const DebugSection& section : sections.file().debug_sections()) {
    if (IsFrameSection(section.name)) AddSection(sections, section.index);
  }
  std::stable_sort(
      entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.target, a.begin) < std::tie(b.target, b.begin);
      });
  const Entry* before = nullptr;
  for (Entry& entry : entries_) {
    if (before != nullptr && before->target == entry.target) {
      entry.end_so_far = std::max(before->end_so_far, entry.end);
    }
    before = &entry;
  }
}

void CfiIndex::AddSection(const DwarfSections& sections, uint32_t section) {
  absl::StatusOr<CfiReader> reader = CfiReader::Of(sections, section);
  if (!reader.ok()) return;
  CfiEntry entry;
  while (true) {
    const absl::StatusOr<bool> found = reader->Next(&entry);
    // A bad FDE covers no known range.
    if (!found.ok()) continue;
    if (!*found) return;
    const RelocValue& begin = entry.fde.initial_location;
    const RelocValue& range = entry.fde.address_range;
    if (entry.is_cie || !IsPlace(begin) || !range.is_constant() ||
        range.value == 0 || range.value > UINT64_MAX - begin.value) {
      continue;
    }
    const uint64_t end = begin.value + range.value;
    entries_.push_back({.begin = begin.value,
                        .end = end,
                        .end_so_far = end,
                        .offset = entry.fde.offset,
                        .target = begin.section,
                        .section = section,
                        .is_eh_frame = reader->is_eh_frame()});
  }
}

std::optional<SectionPlace> CfiIndex::Find(const RelocValue& pc,
                                           uint32_t section) const {
  if (!IsPlace(pc)) return std::nullopt;
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), pc,
                                [](const RelocValue& value, const Entry& one) {
                                  return std::tie(value.section, value.value) <
                                         std::tie(one.target, one.begin);
                                });
  const Entry* best = nullptr;
  while (entry != entries_.begin()) {
    --entry;
    if (entry->target != pc.section || entry->end_so_far <= pc.value) break;
    if (entry->end <= pc.value) continue;
    if (section != kNoSection && entry->section != section) continue;
    if (best == nullptr || (best->is_eh_frame && !entry->is_eh_frame)) {
      best = &*entry;
    }
    if (!best->is_eh_frame) break;
  }
  if (best == nullptr) return std::nullopt;
  return SectionPlace{.section = best->section, .offset = best->offset};
}

}  // namespace dwreloc::internal
