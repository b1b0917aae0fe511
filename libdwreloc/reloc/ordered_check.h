// OrderedCheck: whether all records of a section are as OrderedRecords wants
// them, found out in one pass that copies none.
//
// The pass goes in parts that do not depend on each other: each begins at a
// record, and knows where the record before it ends.  So threads that need the
// same section at once share the work: each takes the next part until none is
// left.
// Tested by tests/unit/reloc/ordered_records_test.cc and tests/threads.

#ifndef LIBDWRELOC_RELOC_ORDERED_CHECK_H_
#define LIBDWRELOC_RELOC_ORDERED_CHECK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "reloc/evaluate.h"
#include "reloc/ordered_records.h"
#include "reloc/reloc_plan.h"
#include "reloc/reloc_sections.h"

namespace dwreloc::internal {

class OrderedCheck {
 public:
  // `target_size`: the size of the section that the records apply to.
  // REQUIRES: MayStay(context, records, target_size).
  OrderedCheck(const RelocContext& context, const RelocRecords& records,
               uint64_t target_size);
  // Returns false for records of another form than OrderedRecords are.
  static bool MayStay(const RelocContext& context, const RelocRecords& records,
                      uint64_t target_size);

  // Checks parts until none is left to take.  Any number of threads may be here
  // at once.
  void Help();
  // Waits for the parts that other threads have taken.  Returns true if the
  // records stay where they are; then Take gives them, once.
  // REQUIRES: Help has returned on this thread.
  bool Wait();
  OrderedRecords Take();
  // How many have 8 bytes.
  uint64_t wide_count() const { return wide_; }

 private:
  // What records of one type against one symbol have in common.
  struct Pair;
  struct Pairs;
  class Reader;

  bool MakePair(uint64_t info, Pair* pair);
  bool IsTheType(std::atomic<uint64_t>& known, uint64_t type);
  // Says where the record before that at `begin` ends; 0 if that is the first.
  bool EndBefore(size_t begin, Reader& reader, Pairs& pairs, uint64_t* end);
  // Checks records, `begin` bytes behind the first one.  *last_end is where the
  // record before them ends, then where the last of them does.
  bool CheckRecords(size_t begin, Bytes records, Pairs& pairs,
                    uint64_t* last_end);
  bool CheckPart(size_t begin, size_t end, Reader& reader, Pairs& pairs);

  const ElfFile& file_;
  const RelocPlanner planner_;
  const uint64_t target_size_;
  const Bytes all_;
  OrderedRecords records_;
  std::atomic<uint64_t> type4_;
  std::atomic<uint64_t> type8_;
  std::atomic<uint64_t> wide_ = 0;
  const size_t parts_;
  std::atomic<size_t> taken_ = 0;
  std::atomic<size_t> done_ = 0;
  std::atomic<bool> may_stay_ = true;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_ORDERED_CHECK_H_
