// instructions: runs a workload once to warm up and once inside CountedRun, so
// that a counter of instructions can be held over the second
// (check_instructions.py).
//
//   instructions --list       names and items of all workloads: NAME<TAB>ITEM
//   instructions --toolchain  what counts depend on besides the sources
//   instructions --check      do the workloads read what they should?
//   instructions NAME         runs it; prints how many items it reads
//
// What the library does once and keeps (digests, abbreviations) is done when
// counting begins.

#if __has_include(<gnu/libc-version.h>)
#include <gnu/libc-version.h>
#endif

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "absl/base/config.h"
#include "workloads/workload.h"

// callgrind is told of this one by its name.
extern "C" __attribute__((noinline)) void CountedRun(
    const dwreloc::internal::Work* work, dwreloc::internal::Done* done) {
  *done = (*work)();
}

namespace dwreloc::internal {
namespace {

int List() {
  for (const NamedWorkload& workload : FixedWorkloads()) {
    std::printf("%s\t%s\n", workload.name, workload.item);
  }
  return 0;
}

// "gcc 12, x86_64, glibc 2.36, Abseil 20220623".  Inline functions of Abseil
// and of the standard library, which comes with gcc, are compiled here, and
// glibc looks for the ends of strings.
int Toolchain() {
#if defined(__clang__)
  const std::string compiler = "clang " + std::to_string(__clang_major__);
#elif defined(__GNUC__)
  const std::string compiler = "gcc " + std::to_string(__GNUC__);
#else
  const std::string compiler = "unknown compiler";
#endif
#if defined(__x86_64__) && !defined(__ILP32__)
  const char* machine = "x86_64";
#elif defined(__aarch64__)
  const char* machine = "aarch64";
#else
  const char* machine = "another machine";
#endif
#ifdef ABSL_LTS_RELEASE_VERSION
  const std::string absl = std::to_string(ABSL_LTS_RELEASE_VERSION);
#else
  const std::string absl = "live";
#endif
#ifdef __GLIBC__
  const std::string libc = std::string("glibc ") + gnu_get_libc_version();
#else
  const std::string libc = "another libc";
#endif
  std::printf("%s, %s, %s, Abseil %s\n", compiler.c_str(), machine,
              libc.c_str(), absl.c_str());
  return 0;
}

// A workload that reads nothing, or another thing each time, counts nothing.
// Those of the C API must read what those of the same name inside read.
int CheckWorkloads() {
  int bad = 0;
  const auto complain = [&bad](const std::string& name, const char* what) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), what);
    ++bad;
  };
  const std::map<std::string, std::string> twins = {
      {"c_walk", "walk"},        {"c_walk_many", "walk"},
      {"c_strings", "strings"},  {"c_values", "values"},
      {"c_addresses", "values"}, {"c_lines", "lines"},
      {"c_ranges", "ranges_5"},  {"c_locations", "locations_5"},
      {"walk_visiting", "walk"},
  };
  std::map<std::string, Done> all;
  for (const NamedWorkload& workload : FixedWorkloads()) {
    const Work work = workload.make();
    const Done first = work();
    const Done second = work();
    if (first.items == 0) complain(workload.name, "reads nothing");
    if (first.items != second.items || first.sum != second.sum) {
      complain(workload.name, "reads another thing the second time");
    }
    if (!all.emplace(workload.name, first).second) {
      complain(workload.name, "there are two of that name");
    }
    const auto twin = twins.find(workload.name);
    if (twin == twins.end()) continue;
    const Done& inside = all[twin->second];
    if (first.items != inside.items || first.sum != inside.sum) {
      complain(workload.name, ("reads not what " + twin->second).c_str());
    }
  }
  std::printf("%zu workloads, %d complaints\n", all.size(), bad);
  return bad == 0 ? 0 : 1;
}

int Run(const char* name) {
  for (const NamedWorkload& workload : FixedWorkloads()) {
    if (std::strcmp(workload.name, name) != 0) continue;
    const Work work = workload.make();
    Done done = work();
    const uint64_t sum = done.sum;
    CountedRun(&work, &done);
    if (done.sum != sum) GiveUp("reads another thing the second time");
    std::printf("%llu\n", static_cast<unsigned long long>(done.items));
    return 0;
  }
  GiveUp("no workload of that name");
}

int Main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (argc == 2 && first == "--list") return List();
  if (argc == 2 && first == "--toolchain") return Toolchain();
  if (argc == 2 && first == "--check") return CheckWorkloads();
  if (argc == 2 && argv[1][0] != '-') return Run(argv[1]);
  std::fprintf(stderr, "usage: instructions --list|--toolchain|--check|NAME\n");
  return 2;
}

}  // namespace
}  // namespace dwreloc::internal

int main(int argc, char** argv) { return dwreloc::internal::Main(argc, argv); }
