// RelocCursor: the named reads where relocation happens, and nowhere else.
//
// A Cursor together with the section's RelocTable and this reader's own hint.
// Bytes are never patched: a read returns a RelocValue, or the number itself
// where only a number makes sense.  Where the linker may still move code
// (RISC-V, LoongArch), records also supply 1-byte, 2-byte and ULEB128 advances;
// counts, lengths, codes and strings have none on any machine, and are read
// through the Cursor.
//
// An observer is told of every datum that a record supplied, and which field it
// is (read/reloc_observer.h): that is how each record gets its owner
// (audit/owners).
// Tested by tests/unit/read/reloc_cursor_test.cc.

#ifndef LIBDWRELOC_READ_RELOC_CURSOR_H_
#define LIBDWRELOC_READ_RELOC_CURSOR_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "read/cursor.h"
#include "read/reloc_observer.h"
#include "reloc/lazy_digest.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

// A section as readers see it.  Owned by module/, borrowed everywhere else.
// Its bytes are available without its relocations, which are digested when the
// first RelocCursor is created.
struct SectionView {
  uint32_t index = kNoSection;
  Bytes bytes;
  const LazyDigest* relocs = nullptr;  // nullptr: nothing to relocate
  ByteOrder order = kNativeOrder;
};

// Where readers that begin again and again in one section expect the next
// record: kept by whoever knows that they go in order.  Any thread may set it,
// and any number is right: a search begins there.
class RecordHint {
 public:
  uint32_t at() const { return at_.load(std::memory_order_relaxed); }
  void set(uint32_t at) { at_.store(at, std::memory_order_relaxed); }

 private:
  std::atomic<uint32_t> at_ = 0;
};

// Borrows the view.  Not to be shared between threads.
class RelocCursor : public Cursor {
 public:
  RelocCursor() = default;
  explicit RelocCursor(const SectionView& view, uint64_t offset = 0,
                       uint64_t end = UINT64_MAX)
      : Cursor(view.bytes, view.order, view.index, offset, end),
        relocs_(TableOf(view)) {}

  void set_observer(RelocObserver* observer) { observer_ = observer; }
  // Says what is read from now on, in static text, for the observer.
  void set_field(const char* field) { field_ = field; }
  // Takes over the hint of a copy that has read a part.
  void TakeHint(const RelocCursor& copy) { hint_ = copy.hint_; }
  // Goes on among the records where another reader has stopped.
  void TakeHint(const RecordHint& hint) {
    if (relocs_ == nullptr || relocs_->has_columns()) return;
    hint_.at4 = std::min(hint.at(), relocs_->ordered().count());
  }
  void GiveHint(RecordHint& hint) const { hint.set(hint_.at4); }
  RelocObserver* observer() const { return observer_; }

  // An address or another number of `width` bytes that may be symbolic.
  RelocValue Value(int width) {
    const uint64_t at = offset();
    // A record supplies nearly all: then the bytes in the section, at a random
    // place as far from the processor as the record, are not looked at.
    RelocValue value;
    if (relocs_ != nullptr && observer_ == nullptr &&
        remaining() >= static_cast<uint64_t>(width) &&
        (width == 8   ? relocs_->Find8(at, hint_.at4, hint_, &value)
         : width == 4 ? relocs_->Find4(at, hint_.at4, hint_, &value)
                      : false)) {
      Skip(static_cast<uint64_t>(width));
      return value;
    }
    const uint64_t in_place = Unsigned(width);
    if (relocs_ == nullptr || !ok()) return Plain(in_place, width);
    if (relocs_->SurelyNone(at, width, hint_.at4, hint_))
      return Plain(in_place, width);
    return Relocated(at, width, in_place);
  }
  RelocValue Address(Encoding encoding) { return Value(encoding.address_size); }
  // The same for a pointer that may count from its own place (see
  // RelocValue::counts_from_place); for all other reads such a record is an
  // error.
  RelocValue Pointer(int width) {
    const uint64_t at = offset();
    const uint64_t in_place = Unsigned(width);
    if (relocs_ == nullptr || !ok() ||
        relocs_->SurelyNone(at, width, hint_.at4, hint_)) {
      return Plain(in_place, width);
    }
    return LookUp(at, width, in_place);
  }

