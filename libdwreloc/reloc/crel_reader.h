// CrelReader: the records of a CREL section (SHT_CREL, proposed for the gABI),
// one after the other.
//
// A record is what changes from the one before: a byte of flags with the low
// bits of the difference of the offsets, whose other bits follow as a ULEB128
// number if the top bit is set; then, as SLEB128 numbers, the differences that
// the flags announce.
// Tested by tests/unit/reloc/reloc_sections_test.cc.

#ifndef LIBDWRELOC_RELOC_CREL_READER_H_
#define LIBDWRELOC_RELOC_CREL_READER_H_

#include <cstdint>

#include "base/bytes.h"
#include "base/leb128.h"
#include "reloc/raw_reloc.h"

namespace dwreloc::internal {

// What the section's header says.
struct CrelShape {
  bool is_64 = true;
  bool is_rela = true;
  uint8_t shift = 0;  // of the offsets
};

// Borrows the bytes.  Small: a copy reads ahead.
class CrelReader {
 public:
  CrelReader() = default;
  // `bytes` begin behind the section's header.
  CrelReader(Bytes bytes, uint64_t count, CrelShape shape)
      : position_(bytes.data()),
        end_(bytes.data() + bytes.size()),
        left_(count),
        shape_(shape) {}

  // Reads the next record.  Returns false after the last one, and if its
  // numbers cannot be read: then ok() is false.
  bool Next(RawReloc* record) {
    if (left_ == 0) return false;
    if (!ReadDifferences()) [[unlikely]] {
      left_ = 0;
      ok_ = false;
      return false;
    }
    --left_;
    *record = last_;
    if (!shape_.is_64) {
      record->offset = static_cast<uint32_t>(record->offset);
      record->addend = static_cast<int32_t>(record->addend);
    }
    return true;
  }
  bool ok() const { return ok_; }

 private:
  bool ReadDifferences() {
    if (position_ == end_) return false;
    const int flag_bits = shape_.is_rela ? 3 : 2;
    const uint8_t first = *position_++;
    uint64_t delta = first >> flag_bits;
    if (first >= 0x80) {
      uint64_t more = 0;
      if (ReadUleb128(&position_, end_, &more) != LebError::kNone) return false;
      delta += (more << (7 - flag_bits)) - (0x80u >> flag_bits);
    }
    last_.offset += delta << shape_.shift;
    int64_t change = 0;
    if ((first & 1) != 0) {
      if (!ReadSigned(&change)) return false;
      last_.symbol += static_cast<uint32_t>(change);
    }
    if ((first & 2) != 0) {
      if (!ReadSigned(&change)) return false;
      last_.type += static_cast<uint32_t>(change);
    }
    if (shape_.is_rela && (first & 4) != 0) {
      if (!ReadSigned(&change)) return false;
      last_.addend = static_cast<int64_t>(static_cast<uint64_t>(last_.addend) +
                                          static_cast<uint64_t>(change));
    }
    return true;
  }
  // Most have one or two bytes.
  bool ReadSigned(int64_t* value) {
    if (end_ - position_ >= 2) [[likely]] {
      const uint64_t low = position_[0];
      if (low < 0x80) {
        *value = static_cast<int64_t>(low << 57) >> 57;
        position_ += 1;
        return true;
      }
      const uint64_t high = position_[1];
      if (high < 0x80) {
        *value = static_cast<int64_t>((high << 7 | (low & 0x7f)) << 50) >> 50;
        position_ += 2;
        return true;
      }
    }
    return ReadSleb128(&position_, end_, value) == LebError::kNone;
  }

  const uint8_t* position_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t left_ = 0;
  RawReloc last_;
  CrelShape shape_;
  bool ok_ = true;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_CREL_READER_H_
