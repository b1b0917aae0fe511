// A changed copy of an unlinked ELF file: the same sections under the same
// numbers, with other contents or headers (gABI ch. 4).
//
// Sections are stored in the order of their numbers, each at its alignment; the
// section headers come last.  A section that is dropped
// keeps its number as SHT_NULL, so that no index has to change.
// Tested by tests/unit/write/elf_copy_test.cc.

#ifndef LIBDWRELOC_WRITE_ELF_COPY_H_
#define LIBDWRELOC_WRITE_ELF_COPY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

// Borrows the file.
class ElfCopy {
 public:
  // REQUIRES: the file is unlinked, so that nothing depends on the places of
  // bytes in it.
  explicit ElfCopy(const ElfFile& file);

  void set_type(uint16_t e_type) { e_type_ = e_type; }
  // REQUIRES, for all below: index < section_count() of the file.
  SectionHeader& header(uint32_t index) { return headers_[index]; }
  // Sets sh_size as well.
  void SetContents(uint32_t index, std::vector<uint8_t> contents);
  // The section becomes SHT_NULL, without contents.
  void Drop(uint32_t index);
  // Adds the name to the string table of section names.
  absl::Status Rename(uint32_t index, std::string_view name);

  // Fails if the stored bytes are outside the file, or sections share so many
  // that the copy would be far larger.
  absl::StatusOr<std::vector<uint8_t>> Build() const;

 private:
  absl::StatusOr<Bytes> ContentsOf(uint32_t index) const;
  // The section with the names of all, or kNoSection.
  uint32_t NameTable() const;

  const ElfFile& file_;
  uint16_t e_type_;
  std::vector<SectionHeader> headers_;
  std::vector<std::optional<std::vector<uint8_t>>> contents_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_WRITE_ELF_COPY_H_
