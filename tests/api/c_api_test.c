/* The C API from C: the whole surface of dwreloc.h on a kernel module, on
 * images in memory and on linked files.
 *
 * Compiled as C11 with -pedantic: that dwreloc.h is C is the first thing
 * proved.  Each CHECK that does not hold is told with its line; the exit status
 * is 1 then.  Arguments: an executable and a shared library made of
 * linked_program.c. */
#define _GNU_SOURCE /* memmem */

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failed;
static int checks;

#define CHECK(condition) Check((condition) != 0, #condition, __LINE__)
#define CHECK_EQ(a, b) \
  CheckEqual((long long)(a), (long long)(b), #a " == " #b, __LINE__)
#define CHECK_STR(a, b) CheckString((a), (b), #a, __LINE__)
#define CHECK_ERROR(call, code) CheckError((call), (code), #call, __LINE__)

static void Fail(int line, const char *text) {
  Dwreloc_Error error;
  ++failed;
  dwreloc_error(&error);
  fprintf(stderr, "c_api_test.c:%d: %s (last error: %s)\n", line, text,
          error.text);
}
static void Check(int holds, const char *text, int line) {
  ++checks;
  if (!holds) Fail(line, text);
}
static void CheckEqual(long long a, long long b, const char *text, int line) {
  ++checks;
  if (a == b) return;
  Fail(line, text);
  fprintf(stderr, "    %lld (0x%llx) and %lld (0x%llx)\n", a,
          (unsigned long long)a, b, (unsigned long long)b);
}
static void CheckString(const char *a, const char *b, const char *text,
                        int line) {
  ++checks;
  if (a != NULL && strcmp(a, b) == 0) return;
  Fail(line, text);
  fprintf(stderr, "    \"%s\" and \"%s\"\n", a == NULL ? "NULL" : a, b);
}
/* A call must fail with that code, which dwreloc_error tells with a text. */
static void CheckError(int result, int code, const char *text, int line) {
  Dwreloc_Error error;
  ++checks;
  if (result == code && dwreloc_error(&error) == code && error.code == code &&
      error.text != NULL && error.text[0] != '\0') {
    return;
  }
  Fail(line, text);
  fprintf(stderr, "    %d instead of %d\n", result, code);
}

/* A file in memory. */
typedef struct Image {
  unsigned char *bytes;
  size_t size;
} Image;

static const char *DataPath(const char *name) {
  static char path[4096];
  const char *directory = getenv("DWRELOC_TEST_DATA");
  snprintf(path, sizeof(path), "%s/%s",
           directory == NULL ? "tests/data" : directory, name);
  return path;
}

static Image Load(const char *path) {
  Image image = {NULL, 0};
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "c_api_test: cannot open %s\n", path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  image.size = (size_t)ftell(file);
  rewind(file);
  image.bytes = malloc(image.size);
  if (fread(image.bytes, 1, image.size, file) != image.size) exit(1);
  fclose(file);
  return image;
}

static Dwreloc_Module *OpenMeter(void) {
  Dwreloc_Module *module = NULL;
  CHECK_EQ(dwreloc_open(DataPath("module/meter.ko"), &module), 0);
  return module;
}

static uint32_t Section(const Dwreloc_Module *module, const char *name) {
  uint32_t index = 0;
  CHECK_EQ(dwreloc_find_section(module, name, 0, &index), 1);
  return index;
}

static uint32_t Symbol(const Dwreloc_Module *module, const char *name) {
  Dwreloc_Symbol symbol;
  for (uint32_t i = 0; i < dwreloc_symbol_count(module); ++i) {
    if (dwreloc_symbol(module, i, &symbol) == 0 &&
        strcmp(symbol.name, name) == 0) {
      return i;
    }
  }
  CHECK(!"the symbol is there");
  return 0;
}

static int IsPlaced(const Dwreloc_Die *die) {
  Dwreloc_Attribute attribute;
  return dwreloc_attr(die, DW_AT_low_pc, &attribute) == 1 ||
         dwreloc_attr(die, DW_AT_ranges, &attribute) == 1 ||
         dwreloc_attr(die, DW_AT_location, &attribute) == 1;
}

/* The first DIE of that tag and name that is placed: no declaration. */
static int FindDieIn(const Dwreloc_Unit *unit, unsigned tag, const char *name,
                     Dwreloc_Die *die) {
  Dwreloc_Walk walk;
  if (dwreloc_walk_begin(unit, &walk) != 1) return 0;
  while (dwreloc_walk_next(&walk, die, NULL, NULL, 0, NULL) == 1) {
    Dwreloc_Attribute attribute;
    const char *text = NULL;
    if (die->tag == tag && IsPlaced(die) &&
        dwreloc_attr(die, DW_AT_name, &attribute) == 1 &&
        dwreloc_formstring(&attribute, &text, NULL) == 0 &&
        strcmp(text, name) == 0) {
      return 1;
    }
  }
  return 0;
}
static int FindDie(const Dwreloc_Module *module, unsigned tag, const char *name,
                   Dwreloc_Die *die) {
  const Dwreloc_Unit *unit = NULL;
  while (dwreloc_units_next(module, &unit) == 1) {
    if (FindDieIn(unit, tag, name, die)) return 1;
  }
  return 0;
}

/* The address operand of a variable's location. */
static int AddressOf(const Dwreloc_Die *die, Dwreloc_Relocatable *value) {
  Dwreloc_Attribute attribute;
  Dwreloc_List list;
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression;
  Dwreloc_Op op;
  size_t count = 0;
  if (dwreloc_attr(die, DW_AT_location, &attribute) != 1) return 0;
  CHECK_EQ(dwreloc_locations_begin(&attribute, &list), 1);
  CHECK_EQ(dwreloc_locations_next(&list, &begin, &end, &expression), 2);
  CHECK_EQ(dwreloc_expression_ops(&expression, &op, 1, &count), 0);
  CHECK_EQ(count, 1);
  CHECK_EQ(op.relocatable, 1);
  CHECK_EQ(dwreloc_getlocation_relocatable_addr(&expression, &op, value), 0);
  return 1;
}

static int VariableAddress(const Dwreloc_Module *module, const char *name,
                           Dwreloc_Relocatable *value) {
  Dwreloc_Die die;
  return FindDie(module, DW_TAG_variable, name, &die) && AddressOf(&die, value);
}

static void TestVersionAndTexts(void) {
  char expected[32];
  snprintf(expected, sizeof(expected), "%d.%d.%d", DWRELOC_VERSION_MAJOR,
           DWRELOC_VERSION_MINOR, DWRELOC_VERSION_PATCH);
  CHECK_STR(dwreloc_version(), expected);
  CHECK_STR(dwreloc_strerror(DWRELOC_E_NEEDS_RELOCATION),
            "value requires relocation");
  for (int code = 0; code >= DWRELOC_E_NO_SKELETON; --code) {
    CHECK(strlen(dwreloc_strerror(code)) > 0);
    CHECK(strcmp(dwreloc_strerror(code), "unknown error") != 0);
  }
  CHECK_STR(dwreloc_strerror(1), "unknown error");
  CHECK_STR(dwreloc_strerror(DWRELOC_E_NO_SKELETON - 1), "unknown error");

  CHECK_STR(dwreloc_tag_name(DW_TAG_subprogram), "DW_TAG_subprogram");
  CHECK_STR(dwreloc_at_name(DW_AT_low_pc), "DW_AT_low_pc");
  CHECK_STR(dwreloc_form_name(DW_FORM_addr), "DW_FORM_addr");
  CHECK_STR(dwreloc_op_name(DW_OP_addr), "DW_OP_addr");
  CHECK_STR(dwreloc_rle_name(4), "DW_RLE_offset_pair");
  CHECK_STR(dwreloc_lle_name(5), "DW_LLE_default_location");
  CHECK_STR(dwreloc_lns_name(9), "DW_LNS_fixed_advance_pc");
  CHECK_STR(dwreloc_lne_name(2), "DW_LNE_set_address");
  CHECK(dwreloc_lns_name(0) == NULL);
  CHECK_STR(dwreloc_ut_name(1), "DW_UT_compile");
  CHECK_STR(dwreloc_constant_name(DW_AT_language, DW_LANG_C99), "DW_LANG_C99");
  CHECK_STR(dwreloc_reloc_type_name(EM_X86_64, 64, R_X86_64_32), "R_X86_64_32");
  CHECK_STR(dwreloc_special_index_name(EM_X86_64, SHN_COMMON), "SHN_COMMON");
  CHECK_STR(dwreloc_special_index_name(EM_MIPS, 0xff03), "SHN_MIPS_SCOMMON");
  CHECK(dwreloc_special_index_name(EM_X86_64, 0xff03) == NULL);
  CHECK(dwreloc_special_index_name(0x10000, SHN_ABS) == NULL);
  CHECK(dwreloc_tag_name(0xffffff) == NULL);
  CHECK(dwreloc_constant_name(DW_AT_language, 0x7777) == NULL);
  CHECK(dwreloc_constant_name(DW_AT_name, 1) == NULL);
  CHECK(dwreloc_reloc_type_name(EM_X86_64, 64, 0xffff) == NULL);
  CHECK(dwreloc_reloc_type_name(0xffff, 64, 1) == NULL);
}

static void TestOpenErrors(void) {
  Dwreloc_Module *module = (Dwreloc_Module *)&module;
  Dwreloc_Error error;
  CHECK_ERROR(dwreloc_open("/nonexistent/file.ko", &module), DWRELOC_E_SYSTEM);
  CHECK(module == NULL);
  dwreloc_error(&error);
  CHECK_EQ(error.system_error, ENOENT);
  CHECK_EQ(error.section, DWRELOC_NO_SECTION);
  CHECK_EQ(error.symbol, DWRELOC_NO_SYMBOL);
  CHECK_EQ(error.offset, DWRELOC_NO_OFFSET);
  CHECK(strstr(error.text, "/nonexistent/file.ko") != NULL);
  CHECK_ERROR(dwreloc_open("/", &module), DWRELOC_E_SYSTEM);
  CHECK_ERROR(dwreloc_open(DataPath("module/main.c"), &module),
              DWRELOC_E_NOT_ELF);
  CHECK_ERROR(dwreloc_open_fd(1 << 20, "no file", &module), DWRELOC_E_SYSTEM);
  CHECK_ERROR(dwreloc_open_memory("", 0, NULL, &module), DWRELOC_E_NOT_ELF);
  CHECK_ERROR(dwreloc_open_memory(NULL, 0, NULL, &module), DWRELOC_E_NOT_ELF);
  dwreloc_error(&error);
  CHECK(strstr(error.text, "(memory)") != NULL);
  CHECK_ERROR(dwreloc_open_memory(ELFMAG "\2\1\1", 7, "short", &module),
              DWRELOC_E_BAD_ELF);
  {
    Image image = Load(DataPath("tiny/tiny5.o"));
    CHECK_ERROR(dwreloc_open_memory(image.bytes, 60, "cut", &module),
                DWRELOC_E_BAD_ELF);
    dwreloc_error(&error);
    CHECK(strncmp(error.text, "cut: ", 5) == 0);
    image.bytes[EI_CLASS] = 3;
    CHECK_ERROR(dwreloc_open_memory(image.bytes, image.size, "class", &module),
                DWRELOC_E_BAD_ELF);
    free(image.bytes);
  }
  dwreloc_close(NULL);
}

/* Adds up what a full read meets. */
static uint64_t CountDies(const Dwreloc_Module *module) {
  uint64_t count = 0;
  const Dwreloc_Unit *unit = NULL;
  while (dwreloc_units_next(module, &unit) == 1) {
    Dwreloc_Walk walk;
    Dwreloc_Die die;
    CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
    while (dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL) == 1) ++count;
  }
  return count;
}

static void TestOpenFourWays(void) {
  const char *path = DataPath("module/meter.ko");
  Image image = Load(path);
  Dwreloc_Module *modules[4] = {NULL, NULL, NULL, NULL};
  const char *const names[4] = {path, "by fd", "(memory)", "by Elf"};
  const int fd = open(path, O_RDONLY);
  const int elf_fd = open(path, O_RDONLY);
  Elf *elf;
  CHECK(fd >= 0);
  CHECK_EQ(dwreloc_open(path, &modules[0]), 0);
  CHECK_EQ(dwreloc_open_fd(fd, "by fd", &modules[1]), 0);
  close(fd); /* only used during the call */
  CHECK_EQ(dwreloc_open_memory(image.bytes, image.size, NULL, &modules[2]), 0);
  elf_version(EV_CURRENT);
  elf = elf_begin(elf_fd, ELF_C_READ, NULL);
  CHECK(elf != NULL);
  CHECK_EQ(dwreloc_open_elf(elf, "by Elf", &modules[3]), 0);
  const uint64_t dies = CountDies(modules[0]);
  CHECK(dies > 1000);
  for (int i = 0; i < 4; ++i) {
    Dwreloc_File_Info info;
    CHECK_EQ(dwreloc_file_info(modules[i], &info), 0);
    CHECK_STR(info.name, names[i]);
    CHECK_EQ(info.size, image.size);
    CHECK_EQ(info.section_count, 63);
    CHECK_EQ(info.symbol_count, 101);
    CHECK_EQ(CountDies(modules[i]), dies);
    dwreloc_close(modules[i]);
  }
  elf_end(elf);
  close(elf_fd);
  {
    /* From a pipe, as `zstd -dc module.ko.zst | program` has it. */
    int ends[2];
    Image tiny = Load(DataPath("tiny/tiny5.o"));
    Dwreloc_Module *module = NULL;
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], tiny.bytes, tiny.size), tiny.size);
    close(ends[1]);
    CHECK_EQ(dwreloc_open_fd(ends[0], NULL, &module), 0);
    CHECK(CountDies(module) > 30);
    dwreloc_close(module);
    close(ends[0]);
    free(tiny.bytes);
  }
  free(image.bytes);
}

static void TestFile(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_File_Info info;
  const uint8_t *id = NULL;
  size_t size = 0;
  CHECK_EQ(dwreloc_file_info(module, &info), 0);
  CHECK_EQ(info.e_type, ET_REL);
  CHECK_EQ(info.e_machine, EM_X86_64);
  CHECK_EQ(info.elf_class, 64);
  CHECK_EQ(info.big_endian, 0);
  CHECK_EQ(info.relocatable, 1);
  CHECK_EQ(info.machine_known, 1);
  CHECK_STR(info.machine, "EM_X86_64");
  CHECK_EQ(dwreloc_build_id(module, &id, &size), 0);
  CHECK_EQ(size, 20);
  {
    const uint8_t *note = NULL;
    size_t note_size = 0;
    CHECK_EQ(dwreloc_section_data(module, Section(module, ".note.gnu.build-id"),
                                  &note, &note_size),
             0);
    CHECK(note_size == 36 && memcmp(note + 16, id, 20) == 0);
  }
  dwreloc_close(module);
  CHECK_EQ(dwreloc_open(DataPath("tiny/tiny5.o"), &module), 0);
  CHECK_ERROR(dwreloc_build_id(module, &id, &size), DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

static void TestSections(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Section section;
  const uint8_t *bytes = NULL;
  size_t size = 1;
  uint32_t index = 0;
  CHECK_EQ(dwreloc_section(module, Section(module, ".debug_info"), &section),
           0);
  CHECK_STR(section.name, ".debug_info");
  CHECK_EQ(section.is_debug, 1);
  CHECK_EQ(section.is_compressed, 0);
  CHECK_EQ(section.type, SHT_PROGBITS);
  CHECK_EQ(section.file_size, 0xe057);
  CHECK_EQ(section.reloc_count, 0x15c00 / 24);
  CHECK_EQ(section.group, DWRELOC_NO_SECTION);
  CHECK_EQ(dwreloc_section_data(module, section.index, &bytes, &size), 0);
  CHECK_EQ(size, section.file_size);
  CHECK(bytes != NULL && bytes[4] == 5); /* DWARF version */

  {
    /* debug_abbrev_offset of the first unit, and DW_AT_producer behind it. */
    Dwreloc_Relocatable value;
    const Dwreloc_Unit *unit = NULL;
    Dwreloc_Die root;
    Dwreloc_Attribute attribute;
    CHECK_EQ(dwreloc_units_next(module, &unit), 1);
    CHECK_EQ(dwreloc_unit_die(unit, &root), 0);
    CHECK_EQ(dwreloc_attr(&root, DW_AT_producer, &attribute), 1);
    CHECK_EQ(dwreloc_section_value(module, section.index, attribute.offset, 4,
                                   &value),
             0);
    CHECK_EQ(value.value, attribute.value);
    CHECK(value.has_record == 1 && value.kind == DWRELOC_CONSTANT);
    CHECK_EQ(dwreloc_section_value(module, section.index, 4, 2, &value), 0);
    CHECK(value.value == 5 && value.has_record == 0 && value.width == 2);
    CHECK_ERROR(
        dwreloc_section_value(module, section.index, size - 3, 4, &value),
        DWRELOC_E_TRUNCATED);
    CHECK_ERROR(
        dwreloc_section_value(module, section.index, UINT64_MAX, 4, &value),
        DWRELOC_E_TRUNCATED);
    CHECK_ERROR(dwreloc_section_value(module, section.index, 0, 3, &value),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(
        dwreloc_section_value(module, Section(module, ".text"), 0, 4, &value),
        DWRELOC_E_NOT_FOUND);
  }

  CHECK_EQ(dwreloc_section(module, Section(module, ".bss"), &section), 0);
  CHECK_EQ(section.type, SHT_NOBITS);
  CHECK_EQ(dwreloc_section_data(module, section.index, &bytes, &size), 0);
  CHECK_EQ(size, 0);

  CHECK_EQ(dwreloc_section(module, 0, &section), 0);
  CHECK_EQ(section.type, SHT_NULL);
  CHECK_ERROR(dwreloc_section(module, 63, &section), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_section(module, UINT32_MAX, &section),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_section_data(module, 63, &bytes, &size),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_find_section(module, ".no_such", 0, &index), 0);
  index = Section(module, ".text");
  CHECK_EQ(dwreloc_find_section(module, ".text", index + 1, &index), 0);
  CHECK_EQ(dwreloc_find_section(module, ".text", UINT32_MAX, &index), 0);
  dwreloc_close(module);

  /* Compressed ones are seen decompressed; COMDAT groups have members. */
  CHECK_EQ(dwreloc_open(DataPath("tiny/tiny5z.o"), &module), 0);
  CHECK_EQ(dwreloc_section(module, Section(module, ".debug_info"), &section),
           0);
  CHECK_EQ(section.is_compressed, 1);
  CHECK_EQ(dwreloc_section_data(module, section.index, &bytes, &size), 0);
  CHECK(size > section.file_size);
  {
    Dwreloc_Stats stats;
    CHECK_EQ(dwreloc_stats(module, &stats), 0);
    CHECK_EQ(stats.sections_decompressed, 1);
    CHECK_EQ(stats.decompressed_bytes, size);
  }
  dwreloc_close(module);
  CHECK_EQ(dwreloc_open(DataPath("tiny/tiny4.o"), &module), 0);
  CHECK_EQ(dwreloc_section(module, Section(module, ".debug_types"), &section),
           0);
  CHECK(section.group != DWRELOC_NO_SECTION);
  dwreloc_close(module);
}

static void TestSymbols(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Symbol symbol;
  CHECK_EQ(dwreloc_symbol_count(module), 101);
  CHECK_EQ(dwreloc_symbol(module, Symbol(module, "meter_ring_put"), &symbol),
           0);
  CHECK_EQ(symbol.section, Section(module, ".text"));
  CHECK_EQ(symbol.type, STT_FUNC);
  CHECK_EQ(symbol.binding, STB_GLOBAL);
  CHECK(symbol.size > 0);
  CHECK_EQ(dwreloc_symbol(module, Symbol(module, "_printk"), &symbol), 0);
  CHECK_EQ(symbol.section, DWRELOC_NO_SECTION);
  CHECK_EQ(symbol.st_shndx, SHN_UNDEF);
  CHECK_EQ(dwreloc_symbol(module, 0, &symbol), 0);
  CHECK_STR(symbol.name, "");
  CHECK_ERROR(dwreloc_symbol(module, 101, &symbol), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_symbol(module, DWRELOC_NO_SYMBOL, &symbol),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_symbol_count(NULL), 0);
  dwreloc_close(module);
}

static void TestLaziness(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Stats stats;
  Dwreloc_Die die;
  const Dwreloc_Unit *unit = NULL;
  const uint32_t info = Section(module, ".debug_info");
  CHECK_EQ(dwreloc_stats(module, &stats), 0);
  CHECK_EQ(stats.sections_digested, 0);
  CHECK_EQ(stats.records_digested, 0);
  CHECK_EQ(dwreloc_is_digested(module, info), 0);
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_unit_die(unit, &die), 0);
  CHECK_EQ(dwreloc_stats(module, &stats), 0);
  CHECK_EQ(stats.sections_digested, 1);
  CHECK_EQ(stats.records_digested, 0x15c00 / 24);
  CHECK(stats.records_static > 0 &&
        stats.records_static < stats.records_digested);
  CHECK(stats.digest_bytes > 0);
  CHECK_EQ(dwreloc_is_digested(module, info), 1);
  CHECK_EQ(dwreloc_is_digested(module, Section(module, ".debug_line")), 0);
  CHECK_EQ(dwreloc_is_digested(module, UINT32_MAX), 0);
  CHECK_EQ(dwreloc_digest_all(module), 0);
  CHECK_EQ(dwreloc_is_digested(module, Section(module, ".debug_line")), 1);
  {
    Dwreloc_Diagnostic diagnostic;
    CHECK_EQ(dwreloc_diagnostic(module, 0, &diagnostic), 0);
  }
  dwreloc_close(module);
}

typedef void Executor(void *context, size_t count,
                      void (*run)(void *work, size_t index), void *work);

static void InOrder(void *context, size_t count,
                    void (*run)(void *work, size_t index), void *work) {
  size_t *calls = context;
  for (*calls = 0; *calls < count; ++*calls) run(work, *calls);
}

static void TheLastOnly(void *context, size_t count,
                        void (*run)(void *work, size_t index), void *work) {
  (void)context;
  if (count > 0) run(work, count - 1);
}

static void Nothing(void *context, size_t count,
                    void (*run)(void *work, size_t index), void *work) {
  (void)context, (void)count, (void)run, (void)work;
}

/* All is digested, whatever the executor does. */
static void TestDigestAllWithAnExecutor(void) {
  Dwreloc_Stats expected;
  Dwreloc_Module *alone = OpenMeter();
  CHECK_EQ(dwreloc_digest_all(alone), 0);
  CHECK_EQ(dwreloc_stats(alone, &expected), 0);
  dwreloc_close(alone);
  Executor *const executors[] = {InOrder, TheLastOnly, Nothing};
  for (size_t i = 0; i < 3; ++i) {
    Dwreloc_Module *module = OpenMeter();
    size_t calls = 0;
    CHECK_EQ(dwreloc_digest_all_with(module, executors[i], &calls), 0);
    CHECK_EQ(calls > 0, i == 0);
    Dwreloc_Stats stats;
    CHECK_EQ(dwreloc_stats(module, &stats), 0);
    CHECK_EQ(stats.sections_digested, expected.sections_digested);
    CHECK_EQ(stats.records_digested, expected.records_digested);
    CHECK_EQ(stats.records_static, expected.records_static);
    dwreloc_close(module);
  }
}

/* What stays valid over dwreloc_trim, and reads as before. */
static void TestTrim(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t info = Section(module, ".debug_info");
  const uint32_t lines = Section(module, ".debug_line");
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  const Dwreloc_Line_Table *table_again = NULL;
  Dwreloc_Section_Memory memory, memory_again;
  Dwreloc_Stats stats;
  Dwreloc_Walk walk;
  Dwreloc_Die die;
  Dwreloc_Attribute name, name_again, low_pc;
  Dwreloc_Relocatable value, value_again;
  Dwreloc_Rows rows;
  Dwreloc_Line line, line_again;
  Dwreloc_Records records;
  Dwreloc_Record record;
  const char *string = NULL;
  const char *string_again = NULL;
  int order = 1;

  CHECK_EQ(dwreloc_trim(module), 0); /* of what was never read */
  CHECK_EQ(dwreloc_section_memory(module, info, &memory), 0);
  CHECK_EQ(memory.records_digested, 0);
  CHECK_EQ(memory.digest_bytes, 0);
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
  do {
    CHECK_EQ(dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL), 1);
  } while (die.tag != DW_TAG_subprogram ||
           dwreloc_attr(&die, DW_AT_low_pc, &low_pc) != 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_name, &name), 1);
  CHECK_EQ(dwreloc_formstring(&name, &string, NULL), 0);
  CHECK_EQ(dwreloc_form_relocatable(&low_pc, &value), 0);
  CHECK_EQ(dwreloc_line_table(unit, &table), 1);
  CHECK_EQ(dwreloc_rows_begin(table, &rows), 1);
  CHECK_EQ(dwreloc_rows_next(&rows, &line), 1);
  CHECK_EQ(dwreloc_section_memory(module, info, &memory), 0);
  CHECK_EQ(memory.records_digested, 0x15c00 / 24);
  CHECK(memory.digest_bytes > 0);
  CHECK_EQ(memory.decompressed_bytes, 0);

  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_stats(module, &stats), 0);
  CHECK_EQ(stats.sections_digested, 0);
  CHECK_EQ(stats.digest_bytes, 0);
  CHECK_EQ(dwreloc_is_digested(module, info), 0);
  CHECK_EQ(dwreloc_section_memory(module, info, &memory_again), 0);
  CHECK_EQ(memory_again.records_digested, 0);
  CHECK_EQ(memory_again.digest_bytes, 0);
  /* What is held already needs no digest. */
  CHECK_EQ(dwreloc_formstring(&name, &string_again, NULL), 0);
  CHECK(string == string_again);
  CHECK_EQ(dwreloc_form_relocatable(&low_pc, &value_again), 0);
  CHECK_EQ(dwreloc_relocatable_compare(&value, &value_again, &order), 0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_is_digested(module, info), 0);
  /* What is read again does. */
  CHECK_EQ(dwreloc_attr(&die, DW_AT_name, &name_again), 1);
  CHECK_EQ(dwreloc_is_digested(module, info), 1);
  CHECK_EQ(dwreloc_is_digested(module, lines), 0);
  CHECK_EQ(dwreloc_section_memory(module, info, &memory_again), 0);
  CHECK_EQ(memory_again.digest_bytes, memory.digest_bytes);
  CHECK(memcmp(&name, &name_again, sizeof(name)) == 0);
  CHECK_EQ(dwreloc_line_table(unit, &table_again), 1);
  {
    const Dwreloc_Line_Table *placed;
    Dwreloc_Line_Info known, info_of_placed;
    uint64_t next;
    CHECK_EQ(dwreloc_line_info(table, &known), 0);
    CHECK_EQ(dwreloc_line_table_at(module, known.section, known.offset, &placed,
                                   &next),
             1);
    CHECK_EQ(next, known.end);
    CHECK_EQ(dwreloc_line_info(placed, &info_of_placed), 0);
    CHECK_EQ(info_of_placed.program_offset, known.program_offset);
    CHECK_EQ(dwreloc_line_table_at(module, known.section, UINT64_MAX, &placed,
                                   &next),
             0);
    CHECK_EQ(dwreloc_line_table_at(module, 0, 0, &placed, &next), 0);
  }
  CHECK(table == table_again);
  CHECK_EQ(dwreloc_rows_begin(table, &rows), 1);
  CHECK_EQ(dwreloc_rows_next(&rows, &line_again), 1);
  CHECK_EQ(line_again.offset, line.offset);
  CHECK_EQ(line_again.line, line.line);
  CHECK_EQ(
      dwreloc_relocatable_compare(&line.address, &line_again.address, &order),
      0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_records_begin(module, info, 0, DWRELOC_NO_OFFSET, &records),
           1);
  CHECK_EQ(dwreloc_records_next(&records, &record), 1);
  CHECK_EQ(dwreloc_is_digested(module, info), 1);
  CHECK_ERROR(dwreloc_section_memory(module, 10000, &memory),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

/* Strings stay where they are: decompressed sections are not given back. */
static void TestTrimKeepsDecompressedSections(void) {
  Dwreloc_Module *module = NULL;
  Dwreloc_Section_Memory memory;
  const uint8_t *bytes = NULL;
  const uint8_t *bytes_again = NULL;
  size_t size = 0;
  uint32_t index = 0;
  CHECK_EQ(dwreloc_open(DataPath("tiny/tiny5z.o"), &module), 0);
  CHECK_EQ(dwreloc_find_section(module, ".debug_info", 0, &index), 1);
  CHECK_EQ(dwreloc_section_memory(module, index, &memory), 0);
  CHECK_EQ(memory.decompressed_bytes, 0);
  CHECK_EQ(dwreloc_section_data(module, index, &bytes, &size), 0);
  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_section_memory(module, index, &memory), 0);
  CHECK_EQ(memory.decompressed_bytes, size);
  CHECK_EQ(dwreloc_section_data(module, index, &bytes_again, &size), 0);
  CHECK(bytes == bytes_again);
  dwreloc_close(module);
}

