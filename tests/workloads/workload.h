// Workloads: pieces of reading, each over a fixed input of its own, so that
// what one record, attribute or row costs can be measured.
//
// Making a workload builds its input and opens it; calling it reads all of it
// once, as a user's loop would.  Whatever the library does once and keeps
// (digests, unit lists, abbreviations) is done by the first call.  The same
// calls are timed by bench/layers and counted by tests/instructions.
//
//   Work work = DigestRecords({.count = 4096});
//   const Done done = work();   // done.items records were digested

#ifndef TESTS_WORKLOADS_WORKLOAD_H_
#define TESTS_WORKLOADS_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dwreloc::internal {

// What one call did.
struct Done {
  uint64_t items = 0;
  uint64_t bytes = 0;  // of the file; 0: not known
  // Of what was read: without it a compiler may leave the reading out.  Equal
  // for workloads that read the same input in different ways.
  uint64_t sum = 0;
};

// Owns its input.  Copies share it.
using Work = std::function<Done()>;

// One of the fixed set that tests/instructions counts.
struct NamedWorkload {
  const char* name;
  const char* item;  // what is counted: "record", "row"
  std::function<Work()> make;
};
const std::vector<NamedWorkload>& FixedWorkloads();

// Ends the program: a workload that cannot read its input measures nothing.
[[noreturn]] void GiveUp(const char* what);
void Check(const absl::Status& status);
// The value of a StatusOr that must have one.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) [[unlikely]]
    Check(result.status());
  return *std::move(result);
}

// The same numbers in every run and with every standard library (splitmix64).
class FixedRandom {
 public:
  uint64_t Next() {
    uint64_t x = state_ += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
  }
  // In [0, limit).
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[Below(i)]);
    }
  }

 private:
  uint64_t state_ = 1;
};

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_WORKLOAD_H_
