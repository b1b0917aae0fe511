// elf_reader.h - the sections and symbols of one file as both files know them.
//
// Tested by tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_ELF_READER_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_ELF_READER_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_diff/context.h"
#include "dwreloc_diff/item_sets.h"

namespace dwreloc_tools {

// What is compared of a section.
enum class Role {
  kSkipped,  // debugging information, its records, tables of strings
  kBytes,    // all bytes
  kSymbols,  // the symbol table: its header only, symbols by themselves
  kGroup,    // which sections are in it
  kRecords,  // records, one after the other
  kUnread,   // bytes that lead to debugging information, and have no reader
};

// Thread-safety: one thread.
class ElfReader {
 public:
  ElfReader(Context& context, int side);

  const Reader& reader() const { return reader_; }
  const Dwreloc_Module* module() const { return module_; }
  const std::vector<Dwreloc_Section>& sections() const { return sections_; }
  // As stored (gABI, "Program Header"); none in a file that is not linked, or
  // if they are cut off.
  std::span<const std::uint8_t> program_headers() const {
    return program_headers_;
  }
  Role RoleOf(const Dwreloc_Section& section) const;
  // What a section is called in both files.
  std::uint32_t KeyOf(std::uint32_t section) const {
    return reader_.context.places.SectionKey(module_, section);
  }

  // All but what RoleOf says is compared by itself, in bytes.
  std::string HeaderOf(const Dwreloc_Section& section);
  std::string HeaderText(const Dwreloc_Section& section) const;
  // The names of the sections in a group.
  std::string GroupText(const Dwreloc_Section& section) const;
  // A symbol in bytes: name, kind and place.
  const std::string& SymbolOf(std::uint32_t symbol);
  std::string SymbolText(std::uint32_t symbol) const;
  // All symbols but those of debug sections.
  std::vector<Item> Symbols();

 private:
  bool IsDebug(std::uint32_t section) const {
    return section < sections_.size() && sections_[section].is_debug != 0;
  }

  bool StaysInFile(const Dwreloc_Section& section) const;

  const Reader reader_;
  const Dwreloc_Module* const module_;
  std::span<const std::uint8_t> program_headers_;
  std::vector<Dwreloc_Section> sections_;
  std::vector<std::string> symbols_;  // "" unless asked for before
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_ELF_READER_H_
