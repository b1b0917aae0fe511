#include "reloc/lazy_digest.h"

namespace dwreloc::internal {

const RelocTable* LazyDigest::Peek() const {
  const std::unique_ptr<const RelocTable>* table = table_.Peek();
  return table == nullptr ? nullptr : table->get();
}

const RelocTable* LazyDigest::Make() const {
  team_.Help();
  bool is_made_here = false;
  const RelocTable* const table =
      table_
          .Get([&] {
            is_made_here = true;
            return RelocTable::Digest(context_, target_, team_);
          })
          .get();
  // Outside of the Lazy: the listener may read the section.
  if (is_made_here && listener_ != nullptr && *listener_ != nullptr) {
    (*listener_)->Digested(target_, *table);
  }
  return table;
}

void LazyDigest::Drop() { table_.Reset(); }

}  // namespace dwreloc::internal
