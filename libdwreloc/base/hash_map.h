// Hash tables that stay valid when there is no memory to grow.
//
// absl::flat_hash_map is not used: it is written for programs without
// exceptions, and sets its new capacity before it has the memory (20220623), so
// that after std::bad_alloc the table cannot even be destroyed.  A standard
// container is unchanged when an insertion fails.
// Tested by tests/memory.

#ifndef LIBDWRELOC_BASE_HASH_MAP_H_
#define LIBDWRELOC_BASE_HASH_MAP_H_

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "absl/hash/hash.h"

namespace dwreloc::internal {

template <typename Key, typename Value>
using HashMap = std::unordered_map<Key, Value, absl::Hash<Key>>;

template <typename Key>
using HashSet = std::unordered_set<Key, absl::Hash<Key>>;

// Returns the object under `key` in a table of pointers, creating it if there
// is none, so that no key is left without an object.
template <typename Key, typename T>
T* FindOrMake(HashMap<Key, std::unique_ptr<T>>& map, const Key& key) {
  const auto known = map.find(key);
  if (known != map.end()) return known->second.get();
  return map.emplace(key, std::make_unique<T>()).first->second.get();
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_HASH_MAP_H_
