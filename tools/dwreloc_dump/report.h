// report.h - what went wrong, told on standard error and in the exit status.
//
// Nothing that is bad in the input ends the program: it is reported, and all
// else is printed.  A message is the library's own text, which names file,
// section and offset, told once per file.  In JSON an "error" object follows
// the line that was being printed, so that a reader of standard output alone
// knows that it is incomplete.  Tested by tests/cli/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "output.h"

namespace dwreloc_dump {

// A byte of a section, for messages.
struct Where {
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = DWRELOC_NO_OFFSET;
};

// Thread-safety: one thread.
class Report {
 public:
  Report(Output& out, bool json) : out_(out), json_(json) {}

  // The file that the following is about.
  void BeginFile(const std::string& path, const Dwreloc_Module* module);
  // Tells how often values of each kind could not be given as numbers.
  void EndFile();

  // The calling thread's last failure in the library.
  void LastError();
  void Failure(const dwreloc::Error& error);
  // A fact the program found: "path: section+0xoffset: fact".
  void Fact(const Where& where, std::string_view fact);
  // A number was asked for, and `subject` ("section .init.text") has no
  // address.  Told in full once per subject.
  void NoNumber(const Where& where, const std::string& subject, int code);

  // In JSON, writes the objects of what was reported since the last call.  To
  // be called between lines.
  void FlushObjects() {
    if (!objects_.empty()) [[unlikely]]
      WriteObjects();
  }

  int exit_status() const { return exit_status_; }
  void set_exit_status(int status) { exit_status_ = status; }

 private:
  // Empty if the section is not known.
  std::string SectionName(std::uint32_t section) const;
  void Tell(const Where& where, std::string_view text);
  void WriteObjects();

  Output& out_;
  const bool json_;
  std::string path_;
  const Dwreloc_Module* module_ = nullptr;
  int exit_status_ = 0;
  std::string objects_;
  std::unordered_set<std::string> told_;
  std::unordered_map<std::string, std::uint64_t> no_number_;
};

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_
