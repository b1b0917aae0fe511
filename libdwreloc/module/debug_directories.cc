#include "module/debug_directories.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "module/debuginfod.h"

namespace dwreloc::internal {

const DebugDirectories& DebugDirectories::Usual() {
  static const DebugDirectories usual({"/usr/lib/debug"});
  return usual;
}

void DebugDirectories::Search(
    Bytes build_id,
    absl::FunctionRef<bool(const std::string& path)> take) const {
  // The first byte names a directory.
  if (build_id.size() < 2) return;
  const std::string id = absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(build_id.data()), build_id.size()));
  for (const std::string& directory : paths_) {
    if (take(absl::StrCat(directory, "/.build-id/", id.substr(0, 2), "/",
                          id.substr(2), ".debug"))) {
      return;
    }
  }
}

void DebugDirectories::SearchServers(
    Bytes build_id,
    absl::FunctionRef<bool(const std::string& path)> take) const {
  if (!allow_servers_) return;
  const absl::StatusOr<std::string> path = FetchDebugFile(build_id);
  if (path.ok()) take(*path);
}

}  // namespace dwreloc::internal