static void TestUnitsAndDies(void) {
  Dwreloc_Module *module = OpenMeter();
  const Dwreloc_Unit *unit = NULL;
  Dwreloc_Unit_Info info;
  Dwreloc_Die root, die, other;
  Dwreloc_Attribute attributes[32];
  size_t count = 0;
  uint32_t units = 0;
  CHECK_EQ(dwreloc_unit_count(module, &units), 0);
  CHECK_EQ(units, 4);
  CHECK_EQ(dwreloc_unit_error(module, 0), 0);
  CHECK_ERROR(dwreloc_unit(module, 4, &unit), DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_unit(module, 1, &unit), 0);
  CHECK(dwreloc_unit_module(unit) == module);
  CHECK(dwreloc_unit_module(NULL) == NULL);
  CHECK_EQ(dwreloc_unit_info(unit, &info), 0);
  CHECK_EQ(info.version, 5);
  CHECK_EQ(info.unit_type, 1);
  CHECK_EQ(info.address_size, 8);
  CHECK_EQ(info.offset_size, 4);
  CHECK_EQ(info.header_size, 12);
  CHECK_EQ(info.section, Section(module, ".debug_info"));
  CHECK_EQ(dwreloc_unit_die(unit, &root), 0);
  CHECK_EQ(root.offset, info.offset + info.header_size);
  CHECK_EQ(root.tag, DW_TAG_compile_unit);
  CHECK_EQ(root.has_children, 1);
  CHECK_EQ(dwreloc_parent(&root, &die), 0);
  CHECK_EQ(dwreloc_sibling(&root, &die), 0);

  /* Too small an array still gets the count. */
  CHECK_EQ(dwreloc_attributes(&root, attributes, 2, &count), 0);
  CHECK(count > 2 && count < 32);
  CHECK_EQ(dwreloc_attributes(&root, NULL, 0, &count), 0);
  CHECK_EQ(dwreloc_attributes(&root, attributes, 32, &count), 0);
  for (size_t i = 0; i < count; ++i) {
    Dwreloc_Attribute same;
    CHECK_EQ(dwreloc_attr(&root, attributes[i].name, &same), 1);
    CHECK_EQ(same.offset, attributes[i].offset);
    CHECK_EQ(same.value, attributes[i].value);
  }
  CHECK_EQ(dwreloc_attr(&root, 0x1fff, attributes), 0);
  CHECK_EQ(dwreloc_attr(&root, 0x12345678, attributes), 0);

  /* Down, aside and up again. */
  CHECK_EQ(dwreloc_child(&root, &die), 1);
  for (int i = 0; i < 20; ++i) {
    CHECK_EQ(dwreloc_parent(&die, &other), 1);
    CHECK_EQ(other.offset, root.offset);
    CHECK_EQ(dwreloc_die_at(module, info.section, die.offset, &other), 0);
    CHECK_EQ(other.tag, die.tag);
    if (dwreloc_sibling(&die, &die) != 1) break;
  }
  CHECK_ERROR(dwreloc_die_at(module, info.section, 0, &other),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_die_at(module, info.section, UINT64_MAX, &other),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_die_at(module, 9999, 12, &other), DWRELOC_E_NOT_FOUND);

  /* A walk over a subtree is as deep as the tree. */
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_ring_put", &die), 1);
  {
    Dwreloc_Walk walk;
    uint32_t depth = 99, deepest = 0;
    int steps = 0;
    CHECK_EQ(dwreloc_walk_begin_at(&die, &walk), 1);
    while (dwreloc_walk_next(&walk, &other, &depth, attributes, 32, &count) ==
           1) {
      if (steps++ == 0) {
        CHECK_EQ(other.offset, die.offset);
        CHECK_EQ(depth, 0);
      }
      if (depth > deepest) deepest = depth;
    }
    CHECK(steps > 5 && deepest >= 1);
    CHECK_EQ(dwreloc_walk_next(&walk, &other, &depth, NULL, 0, NULL), 0);
  }
  dwreloc_close(module);
}

/* Several DIEs at once are those that come one by one. */
static void TestWalkNextMany(void) {
  Dwreloc_Module *module = OpenMeter();
  const Dwreloc_Unit *unit = NULL;
  size_t all = 0;
  while (dwreloc_units_next(module, &unit) == 1) {
    Dwreloc_Walk one, many;
    Dwreloc_Die_Entry entries[7];
    Dwreloc_Attribute attributes[40];
    size_t count = 99;
    CHECK_EQ(dwreloc_walk_begin(unit, &one), 1);
    CHECK_EQ(dwreloc_walk_begin(unit, &many), 1);
    CHECK_EQ(dwreloc_walk_next_many(&many, entries, 0, attributes, 40, &count),
             1);
    CHECK_EQ(count, 0);
    while (dwreloc_walk_next_many(&many, entries, 7, attributes, 40, &count) ==
           1) {
      const Dwreloc_Attribute *next = attributes;
      CHECK(count >= 1 && count <= 7);
      for (size_t i = 0; i < count; ++i) {
        Dwreloc_Die die;
        Dwreloc_Attribute expected[40];
        uint32_t depth;
        size_t attribute_count;
        CHECK_EQ(dwreloc_walk_next(&one, &die, &depth, expected, 40,
                                   &attribute_count),
                 1);
        CHECK_EQ(entries[i].die.offset, die.offset);
        CHECK_EQ(entries[i].die.tag, die.tag);
        CHECK_EQ(entries[i].depth, depth);
        CHECK_EQ(entries[i].attribute_count, attribute_count);
        for (size_t j = 0; j < attribute_count; ++j, ++next) {
          CHECK(next < attributes + 40);
          CHECK_EQ(next->name, expected[j].name);
          CHECK_EQ(next->value, expected[j].value);
          CHECK(next->unit == unit);
        }
        ++all;
      }
    }
    CHECK_EQ(count, 0);
    CHECK_EQ(dwreloc_walk_next(&one, &entries[0].die, NULL, NULL, 0, NULL), 0);
  }
  CHECK(all > 100);
  dwreloc_close(module);
}

static void TestForms(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die, type;
  Dwreloc_Attribute name, high, external, reference, low;
  const char *text = NULL;
  const uint8_t *bytes;
  size_t length = 0;
  uint64_t number = 0, offset = 0;
  int64_t signed_number = 0;
  uint32_t section = 0;
  int flag = 0;
  Dwreloc_Error error;
  Dwreloc_Relocatable value;
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_name, &name), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &low), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_high_pc, &high), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_external, &external), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_type, &reference), 1);

  CHECK_EQ(dwreloc_formstring(&name, &text, &length), 0);
  CHECK_STR(text, "meter_summarize");
  CHECK_EQ(length, strlen("meter_summarize"));
  CHECK_EQ(dwreloc_formstring_place(&name, &section, &offset), 0);
  CHECK_EQ(section, Section(module, ".debug_str"));
  CHECK_EQ(dwreloc_section_data(module, section, &bytes, &length), 0);
  CHECK_STR((const char *)bytes + offset, "meter_summarize");
  CHECK_EQ(dwreloc_formudata(&high, &number), 0);
  CHECK(number > 0 && number < 0x1000);
  CHECK_EQ(dwreloc_formsdata(&high, &signed_number), 0);
  CHECK_EQ(signed_number, number);
  CHECK_EQ(dwreloc_formflag(&external, &flag), 0);
  CHECK_EQ(flag, 1);
  CHECK_EQ(dwreloc_formref(&reference, &section, &offset), 0);
  CHECK_EQ(section, Section(module, ".debug_info"));
  CHECK_EQ(dwreloc_formref_die(&reference, &type), 0);
  CHECK_EQ(type.offset, offset);
  CHECK_EQ(dwreloc_form_relocatable(&low, &value), 0);
  CHECK_EQ(value.kind, DWRELOC_SECTION);
  CHECK_EQ(value.section, Section(module, ".text"));

  /* Of another class: said with the attribute's place. */
  CHECK_ERROR(dwreloc_formstring(&high, &text, NULL), DWRELOC_E_WRONG_FORM);
  dwreloc_error(&error);
  CHECK_EQ(error.section, Section(module, ".debug_info"));
  CHECK_EQ(error.offset, high.offset);
  CHECK(strstr(error.text, "meter.ko: .debug_info+0x") != NULL);
  CHECK_ERROR(dwreloc_formstring_place(&high, &section, &offset),
              DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formudata(&name, &number), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formsdata(&name, &signed_number), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formudata(&low, &number), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formflag(&name, &flag), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formblock(&name, &bytes, &length), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formref(&name, &section, &offset), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formref_die(&name, &type), DWRELOC_E_WRONG_FORM);
  CHECK_ERROR(dwreloc_formaddr(&name, &number), DWRELOC_E_WRONG_FORM);
  {
    Dwreloc_List list;
    CHECK_ERROR(dwreloc_locations_begin(&name, &list), DWRELOC_E_WRONG_FORM);
  }
  dwreloc_close(module);
}

static void TestValues(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  Dwreloc_Attribute low;
  Dwreloc_Relocatable value, same, constant, high, bad, with_mode;
  char text_of_bad[8];
  Dwreloc_Relocatable_Info info;
  Dwreloc_Symbol symbol;
  Dwreloc_Error error;
  uint64_t address = 0, number = 0;
  int order = 9;
  const uint32_t text = Section(module, ".text");
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &low), 1);
  CHECK_EQ(dwreloc_form_relocatable(&low, &value), 0);
  CHECK_EQ(value.has_record, 1);
  CHECK_EQ(value.width, 8);
  CHECK_EQ(dwreloc_relocatable_info(&value, &info), 0);
  CHECK_EQ(info.kind, DWRELOC_SECTION);
  CHECK_EQ(info.section_index, text);
  CHECK_STR(info.section, ".text");
  CHECK_EQ(info.minus_symbol_index, DWRELOC_NO_SYMBOL);
  CHECK_EQ(info.error, 0);
  CHECK_EQ(dwreloc_symbol(module, Symbol(module, "meter_summarize"), &symbol),
           0);
  CHECK_EQ(info.section_offset, symbol.value);
  CHECK_EQ(info.section_offset, info.symbol.value + (uint64_t)info.addend);
  CHECK_EQ(dwreloc_symbol(module, info.symbol_index, &symbol), 0);
  CHECK_EQ(symbol.section, text);
  CHECK_EQ(info.named, symbol.type != STT_SECTION);

  CHECK_EQ(info.mode, 0);
  CHECK_EQ(dwreloc_relocatable_why(&value, text_of_bad, sizeof(text_of_bad)),
           0);
  CHECK_STR(text_of_bad, "");
  bad = value;
  bad.kind = DWRELOC_BAD;
  bad.error = (uint8_t)-DWRELOC_E_BAD_RELOC;
  bad.section = DWRELOC_NO_SECTION;
  bad.detail = R_X86_64_64;
  CHECK_EQ(dwreloc_relocatable_why(&bad, text_of_bad, sizeof(text_of_bad)),
           (int)strlen("invalid relocation record R_X86_64_64"));
  CHECK_STR(text_of_bad, "invalid");
  CHECK_EQ(dwreloc_relocatable_why(&bad, NULL, 0),
           (int)strlen("invalid relocation record R_X86_64_64"));
  CHECK_STR(dwreloc_file_reloc_type_name(module, R_X86_64_64), "R_X86_64_64");
  CHECK(dwreloc_file_reloc_type_name(module, 0xffff) == NULL);
  /* Code with a mode bit: the same place, and an address of one more. */
  CHECK_EQ(dwreloc_place(module, ".text", 0x1000), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &number), 0);
  with_mode = value;
  with_mode.detail = 1;
  CHECK_EQ(dwreloc_relocatable_address(&with_mode, &address), 0);
  CHECK_EQ(address, number + 1);
  CHECK_EQ(dwreloc_relocatable_compare(&value, &with_mode, &order), 0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_relocatable_hash(&value),
           dwreloc_relocatable_hash(&with_mode));
  CHECK_EQ(dwreloc_relocatable_info(&with_mode, &info), 0);
  CHECK_EQ(info.mode, 1);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  CHECK_EQ(dwreloc_relocatable_info(&value, &info), 0);

  /* A number only once somebody says where .text is. */
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_NEEDS_RELOCATION);
  dwreloc_error(&error);
  CHECK(strstr(error.text, "value requires relocation") != NULL);
  CHECK(strstr(error.text, ".text") != NULL);
  CHECK_ERROR(dwreloc_formaddr(&low, &address), DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".text", 0xffffffffc0000000u), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(address, 0xffffffffc0000000u + value.value);
  CHECK_EQ(dwreloc_formaddr(&low, &number), 0);
  CHECK_EQ(number, address);
  CHECK_EQ(dwreloc_place_section(module, text, 0x4000), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(address, 0x4000 + value.value);
  CHECK_EQ(dwreloc_place_absent(module, text), 0);
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_SECTION_ABSENT);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place_offline(module, 0x10000, &number), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK(address >= 0x10000 && address < number);
  CHECK_EQ(dwreloc_place_offline(module, 0x10000, NULL), 0);
  CHECK_ERROR(dwreloc_place(module, ".no_such", 1), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_place_section(module, 63, 1), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_place_absent(module, 63), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_place_symbol(module, "no_such", 1), DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_place_symbol(module, "_printk", 0x1234), 0);

  /* add, compare, hash */
  same = value;
  CHECK_EQ(dwreloc_relocatable_compare(&value, &same, &order), 0);
  CHECK_EQ(order, 0);
  CHECK(dwreloc_relocatable_hash(&value) == dwreloc_relocatable_hash(&same));
  CHECK_EQ(dwreloc_relocatable_add(&same, 8), 0);
  CHECK_EQ(same.value, value.value + 8);
  CHECK_EQ(dwreloc_relocatable_compare(&value, &same, &order), 0);
  CHECK_EQ(order, -1);
  CHECK_EQ(dwreloc_relocatable_compare(&same, &value, &order), 0);
  CHECK_EQ(order, 1);
  CHECK_EQ(dwreloc_relocatable_add(&same, -8), 0);
  same.symbol = Symbol(module, "meter_ring_put"); /* written otherwise */
  CHECK_EQ(dwreloc_relocatable_compare(&value, &same, &order), 0);
  CHECK_EQ(order, 0);
  CHECK(dwreloc_relocatable_hash(&value) == dwreloc_relocatable_hash(&same));
  CHECK(dwreloc_relocatable_hash(NULL) == 0);

  /* Constants need no module. */
  memset(&constant, 0, sizeof(constant));
  constant.kind = DWRELOC_CONSTANT;
  constant.section = DWRELOC_NO_SECTION;
  constant.symbol = DWRELOC_NO_SYMBOL;
  constant.value = 42;
  CHECK_EQ(dwreloc_relocatable_address(&constant, &number), 0);
  CHECK_EQ(number, 42);
  CHECK_EQ(dwreloc_relocatable_add(&constant, -43), 0);
  CHECK_EQ(constant.value, UINT64_MAX);
  CHECK_EQ(dwreloc_relocatable_info(&constant, &info), 0);
  CHECK_EQ(info.kind, DWRELOC_CONSTANT);
  CHECK_EQ(info.section_index, DWRELOC_NO_SECTION);

  /* low_pc and high_pc as an interval. */
  CHECK_EQ(dwreloc_pc_relocatable(&die, &value, &high), 1);
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &value), 1);
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &high), 0);
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &constant), 0);
  CHECK_EQ(high.section, text);
  dwreloc_close(module);
}

