// main.cc - dwreloc-addr2line: addresses, SYMBOL+OFFSET and SECTION+OFFSET to
// functions, files and lines.  docs/dwreloc-addr2line.1 is its manual.
//
// Written with the public headers only.  Places are answered one by one: a
// script may keep the program as a co-process, so the output is flushed
// whenever the next place would have to be waited for.
// Tested by tests/cli/addr2line_test.py.
#include <stdio.h>
#include <unistd.h>

#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/answer.h"
#include "common/lines.h"
#include "common/output.h"
#include "common/text.h"
#include "dwreloc_addr2line/options.h"
#include "dwreloc_addr2line/places.h"
#include "dwreloc_addr2line/print.h"

namespace dwreloc_tools {
namespace {

void Complain(std::string_view text) {
  std::string line = "dwreloc-addr2line: ";
  line.append(text).append("\n");
  fwrite(line.data(), 1, line.size(), stderr);
}

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
      Complain(options_.file + ": " + places_.error());
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
    Complain(text);
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
  std::string error;
  const std::optional<Options> options = ParseOptions(argc, argv, &error);
  if (!options) {
    Complain(error + "; see dwreloc-addr2line --help");
    return 2;
  }
  FileSink sink(STDOUT_FILENO, "dwreloc-addr2line");
  Output out(sink);
  if (options->help || options->version) {
    out.Text(options->help ? HelpText()
                           : "dwreloc-addr2line (libdwreloc) " +
                                 std::string(dwreloc_version()) + "\n");
    out.Flush();
    return 0;
  }
  try {
    return Program(*options, out).Run();
  } catch (const std::bad_alloc&) {
    out.Flush();
    Complain("out of memory");
  } catch (const std::exception& exception) {
    out.Flush();
    Complain(exception.what());
  }
  return 1;
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }
