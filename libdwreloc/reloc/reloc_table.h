// The digest of one section's relocation records, and lookup in it.
//
// Records that are all of the common sort and in order, as compilers write
// them, stay where they are (ordered_records.h).  Others become sorted columns
// (column.h), one for 4-byte numbers, one for 4-byte addresses, one for 8-byte
// data, and a small table for everything else: bad records, TLS offsets, other
// widths.  Values that need no placement are folded to numbers here.  A 4-byte
// number costs 8 bytes, a 4-byte address 12, 8-byte data 16.
//
// Invariant: no two records of a digest overlap; those that did in the file
// are in the last table as bad.
//
// Lookup starts at the caller's RelocHint, so sequential reading costs a
// compare or two per datum and random reading a binary search.
// Tested by tests/unit/reloc/reloc_table_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_TABLE_H_
#define LIBDWRELOC_RELOC_RELOC_TABLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "reloc/column.h"
#include "reloc/evaluate.h"
#include "reloc/howto.h"
#include "reloc/ordered_records.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Where one reader expects its next datum, and the last symbol that it met.
// Records in order have one index, at4, for all.
// Each cursor has its own, so tables are never written after the digest.
struct RelocHint {
  uint32_t at4 = 0;          // 4-byte numbers
  uint32_t at_address4 = 0;  // 4-byte addresses
  uint32_t at8 = 0;
  // Records come in runs against one symbol.
  uint32_t symbol = kNoSymbol;
  uint32_t section = kNoSection;  // of that symbol
  uint64_t symbol_value = 0;
};

// Records that a digest could not use, counted per (code, fault, type); with
// code kOk: repetitions of a record, which change nothing.
struct RelocDiagnostic {
  ErrorCode code = ErrorCode::kOk;
  RelocFault fault = RelocFault::kNone;
  uint32_t type = 0;
  uint64_t count = 0;
  uint64_t first_offset = 0;
};

class DigestTeam;

// Immutable once built, hence thread-safe.
class RelocTable {
 public:
  // Set in a symbol of a column: the record is PC-relative.  Records against
  // symbols whose index has this bit are in no column.
  static constexpr uint32_t kFromPlace = uint32_t{1} << 31;

  // Digests the records that apply to section `target`.  Never fails as a
  // whole: errors are in diagnostics() and in the values of the data concerned.
  // Threads that wait for the table may help, see DigestTeam.
  static std::unique_ptr<const RelocTable> Digest(const RelocContext& context,
                                                  uint32_t target,
                                                  DigestTeam& team);

  uint64_t record_count() const { return record_count_; }
  uint64_t static_count() const { return static_count_; }
  bool was_sorted() const { return was_sorted_; }
  // Returns true if r_offset certainly never falls from one record to the next,
  // in all records as stored, those that supply nothing among them.
  bool has_sorted_records() const { return has_sorted_records_; }
  // Returns true if no datum has a record.
  bool is_empty() const { return record_count_ == 0 && !has_odd_widths_; }
  // The records that stay where they are, if they do.
  const OrderedRecords& ordered() const { return ordered_; }
  // Returns false if the records stay where they are.
  bool has_columns() const { return !ordered_.is_used(); }
  uint64_t memory() const;  // bytes
  // The records that stay where they are; none if they were copied.
  Bytes bytes_in_file() const { return ordered_.bytes(); }
  const std::vector<RelocDiagnostic>& diagnostics() const {
    return diagnostics_;
  }

  // The value of the datum of `width` bytes at `offset`, whose bytes in the
  // file are `in_place`: those bytes if it has no record.
  RelocValue Lookup(uint64_t offset, int width, uint64_t in_place,
                    RelocHint& hint) const;

  // The value of the datum that begins with a record at `offset`, of any width;
  // a constant without a record if there is none.
  RelocValue At(uint64_t offset, RelocHint& hint) const;

  // The common case, inline: a 4-byte datum with a static record.  Returns true
  // and the number if there is one at exactly `offset`; `at4` is that of a
  // hint.
  bool FindStatic4(uint64_t offset, uint32_t& at4, uint64_t* value) const {
    if (ordered_.is_used()) [[likely]] {
      const uint32_t at = ordered_.Find(offset, 4, at4);
      if (at == ordered_.count()) return false;
      *value = ordered_.AddendAt(at);
      return true;
    }
    const Number4* const record = numbers4_.Find(offset, at4);
    if (record == nullptr) return false;
    *value = record->value;
    return true;
  }

  // The other common case: an 8-byte datum with a record at exactly `offset`.
  bool Find8(uint64_t offset, uint32_t& at4, RelocHint& hint,
             RelocValue* value) const {
    uint32_t symbol;
    uint64_t number;
    if (ordered_.is_used()) [[likely]] {
      const uint32_t at = ordered_.Find(offset, 8, at4);
      if (at == ordered_.count()) return false;
      symbol = ordered_.SymbolAt(at);
      number = ordered_.AddendAt(at);
    } else {
      const Record8* const record = records8_.Find(offset, hint.at8);
      if (record == nullptr) return false;
      symbol = record->symbol;
      number = record->value;
    }
    return FillAddress(symbol, number, 8, hint, value);
  }

