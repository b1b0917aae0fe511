// Preloaded into a program: allocation $FAIL_ALLOCATION of it fails, and all
// after that if $FAIL_ONWARD is set.  With $COUNT_ALLOCATIONS, standard error
// ends with their number.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory/fail_allocation.h"

namespace {

using dwreloc::internal::FailAllocation;
using dwreloc::internal::Failing;
using dwreloc::internal::StopFailing;

[[gnu::constructor]] void Begin() {
  const char* number = getenv("FAIL_ALLOCATION");
  FailAllocation(
      number == nullptr ? UINT64_MAX - 1 : strtoull(number, nullptr, 10),
      getenv("FAIL_ONWARD") != nullptr ? Failing::kOnward : Failing::kOne);
}

[[gnu::destructor]] void End() {
  const unsigned long long count = StopFailing();
  if (getenv("COUNT_ALLOCATIONS") == nullptr) return;
  char text[32];
  const int size = snprintf(text, sizeof(text), "%llu\n", count);
  (void)!write(STDERR_FILENO, text, static_cast<size_t>(size));
}

}  // namespace
