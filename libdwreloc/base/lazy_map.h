// LazyMap<Key, T>: values computed on first use, each once, under a key.
//
// The lock is held to find a slot, never to compute what goes into it, so
// computing one value does not block threads that need another.
// Tested by tests/unit/base/lazy_map_test.cc.

#ifndef LIBDWRELOC_BASE_LAZY_MAP_H_
#define LIBDWRELOC_BASE_LAZY_MAP_H_

#include <memory>
#include <mutex>
#include <utility>

#include "base/hash_map.h"
#include "base/lazy.h"

namespace dwreloc::internal {

// See Lazy.  Thread-safe except for EraseIf.
template <typename Key, typename T>
class LazyMap {
 public:
  // Returns the value under `key`; the first call for it uses compute().  The
  // reference is valid until the value is erased.
  template <typename Compute>
  const T& Get(const Key& key, Compute&& compute) const {
    const Lazy<T>* slot = nullptr;
    {
      const std::lock_guard lock(mutex_);
      slot = FindOrMake(slots_, key);
    }
    return slot->Get(std::forward<Compute>(compute));
  }

  // Returns the value if it has been computed, else nullptr; never computes.
  const T* Peek(const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = slots_.find(key);
    return found == slots_.end() ? nullptr : found->second->Peek();
  }

  // Calls visit(const T&) for each value that has been computed.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, slot] : slots_) {
      if (const T* value = slot->Peek(); value != nullptr) visit(*value);
    }
  }

  // Forgets the values for which is_unwanted(const T&) is true.  REQUIRES:
  // nobody else uses the map.
  template <typename IsUnwanted>
  void EraseIf(IsUnwanted&& is_unwanted) {
    std::erase_if(slots_, [&](const auto& entry) {
      const T* value = entry.second->Peek();
      return value != nullptr && is_unwanted(*value);
    });
  }

 private:
  mutable std::mutex mutex_;
  mutable HashMap<Key, std::unique_ptr<Lazy<T>>> slots_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_LAZY_MAP_H_
