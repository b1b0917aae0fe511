// report.h - what a run has done, for people and for programs.
//
// Tested by tests/cli/compress_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_REPORT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_REPORT_H_

#include <cstdint>
#include <map>
#include <string>

#include "common/output.h"
#include "dwreloc_compress/compress.h"

namespace dwreloc_tools::compress {

// The sum over files.
class Report {
 public:
  // `common`: bytes of the common file that was made.
  explicit Report(std::uint64_t common) : common_(common) {}
  std::uint64_t common() const { return common_; }

  // `before`, `after`: bytes of the file, as it is stored.
  void Add(const std::string& path, const Compressed& result,
           std::uint64_t before, std::uint64_t after, bool as_json,
           Output& out);
  // The table of all files.
  void Text(Output& out) const;
  // The last line: {"kind":"total", ...}.
  void Json(Output& out) const;

 private:
  struct Sizes {
    std::uint64_t before = 0;
    std::uint64_t after = 0;
  };
  void Row(Output& out, const std::string& name, const Sizes& sizes) const;

  const std::uint64_t common_;
  std::uint64_t files_ = 0;
  std::uint64_t unchanged_ = 0;
  Sizes bytes_;
  Sizes dies_;
  Sizes records_;
  std::uint64_t units_ = 0;
  std::uint64_t partial_units_ = 0;
  std::map<std::string, Sizes> sections_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_REPORT_H_
