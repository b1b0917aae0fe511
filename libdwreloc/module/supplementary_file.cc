#include "module/supplementary_file.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/debug_info.h"
#include "elf/notes.h"

namespace dwreloc::internal {
namespace {

// The link in a section of that name; nothing if there is none.
absl::StatusOr<std::optional<FileLink>> LinkIn(const ElfFile& file,
                                               std::string_view name) {
  const uint32_t section = file.FindSection(name, 1);
  if (section == kNoSection) return std::nullopt;
  return ReadLink(file, section);
}

absl::StatusOr<FileLink> FindLink(const ElfFile& file) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<FileLink> altlink,
                           LinkIn(file, ".gnu_debugaltlink"));
  if (altlink.has_value()) return *altlink;
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<FileLink> sup,
                           LinkIn(file, ".debug_sup"));
  if (sup.has_value() && !sup->is_supplementary) return *sup;
  return MakeError(ErrorCode::kNotFound,
                   "no .debug_sup or .gnu_debugaltlink says which one");
}

// By what the file is known that the link leads to.
absl::StatusOr<Bytes> IdOf(const ElfFile& file, LinkKind kind) {
  if (kind == LinkKind::kAltlink) return BuildId(file);
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<FileLink> sup,
                           LinkIn(file, ".debug_sup"));
  if (!sup.has_value() || !sup->is_supplementary) {
    return MakeError(ErrorCode::kBadDwarf, "it is not a supplementary file");
  }
  return sup->checksum;
}

}  // namespace

absl::StatusOr<const DebugInfo*> SupplementaryFile::Find() const {
  DWRELOC_ASSIGN_OR_RETURN(const FileLink link, FindLink(file_));
  Search search = {.link = link, .failure = absl::OkStatus(), .tried = ""};
  const FileRequest request = {.kind = RequestKind::kSupplementary,
                               .name = link.file_name.data(),
                               .build_id = link.checksum};
  std::string path;
  switch (finder_ == nullptr ? Answer::kUnknown
                             : finder_->FindFile(request, &path)) {
    case Answer::kPlaced:
      Try(path, search);
      break;
    case Answer::kAbsent:
      search.tried = " (by the caller)";
      break;
    case Answer::kFail:
      return MakeError(ErrorCode::kCallback, "the file callback failed");
    case Answer::kUnknown:
      SearchUsualPlaces(search);
      break;
  }
  if (search.found != nullptr) return search.found;
  if (!search.failure.ok()) return search.failure;
  return MakeError(ErrorCode::kNotFound,
                   absl::StrCat("no supplementary file ",
                                absl::string_view(link.file_name.data(),
                                                  link.file_name.size()),
                                "; looked for", search.tried));
}

void SupplementaryFile::SearchUsualPlaces(Search& search) const {
  const auto attempt = [&](const std::string& path) {
    return Try(path, search);
  };
  const std::string name(search.link.file_name);
  const size_t slash = file_.path().rfind('/');
  const std::string beside =
      slash == std::string::npos ? "" : file_.path().substr(0, slash + 1);
  if (attempt(name.starts_with('/') ? name : absl::StrCat(beside, name))) {
    return;
  }
  directories_.Search(search.link.checksum, attempt);
  if (search.found != nullptr) return;
  // Where distributions put those of dwz, and where a copied tree has them.
  const size_t last = name.rfind('/');
  const std::string bare =
      last == std::string::npos ? name : name.substr(last + 1);
  for (const std::string& directory : directories_.paths()) {
    if (attempt(absl::StrCat(directory, "/.dwz/", bare))) return;
  }
  if (!beside.empty() && attempt(absl::StrCat(beside, bare))) return;
  directories_.SearchServers(search.link.checksum, attempt);
}

bool SupplementaryFile::Try(const std::string& path, Search& search) const {
  if (!IsFile(path)) {
    absl::StrAppend(&search.tried, " ", path);
    return false;
  }
  const auto fail = [&](ErrorCode code, absl::string_view text) {
    if (search.failure.ok()) {
      search.failure = MakeError(
          code, absl::StrCat("supplementary file ", path, ": ", text));
    }
    return false;
  };
  const absl::StatusOr<const DebugInfo*> info = open_(path);
  if (!info.ok()) {
    return fail(GetDetail(info.status()).code, info.status().message());
  }
  const ElfFile& other = (*info)->sections().file();
  const absl::StatusOr<Bytes> id = IdOf(other, search.link.kind);
  if (!id.ok() || !std::ranges::equal(*id, search.link.checksum)) {
    return fail(ErrorCode::kNotFound,
                search.link.kind == LinkKind::kAltlink
                    ? "another build: its build-id differs"
                    : "another one: its checksum differs");
  }
  search.found = *info;
  return true;
}

void SupplementaryFile::SetFinder(FileFinder* finder) {
  finder_ = finder;
  const absl::StatusOr<const DebugInfo*>* const info = info_.Peek();
  if (info != nullptr && !info->ok()) info_.Reset();
}

}  // namespace dwreloc::internal
