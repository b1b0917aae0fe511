// An ELF file: its image, headers, and the contents of its sections (gABI ch. 4
// and 5).
//
// Opening maps the file and reads the ELF header, separately from the mapping;
// nothing else is read.  One pass over the section headers, when somebody first
// asks what a section is for, finds the roles of all.  Headers are decoded from
// the image on demand, contents are spans of the image, and a compressed
// section (SHF_COMPRESSED, .zdebug_) is decompressed on first use.  A file that
// is compressed as a whole is unpacked when it is opened.  The image is never
// written.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_ELF_FILE_H_
#define LIBDWRELOC_ELF_ELF_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/compressed_sections.h"
#include "elf/elf_header.h"
#include "elf/file_image.h"
#include "elf/section.h"
#include "elf/section_header.h"
#include "elf/section_roles.h"
#include "elf/section_table.h"

struct Elf;  // libelf

namespace dwreloc::internal {

// Shares the image and owns decompressed contents.
// Thread-safe: logically immutable.
class ElfFile {
 public:
  // `limit`: the most memory that a file that cannot be mapped may take.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenPath(
      const char* path, uint64_t limit = kMaxFileMemory);
  // `fd` is not kept.
  static absl::StatusOr<std::unique_ptr<ElfFile>> OpenFd(
      int fd, std::string name, uint64_t limit = kMaxFileMemory,
      OpenedBy opened_by = OpenedBy::kFd);
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
  bool is_64() const { return header_.is_64; }
  ByteOrder order() const { return header_.order; }
  uint16_t e_type() const { return header_.e_type; }
  uint16_t e_machine() const { return header_.e_machine; }
  uint32_t e_flags() const { return header_.e_flags; }
  uint8_t os_abi() const { return image_[7]; }  // EI_OSABI
  uint32_t section_count() const { return table_.count(); }
  // First byte after the ELF header and the section headers.
  uint64_t headers_end() const { return table_.headers_end(); }

  // Returns true if relocation records are still to be applied.  Only in
  // ET_REL: in other files they describe what the linker has already done
  // (golang/go#46673).
  bool is_relocatable() const;

  // REQUIRES: index < section_count().
  SectionHeader Header(uint32_t index) const { return table_.Header(index); }
  // Returns "" if sh_name is bad.  NUL-terminated.
  std::string_view Name(uint32_t index) const { return table_.Name(index); }
  // Returns true if sh_name is out of range, so the section's role is unknown.
  bool IsNameLost(uint32_t index) const { return table_.IsNameLost(index); }
  // See SectionTable.
  uint32_t FindSection(std::string_view name, uint32_t from) const {
    return table_.Find(name, from);
  }
  // A short "[index] name" for messages.
  std::string Describe(uint32_t index) const { return table_.Describe(index); }

  // The section's bytes, decompressed; empty for SHT_NOBITS.
  absl::StatusOr<Bytes> Contents(uint32_t index) const;
  // The size of Contents(index), without decompressing.
  absl::StatusOr<uint64_t> ContentsSize(uint32_t index) const;
  // The bytes as stored in the file.
  absl::StatusOr<Bytes> RawContents(uint32_t index) const {
    return table_.RawContents(index);
  }
  bool IsCompressed(uint32_t index) const {
    return compressed().Contains(index);
  }

  // The SHT_GROUP section that the section is a member of, or kNoSection.
  uint32_t Group(uint32_t index) const { return table_.Group(index); }

  // The sections that the pass over the headers found, in section order.
  const std::vector<DebugSection>& debug_sections() const {
    return roles().debug_sections();
  }
  // Returns the entry of a debug section, or nullptr for any other section.
  const DebugSection* FindDebugSection(uint32_t index) const {
    return roles().FindDebugSection(index);
  }
  const std::vector<uint32_t>& reloc_sections() const {
    return roles().reloc_sections();
  }
  // The section of that kind in which offsets count by default: the first one
  // outside of groups, else the first one, else kNoSection.
  uint32_t PrimarySection(SectionId id, Family family) const {
    return roles().PrimarySection(id, family);
  }
  const DebugSection* FindPrimarySection(SectionId id, Family family) const {
    return roles().FindPrimarySection(id, family);
  }
  // Returns true for a debug section that is not the primary one of its kind,
  // as in COMDAT groups.  An offset in it is meaningless without its index.
  bool IsSecondarySection(uint32_t index) const {
    return roles().IsSecondarySection(index);
  }
  // SHT_SYMTAB, else SHT_DYNSYM, else kNoSection.
  uint32_t symbol_section() const { return roles().symbol_section(); }
  const std::vector<uint32_t>& shndx_sections() const {
    return roles().shndx_sections();
  }

  // Bytes of the section's contents that are currently held decompressed.
  uint64_t DecompressedBytes(uint32_t index) const {
    return compressed().DecompressedBytes(index);
  }
  // Releases the pages read so far of a file mapped here.  The bytes stay
  // readable: the next access fetches the pages again.
  void ReleasePages() const { ReleasePages(image_); }
  // Gets the pages of a part of the file that is about to be read, at once.
  void PopulatePages(Bytes part) const { owner_->PopulatePages(part); }
  // For reading parts of the file without their pages, see FileImage.
  FileDescriptor Reopen() const { return owner_->Reopen(path()); }
  Bytes ReadPart(int fd, Bytes part, std::span<uint8_t> copy) const {
    return owner_->ReadPart(fd, part, copy);
  }
  void ReleasePages(Bytes part) const { owner_->ReleasePages(part); }

  // Memory used by the image of a file compressed as a whole, else 0.
  uint64_t unpacked_bytes() const { return unpacked_bytes_; }
  uint64_t sections_decompressed() const {
    return compressed().sections_decompressed();
  }
  uint64_t decompressed_bytes() const {
    return compressed().decompressed_bytes();
  }

 private:
  explicit ElfFile(std::string name);

  // `fd` is the file of the image, or kNoFd.
  static absl::StatusOr<std::unique_ptr<ElfFile>> Open(FileImage::Pointer owner,
                                                       Bytes image, int fd,
                                                       std::string name,
                                                       uint64_t limit);
  absl::Status Read(int fd, uint64_t limit);
  absl::Status ReadHeader(Bytes start);
  // Replaces the image of a compressed file by its contents.
  absl::Status Unpack(uint64_t limit);

  const SectionRoles& roles() const {
    return roles_.Get([this] { return SectionRoles(table_); });
  }
  const CompressedSections& compressed() const {
    return *compressed_.Get([this] {
      return std::make_unique<const CompressedSections>(
          table_, roles().compressed_sections(), image_.size());
    });
  }

  std::string name_;
  std::string path_;  // empty: name_ is the path
  FileImage::Pointer owner_;
  Bytes image_;  // of the owner's
  uint64_t unpacked_bytes_ = 0;

  ElfHeader header_;
  SectionTable table_;
  Lazy<SectionRoles> roles_;
  Lazy<std::unique_ptr<const CompressedSections>> compressed_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_ELF_FILE_H_
