/* Calls every function of dwreloc.h with arguments that are wrong, one way at
 * a time: NULL for a pointer, structures that are zero or hold what nobody
 * wrote there, numbers that name nothing.  Nothing may crash, and what cannot
 * be meant is DWRELOC_E_INVALID_ARGUMENT with the names of the function and the
 * argument.  make_calls.py reads the functions out of the header. */
#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kMostPointers = 7 };

/* What all number parameters of a call are. */
typedef struct Numbers {
  unsigned long long number;
  int width;
  int fd;
} Numbers;

typedef struct Parameter {
  const char *name;
  const char *type; /* without const and the first star */
  char kind;        /* H: handle, P: input, O: output or both, F: function */
} Parameter;

typedef struct Call {
  const char *name;
  int (*call)(void **pointers, const Numbers *numbers);
  int returns_code;
  Parameter pointers[kMostPointers + 1];
} Call;

static int Visit_dwreloc_owners(void *user, const Dwreloc_Record *record,
                                const Dwreloc_Owner *owner) {
  (void)user;
  return record == NULL || owner == NULL;
}
static int Visit_dwreloc_owners_between(void *user,
                                        const Dwreloc_Record *record,
                                        const Dwreloc_Owner *owner) {
  return Visit_dwreloc_owners(user, record, owner);
}
static void Visit_dwreloc_digest_all_with(void *user, size_t count,
                                          void (*run)(void *work, size_t index),
                                          void *work) {
  (void)user;
  for (size_t i = 0; i < count; ++i) run(work, i);
}

static int Visit_dwreloc_obstacles(void *user, uint32_t section,
                                   const Dwreloc_Obstacle *obstacle) {
  (void)user, (void)section, (void)obstacle;
  return 0;
}

static int Visit_dwreloc_line_paths(void *user, uint64_t offset, uint64_t size,
                                    uint16_t form) {
  (void)user, (void)offset, (void)size, (void)form;
  return 0;
}

#include <calls.inc> /* made by make_calls.py */

enum { kCallCount = sizeof(kCalls) / sizeof(kCalls[0]) };

static int failed;
static int checks;

static void Check(int holds, const char *function, const char *argument,
                  const char *what, int result) {
  Dwreloc_Error error;
  ++checks;
  if (holds) return;
  ++failed;
  dwreloc_error(&error);
  fprintf(stderr, "%s: %s %s: returned %d (last error: %s)\n", function,
          argument, what, result, error.text);
}

/* Does the last error name the function and the argument? */
static int Names(const char *function, const char *argument) {
  char start[256];
  Dwreloc_Error error;
  dwreloc_error(&error);
  snprintf(start, sizeof(start), "%s: `%s` ", function, argument);
  return strncmp(error.text, start, strlen(start)) == 0;
}

/* One of each structure as the library fills it. */
static struct Good {
  Dwreloc_Module *module;
  Dwreloc_Archive *archive;
  Dwreloc_Set *set;
  Dwreloc_Image *image;
  Dwreloc_Set_Entry set_entry;
  const Dwreloc_Unit *unit;
  const Dwreloc_Line_Table *table;
  Dwreloc_Die die;
  Dwreloc_Attribute attribute;
  Dwreloc_Relocatable value;
  Dwreloc_Walk walk;
  Dwreloc_Rows rows;
  Dwreloc_Line_Instructions line_instructions;
  Dwreloc_List list;
  Dwreloc_Views views;
  Dwreloc_Expression expression;
  Dwreloc_Op op;
  Dwreloc_Abbrevs abbrevs;
  Dwreloc_Aranges aranges;
  Dwreloc_Frames frames;
  Dwreloc_Scopes scopes;
  Dwreloc_Variables variables;
  Dwreloc_Pubnames pubnames;
  Dwreloc_Cfi cfi;
  Dwreloc_Cfi_Entry entry;
  Dwreloc_Cfi_Instructions instructions;
  Dwreloc_Cfi_Rows cfi_rows;
  Dwreloc_Records records;
  Dwreloc_Callbacks callbacks;
  void *out[kMostPointers]; /* room for anything that a call writes */
} good;

