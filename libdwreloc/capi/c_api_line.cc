// Line tables: forwards.
// Tested by tests/api.

#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "capi/arguments.h"
#include "dwarf/lines/line_program.h"

namespace dwreloc::internal {
namespace {

const Module& ModuleOf(const LineTable& table) {
  return ModuleOf(table.sections());
}

int NoSuch(const LineTable& table, const char* what, uint64_t number) {
  return Fail(ModuleOf(table), table.NoSuch(what, number));
}

static_assert(sizeof(Dwreloc_Line) == sizeof(void*) + sizeof(LineRow));
static_assert(offsetof(Dwreloc_Line, offset) ==
              sizeof(void*) + offsetof(LineRow, offset));
static_assert(offsetof(Dwreloc_Line, isa) ==
              sizeof(void*) + offsetof(LineRow, isa));
static_assert(offsetof(Dwreloc_Line, epilogue_begin) ==
              sizeof(void*) + offsetof(LineRow, epilogue_begin));

// The row within a Dwreloc_Line.
LineRow* RowOf(Dwreloc_Line* line) {
  return reinterpret_cast<LineRow*>(&line->address.value);
}

// The failure of a directory that cannot be had.
int NoDirectory(const LineTable& table, uint64_t index) {
  const absl::Status why = table.DirectoryError(index);
  return why.ok() ? NoSuch(table, "directory", index)
                  : Fail(ModuleOf(table), why);
}

// The path's length, and as much of it as fits.
int GivePath(const LineTable& table, uint32_t number,
             LineTable::PathStart start, char* buffer, size_t size) {
  const absl::StatusOr<std::string> path = table.PathOf(number, start);
  if (!path.ok()) return Fail(ModuleOf(table), path.status());
  CopyText(*path, buffer, size);
  return static_cast<int>(path->size());
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_line_table(const Dwreloc_Unit* unit,
                       const Dwreloc_Line_Table** table) try {
  DWRELOC_NOT_NULL(unit, table);
  *table = nullptr;
  const Module& module = ModuleOf(Unwrap(unit));
  const absl::StatusOr<const LineTable*> found =
      module.LineTableOf(Unwrap(unit));
  if (!found.ok()) {
    return FailAt(Unwrap(unit).line_unit(), found.status());
  }
  *table = Wrap(*found);
  return *found == nullptr ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_table_at(const Dwreloc_Module* module, uint32_t section,
                          uint64_t offset, const Dwreloc_Line_Table** table,
                          uint64_t* next_offset) try {
  DWRELOC_NOT_NULL(module, table, next_offset);
  *table = nullptr;
  *next_offset = DWRELOC_NO_OFFSET;
  const DwarfSections& sections = Unwrap(module).sections();
  if (sections.NameOf(section).id != SectionId::kDebugLine) return 0;
  const absl::StatusOr<SectionView>& view = sections.View(section);
  if (!view.ok()) return Fail(module, view.status());
  const std::optional<LineTableSpan> span = NextLineTable(*view, offset);
  if (!span.has_value()) return 0;
  *next_offset = span->next;
  const absl::StatusOr<const LineTable*> found =
      Unwrap(module).LineTableAt({section, span->offset});
  if (!found.ok()) return Fail(module, found.status());
  *table = Wrap(*found);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_info(const Dwreloc_Line_Table* table,
                      Dwreloc_Line_Info* info) try {
  DWRELOC_NOT_NULL(table, info);
  const LineTable& t = Unwrap(table);
  const LineHeader& header = t.header();
  *info = {};
  info->section = t.view().index;
  info->version = header.encoding.version;
  info->address_size = header.encoding.address_size;
  info->offset_size = static_cast<uint8_t>(header.encoding.offset_size());
  info->offset = header.offset.value;
  info->program_offset = header.program;
  info->end = header.end;
  info->directory_count = static_cast<uint32_t>(t.directory_count());
  info->file_count = static_cast<uint32_t>(t.file_count());
  info->first_file = t.first_file();
  info->minimum_instruction_length = header.minimum_instruction_length;
  info->maximum_operations_per_instruction =
      header.maximum_operations_per_instruction;
  info->default_is_stmt = header.default_is_stmt ? 1 : 0;
  info->line_base = header.line_base;
  info->line_range = header.line_range;
  info->opcode_base = header.opcode_base;
  info->is_cut = t.entries_status().ok() ? 0 : 1;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_directory(const Dwreloc_Line_Table* table, uint32_t index,
                           const char** name) try {
  DWRELOC_NOT_NULL(table, name);
  const std::string_view directory = Unwrap(table).FindDirectory(index);
  if (directory.data() == nullptr) {
    return NoDirectory(Unwrap(table), index);
  }
  *name = directory.data();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_file(const Dwreloc_Line_Table* table, uint32_t number,
                      Dwreloc_Line_File* file) try {
  DWRELOC_NOT_NULL(table, file);
  const LineFile* found = Unwrap(table).FindFile(number);
  if (found == nullptr) return NoSuch(Unwrap(table), "file", number);
  const absl::Status why = Unwrap(table).FileError(number);
  if (!why.ok()) return Fail(ModuleOf(Unwrap(table)), why);
  *file = {};
  file->name = found->name.data() == nullptr ? "" : found->name.data();
  file->directory = Unwrap(table).FindDirectory(found->directory).data();
  file->directory_index = found->directory;
  file->mtime = found->mtime;
  file->length = found->length;
  file->md5 = found->md5;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_file_path(const Dwreloc_Line_Table* table, uint32_t number,
                           char* buffer, size_t size) try {
  DWRELOC_NOT_NULL(table);
  DWRELOC_EXPECT(buffer != nullptr || size == 0, buffer, "is NULL");
  return GivePath(Unwrap(table), number,
                  LineTable::PathStart::kCompilationDirectory, buffer, size);
} catch (...) {
  return FailCaught();
}

int dwreloc_line_file_full_path(const Dwreloc_Line_Table* table,
                                uint32_t number, char* buffer,
                                size_t size) try {
  DWRELOC_NOT_NULL(table);
  DWRELOC_EXPECT(buffer != nullptr || size == 0, buffer, "is NULL");
  return GivePath(Unwrap(table), number, LineTable::PathStart::kRoot, buffer,
                  size);
} catch (...) {
  return FailCaught();
}

int dwreloc_line_paths(const Dwreloc_Line_Table* table,
                       int (*visit)(void* user, uint64_t offset, uint64_t size,
                                    uint16_t form),
                       void* user) try {
  DWRELOC_NOT_NULL(table, visit);
  int result = 0;
  const absl::Status status =
      Unwrap(table).VisitPaths([&](const Attribute& path) {
        const bool is_here =
            FormRowOf(path.form).target == FormTarget::kStringHere;
        result = visit(user, path.offset, is_here ? path.data + 1 : path.width,
                       path.form);
        return result == 0;
      });
  if (!status.ok()) return Fail(ModuleOf(Unwrap(table)), status);
  return result;
} catch (...) {
  return FailCaught();
}

int dwreloc_rows_begin(const Dwreloc_Line_Table* table,
                       Dwreloc_Rows* rows) try {
  DWRELOC_NOT_NULL(table, rows);
  Emplace(rows, LineProgram(Unwrap(table)));
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_rows_next(Dwreloc_Rows* rows, Dwreloc_Line* line) try {
  DWRELOC_NOT_NULL(rows, line);
  DWRELOC_BEGUN(In<LineProgram>(rows), rows);
  size_t count = 0;
  const int result = dwreloc_rows_next_many(rows, line, 1, &count);
  return result < 0 ? result : static_cast<int>(count);
} catch (...) {
  return FailCaught();
}

int dwreloc_rows_next_many(Dwreloc_Rows* rows, Dwreloc_Line* lines,
                           size_t capacity, size_t* count) try {
  DWRELOC_NOT_NULL(rows, lines, count);
  LineProgram* program = In<LineProgram>(rows);
  DWRELOC_BEGUN(program, rows);
  const Module& module = ModuleOf(program->table());
  *count = capacity == 0
               ? 0
               : program->NextRows(RowOf(lines), sizeof(*lines), capacity);
  for (size_t i = 0; i < *count; ++i) lines[i].address.module = Wrap(&module);
  // Rows before an error are handed out first; the next call tells it.
  if (*count > 0 || capacity == 0) return 1;
  return program->ok() ? 0 : Fail(module, program->status());
} catch (...) {
  return FailCaught();
}

int dwreloc_getsrc_relocatable(const Dwreloc_Unit* unit,
                               const Dwreloc_Relocatable* address,
                               Dwreloc_Line* line) try {
  DWRELOC_NOT_NULL(unit, address, line);
  // The line table and all addresses of a split unit are its skeleton's.
  const Unit& home = Unwrap(unit).line_unit();
  const Module& module = ModuleOf(home);
  DWRELOC_VALUE(address, Unwrap(unit));
  const absl::StatusOr<std::optional<LineRow>> row =
      module.FindRow(home, PcOf(module, *address));
  if (!row.ok()) return FailAt(home, row.status());
  if (!row->has_value()) return NothingAt(module, *address);
  line->address.module = Wrap(&module);
  *RowOf(line) = **row;
  return 1;
} catch (...) {
  return FailCaught();
}
