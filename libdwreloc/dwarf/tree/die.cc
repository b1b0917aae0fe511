#include "dwarf/tree/die.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// Moves the cursor past the value of one attribute.
absl::Status SkipAttribute(const Die& die, const AttributeSpec& spec,
                           RelocCursor& cursor) {
  if (HasFixedSize(spec.op)) {
    cursor.Skip(spec.width);
    return cursor.status();
  }
  Attribute attribute;
  return DecodeAttribute(cursor, spec, die.unit->encoding(), &attribute)
             ? absl::OkStatus()
             : FormError(cursor, attribute);
}

// A cursor after all values of the DIE.
absl::StatusOr<RelocCursor> BehindAttributes(const Die& die) {
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  const uint32_t size = die.abbrev->fixed_size;
  if (size != Abbrev::kVariableSize && size <= cursor.remaining()) {
    cursor.Skip(size);
    return cursor;
  }
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    DWRELOC_RETURN_IF_ERROR(SkipAttribute(die, spec, cursor));
  }
  return cursor;
}

}  // namespace

absl::Status UnknownAbbrev(const Unit& unit, uint64_t offset, uint64_t code) {
  const DebugAbbrevOffset abbrevs = unit.abbrev_offset();
  std::string text =
      absl::StrCat("no abbreviation ", code, " in the table at ",
                   abbrevs.section == kNoSection
                       ? ".debug_abbrev"
                       : unit.sections().file().Describe(abbrevs.section),
                   "+0x", absl::Hex(abbrevs.value));
  const absl::StatusOr<const AbbrevTable*>& table = unit.abbrevs();
  if (table.ok() && !(*table)->status().ok()) {
    absl::StrAppend(
        &text, ", which was not read in full: ", (*table)->status().message());
  }
  return MakeError(ErrorCode::kBadDwarf, unit.section(), offset, text);
}

absl::StatusOr<std::optional<Die>> ReadDie(const Unit& unit, uint64_t offset) {
  if (offset < unit.first_die() || offset >= unit.end()) {
    return MakeError(ErrorCode::kNotFound, unit.section(), offset,
                     absl::StrCat("no DIE there: the unit's DIEs are at 0x",
                                  absl::Hex(unit.first_die()), " to 0x",
                                  absl::Hex(unit.end())));
  }
  const absl::StatusOr<const AbbrevTable*>& table =
      offset == unit.first_die() ? unit.root_abbrevs() : unit.abbrevs();
  if (!table.ok()) return table.status();
  RelocCursor cursor = unit.CursorAt(offset);
  const uint64_t code = cursor.Uleb();
  if (!cursor.ok()) return cursor.status();
  if (code == 0) return std::nullopt;
  const Abbrev* abbrev = (*table)->Find(code);
  if (abbrev == nullptr) return UnknownAbbrev(unit, offset, code);
  Die die;
  MakeDie(unit, offset, *abbrev, cursor.offset(), &die);
  return die;
}

absl::StatusOr<Die> RootDie(const Unit& unit) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> die,
                           ReadDie(unit, unit.first_die()));
  if (!die.has_value()) {
    return MakeError(ErrorCode::kBadDwarf, unit.section(), unit.first_die(),
                     "the unit begins with a null entry");
  }
  return *die;
}

std::optional<uint64_t> SiblingOffset(const Unit& unit,
                                      const Attribute& sibling) {
  if (!IsUnitReferenceForm(sibling.form) ||
      sibling.value >= unit.end() - unit.offset()) {
    return std::nullopt;
  }
  return unit.offset() + sibling.value;
}

absl::StatusOr<std::optional<Die>> FirstChild(const Die& die) {
  if (!die.has_children) return std::nullopt;
  DWRELOC_ASSIGN_OR_RETURN(const RelocCursor cursor, BehindAttributes(die));
  if (cursor.at_end()) {
    return MakeError(ErrorCode::kTruncated, die.unit->section(),
                     cursor.offset(), "the unit ends where children begin");
  }
  return ReadDie(*die.unit, cursor.offset());
}

