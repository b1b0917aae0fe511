#include "dwarf/tree/die_filter.h"

namespace dwreloc::internal {

void DieFilter::Add(const Abbrev& abbrev, bool is_wanted) {
  entries_.push_back({.first_step = static_cast<uint32_t>(steps_.size()),
                      .is_wanted = is_wanted,
                      .has_children = abbrev.has_children});
  if (is_wanted) return;
  constexpr uint32_t kMostSize = uint32_t{1} << 30;
  uint32_t size = 0;
  for (const AttributeSpec& spec : abbrev.attributes()) {
    if (HasFixedSize(spec.op) && size < kMostSize) [[likely]] {
      size += spec.width;
      continue;
    }
    // Unknown to whoever steps: then the DIE is read with care.
    const FormOp op = HasFixedSize(spec.op) ? FormOp::kUnknown : spec.op;
    steps_.push_back({.then = op, .size = size});
    size = 0;
  }
  steps_.push_back({.then = kEnd, .size = size});
}

}  // namespace dwreloc::internal
