// Reads the split units of one file through the skeletons of another.
//
// Input: the size of the skeletons' file (4 bytes, little-endian), that file,
// and behind it the one with split units, a .dwo or .dwp file.

#include <cstddef>
#include <cstdint>

#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/value.h"
#include "fuzz_file.h"
#include "module/module.h"
#include "read_lists.h"

namespace dwreloc::internal {
namespace {

void ReadAttribute(const Attribute& attribute) {
  switch (attribute.attribute_class) {
    case AttributeClass::kString:
      return CheckResult(StringOf(attribute));
    case AttributeClass::kAddress:
      return CheckResult(AttributeValue(attribute));
    case AttributeClass::kLoclist:
      return ReadList<LocationList>(attribute);
    case AttributeClass::kRnglist:
      return ReadList<RangeList>(attribute);
    case AttributeClass::kExprloc:
      return ReadExpression(*attribute.unit, attribute.unit->view(),
                            attribute.data, attribute.value);
    default:
      return;
  }
}

void ReadMacros(const Unit& unit) {
  absl::StatusOr<std::optional<MacroReader>> macros = MacroReader::OfUnit(unit);
  if (!macros.ok()) return CheckError(macros.status());
  if (!macros->has_value()) return;
  MacroReader& reader = **macros;
  reader.set_follows_imports(true);
  CheckResult(reader.LinePlace());
  MacroEntry entry;
  for (int i = 0; i < kMaxReferences && reader.Next(&entry); ++i) {
    CheckResult(MacroStringOf(unit.sections(), entry));
    CheckResult(ImportPlaceOf(unit.sections(), entry));
  }
  if (!reader.ok()) CheckError(reader.status());
}

void ReadUnit(const Unit& unit, const Module& skeletons, int* count) {
  const Unit* skeleton = unit.skeleton();
  Check(skeleton == nullptr || &skeleton->info() == &skeletons.info());
  CheckResult(Module::Of(unit.sections()).LineTableOf(unit));
  ReadMacros(unit);
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  if (!walk.ok()) return CheckError(walk.status());
  Die die;
  uint32_t depth;
  while (*count < kMaxReferences &&
         walk->NextVisiting(&die, &depth, [&](const Attribute& attribute) {
           if (++*count < kMaxReferences) ReadAttribute(attribute);
         })) {
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const auto [first_image, second_image] = TwoFiles(data, size);
  auto first = ElfFile::OpenMemory(first_image, "skeletons");
  auto second = ElfFile::OpenMemory(second_image, "split");
  if (!first.ok() || !second.ok()) return 0;
  const Module skeletons(*std::move(first));
  const Module split(*std::move(second), {.skeletons = &skeletons.info()});
  int count = 0;
  for (const Unit& unit : split.info().units()) {
    if (unit.is_split()) ReadUnit(unit, skeletons, &count);
  }
  for (const Unit& unit : skeletons.info().units()) {
    const std::optional<uint64_t> id = unit.bases().dwo_id;
    if (unit.is_split() || !id.has_value()) continue;
    const auto found = split.info().FindSplitUnit(*id);
    if (!found.ok()) CheckError(found.status());
    if (found.ok() && *found != nullptr) Check((*found)->is_split());
  }
  return 0;
}
