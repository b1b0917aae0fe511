// What tests of dwreloc-compress do with a file: open it, compress it, compare
// what has come out.
//
// Tested by being used: tests/compress/compress_test.cc.
#ifndef TESTS_COMPRESS_COMPRESSED_H_
#define TESTS_COMPRESS_COMPRESSED_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dwreloc_compress/compress.h"
#include "dwreloc_diff/compare.h"

namespace dwreloc_tools::compress {

// What dwreloc-diff finds in two files, as text; "" if they say the same.
inline std::string DifferenceOf(std::span<const std::uint8_t> a,
                                std::span<const std::uint8_t> b) {
  const dwreloc::File file_a = dwreloc::File::FromMemory(a, "a");
  const dwreloc::File file_b = dwreloc::File::FromMemory(b, "b");
  const Comparison comparison = Compare(file_a, file_b, {});
  std::string text;
  for (const Difference& difference : comparison.differences)
    text += difference.section + " " + difference.path + " " + difference.what +
            ": " + difference.a.value_or("nothing") + ", " +
            difference.b.value_or("nothing") + "\n";
  for (const Trouble& trouble : comparison.troubles)
    text += trouble.text + "\n";
  return text;
}

inline Compressed CompressImage(
    std::span<const std::uint8_t> image,
    SectionPacking packing = SectionPacking::kPlain) {
  dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  return Compress(file, {.packing = packing});
}

// The bytes of a section of an image; none if it is not there.
inline std::vector<std::uint8_t> SectionOf(std::span<const std::uint8_t> image,
                                           std::string_view name) {
  const dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  for (const dwreloc::Section section : file.sections())
    if (section.name() == name) {
      const std::span<const std::uint8_t> data = section.data();
      return {data.begin(), data.end()};
    }
  return {};
}

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_COMPRESSED_H_
