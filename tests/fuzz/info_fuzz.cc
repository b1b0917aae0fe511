// Reads every unit, DIE and attribute of a file, and follows what attributes
// say: strings, addresses, references, relatives.
//
// Sections of built files: .debug_info, .debug_abbrev, .debug_str_offsets,
// .debug_addr, .debug_types, .debug_str.

#include <cstddef>
#include <cstdint>

#include "dwarf/tree/abbrev_walk.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/strings.h"
#include "fuzz_file.h"
#include "support/walks.h"

namespace dwreloc::internal {
namespace {

void ReadAttribute(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const uint64_t size = unit.view().bytes.size();
  Check(attribute.offset == kNoOffset || attribute.offset <= unit.end());
  if (attribute.attribute_class == AttributeClass::kString) {
    const absl::StatusOr<std::string_view> string = StringOf(attribute);
    CheckResult(string);
    if (string.ok()) Check(string->data()[string->size()] == '\0');
    CheckResult(StringPlaceOf(attribute));
  } else {
    Check(!StringOf(attribute).ok());
  }
  if (IsBlockForm(attribute.form)) {
    Check(Fits(attribute.data, attribute.value, unit.end()));
    Check(unit.end() <= size);
  }
  if (IsAddressIndexForm(attribute.form)) {
    CheckResult(AddressOf(attribute));
  }
  if (attribute.attribute_class == AttributeClass::kReference) {
    CheckResult(ReadDie(unit, unit.offset() + attribute.value));
    (void)unit.info().FindUnit({unit.section(), attribute.value});
    (void)unit.info().FindTypeUnit(attribute.value);
  }
}

// Relatives cost walks of their own, so a few DIEs of each unit must do.
void ReadRelatives(const Die& die) {
  const absl::StatusOr<std::optional<Die>> child = FirstChild(die);
  CheckResult(child);
  if (child.ok() && child->has_value()) {
    Check((*child)->offset > die.offset);
  }
  const absl::StatusOr<std::optional<Die>> sibling = NextSibling(die);
  CheckResult(sibling);
  if (sibling.ok() && sibling->has_value()) {
    Check((*sibling)->offset > die.offset);
  }
  const absl::StatusOr<std::optional<Die>> parent = Parent(die);
  CheckResult(parent);
  if (parent.ok() && parent->has_value()) {
    Check((*parent)->offset < die.offset);
  }
}

void ReadUnit(const Unit& unit) {
  Check(unit.first_die() <= unit.end() &&
        unit.end() <= unit.view().bytes.size());
  Check(unit.info().FindUnit({unit.section(), unit.offset()}) == &unit);
  (void)unit.bases();
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  if (!walk.ok()) return CheckError(walk.status());
  Die die;
  uint32_t depth;
  uint64_t last = unit.offset();
  int relatives = 0;
  while (walk->NextVisiting(&die, &depth, ReadAttribute)) {
    Check(die.offset > last && die.offset < unit.end());
    last = die.offset;
    if (++relatives <= 16) ReadRelatives(die);
    Attribute attributes[4];
    size_t count;
    Check(ReadAttributes(die, attributes, 4, &count).ok());
  }
  if (!walk->ok()) CheckError(walk->status());
  Check(DifferenceOfWalks(unit).empty());
}

// All declarations as stored; compiled tables have no others.
void ReadAbbrevs(const FuzzFile& file) {
  const AbbrevStarts starts(file.info());
  absl::StatusOr<AbbrevWalk> walk = AbbrevWalk::OfSections(starts, kNoSection);
  Check(walk.ok());
  while (true) {
    AbbrevReader::Declaration abbrev;
    const absl::StatusOr<bool> found = walk->Next(&abbrev);
    if (!found.ok()) {
      CheckError(found.status());
      continue;
    }
    if (!*found) break;
    Check(abbrev.offset >= walk->table_offset() && abbrev.code != 0);
    uint64_t last = abbrev.offset;
    uint64_t count = 0;
    RawAbbrevAttribute attribute;
    while (walk->NextAttribute(&attribute)) {
      Check(attribute.offset > last && attribute.offset < abbrev.end);
      last = attribute.offset;
      ++count;
    }
    Check(count == abbrev.attribute_count);
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(data, size,
                      {".debug_info", ".debug_abbrev", ".debug_str_offsets",
                       ".debug_addr", ".debug_types", ".debug_str"});
  if (!file.ok()) return 0;
  for (const absl::Status& error : file.info().errors()) CheckError(error);
  for (const Unit& unit : file.info().units()) ReadUnit(unit);
  ReadAbbrevs(file);
  return 0;
}
