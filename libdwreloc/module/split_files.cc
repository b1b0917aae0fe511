#include "module/split_files.h"

#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/hash_map.h"
#include "dwarf/constants.h"
#include "dwarf/tree/strings.h"

namespace dwreloc::internal {
namespace {

// May the unit be one?  From version 5 on the header says so.
bool MayBeSkeleton(const Unit& unit) {
  return !unit.is_split() && !unit.is_types() &&
         (unit.encoding().version < 5 || unit.unit_type() == DW_UT_skeleton);
}

// Where the compiler put a file, then where it may have been moved to.
std::vector<std::string> UsualPlaces(const FileRequest& request,
                                     const std::string& object) {
  const std::string name = request.name;
  std::vector<std::string> places;
  const auto add = [&places](std::string place) {
    for (const std::string& known : places) {
      if (known == place) return;
    }
    places.push_back(std::move(place));
  };
  const size_t slash = object.rfind('/');
  const std::string beside =
      slash == std::string::npos ? "" : object.substr(0, slash + 1);
  if (name.starts_with('/')) {
    add(name);
  } else {
    if (request.directory != nullptr && *request.directory != '\0') {
      add(absl::StrCat(request.directory, "/", name));
    }
    add(absl::StrCat(beside, name));
  }
  const size_t name_slash = name.rfind('/');
  if (name_slash != std::string::npos) {
    add(absl::StrCat(beside, name.substr(name_slash + 1)));
  }
  return places;
}

}  // namespace

absl::StatusOr<const Unit*> SplitFiles::SplitOf(const Unit& skeleton) const {
  if (!MayBeSkeleton(skeleton)) return nullptr;
  return units_.Get(skeleton.number(), [&] { return Find(skeleton); });
}

absl::StatusOr<const Unit*> SplitFiles::Find(const Unit& skeleton) const {
  if (!skeleton.bases().dwo_id.has_value()) return nullptr;
  Search search = {.skeleton = skeleton,
                   .id = *skeleton.bases().dwo_id,
                   .failure = absl::OkStatus(),
                   .tried = ""};
  DWRELOC_ASSIGN_OR_RETURN(const Unit* here,
                           skeletons_.FindSplitUnit(search.id));
  if (here != nullptr) return Join(search, here);
  DWRELOC_ASSIGN_OR_RETURN(const Unit* in_dwo, FindInDwo(search));
  if (in_dwo != nullptr) return in_dwo;
  DWRELOC_ASSIGN_OR_RETURN(const Unit* in_package, FindInPackage(search));
  if (in_package != nullptr) return in_package;
  if (!search.failure.ok()) return search.failure;
  return MakeError(
      ErrorCode::kNotFound, skeleton.section(), skeleton.offset(),
      absl::StrCat("no file with the split unit of dwo_id 0x",
                   absl::Hex(search.id), "; looked for", search.tried));
}

absl::StatusOr<const Unit*> SplitFiles::FindInDwo(Search& search) const {
  const Unit& skeleton = search.skeleton;
  const char* name = RootString(skeleton, DW_AT_dwo_name).data();
  if (name == nullptr) name = RootString(skeleton, DW_AT_GNU_dwo_name).data();
  const FileRequest request = {
      .kind = RequestKind::kDwo,
      .name = name,
      .directory = RootString(skeleton, DW_AT_comp_dir).data(),
      .dwo_id = search.id};
  if (request.name == nullptr || *request.name == '\0') return nullptr;
  std::string path;
  switch (Ask(request, &path)) {
    case Answer::kPlaced:
      return Try(path, search);
    case Answer::kAbsent:
      absl::StrAppend(&search.tried, " ", request.name, " (by the caller)");
      return nullptr;
    case Answer::kFail:
      return MakeError(ErrorCode::kCallback, "the file callback failed");
    case Answer::kUnknown:
      break;
  }
  for (const std::string& place : UsualPlaces(request, object_path())) {
    DWRELOC_ASSIGN_OR_RETURN(const Unit* split, Try(place, search));
    if (split != nullptr) return split;
  }
  return nullptr;
}

absl::StatusOr<const Unit*> SplitFiles::FindInPackage(Search& search) const {
  const FileRequest request = {.kind = RequestKind::kDwp, .dwo_id = search.id};
  std::string path;
  switch (Ask(request, &path)) {
    case Answer::kPlaced:
      break;
    case Answer::kAbsent:
      return nullptr;
    case Answer::kFail:
      return MakeError(ErrorCode::kCallback, "the file callback failed");
    case Answer::kUnknown:
      path = object_path() + ".dwp";
      break;
  }
  return Try(path, search);
}

absl::StatusOr<const Unit*> SplitFiles::Try(const std::string& path,
                                            Search& search) const {
  if (!IsFile(path)) {
    absl::StrAppend(&search.tried, " ", path);
    return nullptr;
  }
  const auto fail = [&](ErrorCode code, absl::string_view text) {
    if (search.failure.ok()) {
      search.failure =
          MakeError(code, search.skeleton.section(), search.skeleton.offset(),
                    absl::StrCat("split unit of dwo_id 0x",
                                 absl::Hex(search.id), ": ", path, ": ", text));
    }
    return nullptr;
  };
  const absl::StatusOr<const DebugInfo*> file = open_(path);
  if (!file.ok()) {
    return fail(GetDetail(file.status()).code, file.status().message());
  }
  const DebugInfo& info = **file;
  const absl::StatusOr<const Unit*> split = info.FindSplitUnit(search.id);
  if (!split.ok()) {
    return fail(GetDetail(split.status()).code, split.status().message());
  }
  if (*split != nullptr) return Join(search, *split);
  // A unit that cannot be read may be the one.
  if (info.units().empty() && !info.errors().empty()) {
    const absl::Status& why = info.errors().front();
    return fail(GetDetail(why).code, why.message());
  }
  std::string text = "the file has no unit of that id";
  for (const Unit& unit : info.units()) {
    if (!unit.is_split() || !unit.bases().dwo_id.has_value()) continue;
    absl::StrAppend(&text, ", its first is 0x",
                    absl::Hex(*unit.bases().dwo_id));
    break;
  }
  return fail(ErrorCode::kBadDwarf, text);
}

absl::StatusOr<const Unit*> SplitFiles::Join(Search& search,
                                             const Unit* split) const {
  const Unit& skeleton = search.skeleton;
  const auto error = [&](absl::string_view text) {
    return MakeError(ErrorCode::kBadDwarf, skeleton.section(),
                     skeleton.offset(),
                     absl::StrCat("split unit of dwo_id 0x",
                                  absl::Hex(search.id), ": ", text));
  };
  if (split->skeleton() != &skeleton) {
    return error("another skeleton has the same id");
  }
  const int size = split->encoding().address_size;
  const int expected = skeleton.encoding().address_size;
  if (size != expected) {
    return error(absl::StrCat("its address_size is ", size,
                              ", that of the skeleton ", expected));
  }
  return split;
}

Answer SplitFiles::Ask(const FileRequest& request, std::string* path) const {
  return finder_ == nullptr ? Answer::kUnknown
                            : finder_->FindFile(request, path);
}

const std::string& SplitFiles::object_path() const {
  return skeletons_.sections().file().path();
}

void SplitFiles::SetFinder(FileFinder* finder) {
  finder_ = finder;
  units_.EraseIf([](const auto& unit) { return !unit.ok(); });
}

}  // namespace dwreloc::internal
