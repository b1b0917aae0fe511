// walk.h - the units and DIEs that the filters select.
//
// --info, --ranges and --locations read the tree in the same way: every unit,
// every DIE in order with all its attributes, in one library call per DIE and
// with one array of attributes.  Filters cost a comparison per DIE, and nothing
// if none is set.  Tested by tests/cli/filter_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <vector>

#include "context.h"

namespace dwreloc_tools {

// A DIE and its place in the tree; the attributes are valid until the next one
// is read.
struct WalkedDie {
  const Dwreloc_Unit_Info& unit;
  const Dwreloc_Die& die;
  std::uint32_t depth;  // 0: the unit DIE
  std::span<const Dwreloc_Attribute> attributes;
};

// Whether --die, --name and --offset select a DIE of a unit. --die and --name
// select the subtree of what they match.
class DieFilter {
 public:
  explicit DieFilter(const Options& options)
      : options_(options),
        is_set_(options.die || options.name || options.offset) {}

  bool is_set() const { return is_set_; }
  // Returns true if --die matched anything.
  bool found_die() const { return found_die_; }
  bool Wants(const WalkedDie& walked);

 private:
  bool HasName(std::span<const Dwreloc_Attribute> attributes) const;

  const Options& options_;
  const bool is_set_;
  bool found_die_ = false;
  bool within_ = false;  // in the subtree of a match, which is at match_depth_
  std::uint32_t match_depth_ = 0;
};

// A unit that --unit and --die select.
struct ListedUnit {
  const Dwreloc_Unit* unit;
  Dwreloc_Unit_Info info;
};

// A view that is printed unit by unit, on several threads with --jobs.
class UnitView {
 public:
  virtual ~UnitView() = default;
  // Returns true if it has something to print for this unit.  Called for each
  // in order, by one thread at a time.
  virtual bool Wants(const ListedUnit& unit);
  // Called by any thread, for several units at a time.
  virtual void Print(Context& context, const ListedUnit& unit) = 0;
  // Called when all units have been printed.
  virtual void End(Context& context);
};

// A view of DIEs.  It calls begin_unit(context, info) once for each unit that
// has something to show, then visit_die(context, const WalkedDie&) for each of
// its DIEs. --section applies as well.
template <typename BeginUnit, typename VisitDie>
class DieView final : public UnitView {
 public:
  DieView(BeginUnit begin_unit, VisitDie visit_die)
      : begin_unit_(begin_unit), visit_die_(visit_die) {}
  void Print(Context& context, const ListedUnit& unit) override;
  void End(Context& context) override;

 private:
  const BeginUnit begin_unit_;
  const VisitDie visit_die_;
  std::atomic<bool> found_die_ = false;
};

// Reports that --unit or --die named a place where there is nothing.
void ReportNotFound(Context& context, bool found_unit, bool found_die);

// Implementation.

template <typename BeginUnit, typename VisitDie>
void DieView<BeginUnit, VisitDie>::Print(Context& context,
                                         const ListedUnit& unit) {
  if (!context.WantsSection(unit.info.section)) return;
  Dwreloc_Walk walk;
  if (dwreloc_walk_begin(unit.unit, &walk) < 0) {
    context.report.LastError();
    return;
  }
  DieFilter filter(context.options);
  std::vector<Dwreloc_Attribute> attributes(64);
  bool has_begun = !filter.is_set();
  if (has_begun) begin_unit_(context, unit.info);
  Dwreloc_Die die;
  std::uint32_t depth = 0;
  std::size_t count = 0;
  int result;
  while ((result = dwreloc_walk_next(&walk, &die, &depth, attributes.data(),
                                     attributes.size(), &count)) != 0) {
    if (result < 0) [[unlikely]] {
      // For the DIE with a value that cannot be read: the values before it.
      context.report.LastError();
      if (count == 0) continue;
      count = std::min(count, attributes.size());
    } else if (count > attributes.size()) [[unlikely]] {
      attributes.resize(count);
      if (dwreloc_attributes(&die, attributes.data(), attributes.size(),
                             &count) < 0) {
        context.report.LastError();
        break;
      }
    }
    const WalkedDie walked{unit.info, die, depth, {attributes.data(), count}};
    if (filter.is_set()) {
      if (!filter.Wants(walked)) continue;
      if (!has_begun) begin_unit_(context, unit.info);
      has_begun = true;
    }
    visit_die_(context, walked);
    context.report.FlushObjects();
  }
  if (filter.found_die()) found_die_ = true;
}

template <typename BeginUnit, typename VisitDie>
void DieView<BeginUnit, VisitDie>::End(Context& context) {
  if (context.options.die && !found_die_) ReportNotFound(context, true, false);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_WALK_H_
