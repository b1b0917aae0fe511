// What the sections of a file are for: which hold DWARF, which relocation
// records, which symbols, and which are compressed.
//
// One pass over the headers tells.  It is below reloc/, for a value's meaning
// depends on it: an offset in a secondary section of a kind does not count in
// the primary one.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_SECTION_ROLES_H_
#define LIBDWRELOC_ELF_SECTION_ROLES_H_

#include <cstdint>
#include <vector>

#include "elf/section.h"
#include "elf/section_header.h"
#include "elf/section_table.h"

namespace dwreloc::internal {

// A section of the DWARF standard, or one of its variants.
struct DebugSection {
  uint32_t index = 0;
  SectionName name;
};

// Immutable.
class SectionRoles {
 public:
  explicit SectionRoles(const SectionTable& table);

  // These are in section order.
  const std::vector<DebugSection>& debug_sections() const {
    return debug_sections_;
  }
  const std::vector<uint32_t>& reloc_sections() const {
    return reloc_sections_;
  }
  const std::vector<uint32_t>& shndx_sections() const {
    return shndx_sections_;
  }
  const std::vector<uint32_t>& compressed_sections() const {
    return compressed_sections_;
  }
  // SHT_SYMTAB, else SHT_DYNSYM, else kNoSection.
  uint32_t symbol_section() const { return symbol_section_; }

  // Returns the entry of a debug section, or nullptr for any other section.
  const DebugSection* FindDebugSection(uint32_t index) const;
  // The section of that kind in which offsets count by default: the first one
  // outside of groups, else the first one, else kNoSection.
  uint32_t PrimarySection(SectionId id, Family family) const {
    const DebugSection* found = FindPrimarySection(id, family);
    return found == nullptr ? kNoSection : found->index;
  }
  // Its entry, or nullptr.
  const DebugSection* FindPrimarySection(SectionId id, Family family) const {
    const size_t at =
        primary_[static_cast<size_t>(family)][static_cast<size_t>(id)];
    return at < debug_sections_.size() ? &debug_sections_[at] : nullptr;
  }
  // Returns true for a debug section that is not the primary one of its kind,
  // as in COMDAT groups.  An offset in it is meaningless without its index.
  bool IsSecondarySection(uint32_t index) const;

 private:
  void AddDebugSection(const SectionTable& table, uint32_t index,
                       SectionName name);

  std::vector<DebugSection> debug_sections_;
  // Which of the debug sections, by Family and SectionId; kNoSection: none.
  // Needed for every address index and every list, even in files with 68,000
  // debug sections.
  uint32_t primary_[3][static_cast<size_t>(SectionId::kDebugOther) + 1];
  bool has_secondary_sections_ = false;
  std::vector<uint32_t> reloc_sections_;
  std::vector<uint32_t> shndx_sections_;
  std::vector<uint32_t> compressed_sections_;
  uint32_t symbol_section_ = kNoSection;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SECTION_ROLES_H_