absl::StatusOr<std::optional<Die>> NextSibling(const Die& die) {
  const Unit& unit = *die.unit;
  if (!die.has_children) {
    DWRELOC_ASSIGN_OR_RETURN(const RelocCursor cursor, BehindAttributes(die));
    if (cursor.at_end()) return std::nullopt;
    return ReadDie(unit, cursor.offset());
  }
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> sibling,
                           FindAttribute(die, DW_AT_sibling));
  // Only a sibling further on is trusted.
  if (sibling.has_value()) {
    const std::optional<uint64_t> offset = SiblingOffset(unit, *sibling);
    if (offset.has_value() && *offset > die.attributes_offset) {
      return ReadDie(unit, *offset);
    }
  }
  DWRELOC_ASSIGN_OR_RETURN(DieWalk walk, DieWalk::OfSubtree(die));
  Die inner;
  uint32_t depth;
  size_t count;
  while (walk.Next(&inner, &depth, nullptr, 0, &count) ||
         (!walk.ok() && walk.TakeDetour())) {
  }
  DWRELOC_RETURN_IF_ERROR(walk.status());
  if (walk.offset() >= unit.end()) return std::nullopt;
  return ReadDie(unit, walk.offset());
}

absl::StatusOr<std::optional<Die>> Parent(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(DieWalk walk, DieWalk::OfUnit(*die.unit));
  std::vector<Die> ancestors;
  Die current;
  uint32_t depth;
  size_t count;
  absl::Status lost;  // of a DIE that the walk could not read
  while (walk.Next(&current, &depth, nullptr, 0, &count) || !walk.ok()) {
    if (!walk.ok()) lost = walk.status();
    ancestors.resize(depth);
    if (current.offset == die.offset) {
      if (ancestors.empty()) return std::nullopt;
      return ancestors.back();
    }
    if (current.offset > die.offset) break;
    ancestors.push_back(current);
    if (!walk.ok() && !walk.TakeDetour()) break;
  }
  DWRELOC_RETURN_IF_ERROR(lost);
  return MakeError(ErrorCode::kNotFound, die.unit->section(), die.offset,
                   "no DIE begins there");
}

absl::Status ReadAttributes(const Die& die, Attribute* attributes,
                            size_t capacity, size_t* count) {
  *count = 0;
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  const Encoding encoding = die.unit->encoding();
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, encoding, &attribute)) {
      return FormError(cursor, attribute);
    }
    attribute.unit = die.unit;
    if (*count < capacity) attributes[*count] = attribute;
    ++*count;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Attribute>> FindAttribute(const Die& die,
                                                       uint16_t name) {
  const std::span<const AttributeSpec> specs = die.abbrev->attributes();
  const auto wanted = std::find_if(
      specs.begin(), specs.end(),
      [name](const AttributeSpec& spec) { return spec.name == name; });
  if (wanted == specs.end()) return std::nullopt;
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  for (auto spec = specs.begin(); spec != wanted; ++spec) {
    DWRELOC_RETURN_IF_ERROR(SkipAttribute(die, *spec, cursor));
  }
  Attribute attribute;
  if (!DecodeAttribute(cursor, *wanted, die.unit->encoding(), &attribute)) {
    return FormError(cursor, attribute);
  }
  attribute.unit = die.unit;
  return attribute;
}

absl::Status FindAttributes(const Die& die, std::span<const uint16_t> names,
                            std::optional<Attribute>* found) {
  const auto place_of = [names](const AttributeSpec& spec) {
    return static_cast<size_t>(
        std::find(names.begin(), names.end(), spec.name) - names.begin());
  };
  std::span<const AttributeSpec> specs = die.abbrev->attributes();
  while (!specs.empty() && place_of(specs.back()) == names.size()) {
    specs = specs.first(specs.size() - 1);
  }
  if (specs.empty()) return absl::OkStatus();
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  for (const AttributeSpec& spec : specs) {
    const size_t place = place_of(spec);
    if (place == names.size() || found[place].has_value()) {
      DWRELOC_RETURN_IF_ERROR(SkipAttribute(die, spec, cursor));
      continue;
    }
    Attribute& attribute = found[place].emplace();
    if (!DecodeAttribute(cursor, spec, die.unit->encoding(), &attribute)) {
      return FormError(cursor, attribute);
    }
    attribute.unit = die.unit;
  }
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
