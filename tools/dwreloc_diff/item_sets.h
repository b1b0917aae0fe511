// item_sets.h - what both files say in some order that does not count: tuples,
// names, frames, symbols.
//
// Tested by tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_ITEM_SETS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_ITEM_SETS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

// Something that a file says.
struct Item {
  std::string key;    // which one it is: ".text+0x10", in bytes
  std::string value;  // what is said of it, in bytes
  std::string path;   // which one, for people
  std::string text;   // what is said, for people; see ItemText
  std::optional<std::uint64_t> offset;
  std::uint32_t section = DWRELOC_NO_SECTION;  // that the offset is in
  Edge die = {kNone, 0};                       // that it leads to
};

// What is said, for people, of an item of a file: asked for where it is told.
using ItemText = std::function<std::string(int side, const Item& item)>;

enum class Repeats { kCount, kDoNotCount };

// Tells what only one file says.  Items of equal keys are the same one; of
// several they are paired in their order.
void CompareItems(Context& context, const std::string& section,
                  const std::string& what, Repeats repeats,
                  std::array<std::vector<Item>, 2>& items,
                  const ItemText& text_of = nullptr);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_ITEM_SETS_H_
