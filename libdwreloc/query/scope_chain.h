// The scopes of a place of code: the DIEs around it, innermost first, up to the
// unit DIE (DWARF 5 3.4, 3.5).
//
// The innermost one is a block (DW_TAG_lexical_block, try, catch, with) of the
// innermost function that FunctionMap knows there, or that function: so the
// functions among the scopes are those of the frames of the same place.  The
// others are the DIEs that own it, read when they are asked for.
// Tested by tests/unit/query/scope_chain_test.cc.

#ifndef LIBDWRELOC_QUERY_SCOPE_CHAIN_H_
#define LIBDWRELOC_QUERY_SCOPE_CHAIN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/unit.h"
#include "module/module.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Trivially copyable.  Borrows the module.  Not to be shared between threads.
class ScopeChain {
 public:
  // Nothing if the place is in no unit.  An error if it may be in a unit or
  // function that could not be read.
  static absl::StatusOr<std::optional<ScopeChain>> At(const Module& module,
                                                      const RelocValue& place);

  // The next scope outwards; nothing after the unit DIE.  An error that there
  // may be a block which cannot be read further in comes first; what is known
  // comes after it.  After any other error there is nothing.
  absl::StatusOr<std::optional<Die>> Next();

  // The one that the scopes are in: of a skeleton the split unit.
  const Unit& unit() const { return *unit_; }

 private:
  class Finder;

  ScopeChain(const Module& module, const Unit& unit)
      : module_(&module), unit_(&unit) {}
  absl::Status BadBlock() const;

  // Of the path down to the innermost scope this many are kept, all that
  // programs have; whoever owns the first one is searched for.
  static constexpr size_t kMostKept = 40;

  const Module* module_;
  const Unit* unit_;
  uint64_t bad_block_ = kNoOffset;  // one to be told of
  uint64_t last_ = kNoOffset;       // the scope given last
  size_t kept_count_ = 0;
  std::array<uint64_t, kMostKept> kept_ = {};  // innermost last
  bool is_done_ = false;
};

// The DIE that owns `die`, or nothing: Parent by way of siblings, which passes
// over what is not around it.
absl::StatusOr<std::optional<Die>> OwnerOf(const Die& die);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_SCOPE_CHAIN_H_
