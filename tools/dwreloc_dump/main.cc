// main.cc - dwreloc-dump: prints the DWARF of relocatable (and other) ELF
// files. docs/dwreloc-dump.1 is its manual, docs/json.md its JSON.
//
// Written with the public headers only.  This file runs the pieces of the plan,
// with one worker or several, and sets the exit status.  A file that cannot be
// opened, or a printer that cannot continue, does not stop the others.  Tested
// by tests/cli.
#include <stdio.h>
#include <unistd.h>

#include <cstddef>
#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/color.h"
#include "common/output.h"
#include "options.h"
#include "page.h"
#include "pipeline.h"
#include "plan.h"
#include "worker.h"

namespace dwreloc_tools {
namespace {

// One worker, which writes to the page directly.
void PrintAlone(const Options& options, const Palette& palette, Page& page) {
  Plan plan(options);
  DirectOrder order(page);
  Worker worker(options, palette, page.out(), order);
  for (Plan::Piece piece = plan.Next(); piece.print; piece = plan.Next())
    piece.print(worker);
}

// Several workers, whose pieces come to the page in order.
void PrintTogether(const Options& options, const Palette& palette, Page& page) {
  // Results of a few units per worker may wait for a slow one.
  const std::size_t jobs = static_cast<std::size_t>(options.jobs);
  const Pipeline::Limits limits{.bytes = jobs * (4 << 20), .pieces = jobs * 16};
  struct Desk {
    Desk(const Options& the_options, const Palette& the_palette, Page& the_page)
        : writer(the_page),
          worker(the_options, the_palette, writer.out(), writer) {}
    SlotWriter writer;
    Worker worker;
  };
  // Each belongs to one worker, and is made when the worker begins.
  std::vector<std::unique_ptr<Desk>> desks(jobs);
  Plan plan(options);
  Pipeline pipeline(options.jobs, limits, [&page](std::string_view text) {
    page.out().Gathered(text);
  });
  pipeline.Run([&]() -> Pipeline::Piece {
    Plan::Piece piece = plan.Next();
    if (!piece.print) return {};
    return {
        [&, print = std::move(piece.print)](int number, Pipeline::Slot& slot) {
          std::unique_ptr<Desk>& desk = desks[static_cast<std::size_t>(number)];
          if (desk == nullptr)
            desk = std::make_unique<Desk>(options, palette, page);
          desk->writer.BeginPiece(slot);
          print(desk->worker);
          desk->writer.EndPiece();
        },
        piece.in_turn};
  });
}

int Run(const Options& options) {
  FileSink sink(STDOUT_FILENO, "dwreloc-dump");
  Page page(sink, options.json());
  const Palette palette(!options.json() && WantsColor(options.color));
  try {
    if (options.jobs == 1)
      PrintAlone(options, palette, page);
    else
      PrintTogether(options, palette, page);
  } catch (...) {
    page.out().Flush();  // flushes what has been printed before
    throw;
  }
  page.out().Flush();
  return page.teller().exit_status();
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
  FileSink sink(STDOUT_FILENO, "dwreloc-dump");
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
}  // namespace dwreloc_tools

int main(int argc, char** argv) {
  try {
    return dwreloc_tools::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    fprintf(stderr, "dwreloc-dump: out of memory\n");
    return dwreloc_tools::kExitBadInput;
  } catch (const std::exception& error) {
    // The library ran out of memory; anything else is a bug of this program.
    fprintf(stderr, "dwreloc-dump: %s\n", error.what());
    return dwreloc_tools::kExitBadInput;
  }
}
