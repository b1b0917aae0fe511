// index.cc - see index.h.
#include "dwreloc_compress/multifile/index.h"

#include <stdexcept>

#include "dwreloc_compress/admit.h"
#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/identity.h"
#include "dwreloc_compress/multifile/spool.h"
#include "dwreloc_compress/patch.h"

namespace dwreloc_tools::compress {

Indexed Index(dwreloc::File& file, const Diets& diets) {
  Indexed result;
  try {
    result.why = WhyNot(file);
    if (result.why.empty() && HasSupplement(file))
      result.why = "it refers to a common file already";
    if (!result.why.empty()) return result;
    Graph graph = ReadGraph(file);
    if (graph.links.are_kept()) {
      result.why = "it is still to be linked with others";
      return result;
    }
    // Indexes of names keep trees where they are.
    FindPatches(file, graph);
    file.Trim();
    if (diets.joins_declarations) JoinDeclarations(graph);
    const Classes classes = FindClasses(graph);
    result.spool =
        MakeSpool(file, graph, classes, FindIdentities(graph, classes));
  } catch (const std::runtime_error& error) {
    result.why = error.what();
  }
  return result;
}

}  // namespace dwreloc_tools::compress
