// links.cc - see links.h.
#include "dwreloc_compress/links.h"

#include <elf.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

constexpr std::string_view kNames[] = {".debug_info", ".debug_abbrev",
                                       ".debug_str", ".debug_line_str"};

std::size_t NumberOf(LinkTarget target) {
  return static_cast<std::size_t>(target);
}

}  // namespace

Links::Links(const dwreloc::File& file, std::uint32_t info) {
  const dwreloc::FileInfo raw = file.info();
  const bool is_64 = raw.elf_class == 64;
  is_mips_64_ = is_64 && raw.e_machine == EM_MIPS;
  for (const dwreloc::Section section : file.sections()) {
    for (std::size_t i = 0; i < kTargets; ++i)
      if (section.name() == kNames[i] && (i != 0 || section.index() == info))
        sections_[i] = section.index();
  }
  for (const dwreloc::Symbol symbol : file.symbols())
    for (std::size_t i = 0; i < kTargets; ++i)
      if (symbol.type() == STT_SECTION && sections_[i] != 0 &&
          symbol.section() == sections_[i])
        symbols_[i] = symbol.index();
  for (const dwreloc::Section section : file.sections())
    if (section.is_debug() && section.holds_dwarf())
      ReadRecordsOf(file, section.index());
  FillIn(is_64);
}

// Learns from those that are there what such records are like.
void Links::ReadRecordsOf(const dwreloc::File& file, std::uint32_t section) {
  Dwreloc_Records records;
  Dwreloc_Record record;
  Check(dwreloc_records_begin(file.raw(), section, 0, DWRELOC_NO_OFFSET,
                              &records));
  while (Check(dwreloc_records_next(&records, &record)) != 0) {
    if (record.value.kind != DWRELOC_CONSTANT ||
        record.value.section == DWRELOC_NO_SECTION ||
        (record.width != 4 && record.width != 8))
      continue;
    const unsigned word = file.info().elf_class / 8;
    record_size_ = word * (record.is_rela != 0 ? 3 : 2);
    Size& size = sizes_[record.width == 8 ? 1 : 0];
    size.type = record.type;
    for (std::size_t i = 0; i < kTargets; ++i)
      if (record.value.section == sections_[i] && symbols_[i] != 0 &&
          record.symbol == symbols_[i])
        size.infos[i] = record.r_info;
  }
}

// A symbol that no record has yet is in the place of another one.
void Links::FillIn(bool is_64) {
  // r_info of MIPS has parts that are not known here.
  if (is_mips_64_) return;
  for (Size& size : sizes_)
    for (std::size_t i = 0; i < kTargets; ++i)
      if (size.type && !size.infos[i] && symbols_[i] != 0)
        size.infos[i] = is_64 ? ELF64_R_INFO(symbols_[i], *size.type)
                              : ELF32_R_INFO(symbols_[i], *size.type);
}

RawRecord Links::RecordOf(LinkTarget target, std::uint64_t offset,
                          std::uint64_t value, unsigned size) const {
  const std::size_t number = NumberOf(target);
  const std::optional<std::uint64_t> info =
      size == 4 || size == 8 ? sizes_[size / 8].infos[number] : std::nullopt;
  if (!info)
    throw std::runtime_error("there is no symbol for records that lead to " +
                             std::string(kNames[number]));
  return {.offset = offset,
          .info = *info,
          .addend = static_cast<std::int64_t>(value)};
}

bool NeedsLinks(const dwreloc::File& file, KeepLinks keep_links) {
  if (file.info().relocatable == 0) return false;
  if (keep_links == KeepLinks::kAlways) return true;
  return std::ranges::any_of(file.sections(),
                             [](const dwreloc::Section& section) {
                               return HoldsUnits(section.name()) &&
                                      section.raw().group != DWRELOC_NO_SECTION;
                             });
}

}  // namespace dwreloc_tools::compress
