// ArchiveBuilder: makes archives in memory, good ones and bad ones.
//
//   ArchiveBuilder archive(ArchiveFormat::kGnu);
//   archive.Add("x.o", image);
//   std::vector<uint8_t> bytes = archive.Build();
//
// GNU's have a table of symbols and, if a name is long, one of names.

#ifndef TESTS_SUPPORT_ARCHIVE_BUILDER_H_
#define TESTS_SUPPORT_ARCHIVE_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace dwreloc::internal {

enum class ArchiveFormat : uint8_t { kGnu, kGnu64, kBsd, kThin };

class ArchiveBuilder {
 public:
  explicit ArchiveBuilder(ArchiveFormat format) : format_(format) {}

  // Of a thin archive the name is that of a file, and only the size of contents
  // counts.
  ArchiveBuilder& Add(std::string name, Bytes contents);
  // A member whose header says just that; contents follow unless it is thin.
  ArchiveBuilder& AddRaw(std::string header_name, Bytes contents);

  std::vector<uint8_t> Build() const;

  // A header, whose fields are cut to their widths.
  static std::string Header(std::string_view name, std::string_view size);

 private:
  struct Member {
    std::string name;
    std::string contents;
    bool is_raw;
  };

  const ArchiveFormat format_;
  std::vector<Member> members_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_ARCHIVE_BUILDER_H_
