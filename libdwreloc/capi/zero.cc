#include "capi/zero.h"

#include <cstring>

namespace dwreloc::internal {

void ZeroBytes(void* bytes, size_t size) { std::memset(bytes, 0, size); }

}  // namespace dwreloc::internal
