#include "set/kernel_files.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "elf/file_image.h"
#include "elf/notes.h"
#include "set/module_name.h"

namespace dwreloc::internal {
namespace {

// Deeper than any tree of modules; a bound for mounts within themselves.
constexpr int kMostLevels = 40;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

absl::Status Walk(const std::string& directory, int level,
                  std::vector<std::string>& paths) {
  const std::unique_ptr<DIR, CloseDirectory> entries(
      opendir(directory.c_str()));
  if (entries == nullptr) {
    // What is below may be closed to this user, or be gone already.
    if (level > 0) return absl::OkStatus();
    return SystemError(errno, absl::StrCat("cannot open ", directory));
  }
  while (const dirent* entry = readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string path = absl::StrCat(directory, "/", entry->d_name);
    unsigned char type = entry->d_type;
    struct stat info;
    if (type == DT_UNKNOWN && lstat(path.c_str(), &info) == 0) {
      type = S_ISDIR(info.st_mode) ? DT_DIR : DT_REG;
    }
    if (type == DT_DIR) {
      if (level < kMostLevels) {
        DWRELOC_RETURN_IF_ERROR(Walk(path, level + 1, paths));
      }
    } else if (IsModulePath(name)) {
      paths.push_back(path);
    }
  }
  return absl::OkStatus();
}

// Files of /proc do not tell their size.
absl::StatusOr<std::string> ReadText(int fd, const std::string& path) {
  constexpr size_t kMost = size_t{64} << 20;  // a line is about 100 bytes
  std::string text;
  std::array<char, 65536> buffer;
  while (text.size() < kMost) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size == 0) return text;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return SystemError(errno, absl::StrCat("cannot read ", path));
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  return MakeError(ErrorCode::kUnsupported,
                   absl::StrCat(path, " has more than ", kMost, " bytes"));
}

}  // namespace

std::optional<LoadedModule> ParseLoadedModule(std::string_view line) {
  LoadedModule module;
  module.name = TakeWord(line);
  const std::string_view size = TakeWord(line);
  uint64_t bytes = 0;
  const auto [end, error] =
      std::from_chars(size.data(), size.data() + size.size(), bytes);
  if (module.name.empty() || error != std::errc() ||
      end != size.data() + size.size()) {
    return std::nullopt;
  }
  for (int word = 0; word < 3; ++word) TakeWord(line);  // uses to state
  const std::optional<uint64_t> address = ParseHex(TakeWord(line));
  if (!address.has_value()) return std::nullopt;
  if (*address != 0 && bytes <= UINT64_MAX - *address) {
    module.begin = *address;
    module.end = *address + bytes;
  }
  return module;
}

absl::StatusOr<std::vector<LoadedModule>> ReadLoadedModules(
    const std::string& root) {
  const std::string path = absl::StrCat(root, "/proc/modules");
  DWRELOC_ASSIGN_OR_RETURN(const FileDescriptor fd,
                           FileDescriptor::Open(path.c_str()));
  DWRELOC_ASSIGN_OR_RETURN(const std::string text, ReadText(fd.get(), path));
  std::string_view rest = text;
  std::vector<LoadedModule> modules;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string_view line = TakeLine(rest);
    if (Trim(line).empty()) continue;
    std::optional<LoadedModule> module = ParseLoadedModule(line);
    if (!module.has_value()) {
      return MakeError(
          ErrorCode::kInvalidArgument,
          absl::StrCat(path, ": line ", number, " describes no module"));
    }
    modules.push_back(*std::move(module));
  }
  return modules;
}

absl::StatusOr<std::vector<std::string>> FindModuleFiles(
    const std::string& directory) {
  std::vector<std::string> paths;
  DWRELOC_RETURN_IF_ERROR(Walk(directory, 0, paths));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<uint8_t> ReadLoadedBuildId(const std::string& notes,
                                       ByteOrder order) {
  const std::string path = absl::StrCat(notes, "/.note.gnu.build-id");
  const absl::StatusOr<FileDescriptor> file =
      FileDescriptor::Open(path.c_str());
  if (!file.ok()) return {};
  const absl::StatusOr<std::string> text = ReadText(file->get(), path);
  if (!text.ok()) return {};
  const Bytes id = BuildIdIn(
      Bytes(reinterpret_cast<const uint8_t*>(text->data()), text->size()),
      order);
  return {id.begin(), id.end()};
}

}  // namespace dwreloc::internal
