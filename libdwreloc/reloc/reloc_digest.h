// RelocDigester: builds a RelocTable in one pass over the records of a section.
//
// Four files share the work.  reloc_digest_order.cc checks whether all records
// can stay where they are; if not, reloc_digest.cc has the pass: a fast path
// for absolute 4- and 8-byte ones against a defined or undefined symbol.  All
// others go, one by one, to AddSlowly in reloc_digest_slow.cc.  Order and
// overlap are checked on the way; sorting and poisoning are rare and done
// afterwards, in reloc_digest_sort.cc. Invariant: when Run returns, no two
// entries of the table overlap. Tested by tests/unit/reloc/reloc_table_test.cc
// and sequence_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_DIGEST_H_
#define LIBDWRELOC_RELOC_RELOC_DIGEST_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/hash_map.h"
#include "reloc/evaluate.h"
#include "reloc/howto.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_table.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class RelocDigester {
 public:
  RelocDigester(const RelocContext& context, uint32_t target)
      : context_(context),
        target_(target),
        table_(new RelocTable(context.symbols)) {
    table_->order_ = context.file.order();
  }

  std::unique_ptr<const RelocTable> Run();

 private:
  // What to do with the records of one type against one symbol.
  enum class Action : uint8_t {
    kSlow,     // see AddSlowly
    kNumber4,  // base + addend is a number for the 4-byte columns
    kColumn8,  // base + addend goes into the 8-byte columns with `symbol`
  };
  struct alignas(32) Plan {
    uint64_t key = UINT64_MAX;  // symbol and type
    uint64_t base = 0;
    uint32_t symbol = kNoSymbol;
    Action action = Action::kSlow;
  };

  // reloc_digest.cc
  void DigestRecords(const RelocRecords& records);
  template <bool kIs64, bool kIsRela, bool kSwap>
  void Pass(const RelocRecords& records);
  void SlowPass(const RelocRecords& records);
  Plan MakePlan(uint32_t type, uint32_t symbol) const;
  void Reserve(uint64_t record_count);
  void Add4(uint32_t offset, uint32_t value, uint32_t symbol);
  void Add8(uint32_t offset, uint64_t value, uint32_t symbol);

  // reloc_digest_order.cc
  struct OrderCheck;
  // Returns true if the records stay where they are.
  bool TakeInOrder(const RelocRecords& records);

  // reloc_digest_slow.cc
  void AddSlowly(const RawReloc& record, bool is_rela);
  void AddValue(uint64_t at, const RelocValue& value);
  void AddOther(uint64_t offset, int width, const RelocValue& value);
  void AddToSequence(const RawReloc& record, const Howto& howto);
  void EndSequence();
  void AddSequence(std::span<const SequencePart> parts);
  void AddLoneParts();
  bool EnsureInPlaceBytes();
  void Report(ErrorCode code, RelocFault fault, uint32_t type, uint64_t offset);

  // reloc_digest_sort.cc
  void Finish();
  uint64_t CountNumbers() const;
  // One record of the finished columns, for the rare case that they are sorted.
  struct Entry {
    uint64_t offset;
    uint8_t width;
    uint8_t source;  // 4, 8: the columns; 0: others_
    uint32_t symbol;
    uint64_t value;
    uint32_t other;  // index in others_
  };
  void AddBad(std::vector<RelocTable::Other>& others, const Entry& entry,
              const RelocValue& value);
  using Culprits = HashMap<uint64_t, std::optional<RawReloc>>;
  Culprits FindCulprits(const std::vector<Entry>& entries) const;
  bool IsRepeated(const Entry& a, const Entry& b) const;
  void SortAndPoison();
  std::vector<Entry> Collect() const;

  const RelocContext& context_;
  const uint32_t target_;
  std::unique_ptr<RelocTable> table_;
  // Index into diagnostics_, by code and type.
  HashMap<uint64_t, size_t> diagnostic_index_;
  uint64_t target_size_ = 0;
  bool have_bytes_ = false;
  ErrorCode bytes_error_ = ErrorCode::kOk;
  Bytes bytes_;
  bool symbols_usable_ = true;
  // The sequence being read, and parts that have been alone at their place so
  // far: in an unsorted section the others may be elsewhere.
  std::vector<SequencePart> sequence_;
  std::vector<SequencePart> lone_parts_;
  // True if records modify the existing bytes rather than overwrite them.
  bool has_values_in_place_ = false;
  // True if the machine has a record that changes the meaning of the next one.
  bool has_prefix_records_ = false;
  // True if all records of the columns so far follow one another, whatever
  // their width.  Then no two overlap either.
  bool is_ascending_ = true;
  uint64_t last_end_ = 0;  // of the last one
  uint64_t room_ = 0;
};

inline void RelocDigester::Add4(uint32_t offset, uint32_t value,
                                uint32_t symbol) {
  const uint32_t at = table_->count4_++;
  is_ascending_ &= offset >= last_end_;
  last_end_ = uint64_t{offset} + 4;
  table_->offsets4_[at] = offset;
  table_->values4_[at] = value;
  if (symbol != kNoSymbol && table_->symbols4_.empty()) [[unlikely]] {
    table_->symbols4_.Reserve(room_ + 1);
    std::fill_n(&table_->symbols4_[0], at, kNoSymbol);
  }
  if (!table_->symbols4_.empty()) table_->symbols4_[at] = symbol;
}

inline void RelocDigester::Add8(uint32_t offset, uint64_t value,
                                uint32_t symbol) {
  const uint32_t at = table_->count8_++;
  is_ascending_ &= offset >= last_end_;
  last_end_ = uint64_t{offset} + 8;
  table_->offsets8_[at] = offset;
  table_->values8_[at] = value;
  table_->symbols8_[at] = symbol;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_DIGEST_H_
