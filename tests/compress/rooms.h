// Rooms: a file as far as the layout of its units, for tests of single rooms.
//
// Tested by being used: tests/compress/layout_test.cc.
#ifndef TESTS_COMPRESS_ROOMS_H_
#define TESTS_COMPRESS_ROOMS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <vector>

#include "compress/small_file.h"
#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/forms.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/layout.h"
#include "dwreloc_compress/plan.h"

namespace dwreloc_tools::compress {

struct Rooms {
  explicit Rooms(SmallFile& built)
      : image(built.Build()),
        file(dwreloc::File::FromMemory(image, "file")),
        graph(ReadGraph(file)),
        classes(FindClasses(graph)),
        plan(MakePlan(classes, graph)),
        forms(ChooseForms(graph, plan, strings, line_strings, {})),
        layout(LayOut(graph, plan, forms)) {}

  // The form of an attribute of a DIE that is written.
  std::uint16_t FormOf(std::uint32_t die, std::size_t attribute) const {
    return AbbreviationOf(die).attributes[attribute].form;
  }
  const Abbreviation& AbbreviationOf(std::uint32_t die) const {
    return forms.abbreviations[forms.of_die[die]];
  }

  const std::vector<std::uint8_t> image;
  const dwreloc::File file;
  Graph graph;
  StringTable strings{graph.strings};
  StringTable line_strings{graph.strings};
  const Classes classes;
  const Plan plan;
  const Forms forms;
  const Layout layout;
};

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_ROOMS_H_
