// interner.h - numbers for byte strings, equal exactly where the strings are.
//
// What two files say is written in bytes that mean the same in both; whoever
// compares them compares these numbers.  A hash only finds the candidates: all
// bytes are compared, so a collision costs time and never an error.
// Tested by tests/diff/same_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_INTERNER_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_INTERNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

// Thread-safety: one thread.
class Interner {
 public:
  Interner();

  // The number of a string, counted from 0; a new one if it is new.
  std::uint32_t Id(std::string_view bytes);
  // The string, which stays where it is.
  std::string_view bytes(std::uint32_t id) const { return strings_[id]; }
  std::size_t size() const { return strings_.size(); }

 private:
  std::string_view Keep(std::string_view bytes);
  void Grow();

  std::vector<std::string_view> strings_;
  std::vector<std::uint32_t> hashes_;  // of each string, to grow without bytes
  std::vector<std::uint32_t> slots_;   // id + 1, or 0
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_size_ = 0;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_INTERNER_H_
