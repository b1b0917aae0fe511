// Thousands of modules of which few are ever read: those of a kernel, or of a
// directory.
//
// A module is added by name and path, which opens nothing.  Its file, and the
// debug file if it has one, are opened when something is asked about it, once,
// by whichever thread asks first.  An address finds its module by the range
// that was given with it, else by the places of its sections.
// Tested by tests/unit/set/module_set_test.cc.

#ifndef LIBDWRELOC_SET_MODULE_SET_H_
#define LIBDWRELOC_SET_MODULE_SET_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "base/lazy.h"
#include "base/status.h"
#include "module/debug_directories.h"
#include "module/module.h"
#include "placing/kernel_symbols.h"
#include "reloc/reloc_value.h"
#include "set/export_index.h"

namespace dwreloc::internal {

// What is known of a module without its file.
struct ModuleReport {
  std::string name{};    // empty: that of the file
  std::string path{};    // the main file or the debug file
  std::string places{};  // a directory of section addresses; empty: none
  std::string notes{};   // a directory of its notes; empty: none
  std::vector<uint8_t>
      build_id{};      // empty: unknown; else the file must have it
  uint64_t begin = 0;  // [begin, end) are its addresses; empty: unknown
  uint64_t end = 0;
  uint64_t slide = 0;  // linked: what is added to addresses of the file
};

// Get, Find and Locate may be called from any thread; what changes the set
// needs it to itself.
class ModuleSet {
 public:
  ModuleSet() = default;
  ModuleSet(const ModuleSet&) = delete;
  ModuleSet& operator=(const ModuleSet&) = delete;

  uint32_t Add(ModuleReport report);
  // Adds every kernel module below a directory; returns how many.  Links are
  // not followed.
  absl::StatusOr<uint32_t> AddDirectory(const std::string& path);
  // Adds the loaded modules that `root`/proc/modules names, with the places
  // that `root`/sys/module has, and the files of the same names that were added
  // before.  Returns how many.
  absl::StatusOr<uint32_t> AddLive(const std::string& root);
  // Where debug files and supplementary ones are searched for.
  DebugDirectories& directories() { return directories_; }

  // Makes what each module asks for what its file does not say; nullptr: asks
  // nobody.  Modules that are open forget their places.
  using MakeOracle =
      std::function<std::unique_ptr<ModuleOracle>(const Module& module)>;
  void SetOracles(MakeOracle make);
  // Has the addresses of undefined symbols that the oracle does not know.
  void SetKernelSymbols(std::unique_ptr<const KernelSymbolIndex> symbols) {
    kernel_symbols_ = std::move(symbols);
  }
  // So have, if the kernel has not, the other modules that have places.
  void SetUsesExports(bool uses) { uses_exports_ = uses; }

  uint32_t count() const { return static_cast<uint32_t>(members_.size()); }
  // REQUIRES: index < count(), for all below.
  const ModuleReport& report(uint32_t index) const {
    return members_[index].report;
  }

  // The first of that name at or after `from`, or count(); '-' is '_'.
  uint32_t Find(std::string_view name, uint32_t from) const;

  // The first that has a build-id, at or after `from`, or count().  Opens those
  // of which it is not known.
  uint32_t FindBuildId(Bytes build_id, uint32_t from) const;

  // The file with the DWARF: the debug file if there is one.
  absl::StatusOr<Module*> Get(uint32_t index) const;
  // The main file: nullptr if that is the one of Get, or not open.
  const ElfFile* main_file(uint32_t index) const;
  // How many modules have been opened.
  uint32_t opened() const { return opened_.load(std::memory_order_relaxed); }

  // The module that has the address, and the place in it; nothing if none has.
  // Opens that module; if it is in the range of none, all those without a range
  // that have places.
  absl::StatusOr<std::optional<std::pair<uint32_t, RelocValue>>> Locate(
      uint64_t address) const;

  // Closes the files of a module; the next Get opens them again.
  void Close(uint32_t index);

 private:
  // Asks the caller's oracle, then the set.
  class MemberOracle;

  struct Files {
    std::unique_ptr<const ElfFile> main;  // nullptr: `module` has it
    std::unique_ptr<Module> module;
  };
  struct Member {
    ModuleReport report;
    Lazy<absl::StatusOr<Files>> files;
  };
  struct Range {
    uint64_t begin;
    uint64_t end;
    uint32_t index;
  };

  absl::StatusOr<Files> Open(uint32_t index) const;
  absl::StatusOr<std::unique_ptr<const ElfFile>> OpenMain(
      const ModuleReport& report) const;
  // An oracle for a member, if it has anybody to ask.
  std::unique_ptr<ModuleOracle> OracleFor(uint32_t index,
                                          const Module& module) const;
  // The address of a symbol that a member does not define.
  std::optional<uint64_t> FindSymbol(std::string_view name,
                                     uint32_t asker) const;
  const ExportIndex& exports() const;
  // Is it open, and is any section of it placed?
  bool IsPlaced(uint32_t index) const;
  std::vector<Range> FindRanges() const;

  std::deque<Member> members_;  // its elements stay where they are
  HashMap<std::string, std::vector<uint32_t>> by_name_;
  DebugDirectories directories_;
  // Supplementary files, which many modules share, by path.
  Module::ByPath supplementary_;
  Lazy<std::vector<Range>> ranges_;  // sorted
  MakeOracle make_oracle_;
  std::unique_ptr<const KernelSymbolIndex> kernel_symbols_;
  bool uses_exports_ = false;
  Lazy<ExportIndex> exports_;
  mutable std::atomic<uint32_t> opened_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_MODULE_SET_H_
