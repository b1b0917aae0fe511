// The file in which a file shares part of its DWARF with others, found and
// opened: .debug_sup (DWARF 5 7.3.6) or .gnu_debugaltlink (dwz) names it.
//
// It is searched for when something in it is first read; then it is kept, and
// so is a failure.
// Invariant: a file that was found has the build-id that .gnu_debugaltlink
// says, or the checksum of .debug_sup.
// Tested by tests/unit/module/supplementary_file_test.cc.

#ifndef LIBDWRELOC_MODULE_SUPPLEMENTARY_FILE_H_
#define LIBDWRELOC_MODULE_SUPPLEMENTARY_FILE_H_

#include <functional>
#include <string>
#include <utility>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/sup.h"
#include "elf/elf_file.h"
#include "module/debug_directories.h"
#include "module/file_finder.h"

namespace dwreloc::internal {

// Thread-safe but for SetFinder.
class SupplementaryFile final : public SupplementarySource {
 public:
  // Opens the file at a path, or finds it among those that have been opened.
  using OpenFile =
      std::function<absl::StatusOr<const DebugInfo*>(const std::string& path)>;

  SupplementaryFile(const ElfFile& file, const DebugDirectories& directories,
                    OpenFile open)
      : file_(file), directories_(directories), open_(std::move(open)) {}
  SupplementaryFile(const SupplementaryFile&) = delete;
  SupplementaryFile& operator=(const SupplementaryFile&) = delete;

  absl::StatusOr<const DebugInfo*> Supplementary() const override {
    return info_.Get([this] { return Find(); });
  }

  // nullptr removes it.  A file that was not found is searched for again.
  void SetFinder(FileFinder* finder);

 private:
  // What one search has met with so far.
  struct Search {
    FileLink link;
    absl::Status failure;  // the first file that is there and cannot be it
    std::string tried;     // those that are not there
    const DebugInfo* found = nullptr;
  };

  absl::StatusOr<const DebugInfo*> Find() const;
  // Returns true if the file at `path` is the one.
  bool Try(const std::string& path, Search& search) const;
  void SearchUsualPlaces(Search& search) const;

  const ElfFile& file_;
  const DebugDirectories& directories_;
  const OpenFile open_;
  FileFinder* finder_ = nullptr;
  Lazy<absl::StatusOr<const DebugInfo*>> info_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_SUPPLEMENTARY_FILE_H_
