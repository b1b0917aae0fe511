#include "dwarf/tree/unit_header.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// debug_abbrev_offset as read.
struct AbbrevField {
  uint64_t at = 0;
  RelocValue other;  // not a constant: in a section that its record names
};

void ReadAbbrevOffset(RelocCursor& cursor, UnitHeader* header,
                      AbbrevField* field) {
  field->at = cursor.offset();
  cursor.set_field("debug_abbrev_offset");
  header->abbrev_offset.value =
      cursor.SectionOffset(header->encoding.offset_size(), &field->other);
}

// Reads the fields after the version.
void ReadFields(RelocCursor& cursor, bool is_types, UnitHeader* header,
                AbbrevField* abbrev) {
  if (header->encoding.version >= 5) {
    header->unit_type = cursor.U8();
    header->encoding.address_size = cursor.U8();
    ReadAbbrevOffset(cursor, header, abbrev);
  } else {
    ReadAbbrevOffset(cursor, header, abbrev);
    header->encoding.address_size = cursor.U8();
    header->unit_type = is_types ? DW_UT_type : DW_UT_compile;
  }
}

// Reads the fields that only some types of units have.  Returns false if the
// type is unknown.
bool ReadFieldsOfType(RelocCursor& cursor, UnitHeader* header) {
  switch (header->unit_type) {
    case DW_UT_compile:
    case DW_UT_partial:
      return true;
    case DW_UT_skeleton:
    case DW_UT_split_compile:
      header->signature = cursor.U64();
      return true;
    case DW_UT_type:
    case DW_UT_split_type:
      header->signature = cursor.U64();
      header->type_offset = cursor.Unsigned(header->encoding.offset_size());
      return true;
    default:
      return false;
  }
}

absl::Status PlaceAbbrevs(const DwarfSections& sections, uint32_t section,
                          const AbbrevField& field, UnitHeader* header) {
  if (field.other.is_constant()) return absl::OkStatus();
  const absl::StatusOr<SectionPlace> place = sections.PlaceOf(
      field.other, SectionId::kDebugAbbrev, sections.NameOf(section).family);
  if (!place.ok()) {
    return FailureOf("debug_abbrev_offset", section, field.at, place.status());
  }
  header->abbrev_offset = {.value = place->offset, .section = place->section};
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadUnitHeader(const DwarfSections& sections, bool is_types,
                            RelocCursor& cursor, UnitHeader* header) {
  header->offset = cursor.offset();
  header->end = 0;
  Encoding& encoding = header->encoding;
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&encoding.format));
  header->end = cursor.end();
  const uint64_t version_at = cursor.offset();
  encoding.version = cursor.U16();
  if (!cursor.ok()) return cursor.status();
  const uint16_t version = encoding.version;
  if (version < 2 || version > 5) {
    return MakeError(
        ErrorCode::kUnsupported, cursor.section(), version_at,
        absl::StrCat("unit version ", version, ", expected 2 to 5"));
  }
  AbbrevField abbrev;
  ReadFields(cursor, is_types, header, &abbrev);
  const bool is_known_type = ReadFieldsOfType(cursor, header);
  if (!cursor.ok()) return cursor.status();
  if (!is_known_type) {
    return MakeError(ErrorCode::kUnsupported, cursor.section(), version_at + 2,
                     absl::StrCat("unknown unit_type ", header->unit_type));
  }
  DWRELOC_RETURN_IF_ERROR(
      PlaceAbbrevs(sections, cursor.section(), abbrev, header));
  const uint8_t address_size = encoding.address_size;
  if (address_size != 2 && address_size != 4 && address_size != 8) {
    const uint64_t at = version >= 5 ? version_at + 3 : cursor.offset() - 1;
    return MakeError(
        ErrorCode::kUnsupported, cursor.section(), at,
        absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
  }
  header->size = cursor.offset() - header->offset;
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
