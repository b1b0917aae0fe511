// RelocDigester: builds a RelocTable in one pass over the records of a section.
//
// Nearly always all records can stay where they are (ordered_check.h).  If not,
// three files share the work.  reloc_digest.cc has the pass: a fast path for
// absolute 4- and 8-byte ones against a defined or undefined symbol, and for
// differences of two symbols.  All others go, one by one, to AddSlowly in
// reloc_digest_slow.cc.  Order and overlap are checked on the way; sorting and
// poisoning are rare and done afterwards, in reloc_digest_sort.cc. Invariant:
// when Run returns, no two entries of the table overlap.
// Tested by tests/unit/reloc/reloc_table_test.cc and sequence_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_DIGEST_H_
#define LIBDWRELOC_RELOC_RELOC_DIGEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/hash_map.h"
#include "reloc/digest_team.h"
#include "reloc/evaluate.h"
#include "reloc/howto.h"
#include "reloc/reloc_plan.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_table.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class RelocDigester {
 public:
  RelocDigester(const RelocContext& context, uint32_t target, DigestTeam& team)
      : context_(context),
        target_(target),
        team_(team),
        table_(new RelocTable(context.symbols)) {
    table_->order_ = context.file.order();
  }

  std::unique_ptr<const RelocTable> Run();

 private:
  using Number4 = RelocTable::Number4;
  using Address4 = RelocTable::Address4;
  using Record8 = RelocTable::Record8;

  // Whether the records so far follow one another, whatever their width.  Then
  // no two overlap either.
  struct Order {
    bool is_ascending = true;
    uint64_t last_end = 0;  // of the last one

    void Pass(uint64_t offset, uint64_t width) {
      const uint64_t end = offset + width;
      // A file may claim an offset so far beyond its section that the end
      // wraps, and says nothing about the next record.
      is_ascending &= offset >= last_end && end > offset;
      last_end = end;
    }
  };
  // Where the pass appends: what it keeps in registers between two records that
  // are not its own.
  struct Ends {
    Number4* numbers4;
    Address4* addresses4;
    Record8* records8;
    Order order;
  };

  // reloc_digest.cc
  void DigestRecords(const RelocRecords& records);
  template <bool kIs64, RelocInfo kInfo>
  void DigestFixed(const RelocRecords& records);
  void DigestCrel(const RelocRecords& records);
  template <typename Reader, bool kIs64, bool kInPlace, ByteOrder kOrder>
  void Pass(Reader reader, const RelocRecords& records);
  template <bool kIs64, bool kInPlace, ByteOrder kOrder>
  static bool Take(const RawReloc& record, const RelocPlan& plan,
                   const uint8_t* bytes, Ends& ends);
  template <typename Reader>
  bool TakePair(const RawReloc& record, RelocPlans& plans, Reader& reader);
  void SlowPass(const RelocRecords& records);
  void Reserve(uint64_t record_count);
  Ends Begin();
  void End(const Ends& ends);

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
  // Some records cannot be read: any datum without one may be theirs.
  void SpoilTable(ErrorCode code);

  // reloc_digest_sort.cc
  void Finish();
  uint64_t CountNumbers() const;
  template <typename Visit>
  void ForEachRecord(Visit visit) const;
  bool AreRecordsSorted() const;
  uint64_t CountRecords() const;
  // One record of the finished columns, for the rare case that two overlap.
  enum class Source : uint8_t { kNumbers4, kAddresses4, kRecords8, kOthers };
  struct Entry {
    uint64_t offset;
    uint8_t width;
    Source source;
    uint32_t symbol;
    uint64_t value;
    uint32_t other;  // index in others_

    // The last address, if a claimed offset is so high that the end wraps.
    uint64_t end() const {
      return offset > UINT64_MAX - width ? UINT64_MAX : offset + width;
    }
  };
  void AddBad(std::vector<RelocTable::Other>& others, const Entry& entry,
              const RelocValue& value);
  using Culprits = HashMap<uint64_t, std::optional<RawReloc>>;
  Culprits FindCulprits(const std::vector<Entry>& entries) const;
  bool IsRepeated(const Entry& a, const Entry& b) const;
  void Sort();
  bool HasOverlap() const;
  void Poison();
  void Keep(const Entry& entry, std::vector<RelocTable::Other>& others);
  std::vector<Entry> Collect() const;

  const RelocContext& context_;
  const uint32_t target_;
  DigestTeam& team_;
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
  Order passed_;
  // True if there are records that passed_ does not know of, or knew of later
  // than they came.
  bool has_unpassed_records_ = false;
  uint64_t room_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_DIGEST_H_
