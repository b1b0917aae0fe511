// supplement_matcher.h - which trees, strings and units of the common file
// stand for what a file has.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_MATCHER_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_MATCHER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "dwreloc_compress/multifile/supplement.h"

namespace dwreloc_tools::compress {

class SupplementMatcher {
 public:
  SupplementMatcher(const Supplement& supplement, const Graph& graph,
                    const Classes& classes)
      : supplement_(supplement),
        graph_(graph),
        classes_(classes),
        members_(classes) {}

  SupplementPlan Run();

 private:
  using Known = std::vector<std::optional<std::uint32_t>>;

  void MatchClasses();
  bool AreInSame(std::uint32_t tree, std::uint32_t other) const;
  bool SaysSame(std::uint32_t tree, std::uint32_t other);
  bool SaysSame(const ShapeAttribute& attribute, std::uint32_t tree,
                std::uint32_t at, std::uint32_t other, std::uint32_t other_at);
  std::uint32_t ShapeOf(std::uint32_t shape);
  static std::uint32_t NumberOf(std::uint32_t number, std::string_view bytes,
                                const Interner& others, Known& known);
  void FindUnit(std::uint32_t unit);
  bool CanImport(std::uint32_t of);
  void MatchStrings();

  enum class Answer : std::uint8_t { kUnknown, kNo, kYes };

  const Supplement& supplement_;
  const Graph& graph_;
  const Classes& classes_;
  const ClassMembers members_;
  std::vector<std::uint32_t> tree_of_;  // of the supplement, by class
  Known shapes_;
  Known strings_;
  Known blobs_;
  Known paths_;
  // Of the unit that is looked at: by unit of the supplement, how many of its
  // trees it has, and whether it can import it.
  std::vector<std::uint32_t> counts_;
  std::vector<Answer> can_import_;
  SupplementPlan plan_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SUPPLEMENT_MATCHER_H_
