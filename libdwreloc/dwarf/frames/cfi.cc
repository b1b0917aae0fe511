#include "dwarf/frames/cfi.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {

bool IsFrameSection(const SectionName& name) {
  return name.id == SectionId::kDebugFrame || name.id == SectionId::kEhFrame;
}

absl::StatusOr<CfiReader> CfiReader::Of(const DwarfSections& sections,
                                        uint32_t section, uint64_t offset) {
  const SectionName name = sections.NameOf(section);
  if (!IsFrameSection(name)) {
    return MakeError(ErrorCode::kNotFound, section, kNoOffset,
                     "not a section of call frame information");
  }
  const absl::StatusOr<SectionView>& view = sections.View(section);
  if (!view.ok()) return view.status();
  CfiReader reader;
  reader.sections_ = &sections;
  reader.view_ = &*view;
  reader.is_eh_frame_ = name.id == SectionId::kEhFrame;
  reader.is_primary_ = section == sections.Find(name.id, name.family);
  if (offset > view->bytes.size()) {
    return reader.Error(ErrorCode::kBadDwarf, offset,
                        absl::StrCat("entry is outside the section of ",
                                     view->bytes.size(), " bytes"));
  }
  reader.cursor_ = RelocCursor(*view, offset);
  if (!reader.cursor_.ok()) return reader.cursor_.status();
  reader.SkipTerminators();
  return reader;
}

absl::Status CfiReader::Error(ErrorCode code, uint64_t offset,
                              std::string_view text) const {
  return MakeError(code, view_->index, offset, text);
}

// A length of 0 ends .eh_frame for unwinders, but ld -r puts more after it.
// Where records supply lengths, the stored length may be 0 although the length
// is not.
void CfiReader::SkipTerminators() {
  const auto is_zero = [](uint8_t byte) { return byte == 0; };
  while (cursor_.remaining() >= 4 &&
         std::all_of(cursor_.data(), cursor_.data() + 4, is_zero)) {
    RelocCursor ahead = cursor_;
    ahead.set_observer(nullptr);
    Format format;
    if (ahead.InitialLength(&format) != 0 || !ahead.ok()) return;
    cursor_.Skip(4);
  }
  if (cursor_.remaining() < 4 &&
      std::all_of(cursor_.data(), cursor_.data() + cursor_.remaining(),
                  is_zero)) {
    cursor_.Seek(cursor_.end());
  }
}

absl::StatusOr<bool> CfiReader::Next(CfiEntry* entry) {
  if (cursor_.at_end()) return false;
  RelocCursor body = cursor_;
  Start start;
  const absl::Status status = ReadStart(body, &start);
  if (start.end == kNoOffset) {
    cursor_.Seek(cursor_.end());
    return status;
  }
  cursor_.Seek(start.end);
  SkipTerminators();
  if (!status.ok()) return status;
  entry->is_cie = start.is_cie;
  if (start.is_cie) {
    entry->fde = Fde();
    DWRELOC_RETURN_IF_ERROR(ReadCie(body, start, &entry->cie));
    cie_ = entry->cie;
  } else {
    DWRELOC_RETURN_IF_ERROR(ReadFde(body, start, entry));
  }
  cursor_.TakeHint(body);
  return true;
}

// Truncates the cursor to the entry. start->end is kNoOffset if it is unknown.
absl::Status CfiReader::ReadStart(RelocCursor& cursor, Start* start) {
  start->offset = cursor.offset();
  start->end = kNoOffset;
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&start->format, "length"));
  start->end = cursor.end();
  // In the LSB the field has 4 bytes in both formats.
  const int width = start->format == Format::kDwarf64 && !is_eh_frame_ ? 8 : 4;
  const uint64_t at = cursor.offset();
  cursor.set_field("CIE_pointer");
  RelocValue other;
  const uint64_t id = cursor.SectionOffset(width, &other);
  if (!cursor.ok()) return cursor.status();
  // A CIE's own id has no record, and with RELA the bytes that have a record
  // may be anything.
  const uint64_t cie_id = is_eh_frame_ ? 0 : ZeroExtend(UINT64_MAX, width);
  start->is_cie = !other.has_record && id == cie_id;
  if (start->is_cie) return absl::OkStatus();
  const bool is_relocated = other.has_record && !is_eh_frame_;
  if (!other.is_constant() || (is_relocated && !is_primary_)) {
    if (other.is_constant()) other.value = id;
    const SectionName name = sections_->NameOf(cursor.section());
    const absl::StatusOr<SectionPlace> place =
        sections_->PlaceOf(other, name.id, name.family);
    if (!place.ok()) {
      return FailureOf("CIE_pointer", cursor.section(), at, place.status());
    }
    start->cie = *place;
    return absl::OkStatus();
  }
  start->cie = {cursor.section(), is_eh_frame_ ? at - id : id};
  return absl::OkStatus();
}

