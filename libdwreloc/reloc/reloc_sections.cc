#include "reloc/reloc_sections.h"

#include <elf.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/leb128.h"

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
    case kShtCrel:
    case kShtCrelLlvm:
      records.is_crel_ = true;
      break;
    case SHT_NOBITS:
      // objcopy --only-keep-debug and similar tools keep the header.
      if (header.sh_size == 0) return records;
      return MakeError(ErrorCode::kUnsupported, index, kNoOffset,
                       "the relocation records are not in this file "
                       "(SHT_NOBITS)");
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
  if (records.is_crel_) {
    DWRELOC_RETURN_IF_ERROR(records.ReadCrelHeader());
    return records;
  }
  const Machine* machine = FindMachine(file);
  if (machine != nullptr) records.info_ = machine->info;
  const uint64_t entry_size = records.record_size();
  // Some writers leave 0; any other size is not that of a known table.
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

// A ULEB128: the count times 8, 4 if the records have addends, and the shift of
// the offsets.
absl::Status RelocRecords::ReadCrelHeader() {
  const uint8_t* position = bytes_.data();
  const uint8_t* const end = position + bytes_.size();
  uint64_t header = 0;
  if (ReadUleb128(&position, end, &header) != LebError::kNone) {
    return MakeError(ErrorCode::kBadElf, section_, 0,
                     "the CREL header is not a ULEB128 number");
  }
  bytes_ = Bytes(position, static_cast<size_t>(end - position));
  count_ = header / 8;
  is_rela_ = (header & 4) != 0;
  crel_shift_ = header & 3;
  // Each record takes at least one byte.
  if (count_ > bytes_.size()) {
    return MakeError(ErrorCode::kBadElf, section_, 0,
                     absl::StrCat("CREL header counts ", count_, " records in ",
                                  bytes_.size(), " bytes"));
  }
  return absl::OkStatus();
}

uint64_t RelocRecords::Info(uint64_t index) const {
  if (is_crel_) return 0;
  return is_64_ ? Load<uint64_t>(At(index) + 8, order_)
                : Load<uint32_t>(At(index) + 4, order_);
}

void RelocStream::Seek(uint64_t offset) {
  uint64_t end = records_.count();
  index_ = 0;
  while (index_ < end) {
    const uint64_t middle = index_ + (end - index_) / 2;
    if (records_.Get(middle).offset < offset) {
      index_ = middle + 1;
    } else {
      end = middle;
    }
  }
}

bool RelocStream::Next(RawReloc* record) {
  if (records_.is_crel()) {
    if (!crel_.Next(record)) return false;
  } else {
    if (index_ >= records_.count()) return false;
    *record = records_.Get(index_);
  }
  ++index_;
  return true;
}

namespace {

// Why records cannot apply to `target`; "" if they can.
std::string WhyNoTarget(const ElfFile& file, uint32_t index, uint32_t target) {
  const auto is = [&](std::string_view what) {
    return absl::StrCat("its records apply to nothing: sh_info ", target,
                        " is ", absl::string_view(what.data(), what.size()));
  };
  if (target == 0) return is("no section");
  if (target >= file.section_count()) return is("beyond the section table");
  if (target == index) return is("the section itself");
  const std::vector<uint32_t>& all = file.reloc_sections();
  if (std::binary_search(all.begin(), all.end(), target)) {
    return is("a section of relocation records");
  }
  const SectionHeader header = file.Header(target);
  switch (header.sh_type) {
    case SHT_SYMTAB:
    case SHT_DYNSYM:
    case SHT_STRTAB:
    case SHT_GROUP:
    case SHT_SYMTAB_SHNDX:
      return is("a section of the file's own tables");
    case SHT_NOBITS:
      // A loaded section may be in another file (objcopy --only-keep-debug).
      if (file.FindDebugSection(target) == nullptr ||
          (header.sh_flags & SHF_ALLOC) != 0) {
        return "";
      }
      return is("a debug section without contents (SHT_NOBITS)");
    default:
      return "";
  }
}

}  // namespace

RelocSections::RelocSections(const ElfFile& file) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  pairs.reserve(file.reloc_sections().size());
  for (const uint32_t index : file.reloc_sections()) {
    const uint32_t target = file.Header(index).sh_info;
    std::string why = WhyNoTarget(file, index, target);
    if (!why.empty()) {
      orphans_.push_back({.section = index, .why = std::move(why)});
    } else if (file.Header(target).sh_type != SHT_NOBITS) {
      pairs.emplace_back(target, index);
    }
    // Otherwise its contents were removed (objcopy --only-keep-debug): the
    // records apply to nothing in this file.
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

uint64_t RelocSections::CountRecords(const ElfFile& file,
                                     uint32_t target) const {
  uint64_t count = 0;
  for (const uint32_t section : For(target)) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(file, section);
    if (records.ok()) count += records->count();
  }
  return count;
}

}  // namespace dwreloc::internal
