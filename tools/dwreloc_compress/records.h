// records.h - the relocation records of a section, as stored, and what each
// means to a writer.
//
// Tested by tests/compress/patch_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_RECORDS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_RECORDS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <vector>

namespace dwreloc_tools::compress {

struct RawRecord {
  std::uint64_t offset = 0;  // r_offset
  std::uint64_t info = 0;    // r_info
  std::int64_t addend = 0;   // r_addend
};

// A record that makes a number, wherever the file is loaded: an offset into a
// section that is not loaded.
struct StaticRecord {
  RawRecord raw;
  std::uint64_t value = 0;
  std::uint32_t target = 0;  // section index
  std::uint8_t width = 0;
};

struct SectionRecords {
  std::uint32_t reloc_section = 0;  // 0: there is none
  bool is_rela = true;
  // By offset. Those of one field are in the order of the file.
  std::vector<RawRecord> kept{};
  std::vector<StaticRecord> solved{};

  // The kept ones in [begin, end).
  std::span<const RawRecord> KeptIn(std::uint64_t begin,
                                    std::uint64_t end) const;
};

enum class StaticRecords {
  kWanted,    // as `solved`
  kUnwanted,  // none
  kKept,      // as `kept`, those that lead to what keeps its layout
};

// Throws std::runtime_error if a record is of a kind that cannot be written
// again.
SectionRecords ReadRecords(const dwreloc::File& file, std::uint32_t section,
                           StaticRecords static_records);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_RECORDS_H_
