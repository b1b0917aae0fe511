// Reads a file between the phases of dwreloc-compress --multifile: a spool,
// with all of its trees, or a part. It is read or refused.
//
// Input: the file. Mutated bytes of the header would all be refused: its kind
// and version are set.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "dwreloc_compress/multifile/merge.h"
#include "dwreloc_compress/multifile/spool.h"
#include "dwreloc_compress/multifile/table_file.h"

namespace dwreloc_tools::compress {
namespace {

void ReadSpool(const std::vector<std::uint8_t>& bytes) {
  const Spool spool = OpenSpool(bytes);
  const std::vector<Shape> shapes = ReadShapes(spool);
  SpooledTree tree;
  for (const SpoolEntry& entry : spool.entries) {
    ReadTree(spool, shapes, entry, &tree);
    spool.UnitsOf(entry.set);
  }
  for (const SpoolValue& value : spool.values) spool.StringAt(value.string);
}

}  // namespace
}  // namespace dwreloc_tools::compress

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc_tools::compress;
  std::vector<std::uint8_t> bytes(data, data + size);
  const bool is_part = IsPart(bytes);
  TableWriter header(is_part ? "dwrmerge" : kSpoolKind);
  const std::vector<std::uint8_t> good = header.Finish();
  if (bytes.size() < good.size()) return 0;
  std::ranges::copy(good, bytes.begin());
  try {
    if (is_part)
      LoadPart(bytes);
    else
      ReadSpool(bytes);
  } catch (const std::runtime_error&) {
    // It is damaged.
  }
  return 0;
}
