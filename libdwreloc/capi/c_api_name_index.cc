// Name indexes: forwards.
// Tested by tests/api.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "capi/arguments.h"
#include "dwarf/lookup/names_entries.h"

namespace dwreloc::internal {
namespace {

const Module& ModuleOf(const NameIndex& index) {
  return ModuleOf(index.sections());
}

int NoSuch(const NameIndex& index, const char* what, uint64_t number) {
  return Fail(
      ModuleOf(index),
      MakeError(ErrorCode::kNotFound, index.view().index, index.header().offset,
                absl::StrCat("the index has no ", what, " ", number)));
}

Dwreloc_Name_Unit Describe(const NameIndex& index, const NameUnit& unit) {
  Dwreloc_Name_Unit result = {};
  result.offset = Wrap(ModuleOf(index), unit.offset);
  result.unit_offset = unit.place.offset;
  result.signature = unit.signature;
  result.unit_section = unit.place.section;
  result.kind = static_cast<uint8_t>(unit.kind);
  return result;
}

Dwreloc_Name Describe(const NameIndex& index, const IndexedName& name) {
  Dwreloc_Name result = {};
  result.index = Wrap(&index);
  result.string_offset = Wrap(ModuleOf(index), name.string_offset);
  result.entries = name.entries;
  result.number = name.number;
  result.hash = name.hash;
  return result;
}

// The name again, of which a caller may have changed anything but the number.
bool NameOf(const Dwreloc_Name& name, IndexedName* result) {
  const NameIndex& index = Unwrap(name.index);
  if (name.number == 0 || name.number > index.header().name_count) return false;
  *result = index.NameAt(name.number);
  return true;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_name_indexes_next(const Dwreloc_Module* module,
                              const Dwreloc_Name_Index** index) try {
  DWRELOC_NOT_NULL(module, index);
  DWRELOC_EXPECT(*index == nullptr || Wrap(&ModuleOf(Unwrap(*index))) == module,
                 index, "is of another module");
  const DebugNames::Indexes& indexes = Unwrap(module).names().indexes();
  auto next = indexes.begin();
  if (*index != nullptr) {
    next = std::upper_bound(
        indexes.begin(), indexes.end(), &Unwrap(*index),
        [](const NameIndex* a, const std::unique_ptr<const NameIndex>& b) {
          return SectionPlace{a->view().index, a->header().offset} <
                 SectionPlace{b->view().index, b->header().offset};
        });
  }
  *index = next == indexes.end() ? nullptr : Wrap(next->get());
  return *index == nullptr ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_index_error(const Dwreloc_Module* module,
                             uint32_t number) try {
  DWRELOC_NOT_NULL(module);
  const auto& errors = Unwrap(module).names().errors();
  return number < errors.size() ? Fail(module, errors[number]) : DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_index_info(const Dwreloc_Name_Index* index,
                            Dwreloc_Name_Index_Info* info) try {
  DWRELOC_NOT_NULL(index, info);
  const NameIndexHeader& header = Unwrap(index).header();
  *info = {};
  info->section = Unwrap(index).view().index;
  info->version = header.encoding.version;
  info->offset_size = static_cast<uint8_t>(header.encoding.offset_size());
  info->offset = header.offset;
  info->end = header.end;
  info->entry_pool = header.entry_pool;
  info->comp_unit_count = header.comp_unit_count;
  info->local_type_unit_count = header.local_type_unit_count;
  info->foreign_type_unit_count = header.foreign_type_unit_count;
  info->bucket_count = header.bucket_count;
  info->name_count = header.name_count;
  info->abbrev_table_size = header.abbrev_table_size;
  info->augmentation = header.augmentation_string.data();
  info->augmentation_size = header.augmentation_string.size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_index_unit(const Dwreloc_Name_Index* index, int kind,
                            uint32_t number, Dwreloc_Name_Unit* unit) try {
  DWRELOC_NOT_NULL(index, unit);
  DWRELOC_EXPECT(kind >= DWRELOC_NAME_UNIT_COMPILE &&
                     kind <= DWRELOC_NAME_UNIT_FOREIGN_TYPE,
                 kind, "is not a kind of list");
  const NameIndex& i = Unwrap(index);
  const NameUnitKind list = static_cast<NameUnitKind>(kind);
  if (number >= i.unit_count(list)) return NoSuch(i, "unit", number);
  *unit = Describe(i, i.UnitAt(list, number));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_name(const Dwreloc_Name_Index* index, uint32_t number,
                 Dwreloc_Name* name) try {
  DWRELOC_NOT_NULL(index, name);
  *name = {};
  const NameIndex& i = Unwrap(index);
  if (number == 0 || number > i.header().name_count) {
    return NoSuch(i, "name", number);
  }
  *name = Describe(i, i.NameAt(number));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_find_name(const Dwreloc_Name_Index* index, const char* string,
                      Dwreloc_Name* name) try {
  DWRELOC_NOT_NULL(index, string, name);
  *name = {};
  const NameIndex& i = Unwrap(index);
  const absl::StatusOr<std::optional<IndexedName>> found = i.Find(string);
  if (!found.ok()) return Fail(ModuleOf(i), found.status());
  if (!found->has_value()) return 0;
  *name = Describe(i, **found);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_string(const Dwreloc_Name* name, const char** string,
                        size_t* length) try {
  DWRELOC_NOT_NULL(name, string);
  DWRELOC_FILLED(name);
  const NameIndex& index = Unwrap(name->index);
  IndexedName number;
  if (!NameOf(*name, &number)) return NoSuch(index, "name", name->number);
  const absl::StatusOr<std::string_view> found = index.String(number);
  if (!found.ok()) {
    return FailAt(ModuleOf(index), {index.view().index, index.header().offset},
                  found.status());
  }
  *string = found->data();
  if (length != nullptr) *length = found->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_entries_begin(const Dwreloc_Name* name,
                               Dwreloc_Name_Entries* entries) try {
  DWRELOC_NOT_NULL(name, entries);
  Clear(entries);
  DWRELOC_FILLED(name);
  const NameIndex& index = Unwrap(name->index);
  IndexedName number;
  if (!NameOf(*name, &number)) return NoSuch(index, "name", name->number);
  Emplace(entries, NameEntryReader(index, number.entries));
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_name_entries_next(Dwreloc_Name_Entries* entries,
                              Dwreloc_Name_Entry* entry) try {
  DWRELOC_NOT_NULL(entries, entry);
  NameEntryReader* reader = In<NameEntryReader>(entries);
  DWRELOC_BEGUN(reader, entries);
  const NameIndex& index = reader->index();
  NameEntry next;
  if (!reader->Next(&next)) {
    return reader->ok() ? 0 : Fail(ModuleOf(index), reader->status());
  }
  *entry = {};
  entry->unit = Describe(index, next.unit);
  entry->offset = next.offset;
  entry->code = next.code;
  entry->die_offset = next.die_offset;
  entry->parent = next.parent;
  entry->type_hash = next.type_hash;
  entry->tag = next.tag;
  entry->parent_kind = static_cast<uint8_t>(next.parent_kind);
  entry->linkage = static_cast<uint8_t>(next.linkage);
  return 1;
} catch (...) {
  return FailCaught();
}
