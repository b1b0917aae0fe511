#include "dwarf/lookup/pubnames.h"

namespace dwreloc::internal {

bool HasPubnameFlags(SectionId id) {
  return id == SectionId::kDebugGnuPubnames ||
         id == SectionId::kDebugGnuPubtypes;
}

bool IsPubnamesSection(SectionId id) {
  return id == SectionId::kDebugPubnames || id == SectionId::kDebugPubtypes ||
         HasPubnameFlags(id);
}

PubnamesReader::PubnamesReader(const DwarfSections& sections,
                               const SectionView& view)
    : LookupSetReader(sections, view),
      has_flags_(HasPubnameFlags(
          ClassifySectionName(sections.file().Name(view.index)).id)) {}

absl::Status PubnamesReader::ReadSetHeader() {
  DWRELOC_RETURN_IF_ERROR(ReadHeader());
  cursor_.set_field("debug_info_length");
  debug_info_length_ = cursor_.Value(set_.encoding.offset_size());
  return cursor_.status();
}

bool PubnamesReader::ReadEntry(Pubname* pubname) {
  // A set ends where its length says.  An offset of 0 is its terminator there,
  // and no name before.
  do {
    if (AtEndOfSet()) return false;
    *pubname = Pubname();
    pubname->offset = cursor_.offset();
    pubname->die_offset = cursor_.Unsigned(set_.encoding.offset_size());
    is_terminated_ = cursor_.ok() && pubname->die_offset == 0;
  } while (is_terminated_);
  if (has_flags_) pubname->flags = cursor_.U8();
  pubname->name = cursor_.String();
  if (!cursor_.ok()) return FailEntry(pubname->offset);
  return true;
}

}  // namespace dwreloc::internal
