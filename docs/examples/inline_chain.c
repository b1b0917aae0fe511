/* Tells what was inlined where a trace says name+offset/size.
 *
 *   inline_chain FILE NAME OFFSET [SIZE]    e.g. xfs.ko xfs_init 0x20 0x1e6 */
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  Dwreloc_Relocatable place;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  uint32_t symbol;
  int found, count = 0;
  if (argc < 4) return 2;
  if (dwreloc_open(argv[1], &module) < 0) return 1;
  /* Several static functions may have the name: more than 1 would be a guess.
   */
  found = dwreloc_match_symbol(module, argv[2],
                               argc > 4 ? strtoull(argv[4], NULL, 0) : 0,
                               DWRELOC_NO_SECTION, &symbol);
  if (found > 1) fprintf(stderr, "%d symbols have that name\n", found);
  if (found == 1 &&
      dwreloc_relocatable_of_symbol(module, symbol, strtoll(argv[3], NULL, 0),
                                    &place) == 0 &&
      dwreloc_frames_begin(module, &place, &frames) == 1) {
    while (dwreloc_frames_next(&frames, &frame) == 1) {
      printf("%s%s at %s:%" PRIu64 "\n", count++ == 0 ? "" : "  inlined into ",
             frame.name == NULL ? "??" : frame.name,
             frame.path == NULL ? "??" : frame.path, frame.line);
    }
  }
  dwreloc_close(module);
  return count > 0 ? 0 : 1;
}
