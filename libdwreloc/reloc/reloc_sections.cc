#include "reloc/reloc_sections.h"

#include <elf.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

absl::StatusOr<RelocRecords> RelocRecords::Open(const ElfFile& file,
                                                uint32_t index) {
  const SectionHeader header = file.Header(index);
  RelocRecords records;
  records.section_ = index;
  records.symbol_section_ = header.sh_link;
  records.is_64_ = file.is_64();
  records.order_ = file.order();
  switch (header.sh_type) {
    case SHT_REL:
      records.is_rela_ = false;
      break;
    case SHT_RELA:
      records.is_rela_ = true;
      break;
    case SHT_NOBITS:
      return records;
    default:
      return MakeError(
          ErrorCode::kUnsupported, index, kNoOffset,
          absl::StrCat("relocation section type ", absl::Hex(header.sh_type),
                       " (hexadecimal) is not supported"));
  }
  if ((header.sh_flags & SHF_COMPRESSED) != 0) {
    return MakeError(ErrorCode::kUnsupported, index, kNoOffset,
                     "compressed relocation records are not supported");
  }
  DWRELOC_ASSIGN_OR_RETURN(records.bytes_, file.RawContents(index));
  const uint64_t entry_size =
      (records.is_64_ ? 8u : 4u) * (records.is_rela_ ? 3u : 2u);
  // 0 is what some writers leave; anything else odd is not a table we know.
  if (header.sh_entsize != 0 && header.sh_entsize != entry_size) {
    return MakeError(ErrorCode::kBadElf, index, kNoOffset,
                     absl::StrCat("sh_entsize is ", header.sh_entsize,
                                  ", expected ", entry_size));
  }
  records.count_ = records.bytes_.size() / entry_size;
  if (records.bytes_.size() % entry_size != 0) {
    return MakeError(
        ErrorCode::kBadElf, index, records.count_ * entry_size,
        absl::StrCat("size ", records.bytes_.size(),
                     " is not a multiple of sh_entsize ", entry_size));
  }
  return records;
}

RawReloc RelocRecords::Get(uint64_t index) const {
  const uint8_t* p =
      bytes_.data() + index * ((is_64_ ? 8u : 4u) * (is_rela_ ? 3u : 2u));
  if (is_64_) {
    return is_rela_ ? Decode<true, true>(p, order_)
                    : Decode<true, false>(p, order_);
  }
  return is_rela_ ? Decode<false, true>(p, order_)
                  : Decode<false, false>(p, order_);
}

RelocSections::RelocSections(const ElfFile& file) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  pairs.reserve(file.reloc_sections().size());
  for (const uint32_t index : file.reloc_sections()) {
    const uint32_t target = file.Header(index).sh_info;
    const bool is_target_valid =
        target != 0 && target < file.section_count() && target != index &&
        !std::binary_search(file.reloc_sections().begin(),
                            file.reloc_sections().end(), target);
    if (is_target_valid) {
      pairs.emplace_back(target, index);
    } else {
      orphans_.push_back(index);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  targets_.reserve(pairs.size());
  sections_.reserve(pairs.size());
  for (const auto& [target, section] : pairs) {
    targets_.push_back(target);
    sections_.push_back(section);
  }
}

std::span<const uint32_t> RelocSections::For(uint32_t target) const {
  const auto [first, last] =
      std::equal_range(targets_.begin(), targets_.end(), target);
  return std::span(sections_).subspan(
      static_cast<size_t>(first - targets_.begin()),
      static_cast<size_t>(last - first));
}

}  // namespace dwreloc::internal
