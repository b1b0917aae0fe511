/* Tells which function and line places in a section are, and the functions that
 * were inlined there.
 *
 *   symbolize FILE SECTION OFFSET...     e.g. symbolize xfs.ko .text 0x1234 */
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int PrintError(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
  return 0;
}

/* 1 if some unit has code there. */
static int Symbolize(const Dwreloc_Module *module, uint32_t section,
                     uint64_t offset) {
  Dwreloc_Relocatable place;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  int found;
  if (dwreloc_relocatable_in_section(module, section, offset, &place) < 0) {
    return PrintError();
  }
  found = dwreloc_frames_begin(module, &place, &frames);
  if (found < 0) PrintError();
  if (found != 1) printf("??\n");
  while (found == 1 && dwreloc_frames_next(&frames, &frame) == 1) {
    printf("%s at %s:%" PRIu64 "\n", frame.name == NULL ? "??" : frame.name,
           frame.path == NULL ? "??" : frame.path, frame.line);
  }
  return found == 1;
}

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  uint32_t section;
  int i, found = 1;
  if (argc < 4) {
    fprintf(stderr, "usage: symbolize FILE SECTION OFFSET...\n");
    return 2;
  }
  if (dwreloc_open(argv[1], &module) < 0) {
    PrintError();
    return 1;
  }
  if (dwreloc_find_section(module, argv[2], 0, &section) == 1) {
    for (i = 3; i < argc; ++i) {
      found &= Symbolize(module, section, strtoull(argv[i], NULL, 0));
    }
  } else {
    fprintf(stderr, "no section %s\n", argv[2]);
    found = 0;
  }
  dwreloc_close(module);
  return found ? 0 : 1;
}
