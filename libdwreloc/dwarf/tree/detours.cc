#include "dwarf/tree/detours.h"

#include <algorithm>

namespace dwreloc::internal {

const Detour* Detours::Find(uint64_t die) const {
  const auto found = std::lower_bound(
      detours_.begin(), detours_.end(), die,
      [](const Detour& detour, uint64_t at) { return detour.from < at; });
  return found != detours_.end() && found->from == die ? &*found : nullptr;
}

}  // namespace dwreloc::internal
