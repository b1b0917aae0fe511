// Cursor: reads plain data of a section in order (DWARF 5 7.4, 7.6).
//
// The error is sticky: the first failed read is remembered with its offset,
// later reads return 0, and the parser checks once.  A cursor knows only
// offsets; status() adds the section passed to the constructor.
// Nothing here looks at relocations: see read/reloc_cursor.h.
// Tested by tests/unit/read/cursor_test.cc.

#ifndef LIBDWRELOC_READ_CURSOR_H_
#define LIBDWRELOC_READ_CURSOR_H_

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/leb128.h"
#include "base/status.h"
#include "read/encoding.h"

namespace dwreloc::internal {

enum class ReadError : uint8_t {
  kNone,
  kTruncated,       // the datum extends past the end
  kLebTooLong,      // a LEB128 number beyond 64 bits
  kNoTerminator,    // a string without NUL
  kReservedLength,  // an initial length of 0xfffffff0 to 0xfffffffe
  kSymbolicLength,  // a length whose relocation does not yield a number
};

// Borrows the bytes.  Not to be shared between threads.
class Cursor {
 public:
  Cursor() = default;
  // Reads bytes[offset, end); both are clamped to the size of `bytes`.
  Cursor(Bytes bytes, ByteOrder order, uint32_t section, uint64_t offset = 0,
         uint64_t end = UINT64_MAX)
      : begin_(bytes.data()), order_(order), section_(section) {
    const uint64_t limit = end < bytes.size() ? end : bytes.size();
    end_ = begin_ + limit;
    position_ = begin_ + (offset < limit ? offset : limit);
    if (offset > limit) Fail(ReadError::kTruncated);
  }

  uint32_t section() const { return section_; }
  ByteOrder order() const { return order_; }
  uint64_t offset() const { return static_cast<uint64_t>(position_ - begin_); }
  uint64_t end() const { return static_cast<uint64_t>(end_ - begin_); }
  uint64_t remaining() const { return static_cast<uint64_t>(end_ - position_); }
  bool at_end() const { return position_ == end_; }
  const uint8_t* data() const { return position_; }
  const uint8_t* begin() const { return begin_; }  // of the section

  bool ok() const { return error_ == ReadError::kNone; }
  // The first error with its section and offset.
  absl::Status status() const;

  uint8_t U8() { return Fixed<uint8_t>(); }
  uint16_t U16() { return Fixed<uint16_t>(); }
  uint32_t U32() { return Fixed<uint32_t>(); }
  uint64_t U64() { return Fixed<uint64_t>(); }
  // A number of 1 to 8 bytes.
  uint64_t Unsigned(int width) {
    if (remaining() < static_cast<uint64_t>(width)) [[unlikely]] {
      Fail(ReadError::kTruncated);
      return 0;
    }
    const uint64_t value = LoadWidth(position_, width, order_);
    position_ += width;
    return value;
  }

  uint64_t Uleb() {
    if (position_ != end_) [[likely]] {
      const uint64_t first = *position_;
      if (first < 0x80) [[likely]] {
        ++position_;
        return first;
      }
      if (remaining() >= 2 && position_[1] < 0x80) {
        const uint64_t second = position_[1];
        position_ += 2;
        return second << 7 | (first & 0x7f);
      }
    }
    return UlebSlow();
  }
  int64_t Sleb();
  void SkipLeb();

  // A NUL-terminated string; the view excludes the NUL.
  std::string_view String();
  // `size` bytes.
  Bytes Block(uint64_t size) {
    if (remaining() < size) [[unlikely]] {
      Fail(ReadError::kTruncated);
      return Bytes();
    }
    const Bytes block(position_, static_cast<size_t>(size));
    position_ += size;
    return block;
  }
  void Skip(uint64_t size) { (void)Block(size); }
  // REQUIRES: offset <= end().  Does not clear an error.
  void Seek(uint64_t offset) {
    if (ok()) position_ = begin_ + offset;
  }
  // The same by address, for a cursor that has no error.
  void SeekTo(const uint8_t* position) { position_ = position; }
  // Stops reading at `end`, which must be in [offset(), end()].
  void Truncate(uint64_t end) { end_ = begin_ + end; }

  // unit_length and similar lengths: sets the format.
  uint64_t InitialLength(Format* format);

  void Fail(ReadError error) {
    if (error_ == ReadError::kNone) {
      error_ = error;
      error_offset_ = offset();
    }
    position_ = end_;
  }

 private:
  template <typename T>
  T Fixed() {
    if (remaining() < sizeof(T)) [[unlikely]] {
      Fail(ReadError::kTruncated);
      return 0;
    }
    const T value = Load<T>(position_, order_);
    position_ += sizeof(T);
    return value;
  }
  uint64_t UlebSlow();
  void FailLeb(LebError error);

  const uint8_t* begin_ = nullptr;
  const uint8_t* position_ = nullptr;
  const uint8_t* end_ = nullptr;
  ByteOrder order_ = kNativeOrder;
  ReadError error_ = ReadError::kNone;
  uint32_t section_ = kNoSection;
  uint64_t error_offset_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_CURSOR_H_