  // An offset in another section, 4 or 8 bytes.  Such values are folded to
  // numbers; if one is not, *other is set and the stored bytes are returned.
  // other->has_record always says whether a record supplied it.
  uint64_t SectionOffset(int width, RelocValue* other) {
    const uint64_t at = offset();
    const uint64_t in_place = Unsigned(width);
    if (relocs_ == nullptr || !ok()) return in_place;
    uint64_t value;
    if (width == 4 && observer_ == nullptr &&
        relocs_->FindStatic4(at, hint_.at4, &value)) [[likely]] {
      other->has_record = true;
      return value;
    }
    if (relocs_->SurelyNone(at, width, hint_.at4, hint_)) return in_place;
    *other = Relocated(at, width, in_place);
    return other->is_constant() ? other->value : in_place;
  }

  // unit_length and other lengths in headers: numbers as a rule, but
  // differences of labels where the linker may still move what is between them.
  // `field`: the standard's name of the length.
  uint64_t InitialLength(Format* format, const char* field = "unit_length") {
    if (relocs_ == nullptr) [[likely]]
      return Cursor::InitialLength(format);
    return RelocatedInitialLength(format, field);
  }
  // Reads unit_length and ends the cursor where the unit ends; an error if that
  // is past the end.
  absl::Status EnterUnit(Format* format, const char* field = "unit_length");
  // Skips zeros left by alignment where a table may begin.  A table begins with
  // its length and a version.
  void SkipPadding();
  uint64_t Length(const char* field, int width) {
    return relocs_ == nullptr ? Unsigned(width) : RelocatedLength(field, width);
  }

  // A copy of the cursor's state for a loop that has to keep it in registers:
  // no address of a member is ever taken.
  // A read that would take more than a few instructions returns false and
  // changes nothing: the loop then stores its copy and uses the cursor.
  // Observers are not notified. kOrder is the cursor's.
  template <ByteOrder kOrder>
  class Registers {
   public:
    uint64_t offset() const { return at_; }

