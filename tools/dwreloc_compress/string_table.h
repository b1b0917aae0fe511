// string_table.h - a section of strings, each there once; one that is the end
// of another is not there at all.
//
// Tested by tests/compress/string_table_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_STRING_TABLE_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_STRING_TABLE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dwreloc_compress/interner.h"

namespace dwreloc_tools::compress {

// The last eight characters, the last one highest.
std::uint64_t EndOf(std::string_view string);
// Orders by the characters from the last one on; an end is before what it ends.
bool IsBefore(std::string_view a, std::string_view b);

// A string of so many characters takes as much as a reference to it.
constexpr std::size_t kShortString = 3;

class StringTable {
 public:
  // Strings are those of an interner.
  explicit StringTable(const Interner& strings) : strings_(strings) {}

  void Use(std::uint32_t string) {
    if (string >= uses_.size()) uses_.resize(strings_.size());
    ++uses_[string];
  }
  std::uint32_t uses(std::uint32_t string) const {
    return string < uses_.size() ? uses_[string] : 0;
  }
  // That many uses will not be.
  void Drop(std::uint32_t string, std::uint32_t uses) { uses_[string] -= uses; }

  // Finds strings that end others: of those in use.
  void FindTails();
  bool is_tail(std::uint32_t string) const { return hosts_[string] != string; }
  bool is_host(std::uint32_t string) const { return is_host_[string]; }

  // Gives those in use their places: in that order, which names each of them
  // at least once, so that a file that was written so is written again.
  void Place(std::span<const std::uint32_t> order);
  std::uint32_t OffsetOf(std::uint32_t string) const {
    return offsets_[string];
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  const Interner& strings_;
  std::vector<std::uint32_t> uses_;
  std::vector<std::uint32_t> hosts_;  // that it ends, or itself
  std::vector<bool> is_host_;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_STRING_TABLE_H_
