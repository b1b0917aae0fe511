// plan.h - which unit holds which tree.
//
// Of trees that say the same, one is enough where all their units can see it:
// trees that the same set of units has go to a partial unit, which each of the
// units imports, if that makes the file smaller. A partial unit imports another
// one in place of all units that import both.
//
// Namespaces stay where they are. A partial unit opens those that its members
// are in again, each one once.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/imports.h"
#include "dwreloc_compress/namespaces.h"

namespace dwreloc_tools::compress {

// What a file leaves to the common one (multifile/supplement.h).
struct SupplementPlan {
  std::uint16_t reference_form = 0;  // 0: there is no common file
  std::uint16_t string_form = 0;
  std::span<const std::uint32_t> die_offsets{};  // there
  // By tree: the number, there, of its first DIE; kNone if it stays here.
  std::vector<std::uint32_t> first_die{};
  // By string, in its .debug_str; kNone if it stays here.
  std::vector<std::uint32_t> string_offsets{};
  // By the offset of a unit's DIE there: the units that import it, ascending.
  std::map<std::uint32_t, UnitSet> imports{};

  bool IsUsed() const {
    const auto is_there = [](std::uint32_t number) { return number != kNone; };
    return std::ranges::any_of(first_die, is_there) ||
           std::ranges::any_of(string_offsets, is_there);
  }
  // Forms of DWARF 5 are for its units.
  bool HasFormsFor(std::uint16_t version) const {
    return version >= 5 || string_form != DW_FORM_strp_sup;
  }
  bool HasTree(std::uint32_t tree) const {
    return tree < first_die.size() && first_die[tree] != kNone;
  }
  bool HasString(std::uint32_t string) const {
    return string < string_offsets.size() && string_offsets[string] != kNone;
  }
  // Of a DIE of a tree that is there.
  std::uint32_t OffsetOf(const Graph& graph, std::uint32_t die) const {
    const std::uint32_t tree = graph.die_trees[die];
    return die_offsets[first_die[tree] + (die - graph.trees[tree].die)];
  }
};

// A unit to be written.
struct PlannedUnit {
  std::uint32_t source = 0;  // the unit whose header and line table it has
  bool is_new = false;       // a partial unit that was not there
  // In order; the first one is its DIE. Members of a namespace follow it, and
  // kEndOfNamespace follows them.
  std::vector<std::uint32_t> trees{};
};

struct Plan {
  // Those of the first section that were there, the new ones, all others.
  std::vector<PlannedUnit> units{};
  // By tree: the one that is written in its place.
  std::vector<std::uint32_t> home{};
  // By tree that is written: its unit.
  std::vector<std::uint32_t> unit_of{};
  SupplementPlan supplement{};
};

// Those that have trees of a class, and can do without: no expression and no
// index counts up to one there. `members`: all trees of the class, ascending.
UnitSet UnitsThatMayShare(const Graph& graph,
                          std::span<const std::uint32_t> members);

// About how many bytes a tree takes in a unit.
std::uint64_t RoughSize(const Graph& graph, std::uint32_t tree);

// The DIE of a partial unit, with what its language and file numbers need.
struct UnitDie {
  Shape shape{};
  std::vector<std::uint32_t> values{};  // words
};
// `unit`: whose language and line table it has. May add to `fields`.
UnitDie PartialUnitDie(const GraphUnit& unit, std::vector<Field>& fields);

// Adds the DIEs of new units, and of imports, to the graph.
// `has_partial_units`: else what several units have is in the first one.
Plan MakePlan(const Classes& classes, Graph& graph,
              SupplementPlan supplement = {}, bool has_partial_units = true);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_
