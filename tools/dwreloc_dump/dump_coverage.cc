// dump_coverage.cc - --coverage: checks that every relocation record of a debug
// section is read exactly once, by a field that has a name.
//
// A record that is never read is either in a field this library does not know
// or a sign that it reads the file incorrectly; the same goes for one that two
// fields read.  R_*_NONE records, which mean that there is nothing to read, are
// not counted as failures.
// Tested by tests/cli/relocs_test.py.
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

struct Counts {
  std::uint64_t visited = 0;
  std::uint64_t owned = 0;
  std::uint64_t unowned = 0;
  std::uint64_t doubled = 0;
  std::uint64_t none = 0;
};

bool IsNone(const Dwreloc_Record& record) {
  return record.type_name != nullptr &&
         std::string_view(record.type_name).ends_with("_NONE");
}

void PrintJson(Context& context, const dwreloc::Section& section,
               const Counts& counts) {
  JsonObject json(context.out, "coverage");
  json.Keys(context.values.SectionJson(section.index()));
  json.Number("records", section.reloc_count());
  json.Number("owned", counts.owned);
  json.Number("unowned", counts.unowned);
  json.Number("doubled", counts.doubled);
  json.Number("none", counts.none);
  json.EndLine();
}

void PrintText(Context& context, const dwreloc::Section& section,
               const Counts& counts) {
  Output& out = context.out;
  out.TextLeft(context.values.SectionLabel(section.index()), 24);
  out.DecimalRight(section.reloc_count(), 10);
  out.DecimalRight(counts.owned, 10);
  out.DecimalRight(counts.unowned, 10);
  out.DecimalRight(counts.doubled, 10);
  out.DecimalRight(counts.none, 10);
  out.Char('\n');
}

}  // namespace

void DumpCoverage(Context& context) {
  const dwreloc::Sections sections = context.file.sections();
  std::vector<Counts> counts(sections.size());

  std::uint32_t heading = DWRELOC_NO_SECTION;
  const auto show = [&](const Dwreloc_Record& record,
                        const Dwreloc_Owner& owner, std::string_view fact) {
    if (record.section != heading) RelocHeading(context, record.section);
    heading = record.section;
    PrintRecord(context, record, &owner);
    context.report.Fact({record.section, record.offset}, fact);
  };
  context.file.VisitOwners(
      dwreloc::kNoSection,
      [&](const dwreloc::Record& visited, const dwreloc::Owner& owner) {
        const Dwreloc_Record& record = visited.raw();
        if (record.section >= counts.size()) return;
        Counts& count = counts[record.section];
        ++count.visited;
        if (owner.uses > 1) {
          ++count.doubled;
          show(record, owner, "more than one field reads this relocation");
        } else if (owner.uses == 1 && owner.field != nullptr) {
          ++count.owned;
        } else if (IsNone(record)) {
          ++count.none;
        } else {
          ++count.unowned;
          show(record, owner, "no field reads this relocation");
        }
      });

  if (!context.json())
    context.out.Text(
        "\nSection                    Records     Owned   Unowned   Doubled"
        "      None\n");
  for (const dwreloc::Section& section : sections) {
    if (section.reloc_count() == 0 || !section.holds_dwarf()) continue;
    const Counts& count = counts[section.index()];
    if (context.json())
      PrintJson(context, section, count);
    else
      PrintText(context, section, count);
    if (count.visited != section.reloc_count())
      context.report.Fact({section.index(), DWRELOC_NO_OFFSET},
                          "only " + std::to_string(count.visited) + " of " +
                              std::to_string(section.reloc_count()) +
                              " relocation records could be read");
    context.report.FlushObjects();
  }
}

}  // namespace dwreloc_tools
