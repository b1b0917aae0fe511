// dump.h - the printers, one per selector.
//
// Each reads the data from the library as it prints, reports errors, and
// continues.  Text or JSON by context.options.  One source file each.  Views of
// units are printed unit by unit (walk.h), the others as a whole.
// Tested through tests/cli.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_DUMP_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_DUMP_H_

#include <memory>
#include <string_view>

#include "context.h"
#include "walk.h"

namespace dwreloc_tools {

#define SELECTOR(name, printer, when, kinds, help) void printer(Context&);
#define UNIT_SELECTOR(name, view, when, kinds, help) \
  std::unique_ptr<UnitView> view();
#include "selectors.inc"
#undef SELECTOR
#undef UNIT_SELECTOR

// Prints one record as --relocs does; owner may be nullptr.  The text form is a
// line under the heading that RelocHeading writes.
void PrintRecord(Context& context, const Dwreloc_Record& record,
                 const Dwreloc_Owner* owner);
void RelocHeading(Context& context, std::uint32_t section);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_DUMP_H_
