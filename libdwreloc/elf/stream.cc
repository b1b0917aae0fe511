#include "elf/stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "elf/file_kind.h"

namespace dwreloc::internal {
namespace {

// read(2) that waits for data.
ssize_t ReadSome(int fd, std::span<uint8_t> room) {
  constexpr size_t kMost = size_t{1} << 30;
  while (true) {
    const ssize_t got = read(fd, room.data(), std::min(room.size(), kMost));
    if (got >= 0) return got;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      struct pollfd wanted = {.fd = fd, .events = POLLIN, .revents = 0};
      if (poll(&wanted, 1, -1) < 0 && errno != EINTR) return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

bool IsFifo(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

bool CanHoldElf(FileKind kind) {
  return kind == FileKind::kElf || kind == FileKind::kArchive ||
         IsCompressedKind(kind);
}

}  // namespace

absl::StatusOr<FileMemory> ReadStream(int fd, uint64_t limit) {
  FileMemory memory;
  bool is_known = false;
  while (true) {
    const FileSpace space(memory, limit);
    const ssize_t got = ReadSome(fd, space.room());
    if (got < 0) return SystemError(errno, "cannot read");
    if (got == 0) break;
    if (space.is_beyond()) {
      return MakeError(ErrorCode::kUnsupported,
                       absl::StrCat("more than ", limit,
                                    " bytes, the most that are read of what "
                                    "cannot be mapped"));
    }
    memory.Use(static_cast<size_t>(got));
    if (is_known || memory.size() < kFileKindBytes) continue;
    const FileKind kind = FileKindOf(memory.bytes());
    if (!CanHoldElf(kind)) return NotElf(kind);
    is_known = true;
  }
  if (memory.size() == 0 && IsFifo(fd)) {
    return MakeError(ErrorCode::kNotElf,
                     "nothing to read: no process writes to this FIFO");
  }
  memory.Finish();
  return memory;
}

}  // namespace dwreloc::internal
