// The bytes of a file that cannot be mapped: it came through a pipe, or out of
// a compressed file.
//
// Their number is not known in advance, so the memory grows in place; it is not
// cleared and, when large, not copied, and pages that no byte was written to
// take no memory.  It ends at a limit, which is checked to the byte.
// Tested by tests/unit/elf/compressed_file_test.cc and stream_test.cc.

#ifndef LIBDWRELOC_ELF_FILE_MEMORY_H_
#define LIBDWRELOC_ELF_FILE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace dwreloc::internal {

// The default limit.  No module comes near it.
inline constexpr uint64_t kMaxFileMemory = uint64_t{4} << 30;

class FileMemory {
 public:
  Bytes bytes() const { return Bytes(memory_.get(), size_); }
  size_t size() const { return size_; }

  // Where the next bytes go.  Empty once `limit` bytes are there.
  std::span<uint8_t> Room(uint64_t limit);
  // REQUIRES: size <= that of the last Room.
  void Use(size_t size) { size_ += size; }
  // Call when no more bytes will come.
  void Finish();

 private:
  bool Resize(size_t capacity);

  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };
  std::unique_ptr<uint8_t, Free> memory_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Room for the next bytes.  Once the limit is reached, it offers one byte more,
// which tells whether the data ended there.
class FileSpace {
 public:
  FileSpace(FileMemory& memory, uint64_t limit)
      : room_(memory.Room(limit)), is_beyond_(memory.size() >= limit) {
    if (is_beyond_) room_ = std::span<uint8_t>(&beyond_, 1);
  }
  FileSpace(const FileSpace&) = delete;
  FileSpace& operator=(const FileSpace&) = delete;
  std::span<uint8_t> room() const { return room_; }
  bool is_beyond() const { return is_beyond_; }

 private:
  uint8_t beyond_ = 0;
  std::span<uint8_t> room_;
  bool is_beyond_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_FILE_MEMORY_H_