static const char *DataPath(const char *name) {
  static char path[4096];
  const char *directory = getenv("DWRELOC_TEST_DATA");
  snprintf(path, sizeof(path), "%s/%s",
           directory == NULL ? "tests/data" : directory, name);
  return path;
}

static void Need(int holds, const char *what) {
  if (holds) return;
  Check(0, "MakeGood", what, "cannot be had", 0);
  exit(1);
}

/* A variable with a place: its DIE, attribute, list, expression, operation. */
static void FindVariable(void) {
  Dwreloc_Relocatable begin, end;
  size_t count;
  Need(dwreloc_walk_begin(good.unit, &good.walk) == 1, "walk");
  while (dwreloc_walk_next(&good.walk, &good.die, NULL, NULL, 0, NULL) == 1) {
    if (dwreloc_attr(&good.die, DW_AT_location, &good.attribute) == 1) break;
  }
  Need(dwreloc_locations_begin(&good.attribute, &good.list) == 1, "list");
  Need(dwreloc_locations_next(&good.list, &begin, &end, &good.expression) > 0,
       "location");
  Need(dwreloc_expression_ops(&good.expression, &good.op, 1, &count) == 0,
       "operation");
}

static void FindFrame(void) {
  uint32_t section;
  Need(dwreloc_cfi_section(good.module, 0, &section) == 1, "frames");
  Need(dwreloc_cfi_begin(good.module, section, &good.cfi) == 1, "frames");
  Need(dwreloc_cfi_next(&good.cfi, &good.entry) == 1, "CIE");
  Need(dwreloc_cfi_next(&good.cfi, &good.entry) == 1, "FDE");
  good.value = good.entry.initial_location;
  Need(dwreloc_cfi_instructions_begin(&good.entry, &good.instructions) == 1,
       "instructions");
  Need(dwreloc_cfi_rows_begin(&good.entry, &good.cfi_rows) == 1, "rows");
}

static void FindViews(void) {
  Dwreloc_Walk walk;
  Dwreloc_Die die;
  Need(dwreloc_walk_begin(good.unit, &walk) == 1, "walk");
  while (dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL) == 1) {
    if (dwreloc_views_begin(&die, &good.views) == 1) return;
  }
  Need(0, "views");
}

static void MakeGood(void) {
  static const char kArchive[] =
      "!<arch>\n"
      "x.o/            0           0     0     644     0         `\n";
  memset(&good, 0, sizeof(good));
  Need(dwreloc_archive_open_memory(kArchive, sizeof(kArchive) - 1, NULL,
                                   &good.archive) == 0,
       "archive");
  Need(dwreloc_open(DataPath("module/meter.ko"), &good.module) == 0, "module");
  Need(dwreloc_units_next(good.module, &good.unit) == 1, "unit");
  FindVariable();
  FindFrame();
  FindViews();
  Need(dwreloc_line_table(good.unit, &good.table) == 1, "line table");
  Need(dwreloc_rows_begin(good.table, &good.rows) == 1, "rows");
  Need(
      dwreloc_line_instructions_begin(good.table, &good.line_instructions) == 1,
      "line instructions");
  Need(dwreloc_abbrevs_begin(good.unit, &good.abbrevs) == 1, "abbreviations");
  Need(dwreloc_aranges_begin(good.module, DWRELOC_NO_SECTION, &good.aranges) ==
           1,
       "aranges");
  Need(dwreloc_frames_begin(good.module, &good.value, &good.frames) == 1,
       "call chain");
  Need(dwreloc_scopes_begin(good.module, &good.value, &good.scopes) == 1,
       "scopes");
  Need(dwreloc_scopes_next(&good.scopes, &good.die) == 1, "scope");
  Need(dwreloc_variables_begin(&good.die, &good.value, &good.variables) == 1,
       "variables");
  Need(dwreloc_pubnames_begin(good.module, DWRELOC_NO_SECTION,
                              &good.pubnames) == 1,
       "pubnames");
  Need(dwreloc_records_begin(good.module, good.entry.section, 0,
                             DWRELOC_NO_OFFSET, &good.records) == 1,
       "records");
  good.callbacks.size = sizeof(good.callbacks);
  good.set_entry.name = "meter";
  Need(dwreloc_materialize(good.module, DWRELOC_MATERIALIZE_FULL, 0,
                           &good.image) == 0,
       "image");
  Need(dwreloc_set_new(&good.set) == 0, "set");
  Need(dwreloc_set_add(good.set, &good.set_entry, NULL) == 0, "set");
  for (int i = 0; i < kMostPointers; ++i) {
    good.out[i] = calloc(1, sizeof(Dwreloc_Cfi_Rows));
    Need(good.out[i] != NULL, "memory");
  }
}

