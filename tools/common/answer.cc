// answer.cc - see answer.h.
#include "common/answer.h"

#include <elf.h>

namespace dwreloc_tools {
namespace {

std::string_view View(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// A symbol of code: others are no answer, as for binutils.
bool IsCode(const dwreloc::Symbol& symbol) {
  return symbol.type() == STT_FUNC || symbol.type() == STT_GNU_IFUNC ||
         symbol.type() == STT_NOTYPE;
}

// The source file that the symbol table names for a symbol: a local one is of
// the last STT_FILE symbol before it (gABI ch. 4 "Symbol Table"); a global one
// of the only one, if that begins the table, as binutils has it.
std::string_view FileOf(const dwreloc::FileView& file,
                        const dwreloc::Symbol& symbol) {
  const bool is_local = symbol.binding() == STB_LOCAL;
  std::string_view found;
  for (const dwreloc::Symbol& each : file.symbols()) {
    if (each.index() == symbol.index()) break;
    if (each.type() != STT_FILE) continue;
    if (!is_local && each.index() != 1) return "";
    found = each.name();
  }
  return found;
}

bool IsUnnamed(const AnsweredFrame& frame) {
  return frame.name.data() == nullptr && frame.linkage_name.data() == nullptr;
}

bool TakeFrames(const dwreloc::FileView& file,
                const dwreloc::Relocatable& place, Answer* answer,
                std::vector<dwreloc::Error>* errors) {
  Dwreloc_Frames frames;
  int result = dwreloc_frames_begin(file.raw(), &place.raw(), &frames);
  if (result < 0) errors->push_back(dwreloc::Error::Last());
  if (result != 1) return false;
  Dwreloc_Frame frame;
  while ((result = dwreloc_frames_next(&frames, &frame)) == 1) {
    if (frame.name_error != 0 || frame.place_error != 0)
      errors->push_back(dwreloc::Error::Last());
    answer->frames.push_back({.name = View(frame.name),
                              .linkage_name = View(frame.linkage_name),
                              .path = View(frame.path),
                              .line = frame.line,
                              .column = frame.column,
                              .discriminator = frame.discriminator,
                              .is_inlined = frame.is_inlined != 0});
  }
  if (result < 0) errors->push_back(dwreloc::Error::Last());
  return !answer->frames.empty();
}

}  // namespace

void AnswerPlace(const dwreloc::FileView& file,
                 std::span<const dwreloc::Relocatable> candidates,
                 SymbolUse symbol_use, Answer* answer,
                 std::vector<dwreloc::Error>* errors) {
  answer->place.reset();
  answer->symbol.reset();
  answer->frames.clear();
  for (const dwreloc::Relocatable& candidate : candidates) {
    const bool has_frames = TakeFrames(file, candidate, answer, errors);
    std::optional<dwreloc::SymbolPlace> symbol;
    if (symbol_use == SymbolUse::kAlways || !has_frames ||
        IsUnnamed(answer->frames.back())) {
      symbol = file.SymbolAt(candidate);
    }
    if (!has_frames && (!symbol || !IsCode(symbol->symbol))) continue;
    answer->place = candidate;
    answer->symbol = symbol;
    break;
  }
  if (!answer->place || !answer->symbol) return;
  if (answer->frames.empty()) {
    answer->frames.push_back({.name = answer->symbol->symbol.name(),
                              .linkage_name = {},
                              .path = FileOf(file, answer->symbol->symbol)});
  } else if (AnsweredFrame& outermost = answer->frames.back();
             IsUnnamed(outermost) && IsCode(answer->symbol->symbol)) {
    // Code without a function, as assemblers write it, perhaps without lines.
    outermost.name = answer->symbol->symbol.name();
    if (outermost.path.empty())
      outermost.path = FileOf(file, answer->symbol->symbol);
  }
}

NamedSymbols FindSymbols(const dwreloc::FileView& file, const char* name,
                         std::optional<std::uint64_t> size) {
  NamedSymbols found;
  std::uint32_t next = 0;
  while (const auto symbol = file.FindSymbol(name, next)) {
    next = symbol->index() + 1;
    if (!symbol->section() || symbol->type() == STT_FILE) continue;
    if (size && symbol->size() != *size)
      found.has_others = true;
    else
      found.symbols.push_back(*symbol);
  }
  return found;
}

}  // namespace dwreloc_tools
