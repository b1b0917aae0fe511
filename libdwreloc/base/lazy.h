// Lazy<T>: computed on first use, once, and kept, value or error.
//
// The one word for lazy in this library.  What holds a Lazy stays logically
// immutable: any number of threads may ask at once, one computes, the others
// wait for it, and later calls cost one acquire load.  Only an owner that has
// it to itself may make it forget, and then it is computed again.
//
// A computation that an exception ends (there was no memory for it) leaves the
// Lazy as it was: one of those who wait tries again, or the next one who asks.
// absl::call_once and, with ThreadSanitizer, std::call_once do not survive
// that.
// Tested by tests/unit/base/lazy_test.cc.

#ifndef LIBDWRELOC_BASE_LAZY_H_
#define LIBDWRELOC_BASE_LAZY_H_

#include <atomic>
#include <optional>
#include <utility>

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
    if (state_.load(std::memory_order_acquire) != kComputed) [[unlikely]] {
      Fill(std::forward<Compute>(compute));
    }
    return *value_;
  }

  // The value if it was computed, else nullptr; never computes.
  const T* Peek() const {
    return state_.load(std::memory_order_acquire) == kComputed ? &*value_
                                                               : nullptr;
  }

  // Forgets the value.  Nobody else may use this Lazy, or its value, by now.
  void Reset() {
    if (Peek() == nullptr) return;
    value_.reset();
    state_.store(kEmpty, std::memory_order_relaxed);
  }

 private:
  static constexpr int kEmpty = 0;
  static constexpr int kComputing = 1;
  static constexpr int kComputed = 2;

  // Whoever computes; others go on when it ends, one way or the other.
  class Turn {
   public:
    explicit Turn(std::atomic<int>& state) : state_(state) {}
    ~Turn() {
      state_.store(result_, std::memory_order_release);
      state_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    void Succeed() { result_ = kComputed; }

   private:
    std::atomic<int>& state_;
    int result_ = kEmpty;
  };

  template <typename Compute>
  void Fill(Compute&& compute) const {
    int state = kEmpty;
    while (!state_.compare_exchange_weak(state, kComputing,
                                         std::memory_order_acquire,
                                         std::memory_order_acquire)) {
      if (state == kComputed) return;
      state_.wait(kComputing, std::memory_order_acquire);
      state = kEmpty;
    }
    Turn turn(state_);
    value_.emplace(std::forward<Compute>(compute)());
    turn.Succeed();
  }

  mutable std::atomic<int> state_ = kEmpty;
  mutable std::optional<T> value_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_LAZY_H_
