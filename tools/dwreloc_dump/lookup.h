// lookup.h - what the printers of lookup tables share: which unit an item is
// about, and whether the filters want it.
//
// --unit and --die name places in .debug_info; an item is about a unit whose
// offset the table holds, whether or not there is one.
// Tested by tests/cli/lookup_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_

#include <cstdint>
#include <string_view>

#include "context.h"

namespace dwreloc_dump {

// The place of a unit as a table gives it.
struct UnitPlace {
  const Dwreloc_Relocatable& value;  // as stored, relocated
  std::uint32_t section;
  std::uint64_t offset;  // DWRELOC_NO_OFFSET: value is no number
};

// Does --unit let it through?
bool WantsUnit(const Context& context, const UnitPlace& unit);
// Do --die and --name?
bool WantsDie(const Context& context, std::uint64_t die);
bool WantsName(const Context& context, std::string_view name);

// The offset, or what is in its stead.
void UnitText(Context& context, const UnitPlace& unit, const Where& where);
// A number, or a VALUE that says why there is none.
void UnitJson(Context& context, const UnitPlace& unit, const Where& where);

// Calls show(&reader) with a reader of each section that `begin`, of the
// library, takes and --section lets through, in the order of the file.
template <typename Reader, typename Show>
void ForEachTable(Context& context,
                  int (*begin)(const Dwreloc_Module*, std::uint32_t, Reader*),
                  Show show) {
  context.order.Do([](Page& page) { page.BeginPart(); });
  for (const dwreloc::Section& section : context.file.sections()) {
    if (!section.holds_dwarf() || !context.WantsSection(section.index()))
      continue;
    Reader reader;
    // Others are no argument for it.
    if (begin(context.module(), section.index(), &reader) >= 0) show(&reader);
  }
}

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_LOOKUP_H_
