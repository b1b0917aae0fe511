/* Tells which function and line a place in a section is, and the functions that
 * were inlined there.
 *
 *   symbolize FILE SECTION OFFSET        e.g. symbolize xfs.ko .text 0x1234 */
#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { kMostFrames = 64 };

static void PrintError(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
}

/* The name, which may stand in the DIE that this one is an instance of. */
static const char *NameOf(Dwreloc_Die die) {
  Dwreloc_Attribute attribute;
  const char *name;
  int steps;
  for (steps = 0; steps < 8; ++steps) {
    if (dwreloc_attr(&die, DW_AT_name, &attribute) == 1) {
      return dwreloc_formstring(&attribute, &name, NULL) < 0 ? "?" : name;
    }
    if (dwreloc_attr(&die, DW_AT_abstract_origin, &attribute) != 1 &&
        dwreloc_attr(&die, DW_AT_specification, &attribute) != 1) {
      break;
    }
    if (dwreloc_formref_die(&attribute, &die) < 0) break;
  }
  return "?";
}

static void PrintFrame(const Dwreloc_Die *function, const Dwreloc_Unit *unit,
                       uint64_t file, uint64_t line) {
  const Dwreloc_Line_Table *table;
  char path[4096];
  if (dwreloc_line_table(unit, &table) != 1 ||
      dwreloc_line_file_full_path(table, (uint32_t)file, path, sizeof(path)) <
          0) {
    snprintf(path, sizeof(path), "?");
  }
  printf("%s at %s:%" PRIu64 "\n", NameOf(*function), path, line);
}

static uint64_t NumberOf(const Dwreloc_Die *die, unsigned name) {
  Dwreloc_Attribute attribute;
  uint64_t number;
  if (dwreloc_attr(die, name, &attribute) != 1 ||
      dwreloc_formudata(&attribute, &number) < 0) {
    return 0;
  }
  return number;
}

/* Functions that hold pc, the outermost first: a DIE comes after those that it
 * is in. */
static size_t FindFrames(const Dwreloc_Unit *unit,
                         const Dwreloc_Relocatable *pc, Dwreloc_Die *frames) {
  Dwreloc_Walk walk;
  Dwreloc_Die die;
  size_t count = 0;
  int result = dwreloc_walk_begin(unit, &walk);
  while (result > 0 && count < kMostFrames &&
         (result = dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL)) > 0) {
    if (die.tag != DW_TAG_subprogram && die.tag != DW_TAG_inlined_subroutine) {
      continue;
    }
    if (dwreloc_haspc_relocatable(&die, pc) == 1) frames[count++] = die;
  }
  if (result < 0) PrintError();
  return count;
}

/* 1 if the unit has code there. */
static int Symbolize(const Dwreloc_Unit *unit, const Dwreloc_Relocatable *pc) {
  Dwreloc_Die frames[kMostFrames];
  Dwreloc_Line row;
  const Dwreloc_Unit *tree = unit;
  uint64_t file = 0, line = 0;
  size_t count;
  /* The line table is the skeleton's, the DIEs are the split unit's. */
  if (dwreloc_unit_split(unit, &tree) != 1) tree = unit;
  count = FindFrames(tree, pc, frames);
  if (count == 0) return 0;
  if (dwreloc_getsrc_relocatable(unit, pc, &row) == 1) {
    file = row.file;
    line = row.line;
  }
  while (count-- > 0) {
    PrintFrame(&frames[count], unit, file, line);
    /* Where the one around it calls it. */
    file = NumberOf(&frames[count], DW_AT_call_file);
    line = NumberOf(&frames[count], DW_AT_call_line);
  }
  return 1;
}

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  Dwreloc_Relocatable pc;
  Dwreloc_Die die;
  const Dwreloc_Unit *unit = NULL;
  uint32_t section;
  int found = 0;
  if (argc != 4) {
    fprintf(stderr, "usage: symbolize FILE SECTION OFFSET\n");
    return 2;
  }
  if (dwreloc_open(argv[1], &module) < 0) {
    PrintError();
    return 1;
  }
  if (dwreloc_find_section(module, argv[2], 0, &section) != 1) {
    fprintf(stderr, "no section %s\n", argv[2]);
    dwreloc_close(module);
    return 1;
  }
  if (dwreloc_relocatable_in_section(module, section,
                                     strtoull(argv[3], NULL, 0), &pc) < 0) {
    PrintError();
  } else if (dwreloc_addrdie_relocatable(module, &pc, &die) == 1) {
    found = Symbolize(die.unit, &pc);
  } else {
    /* Compilers may leave units out of .debug_aranges, or write none. */
    while (!found && dwreloc_units_next(module, &unit) > 0) {
      found = dwreloc_unit_die(unit, &die) == 0 &&
              dwreloc_haspc_relocatable(&die, &pc) == 1 && Symbolize(unit, &pc);
    }
  }
  if (!found) printf("??\n");
  dwreloc_close(module);
  return found ? 0 : 1;
}
