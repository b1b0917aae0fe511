// Units, DIEs, attributes and their values: forwards.
// Tested by tests/api.

#include <cstring>
#include <string_view>

#include "capi/arguments.h"
#include "dwarf/lists/pc.h"
#include "dwarf/tree/die_at.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/value.h"

namespace dwreloc::internal {
namespace {

// 1 with *result set, 0, or a failure.
int Give(const Die& from, const absl::StatusOr<std::optional<Die>>& die,
         Dwreloc_Die* result) {
  if (die.ok() && die->has_value()) [[likely]] {
    *Unwrap(result) = **die;
    return 1;
  }
  const int none = die.ok() ? 0 : FailAt(from, die.status());
  // What a loop ended on stays.
  if (Unwrap(result) != &from) *result = {};
  return none;
}

// A value, or the failure of its attribute.
template <typename Value, typename Result>
int Give(const Dwreloc_Attribute* attribute, const absl::StatusOr<Value>& value,
         Result* result) {
  if (!value.ok()) return FailAt(Unwrap(attribute), value.status());
  *result = *value;
  return DWRELOC_OK;
}

int GivePlace(const Dwreloc_Attribute* attribute,
              const absl::StatusOr<SectionPlace>& place, uint32_t* section,
              uint64_t* offset) {
  if (!place.ok()) return FailAt(Unwrap(attribute), place.status());
  *section = place->section;
  *offset = place->offset;
  return DWRELOC_OK;
}

// Kept apart, so that the common case needs no room for a status.
[[gnu::noinline]] int GiveString(const Attribute& attribute,
                                 const char** string, size_t* length) {
  const absl::StatusOr<std::string_view> found = StringOf(attribute);
  if (!found.ok()) return FailAt(attribute, found.status());
  *string = found->data();
  if (length != nullptr) *length = found->size();
  return DWRELOC_OK;
}

// What a walk returns that did not read a DIE to its end.
[[gnu::noinline]] int NoNext(const DieWalk& walk, Dwreloc_Die* die) {
  if (walk.read_before_error() == 0) *die = {};
  return walk.ok() ? 0 : Fail(ModuleOf(walk.unit()), walk.status());
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_units_next(const Dwreloc_Module* module,
                       const Dwreloc_Unit** unit) try {
  DWRELOC_NOT_NULL(module, unit);
  DWRELOC_EXPECT(*unit == nullptr || Wrap(&ModuleOf(Unwrap(*unit))) == module,
                 unit, "is of another module");
  const auto& units = Unwrap(module).info().units();
  const uint32_t next = *unit == nullptr ? 0 : Unwrap(*unit).number() + 1;
  if (next >= units.size()) {
    *unit = nullptr;
    return 0;
  }
  *unit = Wrap(&units[next]);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_error(const Dwreloc_Module* module, uint32_t number) try {
  DWRELOC_NOT_NULL(module);
  const std::vector<absl::Status>& errors = Unwrap(module).info().errors();
  return number < errors.size() ? Fail(module, errors[number]) : 0;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_count(const Dwreloc_Module* module, uint32_t* count) try {
  DWRELOC_NOT_NULL(module, count);
  *count = static_cast<uint32_t>(Unwrap(module).info().units().size());
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit(const Dwreloc_Module* module, uint32_t number,
                 const Dwreloc_Unit** unit) try {
  DWRELOC_NOT_NULL(module, unit);
  *unit = nullptr;
  if (number >= Unwrap(module).info().units().size()) {
    return Fail(module, ErrorCode::kNotFound, "no unit of that number");
  }
  *unit = Wrap(&Unwrap(module).info().units()[number]);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_info(const Dwreloc_Unit* unit, Dwreloc_Unit_Info* info) try {
  DWRELOC_NOT_NULL(unit, info);
  const Unit& u = Unwrap(unit);
  *info = {};
  info->section = u.section();
  info->version = u.encoding().version;
  info->unit_type = u.unit_type();
  info->address_size = u.encoding().address_size;
  info->offset_size = static_cast<uint8_t>(u.encoding().offset_size());
  info->offset = u.offset();
  info->header_size = u.header_size();
  info->end = u.end();
  info->abbrev_offset = u.abbrev_offset().value;
  const absl::StatusOr<SectionView>& abbrev =
      u.View(SectionId::kDebugAbbrev, u.abbrev_offset().section);
  info->abbrev_section = abbrev.ok() ? abbrev->index : DWRELOC_NO_SECTION;
  info->signature = u.signature();
  info->type_offset = u.type_offset();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

const Dwreloc_Module* dwreloc_unit_module(const Dwreloc_Unit* unit) {
  return unit == nullptr ? nullptr : Wrap(&ModuleOf(Unwrap(unit)));
}

int dwreloc_unit_split(const Dwreloc_Unit* skeleton,
                       const Dwreloc_Unit** split) try {
  DWRELOC_NOT_NULL(skeleton, split);
  *split = nullptr;
  const Unit& unit = Unwrap(skeleton);
  const absl::StatusOr<const Unit*> found =
      ModuleOf(unit).split_files().SplitOf(unit);
  if (!found.ok()) return FailAt(unit, found.status());
  if (*found == nullptr) return 0;
  *split = Wrap(*found);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_skeleton(const Dwreloc_Unit* split,
                          const Dwreloc_Unit** skeleton) try {
  DWRELOC_NOT_NULL(split, skeleton);
  const Unit* found = Unwrap(split).skeleton();
  *skeleton = found == nullptr ? nullptr : Wrap(found);
  return found == nullptr ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_die(const Dwreloc_Unit* unit, Dwreloc_Die* die) try {
  DWRELOC_NOT_NULL(unit, die);
  *die = {};
  const absl::StatusOr<Die> root = RootDie(Unwrap(unit));
  if (!root.ok()) return FailAt(Unwrap(unit), root.status());
  *Unwrap(die) = *root;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_die_at(const Dwreloc_Module* module, uint32_t section,
                   uint64_t offset, Dwreloc_Die* die) try {
  DWRELOC_NOT_NULL(module, die);
  *die = {};
  const absl::StatusOr<Die> found =
      DieAt(Unwrap(module).info(), {section, offset});
  if (!found.ok())
    return FailAt(Unwrap(module), {section, offset}, found.status());
  *Unwrap(die) = *found;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_child(const Dwreloc_Die* die, Dwreloc_Die* result) try {
  DWRELOC_NOT_NULL(die, result);
  DWRELOC_FILLED(die);
  return Give(Unwrap(die), FirstChild(Unwrap(die)), result);
} catch (...) {
  return FailCaught();
}

int dwreloc_sibling(const Dwreloc_Die* die, Dwreloc_Die* result) try {
  DWRELOC_NOT_NULL(die, result);
  DWRELOC_FILLED(die);
  return Give(Unwrap(die), NextSibling(Unwrap(die)), result);
} catch (...) {
  return FailCaught();
}

int dwreloc_parent(const Dwreloc_Die* die, Dwreloc_Die* result) try {
  DWRELOC_NOT_NULL(die, result);
  DWRELOC_FILLED(die);
  return Give(Unwrap(die), Parent(Unwrap(die)), result);
} catch (...) {
  return FailCaught();
}

int dwreloc_attributes(const Dwreloc_Die* die, Dwreloc_Attribute* attributes,
                       size_t capacity, size_t* count) try {
  DWRELOC_NOT_NULL(die, count);
  DWRELOC_EXPECT(attributes != nullptr || capacity == 0, attributes, "is NULL");
  DWRELOC_FILLED(die);
  const absl::Status status =
      ReadAttributes(Unwrap(die), Unwrap(attributes), capacity, count);
  return status.ok() ? DWRELOC_OK : FailAt(Unwrap(die), status);
} catch (...) {
  return FailCaught();
}

int dwreloc_attr(const Dwreloc_Die* die, unsigned name,
                 Dwreloc_Attribute* attribute) try {
  DWRELOC_NOT_NULL(die, attribute);
  DWRELOC_FILLED_OR_CLEAR(die, attribute);
  if (name > UINT16_MAX) {
    *attribute = {};
    return 0;
  }
  const absl::StatusOr<std::optional<Attribute>> found =
      FindAttribute(Unwrap(die), static_cast<uint16_t>(name));
  if (found.ok() && found->has_value()) [[likely]] {
    *Unwrap(attribute) = **found;
    return 1;
  }
  *attribute = {};
  return found.ok() ? 0 : FailAt(Unwrap(die), found.status());
} catch (...) {
  return FailCaught();
}

int dwreloc_walk_begin(const Dwreloc_Unit* unit, Dwreloc_Walk* walk) try {
  DWRELOC_NOT_NULL(unit, walk);
  Clear(walk);
  const absl::StatusOr<DieWalk> begun = DieWalk::OfUnit(Unwrap(unit));
  if (!begun.ok()) return FailAt(Unwrap(unit), begun.status());
  Emplace(walk, *begun);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_walk_begin_at(const Dwreloc_Die* die, Dwreloc_Walk* walk) try {
  DWRELOC_NOT_NULL(die, walk);
  Clear(walk);
  DWRELOC_FILLED(die);
  const absl::StatusOr<DieWalk> begun = DieWalk::OfSubtree(Unwrap(die));
  if (!begun.ok()) return FailAt(Unwrap(die), begun.status());
  Emplace(walk, *begun);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_walk_next(Dwreloc_Walk* walk, Dwreloc_Die* die, uint32_t* depth,
                      Dwreloc_Attribute* attributes, size_t capacity,
                      size_t* count) try {
  DWRELOC_NOT_NULL(walk, die);
  DWRELOC_EXPECT(attributes != nullptr || capacity == 0, attributes, "is NULL");
  DieWalk* reader = In<DieWalk>(walk);
  DWRELOC_BEGUN(reader, walk);
  if (reader->Next(Unwrap(die), depth, Unwrap(attributes), capacity, count))
      [[likely]] {
    return 1;
  }
  return NoNext(*reader, die);
} catch (...) {
  return FailCaught();
}

int dwreloc_walk_next_many(Dwreloc_Walk* walk, Dwreloc_Die_Entry* entries,
                           size_t capacity, Dwreloc_Attribute* attributes,
                           size_t attribute_capacity, size_t* count) try {
  DWRELOC_NOT_NULL(walk, entries, count);
  DWRELOC_EXPECT(attributes != nullptr || attribute_capacity == 0, attributes,
                 "is NULL");
  DieWalk* reader = In<DieWalk>(walk);
  DWRELOC_BEGUN(reader, walk);
  *count = 0;
  if (capacity == 0) return 1;
  *count = reader->NextMany(Unwrap(entries), capacity, Unwrap(attributes),
                            attribute_capacity);
  if (*count > 0) return 1;
  *count = reader->read_before_error() > 0 ? 1 : 0;
  return NoNext(*reader, &entries->die);
} catch (...) {
  return FailCaught();
}

int dwreloc_formudata(const Dwreloc_Attribute* attribute, uint64_t* value) try {
  DWRELOC_NOT_NULL(attribute, value);
  DWRELOC_FILLED(attribute);
  return Give(attribute, UnsignedValue(Unwrap(attribute)), value);
} catch (...) {
  return FailCaught();
}

int dwreloc_formsdata(const Dwreloc_Attribute* attribute, int64_t* value) try {
  DWRELOC_NOT_NULL(attribute, value);
  DWRELOC_FILLED(attribute);
  return Give(attribute, SignedValue(Unwrap(attribute)), value);
} catch (...) {
  return FailCaught();
}

int dwreloc_formflag(const Dwreloc_Attribute* attribute, int* value) try {
  DWRELOC_NOT_NULL(attribute, value);
  DWRELOC_FILLED(attribute);
  return Give(attribute, FlagValue(Unwrap(attribute)), value);
} catch (...) {
  return FailCaught();
}

int dwreloc_formstring(const Dwreloc_Attribute* attribute, const char** string,
                       size_t* length) try {
  DWRELOC_NOT_NULL(attribute, string);
  if (const char* quick = PeekString(Unwrap(attribute)); quick != nullptr)
      [[likely]] {
    *string = quick;
    if (length != nullptr) *length = std::strlen(quick);
    return DWRELOC_OK;
  }
  DWRELOC_FILLED(attribute);
  return GiveString(Unwrap(attribute), string, length);
} catch (...) {
  return FailCaught();
}

int dwreloc_formstring_place(const Dwreloc_Attribute* attribute,
                             uint32_t* section, uint64_t* offset) try {
  DWRELOC_NOT_NULL(attribute, section, offset);
  DWRELOC_FILLED(attribute);
  return GivePlace(attribute, StringPlaceOf(Unwrap(attribute)), section,
                   offset);
} catch (...) {
  return FailCaught();
}

int dwreloc_formblock(const Dwreloc_Attribute* attribute, const uint8_t** bytes,
                      size_t* size) try {
  DWRELOC_NOT_NULL(attribute, bytes, size);
  DWRELOC_FILLED(attribute);
  const absl::StatusOr<Bytes> block = BlockValue(Unwrap(attribute));
  if (!block.ok()) return FailAt(Unwrap(attribute), block.status());
  *bytes = block->data();
  *size = block->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_formref(const Dwreloc_Attribute* attribute, uint32_t* section,
                    uint64_t* offset) try {
  DWRELOC_NOT_NULL(attribute, section, offset);
  DWRELOC_FILLED(attribute);
  return GivePlace(attribute, ReferencePlace(Unwrap(attribute)), section,
                   offset);
} catch (...) {
  return FailCaught();
}

int dwreloc_formref_die(const Dwreloc_Attribute* attribute,
                        Dwreloc_Die* die) try {
  DWRELOC_NOT_NULL(attribute, die);
  *die = {};
  DWRELOC_FILLED(attribute);
  const absl::StatusOr<Die> found = FollowReference(Unwrap(attribute));
  if (!found.ok()) return FailAt(Unwrap(attribute), found.status());
  *Unwrap(die) = *found;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_formaddr(const Dwreloc_Attribute* attribute,
                     uint64_t* address) try {
  DWRELOC_NOT_NULL(attribute, address);
  DWRELOC_FILLED(attribute);
  const Attribute& a = Unwrap(attribute);
  if (a.attribute_class != AttributeClass::kAddress) {
    return FailAt(a, WrongForm(a, "an address"));
  }
  const absl::StatusOr<RelocValue> value = AttributeValue(a);
  if (!value.ok()) return FailAt(a, value.status());
  const Module& module = ModuleOf(ValueUnit(a));
  const absl::StatusOr<uint64_t> number = module.resolver().Resolve(*value);
  if (!number.ok()) return Fail(module, number.status());
  *address = *number;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_form_relocatable(const Dwreloc_Attribute* attribute,
                             Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(attribute, value);
  DWRELOC_FILLED_OR_CLEAR(attribute, value);
  const Attribute& a = Unwrap(attribute);
  const absl::StatusOr<RelocValue> found = AttributeValue(a);
  if (!found.ok()) {
    *value = {};
    return FailAt(a, found.status());
  }
  *value = Wrap(ModuleOf(ValueUnit(a)), *found);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_pc_relocatable(const Dwreloc_Die* die, Dwreloc_Relocatable* low,
                           Dwreloc_Relocatable* high) try {
  DWRELOC_NOT_NULL(die, low, high);
  *low = {};
  *high = {};
  DWRELOC_FILLED(die);
  const absl::StatusOr<std::optional<PcRange>> range = LowHighPc(Unwrap(die));
  if (!range.ok()) return FailAt(Unwrap(die), range.status());
  if (!range->has_value()) return 0;
  *low = Wrap(ModuleOf(*(*range)->begin_unit), (*range)->begin);
  *high = Wrap(ModuleOf(*(*range)->end_unit), (*range)->end);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_haspc_relocatable(const Dwreloc_Die* die,
                              const Dwreloc_Relocatable* pc) try {
  DWRELOC_NOT_NULL(die, pc);
  DWRELOC_FILLED(die);
  DWRELOC_VALUE(pc, *Unwrap(die).unit);
  const Module& module = ModuleOf(Unwrap(die).unit->address_unit());
  const absl::StatusOr<bool> result = HasPc(Unwrap(die), PcOf(module, *pc));
  if (!result.ok()) return FailAt(Unwrap(die), result.status());
  return *result ? 1 : NothingAt(module, *pc);
} catch (...) {
  return FailCaught();
}