static void DropGood(void) {
  for (int i = 0; i < kMostPointers; ++i) free(good.out[i]);
  dwreloc_close(good.module);
  dwreloc_archive_close(good.archive);
  dwreloc_image_free(good.image);
  dwreloc_set_free(good.set);
}

/* What the library fills, by type, for parameters that are read. */
static void *GoodOf(const char *type) {
#define GOOD(name, member) \
  if (strcmp(type, "Dwreloc_" name) == 0) return &good.member
  GOOD("Die", die);
  GOOD("Attribute", attribute);
  GOOD("Relocatable", value);
  GOOD("Walk", walk);
  GOOD("Rows", rows);
  GOOD("Line_Instructions", line_instructions);
  GOOD("List", list);
  GOOD("Views", views);
  GOOD("Expression", expression);
  GOOD("Op", op);
  GOOD("Abbrevs", abbrevs);
  GOOD("Aranges", aranges);
  GOOD("Frames", frames);
  GOOD("Scopes", scopes);
  GOOD("Variables", variables);
  GOOD("Pubnames", pubnames);
  GOOD("Cfi", cfi);
  GOOD("Cfi_Entry", entry);
  GOOD("Cfi_Instructions", instructions);
  GOOD("Cfi_Rows", cfi_rows);
  GOOD("Records", records);
  GOOD("Callbacks", callbacks);
  GOOD("Set_Entry", set_entry);
#undef GOOD
  return NULL;
}

static void *Handle(const char *type) {
  if (strcmp(type, "Dwreloc_Module") == 0) return good.module;
  if (strcmp(type, "Dwreloc_Archive") == 0) return good.archive;
  if (strcmp(type, "Dwreloc_Set") == 0) return good.set;
  if (strcmp(type, "Dwreloc_Image") == 0) return good.image;
  if (strcmp(type, "Dwreloc_Unit") == 0) {
    return (void *)(uintptr_t)good.unit;
  }
  if (strcmp(type, "Dwreloc_Line_Table") == 0) {
    return (void *)(uintptr_t)good.table;
  }
  return NULL; /* the file has no name index */
}

/* Is the structure one that steps, which _begin writes and others read? */
static int IsStepper(const char *type) {
  static const char *const kSteppers[] = {"Walk",
                                          "Rows",
                                          "List",
                                          "Aranges",
                                          "Pubnames",
                                          "Name_Entries",
                                          "Cfi",
                                          "Macros",
                                          "Cfi_Rows",
                                          "Cfi_Instructions",
                                          "Records",
                                          "Abbrevs",
                                          "Line_Instructions",
                                          "Views",
                                          "Frames",
                                          "Scopes",
                                          "Variables"};
  for (size_t i = 0; i < sizeof(kSteppers) / sizeof(kSteppers[0]); ++i) {
    if (strncmp(type, "Dwreloc_", 8) == 0 &&
        strcmp(type + 8, kSteppers[i]) == 0) {
      return 1;
    }
  }
  return 0;
}