/* Values of the caller's own are those that reading gives. */
static void TestMadeValues(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  Dwreloc_Relocatable low, high, made, moved, number;
  Dwreloc_Relocatable_Info info;
  Dwreloc_Symbol symbol;
  Dwreloc_Section section;
  int64_t difference;
  uint32_t index = 0;
  int order;
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_pc_relocatable(&die, &low, &high), 1);
  CHECK_EQ(dwreloc_relocatable_info(&low, &info), 0);
  CHECK_EQ(dwreloc_relocatable_in_section(module, info.section_index,
                                          info.section_offset, &made),
           0);
  CHECK_EQ(dwreloc_relocatable_compare(&made, &low, &order), 0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &made), 1);
  CHECK_EQ(dwreloc_relocatable_of_symbol(
               module, Symbol(module, "meter_summarize"), 0, &made),
           0);
  CHECK_EQ(dwreloc_relocatable_compare(&made, &low, &order), 0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_relocatable_difference(&high, &low, &difference), 0);
  CHECK_EQ(dwreloc_symbol(module, Symbol(module, "meter_summarize"), &symbol),
           0);
  CHECK_EQ(difference, (int64_t)symbol.size);
  CHECK_EQ(dwreloc_relocatable_difference(&low, &high, &difference), 0);
  CHECK_EQ(difference, -(int64_t)symbol.size);

  /* Half open, and in one section. */
  CHECK_EQ(dwreloc_relocatable_in_range(&low, &low, &high), 1);
  CHECK_EQ(dwreloc_relocatable_in_range(&high, &low, &high), 0);
  moved = high;
  CHECK_EQ(dwreloc_relocatable_add(&moved, -1), 0);
  CHECK_EQ(dwreloc_relocatable_in_range(&moved, &low, &high), 1);
  CHECK_EQ(dwreloc_relocatable_in_section(module, Section(module, ".modinfo"),
                                          low.value, &moved),
           0);
  CHECK_EQ(dwreloc_relocatable_in_range(&moved, &low, &high), 0);
  CHECK_ERROR(dwreloc_relocatable_difference(&moved, &low, &difference),
              DWRELOC_E_NOT_NUMERIC);

  CHECK_EQ(dwreloc_relocatable_of_symbol(module, Symbol(module, "_printk"), 4,
                                         &made),
           0);
  CHECK_EQ(made.kind, DWRELOC_UNDEFINED);
  CHECK_EQ(made.value, 4);
  CHECK_EQ(dwreloc_relocatable_of_symbol(module, DWRELOC_NO_SYMBOL, 4, &made),
           0);
  CHECK_EQ(made.kind, DWRELOC_CONSTANT);
  CHECK_EQ(made.value, 4);
  /* As strings and DIEs are referred to: an offset. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, Section(module, ".debug_str"),
                                          8, &made),
           0);
  CHECK_EQ(made.kind, DWRELOC_CONSTANT);
  CHECK_EQ(made.value, 8);
  CHECK_ERROR(dwreloc_relocatable_in_section(module, 999999, 0, &made),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_relocatable_of_symbol(module, 999999, 0, &made),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_relocatable_number(42, &number), 0);
  /* Where that is nobody can say until something is placed. */
  CHECK_ERROR(dwreloc_haspc_relocatable(&die, &number),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_ERROR(dwreloc_relocatable_difference(&number, &low, &difference),
              DWRELOC_E_NOT_NUMERIC);
  CHECK_EQ(dwreloc_relocatable_difference(&number, &number, &difference), 0);
  CHECK_EQ(difference, 0);

  CHECK_EQ(dwreloc_section_symbol(module, info.section_index, &index), 1);
  CHECK_EQ(dwreloc_symbol(module, index, &symbol), 0);
  CHECK_EQ(symbol.type, STT_SECTION);
  CHECK_EQ(symbol.section, info.section_index);
  CHECK_EQ(dwreloc_section_symbol(module, 0, &index), 0);
  CHECK_ERROR(dwreloc_section_symbol(module, 999999, &index),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_section(module, Section(module, ".debug_info"), &section),
           0);
  CHECK_EQ(section.is_debug, 1);
  CHECK_EQ(section.holds_dwarf, 1);
  CHECK_EQ(dwreloc_section(module, Section(module, ".text"), &section), 0);
  CHECK_EQ(section.is_debug, 0);
  CHECK_EQ(section.holds_dwarf, 0);
  dwreloc_close(module);
}

/* Each record is found by its place, with the type and r_info as stored. */
static void CheckRecordsAt(const char *path, uint32_t absolute32,
                           uint32_t absolute64) {
  Dwreloc_Module *module = NULL;
  Dwreloc_File_Info file;
  Dwreloc_Records records;
  Dwreloc_Record record, found;
  char text[256], cut[8];
  uint32_t info;
  int more, length, count = 0;
  CHECK_EQ(dwreloc_open(DataPath(path), &module), 0);
  CHECK_EQ(dwreloc_file_info(module, &file), 0);
  CHECK_EQ(file.absolute32_type, absolute32);
  CHECK_EQ(file.absolute64_type, absolute64);
  info = Section(module, ".debug_info");
  CHECK_EQ(dwreloc_records_begin(module, info, 0, DWRELOC_NO_OFFSET, &records),
           1);
  while ((more = dwreloc_records_next(&records, &record)) == 1) {
    ++count;
    CHECK_EQ(dwreloc_record_at(module, info, record.offset, &found), 1);
    CHECK_EQ(found.index, record.index);
    CHECK_EQ(found.type, record.type);
    CHECK_EQ(found.value.value, record.value.value);
    if (file.elf_class == 64) {
      CHECK_EQ(record.r_info, (uint64_t)record.symbol << 32 | record.type);
    } else {
      CHECK_EQ(record.r_info, (uint64_t)record.symbol << 8 | record.type);
    }
    length = dwreloc_record_sentence(module, &found, text, sizeof(text));
    CHECK_EQ(length, (int)strlen(text));
    CHECK(strncmp(text, "The linker writes the ", 22) == 0);
    CHECK_EQ(dwreloc_record_sentence(module, &found, NULL, 0), length);
    CHECK_EQ(dwreloc_record_sentence(module, &found, cut, sizeof(cut)), length);
    CHECK_STR(cut, "The lin");
    CHECK_EQ(dwreloc_record_at(module, info, record.offset + 1, &found), 0);
  }
  CHECK_EQ(more, 0);
  CHECK(count > 10);
  CHECK_EQ(dwreloc_record_at(module, info, DWRELOC_NO_OFFSET, &found), 0);
  CHECK_ERROR(dwreloc_record_at(module, 999999, 0, &found),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

static void TestRecordsByPlace(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  Dwreloc_Attribute attribute;
  Dwreloc_Record record;
  CheckRecordsAt("module/meter.ko", R_X86_64_32, R_X86_64_64);
  CheckRecordsAt("tiny/tiny32.o", R_386_32, 0);
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &attribute), 1);
  CHECK_EQ(dwreloc_form_record(&attribute, &record), 1);
  CHECK_EQ(record.type, R_X86_64_64);
  CHECK_EQ(record.offset, attribute.offset);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_high_pc, &attribute), 1);
  CHECK_EQ(dwreloc_form_record(&attribute, &record), 0);
  dwreloc_close(module);
}

/* The path from the compilation directory, and the whole of it. */
static void CheckPaths(const Dwreloc_Line_Table *table, uint32_t number,
                       const char *path, const char *full_path) {
  char text[256];
  CHECK_EQ(dwreloc_line_file_path(table, number, text, sizeof(text)),
           (int)strlen(path));
  CHECK_STR(text, path);
  CHECK_EQ(dwreloc_line_file_full_path(table, number, text, sizeof(text)),
           (int)strlen(full_path));
  CHECK_STR(text, full_path);
}

typedef struct PathFields {
  int count;
  uint64_t first;
  uint64_t last;
} PathFields;

static int AddPathField(void *user, uint64_t offset, uint64_t size,
                        uint16_t form) {
  PathFields *fields = user;
  CHECK_EQ(form, DW_FORM_line_strp);
  CHECK_EQ(size, 4);
  if (fields->count++ == 0) fields->first = offset;
  CHECK(offset >= fields->last);
  fields->last = offset;
  return fields->count == 1000 ? 77 : 0;
}

/* readelf --debug-dump=rawline: the directories begin at 0x28, and lead to
 * 0x13, 0x19, ... of .debug_line_str. */
static void TestPathFields(void) {
  Dwreloc_Module *module = OpenMeter();
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_line_table(unit, &table), 1);
  Dwreloc_Line_Info info;
  CHECK_EQ(dwreloc_line_info(table, &info), DWRELOC_OK);
  PathFields fields = {0};
  CHECK_EQ(dwreloc_line_paths(table, AddPathField, &fields), 0);
  CHECK_EQ(fields.count, (int)(info.directory_count + info.file_count));
  Dwreloc_Relocatable value;
  CHECK_EQ(dwreloc_section_value(module, info.section, fields.first, 4, &value),
           DWRELOC_OK);
  CHECK_EQ(value.value, 0x13);
  fields.count = 990;
  fields.last = 0;
  CHECK_EQ(dwreloc_line_paths(table, AddPathField, &fields), 77);
  dwreloc_close(module);
}

static void TestFileBytes(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint8_t *bytes = NULL;
  size_t size = 0;
  Dwreloc_File_Info info;
  CHECK_EQ(dwreloc_file_info(module, &info), DWRELOC_OK);
  CHECK_EQ(dwreloc_file_bytes(module, &bytes, &size), DWRELOC_OK);
  CHECK_EQ(size, info.size);
  CHECK(memcmp(bytes, "\177ELF", 4) == 0);
  dwreloc_close(module);
}

static void TestPaths(void) {
  Dwreloc_Module *module = OpenMeter();
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_line_table(unit, &table), 1);
  /* Directory 0 is "linux", directory 1 is "meter". */
  CheckPaths(table, 1, "meter/main.c", "linux/meter/main.c");
  CHECK_ERROR(dwreloc_line_file_full_path(table, 9999, NULL, 0),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

static void TestLines(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  const Dwreloc_Line_Table *table = NULL;
  Dwreloc_Line_Info info;
  Dwreloc_Line_File file;
  Dwreloc_Rows rows;
  Dwreloc_Line line, lines[7], found;
  Dwreloc_Relocatable low, high;
  char path[8];
  const char *directory = NULL;
  size_t count = 0, one_by_one = 0, in_batches = 0;
  int more;
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_line_table(die.unit, &table), 1);
  CHECK_EQ(dwreloc_line_info(table, &info), 0);
  CHECK_EQ(info.section, Section(module, ".debug_line"));
  CHECK_EQ(info.version, 5);
  CHECK_EQ(info.first_file, 0);
  CHECK_EQ(info.address_size, 8);
  CHECK(info.file_count > 1 && info.directory_count > 1);
  CHECK(info.program_offset > info.offset && info.program_offset < info.end);
  CHECK_EQ(dwreloc_line_file(table, 0, &file), 0);
  CHECK_STR(file.name, "summary.c");
  CHECK(file.directory != NULL);
  CHECK_ERROR(dwreloc_line_file(table, info.file_count, &file),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_line_directory(table, 0, &directory), 0);
  CHECK_ERROR(dwreloc_line_directory(table, info.directory_count, &directory),
              DWRELOC_E_NOT_FOUND);
  /* Too small a buffer: its length, and what fits. */
  more = dwreloc_line_file_path(table, 0, path, sizeof(path));
  CHECK(more > (int)sizeof(path));
  CHECK_EQ(strlen(path), sizeof(path) - 1);
  CHECK_EQ(dwreloc_line_file_path(table, 0, NULL, 0), more);
  CHECK_ERROR(dwreloc_line_file_path(table, 9999, NULL, 0),
              DWRELOC_E_NOT_FOUND);

  CHECK_EQ(dwreloc_rows_begin(table, &rows), 1);
  while ((more = dwreloc_rows_next(&rows, &line)) == 1) ++one_by_one;
  CHECK_EQ(more, 0);
  CHECK_EQ(dwreloc_rows_next(&rows, &line), 0);
  CHECK_EQ(dwreloc_rows_begin(table, &rows), 1);
  do {
    more = dwreloc_rows_next_many(&rows, lines, 7, &count);
    in_batches += count;
  } while (more == 1);
  CHECK_EQ(more, 0);
  CHECK(one_by_one > 50);
  CHECK_EQ(one_by_one, in_batches);

  CHECK_EQ(dwreloc_pc_relocatable(&die, &low, &high), 1);
  CHECK_EQ(dwreloc_getsrc_relocatable(die.unit, &low, &found), 1);
  CHECK_EQ(found.address.section, low.section);
  CHECK(found.line > 0 && found.line < 1000);
  low.value += 0x100000;
  CHECK_EQ(dwreloc_getsrc_relocatable(die.unit, &low, &found), 0);
  dwreloc_close(module);
}

struct Rewritable {
  int sections;
  int obstacles;
};

static int VisitObstacle(void *user, uint32_t section,
                         const Dwreloc_Obstacle *obstacle) {
  struct Rewritable *found = user;
  (void)section;
  if (obstacle == NULL) ++found->sections;
  if (obstacle != NULL) ++found->obstacles;
  return 0;
}

static int StopAtObstacle(void *user, uint32_t section,
                          const Dwreloc_Obstacle *obstacle) {
  (void)user, (void)section, (void)obstacle;
  return 7;
}

static void TestObstacles(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t info = Section(module, ".debug_info");
  struct Rewritable found = {0, 0};
  Dwreloc_Obstacle obstacle;
  CHECK_EQ(dwreloc_section_is_rewritable(module, info, &obstacle), 1);
  CHECK_EQ(obstacle.kind, DWRELOC_OBSTACLE_NONE);
  CHECK_EQ(dwreloc_section_is_rewritable(module, Section(module, ".text"),
                                         &obstacle),
           0);
  CHECK_EQ(obstacle.kind, DWRELOC_OBSTACLE_ROLE);
  CHECK_EQ(obstacle.offset, DWRELOC_NO_OFFSET);
  CHECK(strstr(obstacle.text, "no DWARF") != NULL);
  CHECK_EQ(dwreloc_obstacles(module, info, VisitObstacle, &found), 0);
  CHECK_EQ(found.sections, 1);
  CHECK_EQ(found.obstacles, 0);
  CHECK_EQ(dwreloc_obstacles(module, DWRELOC_NO_SECTION, VisitObstacle, &found),
           0);
  CHECK(found.sections > 8);
  CHECK_EQ(dwreloc_obstacles(module, DWRELOC_NO_SECTION, StopAtObstacle, NULL),
           7);
  CHECK_ERROR(dwreloc_section_is_rewritable(module, 9999, &obstacle),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_obstacles(module, 9999, VisitObstacle, &found),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

/* The operands of an expression are where its bytes are. */
static void CheckOperands(const Dwreloc_Expression *expression,
                          const Dwreloc_Op *op) {
  Dwreloc_Operand operands[3];
  size_t count = 99;
  CHECK_EQ(dwreloc_op_operands(expression, op, operands, &count), 0);
  if (count == 0) {
    CHECK_EQ(op->size, 1);
    return;
  }
  CHECK_EQ(operands[0].offset, op->operand_offset);
  CHECK_EQ(operands[count - 1].offset + operands[count - 1].size,
           expression->offset + op->offset + op->size);
  CHECK_EQ(operands[count - 1].encoding == DWRELOC_OPERAND_BYTES,
           op->block != NULL);
}

static void TestLists(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  Dwreloc_List list;
  Dwreloc_Relocatable begin, end, value;
  Dwreloc_List_Entry entry;
  const Dwreloc_Unit *unit = NULL;
  int ranges = 0, entries = 0, more;
  uint16_t last = 99;
  uint64_t entry_end = 0;
  /* Two ranges in two sections. */
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_ring_put", &die), 1);
  CHECK_EQ(dwreloc_ranges_begin(&die, &list), 1);
  while ((more = dwreloc_ranges_next(&list, &begin, &end)) == 1) {
    CHECK_EQ(begin.kind, DWRELOC_SECTION);
    CHECK_EQ(begin.section, end.section);
    CHECK(begin.value < end.value);
    CHECK_EQ(dwreloc_haspc_relocatable(&die, &begin), 1);
    CHECK_EQ(dwreloc_haspc_relocatable(&die, &end), 0);
    ++ranges;
  }
  CHECK_EQ(more, 0);
  CHECK_EQ(ranges, 2);
  CHECK_EQ(dwreloc_ranges_begin(&die, &list), 1);
  while ((more = dwreloc_list_next(&list, &entry)) == 1) {
    last = entry.kind;
    ++entries;
    entry_end = entry.offset + entry.size;
    CHECK_EQ(entry.is_pair, 0);
    CHECK_EQ(entry.operand_count == 0, last == DW_RLE_end_of_list);
    if (entry.operand_count > 0) {
      CHECK_EQ(entry.operands[0].offset, entry.offset + 1);
      CHECK_EQ(entry.operands[0].role, DWRELOC_ROLE_ADDRESS);
      CHECK_EQ(entry.operands[0].value.has_record, 1);
    }
  }
  CHECK_EQ(more, 0);
  CHECK(entries >= 3);
  {
    uint32_t section;
    uint64_t offset, size;
    CHECK_EQ(dwreloc_list_extent(&list, &section, &offset, &size), 1);
    CHECK_EQ(section, Section(module, ".debug_rnglists"));
    CHECK_EQ(offset + size, entry_end);
  }
  CHECK_EQ(last, 0); /* DW_RLE_end_of_list */
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_ranges_begin(&die, &list), 0);

  CHECK_EQ(VariableAddress(module, "scale", &value), 1);
  CHECK_EQ(value.section, Section(module, ".data"));

  /* Location lists: bounded, their expressions decoded. */
  {
    int bounded = 0, ops_seen = 0;
    while (dwreloc_units_next(module, &unit) == 1) {
      Dwreloc_Walk walk;
      Dwreloc_Attribute attributes[32];
      size_t count;
      CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
      while (dwreloc_walk_next(&walk, &die, NULL, attributes, 32, &count) ==
             1) {
        for (size_t i = 0; i < count; ++i) {
          Dwreloc_Expression expression;
          if (attributes[i].attribute_class != DWRELOC_CLASS_LOCLIST) continue;
          CHECK_EQ(dwreloc_locations_begin(&attributes[i], &list), 1);
          while ((more = dwreloc_locations_next(&list, &begin, &end,
                                                &expression)) > 0) {
            Dwreloc_Op ops[4];
            size_t op_count = 0;
            CHECK_EQ(dwreloc_expression_ops(&expression, ops, 4, &op_count), 0);
            bounded += more == 1;
            if (op_count > 0) CheckOperands(&expression, &ops[0]);
            ops_seen += (int)op_count;
          }
          CHECK_EQ(more, 0);
        }
      }
    }
    CHECK(bounded > 50 && ops_seen > bounded);
  }
  dwreloc_close(module);
}

static int CountOwned(void *user, const Dwreloc_Record *record,
                      const Dwreloc_Owner *owner) {
  int *counts = user;
  ++counts[0];
  if (owner->uses == 1 && owner->field != NULL) ++counts[1];
  CHECK(record->type_name != NULL);
  return 0;
}
static int StopAtThird(void *user, const Dwreloc_Record *record,
                       const Dwreloc_Owner *owner) {
  (void)record;
  (void)owner;
  return ++*(int *)user == 3 ? 77 : 0;
}

static Dwreloc_Module *OpenTiny(const char *name) {
  Dwreloc_Module *module = NULL;
  CHECK_EQ(dwreloc_open(DataPath(name), &module), 0);
  return module;
}

/* What readelf prints of the program's first instructions. */
static void TestLineInstructions(void) {
  Dwreloc_Module *module = OpenTiny("tiny/tiny5.o");
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  Dwreloc_Line_Info info;
  Dwreloc_Line_Instructions instructions;
  Dwreloc_Line_Instruction instruction;
  Dwreloc_Operand *operand = &instruction.operands[0];
  uint64_t end;
  int specials = 0, last = 0;
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_line_table(unit, &table), 1);
  CHECK_EQ(dwreloc_line_info(table, &info), 0);
  CHECK_EQ(dwreloc_line_instructions_begin(table, &instructions), 1);
  CHECK_EQ(dwreloc_line_instructions_next(&instructions, &instruction), 1);
  CHECK_EQ(instruction.offset, info.program_offset);
  CHECK_EQ(instruction.opcode_class, DWRELOC_LINE_STANDARD);
  CHECK_EQ(instruction.opcode, DW_LNS_set_column);
  CHECK_EQ(instruction.size, 2);
  CHECK_EQ(instruction.bytes[0], DW_LNS_set_column);
  CHECK_EQ(instruction.operand_count, 1);
  CHECK_EQ(operand->encoding, DWRELOC_OPERAND_ULEB128);
  CHECK_EQ(operand->offset, instruction.offset + 1);
  CHECK_EQ(operand->size, 1);
  CHECK_EQ(operand->value.value, instruction.bytes[1]);
  CHECK_EQ(operand->value.has_record, 0);
  end = instruction.offset + instruction.size;
  CHECK_EQ(dwreloc_line_instructions_next(&instructions, &instruction), 1);
  CHECK_EQ(instruction.offset, end);
  CHECK_EQ(instruction.opcode_class, DWRELOC_LINE_EXTENDED);
  CHECK_EQ(instruction.opcode, DW_LNE_set_address);
  CHECK_EQ(instruction.size, 11);
  CHECK_EQ(operand->encoding, DWRELOC_OPERAND_UNSIGNED);
  CHECK_EQ(operand->role, DWRELOC_ROLE_ADDRESS);
  CHECK_EQ(operand->offset, instruction.offset + 3);
  CHECK_EQ(operand->size, 8);
  CHECK_EQ(operand->value.kind, DWRELOC_SECTION);
  CHECK_EQ(operand->value.has_record, 1);
  while (dwreloc_line_instructions_next(&instructions, &instruction) == 1) {
    specials += instruction.opcode_class == DWRELOC_LINE_SPECIAL;
    last = instruction.opcode;
    end = instruction.offset + instruction.size;
  }
  CHECK(specials > 1);
  CHECK_EQ(last, DW_LNE_end_sequence);
  CHECK_EQ(end, info.end);
  CHECK_EQ(dwreloc_line_instructions_next(&instructions, &instruction), 0);
  dwreloc_close(module);
}

