#include "placing/section_addresses.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/hash_map.h"
#include "base/text.h"
#include "elf/file_image.h"

namespace dwreloc::internal {
namespace {

// Kernels before 2.6.31 cut names to this (MODULE_SECT_NAME_LEN less the NUL).
constexpr size_t kOldNameLength = 31;

// Tells the address of a section, by the name that the kernel has for it.
using AddressOf =
    std::function<absl::StatusOr<std::optional<uint64_t>>(std::string_view)>;

// Tries the names that kernels have given the section.
absl::StatusOr<std::optional<uint64_t>> Ask(std::string_view name,
                                            const AddressOf& address_of) {
  DWRELOC_ASSIGN_OR_RETURN(std::optional<uint64_t> address, address_of(name));
  if (address.has_value()) return address;
  if (name.starts_with(".init")) {
    // ppc64 renames these, so that they are not freed.
    DWRELOC_ASSIGN_OR_RETURN(
        address, address_of(std::string("_").append(name.substr(1))));
    if (address.has_value()) return address;
  }
  if (name.size() <= kOldNameLength) return address;
  return address_of(name.substr(0, kOldNameLength));
}

// Reads the file of a section; nothing if there is none.
absl::StatusOr<std::optional<uint64_t>> ReadAddress(int directory,
                                                    const std::string& name) {
  // Never a file outside of the directory.
  if (name.empty() || name == "." || name == ".." ||
      name.find('/') != std::string::npos) {
    return std::nullopt;
  }
  const FileDescriptor fd = FileDescriptor::OpenAt(directory, name.c_str());
  if (fd.get() < 0) {
    if (errno == ENOENT) return std::nullopt;
    return SystemError(errno, absl::StrCat("cannot open ", name));
  }
  std::array<char, 64> buffer;
  const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
  if (size < 0) return SystemError(errno, absl::StrCat("cannot read ", name));
  const std::optional<uint64_t> address = ParseHex(
      Trim(std::string_view(buffer.data(), static_cast<size_t>(size))));
  if (!address.has_value()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     absl::StrCat("the file ", name, " holds no address"));
  }
  return address;
}

absl::StatusOr<int> PlaceAll(const ElfFile& file, Resolver& resolver,
                             const AddressOf& address_of) {
  struct Place {
    Answer answer;
    uint64_t address;
  };
  std::vector<Place> places(file.section_count());
  HashSet<std::string_view> seen;
  int placed = 0;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (!resolver.IsPlaceable(i)) continue;
    places[i] = {Answer::kAbsent, 0};
    const std::string_view name = file.Name(i);
    if (!seen.insert(name).second) continue;
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<uint64_t> address,
                             Ask(name, address_of));
    if (!address.has_value() && name != ".data..percpu") continue;
    if (address.value_or(0) == 0) {
      places[i].answer = Answer::kUnknown;
    } else if (!resolver.IsAddress(*address)) {
      return MakeError(ErrorCode::kInvalidArgument,
                       absl::StrCat("the address of section ", file.Describe(i),
                                    " does not fit the 32 bits of the file"));
    } else {
      places[i] = {Answer::kPlaced, *address};
      ++placed;
    }
  }
  // Only now, so that an error has placed nothing.
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (!resolver.IsPlaceable(i)) continue;
    resolver.PlaceSection(i, places[i].answer, places[i].address);
  }
  return placed;
}

}  // namespace

absl::StatusOr<std::vector<NamedAddress>> ParseAddresses(
    std::string_view text) {
  std::vector<NamedAddress> addresses;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = Trim(TakeLine(text));
    if (line.empty() || line.front() == '#') continue;
    const size_t space = line.find_last_of(" \t");
    std::optional<uint64_t> address;
    if (space != std::string_view::npos) {
      address = ParseHex(line.substr(space + 1));
    }
    if (!address.has_value()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       absl::StrCat("line ", number,
                                    " is not a section's name and address"));
    }
    addresses.push_back({Trim(line.substr(0, space)), *address});
  }
  return addresses;
}

absl::StatusOr<int> PlaceAddresses(const ElfFile& file, Resolver& resolver,
                                   const std::vector<NamedAddress>& addresses) {
  HashMap<std::string_view, uint64_t> by_name;
  for (const NamedAddress& each : addresses) {
    by_name.try_emplace(each.name, each.address);
  }
  return PlaceAll(
      file, resolver,
      [&](std::string_view name) -> absl::StatusOr<std::optional<uint64_t>> {
        const auto found = by_name.find(name);
        if (found == by_name.end()) return std::nullopt;
        return found->second;
      });
}

absl::StatusOr<int> PlaceFromDirectory(const ElfFile& file, Resolver& resolver,
                                       const char* path) {
  DWRELOC_ASSIGN_OR_RETURN(const FileDescriptor directory,
                           FileDescriptor::Open(path));
  struct stat info;
  if (fstat(directory.get(), &info) != 0) {
    return SystemError(errno, "cannot stat");
  }
  if (!S_ISDIR(info.st_mode)) return SystemError(ENOTDIR, "cannot read");
  return PlaceAll(file, resolver, [&](std::string_view name) {
    return ReadAddress(directory.get(), std::string(name));
  });
}

}  // namespace dwreloc::internal
