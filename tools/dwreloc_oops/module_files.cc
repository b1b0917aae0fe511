// module_files.cc - see module_files.h.
#include "dwreloc_oops/module_files.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/quote.h"

namespace dwreloc_tools {
namespace {

bool IsThere(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

std::string RunningRelease() {
  struct utsname name;
  return uname(&name) == 0 ? name.release : "";
}

std::string BuildIdOf(const dwreloc::FileView& file) {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (dwreloc_build_id(file.raw(), &bytes, &size) < 0) return "";
  return HexString({reinterpret_cast<const char*>(bytes), size});
}

}  // namespace

ModuleFiles::ModuleFiles(const Options& options) : options_(options) {
  for (const std::string& directory : options.debug_directories)
    set_.AddDebugDirectory(directory);
  set_.AddDebugDirectory("/usr/lib/debug");
  for (const std::string& directory : options.module_directories)
    set_.AddDirectory(directory);
  if (!options.vmlinux.empty()) kernels_.push_back(options.vmlinux);
}

void ModuleFiles::SetRelease(std::string_view release) {
  if (has_usual_places_ || release.find('/') != std::string_view::npos) return;
  release_ = release;
}

void ModuleFiles::AddUsualPlaces() {
  if (has_usual_places_) return;
  has_usual_places_ = true;
  const std::string release = release_.empty() ? RunningRelease() : release_;
  if (release.empty()) return;
  for (const char* directory :
       {"/usr/lib/debug/lib/modules/", "/usr/lib/debug/usr/lib/modules/",
        "/lib/modules/"}) {
    if (const std::string path = directory + release; IsThere(path))
      set_.AddDirectory(path);
  }
  if (!options_.vmlinux.empty()) return;
  for (const char* path :
       {"/usr/lib/debug/boot/vmlinux-", "/usr/lib/debug/lib/modules/",
        "/boot/vmlinux-", "/lib/modules/"}) {
    kernels_.push_back(path + release);
    kernels_.push_back(path + release + "/vmlinux");
    kernels_.push_back(path + release + "/build/vmlinux");
  }
}

ModuleFiles::Known ModuleFiles::Open(std::uint32_t index) {
  Dwreloc_Module* module = nullptr;
  if (dwreloc_set_module(set_.raw(), index, &module) < 0)
    return {std::nullopt, dwreloc::Error::Last().what()};
  const dwreloc::FileView file(module);
  if (file.units().begin() == file.units().end())
    return {std::nullopt, std::string(file.info().name) + " has no DWARF"};
  return {file, ""};
}

ModuleFiles::Known ModuleFiles::FindModule(const std::string& name) {
  Known best{std::nullopt, "no file of module " + name};
  bool is_first = true;
  for (int round = 0; round < 2; ++round) {
    const std::uint32_t begin = round == 0 ? 0 : set_.size();
    if (round == 1) AddUsualPlaces();
    auto index = set_.Find(name.c_str(), begin);
    for (; index; index = set_.Find(name.c_str(), *index + 1)) {
      Known found = Open(*index);
      if (found.file) return found;
      if (is_first) best = std::move(found);
      is_first = false;
    }
  }
  return best;
}

ModuleFiles::Known ModuleFiles::FindKernel() {
  if (options_.vmlinux.empty()) AddUsualPlaces();
  for (const std::string& path : kernels_) {
    struct stat info;
    if (path != options_.vmlinux &&
        (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)))
      continue;
    Known found = Open(set_.AddFile(path));
    if (found.file || path == options_.vmlinux) return found;
  }
  return {std::nullopt, "no vmlinux with DWARF (--vmlinux=FILE)"};
}

std::optional<dwreloc::FileView> ModuleFiles::Find(std::string_view name,
                                                   std::string_view build_id,
                                                   std::string* why) {
  std::string key(name);
  auto known = known_.find(key);
  if (known == known_.end()) {
    Known found = key.empty() ? FindKernel() : FindModule(key);
    known = known_.emplace(std::move(key), std::move(found)).first;
  }
  const Known& found = known->second;
  *why = found.why;
  if (!found.file) return std::nullopt;
  if (build_id.empty()) return found.file;
  const std::string own = BuildIdOf(*found.file);
  if (own.empty() || own == build_id) return found.file;
  *why = std::string(found.file->info().name) + " is another build: build-id " +
         own + ", the trace has " + std::string(build_id);
  return std::nullopt;
}

}  // namespace dwreloc_tools
