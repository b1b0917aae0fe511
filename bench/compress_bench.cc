// What dwreloc-compress takes, in bytes of the file per second: its own main,
// called again and again in this process, on the module that all benchmarks
// read; with --verify, also what comparing takes.

#include <benchmark/benchmark.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "bench_module.h"

// tools/dwreloc_compress/main.cc, compiled with this name for its main.
int DwrelocCompressMain(int argc, char** argv);

namespace dwreloc_bench {
namespace {

void Compress(benchmark::State& state, std::vector<std::string> options) {
  std::vector<std::string> arguments = {"dwreloc-compress", Path(), "-o",
                                        "/dev/null"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  for (auto _ : state) {
    if (DwrelocCompressMain(static_cast<int>(arguments.size()), argv.data()) !=
        0) {
      state.SkipWithError("it is left as it is");
      break;
    }
  }
  struct stat status = {};
  stat(Path(), &status);
  state.SetBytesProcessed(status.st_size * state.iterations());
}

// Another thread does the work.
BENCHMARK_CAPTURE(Compress, plain, {})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(Compress, verify, {"--verify"})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace dwreloc_bench

BENCHMARK_MAIN();
