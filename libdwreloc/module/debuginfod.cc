#include "module/debuginfod.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

// The functions of elfutils/debuginfod.h that are needed.  The library stays
// loaded: its threads and handlers do not end when it is closed.
struct Debuginfod {
  using Client = void;
  Client* (*begin)() = nullptr;
  void (*end)(Client*) = nullptr;
  int (*find_debuginfo)(Client*, const unsigned char* build_id, int size,
                        char** path) = nullptr;

  static const Debuginfod& Get() {
    static const Debuginfod loaded = Load();
    return loaded;
  }

  bool ok() const {
    return begin != nullptr && end != nullptr && find_debuginfo != nullptr;
  }

 private:
  static Debuginfod Load() {
    Debuginfod result;
    void* const library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return result;
    const auto find = [library](auto* function, const char* name) {
      void* const symbol = dlsym(library, name);
      static_assert(sizeof(symbol) == sizeof(*function));
      std::memcpy(function, &symbol, sizeof(symbol));
    };
    find(&result.begin, "debuginfod_begin");
    find(&result.end, "debuginfod_end");
    find(&result.find_debuginfo, "debuginfod_find_debuginfo");
    return result;
  }
};

}  // namespace

absl::StatusOr<std::string> FetchDebugFile(Bytes build_id) {
  const Debuginfod& library = Debuginfod::Get();
  if (!library.ok()) {
    return MakeError(ErrorCode::kNotFound, "libdebuginfod is not installed");
  }
  // A size of 0 means a text to libdebuginfod.
  if (build_id.empty()) {
    return MakeError(ErrorCode::kNotFound, "the file has no build-id");
  }
  const std::unique_ptr<void, void (*)(void*)> client(library.begin(),
                                                      library.end);
  if (client == nullptr) {
    return MakeError(ErrorCode::kNotFound, "libdebuginfod cannot be used");
  }
  char* path = nullptr;
  const int fd = library.find_debuginfo(
      client.get(), build_id.data(), static_cast<int>(build_id.size()), &path);
  const std::unique_ptr<char, void (*)(void*)> owned(path, std::free);
  if (fd < 0) {
    return MakeError(
        ErrorCode::kNotFound,
        absl::StrCat("no debuginfod server has it: ", std::strerror(-fd)));
  }
  close(fd);
  if (path == nullptr) {
    return MakeError(ErrorCode::kNotFound, "libdebuginfod gives no path");
  }
  return std::string(path);
}

}  // namespace dwreloc::internal