absl::Status CfiReader::ReadCie(RelocCursor& cursor, const Start& start,
                                Cie* cie) {
  *cie = Cie();
  cie->section = cursor.section();
  cie->offset = start.offset;
  cie->end = start.end;
  cie->encoding.format = start.format;
  DWRELOC_RETURN_IF_ERROR(ReadVersion(cursor, cie));
  if (cie->is_understood) {
    if (cie->augmentation.starts_with("eh")) {
      cursor.set_field("eh data");
      cursor.Value(cie->encoding.address_size);
    }
    cie->code_alignment_factor = cursor.Uleb();
    cie->data_alignment_factor = cursor.Sleb();
    cie->return_address_register =
        cie->encoding.version == 1 ? cursor.U8() : cursor.Uleb();
    if (cie->has_augmentation_data) {
      DWRELOC_RETURN_IF_ERROR(ReadAugmentation(cursor, cie));
    }
  }
  if (!cursor.ok()) return cursor.status();
  cie->instructions = cie->is_understood ? cursor.offset() : cie->end;
  return absl::OkStatus();
}

// Reads from the version up to the letters that determine the fields after the
// augmentation.
absl::Status CfiReader::ReadVersion(RelocCursor& cursor, Cie* cie) {
  const uint64_t at = cursor.offset();
  const uint8_t version = cursor.U8();
  if (!cursor.ok()) return cursor.status();
  if (version != 1 && version != 3 && version != 4) {
    return Error(ErrorCode::kUnsupported, at,
                 absl::StrCat("CIE version ", version, ", expected 1, 3 or 4"));
  }
  cie->encoding.version = version;
  cie->encoding.address_size = sections_->file().is_64() ? 8 : 4;
  cie->augmentation = cursor.String();
  cie->has_augmentation_data = cie->augmentation.starts_with('z');
  cie->is_understood = cie->has_augmentation_data ||
                       cie->augmentation.empty() || cie->augmentation == "eh";
  if (version < 4) return absl::OkStatus();
  const uint64_t size_at = cursor.offset();
  cie->encoding.address_size = cursor.U8();
  cie->segment_selector_size = cursor.U8();
  const uint8_t address_size = cie->encoding.address_size;
  if (cursor.ok() && address_size != 2 && address_size != 4 &&
      address_size != 8) {
    return Error(
        ErrorCode::kUnsupported, size_at,
        absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
  }
  if (cursor.ok() && cie->segment_selector_size > 8) {
    return Error(ErrorCode::kUnsupported, size_at + 1,
                 absl::StrCat("segment_selector_size ",
                              cie->segment_selector_size, ", expected 0 to 8"));
  }
  return absl::OkStatus();
}

absl::Status CfiReader::ReadEncoding(RelocCursor& cursor,
                                     uint8_t* encoding) const {
  const uint64_t at = cursor.offset();
  *encoding = cursor.U8();
  if (!cursor.ok()) return cursor.status();
  if (*encoding == DW_EH_PE_omit || IsKnownPointerEncoding(*encoding)) {
    return absl::OkStatus();
  }
  return Error(
      ErrorCode::kUnsupported, at,
      absl::StrCat("unknown pointer encoding 0x", absl::Hex(*encoding)));
}

// The data of a "z" augmentation: one item per letter (LSB 10.6.1.1.1).
absl::Status CfiReader::ReadAugmentation(RelocCursor& cursor, Cie* cie) {
  cie->augmentation_size = cursor.Uleb();
  cie->augmentation_data = cursor.offset();
  RelocCursor data = cursor;
  cursor.Skip(cie->augmentation_size);
  if (!cursor.ok()) return cursor.status();
  data.Truncate(cursor.offset());
  for (const char letter : cie->augmentation.substr(1)) {
    if (cie->unknown_augmentation != '\0') break;
    switch (letter) {
      case 'R':
        DWRELOC_RETURN_IF_ERROR(ReadEncoding(data, &cie->fde_encoding));
        if (cie->fde_encoding == DW_EH_PE_omit) {
          return Error(ErrorCode::kBadDwarf, data.offset() - 1,
                       "initial_location is omitted");
        }
        break;
      case 'L':
        DWRELOC_RETURN_IF_ERROR(ReadEncoding(data, &cie->lsda_encoding));
        break;
      case 'P':
        DWRELOC_RETURN_IF_ERROR(ReadEncoding(data, &cie->personality_encoding));
        if (cie->personality_encoding == DW_EH_PE_omit) break;
        data.set_field("personality routine");
        cie->personality =
            ReadPointer({.sections = *sections_,
                         .address_size = cie->encoding.address_size,
                         .may_be_null = true},
                        data, cie->personality_encoding);
        break;
      case 'S':
        cie->is_signal_frame = true;
        break;
      case 'B':
        cie->is_b_key_frame = true;
        break;
      case 'G':
        cie->is_mte_tagged_frame = true;
        break;
      default:
        cie->unknown_augmentation = letter;
        break;
    }
  }
  return data.ok() ? absl::OkStatus() : data.status();
}

absl::Status CfiReader::FindCie(const Start& start, Cie* cie) {
  if (cie_.offset == start.cie.offset && cie_.section == start.cie.section) {
    *cie = cie_;
    return absl::OkStatus();
  }
  const absl::Status status = ReadNamedCie(start.cie, cie);
  if (status.ok()) {
    cie_ = *cie;
    return absl::OkStatus();
  }
  const bool is_here = start.cie.section == view_->index;
  return Error(
      GetDetail(status).code, start.offset,
      absl::StrCat(
          "its CIE at ",
          is_here ? "" : sections_->file().Describe(start.cie.section) + "+",
          "0x", absl::Hex(start.cie.offset), ": ", status.message()));
}

absl::Status CfiReader::ReadNamedCie(SectionPlace place, Cie* cie) {
  const absl::StatusOr<SectionView>& view = sections_->View(place.section);
  if (!view.ok()) return view.status();
  if (place.offset >= view->bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, "outside the section");
  }
  // Without the observer: the CIE's records are not those of the FDE.
  RelocCursor cursor(*view, place.offset);
  Start start;
  DWRELOC_RETURN_IF_ERROR(ReadStart(cursor, &start));
  if (!start.is_cie) return MakeError(ErrorCode::kBadDwarf, "not a CIE");
  return ReadCie(cursor, start, cie);
}

