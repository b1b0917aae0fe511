// supplement.h - the common file, as files that are written anew refer to it:
// where in it a tree or a string is that they need not have themselves.
//
// A tree of the common file stands for one of another file if both have one
// identity (identity.h) and say the same word by word, and if that is so of
// all they refer to. A unit can do without trees of its own if there are units
// of the common file that have them and nothing else, which it imports.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/identity.h"
#include "dwreloc_compress/interner.h"
#include "dwreloc_compress/multifile/common_elf.h"
#include "dwreloc_compress/plan.h"

namespace dwreloc_tools::compress {

class Supplement {
 public:
  // `name`: what others call the file. Throws std::runtime_error and
  // dwreloc::Error if it is not one.
  Supplement(dwreloc::File file, std::string name);

  // Whether files of that kind can refer to it.
  bool Fits(const dwreloc::FileInfo& info) const;
  // What of a file is in it. The graph does not outlive this.
  SupplementPlan PlanFor(const Graph& graph, const Classes& classes) const;
  AddedSection Link(const NumberWriter& numbers) const;

 private:
  friend class SupplementMatcher;

  // Units of the file, as in its graph.
  struct Unit {
    std::uint32_t root_die = 0;
    std::uint32_t trees = 0;               // without its root and imports
    std::vector<std::uint32_t> imports{};  // units
  };

  void ReadUnits();
  void ReadStrings();
  std::uint32_t FindTree(const Identity& identity) const;
  // The offset of a string, or kNone.
  std::uint32_t FindString(std::string_view string) const;
  std::uint32_t FindShape(const Shape& shape) const;

  const dwreloc::File file_;
  const std::string name_;
  SupplementForms forms_ = SupplementForms::kGnu;
  std::vector<std::uint8_t> id_;
  Graph graph_;
  std::vector<std::pair<Identity, std::uint32_t>> trees_;  // sorted
  std::vector<Unit> units_;
  Interner paths_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> shapes_;
  // .debug_str: strings by what they end with, backwards.
  struct Ending {
    std::uint64_t end;
    std::uint32_t offset;
    std::uint32_t size;
  };
  std::vector<Ending> endings_;
  std::string_view strings_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_H_