static void TestAranges(void) {
  Dwreloc_Module *module = OpenTiny("tiny/tiny5.o");
  Dwreloc_Aranges aranges;
  Dwreloc_Arange arange;
  Dwreloc_Arange found;
  Dwreloc_Relocatable place;
  Dwreloc_Die die;
  const Dwreloc_Unit *unit = NULL;
  uint32_t section = 0;
  int count = 0;

  CHECK_EQ(dwreloc_find_section(module, ".debug_aranges", 0, &section), 1);
  CHECK_EQ(dwreloc_aranges_begin(module, section, &aranges), 1);
  while (dwreloc_aranges_next(&aranges, &arange) > 0) {
    ++count;
    CHECK_EQ(arange.section, section);
    CHECK_EQ(arange.set_offset, 0);
    CHECK_EQ(arange.unit_offset, 0);
    CHECK_EQ(arange.offset_size, 4);
    CHECK_EQ(arange.address_size, 8);
    CHECK_EQ(arange.debug_info_offset.has_record, 1);
    CHECK_EQ(arange.begin.kind, DWRELOC_SECTION);
    CHECK_EQ(arange.length.kind, DWRELOC_CONSTANT);
    CHECK(arange.length.value > 0);

    place = arange.begin;
    CHECK_EQ(dwreloc_relocatable_add(&place, (int64_t)arange.length.value - 1),
             0);
    CHECK_EQ(dwreloc_getarange_relocatable(module, &place, &found), 1);
    CHECK_EQ(found.offset, arange.offset);
    CHECK_EQ(found.set_offset, 0);
    CHECK_EQ(dwreloc_addrdie_relocatable(module, &place, &die), 1);
    CHECK_EQ(die.tag, DW_TAG_compile_unit);
    CHECK_EQ(dwreloc_relocatable_add(&place, 1), 0);
    CHECK_EQ(dwreloc_getarange_relocatable(module, &place, &found), 0);
    CHECK_EQ(dwreloc_addrdie_relocatable(module, &place, &die), 0);

    CHECK_EQ(
        dwreloc_unit_at(module, arange.unit_section, arange.unit_offset, &unit),
        1);
    CHECK_EQ(dwreloc_unit_at(module, section, 0, &unit), 0);
    CHECK(unit == NULL);
  }
  CHECK(count > 0);
  CHECK_EQ(dwreloc_aranges_next(&aranges, &arange), 0);
  /* All sections: there is one. */
  CHECK_EQ(dwreloc_aranges_begin(module, DWRELOC_NO_SECTION, &aranges), 1);
  while (dwreloc_aranges_next(&aranges, &arange) > 0) --count;
  CHECK_EQ(count, 0);
  CHECK_ERROR(dwreloc_aranges_begin(module, 1, &aranges),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_close(module);
}

/* Counts declarations and attributes. */
static void CountAbbrevs(Dwreloc_Abbrevs *abbrevs, int *declarations,
                         int *attributes) {
  Dwreloc_Abbrev abbrev;
  Dwreloc_Abbrev_Attribute attribute;
  uint64_t end = DWRELOC_NO_OFFSET;
  *declarations = *attributes = 0;
  while (dwreloc_abbrevs_next(abbrevs, &abbrev) > 0) {
    uint64_t count = 0;
    ++*declarations;
    CHECK(end == DWRELOC_NO_OFFSET || abbrev.offset == end);
    end = abbrev.offset + abbrev.size;
    while (dwreloc_abbrev_attributes_next(abbrevs, &attribute) > 0) {
      ++count;
      CHECK(attribute.offset > abbrev.offset && attribute.offset < end);
      CHECK_EQ(attribute.has_implicit_const,
               attribute.form == DW_FORM_implicit_const);
    }
    CHECK_EQ(count, abbrev.attribute_count);
    CHECK_EQ(dwreloc_abbrev_attributes_next(abbrevs, &attribute), 0);
    *attributes += (int)count;
  }
  CHECK_EQ(dwreloc_abbrevs_next(abbrevs, &abbrev), 0);
}

static void TestAbbrevs(void) {
  Dwreloc_Module *module = OpenTiny("tiny/tiny5.o");
  const Dwreloc_Unit *unit = NULL;
  Dwreloc_Abbrevs abbrevs;
  Dwreloc_Abbrev abbrev;
  Dwreloc_Abbrev_Attribute attribute;
  int declarations, attributes, all_declarations, all_attributes;
  uint32_t section;

  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_abbrevs_begin(unit, &abbrevs), 1);
  CHECK_EQ(dwreloc_abbrev_attributes_next(&abbrevs, &attribute), 0);
  CHECK_EQ(dwreloc_abbrevs_next(&abbrevs, &abbrev), 1);
  /* What readelf prints of it. */
  CHECK_EQ(abbrev.code, 1);
  CHECK_EQ(abbrev.tag, DW_TAG_formal_parameter);
  CHECK_EQ(abbrev.has_children, 0);
  CHECK_EQ(abbrev.offset, 0);
  CHECK_EQ(abbrev.table_offset, 0);
  CHECK_EQ(abbrev.attribute_count, 3);
  CHECK_EQ(dwreloc_find_section(module, ".debug_abbrev", 0, &section), 1);
  CHECK_EQ(abbrev.section, section);
  CHECK_EQ(dwreloc_abbrev_attributes_next(&abbrevs, &attribute), 1);
  CHECK_EQ(attribute.name, DW_AT_abstract_origin);
  CHECK_EQ(attribute.form, DW_FORM_ref4);
  CHECK_EQ(attribute.offset, 3);
  CHECK_EQ(attribute.has_implicit_const, 0);
  CHECK_EQ(dwreloc_abbrevs_begin(unit, &abbrevs), 1);
  CountAbbrevs(&abbrevs, &declarations, &attributes);
  CHECK(declarations > 10);
  CHECK_EQ(dwreloc_abbrevs_begin_all(module, DWRELOC_NO_SECTION, &abbrevs), 1);
  CountAbbrevs(&abbrevs, &all_declarations, &all_attributes);
  CHECK_EQ(all_declarations, declarations);
  CHECK_EQ(all_attributes, attributes);
  CHECK_ERROR(dwreloc_abbrevs_begin_all(module, 1, &abbrevs),
              DWRELOC_E_INVALID_ARGUMENT);
  CHECK_ERROR(dwreloc_abbrevs_next(&abbrevs, &abbrev),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_close(module);
}

static void TestPubnames(void) {
  Dwreloc_Module *module = OpenTiny("tiny/tiny4g.o");
  Dwreloc_Pubnames pubnames;
  Dwreloc_Pubname pubname;
  Dwreloc_Die die;
  Dwreloc_Attribute attribute;
  const char *text;
  int functions = 0;
  int types = 0;

  CHECK_EQ(dwreloc_pubnames_begin(module, DWRELOC_NO_SECTION, &pubnames), 1);
  while (dwreloc_pubnames_next(&pubnames, &pubname) > 0) {
    CHECK_EQ(pubname.has_flags, 1);
    CHECK_EQ(pubname.unit_offset, 0);
    CHECK_EQ(pubname.debug_info_length.kind, DWRELOC_CONSTANT);
    functions += pubname.symbol_kind == DWRELOC_SYMBOL_FUNCTION;
    types += pubname.symbol_kind == DWRELOC_SYMBOL_TYPE;
    CHECK_EQ(dwreloc_die_at(module, pubname.unit_section,
                            pubname.unit_offset + pubname.die_offset, &die),
             0);
    if (dwreloc_attr(&die, DW_AT_name, &attribute) > 0) {
      CHECK_EQ(dwreloc_formstring(&attribute, &text, NULL), 0);
      CHECK_STR(text, pubname.name);
    }
  }
  CHECK(functions > 0);
  CHECK(types > 0);
  CHECK_ERROR(dwreloc_pubnames_begin(module, 1, &pubnames),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_close(module);
}

static void TestNames(void) {
  Dwreloc_Module *module = OpenTiny("tiny/tiny5n.o");
  const Dwreloc_Name_Index *index = NULL;
  Dwreloc_Name_Index_Info info;
  Dwreloc_Name_Unit unit;
  Dwreloc_Name name;
  Dwreloc_Name found;
  Dwreloc_Name_Entries entries;
  Dwreloc_Name_Entry entry;
  Dwreloc_Die die;
  const char *text;
  size_t length;
  uint32_t i;
  int more;

  CHECK_EQ(dwreloc_name_index_error(module, 0), 0);
  CHECK_EQ(dwreloc_name_indexes_next(module, &index), 1);
  CHECK_EQ(dwreloc_name_index_info(index, &info), 0);
  CHECK_EQ(info.version, 5);
  CHECK_EQ(info.comp_unit_count, 1);
  CHECK_EQ(info.augmentation_size, 8);
  CHECK_EQ(memcmp(info.augmentation, "LLVM0700", 8), 0);
  CHECK_EQ(dwreloc_name_index_unit(index, DWRELOC_NAME_UNIT_COMPILE, 0, &unit),
           0);
  CHECK_EQ(unit.unit_offset, 0);
  CHECK_ERROR(
      dwreloc_name_index_unit(index, DWRELOC_NAME_UNIT_COMPILE, 1, &unit),
      DWRELOC_E_NOT_FOUND);
  for (i = 1; i <= info.name_count; ++i) {
    CHECK_EQ(dwreloc_name(index, i, &name), 0);
    CHECK_EQ(dwreloc_name_string(&name, &text, &length), 0);
    CHECK_EQ(length, strlen(text));
    CHECK_EQ(dwreloc_find_name(index, text, &found), 1);
    CHECK_EQ(found.number, i);
    CHECK_EQ(dwreloc_name_entries_begin(&name, &entries), 1);
    more = dwreloc_name_entries_next(&entries, &entry);
    CHECK_EQ(more, 1);
    for (; more == 1; more = dwreloc_name_entries_next(&entries, &entry)) {
      CHECK_EQ(entry.unit.kind, DWRELOC_NAME_UNIT_COMPILE);
      CHECK_EQ(dwreloc_die_at(module, entry.unit.unit_section,
                              entry.unit.unit_offset + entry.die_offset, &die),
               0);
      CHECK_EQ(die.tag, entry.tag);
    }
    CHECK_EQ(more, 0);
  }
  CHECK_EQ(dwreloc_find_name(index, "no such name", &found), 0);
  CHECK_ERROR(dwreloc_name(index, 0, &name), DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_name(index, info.name_count + 1, &name),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_name_indexes_next(module, &index), 0);
  CHECK(index == NULL);
  dwreloc_close(module);
}

static void TestRecords(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Records records;
  Dwreloc_Record record;
  int more, count = 0;
  int counts[2] = {0, 0};
  uint64_t first = 0, second = 0;
  const uint32_t info = Section(module, ".debug_info");
  CHECK_EQ(dwreloc_records_begin(module, info, 0, DWRELOC_NO_OFFSET, &records),
           1);
  while ((more = dwreloc_records_next(&records, &record)) == 1) {
    if (count == 0) first = record.offset;
    if (count == 1) second = record.offset;
    CHECK_EQ(record.section, info);
    CHECK_EQ(record.is_rela, 1);
    CHECK_EQ(record.index, count);
    ++count;
  }
  CHECK_EQ(more, 0);
  CHECK_EQ(count, 0x15c00 / 24);
  CHECK_EQ(dwreloc_records_next(&records, &record), 0);
  /* Of some bytes only. */
  CHECK_EQ(dwreloc_records_begin(module, info, first, second, &records), 1);
  CHECK_EQ(dwreloc_records_next(&records, &record), 1);
  CHECK_EQ(record.offset, first);
  CHECK_EQ(dwreloc_records_next(&records, &record), 0);
  CHECK_ERROR(dwreloc_records_begin(module, 63, 0, 1, &records),
              DWRELOC_E_NOT_FOUND);

  CHECK_EQ(dwreloc_owners(module, info, CountOwned, counts), 0);
  CHECK_EQ(counts[0], count);
  CHECK_EQ(counts[1], count);
  counts[0] = counts[1] = 0;
  CHECK_EQ(
      dwreloc_owners_between(module, info, first, second, CountOwned, counts),
      0);
  CHECK_EQ(counts[0], 1);
  CHECK_EQ(counts[1], 1);
  CHECK_EQ(
      dwreloc_owners_between(module, info, second, first, CountOwned, counts),
      0);
  CHECK_EQ(counts[0], 1);
  CHECK_ERROR(dwreloc_owners_between(module, 63, 0, 1, CountOwned, counts),
              DWRELOC_E_NOT_FOUND);
  count = 0;
  CHECK_EQ(dwreloc_owners(module, DWRELOC_NO_SECTION, StopAtThird, &count), 77);
  CHECK_EQ(count, 3);
  CHECK_ERROR(dwreloc_owners(module, 63, StopAtThird, &count),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

/* Call frame information --------------------------------------------------*/

/* Reads the entries of a section; each FDE must be found by where it begins. */
static int CountFrames(const Dwreloc_Module *module, uint32_t section) {
  Dwreloc_Cfi cfi;
  Dwreloc_Cfi_Entry entry, found;
  int more, fdes = 0;
  CHECK_EQ(dwreloc_cfi_begin(module, section, &cfi), 1);
  while ((more = dwreloc_cfi_next(&cfi, &entry)) == 1) {
    Dwreloc_Cfi_Rows rows;
    Dwreloc_Cfi_Row row;
    uint64_t covered = 0;
    CHECK_EQ(entry.section, section);
    CHECK_EQ(entry.module == module, 1);
    CHECK_EQ(entry.address_size, 8);
    CHECK_EQ(entry.offset < entry.instructions, 1);
    CHECK_EQ(entry.instructions <= entry.end, 1);
    CHECK_EQ(dwreloc_cfi_at(module, section, entry.offset, &found), 0);
    CHECK_EQ(found.end, entry.end);
    CHECK_EQ(dwreloc_cfi_rows_begin(&entry, &rows), 1);
    while ((more = dwreloc_cfi_rows_next(&rows, &row)) == 1) {
      /* The return address is always saved somewhere, but at the start. */
      if (row.cfa.kind == DWRELOC_CFI_CFA_REGISTER) {
        CHECK_EQ(row.register_count > 0, 1);
      }
      if (!entry.is_cie) covered += row.end.value - row.begin.value;
    }
    CHECK_EQ(more, 0);
    if (entry.is_cie) {
      CHECK_EQ(entry.cie, entry.offset);
      continue;
    }
    ++fdes;
    CHECK_EQ(entry.address_range.kind, DWRELOC_CONSTANT);
    CHECK_EQ(covered, entry.address_range.value);
    if (entry.address_range.value == 0) continue;
    CHECK_EQ(dwreloc_cfi_find_relocatable(module, section,
                                          &entry.initial_location, &found),
             1);
    CHECK_EQ(found.offset, entry.offset);
  }
  CHECK_EQ(more, 0);
  return fdes;
}

static void TestFrames(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Cfi cfi;
  Dwreloc_Cfi_Entry entry, unfound;
  Dwreloc_Cfi_Instructions instructions;
  Dwreloc_Cfi_Instruction instruction;
  Dwreloc_Cfi_Rows rows;
  Dwreloc_Cfi_Row row;
  Dwreloc_Expression expression;
  Dwreloc_Relocatable pc;
  Dwreloc_Section section;
  uint32_t index = 0, none = 0;
  const uint32_t frame = Section(module, ".debug_frame");
  int more;
  CHECK_EQ(dwreloc_cfi_section(module, 0, &index), 1);
  CHECK_EQ(index, frame);
  CHECK_EQ(dwreloc_cfi_section(module, frame + 1, &none), 0);
  CHECK_EQ(dwreloc_section(module, frame, &section), 0);
  /* A CIE_pointer and an initial_location each. */
  CHECK_EQ(CountFrames(module, frame), section.reloc_count / 2);

  CHECK_EQ(dwreloc_cfi_begin(module, frame, &cfi), 1);
  CHECK_EQ(dwreloc_cfi_next(&cfi, &entry), 1);
  CHECK_EQ(entry.is_cie, 1);
  CHECK_EQ(entry.version, 1);
  CHECK_EQ(entry.data_alignment_factor, -8);
  CHECK_EQ(entry.return_address_register, 16);
  CHECK_STR(entry.augmentation, "");
  CHECK_EQ(dwreloc_cfi_instructions_begin(&entry, &instructions), 1);
  CHECK_EQ(dwreloc_cfi_instructions_next(&instructions, &instruction), 1);
  CHECK_STR(dwreloc_cfa_name(instruction.opcode, EM_X86_64), "DW_CFA_def_cfa");
  CHECK_EQ(instruction.operand_count, 2);
  CHECK_EQ(instruction.operands[0], 7);
  CHECK_EQ(instruction.operands[1], 8);
  CHECK_EQ(dwreloc_cfi_rows_begin(&entry, &rows), 1);
  CHECK_EQ(dwreloc_cfi_rows_next(&rows, &row), 1);
  CHECK_EQ(row.cfa.number, 7);
  CHECK_EQ(row.cfa.value, 8);
  CHECK_EQ(row.register_count, 1);
  CHECK_EQ(row.registers[0].number, 16);
  CHECK_EQ(row.registers[0].kind, DWRELOC_CFI_OFFSET);
  CHECK_EQ(row.registers[0].value, -8);
  CHECK_EQ(dwreloc_cfi_rows_next(&rows, &row), 0);

  CHECK_EQ(dwreloc_cfi_next(&cfi, &entry), 1);
  CHECK_EQ(entry.is_cie, 0);
  CHECK_EQ(entry.initial_location.kind, DWRELOC_SECTION);
  pc = entry.initial_location;
  pc.value += entry.address_range.value - 1;
  CHECK_EQ(
      dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &pc, &entry), 1);
  pc.section = frame;
  CHECK_EQ(
      dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &pc, &unfound),
      0);
  CHECK(unfound.module == NULL);
  while ((more = dwreloc_cfi_instructions_next(&instructions, &instruction)) ==
         1) {
  }
  CHECK_EQ(more, 0);

  /* A byte of the section, 0xff, as an expression that belongs to no unit. */
  CHECK_EQ(dwreloc_cfi_expression(&entry, 4, 1, &expression), 0);
  CHECK_EQ(expression.unit == NULL, 1);
  {
    Dwreloc_Cfi_Rule rule = {0};
    rule.value = 4;
    rule.size = 1;
    CHECK_ERROR(dwreloc_cfi_rule_expression(&entry, &rule, &expression),
                DWRELOC_E_INVALID_ARGUMENT);
    rule.kind = DWRELOC_CFI_EXPRESSION;
    for (rule.is_in_cie = 0; rule.is_in_cie < 2; ++rule.is_in_cie) {
      CHECK_EQ(entry.cie_section, entry.section);
      CHECK_EQ(dwreloc_cfi_rule_expression(&entry, &rule, &expression), 0);
      CHECK_EQ(expression.section, entry.section);
      CHECK_EQ(expression.offset, 4);
      CHECK_EQ(expression.size, 1);
    }
    rule.is_in_cie = 1;
    entry.cie_section = 0;
    CHECK_ERROR(dwreloc_cfi_rule_expression(&entry, &rule, &expression),
                DWRELOC_E_NOT_FOUND);
    entry.cie_section = entry.section;
    rule.value = (int64_t)section.file_size;
    CHECK_ERROR(dwreloc_cfi_rule_expression(&entry, &rule, &expression),
                DWRELOC_E_BAD_DWARF);
    CHECK_EQ(dwreloc_cfi_expression(&entry, 4, 1, &expression), 0);
  }
  {
    Dwreloc_Op op = {0};
    size_t count;
    CHECK_ERROR(dwreloc_expression_ops(&expression, &op, 1, &count),
                DWRELOC_E_UNSUPPORTED);
    expression.address_size = 3;
    CHECK_ERROR(dwreloc_expression_ops(&expression, &op, 1, &count),
                DWRELOC_E_INVALID_ARGUMENT);
  }
  CHECK_ERROR(dwreloc_cfi_expression(&entry, section.file_size, 1, &expression),
              DWRELOC_E_BAD_DWARF);
  CHECK_ERROR(dwreloc_cfi_begin(module, Section(module, ".debug_info"), &cfi),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_cfi_at(module, frame, section.file_size, &entry),
              DWRELOC_E_NOT_FOUND);
  entry.address_size = 3;
  CHECK_ERROR(dwreloc_cfi_rows_begin(&entry, &rows),
              DWRELOC_E_INVALID_ARGUMENT);
  CHECK_EQ(dwreloc_cfa_name(0x3f, EM_X86_64) == NULL, 1);
  CHECK_STR(dwreloc_cfa_name(DW_CFA_AARCH64_negate_ra_state, EM_AARCH64),
            "DW_CFA_AARCH64_negate_ra_state");
  CHECK_STR(dwreloc_cfa_name(DW_CFA_GNU_window_save, EM_SPARCV9),
            "DW_CFA_GNU_window_save");
  CHECK_EQ(dwreloc_cfa_name(DW_CFA_GNU_window_save, EM_X86_64) == NULL, 1);
  dwreloc_close(module);
}

/* Callbacks ---------------------------------------------------------------*/

typedef struct Oracle {
  int section_calls;
  int symbol_calls;
  int answer; /* Dwreloc_Answer */
} Oracle;

static int AskSection(void *user, const Dwreloc_Module *module,
                      const Dwreloc_Section *section, uint64_t *address) {
  Oracle *oracle = user;
  (void)module;
  ++oracle->section_calls;
  *address = 0x1000000u * section->index;
  return oracle->answer;
}
static int AskSymbol(void *user, const Dwreloc_Module *module,
                     const Dwreloc_Symbol *symbol, uint64_t *address) {
  Oracle *oracle = user;
  (void)module;
  (void)symbol;
  ++oracle->symbol_calls;
  *address = 0x77000;
  return oracle->answer;
}

static void TestCallbacks(void) {
  Dwreloc_Module *module = OpenMeter();
  Oracle oracle = {0, 0, DWRELOC_PLACED};
  Dwreloc_Callbacks callbacks;
  Dwreloc_Relocatable value;
  Dwreloc_Stats stats;
  uint64_t address = 0;
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.size = sizeof(callbacks);
  callbacks.user = &oracle;
  callbacks.section_address = AskSection;
  callbacks.symbol_address = AskSymbol;
  CHECK_EQ(VariableAddress(module, "scale", &value), 1);
  CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
  CHECK_EQ(oracle.section_calls, 0);
  for (int i = 0; i < 5; ++i) {
    CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
    CHECK_EQ(address, 0x1000000u * value.section + value.value);
  }
  CHECK_EQ(oracle.section_calls, 1);
  CHECK_EQ(dwreloc_stats(module, &stats), 0);
  CHECK_EQ(stats.sections_asked, 1);
  /* Explicit places go first, and forgetting asks anew. */
  CHECK_EQ(dwreloc_place_section(module, value.section, 5), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(address, 5 + value.value);
  CHECK_EQ(oracle.section_calls, 1);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  oracle.answer = DWRELOC_FAIL;
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_CALLBACK);
  CHECK_EQ(oracle.section_calls, 2);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  oracle.answer = DWRELOC_ABSENT;
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_SECTION_ABSENT);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  oracle.answer = DWRELOC_UNKNOWN;
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  oracle.answer = 99; /* not one of them */
  CHECK(dwreloc_relocatable_address(&value, &address) < 0);
  /* An undefined symbol of the kernel. */
  oracle.answer = DWRELOC_PLACED;
  CHECK_EQ(dwreloc_forget_places(module), 0);
  memset(&value, 0, sizeof(value));
  value.module = module;
  value.kind = DWRELOC_UNDEFINED;
  value.symbol = Symbol(module, "_printk");
  value.section = DWRELOC_NO_SECTION;
  value.value = 4;
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(address, 0x77004);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(oracle.symbol_calls, 1);
  CHECK_EQ(dwreloc_forget_places(module), 0);
  oracle.answer = DWRELOC_ABSENT;
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_SYMBOL_ABSENT);
  CHECK_EQ(dwreloc_place_symbol(module, "_printk", 0x100), 0);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(address, 0x104);
  /* Nobody to ask. */
  CHECK_EQ(dwreloc_set_callbacks(module, NULL), 0);
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_NEEDS_RELOCATION);
  callbacks.size = 8;
  CHECK_ERROR(dwreloc_set_callbacks(module, &callbacks),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_close(module);
}

/* Split units -------------------------------------------------------------*/

static Dwreloc_Module *OpenSplit(const char *name) {
  Dwreloc_Module *module = NULL;
  CHECK_EQ(dwreloc_open(DataPath(name), &module), 0);
  return module;
}

static int FindNothing(void *user, const Dwreloc_Module *module,
                       const Dwreloc_File_Request *request, const char **path) {
  (void)path;
  ++*(int *)user;
  CHECK(module != NULL);
  CHECK_EQ(request->kind, DWRELOC_FILE_SUPPLEMENTARY);
  CHECK(strncmp(request->name, "shared", 6) == 0);
  CHECK_EQ(request->build_id_size, 20);
  CHECK(request->build_id != NULL);
  return DWRELOC_ABSENT;
}

