// expressions.h - expressions that hold the places of DIEs, or addresses.
//
// Tested by tests/compress/graph_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_EXPRESSIONS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_EXPRESSIONS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <unordered_set>
#include <vector>

namespace dwreloc_tools::compress {

struct DieOperand;
struct Graph;

class ExpressionReader {
 public:
  explicit ExpressionReader(Graph& graph) : graph_(graph) {}

  // Does an expression, whose bytes are that blob, hold anything that is not
  // the same wherever it stands?
  bool IsPinned(const Dwreloc_Attribute& attribute, std::uint32_t blob);
  // Adds one that does; returns its number in Graph::expressions. Operands hold
  // offsets of DIEs instead of their numbers, as those of lists.
  std::uint32_t Read(const Dwreloc_Attribute& attribute);
  // Adds the operands of a location list.
  void ReadList(const Dwreloc_Attribute& attribute);

 private:
  // The same of the expression that a call returns, if it is not known.
  template <typename ExpressionOf>
  bool IsPinned(std::uint32_t blob, const ExpressionOf& expression_of);
  bool HoldsPlaces(const Dwreloc_Expression& expression, int nesting);
  void CheckAddresses(const Dwreloc_Expression& expression);
  void AddOperands(const Dwreloc_Expression& expression,
                   std::vector<DieOperand>& operands, int nesting);
  std::span<const Dwreloc_Op> Ops(const Dwreloc_Expression& expression,
                                  std::vector<Dwreloc_Op>& room) const;

  enum class Answer : std::uint8_t { kUnknown, kNo, kYes };

  Graph& graph_;
  std::vector<Answer> is_pinned_;  // by blob
  std::vector<Dwreloc_Op> ops_;
  std::unordered_set<std::uint64_t> lists_;  // entries that were read
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_EXPRESSIONS_H_
