// Allocation n fails, for every n, in a run of everything that dwreloc.h can
// read of a file: each time there is an error, or what was read is what there
// is; nothing aborts and nothing leaks (ASan); and once there is memory again
// the same module reads as if nothing had happened.
//
//   no_memory_test FILE...   every n of small files, some of large ones
//
// A program of its own, for GoogleTest allocates, too.

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <fcntl.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/internal/cordz_functions.h"
#include "memory/fail_allocation.h"
#include "support/full_read.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

int failures = 0;

void Complain(const std::string& what, uint64_t number, const char* fact) {
  if (++failures > 20) return;
  std::fprintf(stderr, "%s: allocation %llu fails: %s\n", what.c_str(),
               static_cast<unsigned long long>(number), fact);
}

// What a run gave: a hash of it, and how many of its calls failed.
struct Outcome {
  uint64_t hash = 0;
  uint64_t failures = 0;
  uint64_t no_memory = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// The calls of one run, as a caller sees them.
class Calls {
 public:
  // Counts what a call returned, and what it gave.
  int Take(int result, uint64_t value = 0) {
    outcome_.hash = (outcome_.hash ^ static_cast<uint64_t>(result) ^ value) *
                    0x100000001b3u;
    if (result >= 0) return result;
    ++outcome_.failures;
    if (result != DWRELOC_E_NO_MEMORY) return result;
    ++outcome_.no_memory;
    Dwreloc_Error error;
    is_told_ &= dwreloc_error(&error) == result &&
                strcmp(error.text, "out of memory") == 0;
    return result;
  }
  void Add(const FullRead& read) {
    outcome_.hash = (outcome_.hash ^ read.hash) * 0x100000001b3u;
    outcome_.failures +=
        read.failure_count + read.question_failure_count + read.unplaced_count;
    outcome_.no_memory += read.no_memory_count;
  }
  const Outcome& outcome() const { return outcome_; }
  bool is_told() const { return is_told_; }

 private:
  Outcome outcome_;
  bool is_told_ = true;
};

// Closed at the end of the run, whatever ends it.
class OpenModule {
 public:
  OpenModule() = default;
  ~OpenModule() { dwreloc_close(module_); }
  OpenModule(const OpenModule&) = delete;
  OpenModule& operator=(const OpenModule&) = delete;
  Dwreloc_Module** out() { return &module_; }
  Dwreloc_Module* get() const { return module_; }

