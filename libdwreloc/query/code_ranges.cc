#include "query/code_ranges.h"

#include <elf.h>

#include <algorithm>
#include <optional>

#include "dwarf/constants.h"
#include "dwarf/lists/pc.h"
#include "dwarf/lists/ranges.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// Only in linked files do sections have addresses.
bool HasCodeAt(const ElfFile& file, uint64_t address) {
  if (file.is_relocatable()) return false;
  constexpr uint64_t kCode = SHF_ALLOC | SHF_EXECINSTR;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    const SectionHeader header = file.Header(i);
    if ((header.sh_flags & kCode) == kCode && header.sh_addr <= address &&
        address - header.sh_addr < header.sh_size) {
      return true;
    }
  }
  return false;
}

// A bound that is no place, as an error.
absl::Status BadBound(const Die& die, const RelocValue& begin,
                      const RelocValue& end) {
  const RelocValue& bad = begin.is_bad() ? begin : end;
  if (!bad.is_bad()) return absl::OkStatus();
  return NoNumber(die.unit->sections().context(), bad);
}

void Take(const Die& die, const RelocValue& begin, const RelocValue& end,
          const Tombstones& tombstones, CodeRanges& ranges) {
  if (tombstones.Contains(begin)) {
    ranges.was_discarded = true;
    return;
  }
  const auto interval = PlaceInterval::Between(begin, end);
  if (interval.has_value()) ranges.intervals.push_back(*interval);
  if (ranges.status.ok()) ranges.status = BadBound(die, begin, end);
}

absl::Status ReadList(const Die& die, const Attribute& attribute,
                      const Tombstones& tombstones, CodeRanges& ranges) {
  DWRELOC_ASSIGN_OR_RETURN(RangeList list, RangeList::Of(attribute));
  ListBounds bounds;
  while (list.NextBounded(&bounds)) {
    Take(die, bounds.begin, bounds.end, tombstones, ranges);
  }
  return list.status();
}

absl::Status ReadRanges(const Die& die, const Tombstones& tombstones,
                        CodeRanges& ranges) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<PcRange> pair, LowHighPc(die));
  if (pair.has_value()) {
    Take(die, pair->begin, pair->end, tombstones, ranges);
    return absl::OkStatus();
  }
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> attribute,
                           FindAttribute(die, DW_AT_ranges));
  if (!attribute.has_value()) return absl::OkStatus();
  return ReadList(die, *attribute, tombstones, ranges);
}

}  // namespace

Tombstones::Tombstones(const ElfFile& file) {
  const uint64_t greatest = file.is_64() ? UINT64_MAX : UINT32_MAX;
  for (const uint64_t value :
       {uint64_t{0}, uint64_t{1}, greatest - 1, greatest}) {
    if (!HasCodeAt(file, value)) values_.push_back(value);
  }
}

bool Tombstones::Contains(const RelocValue& begin) const {
  return begin.is_constant() && std::find(values_.begin(), values_.end(),
                                          begin.value) != values_.end();
}

bool MayHaveCode(const Die& die) {
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    if (spec.name == DW_AT_low_pc || spec.name == DW_AT_ranges) return true;
  }
  return false;
}

CodeRanges CodeRangesOf(const Die& die, const Tombstones& tombstones) {
  CodeRanges ranges;
  const absl::Status status = ReadRanges(die, tombstones, ranges);
  if (!status.ok()) ranges.status = status;
  // Whoever is told of it asked about a place, and knows no DIE.
  ranges.status = PlacedStatus(ranges.status, die.unit->section(), die.offset);
  return ranges;
}

}  // namespace dwreloc::internal