    // A number that has no record.
    template <typename T>
    bool Read(uint64_t* value) {
      if (left() < sizeof(T)) [[unlikely]]
        return false;
      *value = ::dwreloc::internal::Load<T>(here(), kOrder);
      at_ += sizeof(T);
      return true;
    }
    // A number of `width` bytes, 1 to 8, that has no record, without a branch
    // on the width.
    bool ReadWidth(uint64_t width, uint64_t* value) {
      if (static_cast<int64_t>(at_) > last_wide_) [[unlikely]]
        return false;
      const uint64_t bytes =
          ::dwreloc::internal::Load<uint64_t>(here(), kOrder);
      *value = kOrder == ByteOrder::kLittle ? bytes & kMasks[width]
                                            : bytes >> (64 - 8 * width);
      at_ += width;
      return true;
    }
    // Asks for memory that will be read soon, if there is any.  After a branch
    // that it guessed wrong the processor waits for the next byte; what it
    // fetches by itself is not in its first cache yet.
    void Prefetch() const {
      constexpr uintptr_t kAhead = 512;
      // NOLINTNEXTLINE(performance-no-int-to-ptr)
      __builtin_prefetch(reinterpret_cast<const void*>(
          reinterpret_cast<uintptr_t>(here()) + kAhead));
    }
    // Returns true if data narrower than 4 bytes have to be looked up.
    bool has_odd_widths() const {
      return relocs_ != nullptr && relocs_->has_odd_widths();
    }
    // A number, if it certainly has no record.
    template <typename T>
    bool ReadPlain(uint64_t* value) {
      return (relocs_ == nullptr || IsFree(sizeof(T))) && Read<T>(value);
    }
    // A 4-byte datum whose record gives it a number.  Most such numbers are
    // strings', which begin anywhere behind `strings`: memory is asked for the
    // one of a record to come.  REQUIRES: the section has records.
    bool ReadNumber4(const uint8_t* strings, uint64_t* value) {
      if (static_cast<int64_t>(at_) > last_wide_) [[unlikely]]
        return false;
      // Nearly always the next record in order: 21 instructions.
      if (const OrderedRecords& ordered = relocs_->ordered();
          ordered.IsNumber4(at4_, at_)) [[likely]] {
        *value = ordered.AddendAt(at4_);
        ordered.PrefetchNumber(at4_, strings);
        ++at4_;
        at_ += 4;
        return true;
      }
      uint32_t at4 = at4_;
      uint64_t number;
      const bool is_found = relocs_->FindStatic4(at_, at4, &number);
      at4_ = at4;
      if (!is_found) return false;
      *value = number;
      at_ += 4;
      return true;
    }
    // An 8-byte datum with a record.
    [[gnu::always_inline]] bool ReadRecord8(RelocValue* value) {
      if (relocs_ == nullptr || left() < 8) return false;
      uint32_t at4 = at4_;
      const bool is_found = relocs_->Find8(at_, at4, *hint_, value);
      at4_ = at4;
      if (!is_found) return false;
      at_ += 8;
      return true;
    }
    // A LEB128 number of one or two bytes; false, too, if fewer than eight
    // bytes are left.
    [[gnu::always_inline]] bool ReadUleb(uint64_t* value) {
      if (static_cast<int64_t>(at_) > last_wide_) [[unlikely]]
        return false;
      const uint64_t first = here()[0];
      if (first < 0x80) [[likely]] {
        *value = first;
        ++at_;
        return true;
      }
      const uint64_t second = here()[1];
      if (second >= 0x80) return false;
      *value = second << 7 | (first & 0x7f);
      at_ += 2;
      return true;
    }
    // One of up to three bytes, 2 MiB of code, likewise.
    [[gnu::always_inline]] bool ReadLongUleb(uint64_t* value) {
      if (ReadUleb(value)) return true;
      if (static_cast<int64_t>(at_) > last_wide_) [[unlikely]]
        return false;
      const uint64_t third = here()[2];
      if (third >= 0x80) return false;
      *value = third << 14 | (here()[1] & uint64_t{0x7f}) << 7 |
               (here()[0] & uint64_t{0x7f});
      at_ += 3;
      return true;
    }
    // A signed one, as two's complement.
    bool ReadSleb(uint64_t* value) {
      uint64_t bits;
      const uint64_t begin = at_;
      if (!ReadUleb(&bits)) return false;
      const int unused = 64 - 7 * static_cast<int>(at_ - begin);
      *value =
          static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused);
      return true;
    }
    // Skips `size` bytes and returns where they begin.
    bool SkipBlock(uint64_t size, uint64_t* begin) {
      if (left() < size) [[unlikely]]
        return false;
      *begin = at_;
      at_ += size;
      return true;
    }
    // Skips a LEB128 number.  Nine bytes hold 63 bits; a longer one has to be
    // decoded.
    bool SkipLeb() {
      constexpr uint64_t kLongest = 9;
      for (uint64_t i = 0; i < kLongest && i < left(); ++i) {
        if (here()[i] < 0x80) {
          at_ += i + 1;
          return true;
        }
      }
      return false;
    }
    // A NUL-terminated string; the length excludes the NUL.
    bool ReadString(uint64_t* length) {
      const void* nul = left() == 0 ? nullptr : std::memchr(here(), 0, left());
      if (nul == nullptr) [[unlikely]]
        return false;
      *length =
          static_cast<uint64_t>(static_cast<const uint8_t*>(nul) - here());
      at_ += *length + 1;
      return true;
    }

