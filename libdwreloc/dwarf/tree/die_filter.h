// DieFilter: which declarations a walk is after, and how the DIEs of all others
// are passed (DWARF 5 7.5.2).
//
// Who wants a few DIEs of a unit, say its functions, has to pass the rest, for
// only values of known sizes say where the next DIE begins.  Here the sizes of
// a declaration are summed up: most take one step.
// Tested by tests/unit/dwarf/die_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_DIE_FILTER_H_
#define LIBDWRELOC_DWARF_TREE_DIE_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dwarf/tree/abbrev.h"

namespace dwreloc::internal {

// Immutable, hence thread-safe.  Borrows the table.
class DieFilter {
 public:
  // Skips `size` bytes, then what `then` says.
  struct Step {
    FormOp then = FormOp::kUnknown;
    uint32_t size = 0;
  };
  // The last step of a declaration; no value is of that op where steps are.
  static constexpr FormOp kEnd = FormOp::kFixed1;

  struct Entry {
    uint32_t first_step = 0;
    bool is_wanted = false;
    bool has_children = false;
  };

  // Calls is_wanted(const Abbrev&) for each declaration.
  template <typename IsWanted>
  DieFilter(const AbbrevTable& table, IsWanted&& is_wanted)
      : first_(table.abbrevs().data()) {
    entries_.reserve(table.abbrevs().size());
    for (const Abbrev& abbrev : table.abbrevs()) {
      Add(abbrev, is_wanted(abbrev));
    }
  }

  // REQUIRES: the declaration is in the table.
  const Entry& Of(const Abbrev& abbrev) const {
    return entries_[static_cast<size_t>(&abbrev - first_)];
  }
  // By code, of those whose code FindDense finds.
  const Entry& OfDense(uint64_t code) const { return entries_[code - 1]; }
  const Step* Steps(const Entry& entry) const {
    return steps_.data() + entry.first_step;
  }

 private:
  void Add(const Abbrev& abbrev, bool is_wanted);

  const Abbrev* first_;
  std::vector<Entry> entries_;
  std::vector<Step> steps_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_DIE_FILTER_H_
