// Abbreviation declarations: forwards.
// Tested by tests/api.

#include "capi/arguments.h"
#include "dwarf/tree/abbrev_walk.h"

namespace dwreloc::internal {
namespace {

// What a Dwreloc_Abbrevs holds.
struct AbbrevsState {
  const Dwreloc_Module* module;
  AbbrevWalk walk;
};

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_abbrevs_begin(const Dwreloc_Unit* unit,
                          Dwreloc_Abbrevs* abbrevs) try {
  DWRELOC_NOT_NULL(unit, abbrevs);
  Clear(abbrevs);
  const absl::StatusOr<AbbrevWalk> walk = AbbrevWalk::OfUnit(Unwrap(unit));
  if (!walk.ok()) return FailAt(Unwrap(unit), walk.status());
  Emplace(abbrevs,
          AbbrevsState{.module = Wrap(&ModuleOf(Unwrap(unit))), .walk = *walk});
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_abbrevs_begin_all(const Dwreloc_Module* module, uint32_t section,
                              Dwreloc_Abbrevs* abbrevs) try {
  DWRELOC_NOT_NULL(module, abbrevs);
  Clear(abbrevs);
  const absl::StatusOr<AbbrevWalk> walk =
      AbbrevWalk::OfSections(Unwrap(module).abbrev_starts(), section);
  if (!walk.ok()) return Fail(module, walk.status());
  Emplace(abbrevs, AbbrevsState{.module = module, .walk = *walk});
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_abbrevs_next(Dwreloc_Abbrevs* abbrevs, Dwreloc_Abbrev* abbrev) try {
  DWRELOC_NOT_NULL(abbrevs, abbrev);
  AbbrevsState* state = In<AbbrevsState>(abbrevs);
  DWRELOC_BEGUN(state, abbrevs);
  *abbrev = {};
  AbbrevReader::Declaration next;
  const absl::StatusOr<bool> found = state->walk.Next(&next);
  if (!found.ok()) return Fail(state->module, found.status());
  if (!*found) return 0;
  abbrev->code = next.code;
  abbrev->tag = next.tag;
  abbrev->offset = next.offset;
  abbrev->size = next.end - next.offset;
  abbrev->table_offset = state->walk.table_offset();
  abbrev->attribute_count = next.attribute_count;
  abbrev->section = state->walk.section();
  abbrev->has_children = next.children != 0 ? 1 : 0;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_abbrev_attributes_next(Dwreloc_Abbrevs* abbrevs,
                                   Dwreloc_Abbrev_Attribute* attribute) try {
  DWRELOC_NOT_NULL(abbrevs, attribute);
  AbbrevsState* state = In<AbbrevsState>(abbrevs);
  DWRELOC_BEGUN(state, abbrevs);
  *attribute = {};
  RawAbbrevAttribute next;
  if (!state->walk.NextAttribute(&next)) return 0;
  attribute->name = next.name;
  attribute->form = next.form;
  attribute->implicit_const = next.implicit_const;
  attribute->offset = next.offset;
  attribute->has_implicit_const = next.has_implicit_const() ? 1 : 0;
  return 1;
} catch (...) {
  return FailCaught();
}
