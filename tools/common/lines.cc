// lines.cc - see lines.h.
#include "common/lines.h"

#include <unistd.h>

#include <cerrno>

namespace dwreloc_tools {
namespace {

constexpr std::size_t kChunk = 64 << 10;
constexpr std::size_t kLongest = 1 << 20;

}  // namespace

bool LineReader::Next(Output& out, std::string_view* line) {
  while (true) {
    std::size_t end = text_.find('\n', searched_);
    const bool is_whole = end != std::string::npos;
    end = is_whole ? end + 1 : text_.size();
    if (is_whole || end - at_ >= kLongest || (is_at_end_ && end != at_)) {
      *line = std::string_view(text_).substr(at_, end - at_);
      at_ = searched_ = end;
      return true;
    }
    if (is_at_end_) return false;
    text_.erase(0, at_);
    at_ = 0;
    searched_ = text_.size();
    out.Flush();
    Read();
  }
}

void LineReader::Read() {
  const std::size_t used = text_.size();
  text_.resize(used + kChunk);
  const ssize_t size = read(fd_, text_.data() + used, kChunk);
  text_.resize(used + static_cast<std::size_t>(size > 0 ? size : 0));
  if (size > 0 || (size < 0 && errno == EINTR)) return;
  is_at_end_ = true;
  if (size < 0) error_ = errno;
}

}  // namespace dwreloc_tools
