/* Loads an object for x86-64, runs its guest_entry, and tells gdb and lldb
 * about it by gdb's JIT interface (GDB manual, "JIT Compilation Interface"):
 *   jit OBJECT [full | exec | debug | addresses | raw]
 * The object must be compiled with -mcmodel=large -fno-pic, so that its parts
 * may lie anywhere.  The word says which copy is registered.  "raw" is the file
 * as it is: a debugger then takes it to be at 0, which is why a copy with
 * addresses is made. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* The interface: a debugger stops in the function and reads the list. */
struct jit_code_entry {
  struct jit_code_entry *next, *prev;
  const uint8_t *symfile;
  uint64_t size;
};
struct jit_descriptor {
  uint32_t version, action; /* 1: register */
  struct jit_code_entry *relevant, *first;
};
void __attribute__((noinline)) __jit_debug_register_code(void) {
  __asm__ volatile("" ::: "memory");
}
struct jit_descriptor __jit_debug_descriptor = {1, 0, NULL, NULL};

static int Fail(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
  return 1;
}

/* What the object calls. */
static int host_api(int value) { return value + 1; }

/* Gives each loaded section memory of its own, far from all others. */
static int Load(Dwreloc_Module *module) {
  Dwreloc_Section section;
  for (uint32_t i = 1; dwreloc_section(module, i, &section) == 0; ++i) {
    const uint8_t *bytes;
    size_t size;
    if ((section.flags & SHF_ALLOC) == 0 || section.file_size == 0) continue;
    char *const place = mmap(
        (void *)(0x600000000000 + i * UINT64_C(0x1000000)), section.file_size,
        PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return perror("mmap"), 1;
    if (dwreloc_section_data(module, i, &bytes, &size) != 0 ||
        dwreloc_place_section(module, i, (uintptr_t)place) != 0)
      return Fail();
    memcpy(place, bytes, size); /* nothing of SHT_NOBITS */
  }
  dwreloc_place_symbol(module, "host_api", (uintptr_t)&host_api);
  return 0;
}

/* Writes addresses into code and data; in the large model there are no others.
 */
static int RelocateCode(const Dwreloc_Module *module) {
  Dwreloc_Section section;
  for (uint32_t i = 1; dwreloc_section(module, i, &section) == 0; ++i) {
    Dwreloc_Records records;
    Dwreloc_Record record;
    Dwreloc_Relocatable start;
    uint64_t address, value;
    if ((section.flags & SHF_ALLOC) == 0 || section.holds_dwarf ||
        section.reloc_count == 0)
      continue;
    if (dwreloc_relocatable_in_section(module, i, 0, &start) != 0 ||
        dwreloc_relocatable_address(&start, &address) != 0 ||
        dwreloc_records_begin(module, i, 0, DWRELOC_NO_OFFSET, &records) != 1)
      return Fail();
    while (dwreloc_records_next(&records, &record) == 1) {
      if (record.type != R_X86_64_64)
        return fprintf(stderr, "%s: %s is not for this loader\n", section.name,
                       record.type_name ? record.type_name : "?"),
               1;
      if (dwreloc_relocatable_address(&record.value, &value) != 0)
        return Fail();
      memcpy((char *)(uintptr_t)(address + record.offset), &value, 8);
    }
  }
  return 0;
}

/* The copies that can be registered; the first if nothing is said. */
static const struct {
  const char *name;
  uint32_t mode, flags;
} kCopies[] = {
    {"full", DWRELOC_MATERIALIZE_FULL, 0},
    {"exec", DWRELOC_MATERIALIZE_FULL, DWRELOC_MATERIALIZE_EXEC},
    {"debug", DWRELOC_MATERIALIZE_DEBUG, 0},
    {"addresses", DWRELOC_MATERIALIZE_ADDRESSES, 0},
    {"raw", DWRELOC_MATERIALIZE_STATIC, 0},
};

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  Dwreloc_Image *image;
  Dwreloc_Image_Info info;
  Dwreloc_Relocatable entry;
  struct jit_code_entry code = {NULL, NULL, NULL, 0};
  uint32_t symbol;
  uint64_t address;
  size_t copy = 0;
  const size_t copies = sizeof(kCopies) / sizeof(kCopies[0]);
  if (argc == 3)
    while (copy < copies && strcmp(argv[2], kCopies[copy].name) != 0) ++copy;
  if (argc < 2 || copy == copies)
    return fprintf(stderr, "OBJECT [full|exec|debug|addresses|raw]\n"), 2;
  if (dwreloc_open(argv[1], &module) != 0) return Fail();
  if (Load(module) != 0 || RelocateCode(module) != 0) return 1;
  if (dwreloc_materialize(module, kCopies[copy].mode, kCopies[copy].flags,
                          &image) != 0 ||
      dwreloc_image_info(image, &info) != 0)
    return Fail();
  code.symfile = info.bytes;
  code.size = info.size;
  __jit_debug_descriptor.action = 1;
  __jit_debug_descriptor.relevant = __jit_debug_descriptor.first = &code;
  __jit_debug_register_code();

  if (dwreloc_find_symbol(module, "guest_entry", 0, &symbol) != 1 ||
      dwreloc_relocatable_of_symbol(module, symbol, 0, &entry) != 0 ||
      dwreloc_relocatable_address(&entry, &address) != 0)
    return Fail();
  int (*const guest_entry)(int) = (int (*)(int))(uintptr_t)address;
  printf("%d\n", guest_entry(3));
  dwreloc_image_free(image);
  dwreloc_close(module);
  return 0;
}
