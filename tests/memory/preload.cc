// Preloaded into a program: allocation $FAIL_ALLOCATION of its main fails, and
// all after that if $FAIL_ONWARD is set.  With $COUNT_ALLOCATIONS, standard
// error ends with their number.
//
// What runs before main is left alone: there the C++ runtime takes the memory
// from which it throws std::bad_alloc.

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory/fail_allocation.h"

namespace {

using dwreloc::internal::FailAllocation;
using dwreloc::internal::Failing;
using dwreloc::internal::StopFailing;

using Main = int(int, char**, char**);

Main* program_main;

int FailingMain(int argc, char** argv, char** environment) {
  const char* number = getenv("FAIL_ALLOCATION");
  FailAllocation(
      number == nullptr ? UINT64_MAX - 1 : strtoull(number, nullptr, 10),
      getenv("FAIL_ONWARD") != nullptr ? Failing::kOnward : Failing::kOne);
  return program_main(argc, argv, environment);
}

[[gnu::destructor]] void End() {
  const unsigned long long count = StopFailing();
  if (getenv("COUNT_ALLOCATIONS") == nullptr) return;
  char text[32];
  const int size = snprintf(text, sizeof(text), "%llu\n", count);
  (void)!write(STDERR_FILENO, text, static_cast<size_t>(size));
}

}  // namespace

// In front of the C library's, which calls main.
extern "C" [[gnu::visibility("default")]] int __libc_start_main(
    Main* main, int argc, char** argv, void (*init)(), void (*fini)(),
    void (*loader_fini)(), void* stack_end) {
  program_main = main;
  const auto start = reinterpret_cast<decltype(&__libc_start_main)>(
      dlsym(RTLD_NEXT, "__libc_start_main"));
  return start(FailingMain, argc, argv, init, fini, loader_fini, stack_end);
}
