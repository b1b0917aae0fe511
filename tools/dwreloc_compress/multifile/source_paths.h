// source_paths.h - source files as line tables name them: a directory, and a
// name in it.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SOURCE_PATHS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SOURCE_PATHS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/interner.h"
#include "dwreloc_compress/multifile/spool.h"

namespace dwreloc_tools::compress {

struct SourcePath {
  std::string_view directory;  // from the one of the compilation, or absolute;
                               // empty: that one
  std::string_view name;
};

class SourcePaths {
 public:
  // `comp_dir`: the directory of the compilation, empty if there is none.
  explicit SourcePaths(std::string comp_dir) : comp_dir_(std::move(comp_dir)) {}

  const std::string& comp_dir() const { return comp_dir_; }
  // Nothing for a path that cannot be named so that it reads the same.
  std::optional<SourcePath> Split(std::string_view path) const;

 private:
  const std::string comp_dir_;
};

// The line table of common units: files, and no lines.
class FileTable {
 public:
  explicit FileTable(const SourcePaths& paths) : paths_(paths) {}

  // The number of a path that can be split, before Sort. kFile words hold it
  // until then.
  std::uint32_t Use(std::string_view path);
  // Gives small numbers to files that are used often.
  void Sort(std::uint16_t version);
  // The one of DW_AT_decl_file.
  std::uint32_t NumberOf(std::uint32_t used) const { return numbers_[used]; }
  // The header, DWARF 5 6.2.4, DWARF 4 6.2.4, and no program.
  std::vector<std::uint8_t> Encode(const UnitSort& sort,
                                   const NumberWriter& numbers) const;

 private:
  const SourcePaths& paths_;
  Interner files_;
  std::vector<std::uint32_t> uses_;
  std::vector<std::uint32_t> order_;    // of files, by number
  std::vector<std::uint32_t> numbers_;  // by file
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SOURCE_PATHS_H_
