// Copies of files for readers that know no relocations: forwards.
// Tested by tests/api.

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "capi/arguments.h"
#include "write/materialize.h"

using namespace dwreloc::internal;  // NOLINT: the C API is global

struct Dwreloc_Image {
  Materialized materialized;
};

static_assert(static_cast<int>(MaterializeMode::kFull) ==
              DWRELOC_MATERIALIZE_FULL);
static_assert(static_cast<int>(MaterializeMode::kStatic) ==
              DWRELOC_MATERIALIZE_STATIC);

int dwreloc_materialize(const Dwreloc_Module* module, uint32_t mode,
                        uint32_t flags, Dwreloc_Image** image) try {
  DWRELOC_NOT_NULL(module, image);
  *image = nullptr;
  DWRELOC_EXPECT(mode <= DWRELOC_MATERIALIZE_STATIC, mode, "is none");
  constexpr uint32_t kKnown = DWRELOC_MATERIALIZE_EXEC |
                              DWRELOC_MATERIALIZE_STRICT |
                              DWRELOC_MATERIALIZE_NO_CODE;
  DWRELOC_EXPECT((flags & ~kKnown) == 0, flags, "has one that is unknown");
  absl::StatusOr<Materialized> made =
      Materialize(Unwrap(module),
                  {.mode = static_cast<MaterializeMode>(mode),
                   .make_executable = (flags & DWRELOC_MATERIALIZE_EXEC) != 0,
                   .is_strict = (flags & DWRELOC_MATERIALIZE_STRICT) != 0,
                   .drop_code = (flags & DWRELOC_MATERIALIZE_NO_CODE) != 0});
  if (!made.ok()) return Fail(module, made.status());
  *image = new Dwreloc_Image{*std::move(made)};
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

void dwreloc_image_free(Dwreloc_Image* image) { delete image; }

int dwreloc_image_info(const Dwreloc_Image* image,
                       Dwreloc_Image_Info* info) try {
  DWRELOC_NOT_NULL(image, info);
  const Materialized& made = image->materialized;
  const ErrorDetail detail = GetDetail(made.first_failure);
  *info = {};
  info->bytes = made.image.data();
  info->size = made.image.size();
  info->sections_placed = made.placed;
  info->records_applied = made.applied;
  info->records_left = made.left;
  info->first_failure = -static_cast<int32_t>(detail.code);
  info->first_section = detail.section;
  info->first_offset = detail.offset;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_image_memfd(const Dwreloc_Image* image, int* fd) try {
  DWRELOC_NOT_NULL(image, fd);
  *fd = -1;
  const int made = memfd_create("dwreloc", MFD_CLOEXEC);
  if (made < 0) {
    return Fail(nullptr, SystemError(errno, "cannot make a memory file"));
  }
  const Materialized& from = image->materialized;
  size_t done = 0;
  while (done < from.image.size()) {
    const ssize_t written =
        write(made, from.image.data() + done, from.image.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int error = errno;
      close(made);
      return Fail(nullptr, SystemError(error, "cannot write a memory file"));
    }
    done += static_cast<size_t>(written);
  }
  if (lseek(made, 0, SEEK_SET) < 0) {
    const int error = errno;
    close(made);
    return Fail(nullptr, SystemError(error, "cannot rewind a memory file"));
  }
  *fd = made;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
