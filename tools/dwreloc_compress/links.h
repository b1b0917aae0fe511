// links.h - records for what one debug section says of another, in files that
// are still to be linked with others.
//
// Without them an offset is a number, which is right as long as the section
// that it counts in stays as it is. A linker puts those of several files behind
// one another, merges strings, and drops section groups: then it has to be
// told. Files with units in groups are made for that.
//
// A record is made as others of the file are: of the type that a field of that
// size has there, with the symbol of the section that it leads to.
//
// Tested by tests/compress/type_units_test.cc and
// tests/cli/compress_objects_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKS_H_

#include <array>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string_view>

#include "dwreloc_compress/info_sections.h"
#include "dwreloc_compress/records.h"

namespace dwreloc_tools::compress {

enum class LinkTarget : std::uint8_t {
  kInfo,
  kAbbrev,
  kStrings,
  kLineStrings,
};

class Links {
 public:
  // Offsets are numbers.
  Links() = default;
  // They keep records. `info`: the section of units that others refer to.
  Links(const dwreloc::File& file, std::uint32_t info);

  bool are_kept() const { return record_size_ != 0; }
  // Bytes of a record in the file; 0 if none are kept.
  unsigned record_size() const { return record_size_; }
  // Throws std::runtime_error if a field of that size cannot lead there.
  RawRecord RecordOf(LinkTarget target, std::uint64_t offset,
                     std::uint64_t value, unsigned size) const;

 private:
  static constexpr std::size_t kTargets = 4;
  struct Size {
    std::optional<std::uint32_t> type{};                         // r_type
    std::array<std::optional<std::uint64_t>, kTargets> infos{};  // r_info
  };

  void ReadRecordsOf(const dwreloc::File& file, std::uint32_t section);
  void FillIn(bool is_64);

  unsigned record_size_ = 0;
  bool is_mips_64_ = false;
  std::array<std::uint32_t, kTargets> sections_{};
  std::array<std::uint32_t, kTargets> symbols_{};  // 0: none
  Size sizes_[2]{};                                // 4 bytes, 8 bytes
};

enum class KeepLinks {
  kInGroups,  // where units are in section groups
  kAlways,    // in all files that are not linked yet
};

bool NeedsLinks(const dwreloc::File& file, KeepLinks keep_links);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKS_H_
