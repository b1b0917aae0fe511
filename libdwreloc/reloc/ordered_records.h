// OrderedRecords: the records of a section that are looked up where they are,
// in the file.
//
// Compilers write ELF64 RELA records in order, and nearly all are absolute ones
// of two types: 4-byte numbers and 8-byte addresses.  One pass checks that all
// records of a section are (ordered_check.h); then none is copied, and a lookup
// looks at the records themselves.  Only an index is kept, for reading at
// random places.  Any other section has columns (reloc_table.h).
//
// Invariant, of all records or there are none here: the type is type4, the
// symbol is a number 0 and the addend a number of 4 bytes; or the type is
// type8, and the symbol needs placement and has no mode bit.  No two overlap.
// Tested by tests/unit/reloc/ordered_records_test.cc.

#ifndef LIBDWRELOC_RELOC_ORDERED_RECORDS_H_
#define LIBDWRELOC_RELOC_ORDERED_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "reloc/offset_index.h"

namespace dwreloc::internal {

// Borrows the file's image.  Immutable once checked, hence thread-safe.
class OrderedRecords {
 public:
  static constexpr size_t kSize = 24;    // sizeof(Elf64_Rela)
  static constexpr uint32_t kBlock = 8;  // records

  // Returns true if a section's records are here.
  bool is_used() const { return records_ != nullptr; }
  uint32_t count() const { return count_; }
  Bytes bytes() const { return {records_, count_ * kSize}; }
  uint64_t memory() const {
    return starts_.size() * sizeof(starts_[0]) + index_.memory();
  }

  // REQUIRES: index < count(), here and below.
  uint64_t OffsetAt(uint32_t index) const { return Word<uint64_t>(index, 0); }
  int WidthAt(uint32_t index) const { return TypeAt(index) == type4_ ? 4 : 8; }
  uint32_t SymbolAt(uint32_t index) const { return Word<uint32_t>(index, 12); }
  // The number of a 4-byte record, or the addend of another.
  uint64_t AddendAt(uint32_t index) const { return Word<uint64_t>(index, 16); }

  // The first index whose offset is >= `offset`, or count(); searched from
  // `hint` on, which is at most count().
  uint32_t Locate(uint64_t offset, uint32_t hint) const {
    if (hint < count_ && OffsetAt(hint) < offset) {
      ++hint;
      if (hint == count_ || OffsetAt(hint) >= offset) return hint;
    } else if (hint == 0 || OffsetAt(hint - 1) < offset) [[likely]] {
      return hint;
    }
    return Search(offset);
  }

  // Finds the record of that width at exactly `offset`; `at` is a hint, and the
  // next one afterwards.  Returns its index, or count() if there is none.
  uint32_t Find(uint64_t offset, int width, uint32_t& at) const {
    uint32_t index = at;
    if (index >= count_ || OffsetAt(index) != offset) {
      index = at = Locate(offset, index);
      if (index == count_ || OffsetAt(index) != offset) return count_;
    }
    if (TypeAt(index) != (width == 4 ? type4_ : type8_)) [[unlikely]]
      return count_;
    at = index + 1;
    return index;
  }

  // Returns true if the record of that index is one of 4 bytes at exactly
  // `offset`; false also if there is none.  Reading in order asks nothing else.
  bool IsNumber4(uint32_t index, uint64_t offset) const {
    return index < count_ && OffsetAt(index) == offset &&
           TypeAt(index) == type4_;
  }

  // Asks for the memory at the number, counted from `base`, of a record that is
  // soon reached from that of `index`.  An address that is none does no harm.
  void PrefetchNumber(uint32_t index, const uint8_t* base) const {
    constexpr uint32_t kAhead = 8;  // records: some forty attributes
    if (index + kAhead >= count_) return;
    const uint64_t address =
        reinterpret_cast<uintptr_t>(base) + AddendAt(index + kAhead);
    // If the record is no number, not a pointer to anything.
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    __builtin_prefetch(reinterpret_cast<const void*>(address));
  }

  // Returns true if no record touches [offset, end).
  bool IsFree(uint64_t offset, uint64_t end, uint32_t& hint) const {
    hint = Locate(offset, hint);
    return (hint == count_ || OffsetAt(hint) >= end) &&
           (hint == 0 || EndOf(hint - 1) <= offset);
  }
  // The first index of a record that ends after `offset`.
  uint32_t FirstTouching(uint64_t offset, uint32_t& hint) const {
    hint = Locate(offset, hint);
    return hint > 0 && EndOf(hint - 1) > offset ? hint - 1 : hint;
  }

 private:
  friend class OrderedCheck;

  static constexpr uint64_t kNoType = UINT64_MAX;

  template <typename T>
  T Word(uint32_t index, size_t at) const {
    return Load<T>(records_ + index * kSize + at, ByteOrder::kLittle);
  }
  uint32_t TypeAt(uint32_t index) const { return Word<uint32_t>(index, 8); }
  uint64_t EndOf(uint32_t index) const {
    return OffsetAt(index) + static_cast<uint64_t>(WidthAt(index));
  }
  // Makes the index.  REQUIRES: everything else is set.
  void Finish(uint64_t size);
  uint32_t Search(uint64_t offset) const;

  const uint8_t* records_ = nullptr;
  uint32_t count_ = 0;
  uint64_t type4_ = kNoType;  // or the type
  uint64_t type8_ = kNoType;
  std::vector<uint32_t> starts_;  // the offset of every kBlock-th record
  OffsetIndex index_;             // of the starts
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_ORDERED_RECORDS_H_
