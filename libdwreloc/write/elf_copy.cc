#include "write/elf_copy.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "write/store.h"

namespace dwreloc::internal {
namespace {

// Writes a field of an on-disk structure at its offset in that structure.
#define STORE(Type, member, value) \
  StoreWidth(p + offsetof(Type, member), sizeof(Type::member), (value), order)

template <typename Shdr>
void EncodeHeader(const SectionHeader& header, ByteOrder order, uint8_t* p) {
  STORE(Shdr, sh_name, header.sh_name);
  STORE(Shdr, sh_type, header.sh_type);
  STORE(Shdr, sh_flags, header.sh_flags);
  STORE(Shdr, sh_addr, header.sh_addr);
  STORE(Shdr, sh_offset, header.sh_offset);
  STORE(Shdr, sh_size, header.sh_size);
  STORE(Shdr, sh_link, header.sh_link);
  STORE(Shdr, sh_info, header.sh_info);
  STORE(Shdr, sh_addralign, header.sh_addralign);
  STORE(Shdr, sh_entsize, header.sh_entsize);
}

template <typename Ehdr>
void EncodeFileHeader(uint16_t e_type, uint64_t e_shoff, ByteOrder order,
                      uint8_t* p) {
  STORE(Ehdr, e_type, e_type);
  STORE(Ehdr, e_shoff, e_shoff);
  // An unlinked file has no segments; what these say means nothing here.
  STORE(Ehdr, e_phoff, 0);
  STORE(Ehdr, e_phnum, 0);
}

#undef STORE

// Alignments that are no powers of two mean nothing; larger ones than a page
// are for memory, not for the file.
uint64_t FileAlignment(uint64_t sh_addralign) {
  constexpr uint64_t kPage = 4096;
  const bool is_power = (sh_addralign & (sh_addralign - 1)) == 0;
  return is_power && sh_addralign != 0 ? std::min(sh_addralign, kPage) : 1;
}

void Align(std::vector<uint8_t>& image, uint64_t alignment) {
  image.resize((image.size() + alignment - 1) / alignment * alignment);
}

}  // namespace

ElfCopy::ElfCopy(const ElfFile& file)
    : file_(file), e_type_(file.e_type()), contents_(file.section_count()) {
  headers_.reserve(file.section_count());
  for (uint32_t i = 0; i < file.section_count(); ++i) {
    headers_.push_back(file.Header(i));
  }
}

void ElfCopy::SetContents(uint32_t index, std::vector<uint8_t> contents) {
  headers_[index].sh_size = contents.size();
  contents_[index] = std::move(contents);
}

void ElfCopy::Drop(uint32_t index) {
  const uint32_t name = headers_[index].sh_name;
  headers_[index] = SectionHeader{.sh_name = name, .sh_type = SHT_NULL};
  contents_[index].reset();
}

uint32_t ElfCopy::NameTable() const {
  const Bytes image = file_.image();
  const size_t at = file_.is_64() ? offsetof(Elf64_Ehdr, e_shstrndx)
                                  : offsetof(Elf32_Ehdr, e_shstrndx);
  uint32_t index =
      static_cast<uint32_t>(LoadWidth(image.data() + at, 2, file_.order()));
  if (index == SHN_XINDEX && !headers_.empty()) index = headers_[0].sh_link;
  return index != SHN_UNDEF && index < headers_.size() ? index : kNoSection;
}

absl::Status ElfCopy::Rename(uint32_t index, std::string_view name) {
  const uint32_t table = NameTable();
  if (table == kNoSection) {
    return MakeError(ErrorCode::kBadElf, "the file has no names of sections");
  }
  if (!contents_[table].has_value()) {
    DWRELOC_ASSIGN_OR_RETURN(const Bytes names, file_.RawContents(table));
    contents_[table].emplace(names.begin(), names.end());
  }
  std::vector<uint8_t>& names = *contents_[table];
  if (names.size() > UINT32_MAX - name.size() - 1) {
    return MakeError(ErrorCode::kUnsupported, "too many names of sections");
  }
  headers_[index].sh_name = static_cast<uint32_t>(names.size());
  names.insert(names.end(), name.begin(), name.end());
  names.push_back(0);
  headers_[table].sh_size = names.size();
  return absl::OkStatus();
}

absl::StatusOr<Bytes> ElfCopy::ContentsOf(uint32_t index) const {
  if (contents_[index].has_value()) return Bytes(*contents_[index]);
  return file_.RawContents(index);
}

absl::StatusOr<std::vector<uint8_t>> ElfCopy::Build() const {
  const Bytes image = file_.image();
  const size_t header_size =
      file_.is_64() ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
  const size_t entry = file_.is_64() ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  std::vector<SectionHeader> headers = headers_;
  std::vector<uint8_t> copy(image.begin(),
                            image.begin() + static_cast<long>(header_size));
  uint64_t shared = 0;  // bytes taken from the file as they are
  for (uint32_t i = 1; i < headers.size(); ++i) {
    const uint32_t type = headers[i].sh_type;
    if (type == SHT_NULL || type == SHT_NOBITS) {
      headers[i].sh_offset = copy.size();
      continue;
    }
    DWRELOC_ASSIGN_OR_RETURN(const Bytes contents, ContentsOf(i));
    if (!contents_[i].has_value()) shared += contents.size();
    // Once for each byte of the file is all that an ordinary one needs.
    if (shared / 2 > image.size()) {
      return MakeError(ErrorCode::kUnsupported,
                       "the file's sections share their bytes");
    }
    Align(copy, FileAlignment(headers[i].sh_addralign));
    headers[i].sh_offset = copy.size();
    copy.insert(copy.end(), contents.begin(), contents.end());
  }
  Align(copy, file_.is_64() ? 8 : 4);
  const uint64_t table = copy.size();
  copy.resize(table + headers.size() * entry);
  for (size_t i = 0; i < headers.size(); ++i) {
    uint8_t* const at = copy.data() + table + i * entry;
    file_.is_64() ? EncodeHeader<Elf64_Shdr>(headers[i], file_.order(), at)
                  : EncodeHeader<Elf32_Shdr>(headers[i], file_.order(), at);
  }
  file_.is_64()
      ? EncodeFileHeader<Elf64_Ehdr>(e_type_, table, file_.order(), copy.data())
      : EncodeFileHeader<Elf32_Ehdr>(e_type_, table, file_.order(),
                                     copy.data());
  if (!file_.is_64() && copy.size() > UINT32_MAX) {
    return MakeError(ErrorCode::kUnsupported,
                     absl::StrCat("the copy has ", copy.size(),
                                  " bytes, too many for a 32-bit file"));
  }
  return copy;
}

}  // namespace dwreloc::internal
