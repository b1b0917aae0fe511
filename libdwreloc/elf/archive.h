// Archives of object files, ar(5): those of GNU and System V (a table of long
// names, tables of symbols), of BSD (long names before the contents), and GNU's
// thin ones, which name files beside them.  .rlib files of Rust are archives.
//
// Opening passes once over the headers of the members.  A member is read where
// it stands; it shares the archive's image, so that archive and members may be
// closed in any order.  Nothing is aligned to more than 2 bytes in an archive.
// Tested by tests/unit/elf/archive_test.cc.

#ifndef LIBDWRELOC_ELF_ARCHIVE_H_
#define LIBDWRELOC_ELF_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/file_image.h"
#include "elf/file_kind.h"

namespace dwreloc::internal {

// A file in an archive, or named by one.  Tables are none.
struct ArchiveMember {
  std::string name;       // as stored, without what ends or fills it
  std::string full_name;  // "libx.a(y.o)"
  uint64_t header_offset = 0;
  uint64_t offset = 0;  // of the contents in the archive; thin: kNoOffset
  uint64_t size = 0;    // as stored
  // Thin: the file that holds it, and where its header is in that one if that
  // is an archive (0: it is not).
  std::string path;
  uint64_t origin = 0;
  absl::Status status;  // why it cannot be had
};

// Thread-safe: never written after it was opened.
class Archive {
 public:
  // `limit`: as in ElfFile, for the archive and for each of its members.
  static absl::StatusOr<std::unique_ptr<const Archive>> OpenPath(
      const char* path, uint64_t limit = kMaxFileMemory);
  // Files of a thin archive are looked for beside `name`.
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
  // Why no members are read after the last of these; OK: there are no more.
  const absl::Status& status() const { return end_status_; }

  // What a member's first bytes say.  REQUIRES: index < members().size().
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
  // Reads the header at `offset` and adds its member, if it is one.  Moves
  // `offset` to the next header.
  absl::Status ReadMember(uint64_t* offset);
  // Put the name in the place of what the header says of it.
  absl::Status ReadName(ArchiveMember* member) const;
  absl::Status ReadBsdName(ArchiveMember* member) const;
  absl::Status ReadLongName(ArchiveMember* member) const;
  // Of a thin archive.
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
  // Archives that members of a thin archive are in, by path.
  std::map<std::string, absl::StatusOr<std::unique_ptr<const Archive>>> nested_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_ARCHIVE_H_