/* The first DIE of the unit whose type is in another file. */
static int FindTypeElsewhere(const Dwreloc_Unit *unit, Dwreloc_Die *die) {
  Dwreloc_Walk walk;
  CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
  while (dwreloc_walk_next(&walk, die, NULL, NULL, 0, NULL) == 1) {
    Dwreloc_Attribute attribute;
    if (dwreloc_attr(die, DW_AT_type, &attribute) == 1 &&
        (attribute.form == DW_FORM_GNU_ref_alt ||
         attribute.form == DW_FORM_ref_sup4)) {
      return 1;
    }
  }
  return 0;
}

/* What the first file of tests/data/dwz has in the shared one. */
static void CheckSupplementary(const Dwreloc_Module *module) {
  const Dwreloc_Module *shared = NULL;
  const Dwreloc_Module *none = NULL;
  const Dwreloc_Unit *unit = NULL;
  const char *text = NULL;
  Dwreloc_Attribute attribute;
  Dwreloc_Die die, type;
  Dwreloc_Macros macros;
  Dwreloc_Macro macro;
  Dwreloc_Section section;
  uint32_t index;
  uint64_t offset;
  int defines = 0;
  CHECK_EQ(dwreloc_supplementary(module, &shared), 0);
  CHECK(shared != module);
  CHECK_ERROR(dwreloc_supplementary(shared, &none), DWRELOC_E_NOT_FOUND);
  CHECK(none == NULL);

  CHECK_EQ(dwreloc_unit(module, 0, &unit), 0);
  CHECK_EQ(dwreloc_unit_die(unit, &die), 0);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_producer, &attribute), 1);
  CHECK_ERROR(dwreloc_formstring_place(&attribute, &index, &offset),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_formstring(&attribute, &text, NULL), 0);
  CHECK(strncmp(text, "GNU C17", 7) == 0);
  CHECK_EQ(FindTypeElsewhere(unit, &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_type, &attribute), 1);
  CHECK_ERROR(dwreloc_formref(&attribute, &index, &offset),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_formref_die(&attribute, &type), 0);
  CHECK_EQ(type.offset, attribute.value);
  CHECK(dwreloc_unit_module(type.unit) == shared);
  CHECK(type.tag != 0 && dwreloc_tag_name(type.tag) != NULL);

  /* All else in it is read by its module. */
  for (index = 1; dwreloc_section(shared, index, &section) == 0; ++index) {
    if (strcmp(section.name, ".debug_macro") != 0) continue;
    CHECK_EQ(dwreloc_macros_begin_at(shared, index, 0, NULL, &macros), 1);
    while (dwreloc_macros_next(&macros, &macro) == 1) {
      if (macro.kind == DWRELOC_MACRO_DEFINE) ++defines;
    }
  }
  CHECK(defines > 0);
}

static void TestSupplementary(void) {
  static const char *const kNames[2] = {"dwz/one4", "dwz/one5"};
  for (int i = 0; i < 2; ++i) {
    Dwreloc_Callbacks callbacks;
    const Dwreloc_Module *shared = NULL;
    int calls = 0;
    Dwreloc_Module *module = OpenSplit(kNames[i]);
    memset(&callbacks, 0, sizeof(callbacks));
    callbacks.size = sizeof(callbacks);
    callbacks.user = &calls;
    callbacks.find_file = FindNothing;
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_ERROR(dwreloc_supplementary(module, &shared), DWRELOC_E_NOT_FOUND);
    CHECK_ERROR(dwreloc_supplementary(module, &shared), DWRELOC_E_NOT_FOUND);
    CHECK_EQ(calls, 1);
    CHECK_EQ(dwreloc_set_callbacks(module, NULL), 0);
    CheckSupplementary(module);
    CHECK_EQ(dwreloc_trim(module), 0);
    CheckSupplementary(module);
    dwreloc_close(module);
  }
}

/* What the split unit of tests/data/split has to say. */
static void CheckSplitUnit(Dwreloc_Module *module, const Dwreloc_Unit *skeleton,
                           const Dwreloc_Unit *split) {
  const Dwreloc_Module *split_module = dwreloc_unit_module(split);
  const Dwreloc_Unit *back = NULL;
  const Dwreloc_Line_Table *table = NULL;
  const Dwreloc_Line_Table *split_table = NULL;
  Dwreloc_Die die;
  Dwreloc_Attribute attribute;
  Dwreloc_List list;
  Dwreloc_Relocatable low, high, value;
  Dwreloc_Line line;
  uint64_t address = 0;
  int ranges = 0;
  CHECK(split_module != module);
  CHECK_EQ(dwreloc_unit_skeleton(split, &back), 1);
  CHECK(back == skeleton);
  /* A split unit has none itself, a skeleton is none. */
  CHECK_EQ(dwreloc_unit_split(split, &back), 0);
  CHECK(back == NULL);
  CHECK_EQ(dwreloc_unit_skeleton(skeleton, &back), 0);
  CHECK(back == NULL);

  CHECK_EQ(FindDieIn(split, DW_TAG_subprogram, "start", &die), 1);
  CHECK_EQ(dwreloc_pc_relocatable(&die, &low, &high), 1);
  CHECK(low.module == module && high.module == module);
  CHECK_EQ(low.kind, DWRELOC_SECTION);
  CHECK_EQ(low.section, Section(module, ".init.text"));
  CHECK_EQ(low.value, 0);
  CHECK_EQ(high.section, low.section);
  CHECK(high.value > 0);
  /* Placed where it counts. */
  CHECK_ERROR(dwreloc_relocatable_address(&high, &address),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".init.text", 0x5000), 0);
  CHECK_EQ(dwreloc_relocatable_address(&high, &address), 0);
  CHECK_EQ(address, 0x5000 + high.value);
  CHECK_EQ(dwreloc_forget_places(module), 0);

  CHECK_EQ(FindDieIn(split, DW_TAG_variable, "origin", &die), 1);
  CHECK_EQ(AddressOf(&die, &value), 1);
  CHECK(value.module == module);
  CHECK_EQ(value.section, Section(module, ".data"));

  /* Ranges: in the skeleton's file before DWARF 5, else in its own. */
  {
    Dwreloc_Walk walk;
    CHECK_EQ(dwreloc_walk_begin(split, &walk), 1);
    while (dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL) == 1) {
      if (dwreloc_attr(&die, DW_AT_ranges, &attribute) != 1) continue;
      CHECK_EQ(dwreloc_ranges_begin(&die, &list), 1);
      while (dwreloc_ranges_next(&list, &low, &high) == 1) {
        if (low.value != high.value) ++ranges;
        CHECK(low.module == module && high.module == module);
        CHECK_EQ(low.kind, DWRELOC_SECTION);
        CHECK_EQ(low.section, high.section);
        CHECK(low.value <= high.value);
      }
    }
  }
  CHECK(ranges > 2);

  /* One line table. */
  CHECK_EQ(dwreloc_line_table(skeleton, &table), 1);
  CHECK_EQ(dwreloc_line_table(split, &split_table), 1);
  CHECK(table == split_table);
  CHECK_EQ(dwreloc_getsrc_relocatable(split, &value, &line), 0);
  CHECK_EQ(FindDieIn(split, DW_TAG_subprogram, "start", &die), 1);
  CHECK_EQ(dwreloc_pc_relocatable(&die, &low, &high), 1);
  CHECK_EQ(dwreloc_getsrc_relocatable(split, &low, &line), 1);
  CHECK(line.address.module == module);
}

typedef struct Finder {
  int answer; /* Dwreloc_Answer */
  Dwreloc_File_Kind wanted;
  const char *path;
  int dwo_calls;
  int dwp_calls;
} Finder;

static int FindSplit(void *user, const Dwreloc_Module *module,
                     const Dwreloc_File_Request *request, const char **path) {
  Finder *finder = user;
  CHECK(module != NULL);
  CHECK(request->dwo_id != 0);
  if (request->kind == DWRELOC_FILE_DWO) {
    ++finder->dwo_calls;
    CHECK_STR(request->directory, "split");
    CHECK(strstr(request->name, ".dwo") != NULL);
  } else {
    ++finder->dwp_calls;
    CHECK_EQ(request->kind, DWRELOC_FILE_DWP);
    CHECK(request->name == NULL && request->directory == NULL);
  }
  if (request->kind == finder->wanted) {
    *path = finder->path;
    return DWRELOC_PLACED;
  }
  return finder->answer;
}

static void TestSplitUnits(void) {
  static const char *const kNames[2] = {"split/split4", "split/split5"};
  for (int i = 0; i < 2; ++i) {
    char name[64];
    char path[4096];
    Dwreloc_Callbacks callbacks;
    Finder finder = {DWRELOC_ABSENT, DWRELOC_FILE_SUPPLEMENTARY, NULL, 0, 0};
    const Dwreloc_Unit *skeleton = NULL;
    const Dwreloc_Unit *split = NULL;
    const Dwreloc_Unit *again = NULL;
    Dwreloc_Die die;
    Dwreloc_Relocatable low, high;
    Dwreloc_Module *module;
    memset(&callbacks, 0, sizeof(callbacks));
    callbacks.size = sizeof(callbacks);
    callbacks.user = &finder;
    callbacks.find_file = FindSplit;

    /* Beside the object. */
    snprintf(name, sizeof(name), "%s.o", kNames[i]);
    module = OpenSplit(name);
    CHECK_EQ(dwreloc_unit(module, 0, &skeleton), 0);
    CHECK_EQ(dwreloc_unit_split(skeleton, &split), 1);
    CHECK_EQ(dwreloc_unit_split(skeleton, &again), 1);
    CHECK(split == again);
    CheckSplitUnit(module, skeleton, split);
    CHECK_EQ(dwreloc_trim(module), 0);
    CheckSplitUnit(module, skeleton, split);
    dwreloc_close(module);

    /* Asked; nothing is asked before it is needed, or twice. */
    module = OpenSplit(name);
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_EQ(dwreloc_unit(module, 0, &skeleton), 0);
    CHECK_EQ(finder.dwo_calls, 0);
    CHECK_ERROR(dwreloc_unit_split(skeleton, &split), DWRELOC_E_NOT_FOUND);
    CHECK(split == NULL);
    CHECK_ERROR(dwreloc_unit_split(skeleton, &split), DWRELOC_E_NOT_FOUND);
    CHECK_EQ(finder.dwo_calls, 1);
    CHECK_EQ(finder.dwp_calls, 1);
    /* Other callbacks, a new search. */
    finder.answer = DWRELOC_FAIL;
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_ERROR(dwreloc_unit_split(skeleton, &split), DWRELOC_E_CALLBACK);
    finder.answer = DWRELOC_ABSENT;
    finder.wanted = DWRELOC_FILE_DWO;
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_ERROR(dwreloc_unit_split(skeleton, &split), DWRELOC_E_CALLBACK);
    finder.path = DataPath("module/meter.ko");
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_ERROR(dwreloc_unit_split(skeleton, &split), DWRELOC_E_BAD_DWARF);
    finder.wanted = DWRELOC_FILE_DWP;
    snprintf(name, sizeof(name), "%s.dwp", kNames[i]);
    snprintf(path, sizeof(path), "%s", DataPath(name));
    finder.path = path;
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_EQ(dwreloc_unit_split(skeleton, &split), 1);
    CheckSplitUnit(module, skeleton, split);
    dwreloc_close(module);

    /* Callbacks of a caller that was compiled before find_file. */
    snprintf(name, sizeof(name), "%s.o", kNames[i]);
    module = OpenSplit(name);
    finder.dwo_calls = 0;
    callbacks.size = offsetof(Dwreloc_Callbacks, find_file);
    CHECK_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
    CHECK_EQ(dwreloc_unit(module, 0, &skeleton), 0);
    CHECK_EQ(dwreloc_unit_split(skeleton, &split), 1);
    CHECK_EQ(finder.dwo_calls, 0);
    dwreloc_close(module);

    /* By itself. */
    snprintf(name, sizeof(name), "%s.dwo", kNames[i]);
    module = OpenSplit(name);
    split = NULL;
    while (dwreloc_units_next(module, &split) == 1) {
      CHECK_EQ(dwreloc_unit_skeleton(split, &skeleton), 0);
      CHECK(skeleton == NULL);
    }
    CHECK_EQ(FindDie(module, DW_TAG_subprogram, "start", &die), 1);
    CHECK_ERROR(dwreloc_pc_relocatable(&die, &low, &high),
                DWRELOC_E_NO_SKELETON);
    dwreloc_close(module);
  }
}

/* The kernel frees __versions once the module is loaded: what is in it has no
 * address, and all else has. */
static void TestVersionsSectionAbsent(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t versions = Section(module, "__versions");
  const Dwreloc_Unit *unit = NULL;
  Dwreloc_Relocatable value;
  uint64_t address = 0;
  int absent = 0, numbers = 0;
  CHECK_EQ(dwreloc_place_offline(module, 0x10000, NULL), 0);
  CHECK_EQ(dwreloc_place_absent(module, versions), 0);
  CHECK_EQ(VariableAddress(module, "____versions", &value), 1);
  CHECK_EQ(value.section, versions);
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_SECTION_ABSENT);
  {
    Dwreloc_Error error;
    dwreloc_error(&error);
    CHECK(strstr(error.text, "__versions") != NULL);
  }
  while (dwreloc_units_next(module, &unit) == 1) {
    Dwreloc_Walk walk;
    Dwreloc_Die die;
    Dwreloc_Attribute attributes[32];
    size_t count;
    int more;
    CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
    while ((more = dwreloc_walk_next(&walk, &die, NULL, attributes, 32,
                                     &count)) == 1) {
      for (size_t i = 0; i < count; ++i) {
        Dwreloc_Expression expression;
        Dwreloc_List list;
        Dwreloc_Relocatable begin, end;
        Dwreloc_Op ops[32];
        size_t op_count = 0;
        if (attributes[i].attribute_class == DWRELOC_CLASS_ADDRESS) {
          CHECK_EQ(dwreloc_formaddr(&attributes[i], &address), 0);
          ++numbers;
        }
        if (attributes[i].attribute_class != DWRELOC_CLASS_EXPRLOC) continue;
        CHECK_EQ(dwreloc_locations_begin(&attributes[i], &list), 1);
        CHECK_EQ(dwreloc_locations_next(&list, &begin, &end, &expression), 2);
        CHECK_EQ(dwreloc_expression_ops(&expression, ops, 32, &op_count), 0);
        for (size_t j = 0; j < op_count && j < 32; ++j) {
          int result;
          if (ops[j].atom != DW_OP_addr) continue;
          CHECK_EQ(dwreloc_getlocation_relocatable_addr(&expression, &ops[j],
                                                        &value),
                   0);
          result = dwreloc_relocatable_address(&value, &address);
          if (result == 0) {
            ++numbers;
          } else {
            CHECK_EQ(result, DWRELOC_E_SECTION_ABSENT);
            CHECK_EQ(value.section, versions);
            ++absent;
          }
        }
      }
    }
    CHECK_EQ(more, 0);
  }
  CHECK_EQ(absent, 1);
  CHECK(numbers > 50);
  dwreloc_close(module);
}

/* Patched images ----------------------------------------------------------*/

/* e_type decides, not the presence of records: other types were linked. */
static void TestTypeGate(void) {
  Image image = Load(DataPath("tiny/tiny5.o"));
  Dwreloc_Module *module = NULL;
  Dwreloc_File_Info info;
  Dwreloc_Records records;
  Dwreloc_Record record;
  Dwreloc_Stats stats;
  const uint16_t types[] = {ET_EXEC, ET_DYN, ET_CORE, ET_NONE};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); ++i) {
    memcpy(image.bytes + 16, &types[i], 2);
    CHECK_EQ(dwreloc_open_memory(image.bytes, image.size, "typed", &module), 0);
    CHECK_EQ(dwreloc_file_info(module, &info), 0);
    CHECK_EQ(info.e_type, types[i]);
    CHECK_EQ(info.relocatable, 0);
    /* All values are the bytes in place, which gcc leaves 0. */
    CHECK_EQ(dwreloc_records_begin(module, Section(module, ".debug_info"), 0,
                                   DWRELOC_NO_OFFSET, &records),
             1);
    CHECK_EQ(dwreloc_records_next(&records, &record), 1);
    CHECK_EQ(record.value.kind, DWRELOC_CONSTANT);
    CHECK_EQ(record.value.value, record.in_place);
    CHECK(CountDies(module) > 10);
    CHECK_EQ(dwreloc_stats(module, &stats), 0);
    CHECK_EQ(stats.sections_digested, 0);
    dwreloc_close(module);
  }
  free(image.bytes);
}

static void TestUnknownMachine(void) {
  Image image = Load(DataPath("tiny/tiny5.o"));
  Dwreloc_Module *module = NULL;
  Dwreloc_File_Info info;
  Dwreloc_Diagnostic diagnostic;
  uint32_t units = 9;
  const uint16_t machine = 0x7fff;
  memcpy(image.bytes + 18, &machine, 2);
  CHECK_EQ(dwreloc_open_memory(image.bytes, image.size, "odd", &module), 0);
  CHECK_EQ(dwreloc_file_info(module, &info), 0);
  CHECK_EQ(info.machine_known, 0);
  CHECK_STR(info.machine, "32767");
  /* Loud, never a wrong number. */
  CHECK_EQ(dwreloc_unit_count(module, &units), 0);
  CHECK_EQ(units, 0);
  CHECK_ERROR(dwreloc_unit_error(module, 0), DWRELOC_E_RELOC_TYPE);
  {
    Dwreloc_Error error;
    dwreloc_error(&error);
    CHECK_EQ(error.section, Section(module, ".debug_info"));
    CHECK_EQ(error.offset, 8); /* debug_abbrev_offset */
    CHECK_EQ(error.reloc_type, R_X86_64_32);
    CHECK(strstr(error.text, "odd: .debug_info+0x8: ") == error.text);
  }
  CHECK_EQ(dwreloc_digest_all(module), 0);
  CHECK_EQ(dwreloc_diagnostic(module, 0, &diagnostic), 1);
  CHECK_EQ(diagnostic.code, DWRELOC_E_RELOC_TYPE);
  CHECK(diagnostic.count > 0);
  CHECK(strlen(diagnostic.text) > 0);
  dwreloc_close(module);
  free(image.bytes);
}

/* A bad record spoils its own datum. */
static void TestOneBadRecord(void) {
  Image image = Load(DataPath("tiny/tiny5.o"));
  Dwreloc_Module *module = NULL;
  Dwreloc_Die die;
  Dwreloc_Attribute name, low;
  Dwreloc_Relocatable value;
  Dwreloc_Relocatable_Info value_info;
  Dwreloc_Section section;
  Dwreloc_Records records;
  Dwreloc_Record record;
  uint32_t rela;
  uint64_t at = 0, address = 0;
  const char *text = NULL;
  CHECK_EQ(dwreloc_open_memory(image.bytes, image.size, "tiny", &module), 0);
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "start", &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &low), 1);
  rela = Section(module, ".rela.debug_info");
  CHECK_EQ(dwreloc_section(module, rela, &section), 0);
  CHECK_EQ(dwreloc_records_begin(
               module, low.unit == NULL ? 0 : Section(module, ".debug_info"),
               low.offset, low.offset + 8, &records),
           1);
  CHECK_EQ(dwreloc_records_next(&records, &record), 1);
  at = section.file_offset + record.index * 24 + 8; /* r_info: the type */
  dwreloc_close(module);

  image.bytes[at] = 200; /* no such type of x86-64 */
  CHECK_EQ(dwreloc_open_memory(image.bytes, image.size, "tiny", &module), 0);
  CHECK_EQ(dwreloc_place_offline(module, 0, NULL), 0);
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "start", &die), 1);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &low), 1);
  CHECK((low.flags & DWRELOC_ATTR_BAD) != 0);
  CHECK_EQ(dwreloc_form_relocatable(&low, &value), 0);
  CHECK_EQ(value.kind, DWRELOC_BAD);
  CHECK_EQ(dwreloc_relocatable_info(&value, &value_info), 0);
  CHECK_EQ(value_info.error, DWRELOC_E_RELOC_TYPE);
  CHECK_EQ(value_info.reloc_type, 200);
  CHECK_ERROR(dwreloc_relocatable_address(&value, &address),
              DWRELOC_E_RELOC_TYPE);
  CHECK_ERROR(dwreloc_formaddr(&low, &address), DWRELOC_E_RELOC_TYPE);
  CHECK_EQ(dwreloc_attr(&die, DW_AT_name, &name), 1);
  CHECK_EQ(dwreloc_formstring(&name, &text, NULL), 0);
  CHECK_STR(text, "start");
  CHECK_EQ(FindDie(module, DW_TAG_variable, "origin", &die), 1);
  CHECK(CountDies(module) > 30);
  dwreloc_close(module);
  free(image.bytes);
}

/* Placing -----------------------------------------------------------------*/

static void TestPlaces(void) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Die die;
  Dwreloc_Relocatable begin, end, number, found;
  Dwreloc_Line line;
  Dwreloc_Cfi_Entry frame;
  Dwreloc_Error error;
  uint32_t first, second;
  int order;
  const uint32_t text = Section(module, ".text");
  const uint32_t info = Section(module, ".debug_info");

  CHECK_ERROR(dwreloc_place(module, ".debug_info", 1),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_error(&error);
  CHECK(strstr(error.text,
               "dwreloc_place: `section` is no section that is "
               "loaded") != NULL);
  CHECK_ERROR(dwreloc_place_section(module, info, 1),
              DWRELOC_E_INVALID_ARGUMENT);
  CHECK_ERROR(dwreloc_place_absent(module, info), DWRELOC_E_INVALID_ARGUMENT);

  /* A number is nowhere in a file of which nothing is placed. */
  CHECK_EQ(FindDie(module, DW_TAG_subprogram, "meter_summarize", &die), 1);
  CHECK_EQ(dwreloc_pc_relocatable(&die, &begin, &end), 1);
  memset(&number, 0, sizeof number);
  number.module = module;
  number.value = 0xffffffffc0000000u + begin.value;
  CHECK_EQ(number.kind, DWRELOC_CONSTANT);
  CHECK_ERROR(dwreloc_haspc_relocatable(&die, &number),
              DWRELOC_E_NEEDS_RELOCATION);
  dwreloc_error(&error);
  CHECK(strstr(error.text,
               "is a number, and no section of the file is "
               "placed") != NULL);
  CHECK_ERROR(dwreloc_getsrc_relocatable(die.unit, &number, &line),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_ERROR(
      dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &number, &frame),
      DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_locate(module, number.value, &found), 0);

  /* Once it is, numbers are found in it, and others are not. */
  CHECK_EQ(dwreloc_place(module, ".text", 0xffffffffc0000000u), 0);
  CHECK_EQ(dwreloc_locate(module, number.value, &found), 1);
  CHECK_EQ(found.kind, DWRELOC_SECTION);
  CHECK_EQ(dwreloc_relocatable_compare(&begin, &found, &order), 0);
  CHECK_EQ(order, 0);
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &number), 1);
  CHECK_EQ(dwreloc_getsrc_relocatable(die.unit, &number, &line), 1);
  CHECK_EQ(line.address.section, text);
  CHECK_EQ(
      dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &number, &frame),
      1);
  number.value = 1;
  CHECK_EQ(dwreloc_haspc_relocatable(&die, &number), 0);
  CHECK_EQ(dwreloc_getsrc_relocatable(die.unit, &number, &line), 0);
  CHECK_EQ(dwreloc_locate(module, 1, &found), 0);
  CHECK_EQ(found.module, NULL);

  /* Places over each other. */
  CHECK_EQ(dwreloc_place_offline(module, 0x10000, NULL), 0);
  CHECK_EQ(dwreloc_overlap(module, &first, &second), 0);
  CHECK_EQ(dwreloc_place_section(module, text, 0x7000), 0);
  CHECK_EQ(dwreloc_place(module, ".init.text", 0x7001), 0);
  CHECK_EQ(dwreloc_overlap(module, &first, &second), 1);
  CHECK_EQ(first, text);
  CHECK_EQ(second, Section(module, ".init.text"));
  CHECK_EQ(dwreloc_forget_places(module), 0);
  CHECK_EQ(dwreloc_overlap(module, &first, &second), 0);
  dwreloc_close(module);
}

