// Macros: forwards.
// Tested by tests/api.

#include "capi/arguments.h"
#include "dwarf/macros/macro.h"

namespace dwreloc::internal {
namespace {

static_assert(static_cast<int>(MacroKind::kVendor) == DWRELOC_MACRO_VENDOR);
static_assert(static_cast<int>(MacroOperand::kSupUnit) ==
              DWRELOC_MACRO_SUP_UNIT);

const Module& ModuleOf(const MacroReader& reader) {
  return ModuleOf(reader.sections());
}

// What the reader needs of an operation that it handed out.
MacroEntry EntryOf(const Dwreloc_Macro& macro) {
  MacroEntry entry;
  entry.unit = macro.unit == nullptr ? nullptr : &Unwrap(macro.unit);
  entry.offset = macro.offset;
  entry.section = macro.section;
  entry.operand = Unwrap(macro.operand);
  entry.operand_kind = static_cast<MacroOperand>(macro.operand_kind);
  return entry;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_macros_begin(const Dwreloc_Unit* unit, Dwreloc_Macros* macros) try {
  DWRELOC_NOT_NULL(unit, macros);
  Clear(macros);
  const absl::StatusOr<std::optional<MacroReader>> reader =
      MacroReader::OfUnit(Unwrap(unit));
  if (!reader.ok()) return FailAt(Unwrap(unit), reader.status());
  if (!reader->has_value()) return 0;
  Emplace(macros, **reader);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_macros_begin_at(const Dwreloc_Module* module, uint32_t section,
                            uint64_t offset, const Dwreloc_Unit* unit,
                            Dwreloc_Macros* macros) try {
  DWRELOC_NOT_NULL(module, macros);
  Clear(macros);
  DWRELOC_EXPECT(unit == nullptr || Wrap(&ModuleOf(Unwrap(unit))) == module,
                 unit, "is of another module");
  const SectionId id = Unwrap(module).sections().NameOf(section).id;
  if (id != SectionId::kDebugMacro && id != SectionId::kDebugMacinfo) return 0;
  const absl::StatusOr<SectionView>& view =
      Unwrap(module).sections().View(section);
  if (!view.ok()) return Fail(module, view.status());
  const std::optional<uint64_t> start = NextMacroUnit(*view, id, offset);
  if (!start.has_value()) return 0;
  const absl::StatusOr<MacroReader> reader =
      MacroReader::At(Unwrap(module).sections(), {section, *start},
                      unit == nullptr ? nullptr : &Unwrap(unit));
  if (!reader.ok()) return Fail(module, reader.status());
  Emplace(macros, *reader);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_macros_info(const Dwreloc_Macros* macros,
                        Dwreloc_Macro_Info* info) try {
  DWRELOC_NOT_NULL(macros, info);
  const MacroReader* begun = In<const MacroReader>(macros);
  DWRELOC_BEGUN(begun, macros);
  const MacroReader& reader = *begun;
  const MacroHeader& header = reader.header();
  *info = {};
  info->unit = reader.unit() == nullptr ? nullptr : Wrap(reader.unit());
  info->section = header.place.section;
  info->version = header.version;
  info->offset_size = static_cast<uint8_t>(header.format);
  info->flags = header.flags;
  info->offset = header.place.offset;
  info->operations_offset = header.first;
  info->next_offset = reader.next_offset();
  const absl::StatusOr<std::optional<SectionPlace>> line = reader.LinePlace();
  const SectionPlace place =
      line.ok() ? line->value_or(SectionPlace()) : SectionPlace();
  info->line_section = place.section;
  info->line_offset = place.offset;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_macros_line_table(const Dwreloc_Macros* macros,
                              const Dwreloc_Line_Table** table) try {
  DWRELOC_NOT_NULL(macros, table);
  *table = nullptr;
  const MacroReader* begun = In<const MacroReader>(macros);
  DWRELOC_BEGUN(begun, macros);
  const MacroReader& reader = *begun;
  const Module& module = ModuleOf(reader);
  const absl::StatusOr<const LineTable*> found = module.LineTableOf(reader);
  if (!found.ok()) {
    return FailAt(module,
                  {reader.header().place.section, reader.header().place.offset},
                  found.status());
  }
  *table = Wrap(*found);
  return *found == nullptr ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_macros_follow_imports(Dwreloc_Macros* macros, int follow) try {
  DWRELOC_NOT_NULL(macros);
  MacroReader* reader = In<MacroReader>(macros);
  DWRELOC_BEGUN(reader, macros);
  reader->set_follows_imports(follow != 0);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_macros_next(Dwreloc_Macros* macros, Dwreloc_Macro* macro) try {
  DWRELOC_NOT_NULL(macros, macro);
  *macro = {};
  MacroReader* reader = In<MacroReader>(macros);
  DWRELOC_BEGUN(reader, macros);
  MacroEntry entry;
  if (!reader->Next(&entry)) {
    return reader->ok() ? 0 : Fail(ModuleOf(*reader), reader->status());
  }
  macro->unit = entry.unit == nullptr ? nullptr : Wrap(entry.unit);
  macro->kind = static_cast<uint8_t>(entry.kind);
  macro->opcode = entry.opcode;
  macro->operand_kind = static_cast<uint8_t>(entry.operand_kind);
  macro->version = entry.version;
  macro->section = entry.section;
  macro->depth = entry.depth;
  macro->import_depth = entry.import_depth;
  macro->offset = entry.offset;
  macro->line = entry.line;
  macro->file = entry.file;
  macro->operand = Wrap(ModuleOf(*reader), entry.operand);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_macro_string(const Dwreloc_Macro* macro, const char** string,
                         size_t* length) try {
  DWRELOC_NOT_NULL(macro, string);
  DWRELOC_FILLED(macro);
  const Module& module = Unwrap(macro->operand.module);
  const absl::StatusOr<std::string_view> found =
      MacroStringOf(module.sections(), EntryOf(*macro));
  if (!found.ok()) {
    return FailAt(module, {macro->section, macro->offset}, found.status());
  }
  *string = found->data();
  if (length != nullptr) *length = found->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_macro_import(const Dwreloc_Macro* macro, uint32_t* section,
                         uint64_t* offset) try {
  DWRELOC_NOT_NULL(macro, section, offset);
  DWRELOC_FILLED(macro);
  const Module& module = Unwrap(macro->operand.module);
  const absl::StatusOr<SectionPlace> place =
      ImportPlaceOf(module.sections(), EntryOf(*macro));
  if (!place.ok()) {
    return FailAt(module, {macro->section, macro->offset}, place.status());
  }
  *section = place->section;
  *offset = place->offset;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
