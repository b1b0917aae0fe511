// elf_copy.h - a copy of an ELF file with other contents in some sections.
//
// The same sections under the same numbers, with the same headers but for place
// and size; bytes of all others are as they were.
//
// Tested by tests/compress/elf_copy_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

struct Content {
  std::vector<std::uint8_t> bytes;
  bool may_be_compressed = false;  // SHF_COMPRESSED, if that is smaller
};

// By section index.
using Contents = std::map<std::uint32_t, Content>;

// A section that was not there: of data, not loaded.
struct AddedSection {
  // The records of another section that was not there.
  struct Records {
    std::size_t applied_to = 0;  // among those that are added
    std::uint32_t symbols = 0;   // section index of the symbol table
    std::uint64_t entry_size = 0;
    bool is_rela = true;
  };

  std::string name{};
  std::vector<std::uint8_t> bytes{};
  bool has_strings = false;          // and nothing else: linkers may merge them
  bool may_be_compressed = false;    // SHF_COMPRESSED; in unlinked files
  std::optional<Records> records{};  // that it holds; in unlinked files

  std::uint64_t flags() const {
    return has_strings ? SHF_MERGE | SHF_STRINGS : records ? SHF_INFO_LINK : 0;
  }
  std::uint64_t entry_size() const {
    return has_strings ? 1 : records ? records->entry_size : 0;
  }
};

// Contents that are compressed are replaced by what is stored. `added` sections
// come last. Throws std::runtime_error.
std::vector<std::uint8_t> CopyElf(std::span<const std::uint8_t> image,
                                  SectionPacking packing, Contents& contents,
                                  std::span<AddedSection> added = {});

// Records as a section of that class, byte order and kind holds them.
std::vector<std::uint8_t> EncodeRecords(std::span<const RawRecord> records,
                                        bool is_64, bool is_rela,
                                        const NumberWriter& numbers);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_
