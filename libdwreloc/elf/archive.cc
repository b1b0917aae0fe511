#include "elf/archive.h"

#include <ar.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

std::string_view TextOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

absl::string_view Absl(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view WithoutPadding(std::string_view field) {
  const size_t last = field.find_last_not_of(' ');
  return field.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// Parses a decimal number; nothing may follow it.
std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Tables of symbols: System V's with offsets of 4 and 8 bytes, Microsoft's
// additional ones, and BSD's.
bool IsSymbolTable(std::string_view name) {
  return name == "/" || name == "/SYM64/" || name.starts_with("/<") ||
         name == "__.SYMDEF" || name == "__.SYMDEF SORTED" ||
         name == "__.SYMDEF_64" || name == "__.SYMDEF_64 SORTED";
}

bool IsLongNames(std::string_view name) {
  return name == "//" || name == "ARFILENAMES/";
}

struct Header {
  std::string_view name;
  std::optional<uint64_t> size;
  bool ends_as_one;
};

// REQUIRES: bytes.size() == sizeof(struct ar_hdr).
Header DecodeHeader(Bytes bytes) {
  const std::string_view text = TextOf(bytes);
#define FIELD(member)                          \
  text.substr(offsetof(struct ar_hdr, member), \
              sizeof(std::declval<struct ar_hdr>().member))
  return Header{.name = WithoutPadding(FIELD(ar_name)),
                .size = Number(WithoutPadding(FIELD(ar_size))),
                .ends_as_one = FIELD(ar_fmag) == ARFMAG};
#undef FIELD
}

absl::Status BadHeader(uint64_t offset, std::string_view fact) {
  return MakeError(ErrorCode::kBadElf,
                   absl::StrCat("archive member header at offset ", offset,
                                ": ", Absl(fact)));
}

// A pipe or device would block the search.
absl::StatusOr<FileImage::Pointer> OpenRegularFile(const std::string& path,
                                                   uint64_t limit) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return MakeError(ErrorCode::kNotElf, absl::StrCat(path, ": not a file"));
  }
  const auto fail = [&path](const absl::Status& status) {
    return MakeError(GetDetail(status),
                     absl::StrCat(path, ": ", status.message()));
  };
  const absl::StatusOr<FileDescriptor> fd = FileDescriptor::Open(path.c_str());
  if (!fd.ok()) return fail(fd.status());
  absl::StatusOr<FileImage::Pointer> image =
      FileImage::OpenFd(fd->get(), limit);
  if (!image.ok()) return fail(image.status());
  return image;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Archive>> Archive::OpenPath(
    const char* path, uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(const FileDescriptor fd, FileDescriptor::Open(path));
  return OpenFd(fd.get(), path, limit);
}

absl::StatusOr<std::unique_ptr<const Archive>> Archive::OpenFd(int fd,
                                                               std::string name,
                                                               uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(FileImage::Pointer owner,
                           FileImage::OpenFd(fd, limit));
  return Open(std::move(owner), std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<const Archive>> Archive::OpenMemory(
    Bytes image, std::string name, uint64_t limit) {
  return Open(FileImage::Borrow(image), std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<const Archive>> Archive::Open(
    FileImage::Pointer owner, std::string name, uint64_t limit) {
  FileKind kind = FileKindOf(owner->bytes());
  if (IsCompressedKind(kind)) {
    DWRELOC_ASSIGN_OR_RETURN(owner, FileImage::Unpack(owner->bytes(), limit));
    kind = FileKindOf(owner->bytes());
  }
  if (kind != FileKind::kArchive && kind != FileKind::kThinArchive) {
    return NotArchive(kind);
  }
  std::unique_ptr<Archive> archive(new Archive(std::move(name), limit));
  archive->image_ = owner->bytes();
  archive->owner_ = std::move(owner);
  archive->is_thin_ = kind == FileKind::kThinArchive;
  archive->ReadMembers();
  // Releases the pages of the headers, and those that the kernel mapped around
  // them.
  archive->owner_->ReleasePages(archive->image_);
  return archive;
}

void Archive::ReadMembers() {
  uint64_t offset = SARMAG;
  while (offset < image_.size() && end_status_.ok())
    end_status_ = ReadMember(&offset);
}

absl::Status Archive::ReadMember(uint64_t* offset) {
  const std::optional<Bytes> bytes =
      Slice(image_, *offset, sizeof(struct ar_hdr));
  if (!bytes.has_value()) {
    return MakeError(
        ErrorCode::kTruncated,
        absl::StrCat("archive ends inside the member header at offset ",
                     *offset));
  }
  const Header header = DecodeHeader(*bytes);
  if (!header.ends_as_one) return BadHeader(*offset, "it does not end as one");
  if (!header.size.has_value()) {
    return BadHeader(*offset, "its size is no number");
  }
  ArchiveMember member;
  member.name = header.name;
  member.header_offset = *offset;
  member.offset = *offset + bytes->size();
  member.size = *header.size;
  const bool is_table = IsSymbolTable(member.name) || IsLongNames(member.name);
  // For members of a thin archive only the header is there.
  const bool has_contents = !is_thin_ || is_table;
  *offset = member.offset;
  if (has_contents) {
    if (!Fits(member.offset, member.size, image_.size())) {
      member.status = MakeError(
          ErrorCode::kTruncated,
          absl::StrCat(member.size, " bytes at offset ", member.offset,
                       ", but the archive ends at offset ", image_.size()));
      *offset = image_.size();
    } else {
      // The last member may lack the padding to an even offset.
      *offset = std::min<uint64_t>(
          member.offset + member.size + member.size % 2, image_.size());
    }
  }
  if (is_table) {
    if (IsLongNames(member.name) && member.status.ok()) {
      long_names_ = image_.subspan(static_cast<size_t>(member.offset),
                                   static_cast<size_t>(member.size));
      has_long_names_ = true;
    }
    return member.status;
  }
  const absl::Status status = ReadName(&member);
  if (member.status.ok()) member.status = status;
  if (IsSymbolTable(member.name)) return member.status;
  if (is_thin_) FindFile(&member);
  member.full_name = absl::StrCat(name_, "(", member.name, ")");
  members_.push_back(std::move(member));
  return absl::OkStatus();
}

absl::Status Archive::ReadName(ArchiveMember* member) const {
  if (member->name.starts_with("#1/") && !is_thin_) return ReadBsdName(member);
  if (member->name.starts_with('/')) return ReadLongName(member);
  if (member->name.ends_with('/')) member->name.pop_back();
  return absl::OkStatus();
}

// "#1/length": the name precedes the contents and is included in their size.
absl::Status Archive::ReadBsdName(ArchiveMember* member) const {
  const std::optional<uint64_t> length =
      Number(std::string_view(member->name).substr(3));
  if (!length.has_value() || *length > member->size) {
    return BadHeader(member->header_offset,
                     "its name is longer than the member");
  }
  const std::optional<Bytes> bytes = Slice(image_, member->offset, *length);
  if (!bytes.has_value()) return absl::OkStatus();  // the archive ends earlier
  const std::string_view name = TextOf(*bytes);
  member->name = name.substr(0, name.find_last_not_of('\0') + 1);
  member->offset += *length;
  member->size -= *length;
  return absl::OkStatus();
}

// "/offset" into the long names; for a member of a nested archive
// "/offset:header".
absl::Status Archive::ReadLongName(ArchiveMember* member) const {
  const std::string_view text = std::string_view(member->name).substr(1);
  const size_t colon = is_thin_ ? text.find(':') : std::string_view::npos;
  const std::optional<uint64_t> offset = Number(text.substr(0, colon));
  const std::optional<uint64_t> origin =
      colon == std::string_view::npos ? 0 : Number(text.substr(colon + 1));
  if (!offset.has_value() || !origin.has_value()) {
    return BadHeader(member->header_offset, "its name is none");
  }
  if (*offset >= long_names_.size()) {
    return BadHeader(
        member->header_offset,
        has_long_names_
            ? absl::StrCat("its name is at ", *offset, " of ",
                           long_names_.size(), " bytes of long names")
            : std::string("it has a long name, but there are none"));
  }
  // A name ends with "/\n"; in Microsoft's archives with a NUL.
  std::string_view name =
      TextOf(long_names_).substr(static_cast<size_t>(*offset));
  name = name.substr(0, name.find_first_of(std::string_view("\n\0", 2)));
  if (name.ends_with('/')) name.remove_suffix(1);
  member->origin = *origin;
  member->name = std::string(name);
  return absl::OkStatus();
}

void Archive::FindFile(ArchiveMember* member) {
  member->offset = kNoOffset;
  if (!member->status.ok()) return;
  const size_t slash = name_.rfind('/');
  member->path =
      member->name.starts_with('/') || slash == std::string::npos
          ? member->name
          : absl::StrCat(Absl(std::string_view(name_).substr(0, slash + 1)),
                         member->name);
  if (member->origin == 0) return;
  const absl::StatusOr<const Archive*> nested = Nested(member->path);
  if (!nested.ok()) {
    member->status = nested.status();
    return;
  }
  const ArchiveMember* found = (*nested)->AtHeader(member->origin);
  if (found == nullptr) {
    member->status = MakeError(
        ErrorCode::kBadElf,
        absl::StrCat(member->path, ": no member at offset ", member->origin));
    return;
  }
  member->name = found->name;
}

const ArchiveMember* Archive::AtHeader(uint64_t header_offset) const {
  const auto found =
      std::lower_bound(members_.begin(), members_.end(), header_offset,
                       [](const ArchiveMember& member, uint64_t offset) {
                         return member.header_offset < offset;
                       });
  return found == members_.end() || found->header_offset != header_offset
             ? nullptr
             : &*found;
}

absl::StatusOr<const Archive*> Archive::Nested(const std::string& path) {
  const auto [entry, is_new] = nested_.try_emplace(path);
  absl::StatusOr<std::unique_ptr<const Archive>>& archive = entry->second;
  if (is_new) {
    archive = [&path]() -> absl::StatusOr<std::unique_ptr<const Archive>> {
      DWRELOC_ASSIGN_OR_RETURN(FileImage::Pointer image,
                               OpenRegularFile(path, kMaxFileMemory));
      // ar(1) adds the members of a thin archive one by one to another archive.
      if (FileKindOf(image->bytes()) != FileKind::kArchive) {
        return MakeError(ErrorCode::kBadElf,
                         absl::StrCat(path, ": not an archive"));
      }
      return Open(std::move(image), path, kMaxFileMemory);
    }();
  }
  if (!archive.ok()) return archive.status();
  return archive->get();
}

absl::StatusOr<Archive::Contents> Archive::ContentsOf(
    const ArchiveMember& member) const {
  DWRELOC_RETURN_IF_ERROR(member.status);
  if (!is_thin_) {
    return Contents{owner_, image_.subspan(static_cast<size_t>(member.offset),
                                           static_cast<size_t>(member.size))};
  }
  if (member.origin == 0) {
    DWRELOC_ASSIGN_OR_RETURN(FileImage::Pointer image,
                             OpenRegularFile(member.path, kMaxFileMemory));
    const Bytes bytes = image->bytes();
    return Contents{std::move(image), bytes};
  }
  const Archive& nested = **nested_.at(member.path);
  return nested.ContentsOf(*nested.AtHeader(member.origin));
}

absl::StatusOr<FileKind> Archive::Kind(size_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const Contents contents,
                           ContentsOf(members_[index]));
  return FileKindOf(contents.bytes);
}

absl::StatusOr<std::unique_ptr<ElfFile>> Archive::OpenMember(
    size_t index) const {
  const ArchiveMember& member = members_[index];
  DWRELOC_ASSIGN_OR_RETURN(Contents contents, ContentsOf(member));
  return ElfFile::OpenPart(std::move(contents.owner), contents.bytes,
                           member.full_name, is_thin_ ? member.path : name_,
                           limit_);
}

std::optional<uint32_t> Archive::Find(std::string_view name,
                                      uint32_t from) const {
  for (size_t i = from; i < members_.size(); ++i) {
    if (members_[i].name == name) return static_cast<uint32_t>(i);
  }
  return std::nullopt;
}

}  // namespace dwreloc::internal
