// records.cc - see records.h.
#include "dwreloc_compress/records.h"

#include <elf.h>

#include <algorithm>
#include <stdexcept>

#include "dwreloc_compress/info_sections.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

// Records in a form that elf.h may not know yet.
constexpr std::uint32_t kShtCrel = 0x40000014;

// Most sections are sorted.
template <typename Record, typename Offset>
void SortByOffset(std::vector<Record>& records, const Offset& offset) {
  if (!std::ranges::is_sorted(records, {}, offset))
    std::ranges::stable_sort(records, {}, offset);
}

// What the linker was told to leave (--emit-relocs) says of the section what
// its bytes say already, and nobody applies it: all of it goes.
SectionRecords RecordsOfLinked(const dwreloc::File& file,
                               std::uint32_t section) {
  SectionRecords result;
  for (const dwreloc::Section holder : file.sections()) {
    const Dwreloc_Section raw = holder.raw();
    const bool holds_records =
        raw.type == SHT_REL || raw.type == SHT_RELA || raw.type == kShtCrel;
    if (!holds_records || raw.info != section) continue;
    if (raw.type == kShtCrel)
      throw std::runtime_error("relocation records of an unknown kind");
    if ((raw.flags & SHF_ALLOC) != 0)
      throw std::runtime_error("relocation records that are loaded");
    if (result.reloc_section != 0)
      throw std::runtime_error("a section with two sections of records");
    result.reloc_section = raw.index;
  }
  return result;
}

}  // namespace

SectionRecords ReadRecords(const dwreloc::File& file, std::uint32_t section,
                           StaticRecords static_records) {
  if (file.info().relocatable == 0) return RecordsOfLinked(file, section);
  SectionRecords result;
  Dwreloc_Records records;
  Check(dwreloc_records_begin(file.raw(), section, 0, DWRELOC_NO_OFFSET,
                              &records));
  Dwreloc_Record record;
  while (Check(dwreloc_records_next(&records, &record)) != 0) {
    if (result.reloc_section == 0) {
      result.reloc_section = record.reloc_section;
      result.is_rela = record.is_rela != 0;
      const dwreloc::Section holder = file.sections()[record.reloc_section];
      if (holder.type() != SHT_REL && holder.type() != SHT_RELA)
        throw std::runtime_error("relocation records of an unknown kind");
      if ((holder.flags() & SHF_ALLOC) != 0)
        throw std::runtime_error("relocation records that are loaded");
    }
    if (record.reloc_section != result.reloc_section)
      throw std::runtime_error("a section with two sections of records");
    const RawRecord raw = {.offset = record.offset,
                           .info = record.r_info,
                           .addend = record.addend};
    if (record.value.kind == DWRELOC_BAD)
      throw std::runtime_error("a relocation record that cannot be used");
    // A number that counts nothing that moves here, as the size of a function
    // whose end and begin have one record each, is the linker's to make.
    if (record.value.kind != DWRELOC_CONSTANT ||
        record.value.section == DWRELOC_NO_SECTION) {
      result.kept.push_back(raw);
      continue;
    }
    if (static_records == StaticRecords::kUnwanted) continue;
    if (static_records == StaticRecords::kKept) {
      if (!IsLaidOutAnew(file.sections()[record.value.section].name()))
        result.kept.push_back(raw);
      continue;
    }
    result.solved.push_back({.raw = raw,
                             .value = record.value.value,
                             .target = record.value.section,
                             .width = record.width});
  }
  SortByOffset(result.kept, &RawRecord::offset);
  SortByOffset(result.solved,
               [](const StaticRecord& solved) { return solved.raw.offset; });
  return result;
}

std::span<const RawRecord> SectionRecords::KeptIn(std::uint64_t begin,
                                                  std::uint64_t end) const {
  const auto first =
      std::ranges::lower_bound(kept, begin, {}, &RawRecord::offset);
  auto last = first;
  while (last != kept.end() && last->offset < end) ++last;
  return {first, last};
}

}  // namespace dwreloc_tools::compress
