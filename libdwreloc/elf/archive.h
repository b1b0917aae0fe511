// Archives of object files, ar(5): those of GNU and System V (a table of long
// names, tables of symbols), of BSD (long names precede the contents), and GNU
// thin archives, which name files stored next to them.  Rust's .rlib files are
// archives.
//
// Opening makes one pass over the headers of the members.  A member is read in
// place; it shares the archive's image, so that archive and members may be
// closed in any order.  Nothing in an archive is aligned to more than 2 bytes.
// Tested by tests/unit/elf/archive_test.cc.

#ifndef LIBDWRELOC_ELF_ARCHIVE_H_
#define LIBDWRELOC_ELF_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/file_image.h"
#include "elf/file_kind.h"

namespace dwreloc::internal {

// A file in an archive, or named by one.  Name and symbol tables are not
// members.
struct ArchiveMember {
  std::string name;       // as stored, without terminator and padding
  std::string full_name;  // "libx.a(y.o)"
  uint64_t header_offset = 0;
  uint64_t offset = 0;  // of the contents in the archive; thin: kNoOffset
  uint64_t size = 0;    // as stored
  // Thin archives: the file that holds the member and, if that file is an
  // archive, the offset of the member's header in it (else 0).
  std::string path;
  uint64_t origin = 0;
  absl::Status status;  // why it cannot be read
};

// Thread-safe: never written after opening.
class Archive {
 public:
  // `limit`: as in ElfFile, for the archive and for each of its members.
  static absl::StatusOr<std::unique_ptr<const Archive>> OpenPath(
      const char* path, uint64_t limit = kMaxFileMemory);
  // Files of a thin archive are looked up relative to `name`.
  static absl::StatusOr<std::unique_ptr<const Archive>> OpenFd(
      int fd, std::string name, uint64_t limit = kMaxFileMemory);
  // Borrows the image.
  static absl::StatusOr<std::unique_ptr<const Archive>> OpenMemory(
      Bytes image, std::string name, uint64_t limit = kMaxFileMemory);
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  const std::string& name() const { return name_; }
  bool is_thin() const { return is_thin_; }
  uint64_t size() const { return image_.size(); }
  // In the order of the archive.
  const std::vector<ArchiveMember>& members() const { return members_; }
  // The index of the first member of that name at or after `from`.
  std::optional<uint32_t> Find(std::string_view name, uint32_t from) const;
  // Why no members are read after the last one in members(); OK if there are no
  // more.
  const absl::Status& status() const { return end_status_; }

  // The kind that the member's first bytes show.
  // REQUIRES: index < members().size().
  absl::StatusOr<FileKind> Kind(size_t index) const;
  // REQUIRES: index < members().size().
  absl::StatusOr<std::unique_ptr<ElfFile>> OpenMember(size_t index) const;

 private:
  struct Contents {
    FileImage::Pointer owner;
    Bytes bytes;
  };

  Archive(std::string name, uint64_t limit)
      : name_(std::move(name)), limit_(limit) {}

  static absl::StatusOr<std::unique_ptr<const Archive>> Open(
      FileImage::Pointer owner, std::string name, uint64_t limit);
  void ReadMembers();
  // Reads the header at `offset` and adds its member, unless it is a table.
  // Moves `offset` to the next header.
  absl::Status ReadMember(uint64_t* offset);
  // Replace the header's form of the name by the name itself.
  absl::Status ReadName(ArchiveMember* member) const;
  absl::Status ReadBsdName(ArchiveMember* member) const;
  absl::Status ReadLongName(ArchiveMember* member) const;
  // For thin archives.
  void FindFile(ArchiveMember* member);
  const ArchiveMember* AtHeader(uint64_t header_offset) const;
  absl::StatusOr<const Archive*> Nested(const std::string& path);
  absl::StatusOr<Contents> ContentsOf(const ArchiveMember& member) const;

  const std::string name_;
  const uint64_t limit_;
  FileImage::Pointer owner_;
  Bytes image_;
  bool is_thin_ = false;
  Bytes long_names_;
  bool has_long_names_ = false;
  std::vector<ArchiveMember> members_;
  absl::Status end_status_;
  // Archives that contain members of a thin archive, by path.
  std::map<std::string, absl::StatusOr<std::unique_ptr<const Archive>>> nested_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_ARCHIVE_H_
