// main.cc - dwreloc-oops: functions, files and lines for the places of code in
// kernel messages.  docs/dwreloc-oops.1 is its manual.
//
// Written with the public headers only.  A filter: every byte of the input is
// copied, in order, and what was found of a line comes after it.  Only the
// modules that a line names are opened.
// Tested by tests/cli/oops_test.py.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/color.h"
#include "common/lines.h"
#include "common/output.h"
#include "common/program.h"
#include "dwreloc_oops/decode.h"
#include "dwreloc_oops/module_files.h"
#include "dwreloc_oops/options.h"
#include "dwreloc_oops/print.h"
#include "dwreloc_oops/trace_line.h"

namespace dwreloc_tools {
namespace {

constexpr char kProgram[] = "dwreloc-oops";

class Program {
 public:
  Program(const Options& options, Output& out)
      : options_(options),
        out_(out),
        files_(options),
        decoder_(files_),
        printer_(options, !options.json && WantsColor(options.color), out) {}

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
    Complain(kProgram, text);
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
  return RunProgram(kProgram, argc, argv, &ParseOptions, &HelpText,
                    [](const Options& parsed, Output& out) {
                      return Program(parsed, out).Run();
                    });
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }
