// explain.h - tells where two trees differ that should say the same.
//
// A change of one type makes all trees differ that lead to it.  So trees are
// first paired that are meant to be the same, and a reference is not told if it
// leads from one pair to another: what differs there is told where it is.
// Tested by tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_EXPLAIN_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_EXPLAIN_H_

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "dwreloc_diff/context.h"
#include "dwreloc_diff/die_content.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Explainer {
 public:
  Explainer(Context& context, const Graph& graph,
            const std::vector<std::uint32_t>& classes)
      : context_(context),
        graph_(graph),
        classes_(classes),
        writers_{DieWriter({context, 0, false}),
                 DieWriter({context, 1, false})} {}

  // Two trees are meant to be the same from now on.
  void Pair(std::uint32_t a, std::uint32_t b) {
    partners_.emplace(classes_[a], classes_[b]);
  }
  const std::unordered_map<std::uint32_t, std::uint32_t>& partners() const {
    return partners_;
  }
  // Whether places in trees correspond, if pairs are taken for equal.
  bool Correspond(const Edge& a, const Edge& b) const;
  // Appends what a tree of a file leads to, as far as both know it by now.
  void PutEdges(std::string& bytes, int side, std::uint32_t tree) const;

  // Tells what is different in two trees.  Returns the number of differences
  // told: 0 if they only lead to what is different elsewhere.
  std::size_t Explain(std::uint32_t a, std::uint32_t b,
                      const std::string& unit_name);
  // Tells a difference of two places in trees, either of which may be missing.
  void Tell(const Edge& a, const Edge& b, const std::string& unit_name,
            const std::string& what, std::optional<std::string> text_a,
            std::optional<std::string> text_b);

 private:
  struct Attributes {
    Dwreloc_Die die;
    std::vector<Dwreloc_Attribute> all;  // those of meaning, by name
  };

  bool Read(int side, const Edge& place, Attributes* attributes);
  std::size_t ExplainNode(const Edge& a, const Edge& b,
                          const std::string& unit_name);
  bool AreSame(const Attributes& a, const Dwreloc_Attribute& attribute_a,
               const Attributes& b, const Dwreloc_Attribute& attribute_b);
  Edge Resolve(int side, const Target& target) const;

  Context& context_;
  const Graph& graph_;
  const std::vector<std::uint32_t>& classes_;
  std::array<DieWriter, 2> writers_;
  // The class of the second file that one of the first is meant to be.
  std::unordered_map<std::uint32_t, std::uint32_t> partners_;
  std::array<Content, 2> contents_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_EXPLAIN_H_
