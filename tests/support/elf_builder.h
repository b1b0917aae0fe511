// ElfBuilder: makes ELF images in memory, good ones and bad ones.
//
// Both classes, both byte orders, REL and RELA, any number of sections.  What
// a test adds is numbered in the order of adding, from 1; string tables, the
// symbol table and default relocation sections come behind it at Build.
// Nothing is checked: a test may set any field to anything.
//
//   ElfBuilder elf(kX86_64);
//   uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC,
//                            .contents = Zeros(64)});
//   uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(16)});
//   elf.Reloc(info, {.offset = 8, .type = R_X86_64_64,
//                    .symbol = elf.SectionSymbol(text), .addend = 0x10});
//   std::vector<uint8_t> image = elf.Build();

#ifndef TESTS_SUPPORT_ELF_BUILDER_H_
#define TESTS_SUPPORT_ELF_BUILDER_H_

#include <elf.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "support/assembler.h"
#include "support/target.h"

namespace dwreloc::internal {

// How contents are stored.
enum class Compression : uint8_t { kNone, kZlib, kZstd, kZdebug };

// A section to be; the fields are those of Elf64_Shdr.
struct ElfSection {
  std::string name{};
  uint32_t type = SHT_PROGBITS;
  uint64_t flags = 0;
  uint64_t addr = 0;
  std::vector<uint8_t> contents{};
  uint32_t link = 0;
  uint32_t info = 0;
  uint64_t align = 1;
  uint64_t entsize = 0;
  // SHF_COMPRESSED with its header, or .zdebug_ ("debug" in the name gets its
  // z), and what the header claims instead of the truth.
  Compression compression = Compression::kNone;
  std::optional<uint64_t> claimed_size{};
  // What the header says instead of the truth.  NOBITS: `size` is its size.
  std::optional<uint64_t> offset{};
  std::optional<uint64_t> size{};
  // Records to be encoded behind contents, for SHT_REL and SHT_RELA.
  std::vector<ElfReloc> relocs{};
};

struct ElfSymbol {
  std::string name{};
  uint64_t value = 0;
  uint64_t size = 0;
  // The section's index, through SHN_XINDEX where it takes that.
  uint32_t section = 0;
  // st_shndx to be used instead: SHN_ABS, SHN_COMMON or nonsense.
  uint16_t special = 0;
  uint8_t type = STT_NOTYPE;
  uint8_t binding = STB_LOCAL;
  uint8_t visibility = STV_DEFAULT;
  bool extended = false;  // SHN_XINDEX for a small index, too
};

class ElfBuilder {
 public:
  explicit ElfBuilder(const Target& target = kX86_64, uint16_t e_type = ET_REL);

  const Target& target() const { return target_; }
  bool is_relocatable() const { return e_type_ == ET_REL; }

  // Adds a section and returns its index.
  uint32_t Add(ElfSection section);
  // Adds contents and the records made with them.
  uint32_t Add(std::string name, const Assembler& contents, uint64_t flags = 0);
  // Replaces contents and adds the records made with them.
  void Fill(uint32_t index, const Assembler& contents);
  // The section as it will be, to change; valid until the next Add.
  ElfSection& section(uint32_t index) { return sections_[index]; }
  uint32_t section_count() const {
    return static_cast<uint32_t>(sections_.size());
  }

  // Adds a symbol and returns its index.
  uint32_t AddSymbol(ElfSymbol symbol);
  // The STT_SECTION symbol of a section, made on first use.
  uint32_t SectionSymbol(uint32_t section);

  // Adds a record to the default relocation section of `target`, which Build
  // places behind all others.
  void Reloc(uint32_t target, const ElfReloc& reloc);
  // A relocation section at this very place, for records of its own.  Its
  // target may come later: section(index).info.
  uint32_t AddRelocSection(uint32_t target, std::vector<ElfReloc> relocs = {});
  uint32_t AddRelocSection(uint32_t target, bool is_rela,
                           std::vector<ElfReloc> relocs);

  // The same as SHT_CREL; offsets lose `shift` low bits, which must be 0.
  uint32_t AddCrelSection(uint32_t target, bool is_rela, int shift,
                          const std::vector<ElfReloc>& relocs);

  // An SHT_GROUP section, COMDAT by default.
  uint32_t AddGroup(std::vector<uint32_t> members, uint32_t flags = 1);

  // No symbol table, no string table for it; sh_link of relocations is 0.
  void OmitSymbolTable() { has_symbols_ = false; }
  // Before Build these are known only once asked for: asking makes them the
  // next sections.
  uint32_t symbol_section();

  std::vector<uint8_t> Build();

  // After Build: where headers and contents are in the image.
  uint64_t header_offset(uint32_t index) const;
  uint64_t contents_offset(uint32_t index) const { return offsets_[index]; }
  // After Build: the default relocation section of `target`.
  uint32_t reloc_section(uint32_t target) const {
    return default_relocs_.at(target);
  }

 private:
  std::vector<uint8_t> EncodeSymbols(std::vector<uint8_t>* names,
                                     std::vector<uint8_t>* extended) const;
  std::vector<uint8_t> EncodeRelocs(const ElfSection& section) const;
  void Compress(ElfSection& section) const;

  const Target target_;
  const uint16_t e_type_;
  bool has_symbols_ = true;
  std::vector<ElfSection> sections_;
  std::vector<ElfSymbol> symbols_;
  std::map<uint32_t, uint32_t> section_symbols_;
  std::map<uint32_t, std::vector<ElfReloc>> relocs_;  // by target
  std::map<uint32_t, uint32_t> default_relocs_;       // by target
  uint32_t symbol_section_ = 0;
  uint64_t section_table_ = 0;
  std::vector<uint64_t> offsets_;
};

// The contents of .note.gnu.build-id.
std::vector<uint8_t> BuildIdNote(const Target& target, std::string_view id);
std::vector<uint8_t> CompressZlib(Bytes contents);
std::vector<uint8_t> CompressZstd(Bytes contents);

// Overwrites a number in an image.
void Patch(std::vector<uint8_t>& image, uint64_t offset, int width,
           uint64_t value, ByteOrder order = ByteOrder::kLittle);

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_ELF_BUILDER_H_
