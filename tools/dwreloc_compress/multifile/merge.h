// merge.h - what several spools have in common: entries of one identity, and
// strings of one hash.
//
// Hashes are divided into ranges, which can be merged apart from each other:
// each needs about as much memory as the spools have entries in it. The spools
// are taken in an order of their own, whatever they are called.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_MERGE_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_MERGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_compress/multifile/spool.h"

namespace dwreloc_tools::compress {

// An entry that several spools have; the first of them has it at `entry`.
struct SharedEntry {
  Identity identity;
  std::uint32_t spool = 0;
  std::uint32_t entry = 0;
  std::uint32_t key = 0;  // which units have it: Part::keys
  std::uint32_t reserved = 0;
};

// A set of units of a spool.
struct KeyMember {
  std::uint32_t spool = 0;
  std::uint32_t set = 0;
  friend auto operator<=>(const KeyMember&, const KeyMember&) = default;
};

struct SharedValue {
  std::uint64_t hash = 0;
  std::uint32_t spool = 0;
  std::uint32_t string = 0;
};

// Of one range.
struct Part {
  // Of the spools, all together: parts of other spools do not fit.
  Identity spools{};
  std::uint32_t range = 0;
  std::uint32_t range_count = 1;
  std::vector<SharedEntry> entries{};  // by identity
  std::vector<TableRange> keys{};      // of `members`
  std::vector<KeyMember> members{};
  std::vector<SharedValue> values{};  // by hash
};

// The files of spools in the order in which they are numbered. Throws
// std::runtime_error that names a file that is no spool, or does not fit the
// others: one of another machine.
std::vector<std::string> OrderSpools(std::vector<std::string> paths,
                                     Identity* all);

// `paths`: as ordered. `range` is less than `count`.
Part MergeSpools(std::span<const std::string> paths, const Identity& all,
                 std::uint32_t range, std::uint32_t count);

// Is it a part, and not a spool?
bool IsPart(std::span<const std::uint8_t> bytes);
std::vector<std::uint8_t> StorePart(const Part& part);
// Throws std::runtime_error if the bytes are not a part, or damaged.
Part LoadPart(std::span<const std::uint8_t> bytes);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_MERGE_H_
