// read/: LEB128 numbers by length, per number.

#include "measure.h"
#include "workloads/read_workloads.h"

namespace dwreloc_bench {
namespace {

using dwreloc::internal::kMixedLengths;
using dwreloc::internal::ReadSleb;
using dwreloc::internal::ReadUleb;

// More than a branch predictor remembers.
constexpr uint64_t kNumbers = 1 << 18;

void RegisterAll() {
  for (const int length : {1, 2, 5, 10, kMixedLengths}) {
    const std::string name =
        length == kMixedLengths ? "mixed" : std::to_string(length);
    Register("uleb/" + name, "number",
             [length] { return ReadUleb(length, kNumbers); });
    Register("sleb/" + name, "number",
             [length] { return ReadSleb(length, kNumbers); });
  }
}

}  // namespace
}  // namespace dwreloc_bench

int main(int argc, char** argv) {
  dwreloc_bench::RegisterAll();
  return dwreloc_bench::Main(argc, argv);
}
