// main.cc - dwreloc-dump: prints the DWARF of relocatable (and other) ELF
// files.  docs/dwreloc-dump.1 is its manual, docs/json.md its JSON.
//
// Written on the public headers only.  Here: which printers run, on which
// files, and the exit status.  A file that cannot be opened, or a printer that
// cannot go on, does not stop the others.  Tested by tests/cli.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <string>
#include <string_view>

#include "context.h"
#include "dump.h"
#include "options.h"
#include "quote.h"

namespace dwreloc_dump {
namespace {

bool WantsColor(const Options& options) {
  if (options.json() || options.color == Color::kNever) return false;
  if (options.color == Color::kAlways) return true;
  const char* terminal = getenv("TERM");
  const char* no_color = getenv("NO_COLOR");  // https://no-color.org
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb" &&
         (no_color == nullptr || *no_color == '\0');
}

void FileHeading(const Options& options, const std::string& path, Output& out,
                 bool is_first) {
  if (options.files.size() < 2) return;
  if (options.json()) {
    out.Text(R"({"kind":"file","file":)");
    AppendJsonString(out, path);
    out.Text("}\n");
    return;
  }
  if (!is_first) out.Char('\n');
  AppendEscaped(out, path);
  out.Text(":\n");
}

// Places what the options place.  Sections that a file does not have are
// reported: their numbers were meant for something.
void Place(const Options& options, dwreloc::File& file, Report& report) {
  try {
    if (options.offline) file.PlaceOffline();
  } catch (const dwreloc::Error& error) {
    report.Failure(error);
  }
  for (const SectionPlacement& place : options.places) {
    const int result =
        dwreloc_place(file.raw(), place.section.c_str(), place.address);
    if (result == DWRELOC_E_NOT_FOUND)
      report.Fact({}, "no section " + place.section + " to place");
    else if (result < 0)
      report.LastError();
  }
}

struct Printer {
  bool Selectors::*selector;
  void (*print)(Context&);
};

constexpr Printer kPrinters[] = {
    {&Selectors::summary, DumpSummary},
    {&Selectors::sections, DumpSections},
    {&Selectors::symbols, DumpSymbols},
    {&Selectors::info, DumpInfo},
    {&Selectors::lines, DumpLines},
    {&Selectors::ranges, DumpRanges},
    {&Selectors::locations, DumpLocations},
    {&Selectors::relocs, DumpRelocs},
    {&Selectors::diagnostics, DumpDiagnostics},
    {&Selectors::coverage, DumpCoverage},
};

void PrintFile(Context& context) {
  for (const Printer& printer : kPrinters) {
    if (!(context.options.selectors.*printer.selector)) continue;
    try {
      printer.print(context);
    } catch (const dwreloc::Error& error) {
      context.report.Failure(error);
    }
    context.report.FlushObjects();
  }
}

void DumpFile(const Options& options, const std::string& path,
              const Palette& palette, Output& out, Report& report,
              Names& names) {
  report.BeginFile(path, nullptr);
  try {
    dwreloc::File file(path);
    report.BeginFile(path, file.raw());
    Place(options, file, report);
    if (options.section && !file.FindSection(options.section->c_str()))
      report.Fact({}, "no section " + *options.section);
    report.FlushObjects();
    Context context(options, path, file, palette, out, report, names);
    PrintFile(context);
    report.EndFile();
  } catch (const dwreloc::Error& error) {
    // The file is closed by now.
    report.EndFile();
    report.Failure(error);
    report.FlushObjects();
  }
}

int Run(const Options& options) {
  FileSink sink(STDOUT_FILENO);
  Output out(sink);
  Report report(out, options.json());
  const Palette palette(WantsColor(options));
  Names names(palette);
  bool is_first = true;
  for (const std::string& path : options.files) {
    FileHeading(options, path, out, is_first);
    is_first = false;
    DumpFile(options, path, palette, out, report, names);
  }
  out.Flush();
  return report.exit_status();
}

int Main(int argc, char** argv) {
  std::string error;
  const std::optional<Options> options = ParseOptions(argc, argv, &error);
  if (!options) {
    fprintf(stderr,
            "dwreloc-dump: %s\nTry 'dwreloc-dump --help' for more "
            "information.\n",
            error.c_str());
    return kExitUsage;
  }
  FileSink sink(STDOUT_FILENO);
  Output out(sink);
  if (options->help) {
    out.Text(HelpText());
    out.Flush();
    return kExitOk;
  }
  if (options->version) {
    out.Text("dwreloc-dump (libdwreloc) ");
    out.Text(dwreloc_version());
    out.Char('\n');
    out.Flush();
    return kExitOk;
  }
  return Run(*options);
}

}  // namespace
}  // namespace dwreloc_dump

int main(int argc, char** argv) {
  try {
    return dwreloc_dump::Main(argc, argv);
  } catch (const std::exception& error) {
    // Out of memory; anything else is a mistake of ours.
    fprintf(stderr, "dwreloc-dump: %s\n", error.what());
    return dwreloc_dump::kExitBadInput;
  }
}
