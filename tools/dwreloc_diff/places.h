// places.h - values of two files, written so that equal places are equal bytes.
//
// A section is known by its name and how many sections before it have the same;
// an undefined symbol by its name.  Which symbol of a section a record was
// written against does not count, nor section and symbol numbers.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_PLACES_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_PLACES_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dwreloc_diff/interner.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Places {
 public:
  explicit Places(Interner& names) : names_(names) {}

  // What a section is called in both files.
  std::uint32_t SectionKey(const Dwreloc_Module* module, std::uint32_t section);
  // Appends a value.  DWRELOC_BAD is written as what is known of it.
  void Put(std::string& bytes, const Dwreloc_Relocatable& value);
  // Appends where a symbol is, or its name if it is undefined.
  void PutSymbolPlace(std::string& bytes, const Dwreloc_Module* module,
                      std::uint32_t symbol);

 private:
  using Keys = std::vector<std::uint32_t>;
  const Keys& KeysOf(const Dwreloc_Module* module);

  Interner& names_;
  std::vector<std::pair<const Dwreloc_Module*, Keys>> keys_;
};

// A value for people: ".text+0x10", "printk", "12".
std::string ValueText(const Dwreloc_Relocatable& value);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_PLACES_H_
