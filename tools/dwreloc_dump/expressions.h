// expressions.h - DWARF expressions (DWARF 5 2.5), printed.
//
// In text "DW_OP_addr .data+0x8, DW_OP_plus_uconst 0x10"; in JSON an array of
// {"op":...} objects.  Operands that can depend on relocation are printed as
// values; DW_OP_entry_value holds an expression, which is printed to a limited
// depth.  One array of operations is kept per depth.  Tested by
// tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_EXPRESSIONS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_EXPRESSIONS_H_

#include <array>
#include <cstddef>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <vector>

#include "common/json.h"
#include "common/output.h"
#include "names.h"
#include "report.h"
#include "values.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Expressions {
 public:
  Expressions(Output& out, Report& report, Names& names, Values& values)
      : out_(out), report_(report), names_(names), values_(values) {}

  // Sets whether operations in JSON tell where their operands are.
  void set_operands(bool operands) { operands_ = operands; }

  void Text(const Dwreloc_Expression& expression) { Text(expression, 0); }
  // ,"expression":[...], its bytes, and their place.
  void JsonKeys(const Dwreloc_Expression& expression);

 private:
  // Compilers nest once.  Deeper expressions are printed as bytes.
  static constexpr std::size_t kMaxDepth = 8;

  // Returns the operations.  On an error those before it, and the error is the
  // thread's last.
  std::span<const Dwreloc_Op> Decode(const Dwreloc_Expression& expression,
                                     std::size_t depth, bool* failed);
  void Text(const Dwreloc_Expression& expression, std::size_t depth);
  void TextOperation(const Dwreloc_Expression& expression, const Dwreloc_Op& op,
                     std::size_t depth);
  void Json(const Dwreloc_Expression& expression, std::size_t depth);
  void JsonOperands(const Dwreloc_Expression& expression, const Dwreloc_Op& op,
                    JsonObject& json);
  void JsonOperation(const Dwreloc_Expression& expression, const Dwreloc_Op& op,
                     std::size_t depth);

  Output& out_;
  Report& report_;
  Names& names_;
  Values& values_;
  bool operands_ = false;
  std::array<std::vector<Dwreloc_Op>, kMaxDepth> ops_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_EXPRESSIONS_H_
