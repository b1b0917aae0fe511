// walk.h - the units and DIEs that the filters let through.
//
// --info, --ranges and --locations read the tree in the same way: every unit,
// every DIE in order with all its attributes, in one library call per DIE and
// with one array of attributes.  Filters cost a comparison per DIE, and nothing
// where none is set.  Tested by tests/cli/filter_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <vector>

#include "context.h"

namespace dwreloc_dump {

// A DIE and its place in the tree; the attributes are gone with the next.
struct WalkedDie {
  const Dwreloc_Unit_Info& unit;
  const Dwreloc_Die& die;
  std::uint32_t depth;  // 0: the unit DIE
  std::span<const Dwreloc_Attribute> attributes;
};

// Whether --die, --name and --offset let a DIE through.  --die and --name take
// the subtree of what they match.
class DieFilter {
 public:
  explicit DieFilter(const Options& options)
      : options_(options),
        is_set_(options.die || options.name || options.offset) {}

  bool is_set() const { return is_set_; }
  // Did --die match anything?
  bool found_die() const { return found_die_; }
  void BeginUnit() { within_ = false; }
  bool Wants(const WalkedDie& walked);

 private:
  bool HasName(std::span<const Dwreloc_Attribute> attributes) const;

  const Options& options_;
  const bool is_set_;
  bool found_die_ = false;
  bool within_ = false;  // the subtree of a match, which is at match_depth_
  std::uint32_t match_depth_ = 0;
};

// Calls visit(const Dwreloc_Unit*, info) for the units that --unit and --die
// let through, and reports units that cannot be read.
template <typename Visit>
void ForEachUnit(Context& context, Visit visit);

// Calls begin_unit(info) once for each unit that has something to show, then
// visit_die(const WalkedDie&) for each of its DIEs.  --section applies too.
template <typename BeginUnit, typename VisitDie>
void ForEachDie(Context& context, BeginUnit begin_unit, VisitDie visit_die);

// Reports that --unit or --die named a place where there is nothing.
void ReportNotFound(Context& context, bool found_unit, bool found_die);

// Implementation.

template <typename Visit>
void ForEachUnit(Context& context, Visit visit) {
  const Options& options = context.options;
  for (const dwreloc::Error& error : context.file.unit_errors())
    context.report.Failure(error);
  context.report.FlushObjects();
  bool found = false;
  const Dwreloc_Unit* unit = nullptr;
  while (dwreloc_next_unit(context.module(), &unit) > 0) {
    Dwreloc_Unit_Info info;
    dwreloc_unit_info(unit, &info);
    const auto holds = [&info](std::uint64_t offset) {
      return offset >= info.offset && offset < info.end;
    };
    if ((options.unit && !holds(*options.unit)) ||
        (options.die && !holds(*options.die)))
      continue;
    found = true;
    visit(unit, info);
    context.report.FlushObjects();
  }
  if (!found) ReportNotFound(context, false, true);
}

template <typename BeginUnit, typename VisitDie>
void ForEachDie(Context& context, BeginUnit begin_unit, VisitDie visit_die) {
  DieFilter filter(context.options);
  std::vector<Dwreloc_Attribute> attributes(64);
  ForEachUnit(context, [&](const Dwreloc_Unit* unit,
                           const Dwreloc_Unit_Info& info) {
    if (!context.WantsSection(info.section)) return;
    Dwreloc_Walk walk;
    if (dwreloc_walk_begin(unit, &walk) < 0) {
      context.report.LastError();
      return;
    }
    filter.BeginUnit();
    bool has_begun = !filter.is_set();
    if (has_begun) begin_unit(info);
    Dwreloc_Die die;
    std::uint32_t depth = 0;
    std::size_t count = 0;
    int result;
    while ((result = dwreloc_walk_next(&walk, &die, &depth, attributes.data(),
                                       attributes.size(), &count)) > 0) {
      if (count > attributes.size()) [[unlikely]] {
        attributes.resize(count);
        if (dwreloc_attributes(&die, attributes.data(), attributes.size(),
                               &count) < 0) {
          context.report.LastError();
          return;
        }
      }
      const WalkedDie walked{info, die, depth, {attributes.data(), count}};
      if (filter.is_set()) {
        if (!filter.Wants(walked)) continue;
        if (!has_begun) begin_unit(info);
        has_begun = true;
      }
      visit_die(walked);
      context.report.FlushObjects();
    }
    if (result < 0) context.report.LastError();
  });
  if (context.options.die && !filter.found_die())
    ReportNotFound(context, true, false);
}

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_
