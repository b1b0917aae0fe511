// worker.cc - see worker.h.
#include "worker.h"

#include <utility>

namespace dwreloc_tools {

Context& Worker::ContextOf(const std::shared_ptr<const OpenedFile>& file) {
  if (file_ != file) {
    EndFile();
    file_ = file;
    context_.emplace(options_, file_->path, file_->file, palette_, out_, order_,
                     names_);
    if (file_->skeletons != nullptr)
      context_->AddSkeletons(file_->skeletons->file);
  }
  return *context_;
}

void Worker::EndFile() {
  context_.reset();
  file_.reset();
}

void SlotWriter::Do(Action action) {
  out_.Flush();
  slot_->Do([&page = page_, action = std::move(action)] { action(page); });
}

}  // namespace dwreloc_tools
