// Obstacles to rewriting: forwards.
// Tested by tests/api.

#include "audit/obstacles.h"
#include "capi/arguments.h"

namespace dwreloc::internal {
namespace {

Dwreloc_Obstacle Wrap(const Module& module, const Obstacle& obstacle) {
  Dwreloc_Obstacle wrapped = {};
  wrapped.kind = static_cast<uint32_t>(obstacle.kind);
  wrapped.section = obstacle.section;
  wrapped.offset = obstacle.offset;
  wrapped.count = obstacle.count;
  wrapped.text = module.Keep(obstacle.text);
  return wrapped;
}

bool HasSection(const Module& module, uint32_t section) {
  return section < module.file().section_count();
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_section_is_rewritable(const Dwreloc_Module* module,
                                  uint32_t section,
                                  Dwreloc_Obstacle* obstacle) try {
  DWRELOC_NOT_NULL(module, obstacle);
  *obstacle = {};
  const Module& m = Unwrap(module);
  if (!HasSection(m, section)) {
    return Fail(m, ErrorCode::kNotFound, "no section of that index");
  }
  const std::vector<Obstacle> found = Obstacles(m).Of(section);
  if (found.empty()) return 1;
  *obstacle = Wrap(m, found.front());
  return 0;
} catch (...) {
  return FailCaught();
}

int dwreloc_obstacles(const Dwreloc_Module* module, uint32_t section,
                      int (*visit)(void* user, uint32_t section,
                                   const Dwreloc_Obstacle* obstacle),
                      void* user) try {
  DWRELOC_NOT_NULL(module, visit);
  const Module& m = Unwrap(module);
  if (section != DWRELOC_NO_SECTION && !HasSection(m, section)) {
    return Fail(m, ErrorCode::kNotFound, "no section of that index");
  }
  const Obstacles obstacles(m);
  for (const uint32_t index : obstacles.SectionsOf(section)) {
    const std::vector<Obstacle> found = obstacles.Of(index);
    int result = found.empty() ? visit(user, index, nullptr) : 0;
    for (size_t i = 0; i < found.size() && result == 0; ++i) {
      const Dwreloc_Obstacle obstacle = Wrap(m, found[i]);
      result = visit(user, index, &obstacle);
    }
    if (result != 0) return result;
  }
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
