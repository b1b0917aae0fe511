#include "dwarf/tree/abbrev_reader.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

absl::Status NoAbbrevTable(const SectionView& section, uint64_t offset) {
  return MakeError(ErrorCode::kBadDwarf, section.index, offset,
                   absl::StrCat("abbreviation table is outside the section "
                                "of ",
                                section.bytes.size(), " bytes"));
}

absl::Status AbbrevTableHasNoEnd(uint32_t section, uint64_t offset) {
  return MakeError(ErrorCode::kTruncated, section, offset,
                   "the table has no end");
}

AbbrevReader::AbbrevReader(const SectionView& section, uint64_t offset)
    : cursor_(section.bytes, section.order, section.index, offset),
      table_offset_(offset),
      is_ended_(false) {}

bool AbbrevReader::Next(Declaration* declaration) {
  has_attributes_ = false;
  if (is_ended_) return false;
  is_ended_ = true;
  lacks_end_ = cursor_.at_end();
  if (lacks_end_ || !ReadAbbrev(cursor_, declaration)) return false;
  attributes_ = cursor_;
  declaration->attribute_count = 0;
  RawAbbrevAttribute attribute;
  while (ReadAbbrevAttribute(cursor_, &attribute)) {
    ++declaration->attribute_count;
  }
  if (!cursor_.ok()) return false;
  declaration->end = cursor_.offset();
  has_attributes_ = true;
  is_ended_ = false;
  return true;
}

bool AbbrevReader::NextAttribute(RawAbbrevAttribute* attribute) {
  has_attributes_ =
      has_attributes_ && ReadAbbrevAttribute(attributes_, attribute);
  return has_attributes_;
}

absl::Status AbbrevReader::status() const {
  return lacks_end_ ? AbbrevTableHasNoEnd(section(), offset())
                    : cursor_.status();
}

}  // namespace dwreloc::internal
