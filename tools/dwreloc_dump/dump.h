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

namespace dwreloc_dump {

void DumpSummary(Context& context);
void DumpSections(Context& context);
void DumpSymbols(Context& context);
void DumpAbbrev(Context& context);
void DumpAranges(Context& context);
void DumpPubnames(Context& context);
void DumpNames(Context& context);
void DumpMacros(Context& context);
void DumpAddr(Context& context);
void DumpStrOffsets(Context& context);
void DumpUnitIndex(Context& context);
void DumpSup(Context& context);
void DumpFrames(Context& context);
void DumpRelocs(Context& context);
void DumpDiagnostics(Context& context);
void DumpCoverage(Context& context);

std::unique_ptr<UnitView> NewInfoView();
std::unique_ptr<UnitView> NewLinesView();
std::unique_ptr<UnitView> NewRangesView();
std::unique_ptr<UnitView> NewLocationsView();

// Prints one record as --relocs does; owner may be nullptr.  The text form is a
// line under the heading that RelocHeading writes.
void PrintRecord(Context& context, const Dwreloc_Record& record,
                 const Dwreloc_Owner* owner);
void RelocHeading(Context& context, std::uint32_t section);

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_DUMP_H_
