// Address ranges and public names: forwards.
// Tested by tests/api.

#include <optional>

#include "capi/arguments.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/pubnames.h"
#include "dwarf/lookup/sections_reader.h"

namespace dwreloc::internal {
namespace {

bool IsArangesSection(SectionId id) { return id == SectionId::kDebugAranges; }

using ArangesState = SectionsReader<ArangeReader, IsArangesSection>;
using PubnamesState = SectionsReader<PubnamesReader, IsPubnamesSection>;

// 1 and an item, 0, or a failure, after which reading can go on.
template <typename State, typename Item>
int NextItem(State& state, Item* item) {
  if (state.Next(item)) return 1;
  const absl::Status status = state.status();
  return status.ok() ? 0 : Fail(ModuleOf(state.sections()), status);
}

Dwreloc_Arange Describe(const Module& module, const ArangeReader& reader,
                        const Arange& arange) {
  const LookupSet& set = reader.set();
  Dwreloc_Arange result = {};
  result.begin = Wrap(module, arange.address);
  result.length = Wrap(module, arange.length);
  result.segment = Wrap(module, arange.segment);
  result.debug_info_offset = Wrap(module, set.debug_info_offset);
  result.offset = arange.offset;
  result.set_offset = set.offset;
  result.unit_offset = set.unit.offset;
  result.unit_section = set.unit.section;
  result.section = reader.view().index;
  result.offset_size = static_cast<uint8_t>(set.encoding.offset_size());
  result.address_size = set.encoding.address_size;
  result.segment_selector_size = reader.segment_selector_size();
  return result;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_aranges_begin(const Dwreloc_Module* module, uint32_t section,
                          Dwreloc_Aranges* aranges) try {
  DWRELOC_NOT_NULL(module, aranges);
  Clear(aranges);
  const std::optional<ArangesState> state =
      ArangesState::Of(Unwrap(module).sections(), section);
  if (!state.has_value()) {
    return Fail(module, MakeError(ErrorCode::kInvalidArgument, section,
                                  kNoOffset, "not a .debug_aranges section"));
  }
  Emplace(aranges, *state);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_aranges_next(Dwreloc_Aranges* aranges, Dwreloc_Arange* arange) try {
  DWRELOC_NOT_NULL(aranges, arange);
  ArangesState* state = In<ArangesState>(aranges);
  DWRELOC_BEGUN(state, aranges);
  Arange next;
  const int result = NextItem(*state, &next);
  if (result > 0) {
    *arange = Describe(ModuleOf(state->sections()), state->reader(), next);
  }
  return result;
} catch (...) {
  return FailCaught();
}

int dwreloc_getarange_relocatable(const Dwreloc_Module* module,
                                  const Dwreloc_Relocatable* address,
                                  Dwreloc_Arange* arange) try {
  DWRELOC_NOT_NULL(module, address, arange);
  DWRELOC_VALUE(address, Unwrap(module));
  const ArangeIndex::Entry* entry =
      Unwrap(module).aranges().Find(PcOf(Unwrap(module), *address));
  if (entry == nullptr) return NothingAt(Unwrap(module), *address);
  const absl::StatusOr<SectionView>& view =
      Unwrap(module).sections().View(entry->section);
  if (!view.ok()) return Fail(module, view.status());
  ArangeReader reader(Unwrap(module).sections(), *view);
  Arange found;
  if (!reader.ReadAt(entry->set_offset, entry->offset, &found)) {
    return reader.ok() ? 0 : Fail(module, reader.status());
  }
  *arange = Describe(Unwrap(module), reader, found);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_addrdie_relocatable(const Dwreloc_Module* module,
                                const Dwreloc_Relocatable* address,
                                Dwreloc_Die* die) try {
  DWRELOC_NOT_NULL(module, address, die);
  *die = {};
  DWRELOC_VALUE(address, Unwrap(module));
  Dwreloc_Arange arange;
  const Dwreloc_Unit* unit;
  int result = dwreloc_getarange_relocatable(module, address, &arange);
  if (result <= 0) return result;
  result =
      dwreloc_unit_at(module, arange.unit_section, arange.unit_offset, &unit);
  if (result <= 0) return result;
  result = dwreloc_unit_die(unit, die);
  return result < 0 ? result : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_at(const Dwreloc_Module* module, uint32_t section,
                    uint64_t offset, const Dwreloc_Unit** unit) try {
  DWRELOC_NOT_NULL(module, unit);
  *unit = Wrap(Unwrap(module).info().FindUnit({section, offset}));
  return *unit == nullptr ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_pubnames_begin(const Dwreloc_Module* module, uint32_t section,
                           Dwreloc_Pubnames* pubnames) try {
  DWRELOC_NOT_NULL(module, pubnames);
  Clear(pubnames);
  const std::optional<PubnamesState> state =
      PubnamesState::Of(Unwrap(module).sections(), section);
  if (!state.has_value()) {
    return Fail(module,
                MakeError(ErrorCode::kInvalidArgument, section, kNoOffset,
                          "not a section of public names or types"));
  }
  Emplace(pubnames, *state);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_pubnames_next(Dwreloc_Pubnames* pubnames,
                          Dwreloc_Pubname* pubname) try {
  DWRELOC_NOT_NULL(pubnames, pubname);
  PubnamesState* state = In<PubnamesState>(pubnames);
  DWRELOC_BEGUN(state, pubnames);
  Pubname next;
  const int result = NextItem(*state, &next);
  if (result <= 0) return result;
  const PubnamesReader& reader = state->reader();
  const LookupSet& set = reader.set();
  const Module& module = ModuleOf(state->sections());
  *pubname = {};
  pubname->name = next.name.data();
  pubname->name_length = next.name.size();
  pubname->debug_info_offset = Wrap(module, set.debug_info_offset);
  pubname->debug_info_length = Wrap(module, reader.debug_info_length());
  pubname->offset = next.offset;
  pubname->set_offset = set.offset;
  pubname->unit_offset = set.unit.offset;
  pubname->die_offset = next.die_offset;
  pubname->unit_section = set.unit.section;
  pubname->section = reader.view().index;
  pubname->offset_size = static_cast<uint8_t>(set.encoding.offset_size());
  pubname->has_flags = reader.has_flags() ? 1 : 0;
  pubname->flags = next.flags;
  pubname->symbol_kind = PubnameKind(next.flags);
  pubname->is_static = IsStaticPubname(next.flags) ? 1 : 0;
  return 1;
} catch (...) {
  return FailCaught();
}
