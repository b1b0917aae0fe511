// dwarf/: abbreviations, attributes by form class, DIEs, strings, line
// programs, lists of both generations, expressions, call frames.

#include "measure.h"
#include "workloads/dwarf_workloads.h"

namespace dwreloc_bench {
namespace {

using namespace dwreloc::internal;  // NOLINT: the workloads, most of them

// Inputs of about a megabyte: larger than the first-level cache, as real ones.
constexpr uint64_t kDies = 1 << 14;
constexpr uint64_t kFunctions = 1 << 12;
constexpr uint64_t kRows = 1 << 17;
constexpr uint64_t kLists = 1 << 13;
constexpr uint64_t kFdes = 1 << 14;

struct {
  const char* name;
  FormClass form_class;
} constexpr kForms[] = {
    {"address", FormClass::kAddress},   {"string", FormClass::kString},
    {"inline", FormClass::kInline},     {"constant", FormClass::kConstant},
    {"implicit", FormClass::kImplicit}, {"reference", FormClass::kReference},
    {"offset", FormClass::kOffset},     {"block", FormClass::kBlock},
    {"index", FormClass::kIndex},
};

void RegisterAll() {
  for (const uint64_t count : {8, 64, 512}) {
    Register("abbrevs/" + std::to_string(count), "attribute",
             [count] { return ParseAbbrevs(count); });
  }
  for (const auto& form : kForms) {
    Register(std::string("form/") + form.name, "attribute",
             [form] { return DecodeAttributes(form.form_class, kDies); });
  }
  Register("walk/next", "attribute", [] { return WalkDies(kFunctions); });
  Register("walk/visiting", "attribute", [] { return VisitDies(kFunctions); });
  Register("walk/skipping", "DIE", [] { return SkipDies(kFunctions); });
  Register("siblings", "DIE", [] { return StepDies(kFunctions); });
  Register("find_attribute", "DIE", [] { return FindNames(kFunctions); });
  Register("strings", "string", [] { return ReadStrings(kFunctions); });
  Register("values", "value", [] { return ReadValues(kFunctions); });
  Register("lines", "row", [] { return ReadLines(kRows); });
  Register("lines/singly", "row", [] { return ReadLines(kRows, 1); });
  for (const uint16_t version : {uint16_t{4}, uint16_t{5}}) {
    const std::string suffix = version < 5 ? "/old" : "/version5";
    Register("ranges" + suffix, "entry",
             [version] { return ReadRanges(version, kLists); });
    Register("locations" + suffix, "entry",
             [version] { return ReadLocations(version, kLists); });
  }
  Register("aranges", "tuple", [] { return ReadAranges(kLists); });
  Register("aranges/find", "lookup", [] { return FindAranges(kLists); });
  Register("names", "name", [] { return ReadNames(kLists); });
  Register("names/find", "lookup", [] { return FindIndexedNames(kLists); });
  Register("expressions", "operation", [] { return ReadExpressions(kDies); });
  Register("cfi/entries", "entry", [] { return ReadFrames(kFdes); });
  Register("cfi/rows", "row", [] { return ReadFrameRows(kFdes); });
}

}  // namespace
}  // namespace dwreloc_bench

int main(int argc, char** argv) {
  dwreloc_bench::RegisterAll();
  return dwreloc_bench::Main(argc, argv);
}
