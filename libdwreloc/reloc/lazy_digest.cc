#include "reloc/lazy_digest.h"

namespace dwreloc::internal {

const RelocTable* LazyDigest::Peek() const {
  const std::unique_ptr<const RelocTable>* table = table_.Peek();
  return table == nullptr ? nullptr : table->get();
}

void LazyDigest::Drop() { table_.Reset(); }

}  // namespace dwreloc::internal
