// diets.h - smaller still, for those who can do with a little less: some of
// these change what a file says, others who can read it. Each is asked for by
// name.
//
// Tested by tests/compress/diets_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_DIETS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_DIETS_H_

#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {

struct Diets {
  // A declaration of a type is the definition of its name, if all that the file
  // has are the same. A debugger then knows more in some units than before.
  bool joins_declarations = false;
  // No partial units: what several units have is in the first one, to which the
  // others refer. These do not have it themselves any more, but readers that
  // import nothing find it.
  bool has_no_partial_units = false;
  // Addresses are in a table of the file, each once, and given by index
  // (address_diet.h). This says the same, to readers of DWARF 5 that know all
  // its forms.
  bool has_address_table = false;
};

// Lets references to declarations lead to definitions, and drops the
// declarations.
void JoinDeclarations(Graph& graph);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_DIETS_H_
