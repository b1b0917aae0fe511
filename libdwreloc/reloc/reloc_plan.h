// What to do with all records of one type against one symbol.
//
// Most records of a section share a few pairs of (type, symbol): what to do
// with a pair is worked out once, and kept in a small direct-mapped cache.  A
// plan covers the values that evaluate.h would give to those records; those it
// does not know are left to AddSlowly (reloc_digest_slow.cc). Tested by
// tests/unit/reloc/reloc_table_test.cc and sequence_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_PLAN_H_
#define LIBDWRELOC_RELOC_RELOC_PLAN_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "reloc/evaluate.h"
#include "reloc/reloc_sections.h"

namespace dwreloc::internal {

enum class RelocAction : uint8_t {
  kSlow,
  kNumber4,   // base + addend, a number of 4 bytes
  kAddress4,  // the addend, with `symbol`
  kColumn8,   // base + addend, with `symbol` or as a number
  // Of two records in a row that make a difference of `width` bytes:
  kPlus,   // base + addend, added to what is in the field
  kSet,    // base + addend, instead of what is in the field
  kMinus,  // what is subtracted, if it counts from the same `section`
};

struct alignas(32) RelocPlan {
  static constexpr uint64_t kNoKey = UINT64_MAX;

  uint64_t key = kNoKey;  // symbol and type
  uint64_t base = 0;
  uint32_t symbol = kNoSymbol;
  uint32_t section = kNoSection;  // of a difference: what it counts from
  RelocAction action = RelocAction::kSlow;
  uint8_t width = 0;
};

// Makes plans for the records of one section.  Borrows the context.
class RelocPlanner {
 public:
  // `symbols_usable`: the records count in the file's symbol table.
  RelocPlanner(const RelocContext& context, bool symbols_usable)
      : context_(context), symbols_usable_(symbols_usable) {}

  RelocPlan Make(uint32_t type, uint32_t symbol) const;

 private:
  const RelocContext& context_;
  const bool symbols_usable_;
};

// The plans that were needed last.  Not to be shared between threads.
class RelocPlans {
 public:
  explicit RelocPlans(const RelocPlanner& planner) : planner_(planner) {}

  const RelocPlan& For(uint32_t type, uint32_t symbol) {
    const uint64_t key = uint64_t{symbol} << 32 | type;
    // x86-64's two data types, 1 and 10, map to neighbouring entries.
    RelocPlan& plan = plans_[(symbol * 2 + type) % kPlans];
    if (plan.key != key) [[unlikely]]
      Replace(key, plan);
    return plan;
  }

 private:
  static constexpr size_t kPlans = 64;

  void Replace(uint64_t key, RelocPlan& plan);

  const RelocPlanner& planner_;
  std::array<RelocPlan, kPlans> plans_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_PLAN_H_
