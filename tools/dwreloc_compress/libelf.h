// libelf.h - what the writers of ELF files need of libelf.
//
// Tested by tests/compress/elf_copy_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LIBELF_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LIBELF_H_

#include <libelf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dwreloc_tools::compress {

[[noreturn]] inline void FailOfLibelf() {
  throw std::runtime_error(std::string("libelf: ") + elf_errmsg(-1));
}

// Throws std::runtime_error for what libelf returns if it fails.
template <typename T>
T* Checked(T* pointer) {
  if (pointer == nullptr) FailOfLibelf();
  return pointer;
}

inline void CheckLibelf(int result) {
  if (result == 0) FailOfLibelf();
}

struct EndElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using OpenElf = std::unique_ptr<Elf, EndElf>;

// A file in memory, which libelf writes to.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("dwreloc-compress", MFD_CLOEXEC)) {
    if (fd_ < 0) throw std::runtime_error("no file in memory");
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int fd() const { return fd_; }
  std::vector<std::uint8_t> Bytes(std::size_t size) const {
    std::vector<std::uint8_t> bytes(size);
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = pread(fd_, bytes.data() + done, size - done,
                                static_cast<off_t>(done));
      if (got <= 0) throw std::runtime_error("a file in memory is cut off");
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }

 private:
  int fd_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LIBELF_H_
