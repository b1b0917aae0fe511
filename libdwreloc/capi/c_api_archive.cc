// What surrounds ELF files: archives that they are in, and the signature after
// a kernel module.  One-line forwards.
// Tested by tests/api.

#include <optional>

#include "capi/arguments.h"
#include "elf/archive.h"
#include "elf/signature.h"

struct Dwreloc_Archive {
  std::unique_ptr<const dwreloc::internal::Archive> archive;
};

namespace dwreloc::internal {
namespace {

int Open(absl::StatusOr<std::unique_ptr<const Archive>> opened,
         const char* name, Dwreloc_Archive** archive) {
  if (!opened.ok()) return Fail(nullptr, opened.status(), name);
  *archive = new Dwreloc_Archive{*std::move(opened)};
  return DWRELOC_OK;
}

Dwreloc_Content ContentOf(FileKind kind) {
  if (kind == FileKind::kElf) return DWRELOC_CONTENT_ELF;
  if (IsCompressedKind(kind)) return DWRELOC_CONTENT_COMPRESSED;
  if (kind == FileKind::kArchive || kind == FileKind::kThinArchive) {
    return DWRELOC_CONTENT_ARCHIVE;
  }
  return DWRELOC_CONTENT_OTHER;
}

int NoMember(const Archive& archive) {
  return Fail(nullptr,
              MakeError(ErrorCode::kNotFound, "no member of that index"),
              archive.name().c_str());
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_archive_open(const char* path, Dwreloc_Archive** archive) try {
  DWRELOC_NOT_NULL(path, archive);
  *archive = nullptr;
  return Open(Archive::OpenPath(path), path, archive);
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_open_limited(const char* path, uint64_t limit,
                                 Dwreloc_Archive** archive) try {
  DWRELOC_NOT_NULL(path, archive);
  *archive = nullptr;
  return Open(Archive::OpenPath(path, limit), path, archive);
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_open_fd(int fd, const char* name,
                            Dwreloc_Archive** archive) try {
  DWRELOC_NOT_NULL(archive);
  *archive = nullptr;
  DWRELOC_EXPECT(fd >= 0, fd, "is negative");
  if (name == nullptr) name = "(file descriptor)";
  return Open(Archive::OpenFd(fd, name), name, archive);
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_open_memory(const void* image, size_t size,
                                const char* name,
                                Dwreloc_Archive** archive) try {
  DWRELOC_NOT_NULL(archive);
  *archive = nullptr;
  DWRELOC_EXPECT(image != nullptr || size == 0, image, "is NULL");
  if (name == nullptr) name = "(memory)";
  return Open(Archive::OpenMemory(
                  Bytes(static_cast<const uint8_t*>(image), size), name),
              name, archive);
} catch (...) {
  return FailCaught();
}

void dwreloc_archive_close(Dwreloc_Archive* archive) { delete archive; }

int dwreloc_archive_info(const Dwreloc_Archive* archive,
                         Dwreloc_Archive_Info* info) try {
  DWRELOC_NOT_NULL(archive, info);
  const Archive& opened = *archive->archive;
  *info = {};
  info->name = opened.name().c_str();
  info->size = opened.size();
  info->member_count = static_cast<uint32_t>(opened.members().size());
  info->is_thin = opened.is_thin() ? 1 : 0;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_error(const Dwreloc_Archive* archive) try {
  DWRELOC_NOT_NULL(archive);
  const Archive& opened = *archive->archive;
  if (opened.status().ok()) return 0;
  return Fail(nullptr, opened.status(), opened.name().c_str());
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_member(const Dwreloc_Archive* archive, uint32_t index,
                           Dwreloc_Member* member) try {
  DWRELOC_NOT_NULL(archive, member);
  *member = {};
  const Archive& opened = *archive->archive;
  if (index >= opened.members().size()) return NoMember(opened);
  const ArchiveMember& found = opened.members()[index];
  member->name = found.name.c_str();
  member->full_name = found.full_name.c_str();
  member->header_offset = found.header_offset;
  member->offset = found.offset;
  member->size = found.size;
  member->index = index;
  const absl::StatusOr<FileKind> kind = opened.Kind(index);
  member->content = static_cast<uint8_t>(
      kind.ok() ? ContentOf(*kind) : DWRELOC_CONTENT_UNREADABLE);
  if (kind.ok() && *kind != FileKind::kUnknown) {
    member->content_name = FileKindName(*kind);
  }
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_find(const Dwreloc_Archive* archive, const char* name,
                         uint32_t from, uint32_t* index) try {
  DWRELOC_NOT_NULL(archive, name, index);
  const std::optional<uint32_t> found = archive->archive->Find(name, from);
  if (!found.has_value()) return 0;
  *index = *found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_archive_open_member(const Dwreloc_Archive* archive, uint32_t index,
                                Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(archive, module);
  *module = nullptr;
  const Archive& opened = *archive->archive;
  if (index >= opened.members().size()) return NoMember(opened);
  absl::StatusOr<std::unique_ptr<ElfFile>> file = opened.OpenMember(index);
  if (!file.ok()) {
    return Fail(nullptr, file.status(),
                opened.members()[index].full_name.c_str());
  }
  *module = Wrap(new Module(*std::move(file)));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_signature(const Dwreloc_Module* module,
                      Dwreloc_Signature* signature) try {
  DWRELOC_NOT_NULL(module, signature);
  *signature = {};
  const absl::StatusOr<std::optional<FileSignature>> found =
      FindSignature(Unwrap(module).file());
  if (!found.ok()) return Fail(module, found.status());
  if (!found->has_value()) return 0;
  signature->elf_size = (*found)->elf_size;
  signature->offset = (*found)->offset;
  signature->size = (*found)->size;
  signature->type_name = SignatureTypeName((*found)->type);
  signature->hash = (*found)->hash;
  signature->type = static_cast<uint8_t>((*found)->type);
  return 1;
} catch (...) {
  return FailCaught();
}
