// Lazy<T>: computed on first use, once, and kept, value or error.
//
// The one word for lazy in this library.  What holds a Lazy stays logically
// immutable: any number of threads may ask at once, one computes, the others
// wait for it, and later calls cost one acquire load.  Only an owner that has
// it to itself may make it forget, and then it is computed again.
// Tested by tests/unit/base/lazy_test.cc.

#ifndef LIBDWRELOC_BASE_LAZY_H_
#define LIBDWRELOC_BASE_LAZY_H_

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/call_once.h"

namespace dwreloc::internal {

// T is what Get hands out by reference: usually an absl::StatusOr.
// Thread-safe but for Reset.
template <typename T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  // The value, from compute() if this is the first call.  compute must not ask
  // this same Lazy.
  template <typename Compute>
  const T& Get(Compute&& compute) const {
    if (!done_.load(std::memory_order_acquire)) [[unlikely]] {
      absl::call_once(once_, [&] {
        value_.emplace(std::forward<Compute>(compute)());
        done_.store(true, std::memory_order_release);
      });
      // Who waited for another thread synchronized inside Abseil, which
      // ThreadSanitizer cannot see into: once more, where it can.
      (void)done_.load(std::memory_order_acquire);
    }
    return *value_;
  }

  // The value if it was computed, else nullptr; never computes.
  const T* Peek() const {
    return done_.load(std::memory_order_acquire) ? &*value_ : nullptr;
  }

  // Forgets the value.  Nobody else may use this Lazy, or its value, by now.
  void Reset() {
    if (Peek() == nullptr) return;
    value_.reset();
    std::destroy_at(&once_);
    std::construct_at(&once_);
    done_.store(false, std::memory_order_relaxed);
  }

 private:
  mutable absl::once_flag once_;
  mutable std::atomic<bool> done_ = false;
  mutable std::optional<T> value_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_LAZY_H_