/* Questions about places --------------------------------------------------*/

/* binutils' `addr2line -fi -j SECTION` says the same of each place. */
static void TestQuestions(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t text = Section(module, ".text");
  const uint32_t cold = Section(module, ".text.unlikely");
  Dwreloc_Relocatable place;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  Dwreloc_Die die;

  /* A function that was inlined, and the call. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x150, &place), 0);
  CHECK_EQ(dwreloc_frames_begin(module, &place, &frames), 1);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 1);
  CHECK_STR(frame.name, "meter_sample_valid");
  CHECK_STR(frame.path, "linux/meter/ring.c");
  CHECK_EQ(frame.line, 40);
  CHECK_EQ(frame.is_inlined, 1);
  CHECK_EQ(frame.die.tag, DW_TAG_inlined_subroutine);
  CHECK_EQ(frame.linkage_name, NULL);
  CHECK_EQ(frame.name_error, 0);
  CHECK_EQ(frame.place_error, 0);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 1);
  CHECK_STR(frame.name, "meter_ring_put");
  CHECK_STR(frame.path, "linux/meter/ring.c");
  CHECK_EQ(frame.line, 47);
  CHECK_EQ(frame.is_inlined, 0);
  CHECK_EQ(dwreloc_haspc_relocatable(&frame.die, &place), 1);
  CHECK_EQ(dwreloc_function_at(module, &place, &die), 1);
  CHECK_EQ(die.offset, frame.die.offset);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 0);
  CHECK_EQ(frame.name, NULL);

  /* Its cold part, in another section. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, cold, 0x34, &place), 0);
  CHECK_EQ(dwreloc_function_at(module, &place, &die), 1);
  CHECK_EQ(die.tag, DW_TAG_subprogram);
  CHECK_EQ(dwreloc_frames_begin(module, &place, &frames), 1);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 1);
  CHECK_STR(frame.name, "meter_ring_put");
  CHECK_EQ(frame.line, 48);

  /* A number, once the section is placed. */
  CHECK_EQ(dwreloc_relocatable_number(0xffffffffc0000150u, &place), 0);
  CHECK_ERROR(dwreloc_frames_begin(module, &place, &frames),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".text", 0xffffffffc0000000u), 0);
  CHECK_EQ(dwreloc_frames_begin(module, &place, &frames), 1);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 1);
  CHECK_STR(frame.name, "meter_sample_valid");

  /* What was found stays found. */
  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_frames_begin(module, &place, &frames), 1);
  CHECK_EQ(dwreloc_frames_next(&frames, &frame), 1);
  CHECK_EQ(frame.line, 40);

  /* Nothing. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x1000, &place), 0);
  CHECK_EQ(dwreloc_frames_begin(module, &place, &frames), 0);
  CHECK_ERROR(dwreloc_frames_next(&frames, &frame), DWRELOC_E_INVALID_ARGUMENT);
  CHECK_EQ(dwreloc_function_at(module, &place, &die), 0);
  CHECK_EQ(die.unit, NULL);
  dwreloc_close(module);
}

/* What `llvm-dwarfdump --debug-info` lists of the DIEs around .text+0x150. */
static void TestScopes(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t text = Section(module, ".text");
  const uint32_t cold = Section(module, ".text.unlikely");
  Dwreloc_Relocatable place;
  Dwreloc_Scopes scopes;
  Dwreloc_Die inlined, function, unit, die;
  char text_buffer[128];
  Dwreloc_Variables variables;
  Dwreloc_Variable variable;
  int count = 0;

  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x150, &place), 0);
  CHECK_EQ(dwreloc_scopes_begin(module, &place, &scopes), 1);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &inlined), 1);
  CHECK_EQ(inlined.tag, DW_TAG_inlined_subroutine);
  CHECK_EQ(inlined.offset, 0x729c);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &function), 1);
  CHECK_EQ(function.tag, DW_TAG_subprogram);
  CHECK_EQ(function.offset, 0x703b);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &unit), 1);
  CHECK_EQ(unit.tag, DW_TAG_compile_unit);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &die), 0);
  CHECK_EQ(die.unit, NULL);

  /* Its name and type are those of the function that was inlined. */
  CHECK_EQ(dwreloc_variables_begin(&inlined, &place, &variables), 1);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_EQ(variable.die.tag, DW_TAG_formal_parameter);
  CHECK_EQ(variable.die.offset, 0x72b4);
  CHECK_STR(variable.name, "sample");
  CHECK_EQ(dwreloc_formref_die(&variable.type, &die), 0);
  CHECK_EQ(die.offset, 0x6e86);
  CHECK_EQ(variable.kind, DWRELOC_VARIABLE_LOCATION);
  CHECK_EQ(variable.location.size, 1);
  CHECK_EQ(variable.location.bytes[0], DW_OP_reg4);
  CHECK_EQ(variable.is_bounded, 1);
  CHECK_EQ(variable.begin.section, text);
  CHECK_EQ(variable.begin.value, 0x140);
  CHECK_EQ(variable.end.value, 0x169);
  CHECK_EQ(variable.name_error, 0);
  CHECK_EQ(variable.location_error, 0);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 0);
  CHECK_EQ(variable.die.unit, NULL);

  CHECK_EQ(dwreloc_variables_begin(&function, &place, &variables), 1);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_STR(variable.name, "ring");
  CHECK_EQ(variable.location.bytes[0], DW_OP_reg5);
  CHECK_EQ(variable.end.value, 0x1af);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_STR(variable.name, "sample");
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_STR(variable.name, "slot");
  CHECK_EQ(variable.kind, DWRELOC_VARIABLE_UNAVAILABLE);
  CHECK_EQ(variable.location_error, 0);
  CHECK_EQ(variable.location.unit, NULL);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 0);

  /* Data of the unit; name and type are those of the declaration. */
  CHECK_EQ(dwreloc_variables_begin(&unit, &place, &variables), 1);
  while (dwreloc_variables_next(&variables, &variable) == 1) {
    if (variable.die.offset != 0x6eb4) continue;
    ++count;
    CHECK_STR(variable.name, "meter_ring");
    CHECK_EQ(variable.kind, DWRELOC_VARIABLE_LOCATION);
    CHECK_EQ(variable.is_bounded, 0);
    CHECK_EQ(variable.location.bytes[0], DW_OP_addr);
    CHECK_EQ(variable.type.name, DW_AT_type);
  }
  CHECK_EQ(count, 1);

  /* In the cold part the list has another entry. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, cold, 0x3d, &place), 0);
  CHECK_EQ(dwreloc_scopes_begin(module, &place, &scopes), 1);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &die), 1);
  CHECK_EQ(die.offset, 0x703b);
  CHECK_EQ(dwreloc_variables_begin(&die, &place, &variables), 1);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_EQ(variable.location.bytes[0], DW_OP_entry_value);
  CHECK_EQ(variable.begin.section, cold);
  CHECK_EQ(dwreloc_expression_text(&variable.location, text_buffer, 11), 52);
  CHECK_STR(text_buffer, "DW_OP_entr");
  CHECK_EQ(dwreloc_expression_text(&variable.location, text_buffer,
                                   sizeof text_buffer),
           52);
  CHECK_STR(text_buffer,
            "DW_OP_entry_value(DW_OP_reg5 rdi), DW_OP_stack_value");
  CHECK_STR(dwreloc_register_name(module, 7), "rsp");
  CHECK_EQ(dwreloc_register_name(module, 1000), NULL);
  CHECK_EQ(variable.begin.value, 0x3d);

  /* A DIE without children; a place that is nowhere; a number. */
  CHECK_EQ(dwreloc_variables_begin(&variable.die, &place, &variables), 0);
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x1000, &place), 0);
  CHECK_EQ(dwreloc_scopes_begin(module, &place, &scopes), 0);
  CHECK_ERROR(dwreloc_scopes_next(&scopes, &die), DWRELOC_E_INVALID_ARGUMENT);
  CHECK_EQ(dwreloc_relocatable_number(0xffffffffc0000150u, &place), 0);
  CHECK_ERROR(dwreloc_scopes_begin(module, &place, &scopes),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_ERROR(dwreloc_variables_begin(&inlined, &place, &variables),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".text", 0xffffffffc0000000u), 0);
  CHECK_EQ(dwreloc_scopes_begin(module, &place, &scopes), 1);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &die), 1);
  CHECK_EQ(die.offset, inlined.offset);
  CHECK_EQ(dwreloc_variables_begin(&inlined, &place, &variables), 1);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 1);
  CHECK_EQ(variable.begin.value, 0x140);

  /* Both go on after a trim. */
  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_scopes_next(&scopes, &die), 1);
  CHECK_EQ(die.offset, function.offset);
  CHECK_EQ(dwreloc_variables_next(&variables, &variable), 0);
  dwreloc_close(module);
}

/* The symbols are those that `nm meter.ko` lists. */
static void TestSymbolQuestions(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t text = Section(module, ".text");
  const uint32_t init = Section(module, ".init.text");
  Dwreloc_Relocatable place;
  Dwreloc_Symbol symbol;
  uint32_t index = 0;
  uint64_t offset = 0;

  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x150, &place), 0);
  CHECK_EQ(dwreloc_symbol_at(module, &place, &index, &offset), 1);
  CHECK_EQ(dwreloc_symbol(module, index, &symbol), 0);
  CHECK_STR(symbol.name, "meter_ring_put");
  CHECK_EQ(offset, 0x10);
  /* Between two functions. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x1af, &place), 0);
  CHECK_EQ(dwreloc_symbol_at(module, &place, &index, &offset), 0);
  /* A static function and its global alias. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, init, 135, &place), 0);
  CHECK_EQ(dwreloc_symbol_at(module, &place, &index, &offset), 1);
  CHECK_EQ(dwreloc_symbol(module, index, &symbol), 0);
  CHECK_STR(symbol.name, "init_module");
  CHECK_EQ(offset, 135);
  /* A number has no place before the section has. */
  CHECK_EQ(dwreloc_relocatable_number(0x10000, &place), 0);
  CHECK_ERROR(dwreloc_symbol_at(module, &place, &index, &offset),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".init.text", 0xfff0), 0);
  CHECK_EQ(dwreloc_symbol_at(module, &place, &index, &offset), 1);
  CHECK_EQ(offset, 0x10);

  CHECK_EQ(dwreloc_find_symbol(module, "meter_init", 0, &index), 1);
  CHECK_EQ(dwreloc_symbol(module, index, &symbol), 0);
  CHECK_STR(symbol.name, "meter_init");
  CHECK_EQ(symbol.section, init);
  CHECK_EQ(dwreloc_find_symbol(module, "meter_init", index + 1, &index), 0);
  CHECK_EQ(dwreloc_find_symbol(module, "meter_ini", 0, &index), 0);
  CHECK_EQ(dwreloc_find_symbol(module, "_printk", 0, &index), 1);
  dwreloc_close(module);
}

/* Names that do not tell which symbol is meant, and places with several. */
static void TestSymbolsThatAreNotOne(void) {
  Dwreloc_Module *module = OpenMeter();
  const uint32_t init = Section(module, ".init.text");
  const uint32_t count = dwreloc_symbol_count(module);
  Dwreloc_Symbol symbol, other;
  uint32_t index = 0, found = 0;
  CHECK_EQ(
      dwreloc_match_symbol(module, "meter_init", 0, DWRELOC_NO_SECTION, &index),
      1);
  CHECK_EQ(dwreloc_symbol(module, index, &symbol), 0);
  CHECK_EQ(
      dwreloc_match_symbol(module, "meter_init", symbol.size, init, &found), 1);
  CHECK_EQ(found, index);
  CHECK_EQ(dwreloc_match_symbol(module, "meter_init", symbol.size + 1,
                                DWRELOC_NO_SECTION, &found),
           0);
  CHECK_EQ(dwreloc_match_symbol(module, "meter_init", 0, init + 1, &found), 0);
  /* The same place under a second name. */
  CHECK_EQ(dwreloc_find_alias(module, index, 0, &found), 1);
  CHECK_EQ(dwreloc_symbol(module, found, &other), 0);
  CHECK_STR(other.name, "init_module");
  CHECK_EQ(other.value, symbol.value);
  CHECK_EQ(dwreloc_find_alias(module, index, found + 1, &found), 0);
  CHECK_ERROR(dwreloc_find_alias(module, count, 0, &found),
              DWRELOC_E_NOT_FOUND);
  dwreloc_close(module);
}

/* Every object that the symbol table has and the DIEs name, held against the
 * symbol: name, first and last byte, and the byte after it. */
static int CheckVariables(const Dwreloc_Module *module) {
  const uint32_t count = dwreloc_symbol_count(module);
  int told = 0;
  for (uint32_t i = 1; i < count; ++i) {
    Dwreloc_Symbol symbol;
    Dwreloc_Relocatable place;
    Dwreloc_Die die, of;
    uint64_t offset = 0, size = 0;
    const char *name;
    CHECK_EQ(dwreloc_symbol(module, i, &symbol), 0);
    if (symbol.type != STT_OBJECT || symbol.size == 0 ||
        symbol.section == DWRELOC_NO_SECTION) {
      continue;
    }
    CHECK_EQ(dwreloc_relocatable_of_symbol(module, i, 0, &place), 0);
    if (dwreloc_variable_at(module, &place, 0, &die, &offset) != 1) continue;
    ++told;
    CHECK_EQ(offset, 0);
    CHECK_EQ(die.tag, DW_TAG_variable);
    CHECK_EQ(dwreloc_die_name(&die, &name, NULL), 1);
    /* The compiler numbers static variables of functions. */
    CHECK_EQ(strncmp(symbol.name, name, strlen(name)), 0);
    CHECK_EQ(
        symbol.name[strlen(name)] == '\0' || symbol.name[strlen(name)] == '.',
        1);
    CHECK_EQ(dwreloc_byte_size(&die, &size), 1);
    CHECK_EQ(size, symbol.size);
    CHECK_EQ(dwreloc_relocatable_add(&place, (int64_t)size - 1), 0);
    CHECK_EQ(dwreloc_variable_at(module, &place, 0, &of, &offset), 1);
    CHECK_EQ(of.offset, die.offset);
    CHECK_EQ(offset, size - 1);
    CHECK_EQ(dwreloc_variable_at(module, &place, 1, &of, &offset), 0);
    CHECK_EQ(of.unit == NULL, 1);
    CHECK_EQ(dwreloc_relocatable_add(&place, 1), 0);
    if (dwreloc_variable_at(module, &place, 0, &of, &offset) == 1) {
      CHECK_EQ(of.offset != die.offset, 1);
    }
  }
  return told;
}

static void TestVariablesAt(const char *executable) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Relocatable place;
  Dwreloc_Die die;
  uint64_t offset = 0, size = 0;
  uint32_t index = 0;
  const char *name = NULL, *linkage_name = NULL;
  /* Of files, of a function (complaints), per processor. */
  CHECK_EQ(CheckVariables(module) > 25, 1);
  CHECK_EQ(dwreloc_find_symbol(module, "meter_drop_count", 0, &index), 1);
  CHECK_EQ(dwreloc_relocatable_of_symbol(module, index, 1, &place), 0);
  CHECK_EQ(dwreloc_variable_at(module, &place, 0, &die, &offset), 1);
  CHECK_EQ(offset, 1);
  CHECK_EQ(dwreloc_die_name(&die, &name, &linkage_name), 1);
  CHECK_STR(name, "meter_drop_count");
  CHECK_EQ(linkage_name == NULL, 1);
  CHECK_EQ(dwreloc_die_name(&die, NULL, NULL), 1);
  CHECK_EQ(dwreloc_byte_size(&die, &size), 1);
  CHECK_EQ(size, 4);
  /* Code is no data, and a number no place before the section has one. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, Section(module, ".text"),
                                          0x150, &place),
           0);
  CHECK_EQ(dwreloc_variable_at(module, &place, 0, &die, &offset), 0);
  CHECK_EQ(dwreloc_relocatable_number(0x10000, &place), 0);
  CHECK_ERROR(dwreloc_variable_at(module, &place, 0, &die, &offset),
              DWRELOC_E_NEEDS_RELOCATION);
  CHECK_EQ(dwreloc_place(module, ".data..percpu", 0x10000), 0);
  CHECK_EQ(dwreloc_variable_at(module, &place, 0, &die, &offset), 1);
  CHECK_EQ(dwreloc_trim(module), 0);
  CHECK_EQ(dwreloc_variable_at(module, &place, 0, &die, &offset), 1);
  dwreloc_close(module);

  CHECK_EQ(dwreloc_open(executable, &module), 0);
  CHECK_EQ(CheckVariables(module) > 0, 1);
  dwreloc_close(module);
}

/* The row at each place is that of all rows of all FDEs that holds there. */
static void CheckRowsAt(const Dwreloc_Module *module, uint32_t section) {
  Dwreloc_Cfi cfi;
  Dwreloc_Cfi_Entry entry, found;
  Dwreloc_Cfi_Rows rows, found_rows;
  Dwreloc_Cfi_Row row, at;
  int count = 0;
  CHECK_EQ(dwreloc_cfi_begin(module, section, &cfi), 1);
  while (dwreloc_cfi_next(&cfi, &entry) == 1) {
    if (entry.is_cie) continue;
    CHECK_EQ(dwreloc_cfi_rows_begin(&entry, &rows), 1);
    while (dwreloc_cfi_rows_next(&rows, &row) == 1) {
      Dwreloc_Relocatable pc = row.begin;
      for (int i = 0; i < 2; ++i) {
        if (row.begin.value == row.end.value) break;
        CHECK_EQ(dwreloc_cfi_row_at(module, DWRELOC_NO_SECTION, &pc, &found,
                                    &found_rows, &at),
                 1);
        CHECK_EQ(found.offset, entry.offset);
        CHECK_EQ(at.begin.value, row.begin.value);
        CHECK_EQ(at.end.value, row.end.value);
        CHECK_EQ(at.cfa.kind, row.cfa.kind);
        CHECK_EQ(at.cfa.number, row.cfa.number);
        CHECK_EQ(at.cfa.value, row.cfa.value);
        CHECK_EQ(at.register_count, row.register_count);
        for (size_t j = 0; j < row.register_count; ++j) {
          CHECK_EQ(at.registers[j].number, row.registers[j].number);
          CHECK_EQ(at.registers[j].value, row.registers[j].value);
        }
        pc = row.end;
        CHECK_EQ(dwreloc_relocatable_add(&pc, -1), 0);
        ++count;
      }
    }
  }
  CHECK_EQ(count > 4, 1);
}

static void TestCfiRowAt(const char *executable) {
  Dwreloc_Module *module = OpenMeter();
  Dwreloc_Relocatable pc;
  Dwreloc_Cfi_Entry entry;
  Dwreloc_Cfi_Rows rows;
  Dwreloc_Cfi_Row row;
  uint32_t section = 0;
  CheckRowsAt(module, Section(module, ".debug_frame"));
  CHECK_EQ(dwreloc_relocatable_in_section(module, Section(module, ".text"),
                                          0x1000, &pc),
           0);
  CHECK_EQ(
      dwreloc_cfi_row_at(module, DWRELOC_NO_SECTION, &pc, &entry, &rows, &row),
      0);
  CHECK_EQ(entry.module == NULL, 1);
  CHECK_ERROR(dwreloc_cfi_rows_next(&rows, &row), DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_close(module);

  /* A linked file, which has .eh_frame only. */
  CHECK_EQ(dwreloc_open(executable, &module), 0);
  CHECK_EQ(dwreloc_find_section(module, ".eh_frame", 0, &section), 1);
  CheckRowsAt(module, section);
  dwreloc_close(module);
}

/* The places of sections and symbols as a kernel tells them. */
static void TestKernelPlaces(void) {
  static const char kSections[] =
      "# captured\n.text 0xffffffffc0100000\n.data..percpu 0x0\n";
  static const char kSymbols[] =
      "ffffffff81001000 T _printk\nffffffff81002000 t _printk\n";
  Dwreloc_Module *module = OpenMeter();
  const uint32_t text = Section(module, ".text");
  const uint32_t versions = Section(module, "__versions");
  Dwreloc_Relocatable place;
  uint64_t address = 0;
  char directory[] = "/tmp/dwrelocXXXXXX";
  char path[64];
  FILE *file;

  CHECK_EQ(dwreloc_place_from_text(module, kSections, strlen(kSections)), 1);
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0x10, &place), 0);
  CHECK_EQ(dwreloc_relocatable_address(&place, &address), 0);
  CHECK_EQ(address, 0xffffffffc0100010u);
  /* A section that the kernel does not tell spoils its own data only. */
  CHECK_EQ(dwreloc_relocatable_in_section(module, versions, 0, &place), 0);
  CHECK_ERROR(dwreloc_relocatable_address(&place, &address),
              DWRELOC_E_SECTION_ABSENT);
  CHECK_ERROR(dwreloc_place_from_text(module, "0x10 .text", 10),
              DWRELOC_E_INVALID_ARGUMENT);

  CHECK_EQ(dwreloc_place_symbols_from_text(module, kSymbols, strlen(kSymbols)),
           1);
  CHECK_EQ(dwreloc_relocatable_of_symbol(module, Symbol(module, "_printk"), 4,
                                         &place),
           0);
  CHECK_EQ(dwreloc_relocatable_address(&place, &address), 0);
  CHECK_EQ(address, 0xffffffff81001004u);

  /* The module is loaded again, elsewhere. */
  CHECK(mkdtemp(directory) != NULL);
  snprintf(path, sizeof(path), "%s/.text", directory);
  file = fopen(path, "w");
  CHECK(file != NULL);
  if (file != NULL) {
    fputs("0xffffffffc0200000\n", file);
    fclose(file);
  }
  CHECK_EQ(dwreloc_place_from_directory(module, directory), 1);
  CHECK_EQ(dwreloc_relocatable_in_section(module, text, 0, &place), 0);
  CHECK_EQ(dwreloc_relocatable_address(&place, &address), 0);
  CHECK_EQ(address, 0xffffffffc0200000u);
  remove(path);
  rmdir(directory);
  CHECK_ERROR(dwreloc_place_from_directory(module, directory),
              DWRELOC_E_SYSTEM);
  dwreloc_close(module);
}

