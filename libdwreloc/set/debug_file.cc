#include "set/debug_file.h"

#include <elf.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/sup.h"
#include "elf/checksum.h"
#include "elf/notes.h"
#include "elf/section.h"

namespace dwreloc::internal {
namespace {

using Pointer = std::unique_ptr<const ElfFile>;

std::optional<FileLink> DebugLinkOf(const ElfFile& file) {
  const uint32_t section = file.FindSection(".gnu_debuglink", 1);
  if (section == kNoSection) return std::nullopt;
  const absl::StatusOr<std::optional<FileLink>> link = ReadLink(file, section);
  if (!link.ok() || !link->has_value()) return std::nullopt;
  if ((*link)->file_name.empty() ||
      (*link)->file_name.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  return **link;
}

class Search {
 public:
  Search(const ElfFile& file, const DebugDirectories& directories)
      : file_(file), directories_(directories), link_(DebugLinkOf(file)) {
    const absl::StatusOr<Bytes> build_id = BuildId(file);
    if (build_id.ok()) build_id_ = *build_id;
    const size_t slash = file.path().rfind('/');
    if (slash != std::string::npos) {
      directory_ = file.path().substr(0, slash + 1);
    }
  }

  Pointer Run() const {
    Pointer found;
    const auto take = [&](const std::string& path) {
      found = Try(path);
      return found != nullptr;
    };
    directories_.Search(build_id_, take);
    if (found == nullptr && link_.has_value()) {
      found = ByName(std::string(link_->file_name));
    }
    if (found == nullptr && !build_id_.empty()) found = ByPath();
    if (found == nullptr) directories_.SearchServers(build_id_, take);
    return found;
  }

 private:
  Pointer ByName(const std::string& name) const {
    for (const char* below : {"", ".debug/"}) {
      Pointer found = Try(absl::StrCat(directory_, below, name));
      if (found != nullptr) return found;
    }
    for (const std::string& directory : directories_.paths()) {
      Pointer found = Try(absl::StrCat(directory, "/", directory_, name));
      if (found != nullptr) return found;
    }
    return nullptr;
  }

  Pointer ByPath() const {
    for (const std::string& directory : directories_.paths()) {
      for (const char* suffix : {"", ".debug"}) {
        Pointer found = Try(absl::StrCat(directory, file_.path(), suffix));
        if (found != nullptr) return found;
      }
    }
    return nullptr;
  }

  // Nothing if there is no such file, or it belongs to another one.
  Pointer Try(const std::string& path) const {
    if (path == file_.path()) return nullptr;
    absl::StatusOr<std::unique_ptr<ElfFile>> opened =
        ElfFile::OpenPath(path.c_str());
    if (!opened.ok() || !HasDwarf(**opened)) return nullptr;
    const absl::StatusOr<Bytes> build_id = BuildId(**opened);
    const bool fits =
        build_id.ok() && !build_id_.empty()
            ? std::ranges::equal(*build_id, build_id_)
            : link_.has_value() && Crc32((*opened)->image()) == link_->crc;
    return fits ? *std::move(opened) : nullptr;
  }

  const ElfFile& file_;
  const DebugDirectories& directories_;
  const std::optional<FileLink> link_;
  Bytes build_id_;         // empty: none
  std::string directory_;  // of the file, with a slash; empty: the current one
};

}  // namespace

bool HasDwarf(const ElfFile& file) {
  for (const Family family : {Family::kPlain, Family::kDwo}) {
    const uint32_t section = file.PrimarySection(SectionId::kDebugInfo, family);
    if (section == kNoSection) continue;
    const SectionHeader header = file.Header(section);
    if (header.sh_type != SHT_NOBITS && header.sh_size != 0) return true;
  }
  return false;
}

std::unique_ptr<const ElfFile> FindDebugFile(
    const ElfFile& file, const DebugDirectories& directories) {
  return Search(file, directories).Run();
}

std::unique_ptr<const ElfFile> FindDebugFileOf(
    Bytes build_id, const DebugDirectories& directories) {
  Pointer found;
  const auto take = [&](const std::string& path) {
    absl::StatusOr<std::unique_ptr<ElfFile>> opened =
        ElfFile::OpenPath(path.c_str());
    if (!opened.ok() || !HasDwarf(**opened) ||
        !HasBuildId(**opened, build_id)) {
      return false;
    }
    found = *std::move(opened);
    return true;
  };
  if (build_id.empty()) return nullptr;
  directories.Search(build_id, take);
  if (found == nullptr) directories.SearchServers(build_id, take);
  return found;
}

}  // namespace dwreloc::internal
