// html_report.h - a page for people: what takes how many bytes, before and
// after.
//
// Tested by tests/cli/report_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_HTML_REPORT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_HTML_REPORT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dwreloc_compress/footprint.h"

namespace dwreloc_tools::compress {

// The page (report_page/page.html), but for its data.
extern const std::string_view kPageBeforeData;
extern const std::string_view kPageAfterData;

class HtmlReport {
 public:
  void Add(const std::string& path, const Footprint& footprint);
  // The page, which needs nothing else.
  std::string Page() const;

 private:
  std::size_t TagNumber(std::uint16_t tag);

  std::string files_;  // JSON
  std::map<std::uint16_t, std::size_t> numbers_;
  std::vector<std::uint16_t> tags_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_HTML_REPORT_H_