/* Does the call read the structure that the parameter points to? */
static int IsRead(const Call *call, const Parameter *parameter) {
  if (strncmp(parameter->type, "Dwreloc_", 8) != 0) return 0;
  if (parameter->kind == 'P') return 1;
  if (parameter->kind != 'O') return 0;
  return strcmp(call->name, "dwreloc_relocatable_add") == 0 ||
         (IsStepper(parameter->type) && strstr(call->name, "_begin") == NULL &&
          strcmp(call->name, "dwreloc_cfi_row_at") != 0);
}

/* May it be NULL, as the header says? */
static int IsOptional(const Call *call, const Parameter *parameter) {
  static const char *const kAnywhere[] = {"user", "length", "depth"};
  static const char *const kThere[][2] = {
      {"dwreloc_error", "error"},
      {"dwreloc_open_fd", "name"},
      {"dwreloc_open_memory", "name"},
      {"dwreloc_open_elf", "name"},
      {"dwreloc_archive_open_fd", "name"},
      {"dwreloc_archive_open_memory", "name"},
      {"dwreloc_set_callbacks", "callbacks"},
      {"dwreloc_set_module_callbacks", "callbacks"},
      {"dwreloc_place_offline", "end"},
      {"dwreloc_set_add", "index"},
      {"dwreloc_walk_next", "count"},
      {"dwreloc_die_name", "name"},
      {"dwreloc_die_name", "linkage_name"},
      {"dwreloc_macros_begin_at", "unit"}};
  for (size_t i = 0; i < sizeof(kAnywhere) / sizeof(kAnywhere[0]); ++i) {
    if (strcmp(parameter->name, kAnywhere[i]) == 0) return 1;
  }
  for (size_t i = 0; i < sizeof(kThere) / sizeof(kThere[0]); ++i) {
    if (strcmp(call->name, kThere[i][0]) == 0 &&
        strcmp(parameter->name, kThere[i][1]) == 0) {
      return 1;
    }
  }
  return 0;
}

static void Fill(const Call *call, void **pointers) {
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    const Parameter *parameter = &call->pointers[i];
    pointers[i] = good.out[i];
    if (strcmp(parameter->type, "char") == 0 && parameter->kind == 'P') {
      strcpy(good.out[i], "meter");
    } else if (parameter->kind == 'H') {
      pointers[i] = Handle(parameter->type);
    } else if (IsRead(call, parameter)) {
      void *filled = GoodOf(parameter->type);
      if (filled != NULL) pointers[i] = filled;
    }
  }
}

/* Runs one call with good arguments, all but those that `spoil` changes.
 * What it opened is closed. */
static int Run(const Call *call, const Numbers *numbers,
               void (*spoil)(const Call *call, void **pointers, int which),
               int which) {
  void *pointers[kMostPointers + 1] = {NULL};
  int result;
  MakeGood();
  Fill(call, pointers);
  if (spoil != NULL) spoil(call, pointers, which);
  if (strcmp(call->name, "dwreloc_close") == 0 ||
      strcmp(call->name, "dwreloc_archive_close") == 0 ||
      strcmp(call->name, "dwreloc_image_free") == 0 ||
      strcmp(call->name, "dwreloc_set_free") == 0) {
    pointers[0] = NULL;
  }
  result = call->call(pointers, numbers);
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    if (strcmp(call->pointers[i].type, "Dwreloc_Module*") == 0 &&
        pointers[i] != NULL) {
      dwreloc_close(*(Dwreloc_Module **)pointers[i]);
    }
    if (strcmp(call->pointers[i].type, "Dwreloc_Archive*") == 0 &&
        pointers[i] != NULL) {
      dwreloc_archive_close(*(Dwreloc_Archive **)pointers[i]);
    }
    if (strcmp(call->pointers[i].type, "Dwreloc_Set*") == 0 &&
        pointers[i] != NULL) {
      dwreloc_set_free(*(Dwreloc_Set **)pointers[i]);
    }
    if (strcmp(call->pointers[i].type, "Dwreloc_Image*") == 0 &&
        pointers[i] != NULL) {
      dwreloc_image_free(*(Dwreloc_Image **)pointers[i]);
    }
  }
  if (result == 0 && strcmp(call->name, "dwreloc_image_memfd") == 0) {
    close(*(int *)pointers[1]);
  }
  DropGood();
  return result;
}

