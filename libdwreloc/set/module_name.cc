#include "set/module_name.h"

#include <algorithm>

namespace dwreloc::internal {
namespace {

bool Remove(std::string_view suffix, std::string_view& name) {
  if (!name.ends_with(suffix) || name.size() == suffix.size()) return false;
  name.remove_suffix(suffix.size());
  return true;
}

std::string_view WithoutSuffixes(std::string_view path, bool* is_module) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  for (const char* suffix : {".xz", ".gz", ".zst"}) {
    if (Remove(suffix, name)) break;
  }
  Remove(".debug", name);
  *is_module = Remove(".ko", name);
  return name;
}

}  // namespace

std::string_view ModuleNameOf(std::string_view path) {
  bool is_module;
  const std::string_view name = WithoutSuffixes(path, &is_module);
  // Other files keep their names: vmlinux, vmlinux.debug, app.o.
  return is_module ? name : path.substr(path.rfind('/') + 1);
}

bool IsModulePath(std::string_view path) {
  bool is_module;
  WithoutSuffixes(path, &is_module);
  return is_module;
}

std::string ModuleKey(std::string_view name) {
  std::string key(name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

}  // namespace dwreloc::internal
