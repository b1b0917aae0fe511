#include "read/cursor.h"

namespace dwreloc::internal {

absl::Status Cursor::status() const {
  switch (error_) {
    case ReadError::kNone:
      return absl::OkStatus();
    case ReadError::kTruncated:
      return MakeError(ErrorCode::kTruncated, section_, error_offset_,
                       "data ends inside a datum");
    case ReadError::kLebTooLong:
      return MakeError(ErrorCode::kBadDwarf, section_, error_offset_,
                       "LEB128 number does not fit 64 bits");
    case ReadError::kNoTerminator:
      return MakeError(ErrorCode::kTruncated, section_, error_offset_,
                       "string has no terminating NUL");
    case ReadError::kReservedLength:
      return MakeError(ErrorCode::kBadDwarf, section_, error_offset_,
                       "reserved initial length");
    case ReadError::kNoMemory:
      return MakeError(ErrorCode::kNoMemory, section_, kNoOffset,
                       "no memory for its relocations");
  }
  return absl::OkStatus();
}

uint64_t Cursor::UlebSlow() {
  const uint8_t* start = position_;
  uint64_t value = 0;
  // Beyond 64 bits the exact shift no longer matters, and must not overflow.
  for (int shift = 0;; shift = shift < 64 ? shift + 7 : shift) {
    if (position_ == end_) {
      position_ = start;
      Fail(ReadError::kTruncated);
      return 0;
    }
    const uint8_t byte = *position_++;
    const uint64_t bits = byte & 0x7f;
    // Padding with zero bits is legal at any length.
    if (shift < 64) value |= bits << shift;
    if ((shift >= 64 && bits != 0) || (shift == 63 && bits > 1)) {
      position_ = start;
      Fail(ReadError::kLebTooLong);
      return 0;
    }
    if ((byte & 0x80) == 0) return value;
  }
}

int64_t Cursor::Sleb() {
  const uint8_t* start = position_;
  uint64_t value = 0;
  for (int shift = 0;; shift = shift < 64 ? shift + 7 : shift) {
    if (position_ == end_) {
      position_ = start;
      Fail(ReadError::kTruncated);
      return 0;
    }
    const uint8_t byte = *position_++;
    const uint64_t bits = byte & 0x7f;
    if (shift < 63) {
      value |= bits << shift;
    } else {
      // Bit 63, then only copies of the sign.
      if (shift == 63) value |= bits << 63;
      const uint64_t sign = value >> 63 != 0 ? 0x7f : 0;
      if (bits != sign) {
        position_ = start;
        Fail(ReadError::kLebTooLong);
        return 0;
      }
    }
    if ((byte & 0x80) == 0) {
      if (shift < 57 && (byte & 0x40) != 0) {
        value |= ~uint64_t{0} << (shift + 7);
      }
      return static_cast<int64_t>(value);
    }
  }
}

void Cursor::SkipLeb() {
  while (position_ != end_) {
    if ((*position_++ & 0x80) == 0) return;
  }
  Fail(ReadError::kTruncated);
}

std::string_view Cursor::String() {
  const void* terminator =
      remaining() == 0 ? nullptr : std::memchr(position_, 0, remaining());
  if (terminator == nullptr) {
    Fail(ReadError::kNoTerminator);
    return {};
  }
  const std::string_view string(
      reinterpret_cast<const char*>(position_),
      static_cast<size_t>(static_cast<const uint8_t*>(terminator) - position_));
  position_ += string.size() + 1;
  return string;
}

uint64_t Cursor::InitialLength(Format* format) {
  *format = Format::kDwarf32;
  const uint32_t length = U32();
  if (length < 0xfffffff0u) return length;
  if (length == 0xffffffffu) {
    *format = Format::kDwarf64;
    return U64();
  }
  position_ -= sizeof(uint32_t);
  Fail(ReadError::kReservedLength);
  return 0;
}

}  // namespace dwreloc::internal
