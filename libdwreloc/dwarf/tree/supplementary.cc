#include "dwarf/tree/supplementary.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die_at.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<const DebugInfo*> Open(const DwarfSections& sections,
                                      SectionPlace datum,
                                      absl::string_view what) {
  const SupplementarySource* source = sections.supplementary();
  if (source == nullptr) {
    return MakeError(ErrorCode::kNotFound, datum.section, datum.offset,
                     absl::StrCat("the ", what, " is in a supplementary file"));
  }
  absl::StatusOr<const DebugInfo*> info = source->Supplementary();
  if (info.ok()) return info;
  return MakeError(GetDetail(info.status()).code, datum.section, datum.offset,
                   absl::StrCat("the ", what, " is in a supplementary file: ",
                                info.status().message()));
}

// Makes an error of the other file one of the datum.
absl::Status ErrorIn(const DebugInfo& other, SectionPlace datum,
                     const absl::Status& status) {
  const ElfFile& file = other.sections().file();
  const ErrorDetail detail = GetDetail(status);
  std::string place;
  if (detail.section < file.section_count()) {
    const std::string_view name = file.Name(detail.section);
    place = absl::StrCat(absl::string_view(name.data(), name.size()), "+0x",
                         absl::Hex(detail.offset), ": ");
  }
  return MakeError(detail.code, datum.section, datum.offset,
                   absl::StrCat("supplementary file ", file.path(), ": ", place,
                                status.message()));
}

}  // namespace

absl::StatusOr<std::string_view> SupplementaryString(
    const DwarfSections& sections, uint64_t offset, SectionPlace datum) {
  DWRELOC_ASSIGN_OR_RETURN(const DebugInfo* other,
                           Open(sections, datum, "string"));
  absl::StatusOr<std::string_view> string =
      other->sections().String(SectionId::kDebugStr, Family::kPlain, offset);
  if (string.ok()) return string;
  return ErrorIn(*other, datum, string.status());
}

absl::StatusOr<Die> SupplementaryDie(const DwarfSections& sections,
                                     uint64_t offset, SectionPlace datum) {
  DWRELOC_ASSIGN_OR_RETURN(const DebugInfo* other,
                           Open(sections, datum, "DIE"));
  const uint32_t section =
      other->sections().Find(SectionId::kDebugInfo, Family::kPlain);
  absl::StatusOr<Die> die = DieAt(*other, {section, offset});
  if (die.ok()) return die;
  return ErrorIn(*other, datum, die.status());
}

}  // namespace dwreloc::internal
