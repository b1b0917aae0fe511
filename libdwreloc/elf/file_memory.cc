#include "elf/file_memory.h"

#include <algorithm>

#include "base/no_memory.h"

namespace dwreloc::internal {

bool FileMemory::Resize(size_t capacity) {
  // If realloc fails, the old memory is kept.
  void* memory = std::realloc(memory_.get(), capacity);
  if (memory == nullptr) return false;
  (void)memory_.release();
  memory_.reset(static_cast<uint8_t*>(memory));
  capacity_ = capacity;
  return true;
}

std::span<uint8_t> FileMemory::Room(uint64_t limit) {
  constexpr size_t kFirst = size_t{64} * 1024;
  if (size_ == capacity_) {
    if (size_ >= limit) return {};
    if (size_ > SIZE_MAX / 2) OutOfMemory();
    const uint64_t more = std::max(kFirst, size_ * 2);
    if (!Resize(static_cast<size_t>(std::min(limit, more)))) OutOfMemory();
  }
  return {memory_.get() + size_, capacity_ - size_};
}

void FileMemory::Finish() {
  if (size_ != 0) (void)Resize(size_);
}

}  // namespace dwreloc::internal
