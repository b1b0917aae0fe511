// relayout.cc - see relayout.h.
#include "dwreloc_compress/relayout.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace dwreloc_tools::compress {

bool Relayout::Sort() {
  std::ranges::sort(replacements_, {}, &Replacement::offset);
  std::uint64_t end = 0;
  std::int64_t growth = 0;
  for (const Replacement& replacement : replacements_) {
    if (replacement.offset < end) return false;
    end = replacement.offset + replacement.size;
    growth += static_cast<std::int64_t>(replacement.bytes.size()) -
              static_cast<std::int64_t>(replacement.size);
    growth_.push_back(growth);
  }
  return true;
}

std::uint64_t Relayout::Map(std::uint64_t offset) const {
  // The first one that does not end before it.
  const auto next = std::ranges::upper_bound(
      replacements_, offset, {}, [](const Replacement& replacement) {
        return replacement.offset + replacement.size;
      });
  const auto before = next - replacements_.begin();
  if (next != replacements_.end() && next->offset < offset) return kNowhere;
  return offset +
         static_cast<std::uint64_t>(
             before == 0 ? 0 : growth_[static_cast<std::size_t>(before - 1)]);
}

void Relayout::Set(std::uint64_t offset, std::vector<std::uint8_t> bytes) {
  const auto found =
      std::ranges::lower_bound(replacements_, offset, {}, &Replacement::offset);
  if (found == replacements_.end() || found->offset != offset ||
      found->bytes.size() != bytes.size())
    throw std::logic_error("no replacement of that place and size");
  found->bytes = std::move(bytes);
}

Section Relayout::Apply(const Section& section,
                        std::vector<RawRecord>* gone) const {
  Section result;
  std::uint64_t at = 0;
  auto record = section.records.begin();
  const auto copy_to = [&](std::uint64_t end) {
    const std::uint64_t shift = result.bytes.size() - at;
    for (; record != section.records.end() && record->offset < end; ++record) {
      result.records.push_back(*record);
      result.records.back().offset += shift;
    }
    result.bytes.insert(
        result.bytes.end(),
        section.bytes.begin() + static_cast<std::ptrdiff_t>(at),
        section.bytes.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  };
  for (const Replacement& replacement : replacements_) {
    copy_to(replacement.offset);
    at = replacement.offset + replacement.size;
    for (; record != section.records.end() && record->offset < at; ++record)
      gone->push_back(*record);
    result.bytes.insert(result.bytes.end(), replacement.bytes.begin(),
                        replacement.bytes.end());
  }
  copy_to(section.bytes.size());
  // Those beyond the end write into nothing.
  for (; record != section.records.end(); ++record)
    throw std::runtime_error("a relocation record outside of its section");
  return result;
}

}  // namespace dwreloc_tools::compress
