#include "read/reloc_cursor.h"

namespace dwreloc::internal {

RelocValue RelocCursor::Relocated(uint64_t at, int width, uint64_t in_place) {
  const RelocValue value = relocs_->Lookup(at, width, in_place, hint_);
  if (observer_ != nullptr && value.has_record) {
    observer_->OnRelocated(section(), at, width);
  }
  return value;
}

}  // namespace dwreloc::internal
