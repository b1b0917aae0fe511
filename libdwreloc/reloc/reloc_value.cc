#include "reloc/reloc_value.h"

#include "base/bytes.h"

namespace dwreloc::internal {

RelocValue AddRelocatable(RelocValue a, const RelocValue& b,
                          uint8_t address_size) {
  if (b.is_bad() && !a.is_bad()) return b;
  if (a.is_bad()) {
    // Keeps the value that the record asks for.
    RelocValue bad = a;
    if (b.is_constant()) bad.value += b.value;
    return bad;
  }
  if (!a.is_constant() && !b.is_constant()) {
    return RelocValue::Bad(ErrorCode::kTwoRelocatable);
  }
  RelocValue sum = a.is_constant() ? b : a;
  sum.value = a.value + b.value;
  // Addresses wrap at their size: a list may count backwards from its base.
  // Offsets from a symbol keep their sign.
  sum.value = sum.is_constant()
                  ? ZeroExtend(sum.value, address_size)
                  : static_cast<uint64_t>(SignExtend(sum.value, address_size));
  sum.width = 0;
  return sum;
}

}  // namespace dwreloc::internal
