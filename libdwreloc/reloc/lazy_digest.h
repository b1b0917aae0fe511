// A section's digest: made when a reader first needs it, dropped on request.
// Threads that need it at once make it together (digest_team.h).
//
// Views of a section hold this rather than the table, so that they stay valid:
// after Drop the next reader digests again, with the same result.
// Tested by tests/unit/reloc/lazy_digest_test.cc.

#ifndef LIBDWRELOC_RELOC_LAZY_DIGEST_H_
#define LIBDWRELOC_RELOC_LAZY_DIGEST_H_

#include <cstdint>
#include <memory>

#include "base/lazy.h"
#include "reloc/digest_team.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

// Told when a section has been digested, on the thread that needed it.
class DigestListener {
 public:
  virtual void Digested(uint32_t section, const RelocTable& table) = 0;

 protected:
  ~DigestListener() = default;
};

// Borrows the context; owns the table.  Thread-safe except for Drop, which
// needs exclusive access.
class LazyDigest {
 public:
  // `listener`: where there is one, or nullptr.
  LazyDigest(const RelocContext& context, uint32_t target,
             DigestListener* const* listener = nullptr)
      : context_(context), target_(target), listener_(listener) {}
  LazyDigest(const LazyDigest&) = delete;
  LazyDigest& operator=(const LazyDigest&) = delete;

  // Returns the table; the first call digests it.
  const RelocTable* Get() const {
    const RelocTable* const table = Peek();
    return table != nullptr ? table : Make();
  }
  // Returns the table if it has been made, else nullptr; never makes it.
  const RelocTable* Peek() const;
  // Frees the memory of the table.  Tables and cursors obtained before become
  // invalid.
  void Drop();

 private:
  const RelocTable* Make() const;

  const RelocContext& context_;
  const uint32_t target_;
  DigestListener* const* const listener_;
  mutable DigestTeam team_;
  Lazy<std::unique_ptr<const RelocTable>> table_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_LAZY_DIGEST_H_