 private:
  Dwreloc_Module* module_ = nullptr;
};

int Visit(void* user, const Dwreloc_Record* record, const Dwreloc_Owner*) {
  *static_cast<uint64_t*>(user) += record->offset;
  return 0;
}

// What ReadEverything does not call and what needs memory.
void CallTheRest(Dwreloc_Module* module, Calls& calls) {
  uint32_t section = 0;
  calls.Take(dwreloc_find_section(module, ".debug_info", 0, &section));
  Dwreloc_Relocatable value;
  if (calls.Take(dwreloc_section_value(module, section, 8, 4, &value)) == 0) {
    uint64_t address = 0;
    calls.Take(dwreloc_relocatable_address(&value, &address), address);
  }
  calls.Take(dwreloc_section_value(module, 9999, 0, 4, &value));
  uint64_t end = 0;
  calls.Take(dwreloc_place_offline(module, 0, &end), end);
  calls.Take(dwreloc_place(module, ".no.such.section", 0));
  calls.Take(dwreloc_place_symbol(module, "no_such_symbol", 0));
  for (uint32_t i = 1; i < dwreloc_symbol_count(module); ++i) {
    Dwreloc_Symbol symbol;
    if (calls.Take(dwreloc_symbol(module, i, &symbol)) != 0) continue;
    if (symbol.section == DWRELOC_NO_SECTION) {
      calls.Take(dwreloc_place_symbol(module, symbol.name, 0x1000));
    }
  }
  uint64_t sum = 0;
  calls.Take(dwreloc_owners(module, DWRELOC_NO_SECTION, Visit, &sum), sum);
  const Dwreloc_Unit* unit = nullptr;
  while (calls.Take(dwreloc_units_next(module, &unit)) == 1) {
    const Dwreloc_Unit* split = nullptr;
    if (calls.Take(dwreloc_unit_split(unit, &split)) != 1) continue;
    Dwreloc_Die die;
    calls.Take(dwreloc_unit_die(split, &die));
    Dwreloc_Attribute attribute;
    if (calls.Take(dwreloc_attr(&die, DW_AT_name, &attribute)) != 1) continue;
    const char* name = nullptr;
    if (calls.Take(dwreloc_formstring(&attribute, &name, nullptr)) == 0) {
      calls.Take(0, strlen(name));
    }
  }
  calls.Take(dwreloc_forget_places(module));
}

// How a module is opened.
struct Opening {
  std::string name;
  std::function<int(Dwreloc_Module**)> open;
};

int SectionAt(void*, const Dwreloc_Module*, const Dwreloc_Section* section,
              uint64_t* address) {
  *address = uint64_t{section->index} << 16;
  return DWRELOC_PLACED;
}

int SymbolAt(void*, const Dwreloc_Module*, const Dwreloc_Symbol* symbol,
             uint64_t* address) {
  *address = uint64_t{symbol->index} << 8;
  return DWRELOC_PLACED;
}

void ReadAll(Dwreloc_Module* module, Calls& calls) {
  Dwreloc_Callbacks callbacks = {};
  callbacks.size = sizeof(callbacks);
  callbacks.section_address = SectionAt;
  callbacks.symbol_address = SymbolAt;
  calls.Take(dwreloc_set_callbacks(module, &callbacks));
  calls.Add(ReadEverything(module));
  CallTheRest(module, calls);
}

// One run from open to close; a second one, with memory, on the same module.
// Nothing where the memory that failed was this program's own.
std::optional<Outcome> Run(const Opening& opening, uint64_t number,
                           Failing failing, Outcome* again) {
  OpenModule module;
  Calls calls;
  bool is_ours = false;
  FailAllocation(number, failing);
  try {
    if (calls.Take(opening.open(module.out())) == 0) {
      ReadAll(module.get(), calls);
    }
  } catch (const std::bad_alloc&) {
    is_ours = true;
  }
  StopFailing();
  if (!calls.is_told()) {
    Complain(opening.name, number, "DWRELOC_E_NO_MEMORY without its text");
  }
  *again = {};
  if (module.get() != nullptr) {
    Calls more;
    more.Take(0);
    ReadAll(module.get(), more);
    *again = more.outcome();
  }
  if (is_ours) return std::nullopt;
  return calls.outcome();
}

// Every n up to `most`, or so many of them.
void FailEach(const Opening& opening, uint64_t most) {
  constexpr uint64_t kNone = UINT64_MAX - 2;
  Outcome again;
  const std::optional<Outcome> good =
      Run(opening, kNone, Failing::kOne, &again);
  FailAllocation(kNone, Failing::kOne);
  {
    OpenModule module;
    Calls calls;
    calls.Take(opening.open(module.out()));
    if (module.get() != nullptr) ReadAll(module.get(), calls);
  }
  const uint64_t count = StopFailing();
  if ((again.hash != 0 && again != *good) || good->no_memory != 0) {
    Complain(opening.name, count, "even a read with memory is not the same");
    return;
  }
  uint64_t told = 0;
  const int64_t live = LiveAllocations();
  const uint64_t step = std::max<uint64_t>(1, count / most);
  for (uint64_t n = 0; n < count; n += step) {
    for (const Failing failing : {Failing::kOne, Failing::kOnward}) {
      const std::optional<Outcome> outcome = Run(opening, n, failing, &again);
      if (again.hash != 0 && again != *good) {
        Complain(opening.name, n, "the module does not read as before");
      }
      if (LiveAllocations() != live) {
        Complain(opening.name, n, "memory is lost");
        return;
      }
      if (!outcome.has_value()) continue;
      if (outcome->no_memory != 0) {
        ++told;
      } else if (*outcome != *good) {
        Complain(opening.name, n, "something is lost without an error");
      }
    }
  }
  if (told == 0) Complain(opening.name, count, "no failure was ever told");
  std::printf("%-24s %7llu allocations, %6llu failures told\n",
              opening.name.c_str(), static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(told));
}

std::vector<uint8_t> ReadFile(const char* path) {
  std::vector<uint8_t> bytes;
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return bytes;
  uint8_t chunk[4096];
  size_t got = 0;
  while ((got = std::fread(chunk, 1, sizeof(chunk), file)) != 0) {
    bytes.insert(bytes.end(), chunk, chunk + got);
  }
  std::fclose(file);
  return bytes;
}

// A pipe with the file in it; only for what fits into one.
int OpenPiped(const std::vector<uint8_t>& image, Dwreloc_Module** module) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  (void)!write(ends[1], image.data(), image.size());
  close(ends[1]);
  const int result = dwreloc_open_fd(ends[0], "pipe", module);
  close(ends[0]);
  return result;
}