   private:
    friend class RelocCursor;
    // A number of so many bytes has these bits.
    static constexpr uint64_t kMasks[] = {
        0,          0xff,         0xffff,         0xffffff,
        0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
        UINT64_MAX};

    const uint8_t* here() const { return begin_ + at_; }
    uint64_t left() const { return end_ - at_; }
    bool IsFree(int width) {
      uint32_t at4 = at4_;
      const bool is_free = relocs_->SurelyNone(at_, width, at4, *hint_);
      at4_ = at4;
      return is_free;
    }

    const uint8_t* begin_;
    uint64_t at_;
    uint64_t end_;
    int64_t last_wide_;  // the last offset that has 8 bytes
    const RelocTable* relocs_;
    // The only part of the hint that changes with nearly every DIE; the rest
    // stays in the cursor, or gcc packs all of it into a vector register and
    // unpacks that per attribute.
    uint32_t at4_;
    RelocHint* hint_;
  };
  template <ByteOrder kOrder>
  Registers<kOrder> ToRegisters() {
    Registers<kOrder> registers;
    registers.begin_ = begin();
    registers.at_ = offset();
    registers.end_ = end();
    registers.last_wide_ = static_cast<int64_t>(end()) - 8;
    registers.relocs_ = relocs_;
    registers.at4_ = hint_.at4;
    registers.hint_ = &hint_;
    return registers;
  }
  // Continues reading where the registers are.
  template <ByteOrder kOrder>
  void FromRegisters(const Registers<kOrder>& registers) {
    FromRegisters(registers, registers.at_);
  }
  // The same at `offset`, which is not past the registers' position.
  template <ByteOrder kOrder>
  void FromRegisters(const Registers<kOrder>& registers, uint64_t offset) {
    SeekTo(registers.begin_ + offset);
    hint_.at4 = registers.at4_;
  }

  // Returns true if nothing in the section has a record.
  bool has_no_records() const { return relocs_ == nullptr; }
  // Returns true if there may be records of data that are not of 4 or 8 bytes.
  bool has_odd_widths() const {
    return relocs_ != nullptr && relocs_->has_odd_widths();
  }
  // A 1- or 2-byte number: only the odd-width records apply to these.
  RelocValue Small(int width) {
    if (!has_odd_widths()) return Plain(Unsigned(width), width);
    return Value(width);
  }
  // An unsigned LEB128 number, likewise.
  RelocValue UlebValue() {
    if (!has_odd_widths()) return Plain(Uleb(), 0);
    const uint64_t at = offset();
    const uint64_t in_place = Uleb();
    const uint64_t size = offset() - at;
    if (!ok() || size > kMaxFieldSize) return Plain(in_place, 0);
    return Relocated(at, static_cast<int>(size), in_place);
  }

 private:
  // nullptr: nothing has a record.
  static const RelocTable* TableOf(const SectionView& view) {
    const RelocTable* const table =
        view.relocs == nullptr ? nullptr : view.relocs->Get();
    return table == nullptr || table->is_empty() ? nullptr : table;
  }
  static RelocValue Plain(uint64_t value, int width) {
    RelocValue plain;
    plain.value = value;
    plain.width = static_cast<uint8_t>(width);
    return plain;
  }
  RelocValue LookUp(uint64_t at, int width, uint64_t in_place);
  RelocValue Relocated(uint64_t at, int width, uint64_t in_place);
  uint64_t RelocatedInitialLength(Format* format, const char* field);
  bool IsTableAt(uint64_t offset) const;
  uint64_t RelocatedLength(const char* field, int width);
  void Tell(const char* field, uint64_t at, int width) const;

  const RelocTable* relocs_ = nullptr;
  RelocHint hint_;
  RelocObserver* observer_ = nullptr;
  const char* field_ = nullptr;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_RELOC_CURSOR_H_
