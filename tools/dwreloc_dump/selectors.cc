// selectors.cc - see selectors.h.
#include "selectors.h"

#include <iterator>

#include "dump.h"

namespace dwreloc_tools {
namespace {

constexpr bool kInAll = true;
constexpr bool kOnRequest = false;

constexpr Selector kSelectors[] = {
#define SELECTOR(name, printer, when, kinds, help) \
  {name, help, k##when, printer, nullptr},
#define UNIT_SELECTOR(name, view, when, kinds, help) \
  {name, help, k##when, nullptr, view},
#include "selectors.inc"
#undef SELECTOR
#undef UNIT_SELECTOR
};
static_assert(std::size(kSelectors) <= Selection().size());

}  // namespace

std::span<const Selector> AllSelectors() { return kSelectors; }

}  // namespace dwreloc_tools
