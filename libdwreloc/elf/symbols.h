// The symbol table as a random-access view (gABI ch. 4 "Symbol Table").
//
// Symbols are decoded from the file's bytes on demand; there is no table in
// memory.  SHN_XINDEX is resolved before a section index is returned, so that a
// section index and a reserved index can never be confused.
//
// A debug file may have left its table in the stripped file.  The records of
// the one then count in the table of the other, whose section indices become
// those of the debug file: outside of here there is no other section index.
// Tested by tests/unit/elf/symbols_test.cc.

#ifndef LIBDWRELOC_ELF_SYMBOLS_H_
#define LIBDWRELOC_ELF_SYMBOLS_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/code_mode.h"
#include "elf/elf_file.h"
#include "elf/section_match.h"
#include "elf/symbol.h"

namespace dwreloc::internal {

// What a symbol's address depends on.
enum class SymbolPlace : uint8_t {
  kAbsolute,   // nothing: SHN_ABS, or symbol 0
  kStatic,     // nothing: an offset in a section that is never loaded
  kSection,    // where its section is loaded; also a section that is never
               // loaded, if the offset alone does not tell which one it is
  kUndefined,  // another module or the linker: SHN_UNDEF, SHN_COMMON etc.
  kTls,        // the thread: STT_TLS
  kBad,        // a section index outside the file, or of unknown meaning
};

// Borrows the ElfFile.  Thread-safe.
class SymbolTable {
 public:
  // `main`: the stripped file whose debug file this is, or nullptr.
  explicit SymbolTable(const ElfFile& file, const ElfFile* main = nullptr);

  // The table's own section in this file, or kNoSection.
  uint32_t section_index() const { return section_; }
  // Do records count in this table whose section has that sh_link?
  bool IsNamedBy(uint32_t sh_link) const;
  // Are the symbols those of the stripped file?
  bool is_of_main_file() const { return match_ != nullptr; }
  uint32_t count() const { return count_; }

  // REQUIRES: index < count().
  Symbol Get(uint32_t index) const;
  SymbolPlace Place(uint32_t index, const Symbol& symbol) const;

  // Returns true if addresses made from the symbol have a mode bit.
  bool HasMode(const Symbol& symbol) const {
    return mode_rule_ != ModeRule::kNone &&
           ::dwreloc::internal::HasMode(mode_rule_, symbol);
  }
  // symbol + addend, relative to the start of the symbol's section.
  CodeAddress Add(const Symbol& symbol, uint64_t addend) const {
    if (!HasMode(symbol)) return {.offset = symbol.value + addend, .mode = 0};
    return AddToCode(mode_rule_, symbol, addend);
  }
  // The same without a mode bit.
  CodeAddress AddPlain(const Symbol& symbol, uint64_t addend) const {
    if (!HasMode(symbol)) return {.offset = symbol.value + addend, .mode = 0};
    return AddToAddress(mode_rule_, symbol, addend);
  }
  // Returns the addend that gives that address again, or an equivalent one.
  uint64_t AddendOf(const Symbol& symbol, CodeAddress address) const {
    const CodeAddress start = Add(symbol, 0);
    // If the bit is ORed to the sum, it is not part of it.
    if (mode_rule_ == ModeRule::kArm) return address.offset - start.offset;
    return address.offset + address.mode - (start.offset + start.mode);
  }

  // Returns the first STT_SECTION symbol of a section, or kNoSymbol.  The first
  // call scans the table.
  uint32_t SectionSymbol(uint32_t section) const;
  // NUL-terminated; for an unnamed section symbol the section's name.
  std::string_view Name(const Symbol& symbol) const;

 private:
  // Takes the table of `file`; false if it has none that can be read.
  bool TakeTable(const ElfFile& file);

  const ElfFile& file_;
  const ModeRule mode_rule_;
  // From the sections of `file_` to those of the stripped file.
  std::unique_ptr<const SectionMatch> match_;
  uint32_t section_ = kNoSection;
  uint32_t count_ = 0;
  Bytes symbols_;
  Bytes names_;
  Bytes extended_;  // SHT_SYMTAB_SHNDX
  Lazy<std::vector<uint32_t>> section_symbols_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SYMBOLS_H_
