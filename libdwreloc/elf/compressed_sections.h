// Sections that are stored compressed (SHF_COMPRESSED, gABI "Section
// Compression"; .zdebug_), each decompressed on first use.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_COMPRESSED_SECTIONS_H_
#define LIBDWRELOC_ELF_COMPRESSED_SECTIONS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/section_table.h"

namespace dwreloc::internal {

// Borrows the table; owns what was decompressed.  Thread-safe.
class CompressedSections {
 public:
  // `sections`: those that are compressed, in order.  The more bytes the file
  // has, the more they may hold.
  CompressedSections(const SectionTable& table,
                     const std::vector<uint32_t>& sections, uint64_t file_size);

  bool Contains(uint32_t index) const { return Find(index) != nullptr; }
  // REQUIRES, of both: Contains(index).
  absl::StatusOr<Bytes> Contents(uint32_t index) const;
  // Without decompressing.
  absl::StatusOr<uint64_t> ContentsSize(uint32_t index) const;
  // Bytes of the section that are currently held decompressed; 0 for any
  // section that is not compressed.
  uint64_t DecompressedBytes(uint32_t index) const;

  uint64_t sections_decompressed() const { return sections_decompressed_; }
  uint64_t decompressed_bytes() const { return decompressed_bytes_; }

 private:
  using Buffer = std::vector<uint8_t>;
  struct Section {
    uint32_t index = 0;
    Lazy<absl::StatusOr<Buffer>> contents;
  };
  // The contents of a compression header.
  struct Info {
    uint32_t type = 0;  // ELFCOMPRESS_*
    uint64_t size = 0;  // decompressed
    Bytes payload;
  };

  const Section* Find(uint32_t index) const;
  absl::StatusOr<Info> ReadInfo(uint32_t index) const;
  // Fails if the compressed sections claim to hold too much.
  absl::Status CheckClaim(const Info& info) const;
  absl::StatusOr<Buffer> Decompress(uint32_t index) const;

  const SectionTable& table_;
  const uint64_t file_size_;
  std::vector<std::unique_ptr<Section>> sections_;  // by index
  Lazy<uint64_t> claimed_bytes_;  // by all of sections_ together
  mutable std::atomic<uint64_t> sections_decompressed_ = 0;
  mutable std::atomic<uint64_t> decompressed_bytes_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_COMPRESSED_SECTIONS_H_
