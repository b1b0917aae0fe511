// A circle of types, for tests of what tells them apart.
//
// Tested by being used: tests/compress/classes_test.cc.
#ifndef TESTS_COMPRESS_CIRCLE_H_
#define TESTS_COMPRESS_CIRCLE_H_

#include <string>
#include <vector>

#include "compress/small_file.h"

namespace dwreloc_tools::compress {

// A unit with a circle of types, each of which refers to the next one, and the
// last one to the first one.
inline void AddCircle(SmallFile& file, int length, const std::string& last) {
  file.dwarf.Unit({}, [&](DieWriter& die) {
    std::vector<Label> labels;
    for (int i = 0; i < length; ++i) labels.push_back(die.Forward());
    die.Die(1);
    for (int i = 0; i < length; ++i) {
      die.Bind(labels[i]).Die(2);
      die.String(i + 1 == length ? last : "type" + std::to_string(i));
      die.Ref(4, labels[(i + 1) % length]);
    }
    die.End();
  });
}

inline void AddCircleAbbrevs(SmallFile& file) {
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_typedef, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .EndAbbrevs();
}

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_CIRCLE_H_
