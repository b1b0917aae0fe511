// Workloads of read/: LEB128 numbers.

#ifndef TESTS_WORKLOADS_READ_WORKLOADS_H_
#define TESTS_WORKLOADS_READ_WORKLOADS_H_

#include <cstdint>

#include "workloads/workload.h"

namespace dwreloc::internal {

// Bytes per number that stand for "as attribute values are": 7 in 10 of one
// byte, 2 of two, the rest of three or five.
inline constexpr int kMixedLengths = 0;

// Unsigned and signed LEB128 of `length` bytes, 1 to 10; items are numbers.
Work ReadUleb(int length, uint64_t count = 1024);
Work ReadSleb(int length, uint64_t count = 1024);

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_READ_WORKLOADS_H_
