// compare_macros.cc - see compare_macros.h.
#include "dwreloc_diff/compare_macros.h"

#include <optional>
#include <string>
#include <utility>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/line_paths.h"

namespace dwreloc_tools {
namespace {

// An operation as both files know it.
struct Operation {
  std::string text;
  std::uint64_t offset;
  std::uint32_t section;
};

// The operations of one unit, one after the other.
class MacroReader {
 public:
  MacroReader(Context& context, int side, const Dwreloc_Unit* unit)
      : reader_{context, side} {
    const int result = Checked(dwreloc_macros_begin(unit, &macros_));
    if (result < 0) reader_.TellError();
    more_ = result == 1;
    if (!more_) return;
    if (Checked(dwreloc_macros_follow_imports(&macros_, 1)) < 0 ||
        Checked(dwreloc_macros_line_table(&macros_, &table_)) < 0)
      reader_.TellError();
  }

  std::optional<Operation> Next() {
    while (more_) {
      Dwreloc_Macro macro;
      const int result = Checked(dwreloc_macros_next(&macros_, &macro));
      if (result < 0) reader_.TellError();
      more_ = result == 1;
      if (!more_) break;
      if (macro.kind == DWRELOC_MACRO_IMPORT) {
        std::uint32_t section = 0;
        std::uint64_t offset = 0;
        // What is imported follows, unless it cannot be read.
        if (Checked(dwreloc_macro_import(&macro, &section, &offset)) < 0)
          reader_.TellError();
        continue;
      }
      Operation operation{TextOf(macro), macro.offset, macro.section};
      // Units that import one another twice double what they say.
      more_ = reader_.Spend(operation.text.size());
      return operation;
    }
    return std::nullopt;
  }

 private:
  std::string TextOf(const Dwreloc_Macro& macro) {
    std::string line = " " + std::to_string(macro.line);
    switch (macro.kind) {
      case DWRELOC_MACRO_START_FILE:
        return "start_file" + line + " " + FileOf(macro.file);
      case DWRELOC_MACRO_END_FILE:
        return "end_file";
      case DWRELOC_MACRO_DEFINE:
        return "define" + line + " " + StringOf(macro);
      case DWRELOC_MACRO_UNDEF:
        return "undef" + line + " " + StringOf(macro);
      default:
        return "vendor " + std::to_string(macro.opcode) + line + " " +
               (macro.operand_kind == DWRELOC_MACRO_NO_OPERAND
                    ? ""
                    : StringOf(macro));
    }
  }
  std::string FileOf(std::uint64_t number) const {
    Dwreloc_Line_Info info;
    if (table_ == nullptr || Checked(dwreloc_line_info(table_, &info)) < 0 ||
        number < info.first_file || number - info.first_file >= info.file_count)
      return "#" + std::to_string(number);
    return LinePath(table_, static_cast<std::uint32_t>(number));
  }
  std::string StringOf(const Dwreloc_Macro& macro) const {
    const char* text = nullptr;
    std::size_t length = 0;
    if (Checked(dwreloc_macro_string(&macro, &text, &length)) < 0) {
      reader_.TellError();
      return "?";
    }
    return {text, length};
  }

  const Reader reader_;
  Dwreloc_Macros macros_{};
  const Dwreloc_Line_Table* table_ = nullptr;
  bool more_ = false;
};

}  // namespace

void CompareMacros(Context& context, const Graph& graph,
                   const std::vector<UnitPair>& pairs) {
  for (const UnitPair& pair : pairs) {
    MacroReader a(context, 0, graph.units[pair.first].unit);
    MacroReader b(context, 1, graph.units[pair.second].unit);
    bool is_told = false;
    for (;;) {
      const std::optional<Operation> left = a.Next();
      const std::optional<Operation> right = b.Next();
      if (!left && !right) break;
      if (is_told || (left && right && left->text == right->text)) continue;
      is_told = true;
      Difference difference;
      difference.section =
          SectionName(context.findings.file(left ? 0 : 1).raw(),
                      left ? left->section : right->section);
      difference.unit = UnitName(graph.units[pair.first]);
      difference.what = "first macro that differs";
      if (left) {
        difference.offset_a = left->offset;
        difference.a = Escaped(left->text);
      }
      if (right) {
        difference.offset_b = right->offset;
        difference.b = Escaped(right->text);
      }
      context.findings.Add(std::move(difference));
    }
  }
}

}  // namespace dwreloc_tools
