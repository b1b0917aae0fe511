/* dwarf.h with elfutils' dwarf.h in one program, in either order, from C99 and
 * from C++20.  Nearly all of the test is that dwarf_h_use.h compiles: each name
 * that both headers have is asserted to have one value.  What is left to run is
 * that those files were part of it, and that no name is missing here.
 */

#include <dwreloc/dwarf.h>
#include <stdio.h>

/* USE(Name) for each source file; meson.build writes the list. */
#define USE(name) int name(int tag);
#include <dwarf_h_uses.h>
#undef USE

int main(void) {
  int failures = 0;
#define USE(name)                                \
  if (name(DW_TAG_subprogram) != DW_AT_low_pc || \
      name(DW_TAG_variable) != DW_AT_name) {     \
    printf("%s has other numbers\n", #name);     \
    ++failures;                                  \
  }
#include <dwarf_h_uses.h>
#undef USE
#ifdef HAVE_ELFUTILS_NAMES
  int same = 0;
#define NAME(name, value) ++same;
#define MISSING(name)                        \
  printf("%s is in elfutils only\n", #name); \
  ++failures;
#include <elfutils_names.inc>
  /* 739 in elfutils 0.188. */
  if (same < 600) {
    printf("only %d names were compared\n", same);
    ++failures;
  }
#endif
  return failures == 0 ? 0 : 1;
}
