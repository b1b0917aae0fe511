// RelocCursor: the named reads where relocation happens, and nowhere else.
//
// A Cursor beside the section's RelocTable and this reader's own hint.  Bytes
// are never patched: a read returns a RelocValue, or the number itself where
// only a number makes sense.  LEB128, strings and 1- and 2-byte counts never
// carry a record on the machines there are tables for, and read through the
// Cursor.
// An observer is told of every datum that a record supplied: that is how each
// record gets its owner (module/owners).
// Tested by tests/unit/read/reloc_cursor_test.cc.

#ifndef LIBDWRELOC_READ_RELOC_CURSOR_H_
#define LIBDWRELOC_READ_RELOC_CURSOR_H_

#include <cstdint>

#include "read/cursor.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

// A section as readers see it.  The owner is module/; borrowed everywhere.
struct SectionView {
  uint32_t index = kNoSection;
  Bytes bytes;
  const RelocTable* relocs = nullptr;  // nullptr: nothing to relocate
  ByteOrder order = kNativeOrder;
};

// Told which data records supplied.
class RelocObserver {
 public:
  virtual ~RelocObserver() = default;
  virtual void OnRelocated(uint32_t section, uint64_t offset, int width) = 0;
};

// Borrows the view.  Not for sharing between threads.
class RelocCursor : public Cursor {
 public:
  RelocCursor() = default;
  explicit RelocCursor(const SectionView& view, uint64_t offset = 0,
                       uint64_t end = UINT64_MAX)
      : Cursor(view.bytes, view.order, view.index, offset, end),
        relocs_(view.relocs) {}

  void set_observer(RelocObserver* observer) { observer_ = observer; }
  RelocObserver* observer() const { return observer_; }

  // An address or another number of `width` bytes that may be symbolic.
  RelocValue Value(int width) {
    const uint64_t at = offset();
    const uint64_t in_place = Unsigned(width);
    if (relocs_ == nullptr || !ok()) return Plain(in_place, width);
    RelocValue value;
    if (width == 8 && observer_ == nullptr &&
        relocs_->Find8(at, hint_, &value)) {
      return value;
    }
    if (relocs_->SurelyNone(at, width, hint_)) return Plain(in_place, width);
    return Relocated(at, width, in_place);
  }
  RelocValue Address(Encoding encoding) { return Value(encoding.address_size); }

  // An offset in another section, 4 or 8 bytes.  These are folded to numbers;
  // should one not be, *other is set and the bytes as stored are returned.
  // other->has_record always says whether a record supplied it.
  uint64_t SectionOffset(int width, RelocValue* other) {
    const uint64_t at = offset();
    const uint64_t in_place = Unsigned(width);
    if (relocs_ == nullptr || !ok()) return in_place;
    uint64_t value;
    if (width == 4 && observer_ == nullptr &&
        relocs_->FindStatic4(at, hint_, &value)) [[likely]] {
      other->has_record = true;
      return value;
    }
    if (relocs_->SurelyNone(at, width, hint_)) return in_place;
    *other = Relocated(at, width, in_place);
    return other->is_constant() ? other->value : in_place;
  }

  // A 1- or 2-byte number: only odd records concern these.
  RelocValue Small(int width) {
    if (relocs_ == nullptr || !relocs_->has_odd_widths()) {
      return Plain(Unsigned(width), width);
    }
    return Value(width);
  }

 private:
  static RelocValue Plain(uint64_t value, int width) {
    RelocValue plain;
    plain.value = value;
    plain.width = static_cast<uint8_t>(width);
    return plain;
  }
  RelocValue Relocated(uint64_t at, int width, uint64_t in_place);

  const RelocTable* relocs_ = nullptr;
  RelocHint hint_;
  RelocObserver* observer_ = nullptr;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_RELOC_CURSOR_H_
