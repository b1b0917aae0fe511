// main.cc - dwreloc-addr2line: addresses, SYMBOL+OFFSET and SECTION+OFFSET to
// functions, files and lines.  docs/dwreloc-addr2line.1 is its manual.
//
// Written with the public headers only.  Places are answered one by one: a
// script may keep the program as a co-process, so the output is flushed
// whenever the next place would have to be waited for.
// Tested by tests/cli/addr2line_test.py.
#include <unistd.h>

#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/answer.h"
#include "common/lines.h"
#include "common/output.h"
#include "common/program.h"
#include "common/text.h"
#include "dwreloc_addr2line/options.h"
#include "dwreloc_addr2line/places.h"
#include "dwreloc_addr2line/print.h"

namespace dwreloc_tools {
namespace {

constexpr char kProgram[] = "dwreloc-addr2line";

// The file itself, or its debug file if it has been stripped and there is one.
dwreloc::File OpenWithDwarf(const std::string& path) {
  dwreloc::File file(path);
  if (file.units().begin() != file.units().end()) return file;
  dwreloc::Set set;
  set.AddDebugDirectory("/usr/lib/debug");
  const std::string found = set.module(set.AddFile(path)).info().name;
  return found == path ? std::move(file) : dwreloc::File(found);
}

class Program {
 public:
  Program(const Options& options, Output& out)
      : options_(options),
        out_(out),
        file_(OpenWithDwarf(options.file)),
        places_(file_, options.section),
        printer_(options, file_, out) {}

  int Run() {
    if (!places_.error().empty()) {
      Complain(kProgram, options_.file + ": " + places_.error());
      return 1;
    }
    if (!options_.places.empty()) {
      for (const std::string& text : options_.places) Translate(text);
    } else {
      LineReader lines(STDIN_FILENO);
      std::string_view line;
      while (lines.Next(out_, &line)) Translate(line);
    }
    out_.Flush();
    return is_bad_ ? 1 : 0;
  }

 private:
  void Translate(std::string_view text) {
    text = Trim(text);
    places_.Find(text, &place_);
    errors_.clear();
    AnswerPlace(file_, place_.candidates,
                options_.json ? SymbolUse::kAlways : SymbolUse::kIfNeeded,
                &answer_, &errors_);
    printer_.Print(text, place_, answer_);
    if (!place_.error.empty()) Tell(options_.file + ": " + place_.error);
    for (const dwreloc::Error& error : errors_) Tell(error.what());
  }

  // Each once.
  void Tell(const std::string& text) {
    is_bad_ = true;
    if (!told_.insert(text).second) return;
    out_.Flush();
    Complain(kProgram, text);
  }

  const Options& options_;
  Output& out_;
  dwreloc::File file_;
  const Places places_;
  Printer printer_;
  Place place_;
  Answer answer_;
  std::vector<dwreloc::Error> errors_;
  std::set<std::string> told_;
  bool is_bad_ = false;
};

int Main(int argc, const char* const* argv) {
  return RunProgram(kProgram, argc, argv, &ParseOptions, &HelpText,
                    [](const Options& parsed, Output& out) {
                      return Program(parsed, out).Run();
                    });
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }
