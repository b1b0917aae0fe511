// The files that hold the split units of a module's skeletons (DWARF 5 7.3.2;
// GNU DebugFission for version 4), found and opened.
//
// A split unit stands in the same file (-gsplit-dwarf=single), in a .dwo file
// or in a package (.dwp).  Nothing is searched for or opened before somebody
// asks for it; then it is kept, and so is a failure.
// Invariant: a split unit that was found has the skeleton's dwo_id, and names
// it as its own skeleton.
// Tested by tests/unit/module/split_files_test.cc.

#ifndef LIBDWRELOC_MODULE_SPLIT_FILES_H_
#define LIBDWRELOC_MODULE_SPLIT_FILES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "base/lazy_map.h"
#include "base/status.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/unit.h"
#include "module/file_finder.h"

namespace dwreloc::internal {

// Owned by the module of the skeletons.  Thread-safe but for SetFinder.
class SplitFiles {
 public:
  // Opens the file at a path, or finds it among those it has opened.
  using OpenFile =
      std::function<absl::StatusOr<const DebugInfo*>(const std::string& path)>;

  SplitFiles(const DebugInfo& skeletons, OpenFile open)
      : skeletons_(skeletons), open_(std::move(open)) {}
  SplitFiles(const SplitFiles&) = delete;
  SplitFiles& operator=(const SplitFiles&) = delete;

  // The split unit of a skeleton, or nullptr if the unit is none.
  absl::StatusOr<const Unit*> SplitOf(const Unit& skeleton) const;

  // nullptr removes it.  What was not found is searched for again.
  void SetFinder(FileFinder* finder);

 private:
  // What one search has met with so far.
  struct Search {
    const Unit& skeleton;
    uint64_t id;
    absl::Status failure;  // the first file that is there and cannot be it
    std::string tried;     // those that are not there
  };

  absl::StatusOr<const Unit*> Find(const Unit& skeleton) const;
  // The unit of the file at `path`; nullptr if it is not there, or not it.
  absl::StatusOr<const Unit*> Try(const std::string& path,
                                  Search& search) const;
  absl::StatusOr<const Unit*> FindInDwo(Search& search) const;
  absl::StatusOr<const Unit*> FindInPackage(Search& search) const;
  absl::StatusOr<const Unit*> Join(Search& search, const Unit* split) const;
  Answer Ask(const FileRequest& request, std::string* path) const;

  const std::string& object_path() const;

  const DebugInfo& skeletons_;
  const OpenFile open_;
  FileFinder* finder_ = nullptr;
  // By the number of the skeleton.
  LazyMap<uint32_t, absl::StatusOr<const Unit*>> units_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_SPLIT_FILES_H_
