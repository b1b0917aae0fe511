// findings.h - collects what a comparison finds, as much as is wanted.
//
// Tested by tests/diff/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_FINDINGS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_FINDINGS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <utility>

#include "dwreloc_diff/compare.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Findings {
 public:
  Findings(const dwreloc::FileView& a, const dwreloc::FileView& b,
           std::size_t limit)
      : files_{a, b}, limit_(limit) {}

  const dwreloc::FileView& file(int side) const {
    return files_[static_cast<std::size_t>(side)];
  }
  Comparison& result() { return result_; }

  // Whether the next difference is kept: only then its texts are needed.
  bool WantsDifference() const { return result_.differences.size() < limit_; }
  void Add(Difference difference);
  // Counts one that is not kept.
  void AddUntold() { ++result_.difference_count; }

  // The library's last error, in a file.
  void AddLastError(int side) { AddError(side, dwreloc::Error::Last()); }
  void AddError(int side, const dwreloc::Error& error);
  // What is bad at a place of a file.
  void AddTrouble(int side, const Dwreloc_Module* module, std::uint32_t section,
                  std::uint64_t offset, const std::string& text);
  // What is bad about a value that was read at a place.
  void AddBad(int side, const Dwreloc_Module* module, std::uint32_t section,
              std::uint64_t offset, const Dwreloc_Relocatable& value);

 private:
  void Keep(Trouble trouble);

  std::array<dwreloc::FileView, 2> files_;
  std::size_t limit_;
  Comparison result_;
};

// The name of a section; "" if there is none.
std::string SectionName(const Dwreloc_Module* module, std::uint32_t section);
// 0x and hexadecimal digits.
std::string HexText(std::uint64_t value);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_FINDINGS_H_
