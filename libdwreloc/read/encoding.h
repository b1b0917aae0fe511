// The parameters of a unit that determine how its bytes are read (DWARF 5 7.4,
// 7.5.1): a small value, passed by value.
// Tested by tests/unit/read/cursor_test.cc.

#ifndef LIBDWRELOC_READ_ENCODING_H_
#define LIBDWRELOC_READ_ENCODING_H_

#include <cstdint>

namespace dwreloc::internal {

// DWARF 5 7.4: the 32-bit or the 64-bit format, independent of the machine.
// The enumerators are the size of an offset.
enum class Format : uint8_t { kDwarf32 = 4, kDwarf64 = 8 };

struct Encoding {
  uint8_t address_size = 8;
  Format format = Format::kDwarf32;
  uint16_t version = 5;

  int offset_size() const { return static_cast<int>(format); }
  // DWARF 2 gave DW_FORM_ref_addr the size of an address.
  int ref_addr_size() const {
    return version <= 2 ? address_size : offset_size();
  }
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_ENCODING_H_
