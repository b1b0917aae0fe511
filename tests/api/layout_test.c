/* The layout of the structures, which is the ABI: no padding that nobody named,
 * sizes that never change, spare words at the end that are zero.
 *
 * Where this does not compile, or a size differs, programs that are built
 * already would break.  A new field takes the place of `spare` words. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#include <dwreloc/dwreloc.h>
#pragma GCC diagnostic pop

#define SIZE(name, size)                           \
  _Static_assert(sizeof(Dwreloc_##name) == (size), \
                 "the size of Dwreloc_" #name " is another one")
SIZE(Error, 72);
SIZE(File_Info, 104);
SIZE(Section, 152);
SIZE(Symbol, 72);
SIZE(Relocatable, 32);
SIZE(Relocatable_Info, 184);
SIZE(File_Request, 96);
SIZE(Callbacks, 48);
SIZE(Event, 64);
SIZE(Image_Info, 120);
SIZE(Unit_Info, 128);
SIZE(Die, 40);
SIZE(Attribute, 48);
SIZE(Die_Entry, 48);
SIZE(Walk, 320);
SIZE(Line_Info, 120);
SIZE(Line_File, 112);
SIZE(Line, 72);
SIZE(Rows, 384);
SIZE(Operand, 56);
SIZE(Line_Instructions, 384);
SIZE(Line_Instruction, 304);
SIZE(List, 512);
SIZE(Expression, 80);
SIZE(List_Entry, 368);
SIZE(Views, 320);
SIZE(Obstacle, 64);
SIZE(View_Pair, 128);
SIZE(Op, 88);
SIZE(Abbrevs, 512);
SIZE(Abbrev, 88);
SIZE(Abbrev_Attribute, 72);
SIZE(Aranges, 512);
SIZE(Arange, 200);
SIZE(Frames, 192);
SIZE(Frame, 184);
SIZE(Scopes, 512);
SIZE(Variables, 192);
SIZE(Variable, 352);
SIZE(Pubnames, 512);
SIZE(Pubname, 160);
SIZE(Name_Index_Info, 136);
SIZE(Name_Unit, 88);
SIZE(Name, 88);
SIZE(Name_Entries, 384);
SIZE(Name_Entry, 168);
SIZE(Contribution, 88);
SIZE(Unit_Index, 248);
SIZE(Unit_Contribution, 48);
SIZE(Link, 104);
SIZE(Macros, 1024);
SIZE(Macro_Info, 120);
SIZE(Macro, 120);
SIZE(Cfi, 768);
SIZE(Cfi_Entry, 320);
SIZE(Cfi_Instructions, 384);
SIZE(Cfi_Instruction, 128);
SIZE(Cfi_Rule, 24);
SIZE(Cfi_Row, 144);
SIZE(Cfi_Rows, 8192);
SIZE(Record, 128);
SIZE(Records, 448);
SIZE(Owner, 80);
SIZE(Stats, 144);
SIZE(Diagnostic, 72);
SIZE(Section_Memory, 56);
SIZE(Signature, 80);
SIZE(Archive_Info, 88);
SIZE(Member, 120);

/* Nothing comes behind the spare words. */
#define ENDS_WITH_SPARE(name)                                       \
  _Static_assert(offsetof(Dwreloc_##name, spare) +                  \
                         sizeof(((Dwreloc_##name *)NULL)->spare) == \
                     sizeof(Dwreloc_##name),                        \
                 "Dwreloc_" #name " does not end with spare words")
ENDS_WITH_SPARE(Error);
ENDS_WITH_SPARE(Signature);
ENDS_WITH_SPARE(Archive_Info);
ENDS_WITH_SPARE(Member);
ENDS_WITH_SPARE(File_Info);
ENDS_WITH_SPARE(Section);
ENDS_WITH_SPARE(Symbol);
ENDS_WITH_SPARE(Relocatable_Info);
ENDS_WITH_SPARE(Unit_Info);
ENDS_WITH_SPARE(Line_Info);
ENDS_WITH_SPARE(Line_File);
ENDS_WITH_SPARE(Line_Instruction);
ENDS_WITH_SPARE(Expression);
ENDS_WITH_SPARE(List_Entry);
ENDS_WITH_SPARE(View_Pair);
ENDS_WITH_SPARE(Obstacle);
ENDS_WITH_SPARE(Op);
ENDS_WITH_SPARE(Abbrev);
ENDS_WITH_SPARE(Abbrev_Attribute);
ENDS_WITH_SPARE(Arange);
ENDS_WITH_SPARE(Frame);
ENDS_WITH_SPARE(Set_Entry);
ENDS_WITH_SPARE(Pubname);
ENDS_WITH_SPARE(Name_Index_Info);
ENDS_WITH_SPARE(Name_Unit);
ENDS_WITH_SPARE(Name);
ENDS_WITH_SPARE(Name_Entry);
ENDS_WITH_SPARE(Contribution);
ENDS_WITH_SPARE(Unit_Index);
ENDS_WITH_SPARE(Unit_Contribution);
ENDS_WITH_SPARE(Link);
ENDS_WITH_SPARE(Macro_Info);
ENDS_WITH_SPARE(Macro);
ENDS_WITH_SPARE(Cfi_Entry);
ENDS_WITH_SPARE(Cfi_Instruction);
ENDS_WITH_SPARE(Cfi_Row);
ENDS_WITH_SPARE(Record);
ENDS_WITH_SPARE(Owner);
ENDS_WITH_SPARE(Stats);
ENDS_WITH_SPARE(Diagnostic);
ENDS_WITH_SPARE(Section_Memory);

/* Hot ones are fixed to the byte. */
_Static_assert(offsetof(Dwreloc_Relocatable, kind) == 28, "kind");
_Static_assert(offsetof(Dwreloc_Die, code) == 32, "code");
_Static_assert(offsetof(Dwreloc_Attribute, symbol) == 40, "symbol");
_Static_assert(offsetof(Dwreloc_Line, file) == 40, "file");
_Static_assert(offsetof(Dwreloc_Cfi_Rule, kind) == 22, "kind");

static int failed;

static void Check(int holds, const char *what) {
  if (holds) return;
  ++failed;
  fprintf(stderr, "layout_test: %s\n", what);
}

static int IsZero(const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  while (size > 0 && at[size - 1] == 0) --size;
  return size == 0;
}

static const char *DataPath(const char *name) {
  static char path[4096];
  const char *directory = getenv("DWRELOC_TEST_DATA");
  snprintf(path, sizeof(path), "%s/%s",
           directory == NULL ? "tests/data" : directory, name);
  return path;
}

/* Memory that was anything before the call. */
#define SETS_SPARE(type, call)                                          \
  do {                                                                  \
    Dwreloc_##type got;                                                 \
    memset(&got, 0xff, sizeof(got));                                    \
    Check((call) >= 0, #call);                                          \
    Check(IsZero(got.spare, sizeof(got.spare)), #call " leaves spare"); \
  } while (0)

static void CheckSet(void) {
  Dwreloc_Set_Entry entry = {0};
  Dwreloc_Set *set = NULL;
  entry.name = "meter";
  Check(dwreloc_set_new(&set) == 0, "set");
  Check(dwreloc_set_add(set, &entry, NULL) == 0, "set");
  SETS_SPARE(Set_Entry, dwreloc_set_entry(set, 0, &got));
  dwreloc_set_free(set);
}

int main(void) {
  Dwreloc_Module *module = NULL;
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  Dwreloc_Records records;
  Dwreloc_Abbrevs abbrevs;
  Dwreloc_Line_Instructions instructions;
  Dwreloc_Relocatable place;
  Dwreloc_Frames chain;
  Dwreloc_Scopes scopes;
  Dwreloc_Die scope;
  Dwreloc_Variables variables;
  Dwreloc_Cfi cfi;
  uint32_t frames = 0;
  uint32_t text = 0;
  uint32_t info = 0;
  Check(dwreloc_open(DataPath("module/meter.ko"), &module) == 0, "open");
  Check(dwreloc_units_next(module, &unit) == 1, "unit");
  Check(dwreloc_line_table(unit, &table) == 1, "line table");
  Check(dwreloc_find_section(module, ".debug_info", 0, &info) == 1, "info");
  Check(dwreloc_cfi_section(module, 0, &frames) == 1, "frames");
  Check(dwreloc_cfi_begin(module, frames, &cfi) == 1, "frames");
  Check(
      dwreloc_records_begin(module, info, 0, DWRELOC_NO_OFFSET, &records) == 1,
      "records");
  SETS_SPARE(File_Info, dwreloc_file_info(module, &got));
  SETS_SPARE(Section, dwreloc_section(module, 1, &got));
  SETS_SPARE(Symbol, dwreloc_symbol(module, 1, &got));
  SETS_SPARE(Unit_Info, dwreloc_unit_info(unit, &got));
  SETS_SPARE(Line_Info, dwreloc_line_info(table, &got));
  SETS_SPARE(Line_File, dwreloc_line_file(table, 1, &got));
  Check(dwreloc_line_instructions_begin(table, &instructions) == 1,
        "line instructions");
  SETS_SPARE(Line_Instruction,
             dwreloc_line_instructions_next(&instructions, &got));
  SETS_SPARE(Cfi_Entry, dwreloc_cfi_next(&cfi, &got));
  Check(dwreloc_abbrevs_begin(unit, &abbrevs) == 1, "abbreviations");
  SETS_SPARE(Abbrev, dwreloc_abbrevs_next(&abbrevs, &got));
  SETS_SPARE(Abbrev_Attribute, dwreloc_abbrev_attributes_next(&abbrevs, &got));
  Check(dwreloc_find_section(module, ".text", 0, &text) == 1, "text");
  Check(dwreloc_relocatable_in_section(module, text, 0x10, &place) == 0,
        "place");
  Check(dwreloc_frames_begin(module, &place, &chain) == 1, "chain");
  SETS_SPARE(Frame, dwreloc_frames_next(&chain, &got));
  Check(dwreloc_scopes_begin(module, &place, &scopes) == 1, "scopes");
  Check(dwreloc_scopes_next(&scopes, &scope) == 1, "scope");
  Check(dwreloc_variables_begin(&scope, &place, &variables) == 1, "variables");
  SETS_SPARE(Variable, dwreloc_variables_next(&variables, &got));
  SETS_SPARE(Record, dwreloc_records_next(&records, &got));
  SETS_SPARE(Stats, dwreloc_stats(module, &got));
  SETS_SPARE(Section_Memory, dwreloc_section_memory(module, info, &got));
  SETS_SPARE(Diagnostic, dwreloc_diagnostic(module, 0, &got));
  CheckSet();
  SETS_SPARE(Error, dwreloc_error(&got) == 0 ? 0 : -1);
  dwreloc_close(module);
  Check(dwreloc_version_number() == DWRELOC_VERSION_NUMBER, "version");
  return failed == 0 ? 0 : 1;
}
