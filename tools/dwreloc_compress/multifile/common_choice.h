// common_choice.h - what goes to the common file, and to which unit of it.
//
// A unit has the trees that one set of units of all files has. It is there if
// that makes all files together smaller, or if what is there refers to it.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_CHOICE_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_CHOICE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dwreloc_compress/imports.h"
#include "dwreloc_compress/multifile/merge.h"
#include "dwreloc_compress/multifile/source_paths.h"
#include "dwreloc_compress/multifile/spool.h"

namespace dwreloc_tools::compress {

// A spool that is read from.
struct OpenedSpool {
  Spool spool;
  std::vector<Shape> shapes{};
};

// A tree of the common file: an entry of a spool.
struct CommonTree {
  std::uint32_t spool = 0;
  std::uint32_t entry = 0;
};

struct CommonUnit {
  UnitSort sort;
  std::vector<CommonTree> trees{};
  std::vector<std::uint32_t> imports{};  // units, by number
};

// Shared entries of all parts, by identity.
class SharedEntries {
 public:
  explicit SharedEntries(std::span<const Part> parts);

  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  // The number of an identity, or kAbsent.
  std::uint32_t Find(const Identity& identity) const;
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(entries_.size());
  }
  const SharedEntry& operator[](std::uint32_t number) const {
    return entries_[number];
  }

 private:
  std::vector<SharedEntry> entries_;
};

// Throws std::runtime_error if parts and spools do not fit.
std::vector<CommonUnit> ChooseCommon(std::span<const OpenedSpool> spools,
                                     std::span<const Part> parts,
                                     const SharedEntries& shared,
                                     const SourcePaths& paths);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_CHOICE_H_
