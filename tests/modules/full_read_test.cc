// Every module of a distribution's kernel, read in full.
//
//   kernel_modules.py full_read_test [--known=FILE] [--processes=N]
//
// Paths of the modules come on standard input, one per line.  Each is read by
// ReadModule (module_reader.h) and, where libdw is installed, counted by libdw
// as well, module by module.  FILE holds the totals of known sets of modules,
// so that what libdw does not count (rows, ranges, locations, operations)
// cannot shrink unnoticed.  Exit status 1 if anything could not be read, if a
// record has no owner or several, or if a total differs.
//
// The work is spread over processes, not threads: a reader that crashes is then
// a failure with a name, and no module can profit from what another one left
// behind.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "module_reader.h"

namespace dwreloc_modules {
namespace {

constexpr int kMaxProcesses = 64;

// Shared by the processes.
struct Board {
  std::atomic<std::size_t> next;
  std::atomic<std::uint64_t> complaints;
  Totals totals[kMaxProcesses];
  std::size_t reading[kMaxProcesses];  // 1 + index of the module at work
};

void Work(const std::vector<std::string>& paths, Board* board, int number) {
  for (;;) {
    const std::size_t i = board->next.fetch_add(1);
    if (i >= paths.size()) break;
    board->reading[number] = i + 1;
    const std::filesystem::path path = paths[i];
    Complaints complaints(path.filename().string());
    Totals totals = ReadModule(paths[i], &complaints);
    Totals libdw;
    if (CountWithLibdw(paths[i], &libdw, &complaints)) {
      totals.compared_modules = 1;
      if (libdw.units != totals.units || libdw.dies != totals.dies ||
          libdw.attributes != totals.attributes)
        complaints.Add("libdw counts " + std::to_string(libdw.units) +
                       " units, " + std::to_string(libdw.dies) + " DIEs, " +
                       std::to_string(libdw.attributes) + " attributes; not " +
                       std::to_string(totals.units) + ", " +
                       std::to_string(totals.dies) + ", " +
                       std::to_string(totals.attributes));
    }
    if (complaints.count() != 0) {
      // One write: lines of two processes do not mix.
      const std::string& text = complaints.text();
      if (write(STDOUT_FILENO, text.data(), text.size()) < 0) std::exit(2);
      board->complaints += complaints.count();
    }
    board->totals[number].Add(totals);
  }
  board->reading[number] = 0;
}

// What is compared with the totals of a known set, in the order of the file.
struct Named {
  const char* name;
  std::uint64_t Totals::*member;
};
constexpr Named kNamed[] = {
    {"modules", &Totals::modules},
    {"units", &Totals::units},
    {"dies", &Totals::dies},
    {"attributes", &Totals::attributes},
    {"strings", &Totals::strings},
    {"references", &Totals::references},
    {"line_tables", &Totals::line_tables},
    {"rows", &Totals::rows},
    {"ranges", &Totals::ranges},
    {"locations", &Totals::locations},
    {"operations", &Totals::operations},
    {"records", &Totals::records},
    {"owned", &Totals::owned},
};

// Lines of FILE: "[set]" then "name number"; the set of the modules read is the
// first word and the second of the .package file that the fetch script leaves
// beside them.  Returns the number of differences.
int CompareWithKnown(const char* file, const std::string& set,
                     const Totals& totals) {
  std::ifstream in(file);
  if (!in) {
    std::printf("cannot read %s\n", file);
    return 1;
  }
  std::string line;
  bool here = false, found = false;
  int differences = 0;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      here = line == "[" + set + "]";
      found = found || here;
      continue;
    }
    if (!here) continue;
    std::istringstream words(line);
    std::string name;
    std::uint64_t number = 0;
    words >> name >> number;
    for (const Named& named : kNamed) {
      if (name != named.name || totals.*named.member == number) continue;
      std::printf("%s: %" PRIu64 " read, %" PRIu64 " known\n", named.name,
                  totals.*named.member, number);
      ++differences;
    }
  }
  if (!found) std::printf("no totals are known for \"%s\"\n", set.c_str());
  return differences;
}

// The set the modules belong to: from .package in a directory above them.
std::string SetOf(const std::filesystem::path& module) {
  for (auto directory = module.parent_path();
       directory != directory.parent_path();
       directory = directory.parent_path()) {
    std::ifstream in(directory / ".package");
    std::string package, version;
    if (in >> package >> version) return package + " " + version;
  }
  return "unknown";
}

int Run(const char* known, int processes) {
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty()) paths.push_back(line);
  if (paths.empty()) {
    std::puts("no modules on standard input");
    return 1;
  }
  // The largest first: a big one that starts last would be waited for.
  std::vector<std::pair<std::uintmax_t, std::string>> by_size;
  for (std::string& path : paths)
    by_size.emplace_back(std::filesystem::file_size(path), path);
  std::sort(by_size.rbegin(), by_size.rend());
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = by_size[i].second;

  void* shared = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    std::perror("mmap");
    return 1;
  }
  Board* board = new (shared) Board();
  const auto began = std::chrono::steady_clock::now();
  std::fflush(stdout);
  for (int i = 0; i < processes; ++i) {
    const pid_t child = fork();
    if (child < 0) {
      std::perror("fork");
      return 1;
    }
    if (child == 0) {
      Work(paths, board, i);
      _exit(0);
    }
  }
  int failures = 0;
  int status;
  while (wait(&status) > 0)
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++failures;
  Totals totals;
  for (int i = 0; i < processes; ++i) {
    totals.Add(board->totals[i]);
    if (board->reading[i] != 0)
      std::printf("a reader died in %s\n",
                  paths[board->reading[i] - 1].c_str());
  }

  for (const Named& named : kNamed)
    std::printf("%-16s %12" PRIu64 "\n", named.name, totals.*named.member);
  if (totals.owned != totals.records) {
    std::puts("not every record has exactly one owner");
    ++failures;
  }
  if (totals.modules != paths.size()) {
    std::puts("not every module was read");
    ++failures;
  }
  if (totals.compared_modules != 0)
    std::printf("libdw counts the same in %" PRIu64 " modules\n",
                totals.compared_modules);
  else
    std::puts("built without libdw: nothing to compare with");
  if (known != nullptr)
    failures += CompareWithKnown(known, SetOf(paths[0]), totals);
  std::printf(
      "%.1f s with %d processes; %" PRIu64 " complaints\n",
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began)
          .count(),
      processes, board->complaints.load());
  return failures != 0 || board->complaints != 0 ? 1 : 0;
}

}  // namespace
}  // namespace dwreloc_modules

int main(int argc, char** argv) {
  const char* known = nullptr;
  int processes = static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--known=", 8) == 0) {
      known = argv[i] + 8;
    } else if (std::strncmp(argv[i], "--processes=", 12) == 0) {
      processes = std::atoi(argv[i] + 12);
    } else {
      std::fprintf(stderr, "unknown argument: %s\n", argv[i]);
      return 2;
    }
  }
  processes = std::clamp(processes, 1, dwreloc_modules::kMaxProcesses);
  return dwreloc_modules::Run(known, processes);
}
