// teller.h - reports errors, on standard error and in the exit status.
//
// Messages come here in the order of the output, from the threads that found
// them.  Each is printed once per file.  In JSON an "error" object follows the
// line that was being printed, so that a reader of standard output alone knows
// that it is incomplete.  Tested by tests/cli/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_TELLER_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_TELLER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common/output.h"

namespace dwreloc_tools {

struct Message {
  std::uint32_t section;     // DWRELOC_NO_SECTION: none
  std::string section_name;  // empty: unknown
  std::uint64_t offset;      // DWRELOC_NO_OFFSET: none
  std::string text;
};

// Thread-safety: one thread at a time.
class Teller {
 public:
  Teller(Output& out, bool json) : out_(out), json_(json) {}

  // Begins a file: forgets what was reported for the previous one.
  void BeginFile();
  // Reports how many values of each kind could not be given as numbers.
  void EndFile(std::string_view path);

  void Tell(const Message& message);
  // The same for addresses that are in an unknown skeleton: one message covers
  // the whole file.
  void TellNoSkeleton(const Message& message);
  // `count` values could not be given as numbers, because `subject` ("section
  // .init.text") has no address.  The message is printed if it is the first of
  // these.
  void NoNumbers(const std::string& subject, std::uint64_t count,
                 const Message& message);
  // In JSON, writes the objects for the messages since the last call.  To be
  // called between lines.
  void WriteObjects();

  int exit_status() const { return exit_status_; }

 private:
  Output& out_;
  const bool json_;
  int exit_status_ = 0;
  bool told_no_skeleton_ = false;  // for this file
  std::string objects_;
  std::unordered_set<std::string> told_;
  std::map<std::string, std::uint64_t> no_numbers_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_TELLER_H_