// An archive with the file in it, read member by member: the module of the
// first.
std::vector<uint8_t> InArchive(const std::vector<uint8_t>& image) {
  char header[61];
  std::snprintf(header, sizeof(header), "%-16s%-12s%-6s%-6s%-8s%-10zu`\n",
                "member.o/", "0", "0", "0", "644", image.size());
  std::vector<uint8_t> archive;
  for (const char* part : {"!<arch>\n", static_cast<const char*>(header)}) {
    archive.insert(archive.end(), part, part + strlen(part));
  }
  archive.insert(archive.end(), image.begin(), image.end());
  return archive;
}

int OpenMember(const std::vector<uint8_t>& bytes, Dwreloc_Module** module) {
  Dwreloc_Archive* archive = nullptr;
  int result =
      dwreloc_archive_open_memory(bytes.data(), bytes.size(), "a.a", &archive);
  if (result != 0) return result;
  uint32_t index = 0;
  result = dwreloc_archive_find(archive, "member.o", 0, &index);
  if (result == 1) {
    result = dwreloc_archive_open_member(archive, index, module);
  }
  dwreloc_archive_close(archive);
  return result;
}

void TryFile(const char* path) {
  constexpr size_t kSmall = 20000;
  const std::vector<uint8_t> image = ReadFile(path);
  const char* slash = strrchr(path, '/');
  const std::string name = slash == nullptr ? path : slash + 1;
  FailEach({name, [&](Dwreloc_Module** m) { return dwreloc_open(path, m); }},
           image.size() < kSmall ? 100000 : 60);
  if (name != "tiny5.o") return;
  // The ways in, with all that they allocate.
  for (const Packer& packer : kPackers) {
    const std::vector<uint8_t> packed = packer.pack(image);
    FailEach({packer.name,
              [&](Dwreloc_Module** m) {
                return dwreloc_open_memory(packed.data(), packed.size(),
                                           "packed", m);
              }},
             100);
  }
  FailEach({"pipe", [&](Dwreloc_Module** m) { return OpenPiped(image, m); }},
           100);
  const std::vector<uint8_t> archive = InArchive(image);
  FailEach(
      {"archive", [&](Dwreloc_Module** m) { return OpenMember(archive, m); }},
      100);
  FailEach({"refused",
            [&](Dwreloc_Module** m) {
              return dwreloc_open_memory(path, strlen(path), nullptr, m);
            }},
           100);
}

}  // namespace
}  // namespace dwreloc::internal

int main(int argc, char** argv) {
  elf_version(EV_CURRENT);
  // Abseil follows one absl::Cord in 50,000, chosen at random, and loses the
  // cord's memory if there is none to follow it with.  A status has a cord.
  absl::cord_internal::set_cordz_mean_interval(0);
  for (int i = 1; i < argc; ++i) dwreloc::internal::TryFile(argv[i]);
  return dwreloc::internal::failures == 0 ? 0 : 1;
}
