// A section's digest: made when a reader first needs it, dropped on request.
//
// What views of a section hold in place of the table, so that they outlive it:
// after Drop the next reader digests again, with the same result.
// Tested by tests/unit/reloc/lazy_digest_test.cc.

#ifndef LIBDWRELOC_RELOC_LAZY_DIGEST_H_
#define LIBDWRELOC_RELOC_LAZY_DIGEST_H_

#include <cstdint>
#include <memory>

#include "base/lazy.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

// Borrows the context; owns the table.  Thread-safe but for Drop, which needs
// the digest to itself.
class LazyDigest {
 public:
  LazyDigest(const RelocContext& context, uint32_t target)
      : context_(context), target_(target) {}
  LazyDigest(const LazyDigest&) = delete;
  LazyDigest& operator=(const LazyDigest&) = delete;

  // The table, digested if this is the first call.
  const RelocTable* Get() const {
    return table_.Get([this] { return RelocTable::Digest(context_, target_); })
        .get();
  }
  // The table if it was made, else nullptr; never makes it.
  const RelocTable* Peek() const;
  // Gives its memory back.  Tables and cursors from before are gone.
  void Drop();

 private:
  const RelocContext& context_;
  const uint32_t target_;
  Lazy<std::unique_ptr<const RelocTable>> table_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_LAZY_DIGEST_H_
