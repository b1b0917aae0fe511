// section_content.cc - see section_content.h.
#include "dwreloc_compress/section_content.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dwreloc_tools::compress {
namespace {

// Of the contents, compressed or not.
std::uint64_t AlignmentOf(Elf_Scn* section, const GElf_Shdr& header) {
  if ((header.sh_flags & SHF_COMPRESSED) == 0) return header.sh_addralign;
  GElf_Chdr compressed;
  Checked(gelf_getchdr(section, &compressed));
  return compressed.ch_addralign;
}

}  // namespace

void SetContent(Elf* file, Elf_Scn* section, Content& content,
                SectionPacking packing, GElf_Shdr* header) {
  header->sh_addralign = AlignmentOf(section, *header);
  header->sh_flags &= ~static_cast<GElf_Xword>(SHF_COMPRESSED);
  if (content.may_be_compressed) {
    GElf_Ehdr kind;
    Checked(gelf_getehdr(file, &kind));
    const bool is_64 = kind.e_ident[EI_CLASS] == ELFCLASS64;
    std::vector<std::uint8_t> packed =
        PackSection(content.bytes, header->sh_addralign, is_64,
                    kind.e_ident[EI_DATA] == ELFDATA2MSB, packing);
    if (!packed.empty()) {
      content.bytes = std::move(packed);
      header->sh_flags |= SHF_COMPRESSED;
      header->sh_addralign = is_64 ? alignof(Elf64_Chdr) : alignof(Elf32_Chdr);
    }
  }
  header->sh_size = content.bytes.size();
}

void CheckPadding(std::uint64_t padding, std::uint64_t file_size) {
  // A file whose sections are where their alignment says is as large as that
  // padding, or nearly.
  constexpr std::uint64_t kFree = 1 << 16;
  if (padding > file_size && padding - file_size > kFree)
    throw std::runtime_error("the alignment of its sections takes " +
                             std::to_string(padding) + " bytes");
}

}  // namespace dwreloc_tools::compress
