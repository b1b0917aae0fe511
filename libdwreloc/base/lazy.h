// Lazy<T>: computed once, on first use, and kept, whether value or error.
//
// All lazy evaluation in this library uses it.  An object that holds a Lazy
// stays logically immutable: any number of threads may call Get at once; one
// computes, the others wait for it, and later calls cost one acquire load.
// Only an owner with exclusive access may reset it, and then it is computed
// again.
//
// If a computation ends with an exception (out of memory), the Lazy is left as
// it was: one of the waiting threads, or the next caller, tries again.
// absl::call_once and, with ThreadSanitizer, std::call_once do not support
// that.
// Tested by tests/unit/base/lazy_test.cc.

#ifndef LIBDWRELOC_BASE_LAZY_H_
#define LIBDWRELOC_BASE_LAZY_H_

#include <atomic>
#include <optional>
#include <utility>

namespace dwreloc::internal {

// Get returns a reference to T, which is usually an absl::StatusOr.
// Thread-safe except for Reset.
template <typename T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  // Returns the value; the first call gets it from compute(), which must not
  // use this same Lazy.
  template <typename Compute>
  const T& Get(Compute&& compute) const {
    if (state_.load(std::memory_order_acquire) != kComputed) [[unlikely]] {
      Fill(std::forward<Compute>(compute));
    }
    return *value_;
  }

  // Returns the value if it has been computed, else nullptr; never computes.
  const T* Peek() const {
    return state_.load(std::memory_order_acquire) == kComputed ? &*value_
                                                               : nullptr;
  }

  // Forgets the value.  REQUIRES: nobody else uses this Lazy or its value.
  void Reset() {
    if (Peek() == nullptr) return;
    value_.reset();
    state_.store(kEmpty, std::memory_order_relaxed);
  }

 private:
  static constexpr int kEmpty = 0;
  static constexpr int kComputing = 1;
  static constexpr int kComputed = 2;

  // Held by the thread that computes.  The others go on when it ends, whether
  // by a value or by an exception.
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
