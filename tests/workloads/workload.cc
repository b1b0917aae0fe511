#include "workloads/workload.h"

#include <cstdio>
#include <cstdlib>

#include "workloads/capi_workloads.h"
#include "workloads/dwarf_workloads.h"
#include "workloads/read_workloads.h"
#include "workloads/reloc_workloads.h"

namespace dwreloc::internal {
namespace {

constexpr const char* kModule = DWRELOC_WORKLOAD_MODULE;

NamedWorkload Digest(const char* name, const RecordsSpec& spec) {
  return {name, "record", [spec] { return DigestRecords(spec); }};
}

NamedWorkload LookUp(const char* name, RecordWidths widths, LookupOrder order) {
  return {name, "lookup",
          [widths, order] { return LookUpRecords({.widths = widths}, order); }};
}

NamedWorkload Decode(const char* name, FormClass form_class) {
  return {name, "attribute",
          [form_class] { return DecodeAttributes(form_class); }};
}

}  // namespace

void GiveUp(const char* what) {
  std::fprintf(stderr, "workload: %s\n", what);
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) GiveUp(status.ToString().c_str());
}

const std::vector<NamedWorkload>& FixedWorkloads() {
  using enum RecordWidths;
  using enum LookupOrder;
  static const auto* workloads = new std::vector<NamedWorkload>{
      Digest("digest_4", {.widths = k4}),
      Digest("digest_8", {.widths = k8}),
      Digest("digest_mixed", {.widths = kMixed}),
      Digest("digest_mixed_unsorted", {.widths = kMixed, .is_sorted = false}),
      Digest("digest_rel_i386", {.target = kI386}),
      LookUp("lookup_sequential", kMixed, kSequential),
      LookUp("lookup_strided", kMixed, kStrided),
      LookUp("lookup_random", kMixed, kRandom),
      LookUp("lookup_miss", kMixed, kMiss),
      {"uleb_1", "number", [] { return ReadUleb(1); }},
      {"uleb_2", "number", [] { return ReadUleb(2); }},
      {"uleb_5", "number", [] { return ReadUleb(5); }},
      {"uleb_10", "number", [] { return ReadUleb(10); }},
      {"uleb_mixed", "number", [] { return ReadUleb(kMixedLengths); }},
      {"sleb_mixed", "number", [] { return ReadSleb(kMixedLengths); }},
      {"abbrevs", "attribute", [] { return ParseAbbrevs(); }},
      Decode("form_address", FormClass::kAddress),
      Decode("form_string", FormClass::kString),
      Decode("form_inline", FormClass::kInline),
      Decode("form_constant", FormClass::kConstant),
      Decode("form_implicit", FormClass::kImplicit),
      Decode("form_reference", FormClass::kReference),
      Decode("form_offset", FormClass::kOffset),
      Decode("form_block", FormClass::kBlock),
      Decode("form_index", FormClass::kIndex),
      {"walk", "attribute", [] { return WalkDies(); }},
      {"walk_visiting", "attribute", [] { return VisitDies(); }},
      {"walk_skipping", "DIE", [] { return SkipDies(); }},
      {"siblings", "DIE", [] { return StepDies(); }},
      {"find_attribute", "DIE", [] { return FindNames(); }},
      {"strings", "string", [] { return ReadStrings(); }},
      {"values", "value", [] { return ReadValues(); }},
      {"lines", "row", [] { return ReadLines(); }},
      {"lines_singly", "row", [] { return ReadLines(1024, 1); }},
      {"ranges_4", "list entry", [] { return ReadRanges(4); }},
      {"ranges_5", "list entry", [] { return ReadRanges(5); }},
      {"locations_4", "list entry", [] { return ReadLocations(4); }},
      {"locations_5", "list entry", [] { return ReadLocations(5); }},
      {"aranges", "tuple", [] { return ReadAranges(); }},
      {"find_arange", "lookup", [] { return FindAranges(); }},
      {"names", "name", [] { return ReadNames(); }},
      {"find_name", "lookup", [] { return FindIndexedNames(); }},
      {"expressions", "operation", [] { return ReadExpressions(); }},
      {"cfi_entries", "entry", [] { return ReadFrames(); }},
      {"cfi_rows", "row", [] { return ReadFrameRows(); }},
      {"c_walk", "attribute", [] { return WalkDiesC(); }},
      {"c_walk_many", "attribute", [] { return WalkManyDiesC(); }},
      {"c_strings", "string", [] { return ReadStringsC(); }},
      {"c_values", "value", [] { return ReadValuesC(); }},
      {"c_addresses", "value", [] { return ReadAddressesC(); }},
      {"c_lines", "row", [] { return ReadLinesC(); }},
      {"c_ranges", "list entry", [] { return ReadRangesC(); }},
      {"c_locations", "list entry", [] { return ReadLocationsC(); }},
      {"module_open", "section", [] { return OpenFile(kModule); }},
      {"module_walk", "attribute", [] { return WalkFile(kModule); }},
      {"module_strings", "string", [] { return ReadFileStrings(kModule); }},
      {"module_lines", "row", [] { return ReadFileLines(kModule); }},
      {"module_lists", "list entry", [] { return ReadFileLists(kModule); }},
  };
  return *workloads;
}

}  // namespace dwreloc::internal
