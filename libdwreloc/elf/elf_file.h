// An ELF file: its image, headers, and the contents of its sections (gABI ch. 4
// and 5).
//
// Opening maps the file and makes one pass over the section headers, which are
// read separately from the mapping; nothing else is read.  Headers are decoded
// from the image on demand, contents are spans of the image, and a compressed
// section (SHF_COMPRESSED, .zdebug_) is decompressed on first use.  A file that
// is compressed as a whole is unpacked when it is opened.  The image is never
// written.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_ELF_FILE_H_
#define LIBDWRELOC_ELF_ELF_FILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/file_image.h"
#include "elf/section.h"

struct Elf;  // libelf

namespace dwreloc::internal {

// A section of the DWARF standard, or one of its variants.
struct DebugSection {
  uint32_t index = 0;
  SectionName name;
};

// Shares the image and owns decompressed contents.
// Thread-safe: logically immutable.
class ElfFile {
 public:
  // `limit`: the most memory that a file that cannot be mapped may take.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenPath(
      const char* path, uint64_t limit = kMaxFileMemory);
  // `fd` is not kept.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenFd(
      int fd, std::string name, uint64_t limit = kMaxFileMemory);
  // Borrows the image; a compressed one only until the call returns.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenMemory(
      Bytes image, std::string name, uint64_t limit = kMaxFileMemory);
  // Borrows the image of `elf`.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenElf(Elf* elf,
                                                          std::string name);
  // A part of an image: a member of an archive, which is in the file `path`.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenPart(
      FileImage::Pointer owner, Bytes part, std::string name, std::string path,
      uint64_t limit = kMaxFileMemory);
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  // The name used in messages.
  const std::string& name() const { return name_; }
  // The path of the file, or of the archive that contains it; companion files
  // are looked up next to it.
  const std::string& path() const { return path_.empty() ? name_ : path_; }
  Bytes image() const { return image_; }
  bool is_64() const { return is_64_; }
  ByteOrder order() const { return order_; }
  uint16_t e_type() const { return e_type_; }
  uint16_t e_machine() const { return e_machine_; }
  uint32_t e_flags() const { return e_flags_; }
  uint8_t os_abi() const { return image_[7]; }  // EI_OSABI
  uint32_t section_count() const { return section_count_; }
  // First byte after the ELF header and the section headers.
  uint64_t headers_end() const { return headers_end_; }

  // Returns true if relocation records are still to be applied.  Only in
  // ET_REL: in other files they describe what the linker has already done
  // (golang/go#46673).
  bool is_relocatable() const;

  // REQUIRES: index < section_count().
  SectionHeader Header(uint32_t index) const;
  // Returns "" if sh_name is bad.  NUL-terminated.
  std::string_view Name(uint32_t index) const;
  // Returns true if sh_name is out of range, so the section's role is unknown.
  bool IsNameLost(uint32_t index) const;
  // A short "[index] name" for messages.
  std::string Describe(uint32_t index) const;

  // The section's bytes, decompressed; empty for SHT_NOBITS.
  absl::StatusOr<Bytes> Contents(uint32_t index) const;
  // The size of Contents(index), without decompressing.
  absl::StatusOr<uint64_t> ContentsSize(uint32_t index) const;
  // The bytes as stored in the file.
  absl::StatusOr<Bytes> RawContents(uint32_t index) const;
  bool IsCompressed(uint32_t index) const;

  // The SHT_GROUP section that the section is a member of, or kNoSection.
  uint32_t Group(uint32_t index) const;

  // The sections that the pass at open found, in section order.
  const std::vector<DebugSection>& debug_sections() const {
    return debug_sections_;
  }
  // Returns the entry of a debug section, or nullptr for any other section.
  const DebugSection* FindDebugSection(uint32_t index) const;
  const std::vector<uint32_t>& reloc_sections() const {
    return reloc_sections_;
  }
  // The section of that kind in which offsets count by default: the first one
  // outside of groups, else the first one, else kNoSection.
  uint32_t PrimarySection(SectionId id, Family family) const {
    return primary_[static_cast<size_t>(family)][static_cast<size_t>(id)];
  }
  // Returns true for a debug section that is not the primary one of its kind,
  // as in COMDAT groups.  An offset in it is meaningless without its index.
  bool IsSecondarySection(uint32_t index) const;
  // SHT_SYMTAB, else SHT_DYNSYM, else kNoSection.
  uint32_t symbol_section() const { return symbol_section_; }
  const std::vector<uint32_t>& shndx_sections() const {
    return shndx_sections_;
  }

  // Bytes of the section's contents that are currently held decompressed.
  uint64_t DecompressedBytes(uint32_t index) const;
  // Releases the pages read so far of a file mapped here.  The bytes stay
  // readable: the next access fetches the pages again.
  void ReleasePages() const { ReleasePages(image_); }
  void ReleasePages(Bytes part) const { owner_->ReleasePages(part); }

  // Memory used by the image of a file compressed as a whole, else 0.
  uint64_t unpacked_bytes() const { return unpacked_bytes_; }
  uint64_t sections_decompressed() const { return sections_decompressed_; }
  uint64_t decompressed_bytes() const { return decompressed_bytes_; }

 private:
  using Buffer = std::vector<uint8_t>;
  struct Compressed {
    uint32_t index = 0;
    Lazy<absl::StatusOr<Buffer>> contents;
  };
  // The contents of a compression header.
  struct CompressionInfo {
    uint32_t type = 0;  // ELFCOMPRESS_*
    uint64_t size = 0;  // decompressed
    Bytes payload;
  };

  explicit ElfFile(std::string name);

  // `fd` is the file of the image, or kNoFd.
  static absl::StatusOr<std::unique_ptr<ElfFile>> Open(FileImage::Pointer owner,
                                                       Bytes image, int fd,
                                                       std::string name,
                                                       uint64_t limit);
  absl::Status Read(int fd, uint64_t limit);
  absl::Status ReadHeaders(int fd, Bytes start);
  // Replaces the image of a compressed file by its contents.
  absl::Status Unpack(uint64_t limit);
  // Returns image[offset, offset + size), which must exist; for a mapped file,
  // a copy.
  Bytes ReadPart(int fd, uint64_t offset, uint64_t size, Buffer& copy) const;
  const Compressed* FindCompressed(uint32_t index) const;
  void ScanSections();
  absl::StatusOr<CompressionInfo> ReadCompressionInfo(uint32_t index) const;
  absl::StatusOr<Buffer> Decompress(uint32_t index) const;
  // Returns the end of the name in section_names_, or nullptr.
  const void* FindNameEnd(uint32_t offset) const;
  // Returns true if sections share long names, so that all names together are
  // far longer than what is stored.
  bool AreNamesRepeated() const;
  // Fails if the compressed sections claim to hold too much.
  absl::Status CheckClaim(const CompressionInfo& info) const;
  std::vector<uint32_t> ReadGroups() const;

  std::string name_;
  std::string path_;  // empty: name_ is the path
  FileImage::Pointer owner_;
  Bytes image_;  // of the owner's
  uint64_t unpacked_bytes_ = 0;

  bool is_64_ = true;
  ByteOrder order_ = ByteOrder::kLittle;
  uint16_t e_type_ = 0;
  uint16_t e_machine_ = 0;
  uint32_t e_flags_ = 0;
  uint32_t section_count_ = 0;
  uint64_t headers_end_ = 0;
  Bytes section_table_;  // from e_shoff on
  // Copy for a mapped file: opening does not touch its pages.
  Buffer section_table_copy_;
  Bytes section_names_;
  Lazy<bool> names_are_repeated_;  // computed if there is a long one

  std::vector<DebugSection> debug_sections_;
  // By Family and SectionId: needed for every address index and every list,
  // even in files with 68,000 debug sections.
  uint32_t primary_[3][static_cast<size_t>(SectionId::kDebugOther) + 1];
  bool has_secondary_sections_ = false;
  std::vector<uint32_t> reloc_sections_;
  std::vector<uint32_t> shndx_sections_;
  uint32_t symbol_section_ = kNoSection;
  std::vector<std::unique_ptr<Compressed>> compressed_;  // by index
  Lazy<uint64_t> claimed_bytes_;  // by all of compressed_ together
  Lazy<std::vector<uint32_t>> groups_;

  mutable std::atomic<uint64_t> sections_decompressed_ = 0;
  mutable std::atomic<uint64_t> decompressed_bytes_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_ELF_FILE_H_
