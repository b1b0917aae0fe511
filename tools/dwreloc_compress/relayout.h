// relayout.h - a section some parts of which become shorter or longer, and
// where everything else is afterwards.
//
// Tested by tests/compress/relayout_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_RELAYOUT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_RELAYOUT_H_

#include <cstdint>
#include <vector>

#include "dwreloc_compress/emit.h"

namespace dwreloc_tools::compress {

// Bytes that stand for others.
struct Replacement {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of what was there
  std::vector<std::uint8_t> bytes{};
};

class Relayout {
 public:
  void Add(Replacement replacement) {
    replacements_.push_back(std::move(replacement));
  }
  // All have been added; returns whether none overlaps another one.
  bool Sort();

  // Where a byte is now; kNowhere for one that is replaced, unless it is the
  // first one.
  static constexpr std::uint64_t kNowhere = UINT64_MAX;
  std::uint64_t Map(std::uint64_t offset) const;

  // Puts other bytes, as many as there are, in place of what a replacement
  // that begins at `offset` has.
  void Set(std::uint64_t offset, std::vector<std::uint8_t> bytes);

  // Records of replaced bytes go, and are appended to *gone.
  Section Apply(const Section& section, std::vector<RawRecord>* gone) const;

 private:
  std::vector<Replacement> replacements_;
  std::vector<std::int64_t> growth_;  // up to the end of each
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_RELAYOUT_H_