/* Linked files ------------------------------------------------------------*/

/* Sections and segments of a linked file, each moved by its own distance. */
static void CheckMovedSections(Dwreloc_Module *module) {
  Dwreloc_Section text, data;
  Dwreloc_Relocatable place, number;
  uint64_t address = 0;
  uint32_t i;
  int moved = 0;
  CHECK_EQ(dwreloc_section(module, Section(module, ".text"), &text), 0);
  CHECK_EQ(dwreloc_section(module, Section(module, ".data"), &data), 0);
  /* Nothing is moved. */
  CHECK_EQ(dwreloc_locate(module, text.address + 4, &place), 1);
  CHECK_EQ(dwreloc_address_of(&place, &address), 0);
  CHECK_EQ(address, text.address + 4);

  CHECK_EQ(dwreloc_place(module, ".text", 0x50000000), 0);
  CHECK_EQ(dwreloc_place(module, ".data", 0x60000000), 0);
  CHECK_EQ(dwreloc_locate(module, 0x50000004, &place), 1);
  CHECK_EQ(place.kind, DWRELOC_CONSTANT);
  CHECK_EQ(place.value, text.address + 4);
  CHECK_EQ(dwreloc_address_of(&place, &address), 0);
  CHECK_EQ(address, 0x50000004);
  /* Values stay what they are in the file. */
  CHECK_EQ(dwreloc_relocatable_address(&place, &address), 0);
  CHECK_EQ(address, text.address + 4);
  CHECK_EQ(dwreloc_locate(module, 0x60000000, &place), 1);
  CHECK_EQ(place.value, data.address);
  CHECK_EQ(dwreloc_locate(module, 0x70000000, &number), 0);
  /* A number of no file is a number. */
  CHECK_EQ(dwreloc_relocatable_number(text.address, &number), 0);
  CHECK_EQ(dwreloc_address_of(&number, &address), 0);
  CHECK_EQ(address, text.address);
  /* An address that no section has, and one of a section that has no place. */
  place.value = 0x7fffffff;
  CHECK_ERROR(dwreloc_address_of(&place, &address), DWRELOC_E_NOT_FOUND);
  place.value = text.address;
  CHECK_EQ(dwreloc_place_absent(module, Section(module, ".text")), 0);
  CHECK_ERROR(dwreloc_address_of(&place, &address), DWRELOC_E_SECTION_ABSENT);

  CHECK_EQ(dwreloc_forget_places(module), 0);
  CHECK_ERROR(dwreloc_place_segment(module, 1000, 0), DWRELOC_E_NOT_FOUND);
  for (i = 0; i < 40; ++i) {
    const int count = dwreloc_place_segment(module, i, 0x1000000 * (i + 1));
    if (count > 0) moved += count;
    CHECK(count >= 0 || count == DWRELOC_E_INVALID_ARGUMENT ||
          count == DWRELOC_E_NOT_FOUND);
  }
  CHECK(moved > 4);
  place.value = text.address;
  CHECK_EQ(dwreloc_address_of(&place, &address), 0);
  CHECK(address != text.address);
  CHECK_EQ((address - text.address) % 0x1000, 0);
  CHECK_EQ(dwreloc_locate(module, address, &place), 1);
  CHECK_EQ(place.value, text.address);
  CHECK_EQ(dwreloc_forget_places(module), 0);
}

static void TestLinked(const char *path, int type) {
  static const char *const kFunctions[] = {"linked_one", "linked_two"};
  Dwreloc_Module *module = NULL;
  Dwreloc_File_Info info;
  Dwreloc_Relocatable value;
  Dwreloc_Symbol symbol;
  Dwreloc_Stats stats;
  Dwreloc_Section section;
  Dwreloc_Cfi_Entry frame;
  Dwreloc_Error error;
  int64_t difference = -1;
  uint64_t address = 0;
  CHECK_EQ(dwreloc_open(path, &module), 0);
  if (module == NULL) return;
  CHECK_EQ(dwreloc_file_info(module, &info), 0);
  CHECK_EQ(info.e_type, type);
  CHECK_EQ(info.relocatable, 0);
  /* The trap: records are there, and were applied by the linker. */
  CHECK_EQ(dwreloc_section(module, Section(module, ".debug_info"), &section),
           0);
  CHECK(section.reloc_count > 0);
  for (size_t i = 0; i < 2; ++i) {
    Dwreloc_Die die;
    Dwreloc_Attribute low;
    Dwreloc_Relocatable begin, end;
    Dwreloc_Line line;
    CHECK_EQ(FindDie(module, DW_TAG_subprogram, kFunctions[i], &die), 1);
    CHECK_EQ(dwreloc_attr(&die, DW_AT_low_pc, &low), 1);
    CHECK_EQ(dwreloc_symbol(module, Symbol(module, kFunctions[i]), &symbol), 0);
    CHECK_EQ(dwreloc_formaddr(&low, &address), 0);
    CHECK_EQ(address, symbol.value);
    CHECK_EQ(dwreloc_form_relocatable(&low, &value), 0);
    CHECK_EQ(value.kind, DWRELOC_CONSTANT);
    CHECK_EQ(dwreloc_pc_relocatable(&die, &begin, &end), 1);
    CHECK_EQ(end.value - begin.value, symbol.size);
    CHECK_EQ(dwreloc_haspc_relocatable(&die, &begin), 1);
    CHECK_EQ(dwreloc_getsrc_relocatable(die.unit, &begin, &line), 1);
    CHECK_EQ(dwreloc_relocatable_address(&line.address, &address), 0);
    CHECK_EQ(address, symbol.value);
    CHECK_EQ(dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &begin,
                                          &frame),
             1);
    CHECK_EQ(frame.initial_location.value, symbol.value);
    CHECK_EQ(frame.address_range.value, symbol.size);
    /* An address, whether it is made of a place, a symbol or a number. */
    CHECK_EQ(dwreloc_section(module, symbol.section, &section), 0);
    CHECK_EQ(
        dwreloc_relocatable_in_section(module, symbol.section,
                                       symbol.value - section.address, &value),
        0);
    CHECK_EQ(value.kind, DWRELOC_CONSTANT);
    CHECK_EQ(dwreloc_haspc_relocatable(&die, &value), 1);
    CHECK_EQ(dwreloc_relocatable_difference(&value, &begin, &difference), 0);
    CHECK_EQ(difference, 0);
    CHECK_EQ(dwreloc_relocatable_of_symbol(module, symbol.index, 0, &value), 0);
    CHECK_EQ(value.value, symbol.value);
    CHECK_EQ(dwreloc_relocatable_number(symbol.value, &value), 0);
    CHECK_EQ(dwreloc_haspc_relocatable(&die, &value), 1);
    CHECK_EQ(dwreloc_relocatable_in_range(&value, &begin, &end), 1);
  }
  /* Its symbols have addresses. */
  CHECK_ERROR(dwreloc_place_symbol(module, "linked_one", 1),
              DWRELOC_E_INVALID_ARGUMENT);
  dwreloc_error(&error);
  CHECK(strstr(error.text, "linked file") != NULL);
  CHECK_ERROR(dwreloc_place_symbols_from_text(module, "", 0),
              DWRELOC_E_INVALID_ARGUMENT);
  CHECK_EQ(dwreloc_place_offline(module, 0x10000, &address), 0);
  CHECK_EQ(address, 0x10000);
  CHECK_EQ(dwreloc_locate(module, 0x1234, &value), 1);
  CHECK_EQ(value.kind, DWRELOC_CONSTANT);
  CHECK_EQ(value.value, 0x1234);
  CheckMovedSections(module);
  CHECK(CountFrames(module, Section(module, ".eh_frame")) > 2);
  CHECK_EQ(dwreloc_section(module, Section(module, ".eh_frame"), &section), 0);
  CHECK_EQ(section.is_debug, 0); /* it is loaded */
  CHECK_EQ(section.holds_dwarf, 1);
  CHECK_EQ(VariableAddress(module, "linked_counter", &value), 1);
  CHECK_EQ(dwreloc_relocatable_address(&value, &address), 0);
  CHECK_EQ(dwreloc_symbol(module, Symbol(module, "linked_counter"), &symbol),
           0);
  CHECK_EQ(address, symbol.value);
  CHECK_EQ(dwreloc_stats(module, &stats), 0);
  CHECK_EQ(stats.sections_digested, 0);
  dwreloc_close(module);
}

/* NULL where something is needed ------------------------------------------*/

static int Visit(void *user, const Dwreloc_Record *record,
                 const Dwreloc_Owner *owner) {
  (void)user;
  (void)record;
  (void)owner;
  return 0;
}