  // The same for a 4-byte datum, whether its record gives it an address or a
  // number.
  bool Find4(uint64_t offset, uint32_t& at4, RelocHint& hint,
             RelocValue* value) const {
    if (!ordered_.is_used()) {
      const Address4* const record = addresses4_.Find(offset, hint.at_address4);
      if (record != nullptr) {
        return FillAddress(record->symbol,
                           static_cast<uint64_t>(int64_t{record->addend}), 4,
                           hint, value);
      }
    }
    uint64_t number;
    if (!FindStatic4(offset, at4, &number)) return false;
    value->value = number;
    value->width = 4;
    value->has_record = true;
    return true;
  }

  // Returns true if there is certainly no record in [offset, offset + width).
  // May return false although there is none.  `at4` is that of the hint, or a
  // copy of it.
  bool SurelyNone(uint64_t offset, int width, uint32_t& at4,
                  RelocHint& hint) const {
    if (has_odd_widths()) return false;
    const uint64_t end = offset + static_cast<uint64_t>(width);
    if (ordered_.is_used()) [[likely]]
      return ordered_.IsFree(offset, end, at4);
    return numbers4_.IsFree(offset, end, at4) &&
           addresses4_.IsFree(offset, end, hint.at_address4) &&
           records8_.IsFree(offset, end, hint.at8);
  }

  // Returns true if data narrower than 4 bytes have to be looked up.
  bool has_odd_widths() const { return has_odd_widths_; }

 private:
  friend class RelocDigester;

  struct Number4 {
    static constexpr uint64_t kWidth = 4;
    uint32_t offset;
    uint32_t value;
  };
  struct Address4 {
    static constexpr uint64_t kWidth = 4;
    uint32_t offset;
    uint32_t symbol;
    int32_t addend;
  };
  struct Record8 {
    static constexpr uint64_t kWidth = 8;
    uint32_t offset;
    uint32_t symbol;  // kNoSymbol: a number
    uint64_t value;   // the number, or the addend
  };
  // A record of any other sort, with its value.
  struct Other {
    uint64_t offset;
    RelocValue value;
    uint8_t width;  // 0: unknown
  };

  static bool CountsFromPlace(uint32_t symbol) {
    return (symbol & kFromPlace) != 0 && symbol != kNoSymbol;
  }

  explicit RelocTable(const SymbolTable& symbols) : symbols_(symbols) {}

  // What Find8 and Find4 do with a symbol and an addend.
  bool FillAddress(uint32_t symbol, uint64_t number, int width, RelocHint& hint,
                   RelocValue* value) const {
    if (symbol != hint.symbol || symbol == kNoSymbol) {
      if (CountsFromPlace(symbol)) return false;
      *value = Symbolic(symbol, number, width);
      hint.symbol = IsPlain(symbol) ? symbol : kNoSymbol;
      hint.section = value->section;
      hint.symbol_value = value->value - number;
      return true;
    }
    value->kind = hint.section == kNoSection ? RelocKind::kUndefined
                                             : RelocKind::kSection;
    value->section = hint.section;
    value->symbol = symbol;
    value->value = number + hint.symbol_value;
    value->detail = 0;
    value->error = ErrorCode::kOk;
    value->width = static_cast<uint8_t>(width);
    value->has_record = true;
    return true;
  }
  // Returns true if the symbol's value is all that is to be added to an addend,
  // no mode bit.  REQUIRES: it is kNoSymbol, or in the symbol table.
  bool IsPlain(uint32_t symbol) const;
  static RelocValue OtherField(const RelocValue& value);
  RelocValue Symbolic(uint32_t symbol, uint64_t addend, int width) const;
  RelocValue OrderedValue(uint32_t at) const;
  // The records that touch [offset, offset + width), at most two of them.
  struct Touching {
    int count = 0;
    uint64_t offset = 0;  // of the first
    int width = 0;
    RelocValue value;
  };
  Touching FindTouching(uint64_t offset, int width, RelocHint& hint) const;

  const SymbolTable& symbols_;
  // All records, or none; then they are in what follows.
  OrderedRecords ordered_;
  // Offsets are below 4 GiB; records beyond are in others_.
  Column<Number4> numbers4_;
  Column<Address4> addresses4_;
  Column<Record8> records8_;
  std::vector<Other> others_;  // by offset
  ByteOrder order_ = ByteOrder::kLittle;
  bool was_sorted_ = true;  // the data that records supply
  bool has_sorted_records_ = true;
  bool has_odd_widths_ = false;  // others_ or an error of the whole table
  // Set if some relocation section could not be read at all: then any datum
  // that could have a record may be wrong.
  ErrorCode whole_table_error_ = ErrorCode::kOk;
  uint64_t record_count_ = 0;
  uint64_t static_count_ = 0;
  std::vector<RelocDiagnostic> diagnostics_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_TABLE_H_
