// worker.h - what one thread needs for printing: its output, the names of
// constants, and the context of the current file.
//
// With one job its output is the page's; with more it is a buffer whose
// contents go to the place of the piece that is being printed.
// Tested by tests/cli/jobs_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_WORKER_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_WORKER_H_

#include <dwreloc/dwreloc.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/output.h"
#include "context.h"
#include "names.h"
#include "options.h"
#include "page.h"
#include "pipeline.h"

namespace dwreloc_tools {

// A file and the name that the user gave it.
struct OpenedFile {
  OpenedFile(std::string the_path, dwreloc::File the_file)
      : path(std::move(the_path)), owned(std::move(the_file)), file(*owned) {}
  OpenedFile(std::string the_path, dwreloc::FileView the_file,
             std::shared_ptr<const OpenedFile> the_skeletons)
      : path(std::move(the_path)),
        file(the_file),
        skeletons(std::move(the_skeletons)) {}
  std::string path;
  std::optional<dwreloc::File> owned;
  dwreloc::FileView file;
  // The file for which this one holds split units, and which owns it; or
  // nullptr.
  std::shared_ptr<const OpenedFile> skeletons;
};

// Thread-safety: one thread.
class Worker {
 public:
  Worker(const Options& options, const Palette& palette, Output& out,
         Order& order)
      : options_(options),
        palette_(palette),
        out_(out),
        order_(order),
        names_(palette) {}

  const Options& options() const { return options_; }
  Output& out() { return out_; }
  Order& order() { return order_; }

  // The context of a file; created if the last piece was of another one.
  Context& ContextOf(const std::shared_ptr<const OpenedFile>& file);
  // Releases the file.
  void EndFile();

 private:
  const Options& options_;
  const Palette& palette_;
  Output& out_;
  Order& order_;
  Names names_;
  std::shared_ptr<const OpenedFile> file_;
  std::optional<Context> context_;
};

// The output and order of one of several workers.
// Thread-safety: one thread.
class SlotWriter final : public Sink, public Order {
 public:
  explicit SlotWriter(Page& page) : page_(page), out_(*this) {}

  Output& out() { return out_; }
  // The destination of what follows.
  void BeginPiece(Pipeline::Slot& slot) { slot_ = &slot; }
  void EndPiece() { out_.Flush(); }

  void Write(std::string_view text) override { slot_->Write(text); }
  void WriteBuffer(Buffer& buffer, std::size_t size) override {
    slot_->WriteBuffer(buffer, size);
  }
  void Do(Action action) override;

 private:
  Page& page_;
  Output out_;
  Pipeline::Slot* slot_ = nullptr;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_WORKER_H_