static void MakeNull(const Call *call, void **pointers, int which) {
  (void)call;
  pointers[which] = NULL;
}

static void MakeZero(const Call *call, void **pointers, int which) {
  (void)call;
  memset(pointers[which] = good.out[which], 0, sizeof(Dwreloc_Cfi_Rows));
}

static void MakeNoise(const Call *call, void **pointers, int which) {
  (void)call;
  memset(pointers[which] = good.out[which], 0xa5, sizeof(Dwreloc_Cfi_Rows));
}

/* Values that their module cannot have. */
static const Dwreloc_Relocatable kWildValues[] = {
    {NULL, 0, 999999, DWRELOC_NO_SYMBOL, 0, DWRELOC_SECTION, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, DWRELOC_SECTION, 0, 0,
     0},
    {NULL, 0, DWRELOC_NO_SECTION, 999999, 0, DWRELOC_UNDEFINED, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, DWRELOC_TLS, 0, 0, 0},
    {NULL, 0, 999999, 1, 0, DWRELOC_TLS, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, 999999, 1, DWRELOC_DIFFERENCE, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, 1, 999999, DWRELOC_DIFFERENCE, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, DWRELOC_BAD, 0, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, DWRELOC_BAD, 99, 0, 0},
    {NULL, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, 77, 0, 0, 0}};
enum { kWildValueCount = sizeof(kWildValues) / sizeof(kWildValues[0]) };
static int wild_value;
static const Dwreloc_Module *wild_module;

/* `wild_value` of the module, or of none. */
static void MakeWild(const Call *call, void **pointers, int which) {
  Dwreloc_Relocatable *value = pointers[which] = good.out[which];
  (void)call;
  *value = kWildValues[wild_value];
  value->module = wild_module == NULL ? NULL : good.module;
}

static void MakeForeign(const Call *call, void **pointers, int which) {
  Dwreloc_Relocatable *value = pointers[which] = good.out[which];
  (void)call;
  *value = good.value;
  value->module = wild_module;
}

static void MakeAllNull(const Call *call, void **pointers, int which) {
  (void)which;
  for (int i = 0; call->pointers[i].name != NULL; ++i) pointers[i] = NULL;
}

static void MakeAllZero(const Call *call, void **pointers, int which) {
  (void)which;
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    if (call->pointers[i].kind != 'H' && call->pointers[i].kind != 'F') {
      MakeZero(call, pointers, i);
    }
  }
}

/* The call must say that this argument is wrong. */
static void ExpectWrong(const Call *call, int which, const char *what,
                        int result) {
  const char *argument = call->pointers[which].name;
  Check(result == DWRELOC_E_INVALID_ARGUMENT && Names(call->name, argument),
        call->name, argument, what, result);
}

static void TestPointers(const Call *call, const Numbers *numbers) {
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    const Parameter *parameter = &call->pointers[i];
    const int result = Run(call, numbers, MakeNull, i);
    if (call->returns_code && !IsOptional(call, parameter)) {
      ExpectWrong(call, i, "is NULL", result);
    }
    if (parameter->kind == 'H' && Handle(parameter->type) == NULL) break;
  }
}

static void TestStructures(const Call *call, const Numbers *numbers) {
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    const Parameter *parameter = &call->pointers[i];
    if (!IsRead(call, parameter)) continue;
    const int zero = Run(call, numbers, MakeZero, i);
    if (call->returns_code) ExpectWrong(call, i, "is zero", zero);
    if (!IsStepper(parameter->type)) continue;
    ExpectWrong(call, i, "was never begun", Run(call, numbers, MakeNoise, i));
  }
}

