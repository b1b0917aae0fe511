// What a process has used so far, for the programs that open many modules
// (bench/questions.py reads what they print).

#ifndef BENCH_SET_COST_H_
#define BENCH_SET_COST_H_

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <iostream>
#include <string>
#include <vector>

namespace dwreloc_bench {

inline double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

// Memory that belongs to this process alone, without pages of mapped files that
// are as they are in the file.
inline uint64_t PrivateDirtyKib() {
  uint64_t kib = 0;
  FILE* rollup = fopen("/proc/self/smaps_rollup", "r");
  if (rollup == nullptr) return 0;
  char line[256];
  while (fgets(line, sizeof line, rollup) != nullptr) {
    if (sscanf(line, "Private_Dirty: %lu kB", &kib) == 1) break;
  }
  fclose(rollup);
  return kib;
}

// Measures from its construction to Print.
class Phase {
 public:
  void Print(const char* reader, const char* phase) const {
    const double seconds = CpuSeconds() - seconds_;
    const uint64_t kib = PrivateDirtyKib();
    printf(
        "{\"reader\":\"%s\",\"phase\":\"%s\",\"seconds\":%.6f,"
        "\"private_kib\":%ld}\n",
        reader, phase, seconds,
        static_cast<long>(kib) - static_cast<long>(kib_));
  }

 private:
  const uint64_t kib_ = PrivateDirtyKib();
  const double seconds_ = CpuSeconds();
};

inline std::vector<std::string> PathsOnStandardInput() {
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);) paths.push_back(line);
  return paths;
}

}  // namespace dwreloc_bench

#endif  // BENCH_SET_COST_H_
