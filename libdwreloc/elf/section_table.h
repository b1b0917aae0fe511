// The section headers of an ELF file, the names and the stored bytes of the
// sections (gABI ch. 4).
//
// Headers are read from the image and decoded when they are asked for.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_SECTION_TABLE_H_
#define LIBDWRELOC_ELF_SECTION_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/elf_header.h"
#include "elf/section_header.h"

namespace dwreloc::internal {

// Borrows the image.  Thread-safe once it has been read.
class SectionTable {
 public:
  SectionTable() = default;
  SectionTable(const SectionTable&) = delete;
  SectionTable& operator=(const SectionTable&) = delete;

  // Finds the table; reads section 0 if the header refers to it, and nothing
  // else.
  absl::Status Read(const ElfHeader& header, Bytes image);

  uint32_t count() const { return count_; }
  // First byte after the ELF header and the section headers.
  uint64_t headers_end() const { return headers_end_; }

  // REQUIRES: index < count().
  SectionHeader Header(uint32_t index) const {
    return is_64_ ? ParseSectionHeader<Elf64_Shdr>(
                        headers_.data() + index * kSize64, order_)
                  : ParseSectionHeader<Elf32_Shdr>(
                        headers_.data() + index * kSize32, order_);
  }
  // Returns "" if sh_name is bad.  NUL-terminated.
  std::string_view Name(uint32_t index) const {
    return NameAt(Header(index).sh_name);
  }
  std::string_view NameAt(uint32_t sh_name) const;
  // Returns true if sh_name is out of range.
  bool IsNameLost(uint32_t index) const;
  // The first section from `from` on of that name, or kNoSection.  The name of
  // a .zdebug_ section is that of the .debug_ section it stands for, too.
  uint32_t Find(std::string_view name, uint32_t from) const;
  // A short "[index] name" for messages.
  std::string Describe(uint32_t index) const;
  // The bytes as stored in the file; empty for SHT_NOBITS.
  absl::StatusOr<Bytes> RawContents(uint32_t index) const;
  // The SHT_GROUP section that the section is a member of, or kNoSection.
  uint32_t Group(uint32_t index) const;

  bool is_64() const { return is_64_; }
  ByteOrder order() const { return order_; }

 private:
  static constexpr size_t kSize32 = sizeof(Elf32_Shdr);
  static constexpr size_t kSize64 = sizeof(Elf64_Shdr);

  // The string table of the names, which is empty if there is none.
  Bytes names() const;
  // Returns the end of the name in names(), or nullptr.
  const void* FindNameEnd(Bytes names, uint32_t offset) const;
  // Returns true if sections share long names, so that all names together are
  // far longer than what is stored.
  bool AreNamesRepeated() const;
  std::vector<uint32_t> ReadGroups() const;

  Bytes image_;
  Bytes headers_;
  bool is_64_ = true;
  ByteOrder order_ = ByteOrder::kLittle;
  uint32_t count_ = 0;
  uint32_t names_section_ = kNoSection;
  uint64_t headers_end_ = 0;
  Lazy<Bytes> names_;
  Lazy<bool> names_are_repeated_;  // computed if there is a long one
  Lazy<std::vector<uint32_t>> groups_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SECTION_TABLE_H_
