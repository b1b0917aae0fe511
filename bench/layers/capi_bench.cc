// capi/: the same reading inside the library and through dwreloc.h.
//
// "/inside" is linked into this program; "/capi" calls libdwreloc.so, as a
// user's program does.

#include "measure.h"
#include "workloads/capi_workloads.h"
#include "workloads/dwarf_workloads.h"

namespace dwreloc_bench {
namespace {

using namespace dwreloc::internal;  // NOLINT: the workloads, most of them

constexpr uint64_t kFunctions = 1 << 12;
constexpr uint64_t kRows = 1 << 17;
constexpr uint64_t kLists = 1 << 13;

void RegisterPair(const std::string& name, const char* item,
                  std::function<Work()> inside, std::function<Work()> capi) {
  Register(name + "/inside", item, std::move(inside));
  Register(name + "/capi", item, std::move(capi));
}

void RegisterAll() {
  RegisterPair(
      "walk", "attribute", [] { return WalkDies(kFunctions); },
      [] { return WalkDiesC(kFunctions); });
  RegisterPair(
      "strings", "string", [] { return ReadStrings(kFunctions); },
      [] { return ReadStringsC(kFunctions); });
  RegisterPair(
      "values", "value", [] { return ReadValues(kFunctions); },
      [] { return ReadValuesC(kFunctions); });
  Register("addresses/capi", "value",
           [] { return ReadAddressesC(kFunctions); });
  RegisterPair(
      "lines", "row", [] { return ReadLines(kRows); },
      [] { return ReadLinesC(kRows); });
  RegisterPair(
      "ranges", "entry", [] { return ReadRanges(5, kLists); },
      [] { return ReadRangesC(5, kLists); });
  RegisterPair(
      "locations", "entry", [] { return ReadLocations(5, kLists); },
      [] { return ReadLocationsC(5, kLists); });
}

}  // namespace
}  // namespace dwreloc_bench

int main(int argc, char** argv) {
  dwreloc_bench::RegisterAll();
  return dwreloc_bench::Main(argc, argv);
}
