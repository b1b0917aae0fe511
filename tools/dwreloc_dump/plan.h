// plan.h - what is printed, in order, divided into pieces that threads can
// take.
//
// A piece is the heading of a file, a view as a whole (--summary, --relocs,
// ...), or some units of a view that is printed unit by unit (--info, --lines,
// --ranges, --locations).  Files are opened when the plan reaches them, and
// closed when the last of their pieces is printed.
// Tested by tests/cli/jobs_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_PLAN_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_PLAN_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "inputs.h"
#include "options.h"
#include "walk.h"
#include "worker.h"

namespace dwreloc_tools {

// Thread-safety: one thread at a time.
class Plan {
 public:
  struct Piece {
    std::function<void(Worker&)> print;  // empty: everything has been handed
                                         // out
    // To be printed when everything before it has been printed.
    bool in_turn = false;
  };

  explicit Plan(const Options& options)
      : options_(options), inputs_(options.files, options.max_input) {}
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  Piece Next();

 private:
  Piece BeginFile(Input input);
  Piece EndFile();
  // Prints the heading of a file or member if one is needed.
  std::function<void(Worker&)> Heading(const Input& input);
  // Opens the files with split units of the current file; they come next.
  void FindSplitFiles();
  // Returns true if the split files hold the requested unit.
  bool SplitFilesHoldPlace();
  // Reports what is wrong with them.
  Piece ListSplitFiles();
  Piece BeginSplitFile();
  // The next requested view; without print if there is none left.
  Piece BeginView();
  // Some units; without print if there are none left.
  Piece NextUnits();
  Piece EndUnits();
  // A piece that is printed in the context of the file.
  Piece InFile(std::function<void(Context&)> print) const;

  const Options& options_;
  Inputs inputs_;
  bool has_heading_ = false;  // true if there is one in the output
  std::shared_ptr<const OpenedFile> file_;
  std::size_t next_view_ = 0;
  // With --dwo: those of the last file that have not been printed yet.
  std::deque<std::shared_ptr<const OpenedFile>> split_files_;
  std::vector<Complaint> split_complaints_;
  bool found_split_files_ = false;
  // True if the current file is one that was named, not one with split units.
  bool is_begun_by_name_ = false;
  // The view that is being printed unit by unit.
  std::shared_ptr<UnitView> units_;
  const Dwreloc_Unit* unit_ = nullptr;
  bool found_unit_ = false;
  bool has_more_units_ = false;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PLAN_H_
