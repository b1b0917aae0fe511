// emit.h - the bytes of .debug_info, and the records that apply to it.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_EMIT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_EMIT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "dwreloc_compress/layout.h"
#include "dwreloc_compress/records.h"

namespace dwreloc_tools::compress {

// Writes numbers in the byte order of a file.
class NumberWriter {
 public:
  explicit NumberWriter(bool is_big_endian) : is_big_(is_big_endian) {}
  // `size`: 1 to 8 bytes.
  void Put(std::uint8_t* at, std::uint64_t value, unsigned size) const {
    for (unsigned i = 0; i < size; ++i)
      at[is_big_ ? size - 1 - i : i] =
          static_cast<std::uint8_t>(value >> (8 * i));
  }
  std::uint64_t Get(const std::uint8_t* at, unsigned size) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value |= std::uint64_t{at[is_big_ ? size - 1 - i : i]} << (8 * i);
    return value;
  }

 private:
  const bool is_big_;
};

// A section that holds units, as it was.
struct InfoSource {
  std::span<const std::uint8_t> bytes;
  SectionRecords records;
};

struct Section {
  std::vector<std::uint8_t> bytes{};
  std::vector<RawRecord> records{};
  std::size_t copied_records = 0;  // of these; the others are new
};

// Returns the sections of the graph. Throws std::runtime_error if a number does
// not fit where it has to stand.
std::vector<Section> EmitInfo(const Graph& graph, const Plan& plan,
                              const Forms& forms, const StringTable& strings,
                              const StringTable& line_strings,
                              const Layout& layout,
                              const std::vector<InfoSource>& sources,
                              const NumberWriter& numbers);

// Sets an operand to the place of its DIE. `unit_offset`: of the header of the
// unit that it is of.
void SetOperand(const DieOperand& operand, std::uint64_t die,
                std::uint64_t unit_offset, const NumberWriter& numbers,
                std::uint8_t* at);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_EMIT_H_