absl::Status CfiReader::ReadFde(RelocCursor& cursor, const Start& start,
                                CfiEntry* entry) {
  DWRELOC_RETURN_IF_ERROR(FindCie(start, &entry->cie));
  const Cie& cie = entry->cie;
  Fde& fde = entry->fde;
  fde = Fde();
  fde.offset = start.offset;
  fde.end = start.end;
  cursor.Skip(cie.segment_selector_size);
  PointerContext context = {.sections = *sections_,
                            .address_size = cie.encoding.address_size};
  cursor.set_field("initial_location");
  fde.initial_location = ReadPointer(context, cursor, cie.fde_encoding);
  cursor.set_field("address_range");
  fde.address_range =
      ReadPointerFormat(cursor, cie.fde_encoding, context.address_size);
  if (cie.has_augmentation_data) {
    fde.augmentation_size = cursor.Uleb();
    fde.augmentation_data = cursor.offset();
    RelocCursor data = cursor;
    cursor.Skip(fde.augmentation_size);
    if (!cursor.ok()) return cursor.status();
    data.Truncate(cursor.offset());
    if (cie.lsda_encoding != DW_EH_PE_omit && fde.augmentation_size != 0) {
      data.set_field("LSDA pointer");
      context.function = &fde.initial_location;
      context.may_be_null = true;
      fde.lsda = ReadPointer(context, data, cie.lsda_encoding);
      fde.has_lsda =
          !fde.lsda.is_constant() || fde.lsda.has_record || fde.lsda.value != 0;
      fde.has_null_lsda = !fde.has_lsda;
      if (!data.ok()) return data.status();
    }
  }
  if (!cursor.ok()) return cursor.status();
  fde.instructions = cie.is_understood ? cursor.offset() : fde.end;
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
