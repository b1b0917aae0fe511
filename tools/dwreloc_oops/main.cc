// main.cc - dwreloc-oops: functions, files and lines for the places of code in
// kernel messages.  docs/dwreloc-oops.1 is its manual.
//
// Written with the public headers only.  A filter: every byte of the input is
// copied, in order, and what was found of a line comes after it.  Only the
// modules that a line names are opened.
// Tested by tests/cli/oops_test.py.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/lines.h"
#include "common/output.h"
#include "dwreloc_oops/decode.h"
#include "dwreloc_oops/module_files.h"
#include "dwreloc_oops/options.h"
#include "dwreloc_oops/print.h"
#include "dwreloc_oops/trace_line.h"

namespace dwreloc_tools {
namespace {

void Complain(std::string_view text) {
  std::string line = "dwreloc-oops: ";
  line.append(text).append("\n");
  fwrite(line.data(), 1, line.size(), stderr);
}

bool WantsColor(const Options& options) {
  if (options.json || options.color == Color::kNever) return false;
  if (options.color == Color::kAlways) return true;
  const char* terminal = getenv("TERM");
  const char* no_color = getenv("NO_COLOR");  // https://no-color.org
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb" &&
         (no_color == nullptr || *no_color == '\0');
}

class Program {
 public:
  Program(const Options& options, Output& out)
      : options_(options),
        out_(out),
        files_(options),
        decoder_(files_),
        printer_(options, WantsColor(options), out) {}

  int Run() {
    if (options_.files.empty()) Filter(STDIN_FILENO, "standard input");
    for (const std::string& path : options_.files) {
      const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (fd < 0) {
        Fail("cannot open " + path + ": " + strerror(errno));
        continue;
      }
      Filter(fd, path);
      close(fd);
    }
    out_.Flush();
    return is_bad_ ? 1 : 0;
  }

 private:
  void Filter(int fd, const std::string& name) {
    LineReader lines(fd);
    std::string_view line;
    while (lines.Next(out_, &line)) Line(line);
    if (lines.error() != 0)
      Fail("cannot read " + name + ": " + strerror(lines.error()));
  }

  void Line(std::string_view line) {
    if (const std::string_view release = ReleaseIn(line); !release.empty())
      files_.SetRelease(release);
    const std::vector<TracePlace>& places = reader_.Read(line);
    if (decoded_.size() < places.size()) decoded_.resize(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      decoder_.Decode(places[i], &decoded_[i]);
      if (decoded_[i].answer.frames.empty()) is_bad_ = true;
    }
    printer_.Print(line, places, decoded_);
  }

  void Fail(const std::string& text) {
    is_bad_ = true;
    out_.Flush();
    Complain(text);
  }

  const Options& options_;
  Output& out_;
  ModuleFiles files_;
  TraceReader reader_;
  Decoder decoder_;
  Printer printer_;
  std::vector<Decoded> decoded_;
  bool is_bad_ = false;
};

int Main(int argc, const char* const* argv) {
  std::string error;
  const std::optional<Options> options = ParseOptions(argc, argv, &error);
  if (!options) {
    Complain(error + "; see dwreloc-oops --help");
    return 2;
  }
  FileSink sink(STDOUT_FILENO, "dwreloc-oops");
  Output out(sink);
  if (options->help || options->version) {
    out.Text(options->help ? HelpText()
                           : "dwreloc-oops (libdwreloc) " +
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
