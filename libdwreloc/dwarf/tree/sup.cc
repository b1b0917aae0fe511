#include "dwarf/tree/sup.h"

#include "absl/strings/str_cat.h"
#include "read/cursor.h"

namespace dwreloc::internal {
namespace {

std::optional<LinkKind> KindOf(std::string_view name) {
  if (name == ".gnu_debugaltlink") return LinkKind::kAltlink;
  if (name == ".gnu_debuglink") return LinkKind::kDebuglink;
  if (ClassifySectionName(name).id == SectionId::kDebugSup) {
    return LinkKind::kSup;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<FileLink>> ReadLink(const ElfFile& file,
                                                 uint32_t section) {
  if (section >= file.section_count()) return std::nullopt;
  const std::optional<LinkKind> kind = KindOf(file.Name(section));
  if (!kind.has_value()) return std::nullopt;
  DWRELOC_ASSIGN_OR_RETURN(const Bytes bytes, file.Contents(section));
  Cursor cursor(bytes, file.order(), section);
  FileLink link;
  link.kind = *kind;
  switch (*kind) {
    case LinkKind::kSup: {
      link.version = cursor.U16();
      if (cursor.ok() && link.version != 5) {
        return MakeError(
            ErrorCode::kUnsupported, section, 0,
            absl::StrCat(".debug_sup version ", link.version, ", expected 5"));
      }
      link.is_supplementary = cursor.U8() != 0;
      link.file_name = cursor.String();
      link.checksum = cursor.Block(cursor.Uleb());
      break;
    }
    case LinkKind::kAltlink:
      link.file_name = cursor.String();
      link.checksum = cursor.Block(cursor.remaining());
      break;
    case LinkKind::kDebuglink:
      link.file_name = cursor.String();
      // The checksum is aligned.
      cursor.Skip(-cursor.offset() & 3);
      link.crc = cursor.U32();
      break;
  }
  if (!cursor.ok()) return cursor.status();
  return link;
}

}  // namespace dwreloc::internal
