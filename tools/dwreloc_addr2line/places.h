// places.h - what the places on the command line mean in a file.
//
//   1c8                an address; in an unlinked file an offset in the first
//                      section that has code there (--section: in that one),
//                      or what dwreloc-nm makes of it
//   SYMBOL+1c8         with or without an offset
//   SYMBOL+0x1c8/0x200 the one of that size, of several of that name
//   .init.text+1c8     an offset in a section
//
// Numbers are hexadecimal, with or without 0x, as everywhere in traces.
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PLACES_H_
#define DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PLACES_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

struct Place {
  std::uint64_t address = 0;  // what -a shows
  // Where it may be, the first that has code counts.
  std::vector<dwreloc::Relocatable> candidates;
  std::string error;  // why there are none, or fewer than meant
};

// Borrows the file.
class Places {
 public:
  // `section`: of --section; empty: none.  Places the sections of the file.
  Places(dwreloc::File& file, const std::string& section);

  // Returns the reason if there is no such section.
  const std::string& error() const { return error_; }

  void Find(std::string_view text, Place* place) const;

 private:
  struct Loaded {
    std::uint32_t index;
    std::uint64_t size;
  };

  void FindAddress(std::uint64_t address, Place* place) const;
  void FindSymbol(const std::string& name, std::uint64_t offset,
                  std::optional<std::uint64_t> size, Place* place) const;
  void AddSection(std::uint32_t section, std::uint64_t offset,
                  Place* place) const;

  const dwreloc::File& file_;
  const bool is_linked_;
  const std::uint64_t mask_;  // of an address
  std::string error_;
  std::optional<std::uint32_t> section_;
  std::vector<Loaded> loaded_;  // of an unlinked file, in its order
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PLACES_H_
