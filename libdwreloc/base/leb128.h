// LEB128 numbers (DWARF 5 7.6, appendix C), as plain functions over bytes.
//
// read/cursor uses them for the numbers in DWARF, reloc for SHT_CREL and for
// the fields that R_RISCV_SET_ULEB128 and similar types write.
// Tested by tests/unit/base/leb128_test.cc.

#ifndef LIBDWRELOC_BASE_LEB128_H_
#define LIBDWRELOC_BASE_LEB128_H_

#include <cstdint>

#include "base/bytes.h"

namespace dwreloc::internal {

enum class LebError : uint8_t {
  kNone,
  kTruncated,  // no byte ends the number
  kTooLong,    // it does not fit 64 bits; padding does not count
};

// Reads the number at *p and, if it is valid, moves *p past it.
LebError ReadUleb128(const uint8_t** p, const uint8_t* end, uint64_t* value);
LebError ReadSleb128(const uint8_t** p, const uint8_t* end, int64_t* value);

// Returns the size in bytes of the number at `offset`, padding included; 0 if
// it is not terminated.
uint64_t Leb128Size(Bytes bytes, uint64_t offset);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_LEB128_H_
