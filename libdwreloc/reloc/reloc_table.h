// The digest of one section's relocation records, and lookup in it.
//
// Records that are all of the common sort and in order, as compilers write
// them, stay where they are (ordered_records.h).  Others become sorted parallel
// arrays, one set for 4-byte and one for 8-byte data, and a small third table
// for everything else: bad records, TLS offsets, other widths.  Values that
// need no placement are folded to numbers here.  A static 4-byte record costs 8
// bytes, any other common one 12 or 16.
//
// Invariant: no two records of a digest overlap; those that did in the file
// are in the third table as bad.
//
// Lookup starts at the caller's RelocHint, so sequential reading costs a
// compare or two per datum and random reading a binary search.
// Tested by tests/unit/reloc/reloc_table_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_TABLE_H_
#define LIBDWRELOC_RELOC_RELOC_TABLE_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/no_memory.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "reloc/evaluate.h"
#include "reloc/howto.h"
#include "reloc/ordered_records.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Where one reader expects its next datum, and the last symbol that it met.
// Records in order have one index, at4, for both widths.
// Each cursor has its own, so tables are never written after the digest.
struct RelocHint {
  uint32_t at4 = 0;
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

// A growable array of plain numbers that does not touch unused memory and
// returns what it did not need.
template <typename T>
class Column {
 public:
  Column() = default;
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;
  ~Column() { std::free(data_); }

  // Reserves room for n numbers and a sentinel.
  void Reserve(uint64_t n) {
    if (!Resize(n)) OutOfMemory();
  }
  // Frees the memory after n numbers and a sentinel.  If that fails, the memory
  // is kept.
  void Shrink(uint64_t n) { (void)Resize(n); }
  T& operator[](uint64_t i) { return data_[i]; }
  const T& operator[](uint64_t i) const { return data_[i]; }
  const T* data() const { return data_; }
  bool empty() const { return data_ == nullptr; }

 private:
  bool Resize(uint64_t n) {
    if (n >= SIZE_MAX / sizeof(T) - 1) return false;
    void* data = std::realloc(data_, static_cast<size_t>(n + 1) * sizeof(T));
    if (data == nullptr) return false;
    data_ = static_cast<T*>(data);
    return true;
  }

  T* data_ = nullptr;
};

// Immutable once built, hence thread-safe.
class RelocTable {
 public:
  // Digests the records that apply to section `target`.  Never fails as a
  // whole: errors are in diagnostics() and in the values of the data concerned.
  static std::unique_ptr<const RelocTable> Digest(const RelocContext& context,
                                                  uint32_t target);

  uint64_t record_count() const { return record_count_; }
  uint64_t static_count() const { return static_count_; }
  bool was_sorted() const { return was_sorted_; }
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
    if (offsets4_[at4] != offset) {
      at4 = Locate(offsets4_, count4_, offset, at4);
      if (offsets4_[at4] != offset) return false;
    }
    if (!symbols4_.empty() || at4 == count4_) [[unlikely]]
      return false;
    *value = values4_[at4++];
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
      const uint32_t at = Locate(offsets8_, count8_, offset, hint.at8);
      hint.at8 = at;
      if (offsets8_[at] != offset || at == count8_) return false;
      hint.at8 = at + 1;
      symbol = symbols8_[at];
      number = values8_[at];
    }
    if (symbol != hint.symbol || symbol == kNoSymbol) {
      if (CountsFromPlace(symbol)) return false;
      *value = Symbolic(symbol, number, 8);
      hint.symbol = symbol;
      hint.section = value->section;
      hint.symbol_value = value->value - number;
      return true;
    }
    value->kind = hint.section == kNoSection ? RelocKind::kUndefined
                                             : RelocKind::kSection;
    value->section = hint.section;
    value->symbol = symbol;
    value->value = number + hint.symbol_value;
    value->width = 8;
    value->has_record = true;
    return true;
  }

  // Returns true if there is certainly no record in [offset, offset + width).
  // May return false although there is none.  `at4` and `at8` are those of a
  // hint.
  bool SurelyNone(uint64_t offset, int width, uint32_t& at4,
                  uint32_t& at8) const {
    if (has_odd_widths()) return false;
    const uint64_t end = offset + static_cast<uint64_t>(width);
    if (ordered_.is_used()) [[likely]]
      return ordered_.IsFree(offset, end, at4);
    return IsFree(offsets4_, count4_, 4, offset, end, at4) &&
           IsFree(offsets8_, count8_, 8, offset, end, at8);
  }

  // Returns true if data narrower than 4 bytes have to be looked up.
  bool has_odd_widths() const { return has_odd_widths_; }

 private:
  friend class RelocDigester;

  // A record of any other sort, with its value.
  struct Other {
    uint64_t offset;
    RelocValue value;
    uint8_t width;  // 0: unknown
  };

  // Set in the columns of symbols: the record is PC-relative.
  static constexpr uint32_t kFromPlace = uint32_t{1} << 31;
  static bool CountsFromPlace(uint32_t symbol) {
    return (symbol & kFromPlace) != 0 && symbol != kNoSymbol;
  }

  // Follows the last offset of each column; no datum starts there.
  static constexpr uint32_t kSentinel = UINT32_MAX;

  explicit RelocTable(const SymbolTable& symbols) : symbols_(symbols) {}

  // The first index whose offset is >= `offset`, searched from `hint` on.
  static uint32_t Locate(const Column<uint32_t>& offsets, uint32_t count,
                         uint64_t offset, uint32_t hint) {
    if (offsets[hint] >= offset) {
      if (hint == 0 || offsets[hint - 1] < offset) [[likely]]
        return hint;
    } else if (offsets[hint + 1] >= offset) {
      return hint + 1;
    }
    return Search(offsets, count, offset, hint);
  }
  static uint32_t Search(const Column<uint32_t>& offsets, uint32_t count,
                         uint64_t offset, uint32_t hint);
  // Returns true if no record of the column touches [offset, end).
  static bool IsFree(const Column<uint32_t>& offsets, uint32_t count,
                     uint64_t width, uint64_t offset, uint64_t end,
                     uint32_t& hint) {
    hint = Locate(offsets, count, offset, hint);
    return offsets[hint] >= end &&
           (hint == 0 || offsets[hint - 1] + width <= offset);
  }

  static RelocValue OtherField(const RelocValue& value);
  RelocValue Symbolic(uint32_t symbol, uint64_t addend, int width) const;
  RelocValue OrderedValue(uint32_t at) const;
  RelocValue Value4(uint32_t at) const;
  RelocValue Value8(uint32_t at) const;
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
  // Offsets are below 4 GiB; records beyond are in others_.  Each column of
  // offsets ends with kSentinel twice.
  Column<uint32_t> offsets4_;
  Column<uint32_t> values4_;   // the number, or the addend
  Column<uint32_t> symbols4_;  // empty if all are static
  Column<uint32_t> offsets8_;
  Column<uint32_t> symbols8_;  // kNoSymbol: static
  Column<uint64_t> values8_;   // the number, or the addend
  std::vector<Other> others_;  // by offset
  uint32_t count4_ = 0;
  uint32_t count8_ = 0;
  ByteOrder order_ = ByteOrder::kLittle;
  bool was_sorted_ = true;
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
