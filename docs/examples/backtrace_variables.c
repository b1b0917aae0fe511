/* Prints the functions at a place of code, the inlined ones first, and where
 * the variables of each are while the program is there:
 *   backtrace_variables FILE SECTION OFFSET */
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int Fail(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
  return 1;
}

static void PrintVariables(const Dwreloc_Die *scope,
                           const Dwreloc_Relocatable *place) {
  Dwreloc_Variables variables;
  Dwreloc_Variable variable;
  char text[256];
  if (dwreloc_variables_begin(scope, place, &variables) != 1) return;
  while (dwreloc_variables_next(&variables, &variable) == 1) {
    snprintf(text, sizeof text, "%s",
             variable.kind == DWRELOC_VARIABLE_CONSTANT ? "a constant"
                                                        : "not available");
    if (variable.kind == DWRELOC_VARIABLE_LOCATION)
      dwreloc_expression_text(&variable.location, text, sizeof text);
    printf("  %s: %s\n", variable.name ? variable.name : "?", text);
  }
}

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  Dwreloc_Relocatable place;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  Dwreloc_Scopes scopes;
  Dwreloc_Die scope;
  uint32_t section;
  if (argc != 4) return fprintf(stderr, "FILE SECTION OFFSET\n"), 2;
  if (dwreloc_open(argv[1], &module) < 0) return Fail();
  if (dwreloc_find_section(module, argv[2], 0, &section) != 1 ||
      dwreloc_relocatable_in_section(module, section,
                                     strtoull(argv[3], NULL, 0), &place) < 0 ||
      dwreloc_frames_begin(module, &place, &frames) != 1 ||
      dwreloc_scopes_begin(module, &place, &scopes) != 1)
    return Fail();
  while (dwreloc_frames_next(&frames, &frame) == 1) {
    printf("%s at %s:%" PRIu64 "\n", frame.name ? frame.name : "??",
           frame.path ? frame.path : "??", frame.line);
    /* Its blocks, then the function itself. */
    while (dwreloc_scopes_next(&scopes, &scope) == 1) {
      PrintVariables(&scope, &place);
      if (scope.offset == frame.die.offset) break;
    }
  }
  dwreloc_close(module);
  return 0;
}