/* Does the call put the value to something that belongs to a module? */
static int HasOwner(const Call *call, int which) {
  for (int i = 0; i < which; ++i) {
    const char *type = call->pointers[i].type;
    if (call->pointers[i].kind == 'H' || strcmp(type, "Dwreloc_Die") == 0 ||
        strcmp(type, "Dwreloc_Relocatable") == 0) {
      return 1;
    }
  }
  return 0;
}

static void TestValues(const Call *call, const Numbers *numbers,
                       const Dwreloc_Module *other) {
  for (int i = 0; call->pointers[i].name != NULL; ++i) {
    if (strcmp(call->pointers[i].type, "Dwreloc_Relocatable") != 0 ||
        !IsRead(call, &call->pointers[i])) {
      continue;
    }
    for (int k = 0; k < 2 * kWildValueCount; ++k) {
      wild_value = k / 2;
      wild_module = k % 2 == 0 ? NULL : other;
      const int result = Run(call, numbers, MakeWild, i);
      if (call->returns_code) ExpectWrong(call, i, "is wild", result);
    }
    wild_module = other;
    const int result = Run(call, numbers, MakeForeign, i);
    if (HasOwner(call, i)) ExpectWrong(call, i, "is of another module", result);
  }
}

/* A stepper whose _begin failed is not begun, whatever it was before. */
static void TestFailedBegins(void) {
#define FAILS(begin, next)                                                 \
  do {                                                                     \
    const int begun = (begin);                                             \
    Check(begun <= 0, #begin, "", "must not begin", begun);                \
    const int result = (next);                                             \
    Check(result == DWRELOC_E_INVALID_ARGUMENT, #next, "", "is not begun", \
          result);                                                         \
  } while (0)
  Dwreloc_Attribute attribute;
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression;
  Dwreloc_Arange arange;
  Dwreloc_Pubname pubname;
  Dwreloc_Abbrev abbrev;
  Dwreloc_Cfi_Entry entry = {0};
  Dwreloc_Cfi_Instruction instruction;
  Dwreloc_Cfi_Row row;
  Dwreloc_Record record;
  Dwreloc_Die die;
  MakeGood();
  const Dwreloc_Die none = {0};
  Check(dwreloc_attr(&good.die, DW_AT_name, &attribute) == 1, "name", "", "",
        0);
  FAILS(dwreloc_walk_begin_at(&none, &good.walk),
        dwreloc_walk_next(&good.walk, &die, NULL, NULL, 0, NULL));
  FAILS(dwreloc_locations_begin(&attribute, &good.list),
        dwreloc_locations_next(&good.list, &begin, &end, &expression));
  Check(expression.unit == NULL, "expression", "", "is left", 0);
  FAILS(dwreloc_ranges_begin(&good.die, &good.list),
        dwreloc_ranges_next(&good.list, &begin, &end));
  FAILS(dwreloc_abbrevs_begin_all(good.module, 1, &good.abbrevs),
        dwreloc_abbrevs_next(&good.abbrevs, &abbrev));
  FAILS(dwreloc_aranges_begin(good.module, 1, &good.aranges),
        dwreloc_aranges_next(&good.aranges, &arange));
  FAILS(dwreloc_pubnames_begin(good.module, 1, &good.pubnames),
        dwreloc_pubnames_next(&good.pubnames, &pubname));
  FAILS(dwreloc_cfi_begin(good.module, 1, &good.cfi),
        dwreloc_cfi_next(&good.cfi, &entry));
  FAILS(dwreloc_cfi_instructions_begin(&entry, &good.instructions),
        dwreloc_cfi_instructions_next(&good.instructions, &instruction));
  FAILS(dwreloc_cfi_rows_begin(&entry, &good.cfi_rows),
        dwreloc_cfi_rows_next(&good.cfi_rows, &row));
  FAILS(dwreloc_records_begin(good.module, 9999, 0, 1, &good.records),
        dwreloc_records_next(&good.records, &record));
  DropGood();
#undef FAILS
}

/* Whoever does not look at what a call returned passes on what it left. */
static void TestUnfilled(void) {
  Dwreloc_Attribute attribute;
  Dwreloc_Die die;
  Dwreloc_Relocatable value;
  const Dwreloc_Unit *unit;
  const char *text;
  uint64_t number;
  int result;
  MakeGood();
  memset(&attribute, 0xa5, sizeof(attribute));
  Check(dwreloc_attr(&good.die, 0x7777, &attribute) == 0, "attr", "", "", 0);
  result = dwreloc_formstring(&attribute, &text, NULL);
  Check(result == DWRELOC_E_INVALID_ARGUMENT, "formstring", "", "", result);
  memset(&die, 0xa5, sizeof(die));
  Check(dwreloc_die_at(good.module, 1, 0, &die) < 0, "die_at", "", "", 0);
  result = dwreloc_attr(&die, DW_AT_name, &attribute);
  Check(result == DWRELOC_E_INVALID_ARGUMENT, "attr", "", "", result);
  memset(&value, 0xa5, sizeof(value));
  Check(dwreloc_form_relocatable(&attribute, &value) < 0, "form", "", "", 0);
  result = dwreloc_relocatable_address(&value, &number);
  Check(result == DWRELOC_E_INVALID_ARGUMENT, "address", "", "", result);
  Check(dwreloc_unit(good.module, 9999, &unit) < 0 && unit == NULL, "unit", "",
        "", 0);
  DropGood();
}

/* Numbers that name nothing may be errors, or nothing found. */
static void TestNumbers(const Call *call, int fd) {
  static const unsigned long long kWild[] = {0,
                                             2,
                                             0x7fffffff,
                                             0x80000000,
                                             0xfffffffe,
                                             0xffffffff,
                                             0x100000000,
                                             0x7fffffffffffffff,
                                             0x8000000000000000,
                                             0xffffffffffffffff};
  for (size_t i = 0; i < sizeof(kWild) / sizeof(kWild[0]); ++i) {
    const Numbers numbers = {kWild[i], (int)kWild[i], fd};
    int result;
    /* A capacity or a size that is a lie cannot be found out. */
    int has_size = strstr(call->name, "_open_memory") != NULL;
    for (int k = 0; call->pointers[k].name != NULL; ++k) {
      const char *name = call->pointers[k].name;
      has_size = has_size || strcmp(name, "attributes") == 0 ||
                 strcmp(name, "lines") == 0 || strcmp(name, "ops") == 0 ||
                 strcmp(name, "buffer") == 0 || strcmp(name, "text") == 0;
    }
    if (has_size) continue;
    result = Run(call, &numbers, NULL, 0);
    Check(!call->returns_code || result >= DWRELOC_E_NO_SKELETON, call->name,
          "a number", "is wild", result);
  }
}

static void TestCall(const Call *call, int fd, const Dwreloc_Module *other) {
  const Numbers numbers = {1, 4, fd};
  (void)Run(call, &numbers, MakeAllNull, 0);
  /* libelf's structure cannot be told from others, and libelf would use one
   * that is none. */
  if (strcmp(call->name, "dwreloc_open_elf") == 0) return;
  TestPointers(call, &numbers);
  TestStructures(call, &numbers);
  TestValues(call, &numbers, other);
  (void)Run(call, &numbers, MakeAllZero, 0);
  TestNumbers(call, fd);
}

int main(void) {
  Dwreloc_Module *other;
  const int fd = open(DataPath("module/meter.ko"), O_RDONLY);
  Need(fd >= 0, "descriptor");
  Need(dwreloc_open(DataPath("tiny/tiny5.o"), &other) == 0, "other module");
  for (int i = 0; i < kCallCount; ++i) TestCall(&kCalls[i], fd, other);
  TestFailedBegins();
  TestUnfilled();
  dwreloc_close(other);
  close(fd);
  printf("%d functions, %d checks, %d failed\n", kCallCount, checks, failed);
  return failed == 0 ? 0 : 1;
}
