#include "elf/segments.h"

#include <elf.h>

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"

namespace dwreloc::internal {
namespace {

// Reads a field of an on-disk structure at its offset in that structure.
#define FIELD(Type, member) \
  LoadWidth(p + offsetof(Type, member), sizeof(Type::member), order)

template <typename Ehdr, typename Phdr>
absl::StatusOr<Segment> Read(const ElfFile& file, uint32_t index) {
  const ByteOrder order = file.order();
  const Bytes image = file.image();
  if (image.size() < sizeof(Ehdr)) {
    return MakeError(ErrorCode::kBadElf, "file ends inside the ELF header");
  }
  const uint8_t* p = image.data();
  const uint64_t start = FIELD(Ehdr, e_phoff);
  const uint64_t entry = FIELD(Ehdr, e_phentsize);
  uint64_t count = FIELD(Ehdr, e_phnum);
  // More than that are counted in section header 0.
  if (count == PN_XNUM && file.section_count() > 0) {
    count = file.Header(0).sh_info;
  }
  if (index >= count) {
    return MakeError(ErrorCode::kNotFound,
                     absl::StrCat("no segment ", index, " of ", count));
  }
  if (entry < sizeof(Phdr) || start > image.size() ||
      (image.size() - start) / entry <= index) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("program header ", index,
                                  " is outside the file, or too small"));
  }
  p += start + uint64_t{index} * entry;
  return Segment{.p_type = static_cast<uint32_t>(FIELD(Phdr, p_type)),
                 .p_vaddr = FIELD(Phdr, p_vaddr),
                 .p_memsz = FIELD(Phdr, p_memsz)};
}

#undef FIELD

}  // namespace

absl::StatusOr<Segment> ReadSegment(const ElfFile& file, uint32_t index) {
  return file.is_64() ? Read<Elf64_Ehdr, Elf64_Phdr>(file, index)
                      : Read<Elf32_Ehdr, Elf32_Phdr>(file, index);
}

}  // namespace dwreloc::internal
