// LazyArray<T>: values computed on first use, each under a number.
//
// For many small values of which few are asked for: one that was not costs a
// pointer.  Threads that ask for the same one at once may each compute it, and
// the first result is kept, so none waits for another.
// Tested by tests/unit/base/lazy_array_test.cc.

#ifndef LIBDWRELOC_BASE_LAZY_ARRAY_H_
#define LIBDWRELOC_BASE_LAZY_ARRAY_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace dwreloc::internal {

// Thread-safe but for moving.
template <typename T>
class LazyArray {
 public:
  LazyArray() = default;
  explicit LazyArray(size_t size) : slots_(size) {}
  LazyArray(LazyArray&&) noexcept = default;
  LazyArray& operator=(LazyArray&& other) noexcept {
    // The values that were here go with `other`.
    slots_.swap(other.slots_);
    return *this;
  }
  ~LazyArray() {
    for (const Slot& slot : slots_) delete slot.load(std::memory_order_relaxed);
  }

  // Returns the value under `index`, got from compute() if nobody asked for it
  // before.  REQUIRES: index is less than the size.
  template <typename Compute>
  const T& Get(size_t index, Compute&& compute) const {
    const T* known = slots_[index].load(std::memory_order_acquire);
    if (known == nullptr) [[unlikely]] {
      auto made = std::make_unique<const T>(std::forward<Compute>(compute)());
      if (slots_[index].compare_exchange_strong(known, made.get(),
                                                std::memory_order_acq_rel,
                                                std::memory_order_acquire)) {
        known = made.release();
      }
    }
    return *known;
  }

 private:
  using Slot = std::atomic<const T*>;

  mutable std::vector<Slot> slots_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_LAZY_ARRAY_H_