static void TestNullArguments(void) {
  Dwreloc_Module *module = OpenMeter();
  const Dwreloc_Unit *unit = NULL;
  const Dwreloc_Line_Table *table = NULL;
  Dwreloc_Module *opened;
  Dwreloc_File_Info file_info;
  Dwreloc_Section section;
  Dwreloc_Symbol symbol;
  Dwreloc_Relocatable value;
  Dwreloc_Relocatable_Info value_info;
  Dwreloc_Unit_Info unit_info;
  Dwreloc_Die die;
  Dwreloc_Die_Entry die_entry;
  Dwreloc_Attribute attribute;
  Dwreloc_Walk walk;
  Dwreloc_Line_Info line_info;
  Dwreloc_Line_File line_file;
  Dwreloc_Rows rows;
  Dwreloc_Line line;
  Dwreloc_List list;
  Dwreloc_List_Entry entry;
  Dwreloc_Expression expression;
  Dwreloc_Op op;
  Dwreloc_Records records;
  Dwreloc_Record record;
  Dwreloc_Stats stats;
  Dwreloc_Diagnostic diagnostic;
  Dwreloc_Section_Memory memory;
  Dwreloc_Macros macros;
  Dwreloc_Macro_Info macro_info;
  Dwreloc_Macro macro;
  Dwreloc_Contribution contribution;
  Dwreloc_Unit_Index unit_index;
  Dwreloc_Unit_Contribution part;
  Dwreloc_Link link;
  const uint8_t *bytes;
  const char *text;
  size_t size;
  uint64_t number;
  int64_t signed_number;
  uint32_t index;
  int flag;
  memset(&macros, 0, sizeof(macros));
  memset(&macro, 0, sizeof(macro));
  memset(&contribution, 0, sizeof(contribution));
  CHECK_EQ(FindDie(module, DW_TAG_variable, "scale", &die), 1);
  unit = die.unit;
  CHECK_EQ(dwreloc_attr(&die, DW_AT_location, &attribute), 1);
  CHECK_EQ(dwreloc_line_table(unit, &table), 1);
  CHECK_EQ(VariableAddress(module, "scale", &value), 1);

#define NULL_IS_WRONG(call) CHECK_ERROR((call), DWRELOC_E_INVALID_ARGUMENT)
  NULL_IS_WRONG(dwreloc_open(NULL, &opened));
  NULL_IS_WRONG(dwreloc_open("x", NULL));
  NULL_IS_WRONG(dwreloc_open_limited(NULL, 1, &opened));
  NULL_IS_WRONG(dwreloc_open_limited("x", 1, NULL));
  NULL_IS_WRONG(dwreloc_open_fd(-1, NULL, &opened));
  NULL_IS_WRONG(dwreloc_open_fd(0, NULL, NULL));
  NULL_IS_WRONG(dwreloc_open_memory(NULL, 1, NULL, &opened));
  NULL_IS_WRONG(dwreloc_open_memory("", 0, NULL, NULL));
  NULL_IS_WRONG(dwreloc_open_elf(NULL, NULL, &opened));
  NULL_IS_WRONG(dwreloc_file_info(NULL, &file_info));
  NULL_IS_WRONG(dwreloc_file_info(module, NULL));
  NULL_IS_WRONG(dwreloc_build_id(NULL, &bytes, &size));
  NULL_IS_WRONG(dwreloc_build_id(module, NULL, &size));
  NULL_IS_WRONG(dwreloc_build_id(module, &bytes, NULL));
  NULL_IS_WRONG(dwreloc_section(NULL, 1, &section));
  NULL_IS_WRONG(dwreloc_section(module, 1, NULL));
  NULL_IS_WRONG(dwreloc_section_data(NULL, 1, &bytes, &size));
  NULL_IS_WRONG(dwreloc_section_data(module, 1, NULL, &size));
  NULL_IS_WRONG(dwreloc_section_data(module, 1, &bytes, NULL));
  NULL_IS_WRONG(dwreloc_find_section(NULL, "", 0, &index));
  NULL_IS_WRONG(dwreloc_find_section(module, NULL, 0, &index));
  NULL_IS_WRONG(dwreloc_find_section(module, "", 0, NULL));
  NULL_IS_WRONG(dwreloc_symbol(NULL, 0, &symbol));
  NULL_IS_WRONG(dwreloc_symbol(module, 0, NULL));
  NULL_IS_WRONG(dwreloc_relocatable_info(NULL, &value_info));
  NULL_IS_WRONG(dwreloc_relocatable_info(&value, NULL));
  NULL_IS_WRONG(dwreloc_relocatable_address(NULL, &number));
  NULL_IS_WRONG(dwreloc_relocatable_address(&value, NULL));
  NULL_IS_WRONG(dwreloc_relocatable_add(NULL, 1));
  NULL_IS_WRONG(dwreloc_relocatable_compare(NULL, &value, &flag));
  NULL_IS_WRONG(dwreloc_relocatable_compare(&value, NULL, &flag));
  NULL_IS_WRONG(dwreloc_relocatable_compare(&value, &value, NULL));
  NULL_IS_WRONG(dwreloc_set_callbacks(NULL, NULL));
  NULL_IS_WRONG(dwreloc_place(NULL, ".text", 0));
  NULL_IS_WRONG(dwreloc_place(module, NULL, 0));
  NULL_IS_WRONG(dwreloc_place_section(NULL, 1, 0));
  NULL_IS_WRONG(dwreloc_place_absent(NULL, 1));
  NULL_IS_WRONG(dwreloc_place_symbol(NULL, "_printk", 0));
  NULL_IS_WRONG(dwreloc_place_symbol(module, NULL, 0));
  NULL_IS_WRONG(dwreloc_place_offline(NULL, 0, NULL));
  NULL_IS_WRONG(dwreloc_forget_places(NULL));
  NULL_IS_WRONG(dwreloc_units_next(NULL, &unit));
  NULL_IS_WRONG(dwreloc_units_next(module, NULL));
  NULL_IS_WRONG(dwreloc_unit_error(NULL, 0));
  NULL_IS_WRONG(dwreloc_unit_count(NULL, &index));
  NULL_IS_WRONG(dwreloc_unit_count(module, NULL));
  NULL_IS_WRONG(dwreloc_unit(NULL, 0, &unit));
  NULL_IS_WRONG(dwreloc_unit(module, 0, NULL));
  NULL_IS_WRONG(dwreloc_unit_info(NULL, &unit_info));
  NULL_IS_WRONG(dwreloc_unit_info(unit, NULL));
  NULL_IS_WRONG(dwreloc_unit_die(NULL, &die));
  NULL_IS_WRONG(dwreloc_unit_die(unit, NULL));
  NULL_IS_WRONG(dwreloc_die_at(NULL, 1, 1, &die));
  NULL_IS_WRONG(dwreloc_die_at(module, 1, 1, NULL));
  NULL_IS_WRONG(dwreloc_child(NULL, &die));
  NULL_IS_WRONG(dwreloc_child(&die, NULL));
  NULL_IS_WRONG(dwreloc_sibling(NULL, &die));
  NULL_IS_WRONG(dwreloc_sibling(&die, NULL));
  NULL_IS_WRONG(dwreloc_parent(NULL, &die));
  NULL_IS_WRONG(dwreloc_parent(&die, NULL));
  NULL_IS_WRONG(dwreloc_attributes(NULL, NULL, 0, &size));
  NULL_IS_WRONG(dwreloc_attributes(&die, NULL, 1, &size));
  NULL_IS_WRONG(dwreloc_attributes(&die, NULL, 0, NULL));
  NULL_IS_WRONG(dwreloc_attr(NULL, 1, &attribute));
  NULL_IS_WRONG(dwreloc_attr(&die, 1, NULL));
  NULL_IS_WRONG(dwreloc_walk_begin(NULL, &walk));
  NULL_IS_WRONG(dwreloc_walk_begin(unit, NULL));
  NULL_IS_WRONG(dwreloc_walk_begin_at(NULL, &walk));
  NULL_IS_WRONG(dwreloc_walk_begin_at(&die, NULL));
  CHECK_EQ(dwreloc_walk_begin(unit, &walk), 1);
  NULL_IS_WRONG(dwreloc_walk_next(NULL, &die, NULL, NULL, 0, NULL));
  NULL_IS_WRONG(dwreloc_walk_next(&walk, NULL, NULL, NULL, 0, NULL));
  NULL_IS_WRONG(dwreloc_walk_next(&walk, &die, NULL, NULL, 1, NULL));
  NULL_IS_WRONG(
      dwreloc_walk_next_many(NULL, &die_entry, 1, &attribute, 1, &size));
  NULL_IS_WRONG(dwreloc_walk_next_many(&walk, NULL, 1, &attribute, 1, &size));
  NULL_IS_WRONG(dwreloc_walk_next_many(&walk, &die_entry, 1, NULL, 1, &size));
  NULL_IS_WRONG(
      dwreloc_walk_next_many(&walk, &die_entry, 1, &attribute, 1, NULL));
  NULL_IS_WRONG(dwreloc_formudata(NULL, &number));
  NULL_IS_WRONG(dwreloc_formudata(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_formsdata(NULL, &signed_number));
  NULL_IS_WRONG(dwreloc_formsdata(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_formflag(NULL, &flag));
  NULL_IS_WRONG(dwreloc_formflag(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_formstring(NULL, &text, NULL));
  NULL_IS_WRONG(dwreloc_formstring(&attribute, NULL, NULL));
  NULL_IS_WRONG(dwreloc_formstring_place(NULL, &index, &number));
  NULL_IS_WRONG(dwreloc_formstring_place(&attribute, NULL, &number));
  NULL_IS_WRONG(dwreloc_formstring_place(&attribute, &index, NULL));
  NULL_IS_WRONG(dwreloc_formblock(NULL, &bytes, &size));
  NULL_IS_WRONG(dwreloc_formblock(&attribute, NULL, &size));
  NULL_IS_WRONG(dwreloc_formblock(&attribute, &bytes, NULL));
  NULL_IS_WRONG(dwreloc_formref(NULL, &index, &number));
  NULL_IS_WRONG(dwreloc_formref(&attribute, NULL, &number));
  NULL_IS_WRONG(dwreloc_formref(&attribute, &index, NULL));
  NULL_IS_WRONG(dwreloc_formref_die(NULL, &die));
  NULL_IS_WRONG(dwreloc_formref_die(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_formaddr(NULL, &number));
  NULL_IS_WRONG(dwreloc_formaddr(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_form_relocatable(NULL, &value));
  NULL_IS_WRONG(dwreloc_form_relocatable(&attribute, NULL));
  NULL_IS_WRONG(dwreloc_pc_relocatable(NULL, &value, &value));
  NULL_IS_WRONG(dwreloc_pc_relocatable(&die, NULL, &value));
  NULL_IS_WRONG(dwreloc_pc_relocatable(&die, &value, NULL));
  NULL_IS_WRONG(dwreloc_haspc_relocatable(NULL, &value));
  NULL_IS_WRONG(dwreloc_haspc_relocatable(&die, NULL));
  NULL_IS_WRONG(dwreloc_line_table(NULL, &table));
  NULL_IS_WRONG(dwreloc_line_table(unit, NULL));
  NULL_IS_WRONG(dwreloc_line_info(NULL, &line_info));
  NULL_IS_WRONG(dwreloc_line_info(table, NULL));
  NULL_IS_WRONG(dwreloc_line_directory(NULL, 0, &text));
  NULL_IS_WRONG(dwreloc_line_directory(table, 0, NULL));
  NULL_IS_WRONG(dwreloc_line_file(NULL, 0, &line_file));
  NULL_IS_WRONG(dwreloc_line_file(table, 0, NULL));
  NULL_IS_WRONG(dwreloc_line_file_path(NULL, 0, NULL, 0));
  NULL_IS_WRONG(dwreloc_line_file_path(table, 0, NULL, 1));
  NULL_IS_WRONG(dwreloc_rows_begin(NULL, &rows));
  NULL_IS_WRONG(dwreloc_rows_begin(table, NULL));
  NULL_IS_WRONG(dwreloc_line_instructions_begin(NULL, NULL));
  NULL_IS_WRONG(dwreloc_line_instructions_next(NULL, NULL));
  CHECK_EQ(dwreloc_rows_begin(table, &rows), 1);
  NULL_IS_WRONG(dwreloc_rows_next(NULL, &line));
  NULL_IS_WRONG(dwreloc_rows_next(&rows, NULL));
  NULL_IS_WRONG(dwreloc_rows_next_many(NULL, &line, 1, &size));
  NULL_IS_WRONG(dwreloc_rows_next_many(&rows, NULL, 1, &size));
  NULL_IS_WRONG(dwreloc_rows_next_many(&rows, &line, 1, NULL));
  NULL_IS_WRONG(dwreloc_getsrc_relocatable(NULL, &value, &line));
  NULL_IS_WRONG(dwreloc_getsrc_relocatable(unit, NULL, &line));
  NULL_IS_WRONG(dwreloc_getsrc_relocatable(unit, &value, NULL));
  NULL_IS_WRONG(dwreloc_ranges_begin(NULL, &list));
  NULL_IS_WRONG(dwreloc_ranges_begin(&die, NULL));
  NULL_IS_WRONG(dwreloc_ranges_next(NULL, &value, &value));
  NULL_IS_WRONG(dwreloc_locations_begin(NULL, &list));
  NULL_IS_WRONG(dwreloc_locations_begin(&attribute, NULL));
  CHECK_EQ(dwreloc_locations_begin(&attribute, &list), 1);
  NULL_IS_WRONG(dwreloc_ranges_next(&list, NULL, &value));
  NULL_IS_WRONG(dwreloc_ranges_next(&list, &value, NULL));
  NULL_IS_WRONG(dwreloc_locations_next(NULL, &value, &value, &expression));
  NULL_IS_WRONG(dwreloc_locations_next(&list, NULL, &value, &expression));
  NULL_IS_WRONG(dwreloc_locations_next(&list, &value, NULL, &expression));
  NULL_IS_WRONG(dwreloc_locations_next(&list, &value, &value, NULL));
  NULL_IS_WRONG(dwreloc_list_next(NULL, &entry));
  NULL_IS_WRONG(dwreloc_section_is_rewritable(NULL, 1, NULL));
  NULL_IS_WRONG(dwreloc_obstacles(NULL, 1, NULL, NULL));
  NULL_IS_WRONG(dwreloc_list_extent(NULL, NULL, NULL, NULL));
  NULL_IS_WRONG(dwreloc_views_begin(NULL, NULL));
  NULL_IS_WRONG(dwreloc_views_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_views_extent(NULL, NULL, NULL, NULL));
  NULL_IS_WRONG(dwreloc_op_operands(NULL, NULL, NULL, NULL));
  NULL_IS_WRONG(dwreloc_list_next(&list, NULL));
  CHECK_EQ(dwreloc_locations_next(&list, &value, &value, &expression), 2);
  NULL_IS_WRONG(dwreloc_expression_ops(NULL, &op, 1, &size));
  NULL_IS_WRONG(dwreloc_expression_ops(&expression, NULL, 1, &size));
  NULL_IS_WRONG(dwreloc_expression_ops(&expression, &op, 1, NULL));
  CHECK_EQ(dwreloc_expression_ops(&expression, &op, 1, &size), 0);
  NULL_IS_WRONG(dwreloc_getlocation_relocatable_addr(NULL, &op, &value));
  NULL_IS_WRONG(
      dwreloc_getlocation_relocatable_addr(&expression, NULL, &value));
  NULL_IS_WRONG(dwreloc_getlocation_relocatable_addr(&expression, &op, NULL));
  NULL_IS_WRONG(dwreloc_unit_at(NULL, 1, 0, &unit));
  NULL_IS_WRONG(dwreloc_unit_at(module, 1, 0, NULL));
  NULL_IS_WRONG(dwreloc_abbrevs_begin(NULL, NULL));
  NULL_IS_WRONG(dwreloc_abbrevs_begin_all(NULL, 1, NULL));
  NULL_IS_WRONG(dwreloc_abbrevs_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_abbrev_attributes_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_aranges_begin(NULL, 1, NULL));
  NULL_IS_WRONG(dwreloc_aranges_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_getarange_relocatable(module, NULL, NULL));
  NULL_IS_WRONG(dwreloc_addrdie_relocatable(module, &value, NULL));
  NULL_IS_WRONG(dwreloc_pubnames_begin(NULL, 1, NULL));
  NULL_IS_WRONG(dwreloc_pubnames_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_name_indexes_next(module, NULL));
  NULL_IS_WRONG(dwreloc_name_index_error(NULL, 0));
  NULL_IS_WRONG(dwreloc_name_index_info(NULL, NULL));
  NULL_IS_WRONG(
      dwreloc_name_index_unit(NULL, DWRELOC_NAME_UNIT_COMPILE, 0, NULL));
  NULL_IS_WRONG(dwreloc_name(NULL, 1, NULL));
  NULL_IS_WRONG(dwreloc_find_name(NULL, "a", NULL));
  NULL_IS_WRONG(dwreloc_name_string(NULL, NULL, NULL));
  NULL_IS_WRONG(dwreloc_name_entries_begin(NULL, NULL));
  NULL_IS_WRONG(dwreloc_name_entries_next(NULL, NULL));
  NULL_IS_WRONG(dwreloc_records_begin(NULL, 1, 0, 1, &records));
  NULL_IS_WRONG(dwreloc_records_begin(module, 1, 0, 1, NULL));
  CHECK_EQ(dwreloc_records_begin(module, 1, 0, 1, &records), 1);
  NULL_IS_WRONG(dwreloc_records_next(NULL, &record));
  NULL_IS_WRONG(dwreloc_records_next(&records, NULL));
  NULL_IS_WRONG(dwreloc_owners(NULL, 1, Visit, NULL));
  NULL_IS_WRONG(dwreloc_owners(module, 1, NULL, NULL));
  NULL_IS_WRONG(dwreloc_owners_between(NULL, 1, 0, 1, Visit, NULL));
  NULL_IS_WRONG(dwreloc_owners_between(module, 1, 0, 1, NULL, NULL));
  NULL_IS_WRONG(dwreloc_stats(NULL, &stats));
  NULL_IS_WRONG(dwreloc_stats(module, NULL));
  NULL_IS_WRONG(dwreloc_is_digested(NULL, 1));
  NULL_IS_WRONG(dwreloc_diagnostic(NULL, 0, &diagnostic));
  NULL_IS_WRONG(dwreloc_diagnostic(module, 0, NULL));
  NULL_IS_WRONG(dwreloc_digest_all(NULL));
  NULL_IS_WRONG(dwreloc_digest_all_with(NULL, InOrder, NULL));
  NULL_IS_WRONG(dwreloc_digest_all_with(module, NULL, NULL));
  NULL_IS_WRONG(dwreloc_section_memory(NULL, 1, &memory));
  NULL_IS_WRONG(dwreloc_section_memory(module, 1, NULL));
  NULL_IS_WRONG(dwreloc_trim(NULL));
  NULL_IS_WRONG(dwreloc_unit_split(NULL, &unit));
  NULL_IS_WRONG(dwreloc_unit_split(unit, NULL));
  NULL_IS_WRONG(dwreloc_unit_skeleton(NULL, &unit));
  NULL_IS_WRONG(dwreloc_unit_skeleton(unit, NULL));
  NULL_IS_WRONG(dwreloc_macros_begin(NULL, &macros));
  NULL_IS_WRONG(dwreloc_macros_begin(unit, NULL));
  NULL_IS_WRONG(dwreloc_macros_begin_at(NULL, 1, 0, NULL, &macros));
  NULL_IS_WRONG(dwreloc_macros_begin_at(module, 1, 0, NULL, NULL));
  NULL_IS_WRONG(dwreloc_macros_info(NULL, &macro_info));
  NULL_IS_WRONG(dwreloc_macros_info(&macros, NULL));
  NULL_IS_WRONG(dwreloc_macros_line_table(NULL, &table));
  NULL_IS_WRONG(dwreloc_macros_line_table(&macros, NULL));
  NULL_IS_WRONG(dwreloc_macros_follow_imports(NULL, 1));
  NULL_IS_WRONG(dwreloc_macros_next(NULL, &macro));
  NULL_IS_WRONG(dwreloc_macros_next(&macros, NULL));
  NULL_IS_WRONG(dwreloc_macro_string(NULL, &text, NULL));
  NULL_IS_WRONG(dwreloc_macro_string(&macro, &text, NULL));
  NULL_IS_WRONG(dwreloc_macro_import(NULL, &index, &number));
  NULL_IS_WRONG(dwreloc_macro_import(&macro, &index, &number));
  NULL_IS_WRONG(dwreloc_contribution_at(NULL, 1, 0, &contribution));
  NULL_IS_WRONG(dwreloc_contribution_at(module, 1, 0, NULL));
  NULL_IS_WRONG(dwreloc_contribution_value(NULL, 0, &value));
  NULL_IS_WRONG(dwreloc_contribution_value(&contribution, 0, &value));
  NULL_IS_WRONG(dwreloc_contribution_string(NULL, 0, &text, NULL));
  NULL_IS_WRONG(dwreloc_contribution_string(&contribution, 0, &text, NULL));
  NULL_IS_WRONG(dwreloc_unit_index(NULL, 1, &unit_index));
  NULL_IS_WRONG(dwreloc_unit_index(module, 1, NULL));
  NULL_IS_WRONG(dwreloc_unit_index_slot(NULL, 0, &number, &index));
  NULL_IS_WRONG(dwreloc_unit_index_find(NULL, 0, &index));
  NULL_IS_WRONG(dwreloc_unit_index_contribution(NULL, 1, 0, &part));
  NULL_IS_WRONG(dwreloc_link(NULL, 1, &link));
  NULL_IS_WRONG(dwreloc_link(module, 1, NULL));
#undef NULL_IS_WRONG
  CHECK_EQ(dwreloc_error(NULL), DWRELOC_E_INVALID_ARGUMENT);
  {
    Dwreloc_Cfi cfi;
    Dwreloc_Cfi_Entry entry = {0};
    Dwreloc_Cfi_Instructions instructions;
    Dwreloc_Cfi_Instruction instruction;
    Dwreloc_Cfi_Rows cfi_rows;
    Dwreloc_Cfi_Row row;
    Dwreloc_Expression none = {0};
    uint32_t index;
    CHECK_ERROR(dwreloc_cfi_section(NULL, 0, &index),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_section(module, 0, NULL),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_begin(NULL, 0, &cfi), DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_begin(module, 0, NULL), DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_next(NULL, &entry), DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_at(NULL, 0, 0, &entry), DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_find_relocatable(module, 0, NULL, &entry),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_instructions_begin(NULL, &instructions),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_instructions_begin(&entry, &instructions),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_instructions_next(NULL, &instruction),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_rows_begin(NULL, &cfi_rows),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_rows_begin(&entry, &cfi_rows),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_rows_next(NULL, &row), DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_expression(&entry, 0, 0, &none),
                DWRELOC_E_INVALID_ARGUMENT);
    CHECK_ERROR(dwreloc_cfi_rule_expression(&entry, NULL, &none),
                DWRELOC_E_INVALID_ARGUMENT);
    {
      Dwreloc_Cfi_Rule rule = {0};
      CHECK_ERROR(dwreloc_cfi_rule_expression(&entry, &rule, &none),
                  DWRELOC_E_INVALID_ARGUMENT);
    }
    {
      size_t count;
      CHECK_ERROR(dwreloc_expression_ops(&none, NULL, 0, &count),
                  DWRELOC_E_INVALID_ARGUMENT);
    }
  }
  dwreloc_close(module);
}

/* The section of that name; it must be there. */
static uint32_t SectionOf(const Dwreloc_Module *module, const char *name) {
  uint32_t index = 0;
  CHECK_EQ(dwreloc_find_section(module, name, 0, &index), 1);
  return index;
}

static void TestMacros(void) {
  Dwreloc_Module *module;
  const Dwreloc_Unit *unit = NULL;
  Dwreloc_Macros macros, again;
  Dwreloc_Macro_Info info;
  Dwreloc_Macro macro, define;
  const char *string;
  size_t length;
  uint32_t section;
  uint64_t offset;
  const Dwreloc_Line_Table *lines, *units_lines;
  Dwreloc_Macros unowned;
  int defines = 0, others = 0, depth_of_end = -1;
  memset(&define, 0, sizeof(define));
  CHECK_EQ(dwreloc_open(DataPath("tiny/tinyc.o"), &module), 0);
  CHECK_EQ(dwreloc_units_next(module, &unit), 1);
  CHECK_EQ(dwreloc_macros_begin(unit, &macros), 1);
  CHECK_EQ(dwreloc_macros_info(&macros, &info), 0);
  CHECK(info.unit == unit);
  CHECK_EQ(info.section, SectionOf(module, ".debug_macro"));
  CHECK_EQ(info.version, 5);
  CHECK_EQ(info.flags, 2);
  CHECK_EQ(info.offset_size, 4);
  CHECK_EQ(info.offset, 0);
  CHECK_EQ(info.operations_offset, 7);
  CHECK_EQ(info.next_offset, 7);
  CHECK_EQ(info.line_section, SectionOf(module, ".debug_line"));
  CHECK_EQ(info.line_offset, 0);
  CHECK_EQ(dwreloc_line_table(unit, &units_lines), 1);
  CHECK_EQ(dwreloc_macros_line_table(&macros, &lines), 1);
  CHECK(lines == units_lines);
  CHECK_EQ(dwreloc_macros_begin_at(module, info.section, 0, NULL, &unowned), 1);
  CHECK_EQ(dwreloc_macros_line_table(&unowned, &lines), 0);
  CHECK(lines == NULL);
  CHECK_EQ(dwreloc_macros_follow_imports(&macros, 1), 0);
  while (dwreloc_macros_next(&macros, &macro) == 1) {
    if (macro.kind == DWRELOC_MACRO_DEFINE) {
      ++defines;
      CHECK_EQ(dwreloc_macro_string(&macro, &string, &length), 0);
      CHECK_EQ(strlen(string), length);
      if (strcmp(string, "TWICE(x) ((x) + (x))") == 0) define = macro;
    } else {
      ++others;
      if (macro.kind == DWRELOC_MACRO_END_FILE) depth_of_end = (int)macro.depth;
      CHECK_ERROR(dwreloc_macro_string(&macro, &string, NULL),
                  DWRELOC_E_WRONG_FORM);
    }
    CHECK_ERROR(dwreloc_macro_import(&macro, &section, &offset),
                DWRELOC_E_WRONG_FORM);
  }
  CHECK_EQ(dwreloc_macros_next(&macros, &macro), 0);
  CHECK_EQ(defines, 11);
  CHECK_EQ(others, 2);
  CHECK_EQ(depth_of_end, 0);
  CHECK_EQ(define.operand_kind, DWRELOC_MACRO_STRX);
  CHECK_EQ(define.opcode, DW_MACRO_define_strx);
  CHECK_EQ(define.line, 0);
  CHECK_EQ(define.section, info.section);
  CHECK_STR(dwreloc_macro_name(define.version, define.opcode),
            "DW_MACRO_define_strx");
  CHECK_STR(dwreloc_macro_name(4, DW_MACRO_GNU_define_indirect),
            "DW_MACRO_GNU_define_indirect");
  CHECK_STR(dwreloc_macro_name(0, DW_MACINFO_vendor_ext),
            "DW_MACINFO_vendor_ext");
  CHECK(dwreloc_macro_name(5, 0xe0) == NULL);
  CHECK(dwreloc_macro_name(1 << 16, 1) == NULL);
  /* By place: indices of strings mean nothing without a unit. */
  CHECK_EQ(dwreloc_macros_begin_at(module, info.section, 0, NULL, &again), 1);
  do {
    CHECK_EQ(dwreloc_macros_next(&again, &macro), 1);
  } while (macro.kind != DWRELOC_MACRO_DEFINE);
  CHECK_ERROR(dwreloc_macro_string(&macro, &string, NULL), DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_macros_info(&macros, &info), 0);
  CHECK_EQ(dwreloc_macros_begin_at(module, info.section, info.next_offset, NULL,
                                   &again),
           0);
  CHECK_EQ(dwreloc_macros_begin_at(module, 1, 0, NULL, &again), 0);
  CHECK_EQ(dwreloc_macros_begin_at(module, 9999, 0, NULL, &again), 0);
  CHECK_ERROR(dwreloc_macros_begin_at(module, info.section, 1, NULL, &again),
              DWRELOC_E_UNSUPPORTED);
  dwreloc_close(module);
}

static void TestContributions(void) {
  Dwreloc_Module *module;
  Dwreloc_Contribution table;
  Dwreloc_Relocatable value;
  Dwreloc_Relocatable_Info info;
  const char *string;
  size_t length;
  uint32_t addr, offsets;
  CHECK_EQ(dwreloc_open(DataPath("tiny/tinyc.o"), &module), 0);
  addr = SectionOf(module, ".debug_addr");
  offsets = SectionOf(module, ".debug_str_offsets");
  CHECK_EQ(dwreloc_contribution_at(module, addr, 0, &table), 1);
  CHECK_EQ(table.is_addresses, 1);
  CHECK_EQ(table.version, 5);
  CHECK_EQ(table.entry_size, 8);
  CHECK_EQ(table.base, 8);
  CHECK_EQ(table.count, 12);
  CHECK_EQ(table.next_offset, 8 + 12 * 8);
  CHECK_EQ(dwreloc_contribution_value(&table, 5, &value), 0);
  CHECK_EQ(dwreloc_relocatable_info(&value, &info), 0);
  CHECK_STR(info.section, ".text");
  CHECK_EQ(info.section_offset, 0x3f);
  CHECK_ERROR(dwreloc_contribution_value(&table, 12, &value),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_contribution_string(&table, 0, &string, NULL),
              DWRELOC_E_WRONG_FORM);
  CHECK_EQ(dwreloc_contribution_at(module, addr, table.next_offset, &table), 0);
  CHECK_EQ(dwreloc_contribution_at(module, offsets, 0, &table), 1);
  CHECK_EQ(table.is_addresses, 0);
  CHECK_EQ(table.entry_size, 4);
  CHECK_EQ(dwreloc_contribution_string(&table, 1, &string, &length), 0);
  CHECK_STR(string, "tiny.c");
  CHECK_EQ(length, 6);
  CHECK_EQ(dwreloc_contribution_value(&table, 1, &value), 0);
  CHECK_EQ(value.kind, DWRELOC_CONSTANT);
  CHECK_EQ(value.value, 1);
  CHECK_ERROR(dwreloc_contribution_string(&table, table.count, &string, NULL),
              DWRELOC_E_NOT_FOUND);
  CHECK_ERROR(dwreloc_contribution_at(module, offsets, 4, &table),
              DWRELOC_E_UNSUPPORTED);
  CHECK_EQ(dwreloc_contribution_at(module, 1, 0, &table), 0);
  dwreloc_close(module);
}

/* Of an image made of the tiny object by renaming one of its sections. */
static void TestUnitIndexAndLink(void) {
  static const struct {
    uint32_t counts[4]; /* version, sections, units, slots */
    uint64_t signatures[2];
    uint32_t rows[2];
    uint32_t ids[2];
    uint32_t offsets[2];
    uint32_t sizes[2];
  } kIndex = {{5, 2, 1, 2}, {0, 7}, {0, 1}, {1, 9}, {16, 32}, {48, 64}};
  static const unsigned char kSup[] = "\5\0\0a.sup\0\2xy";
  Dwreloc_Module *module;
  Dwreloc_Unit_Index index;
  Dwreloc_Unit_Contribution part;
  Dwreloc_Link link;
  Dwreloc_Section section;
  uint64_t signature;
  uint32_t row, number;
  size_t size;
  FILE *file = fopen(DataPath("tiny/tiny5.o"), "rb");
  unsigned char image[65536];
  unsigned char *name;
  CHECK(file != NULL);
  if (file == NULL) return;
  size = fread(image, 1, sizeof(image), file);
  fclose(file);
  CHECK_EQ(dwreloc_open_memory(image, size, "made.o", &module), 0);
  number = SectionOf(module, ".debug_loclists");
  CHECK_EQ(dwreloc_section(module, number, &section), 0);
  CHECK_EQ(dwreloc_unit_index(module, number, &index), 0);
  CHECK_EQ(dwreloc_link(module, number, &link), 0);
  CHECK_EQ(dwreloc_link(module, 9999, &link), 0);
  dwreloc_close(module);
  CHECK(section.file_size >= sizeof(kIndex));
  memcpy(image + section.file_offset, &kIndex, sizeof(kIndex));
  for (;;) {
    name = memmem(image, size, ".debug_loclists", 16);
    if (name == NULL) break;
    memcpy(name, ".debug_cu_index", 16);
  }
  CHECK_EQ(dwreloc_open_memory(image, size, "made.o", &module), 0);
  CHECK_EQ(dwreloc_unit_index(module, number, &index), 1);
  CHECK_EQ(index.section, number);
  CHECK_EQ(index.version, 5);
  CHECK_EQ(index.section_count, 2);
  CHECK_EQ(index.unit_count, 1);
  CHECK_EQ(index.slot_count, 2);
  CHECK_EQ(dwreloc_unit_index_slot(&index, 0, &signature, &row), 0);
  CHECK_EQ(dwreloc_unit_index_slot(&index, 1, &signature, &row), 1);
  CHECK_EQ(signature, 7);
  CHECK_EQ(row, 1);
  CHECK_ERROR(dwreloc_unit_index_slot(&index, 2, &signature, &row),
              DWRELOC_E_NOT_FOUND);
  CHECK_EQ(dwreloc_unit_index_find(&index, 7, &row), 1);
  CHECK_EQ(dwreloc_unit_index_find(&index, 9, &row), 0);
  CHECK_EQ(dwreloc_unit_index_contribution(&index, 1, 1, &part), 0);
  CHECK_EQ(part.section_id, 9);
  CHECK_EQ(part.offset, 32);
  CHECK_EQ(part.size, 64);
  CHECK_ERROR(dwreloc_unit_index_contribution(&index, 2, 0, &part),
              DWRELOC_E_BAD_DWARF);
  CHECK_STR(dwreloc_sect_name(5, 1), "DW_SECT_INFO");
  CHECK_STR(dwreloc_sect_name(2, 8), "DW_SECT_GNU_MACRO");
  CHECK(dwreloc_sect_name(5, 9) == NULL);
  CHECK(dwreloc_sect_name(1 << 16, 1) == NULL);
  dwreloc_close(module);
  memcpy(image + section.file_offset, kSup, sizeof(kSup));
  name = memmem(image, size, ".debug_cu_index", 16);
  CHECK(name != NULL);
  if (name == NULL) return;
  memcpy(name, ".debug_sup\0", 11);
  CHECK_EQ(dwreloc_open_memory(image, size, "made.o", &module), 0);
  CHECK_EQ(dwreloc_link(module, number, &link), 1);
  CHECK_EQ(link.kind, DWRELOC_LINK_SUP);
  CHECK_EQ(link.version, 5);
  CHECK_EQ(link.section, number);
  CHECK_STR(link.file_name, "a.sup");
  CHECK_EQ(link.checksum_size, 2);
  CHECK_EQ(link.checksum[1], 'y');
  dwreloc_close(module);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: c_api_test EXECUTABLE SHARED_LIBRARY\n");
    return 2;
  }
  {
    Dwreloc_Error error;
    CHECK_EQ(dwreloc_error(&error), 0); /* nothing has failed yet */
    CHECK_STR(error.text, "no error");
  }
  TestVersionAndTexts();
  TestOpenErrors();
  TestOpenFourWays();
  TestFile();
  TestSections();
  TestSymbols();
  TestLaziness();
  TestDigestAllWithAnExecutor();
  TestTrim();
  TestTrimKeepsDecompressedSections();
  TestUnitsAndDies();
  TestWalkNextMany();
  TestForms();
  TestValues();
  TestMadeValues();
  TestRecordsByPlace();
  TestPaths();
  TestPathFields();
  TestFileBytes();
  TestPlaces();
  TestQuestions();
  TestScopes();
  TestSymbolQuestions();
  TestSymbolsThatAreNotOne();
  TestKernelPlaces();
  TestLines();
  TestLineInstructions();
  TestLists();
  TestObstacles();
  TestAranges();
  TestAbbrevs();
  TestPubnames();
  TestNames();
  TestRecords();
  TestMacros();
  TestContributions();
  TestUnitIndexAndLink();
  TestFrames();
  TestCallbacks();
  TestSplitUnits();
  TestSupplementary();
  TestVersionsSectionAbsent();
  TestTypeGate();
  TestUnknownMachine();
  TestOneBadRecord();
  TestVariablesAt(argv[1]);
  TestCfiRowAt(argv[1]);
  TestLinked(argv[1], ET_EXEC);
  TestLinked(argv[2], ET_DYN);
  TestNullArguments();
  printf("%d checks, %d failed\n", checks, failed);
  return failed == 0 ? 0 : 1;
}
