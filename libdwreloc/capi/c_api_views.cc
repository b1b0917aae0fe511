// View numbers of location lists: forwards.
// Tested by tests/api.

#include "capi/arguments.h"
#include "capi/operands.h"
#include "capi/zero.h"
#include "dwarf/lists/loc_views.h"

namespace dwreloc::internal {
namespace {

// What a Dwreloc_Views holds.
struct ViewsState {
  const Module* module;
  LocationViews views;
};

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_views_begin(const Dwreloc_Die* die, Dwreloc_Views* views) try {
  DWRELOC_NOT_NULL(die, views);
  Clear(views);
  DWRELOC_FILLED(die);
  const absl::StatusOr<std::optional<LocationViews>> found =
      LocationViews::Of(Unwrap(die));
  if (!found.ok()) return FailAt(Unwrap(die), found.status());
  if (!found->has_value()) return 0;
  Emplace(views,
          ViewsState{.module = &ModuleOf(*Unwrap(die).unit), .views = **found});
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_views_next(Dwreloc_Views* views, Dwreloc_View_Pair* pair) try {
  DWRELOC_NOT_NULL(views, pair);
  ViewsState* state = In<ViewsState>(views);
  DWRELOC_BEGUN(state, views);
  SetZero(pair);
  ViewPair next;
  if (!state->views.Next(&next)) {
    return state->views.ok() ? 0 : Fail(*state->module, state->views.status());
  }
  pair->begin = Wrap(*state->module, next.begin);
  pair->end = Wrap(*state->module, next.end);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_views_extent(const Dwreloc_Views* views, uint32_t* section,
                         uint64_t* offset, uint64_t* size) try {
  DWRELOC_NOT_NULL(views, section, offset, size);
  const ViewsState* state = In<const ViewsState>(views);
  DWRELOC_BEGUN(state, views);
  const absl::StatusOr<uint64_t> end = EndOf(state->views);
  if (!end.ok()) return Fail(*state->module, end.status());
  *section = state->views.section();
  *offset = state->views.offset();
  *size = *end - state->views.offset();
  return 1;
} catch (...) {
  return FailCaught();
}
