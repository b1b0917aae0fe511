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
    case ReadError::kSymbolicLength:
      return MakeError(ErrorCode::kBadReloc, section_, error_offset_,
                       "a length whose relocation gives no number");
  }
  return absl::OkStatus();
}

void Cursor::FailLeb(LebError error) {
  Fail(error == LebError::kTruncated ? ReadError::kTruncated
                                     : ReadError::kLebTooLong);
}

uint64_t Cursor::UlebSlow() {
  uint64_t value = 0;
  const LebError error = ReadUleb128(&position_, end_, &value);
  if (error != LebError::kNone) FailLeb(error);
  return value;
}

int64_t Cursor::Sleb() {
  if (position_ != end_ && *position_ < 0x80) [[likely]] {
    constexpr int kUnused = 64 - 7;
    const uint64_t bits = *position_++;
    return static_cast<int64_t>(bits << kUnused) >> kUnused;
  }
  int64_t value = 0;
  const LebError error = ReadSleb128(&position_, end_, &value);
  if (error != LebError::kNone) FailLeb(error);
  return value;
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
