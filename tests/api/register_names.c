/* Prints the names that registers have in a file, for register_names_test.py:
 *
 *   register_names FILE NUMBER...      "NUMBER NAME" for each that has one */
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  if (argc < 2 || dwreloc_open(argv[1], &module) < 0) return 2;
  for (int i = 2; i < argc; ++i) {
    const uint64_t number = strtoull(argv[i], NULL, 0);
    const char *name = dwreloc_register_name(module, number);
    if (name != NULL) printf("%" PRIu64 " %s\n", number, name);
  }
  dwreloc_close(module);
  return 0;
}
