// What dwreloc-dump prints, in bytes per second: its own main, called again and
// again in this process, on the module that all benchmarks read.
//
// Opening and digesting the file are part of it, as they are for a user.
// DWRELOC_BENCH_JOBS=N adds --jobs=N.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "bench_module.h"

// tools/dwreloc_dump/main.cc, compiled with this name for its main.
int DwrelocDumpMain(int argc, char** argv);

namespace dwreloc_bench {
namespace {

// Standard output goes elsewhere as long as this lives.
class Redirected {
 public:
  explicit Redirected(int fd) : kept_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    dup2(fd, STDOUT_FILENO);
  }
  ~Redirected() {
    dup2(kept_, STDOUT_FILENO);
    close(kept_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int kept_;
};

void Dump(std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // 1: something in the file could not be read, all else was printed.
  if (DwrelocDumpMain(static_cast<int>(argv.size()) - 1, argv.data()) > 1) {
    std::exit(1);
  }
}

int64_t PrintedBytes(std::vector<std::string>& arguments) {
  const int file = memfd_create("printed", 0);
  {
    const Redirected redirected(file);
    Dump(arguments);
  }
  struct stat status = {};
  fstat(file, &status);
  close(file);
  return status.st_size;
}

// What is printed: a selector, and an option that it may have.
struct View {
  const char* selector;
  const char* option = nullptr;

  std::string name() const {
    const std::string name = selector + 2;
    return option == nullptr ? name : name + (option + 1);
  }
};

void BM_Dump(benchmark::State& state, const View& view, const char* format) {
  std::vector<std::string> arguments = {"dwreloc-dump", view.selector, format};
  if (view.option != nullptr) arguments.emplace_back(view.option);
  if (const char* jobs = std::getenv("DWRELOC_BENCH_JOBS")) {
    arguments.push_back(std::string("--jobs=") + jobs);
  }
  arguments.emplace_back(Path());
  const int64_t bytes = PrintedBytes(arguments);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  {
    const Redirected redirected(nowhere);
    for (auto _ : state) Dump(arguments);
  }
  close(nowhere);
  state.SetBytesProcessed(state.iterations() * bytes);
  state.counters["bytes"] = static_cast<double>(bytes);
}

void RegisterAll() {
  static constexpr View kViews[] = {
      {"--info"},
      {"--lines"},
      {"--lines", "--instructions"},
      {"--ranges"},
      {"--ranges", "--raw"},
      {"--locations"},
      {"--locations", "--raw"},
      {"--frames"},
      {"--symbols"},
      {"--abbrev"},
      {"--aranges"},
      {"--macros"},
      {"--debug-names"},
      {"--relocs"},
      {"--relocs", "--explain"},
      {"--relocs", "--section=.debug_line"},
      {"--coverage"},
      {"--rewritable"},
      {"--all"},
  };
  for (const View& view : kViews) {
    for (const char* format : {"--format=text", "--format=json"}) {
      benchmark::RegisterBenchmark(
          ("dump/" + view.name() + "/" + (format + 9)).c_str(), BM_Dump, view,
          format)
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    }
  }
}

}  // namespace
}  // namespace dwreloc_bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  dwreloc_bench::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
