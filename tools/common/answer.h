// answer.h - what is at a place: the frames there, or what the symbol table
// says of it where no unit has DWARF for it.
//
// Tested by tests/cli/addr2line_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_ANSWER_H_
#define DWRELOC_TOOLS_COMMON_ANSWER_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

// Texts belong to the file; one without data is unknown.
struct AnsweredFrame {
  std::string_view name;          // as the source has it
  std::string_view linkage_name;  // as the linker has it
  std::string_view path;
  std::uint64_t line = 0;  // 0: unknown
  std::uint64_t column = 0;
  std::uint64_t discriminator = 0;
  bool is_inlined = false;
};

// To be used again for the next place, so that nothing is allocated.
struct Answer {
  std::optional<dwreloc::Relocatable> place;   // the candidate that has code
  std::optional<dwreloc::SymbolPlace> symbol;  // if wanted, or needed here
  std::vector<AnsweredFrame> frames;           // innermost first
};

enum class SymbolUse { kIfNeeded, kAlways };

// The first of the candidates that has code counts.  Errors of the file are
// added to *errors.
void AnswerPlace(const dwreloc::FileView& file,
                 std::span<const dwreloc::Relocatable> candidates,
                 SymbolUse symbol_use, Answer* answer,
                 std::vector<dwreloc::Error>* errors);

// The symbols that a name may mean, in the order of the symbol table.
struct NamedSymbols {
  std::vector<dwreloc::Symbol> symbols;  // defined, and of the size
  bool has_others = false;               // of other sizes
};
NamedSymbols FindSymbols(const dwreloc::FileView& file, const char* name,
                         std::optional<std::uint64_t> size);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_ANSWER_H_
