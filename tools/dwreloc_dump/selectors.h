// selectors.h - the selectors of dwreloc-dump (selectors.inc).
//
// Tested by tests/cli/selectors_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_SELECTORS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_SELECTORS_H_

#include <bitset>
#include <memory>
#include <span>
#include <string_view>

namespace dwreloc_tools {

class UnitView;
struct Context;

struct Selector {
  std::string_view name;  // of the option, without "--"
  std::string_view help;
  bool is_in_all;  // part of --all
  // One of the two is nullptr.
  void (*print)(Context&);
  std::unique_ptr<UnitView> (*by_unit)();
};

// In the order in which they are printed.
std::span<const Selector> AllSelectors();

// Some of them, by their position in AllSelectors.
using Selection = std::bitset<64>;

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_SELECTORS_H_
