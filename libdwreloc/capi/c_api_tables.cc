// Tables that are read as a whole, .debug_addr and .debug_str_offsets, the
// indexes of packages, and links to other files: forwards.
// Tested by tests/api.

#include "capi/arguments.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/sup.h"
#include "dwarf/tree/unit_index.h"

namespace dwreloc::internal {
namespace {

SectionPlace PlaceOf(const Dwreloc_Contribution& contribution) {
  return {contribution.section, contribution.offset};
}

absl::StatusOr<RelocValue> EntryOf(const Dwreloc_Contribution& table,
                                   uint64_t index) {
  const absl::StatusOr<SectionView>& view =
      Unwrap(table.module).sections().View(table.section);
  if (!view.ok()) return view.status();
  if (index >= table.count) {
    return MakeError(ErrorCode::kNotFound, "no entry of that index");
  }
  if (table.entry_size != 2 && table.entry_size != 4 && table.entry_size != 8) {
    return MakeError(ErrorCode::kInvalidArgument, "not a contribution");
  }
  DWRELOC_ASSIGN_OR_RETURN(
      RelocCursor cursor,
      CursorAtEntry(*view, table.base, index, table.entry_size, "entry"));
  RelocValue value = cursor.Value(table.entry_size);
  if (table.is_addresses == 0 && value.is_constant()) {
    const DwarfSections& sections = Unwrap(table.module).sections();
    value.section = sections.Find(SectionId::kDebugStr,
                                  sections.NameOf(table.section).family);
  }
  return value;
}

// What a Dwreloc_Unit_Index holds.
struct IndexState {
  const Dwreloc_Module* module;
  UnitIndex index;
};

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_contribution_at(const Dwreloc_Module* module, uint32_t section,
                            uint64_t offset,
                            Dwreloc_Contribution* contribution) try {
  DWRELOC_NOT_NULL(module, contribution);
  *contribution = {};
  contribution->next_offset = DWRELOC_NO_OFFSET;
  const DwarfSections& sections = Unwrap(module).sections();
  const SectionName name = sections.NameOf(section);
  if (name.id != SectionId::kDebugAddr &&
      name.id != SectionId::kDebugStrOffsets) {
    return 0;
  }
  contribution->is_addresses = name.id == SectionId::kDebugAddr ? 1 : 0;
  const absl::StatusOr<SectionView>& view = sections.View(section);
  if (!view.ok()) return Fail(module, view.status());
  const std::optional<ContributionIndex::Start> start =
      Unwrap(module).contributions().Next({section, offset});
  if (!start.has_value()) return 0;
  Contribution table;
  const absl::Status status = ReadContribution(
      sections, {section, start->offset}, start->layout, &table);
  contribution->next_offset = table.next;
  if (!status.ok()) return Fail(module, status);
  contribution->module = module;
  contribution->section = section;
  contribution->version = table.version;
  contribution->offset_size = static_cast<uint8_t>(table.format);
  contribution->entry_size = table.entry_size;
  contribution->offset = start->offset;
  contribution->base = table.base;
  contribution->count = table.count;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_contribution_value(const Dwreloc_Contribution* contribution,
                               uint64_t index, Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(contribution, value);
  *value = {};
  DWRELOC_FILLED(contribution);
  const Module& module = Unwrap(contribution->module);
  const absl::StatusOr<RelocValue> entry = EntryOf(*contribution, index);
  if (!entry.ok()) {
    return FailAt(module, PlaceOf(*contribution), entry.status());
  }
  *value = Wrap(module, *entry);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_contribution_string(const Dwreloc_Contribution* contribution,
                                uint64_t index, const char** string,
                                size_t* length) try {
  DWRELOC_NOT_NULL(contribution, string);
  DWRELOC_FILLED(contribution);
  const Module& module = Unwrap(contribution->module);
  if (contribution->is_addresses != 0) {
    return Fail(module, ErrorCode::kWrongForm,
                "the entries of .debug_addr are no strings");
  }
  const DwarfSections& sections = module.sections();
  const absl::StatusOr<std::string_view> found =
      [&]() -> absl::StatusOr<std::string_view> {
    DWRELOC_ASSIGN_OR_RETURN(const RelocValue entry,
                             EntryOf(*contribution, index));
    DWRELOC_ASSIGN_OR_RETURN(
        const SectionPlace place,
        sections.PlaceOf(entry, SectionId::kDebugStr,
                         sections.NameOf(contribution->section).family));
    return sections.String(place);
  }();
  if (!found.ok()) {
    const uint64_t entry =
        contribution->base + index * contribution->entry_size;
    return FailAt(module, {contribution->section, entry}, found.status());
  }
  *string = found->data();
  if (length != nullptr) *length = found->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_index(const Dwreloc_Module* module, uint32_t section,
                       Dwreloc_Unit_Index* index) try {
  DWRELOC_NOT_NULL(module, index);
  *index = {};
  const SectionId id = Unwrap(module).sections().NameOf(section).id;
  if (id != SectionId::kDebugCuIndex && id != SectionId::kDebugTuIndex) {
    return 0;
  }
  const absl::StatusOr<UnitIndex> opened =
      UnitIndex::Open(Unwrap(module).sections(), section);
  if (!opened.ok()) return Fail(module, opened.status());
  index->section = section;
  index->version = opened->version();
  index->section_count = opened->section_count();
  index->unit_count = opened->unit_count();
  index->slot_count = opened->slot_count();
  Emplace(index, IndexState{.module = module, .index = *opened});
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_index_slot(const Dwreloc_Unit_Index* index, uint32_t slot,
                            uint64_t* signature, uint32_t* row) try {
  DWRELOC_NOT_NULL(index, signature, row);
  const IndexState* state = In<const IndexState>(index);
  DWRELOC_EXPECT(state != nullptr, index, "was not filled in");
  if (slot >= state->index.slot_count()) {
    return Fail(state->module, ErrorCode::kNotFound,
                "no slot of that number in the unit index");
  }
  const std::optional<UnitIndexSlot> found = state->index.Slot(slot);
  if (!found.has_value()) return 0;
  *signature = found->signature;
  *row = found->row;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_index_find(const Dwreloc_Unit_Index* index, uint64_t signature,
                            uint32_t* row) try {
  DWRELOC_NOT_NULL(index, row);
  const IndexState* state = In<const IndexState>(index);
  DWRELOC_EXPECT(state != nullptr, index, "was not filled in");
  const absl::StatusOr<std::optional<uint32_t>> found =
      state->index.FindRow(signature);
  if (!found.ok()) return Fail(state->module, found.status());
  if (!found->has_value()) return 0;
  *row = **found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_unit_index_contribution(
    const Dwreloc_Unit_Index* index, uint32_t row, uint32_t column,
    Dwreloc_Unit_Contribution* contribution) try {
  DWRELOC_NOT_NULL(index, contribution);
  const IndexState* state = In<const IndexState>(index);
  DWRELOC_EXPECT(state != nullptr, index, "was not filled in");
  const absl::StatusOr<UnitContribution> found =
      state->index.Contribution(row, column);
  if (!found.ok()) return Fail(state->module, found.status());
  *contribution = {};
  contribution->section_id = found->section_id;
  contribution->offset = found->offset;
  contribution->size = found->size;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

static_assert(static_cast<int>(LinkKind::kDebuglink) == DWRELOC_LINK_DEBUGLINK);

int dwreloc_link(const Dwreloc_Module* module, uint32_t section,
                 Dwreloc_Link* link) try {
  DWRELOC_NOT_NULL(module, link);
  const absl::StatusOr<std::optional<FileLink>> found =
      ReadLink(Unwrap(module).file(), section);
  if (!found.ok()) return Fail(module, found.status());
  if (!found->has_value()) return 0;
  const FileLink& l = **found;
  *link = {};
  link->kind = static_cast<uint8_t>(l.kind);
  link->is_supplementary = l.is_supplementary ? 1 : 0;
  link->version = l.version;
  link->section = section;
  link->file_name = l.file_name.data();
  link->checksum = l.checksum.empty() ? nullptr : l.checksum.data();
  link->checksum_size = l.checksum.size();
  link->crc = l.crc;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_supplementary(const Dwreloc_Module* module,
                          const Dwreloc_Module** supplementary) try {
  DWRELOC_NOT_NULL(module, supplementary);
  *supplementary = nullptr;
  const absl::StatusOr<const DebugInfo*> info =
      Unwrap(module).supplementary().Supplementary();
  if (!info.ok()) return Fail(module, info.status());
  *supplementary = Wrap(&ModuleOf((*info)->sections()));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
