// macro_units.h - the macro units of a section, one after the other.
//
// Tested by tests/cli/compress_test.py and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MACRO_UNITS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MACRO_UNITS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>

namespace dwreloc_tools::compress {

// Calls begin(const Dwreloc_Macro_Info&) for each, then
// visit(const Dwreloc_Macro&, const Dwreloc_Macro_Info&) for each operation of
// it.
template <typename Begin, typename Visit>
void VisitMacros(const dwreloc::File& file, std::uint32_t section,
                 const Begin& begin, const Visit& visit) {
  using dwreloc::detail::Check;
  Dwreloc_Macros macros;
  Dwreloc_Macro_Info info;
  Dwreloc_Macro macro;
  std::uint64_t offset = 0;
  while (Check(dwreloc_macros_begin_at(file.raw(), section, offset, nullptr,
                                       &macros)) != 0) {
    Check(dwreloc_macros_info(&macros, &info));
    begin(info);
    while (Check(dwreloc_macros_next(&macros, &macro)) != 0) visit(macro, info);
    Check(dwreloc_macros_info(&macros, &info));
    offset = info.next_offset;
  }
}

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MACRO_UNITS_H_
