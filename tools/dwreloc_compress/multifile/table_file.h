// table_file.h - files between the phases: tables of plain numbers, one after
// the other, as they are in memory.
//
// They are made and read by one program on machines of one byte order; a file
// of another kind, version or byte order is refused, and so is a damaged one:
// every table lies inside of the file. What is in it is for its reader to
// check.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_TABLE_FILE_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_TABLE_FILE_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dwreloc_tools::compress {

class TableWriter {
 public:
  // `kind`: eight characters.
  explicit TableWriter(std::string_view kind);

  template <typename T>
  void Put(std::span<const T> table) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    PutBytes(table.data(), table.size(), sizeof(T));
  }
  template <typename T>
  void Put(const std::vector<T>& table) {
    Put(std::span<const T>(table));
  }
  std::vector<std::uint8_t> Finish() { return std::move(bytes_); }

 private:
  void PutBytes(const void* data, std::size_t count, std::size_t size);

  std::vector<std::uint8_t> bytes_;
};

class TableReader {
 public:
  // `bytes` stay where they are, and begin at a multiple of 8. Throws
  // std::runtime_error if they are of another kind.
  TableReader(std::span<const std::uint8_t> bytes, std::string_view kind);

  // The next table. Throws std::runtime_error if it is cut off.
  template <typename T>
  std::span<const T> Next() {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    std::size_t count = 0;
    const void* const data = NextBytes(sizeof(T), &count);
    return {static_cast<const T*>(data), count};
  }

 private:
  const void* NextBytes(std::size_t size, std::size_t* count);

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

// A file that is mapped while this lives.
class MappedFile {
 public:
  // Throws std::system_error.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_TABLE_FILE_H_
