#include "elf/elf_header.h"

#include <elf.h>

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

static_assert(kMaxElfHeaderSize == sizeof(Elf64_Ehdr));

// Reads a field of an on-disk structure at its offset in that structure.
#define FIELD(Type, member) \
  LoadWidth(p + offsetof(Type, member), sizeof(Type::member), order)

template <typename Ehdr>
ElfHeader Decode(const uint8_t* p, bool is_64, ByteOrder order) {
  return ElfHeader{
      .is_64 = is_64,
      .order = order,
      .e_type = static_cast<uint16_t>(FIELD(Ehdr, e_type)),
      .e_machine = static_cast<uint16_t>(FIELD(Ehdr, e_machine)),
      .e_flags = static_cast<uint32_t>(FIELD(Ehdr, e_flags)),
      .e_shoff = FIELD(Ehdr, e_shoff),
      .e_shentsize = static_cast<uint16_t>(FIELD(Ehdr, e_shentsize)),
      .e_shnum = static_cast<uint16_t>(FIELD(Ehdr, e_shnum)),
      .e_shstrndx = static_cast<uint16_t>(FIELD(Ehdr, e_shstrndx)),
  };
}

#undef FIELD

}  // namespace

uint64_t ElfHeader::size() const {
  return is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
}

uint64_t ElfHeader::section_header_size() const {
  return is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

absl::StatusOr<ElfHeader> ParseElfHeader(Bytes start) {
  if (start.size() < EI_NIDENT) {
    return MakeError(ErrorCode::kBadElf, "file ends inside the ELF header");
  }
  const uint8_t elf_class = start[EI_CLASS];
  if (elf_class != ELFCLASS32 && elf_class != ELFCLASS64) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("unknown EI_CLASS ", elf_class));
  }
  const uint8_t data = start[EI_DATA];
  if (data != ELFDATA2LSB && data != ELFDATA2MSB) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("unknown EI_DATA ", data));
  }
  const bool is_64 = elf_class == ELFCLASS64;
  const ByteOrder order =
      data == ELFDATA2LSB ? ByteOrder::kLittle : ByteOrder::kBig;
  if (start.size() < (is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) {
    return MakeError(ErrorCode::kBadElf, "file ends inside the ELF header");
  }
  return is_64 ? Decode<Elf64_Ehdr>(start.data(), is_64, order)
               : Decode<Elf32_Ehdr>(start.data(), is_64, order);
}

}  // namespace dwreloc::internal
