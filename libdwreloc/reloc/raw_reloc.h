// RawReloc: a relocation record as it is stored, in one shape for all forms.
// Tested by tests/unit/reloc/reloc_sections_test.cc.

#ifndef LIBDWRELOC_RELOC_RAW_RELOC_H_
#define LIBDWRELOC_RELOC_RAW_RELOC_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "reloc/howto.h"

namespace dwreloc::internal {

// Elf32_Rel to Elf64_Rela.
struct RawReloc {
  uint64_t offset = 0;  // r_offset
  uint32_t type = 0;    // r_type; MIPS64: all three, see RelocInfo
  uint32_t symbol = 0;  // r_sym
  int64_t addend = 0;   // r_addend; 0 for REL
};

// Bytes of a record: two or three words.
constexpr size_t RelocSize(bool is_64, bool is_rela) {
  return size_t{is_64 ? 8u : 4u} * (is_rela ? 3 : 2);
}

// Decodes the record at p; all but p is known at compile time where it counts.
// REQUIRES: 32-bit records have RelocInfo::kStandard.
inline RawReloc DecodeReloc(const uint8_t* p, bool is_64, bool is_rela,
                            ByteOrder order, RelocInfo info) {
  RawReloc record;
  if (!is_64) {
    record.offset = Load<uint32_t>(p, order);
    const uint32_t r_info = Load<uint32_t>(p + 4, order);
    record.type = r_info & 0xff;
    record.symbol = r_info >> 8;
    if (is_rela) {
      record.addend = static_cast<int32_t>(Load<uint32_t>(p + 8, order));
    }
    return record;
  }
  record.offset = Load<uint64_t>(p, order);
  const uint64_t r_info = Load<uint64_t>(p + 8, order);
  record.type = static_cast<uint32_t>(r_info);
  record.symbol = static_cast<uint32_t>(r_info >> 32);
  if (is_rela) {
    record.addend = static_cast<int64_t>(Load<uint64_t>(p + 16, order));
  }
  if (info == RelocInfo::kMips64 && order == ByteOrder::kLittle) {
    // r_info read as one little-endian number has the symbol in its low half,
    // and the bytes of the types in big-endian order in the high one.
    const uint32_t types = record.symbol;
    record.symbol = record.type;
    record.type = SwapBytes(types);
  } else if (info == RelocInfo::kSparc64) {
    record.type &= 0xff;
  }
  return record;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RAW_RELOC_H_
