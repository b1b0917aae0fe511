// An operand as stored: its value together with the place and form of its
// bytes, for programs that copy data and change some of them.
//
// Line programs, lists and expressions all consist of such operands.  A value
// that a record supplied says so (RelocValue::has_record).
// Tested by tests/unit/dwarf/line_instructions_test.cc.

#ifndef LIBDWRELOC_READ_RAW_OPERAND_H_
#define LIBDWRELOC_READ_RAW_OPERAND_H_

#include <cstdint>

#include "reloc/reloc_value.h"

namespace dwreloc::internal {

enum class OperandEncoding : uint8_t {
  kNone,
  kUnsigned,  // a number of `size` bytes
  kSigned,    // the same in two's complement
  kUleb,
  kSleb,
  kString,  // with its NUL
  kBytes,
};

// What a number counts, as far as it matters when something is moved.
enum class OperandRole : uint8_t {
  kNumber,        // nothing of the file
  kAddress,       // an address
  kAddressIndex,  // entries of .debug_addr
  kUnitDie,       // bytes from the unit's header to a DIE
  kInfoDie,       // bytes of .debug_info up to a DIE
  kDistance,      // bytes of the expression up to another operation
};

struct RawOperand {
  RelocValue value{};   // 0 for strings and bytes
  uint64_t offset = 0;  // in the section
  uint64_t size = 0;    // bytes
  OperandEncoding encoding = OperandEncoding::kNone;
  OperandRole role = OperandRole::kNumber;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_RAW_OPERAND_H_
