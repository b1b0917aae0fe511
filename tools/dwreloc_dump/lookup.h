// lookup.h - what the printers of lookup tables share: which unit an item is
// about, and whether the filters select it.
//
// --unit and --die name places in .debug_info; an item is about a unit whose
// offset the table holds, whether or not there is one.
// Tested by tests/cli/lookup_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_

#include <cstdint>
#include <string_view>

#include "context.h"

namespace dwreloc_tools {

// The place of a unit according to a table.
struct UnitPlace {
  const Dwreloc_Relocatable& value;  // as stored, relocated
  std::uint32_t section;
  std::uint64_t offset;  // DWRELOC_NO_OFFSET: value is not a number
};

// Returns true if --unit selects it.
bool WantsUnit(const Context& context, const UnitPlace& unit);
// Return true if --die and --name select it.
bool WantsDie(const Context& context, std::uint64_t die);
bool WantsName(const Context& context, std::string_view name);

// Prints the offset, or what is known instead.
void UnitText(Context& context, const UnitPlace& unit, const Where& where);
// Prints a number, or a VALUE that says why there is none.
void UnitJson(Context& context, const UnitPlace& unit, const Where& where);

// Calls show(&reader) with a reader for each section that the library's `begin`
// accepts and --section selects, in the order of the file.
template <typename Reader, typename Show>
void ForEachTable(Context& context,
                  int (*begin)(const Dwreloc_Module*, std::uint32_t, Reader*),
                  Show show) {
  context.order.Do([](Page& page) { page.BeginPart(); });
  for (const dwreloc::Section& section : context.file.sections()) {
    if (!section.holds_dwarf() || !context.WantsSection(section.index()))
      continue;
    Reader reader;
    // `begin` does not accept other sections.
    if (begin(context.module(), section.index(), &reader) >= 0) show(&reader);
  }
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_
