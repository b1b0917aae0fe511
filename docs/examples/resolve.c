/* Writes a copy of a relocatable file in which the debug sections need no
 * relocation where they refer to one another: such a record becomes a number in
 * its field, and R_*_NONE.  What is left are the places in code and data.
 *
 *   resolve IN OUT
 *
 * What a record means is asked of the library, whatever the machine. */
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHT_RELA = 4, SHT_REL = 9 };

static void PrintError(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
}

typedef struct File {
  unsigned char *bytes; /* a copy, which is written to */
  size_t size;
  Dwreloc_Module *module; /* reads the original */
  Dwreloc_File_Info info;
  uint64_t resolved;
  uint64_t kept;
} File;

static void Store(const File *file, uint64_t offset, unsigned width,
                  uint64_t value) {
  unsigned i;
  if (offset > file->size || width > file->size - offset) return;
  for (i = 0; i < width; ++i) {
    const unsigned shift = 8 * (file->info.big_endian ? width - 1 - i : i);
    file->bytes[offset + i] = (unsigned char)(value >> shift);
  }
}

/* A number is in no need of its record: the value has everything in it. */
static int IsResolvable(const Dwreloc_Record *record) {
  return record->value.kind == DWRELOC_CONSTANT && record->value.has_record &&
         record->width == record->value.width && record->width != 0;
}

static void Resolve(File *file, const Dwreloc_Section *section,
                    const Dwreloc_Record *record) {
  const unsigned word = file->info.elf_class / 8;
  Dwreloc_Section records;
  uint64_t at;
  if (dwreloc_section(file->module, record->reloc_section, &records) < 0 ||
      (records.type != SHT_RELA && records.type != SHT_REL) ||
      !IsResolvable(record)) {
    ++file->kept;
    return;
  }
  Store(file, section->file_offset + record->offset, record->width,
        record->value.value);
  at = records.file_offset +
       record->index * word * (records.type == SHT_RELA ? 3 : 2);
  Store(file, at + word, word, 0); /* r_info: no symbol, type R_*_NONE */
  if (records.type == SHT_RELA) Store(file, at + word + word, word, 0);
  ++file->resolved;
}

static int ResolveSection(File *file, uint32_t index) {
  Dwreloc_Section section;
  Dwreloc_Records records;
  Dwreloc_Record record;
  int result = dwreloc_section(file->module, index, &section);
  /* Not .eh_frame, which is loaded; compressed bytes cannot be patched. */
  if (result < 0 || !section.is_debug || section.is_compressed) return result;
  result = dwreloc_records_begin(file->module, index, 0, DWRELOC_NO_OFFSET,
                                 &records);
  while (result > 0 && (result = dwreloc_records_next(&records, &record)) > 0) {
    Resolve(file, &section, &record);
  }
  return result;
}

static int ReadAll(const char *path, File *file) {
  FILE *in = fopen(path, "rb");
  long size = -1;
  if (in == NULL) return -1;
  if (fseek(in, 0, SEEK_END) == 0) size = ftell(in);
  rewind(in);
  file->size = size < 0 ? 0 : (size_t)size;
  file->bytes = malloc(file->size + 1);
  if (size < 0 || file->bytes == NULL ||
      fread(file->bytes, 1, file->size, in) != file->size) {
    size = -1;
  }
  fclose(in);
  return size < 0 ? -1 : 0;
}

static int WriteAll(const char *path, const File *file) {
  FILE *out = fopen(path, "wb");
  size_t written;
  if (out == NULL) return -1;
  written = fwrite(file->bytes, 1, file->size, out);
  return fclose(out) == 0 && written == file->size ? 0 : -1;
}

int main(int argc, char **argv) {
  File file = {0};
  uint32_t i;
  int status = 0;
  if (argc != 3) {
    fprintf(stderr, "usage: resolve IN OUT\n");
    return 2;
  }
  if (ReadAll(argv[1], &file) < 0) {
    perror(argv[1]);
    return 1;
  }
  if (dwreloc_open(argv[1], &file.module) < 0 ||
      dwreloc_file_info(file.module, &file.info) < 0) {
    PrintError();
    return 1;
  }
  for (i = 1; file.info.relocatable && i < file.info.section_count; ++i) {
    if (ResolveSection(&file, i) < 0) {
      PrintError();
      status = 1;
    }
  }
  dwreloc_close(file.module);
  if (status == 0 && WriteAll(argv[2], &file) < 0) {
    perror(argv[2]);
    status = 1;
  }
  printf("%" PRIu64 " records resolved, %" PRIu64 " kept\n", file.resolved,
         file.kept);
  free(file.bytes);
  return status;
}
