// Relocation records one by one, as stored, each with the value that a reader
// of its datum gets.
//
// If they are sorted, as compilers write them, the first one is found by a
// search; otherwise all are examined.
//
// Listing records of a debug section digests it, so that the value is the one
// that all readers see; records of other sections are evaluated one at a time.
// Tested by tests/unit/module/records_test.cc.

#ifndef LIBDWRELOC_AUDIT_RECORDS_H_
#define LIBDWRELOC_AUDIT_RECORDS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "base/status.h"
#include "module/module.h"
#include "reloc/howto.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

struct Record {
  RawReloc raw;
  uint32_t section = kNoSection;  // the section it applies to
  uint32_t reloc_section = kNoSection;
  uint64_t index = 0;  // in reloc_section
  uint64_t info = 0;   // r_info
  bool is_rela = false;
  Howto howto = {};
  int64_t addend = 0;  // REL: the in-place bytes, signed
  uint64_t in_place = 0;
  uint64_t size = 0;  // of the field in bytes; 0: unknown
  RelocValue value;   // a number that is an offset has its section
};

// The records of a section whose r_offset is in [from, to), in file order; all
// from there on if `to` is kNoOffset.
// Borrows the module. Not to be shared between threads.
class RecordReader {
 public:
  RecordReader(const Module& module, uint32_t section, uint64_t from,
               uint64_t to);

  const Module& module() const { return *module_; }
  // Returns true if each record's r_offset is certainly not below that of the
  // one before.
  bool is_sorted() const;

  // Reads the next record.  Returns false at the end or on an error; see
  // status().  After an error the next call continues with the next relocation
  // section.
  bool Next(Record* record);
  absl::Status status() const;

 private:
  // What records of one type against one symbol have in common.
  struct Target {
    uint32_t type = 0;
    uint32_t symbol = kNoSymbol;
    uint32_t section = kNoSection;  // NumberSection's
    // The number that a record gives is start + addend: its symbol is at a
    // known offset, and nothing is added in place or as a mode.
    bool is_sum = false;
    uint64_t start = 0;
  };

  struct KnownHowto {
    uint64_t type = kNoType;
    Howto howto = {};
  };
  static constexpr uint64_t kNoType = UINT64_MAX;

  bool OpenNext();
  bool MayReadOrdered() const;
  bool NextOrdered(Record* record);
  const Howto& HowtoOf(uint32_t type) {
    for (const KnownHowto& known : howtos_) {
      if (known.type == type) return known.howto;
    }
    return NextHowto(type);
  }
  const Howto& NextHowto(uint32_t type);
  void Evaluate(Record* record);
  void EvaluateInstruction(Record* record);
  uint32_t SectionOf(const Record& record);
  const Target& TargetOf(const RawReloc& raw, const Howto& howto) {
    // Debug sections have records against few symbols, in turns.
    Target& target = targets_[raw.symbol % targets_.size()];
    if (target.symbol != raw.symbol || target.type != raw.type) {
      target = MakeTarget(raw, howto);
    }
    return target;
  }
  Target MakeTarget(const RawReloc& raw, const Howto& howto) const;

  const Module* module_;
  uint32_t section_;
  uint32_t reloc_section_ = 0;  // number in RelocSections::For
  uint64_t from_;
  uint64_t to_;
  bool is_open_ = false;
  bool can_seek_ = false;    // they are sorted, and not CREL
  bool is_ordered_ = false;  // NextOrdered reads them
  RelocRecords records_;
  RelocStream stream_;
  Bytes bytes_;
  const RelocTable* digest_ = nullptr;
  RelocHint hint_;
  uint64_t prefix_at_ = kNoOffset;    // offset of the last prefix record
  std::array<KnownHowto, 2> howtos_;  // the last ones that were looked up
  std::array<Target, 4> targets_;     // likewise, see TargetOf
  ErrorCode error_ = ErrorCode::kOk;
  uint32_t error_section_ = kNoSection;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_RECORDS_H_
