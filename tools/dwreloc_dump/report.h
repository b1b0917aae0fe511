// report.h - errors that a printer found.
//
// No error in the input ends the program: it is reported, and everything else
// is printed.  A message is the library's own text, which names file, section
// and offset.  The text is made here, on the thread that found the error; the
// Teller prints it where it belongs in the order of the output.
// Tested by tests/cli/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "page.h"

namespace dwreloc_tools {

// A byte of a section, for messages.
struct Where {
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = DWRELOC_NO_OFFSET;
};

// Thread-safety: one thread.
class Report {
 public:
  // `module` may be nullptr: a file that cannot be opened.
  Report(Order& order, std::string path, const Dwreloc_Module* module,
         bool json)
      : order_(order), path_(std::move(path)), module_(module), json_(json) {}
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  // The calling thread's last failure in the library.
  void LastError();
  void Failure(const dwreloc::Error& error);
  // A fact the program found: "path: section+0xoffset: fact".
  void Fact(const Where& where, std::string_view fact);
  // An address of a split unit whose skeleton is unknown.  Reported once per
  // file, because it applies to all of them.
  void NoSkeleton(const Where& where, std::string_view fact);
  // A number was requested, but `subject` ("section .init.text") has no
  // address.  Reported in full once per subject.
  void NoNumber(const Where& where, const std::string& subject, int code);

  // In JSON, writes the objects for the errors reported since the last call.
  // To be called between lines.
  void FlushObjects() {
    if (has_objects_) [[unlikely]]
      WriteObjects();
  }
  // The same at the end of a piece of the output.
  void EndPiece();

 private:
  // Empty if the section is unknown.
  std::string SectionName(std::uint32_t section) const;
  Message FactMessage(const Where& where, std::string_view fact) const;
  void Tell(Message message);
  void TellNoSkeleton(Message message);
  void WriteObjects();

  Order& order_;
  const std::string path_;
  const Dwreloc_Module* const module_;
  const bool json_;
  bool has_objects_ = false;
  // For this piece.
  std::unordered_map<std::string, std::uint64_t> no_number_;
};

// What is to be reported where its turn comes.
using Complaint = std::function<void(Report&)>;

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_REPORT_H_
