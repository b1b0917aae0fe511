#include "support/question_read.h"

#include <dwreloc/dwarf.h>

#include <cstring>

namespace dwreloc::internal {
namespace {

bool IsSame(const Dwreloc_Die& a, const Dwreloc_Die& b) {
  return a.unit == b.unit && a.offset == b.offset;
}

bool IsFunction(const Dwreloc_Die& die) {
  return die.tag == DW_TAG_subprogram || die.tag == DW_TAG_inlined_subroutine;
}

}  // namespace

void QuestionReader::Ask(const Dwreloc_Module* module,
                         const Dwreloc_Relocatable& place) {
  const std::vector<Dwreloc_Die> frames = ReadFrames(module, place);
  CompareFunction(module, place, frames);
  ReadSymbol(module, place);
  ReadFrameRow(module, place);
  ReadScopes(module, place, frames);
}

std::vector<Dwreloc_Die> QuestionReader::ReadFrames(
    const Dwreloc_Module* module, const Dwreloc_Relocatable& place) {
  std::vector<Dwreloc_Die> dies;
  Dwreloc_Frames frames;
  int more = dwreloc_frames_begin(module, &place, &frames);
  if (!log_.Ok(more, "dwreloc_frames_begin") || more == 0) return {};
  bool is_whole = true;
  Dwreloc_Frame frame;
  while ((more = dwreloc_frames_next(&frames, &frame)) == 1) {
    ++answers_.frames;
    log_.HashText(frame.name);
    log_.HashText(frame.linkage_name);
    log_.HashText(frame.path);
    log_.Hash(frame.file);
    log_.Hash(frame.line);
    log_.Hash(frame.column);
    log_.Hash(frame.discriminator);
    // dwreloc_error tells the last one.
    log_.Ok(frame.place_error != 0 ? frame.place_error : frame.name_error,
            "dwreloc_frames_next");
    if (frame.die.unit == nullptr) {
      is_whole = false;
      if (frame.name != nullptr) log_.Complain("the name of no function");
    } else {
      dies.push_back(frame.die);
      if (!IsFunction(frame.die)) log_.Complain("a frame of no function");
    }
    if (frame.is_inlined == 0 && dies.empty() != (frame.die.unit == nullptr)) {
      log_.Complain("a frame without a function around ones that have one");
    }
  }
  if (!log_.Ok(more, "dwreloc_frames_next") || !is_whole) return {};
  return dies;
}

void QuestionReader::CompareFunction(const Dwreloc_Module* module,
                                     const Dwreloc_Relocatable& place,
                                     const std::vector<Dwreloc_Die>& frames) {
  Dwreloc_Die function;
  const int found = dwreloc_function_at(module, &place, &function);
  if (!log_.Ok(found, "dwreloc_function_at")) return;
  if (!frames.empty() && (found == 0 || !IsSame(function, frames.back()))) {
    log_.Complain("dwreloc_function_at is not the outermost frame");
  }
}

void QuestionReader::ReadSymbol(const Dwreloc_Module* module,
                                const Dwreloc_Relocatable& place) {
  uint32_t index = 0;
  uint64_t offset = 0;
  const int found = dwreloc_symbol_at(module, &place, &index, &offset);
  if (!log_.Ok(found, "dwreloc_symbol_at") || found == 0) return;
  log_.Hash(index);
  log_.Hash(offset);
  Dwreloc_Symbol symbol;
  if (!log_.Ok(dwreloc_symbol(module, index, &symbol), "dwreloc_symbol")) {
    return;
  }
  if (symbol.size != 0 && offset >= symbol.size) {
    log_.Complain("a symbol that ends before its place");
  }
  uint32_t alias = 0;
  log_.Ok(dwreloc_find_alias(module, index, 0, &alias), "dwreloc_find_alias");
  uint32_t named = 0;
  const int has_name = dwreloc_find_symbol(module, symbol.name, 0, &named);
  if (log_.Ok(has_name, "dwreloc_find_symbol") &&
      (has_name == 0 || named > index)) {
    log_.Complain("a symbol that is not found by its name");
  }
}

void QuestionReader::ReadFrameRow(const Dwreloc_Module* module,
                                  const Dwreloc_Relocatable& place) {
  Dwreloc_Cfi_Entry entry;
  Dwreloc_Cfi_Rows rows;
  Dwreloc_Cfi_Row row;
  const int found = dwreloc_cfi_row_at(module, DWRELOC_NO_SECTION, &place,
                                       &entry, &rows, &row);
  if (!log_.Ok(found, "dwreloc_cfi_row_at") || found == 0) return;
  log_.Value(row.begin);
  log_.Value(row.end);
  log_.Hash(row.register_count);
  if (place.kind == DWRELOC_SECTION &&
      dwreloc_relocatable_in_range(&place, &row.begin, &row.end) != 1) {
    log_.Complain("a frame row that does not hold at the place");
  }
}

void QuestionReader::AskData(const Dwreloc_Module* module,
                             const Dwreloc_Relocatable& place) {
  // What a bad symbol table overlaps is told once more than twice.
  for (uint32_t number = 0; number < 3; ++number) {
    Dwreloc_Die die;
    uint64_t offset = 0;
    const int found =
        dwreloc_variable_at(module, &place, number, &die, &offset);
    if (!log_.Ok(found, "dwreloc_variable_at") || found == 0) return;
    ++answers_.variables;
    log_.Hash(die.offset);
    log_.Hash(offset);
    const char* name = nullptr;
    if (log_.Ok(dwreloc_die_name(&die, &name, nullptr), "dwreloc_die_name")) {
      log_.HashText(name);
    }
    uint64_t size = 0;
    const int has_size = dwreloc_byte_size(&die, &size);
    if (log_.Ok(has_size, "dwreloc_byte_size") && has_size == 1 && size != 0 &&
        offset >= size) {
      log_.Complain("a variable that ends before its place");
    }
  }
}

void QuestionReader::ReadScopes(const Dwreloc_Module* module,
                                const Dwreloc_Relocatable& place,
                                const std::vector<Dwreloc_Die>& frames) {
  Dwreloc_Scopes scopes;
  int more = dwreloc_scopes_begin(module, &place, &scopes);
  if (!log_.Ok(more, "dwreloc_scopes_begin") || more == 0) return;
  Dwreloc_Die scope = {};
  size_t functions = 0;
  bool is_whole = true;
  // The first error may be that of a block.
  for (int errors = 0; errors < 2; ++errors) {
    while ((more = dwreloc_scopes_next(&scopes, &scope)) == 1) {
      ++answers_.scopes;
      log_.Hash(scope.offset);
      log_.Hash(scope.tag);
      if (functions < frames.size() && IsSame(scope, frames[functions])) {
        ++functions;
      }
      ReadVariables(scope, place);
    }
    if (log_.Ok(more, "dwreloc_scopes_next")) break;
    is_whole = false;
  }
  if (is_whole && functions != frames.size()) {
    log_.Complain("the scopes lack functions of the frames");
  }
}

void QuestionReader::ReadVariables(const Dwreloc_Die& scope,
                                   const Dwreloc_Relocatable& place) {
  constexpr int kMost = 64;  // a unit may have thousands
  Dwreloc_Variables variables;
  int more = dwreloc_variables_begin(&scope, &place, &variables);
  if (!log_.Ok(more, "dwreloc_variables_begin") || more == 0) return;
  for (int i = 0; i < kMost; ++i) {
    Dwreloc_Variable variable;
    more = dwreloc_variables_next(&variables, &variable);
    if (!log_.Ok(more, "dwreloc_variables_next") || more == 0) return;
    ++answers_.variables;
    ReadVariable(variable, place);
  }
}

void QuestionReader::ReadVariable(const Dwreloc_Variable& variable,
                                  const Dwreloc_Relocatable& place) {
  log_.Hash(variable.die.offset);
  log_.Hash(variable.kind);
  log_.HashText(variable.name);
  log_.Ok(variable.location_error != 0 ? variable.location_error
                                       : variable.name_error,
          "dwreloc_variables_next");
  if ((variable.kind == DWRELOC_VARIABLE_CONSTANT) !=
          (variable.constant.unit != nullptr) ||
      (variable.kind == DWRELOC_VARIABLE_LOCATION &&
       variable.location.size == 0)) {
    log_.Complain("a variable that is not of its kind");
  }
  Dwreloc_Die type;
  if (variable.type.unit != nullptr &&
      log_.Ok(dwreloc_formref_die(&variable.type, &type),
              "dwreloc_formref_die")) {
    log_.Hash(type.offset);
  }
  if (variable.is_bounded != 0) {
    log_.Value(variable.begin);
    log_.Value(variable.end);
    if (place.kind == DWRELOC_SECTION &&
        dwreloc_relocatable_in_range(&place, &variable.begin, &variable.end) !=
            1) {
      log_.Complain("a location that does not count at the place");
    }
  }
  if (variable.location.size == 0) return;
  char text[512];
  const int length =
      dwreloc_expression_text(&variable.location, text, sizeof(text));
  if (!log_.Ok(length, "dwreloc_expression_text")) return;
  log_.HashText(text);
  const size_t written = std::strlen(text);
  if (written > static_cast<size_t>(length) ||
      (written < static_cast<size_t>(length) && written != sizeof(text) - 1)) {
    log_.Complain("the length of an expression's text");
  }
}

}  // namespace dwreloc::internal
