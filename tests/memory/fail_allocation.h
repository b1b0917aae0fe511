// Allocations that fail when a test says so: malloc and its kin, and operator
// new over them, of the whole process, shared libraries included.
//
// Linked into a program, or preloaded into another one (preload.cc).

#ifndef TESTS_MEMORY_FAIL_ALLOCATION_H_
#define TESTS_MEMORY_FAIL_ALLOCATION_H_

#include <cstdint>

namespace dwreloc::internal {

enum class Failing : uint8_t {
  kOne,     // one allocation, those after it succeed
  kOnward,  // that one and all after it
};

// From here on, allocation `number` (0: the next one) fails.
void FailAllocation(uint64_t number, Failing failing);
// None fails any more.  How many there were since FailAllocation.
uint64_t StopFailing();
// Allocations of the process that are not freed.
int64_t LiveAllocations();

}  // namespace dwreloc::internal

#endif  // TESTS_MEMORY_FAIL_ALLOCATION_H_
