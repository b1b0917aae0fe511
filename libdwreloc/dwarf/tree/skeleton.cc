#include "dwarf/tree/skeleton.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

absl::Status InSkeleton(const Unit& unit, const Unit& skeleton,
                        const absl::Status& status) {
  if (&skeleton.sections() == &unit.sections()) return status;
  const ElfFile& file = skeleton.sections().file();
  const ErrorDetail detail = GetDetail(status);
  std::string text = absl::StrCat("in ", file.name(), ": ");
  if (detail.section < file.section_count()) {
    absl::StrAppend(&text, file.Describe(detail.section));
    if (detail.offset != kNoOffset) {
      absl::StrAppend(&text, "+0x", absl::Hex(detail.offset));
    }
    absl::StrAppend(&text, ": ");
  }
  absl::StrAppend(&text, status.message());
  return MakeError(ErrorDetail{.code = detail.code,
                               .reloc_type = detail.reloc_type,
                               .system_error = detail.system_error},
                   text);
}

}  // namespace dwreloc::internal
