// table_file.cc - see table_file.h.
#include "dwreloc_compress/multifile/table_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace dwreloc_tools::compress {
namespace {

// Tells the byte order, and changes with the format.
constexpr std::uint64_t kVersion = 0x0102030400000001;
constexpr std::size_t kKindSize = 8;
constexpr std::size_t kHeaderSize = kKindSize + sizeof(kVersion);

constexpr std::size_t Aligned(std::size_t size) { return (size + 7) & ~7ull; }

}  // namespace

TableWriter::TableWriter(std::string_view kind) {
  bytes_.resize(kHeaderSize);
  std::memcpy(bytes_.data(), kind.data(), kKindSize);
  std::memcpy(bytes_.data() + kKindSize, &kVersion, sizeof(kVersion));
}

void TableWriter::PutBytes(const void* data, std::size_t count,
                           std::size_t size) {
  const std::uint64_t stored = count;
  const std::size_t at = bytes_.size();
  bytes_.resize(Aligned(at + sizeof(stored) + count * size));
  std::memcpy(bytes_.data() + at, &stored, sizeof(stored));
  if (count > 0)
    std::memcpy(bytes_.data() + at + sizeof(stored), data, count * size);
}

TableReader::TableReader(std::span<const std::uint8_t> bytes,
                         std::string_view kind)
    : bytes_(bytes), at_(kHeaderSize) {
  if (bytes.size() < kHeaderSize ||
      std::memcmp(bytes.data(), kind.data(), kKindSize) != 0)
    throw std::runtime_error("it is not a file of this phase");
  if (std::memcmp(bytes.data() + kKindSize, &kVersion, sizeof(kVersion)) != 0)
    throw std::runtime_error("it is of another version or byte order");
}

const void* TableReader::NextBytes(std::size_t size, std::size_t* count) {
  std::uint64_t stored = 0;
  if (bytes_.size() - at_ < sizeof(stored))
    throw std::runtime_error("it is cut off");
  std::memcpy(&stored, bytes_.data() + at_, sizeof(stored));
  at_ += sizeof(stored);
  if (stored > (bytes_.size() - at_) / size)
    throw std::runtime_error("it is cut off");
  const void* const data = bytes_.data() + at_;
  at_ = std::min(Aligned(at_ + static_cast<std::size_t>(stored) * size),
                 bytes_.size());
  *count = static_cast<std::size_t>(stored);
  return data;
}

MappedFile::MappedFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  void* mapped = nullptr;
  const bool is_open = fd >= 0 && fstat(fd, &about) == 0;
  const auto size = static_cast<std::size_t>(about.st_size);
  if (is_open && size > 0)
    mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!is_open || mapped == MAP_FAILED)
    throw std::system_error(error, std::generic_category(), path);
  bytes_ = {static_cast<const std::uint8_t*>(mapped), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty())
    munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace dwreloc_tools::compress
