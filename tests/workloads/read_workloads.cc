#include "workloads/read_workloads.h"

#include <iterator>
#include <utility>
#include <vector>

#include "read/cursor.h"
#include "support/assembler.h"

namespace dwreloc::internal {
namespace {

// `last` is the last byte of a number of ten: bit 63 and, if it has a sign,
// copies of that.
std::vector<uint8_t> Numbers(int length, uint64_t count, uint8_t last) {
  constexpr int kLengths[] = {1, 1, 1, 1, 1, 1, 1, 2, 2, 3,
                              1, 1, 1, 1, 1, 1, 1, 2, 2, 5};
  FixedRandom random;
  Assembler out;
  for (uint64_t i = 0; i < count; ++i) {
    // In no order that a branch predictor could learn.
    const int bytes = length == kMixedLengths
                          ? kLengths[random.Below(std::size(kLengths))]
                          : length;
    for (int k = 1; k < bytes; ++k) out.U8(0x80 | (random.Next() & 0x7f));
    out.U8(bytes == 10 ? last : 1 + random.Below(63));
  }
  return out.bytes();
}

template <typename ReadOne>
Work ReadNumbers(std::vector<uint8_t> numbers, uint64_t count,
                 ReadOne read_one) {
  return [bytes = std::move(numbers), count, read_one] {
    Cursor cursor(bytes, ByteOrder::kLittle, 0);
    uint64_t sum = 0;
    while (!cursor.at_end()) sum += static_cast<uint64_t>(read_one(cursor));
    Check(cursor.status());
    return Done{.items = count, .bytes = bytes.size(), .sum = sum};
  };
}

}  // namespace

Work ReadUleb(int length, uint64_t count) {
  return ReadNumbers(Numbers(length, count, 0x01), count,
                     [](Cursor& cursor) { return cursor.Uleb(); });
}

Work ReadSleb(int length, uint64_t count) {
  return ReadNumbers(Numbers(length, count, 0x7f), count,
                     [](Cursor& cursor) { return cursor.Sleb(); });
}

}  // namespace dwreloc::internal
