// CaseWatch: says which case it was that crashed, or did not end.
//
// Tested by being used: mutation_test.cc, compress_mutation_test.cc.

#ifndef TESTS_MUTATION_CASE_WATCH_H_
#define TESTS_MUTATION_CASE_WATCH_H_

#include <cstdint>
#include <string>

namespace dwreloc::internal {

// From here to the end of the scope a case is at hand. One at a time.
class CaseWatch {
 public:
  // Once, before the first one. `program`: its name, for --reproduce.
  static void Install(const char* program);

  explicit CaseWatch(const std::string& name);
  ~CaseWatch();
  CaseWatch(const CaseWatch&) = delete;
  CaseWatch& operator=(const CaseWatch&) = delete;
};

// The most memory in bytes that this process has had.
uint64_t PeakMemory();

}  // namespace dwreloc::internal

#endif  // TESTS_MUTATION_CASE_WATCH_H_
