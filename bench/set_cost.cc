// All modules of a kernel opened in one Dwreloc_Set, and one place of one of
// them asked for:
//
//   set_cost bare|set MODULE SECTION OFFSET < paths
//
// `bare` is the least that a program can do: open each file, map it, and read
// its ELF header.  Each phase prints its CPU time and its memory.

#include "set_cost.h"

#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using dwreloc_bench::Phase;

[[noreturn]] void Fail(const char* what) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "set_cost: %s: %s\n", what, error.text);
  exit(1);
}

void Check(bool is_good, const char* what) {
  if (!is_good) Fail(what);
}

int Bare(const std::vector<std::string>& paths) {
  uint64_t sections = 0;
  const Phase phase;
  for (const std::string& path : paths) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info;
    Check(fd >= 0 && fstat(fd, &info) == 0, path.c_str());
    const void* data = mmap(nullptr, static_cast<size_t>(info.st_size),
                            PROT_READ, MAP_PRIVATE, fd, 0);
    Check(data != MAP_FAILED, path.c_str());
    close(fd);
    sections += static_cast<const Elf64_Ehdr*>(data)->e_shnum;
  }
  phase.Print("open+mmap+header", "all");
  return sections == 0;
}

// Sections whose records have been digested.
uint64_t DigestedIn(const Dwreloc_Set* set) {
  uint64_t digested = 0;
  for (uint32_t i = 0; i < dwreloc_set_count(set); ++i) {
    Dwreloc_Module* module = nullptr;
    Dwreloc_Stats stats;
    Check(dwreloc_set_module(set, i, &module) == 0, "module");
    Check(dwreloc_stats(module, &stats) == 0, "stats");
    digested += stats.sections_digested;
  }
  return digested;
}

int Set(const std::vector<std::string>& paths, const char* name,
        const char* section_name, uint64_t offset) {
  Dwreloc_Set* set = nullptr;
  Dwreloc_Module* module = nullptr;
  uint32_t index;
  const Phase added;
  Check(dwreloc_set_new(&set) == 0, "set");
  for (const std::string& path : paths) {
    Dwreloc_Set_Entry entry = {};
    entry.path = path.c_str();
    Check(dwreloc_set_add(set, &entry, &index) == 0, "add");
  }
  added.Print("libdwreloc", "added");
  const Phase opened;
  for (uint32_t i = 0; i < dwreloc_set_count(set); ++i) {
    Check(dwreloc_set_module(set, i, &module) == 0, "module");
  }
  opened.Print("libdwreloc", "opened");
  Check(DigestedIn(set) == 0, "something was digested by opening");
  const Phase asked;
  uint32_t section;
  Dwreloc_Relocatable place;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  Check(dwreloc_set_find(set, name, 0, &index) == 1, "find");
  Check(dwreloc_set_module(set, index, &module) == 0, "module");
  Check(dwreloc_find_section(module, section_name, 0, &section) == 1,
        "section");
  Check(dwreloc_relocatable_in_section(module, section, offset, &place) == 0,
        "place");
  Check(dwreloc_frames_begin(module, &place, &frames) == 1, "frames");
  int count = 0;
  while (dwreloc_frames_next(&frames, &frame) == 1) ++count;
  asked.Print("libdwreloc", "asked");
  dwreloc_set_free(set);
  return count == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const std::vector<std::string> paths = dwreloc_bench::PathsOnStandardInput();
  if (mode == "bare") return Bare(paths);
  if (mode == "set" && argc == 5) {
    return Set(paths, argv[2], argv[3], strtoull(argv[4], nullptr, 16));
  }
  fputs("usage: set_cost bare|set MODULE SECTION OFFSET < paths\n", stderr);
  return 2;
}
