// Large structures that a call per item sets to zero.
//
// What gcc 12 knows to be between 32 bytes and 8 KiB long, it clears with `rep
// stos`, which takes longer to begin than memset takes for all of it.
// Tested by tests/api.

#ifndef LIBDWRELOC_CAPI_ZERO_H_
#define LIBDWRELOC_CAPI_ZERO_H_

#include <cstddef>
#include <type_traits>

namespace dwreloc::internal {

// memset, of a size that the caller's compiler does not see.
void ZeroBytes(void* bytes, size_t size);

template <typename Structure>
void SetZero(Structure* structure) {
  static_assert(std::is_trivially_copyable_v<Structure>);
  ZeroBytes(structure, sizeof(Structure));
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_CAPI_ZERO_H_
