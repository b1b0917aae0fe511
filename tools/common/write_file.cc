// write_file.cc - see write_file.h.
#include "common/write_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace dwreloc_tools {
namespace {

[[noreturn]] void Throw(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void WriteAll(int fd, std::span<const std::uint8_t> bytes,
              const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) Throw(errno, "cannot write " + path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

// A file of a name that nobody has, removed again unless it is kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& beside)
      : path_(beside + ".XXXXXX"), fd_(mkstemp(path_.data())) {
    if (fd_ < 0) Throw(errno, "cannot create a file beside " + beside);
  }
  ~TemporaryFile() {
    if (fd_ >= 0) close(fd_);
    if (!is_kept_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void Write(std::span<const std::uint8_t> bytes) {
    WriteAll(fd_, bytes, path_);
  }
  void KeepAs(const std::string& path, mode_t mode) {
    if (fchmod(fd_, mode) != 0 || fsync(fd_) != 0)
      Throw(errno, "cannot write " + path_);
    const int result = close(fd_);
    fd_ = -1;
    if (result != 0) Throw(errno, "cannot write " + path_);
    if (rename(path_.c_str(), path.c_str()) != 0)
      Throw(errno, "cannot write " + path);
    is_kept_ = true;
  }

 private:
  std::string path_;
  int fd_;
  bool is_kept_ = false;
};

}  // namespace

void WriteFile(const std::string& path, std::span<const std::uint8_t> bytes,
               unsigned mode) {
  struct stat info;
  const bool is_there = stat(path.c_str(), &info) == 0;
  // A pipe or device is written to, not replaced.
  if (is_there && !S_ISREG(info.st_mode)) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) Throw(errno, "cannot write " + path);
    try {
      WriteAll(fd, bytes, path);
    } catch (...) {
      close(fd);
      throw;
    }
    close(fd);
    return;
  }
  TemporaryFile file(path);
  file.Write(bytes);
  file.KeepAs(path, is_there ? info.st_mode & 07777 : mode);
}

std::vector<std::uint8_t> ReadFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) Throw(errno, "cannot read " + path);
  std::vector<std::uint8_t> bytes;
  constexpr std::size_t kPart = 1 << 20;
  while (true) {
    const std::size_t size = bytes.size();
    bytes.resize(size + kPart);
    const ssize_t got = read(fd, bytes.data() + size, kPart);
    bytes.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) continue;
    const int error = errno;
    close(fd);
    if (got < 0) Throw(error, "cannot read " + path);
    return bytes;
  }
}

}  // namespace dwreloc_tools
