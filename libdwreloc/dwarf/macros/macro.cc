#include "dwarf/macros/macro.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/supplementary.h"

namespace dwreloc::internal {
namespace {

// DWARF 5 6.3.1: flags of the header.
enum MacroFlags : uint8_t {
  kOffsetSizeFlag = 1,
  kDebugLineOffsetFlag = 2,
  kOpcodeOperandsTableFlag = 4,
};

// Preprocessors stop at 200 files.
constexpr uint32_t kMaxNesting = 4096;
// The most entries that a reader returns when it follows imports: units that
// import one another twice would multiply without end.
constexpr uint32_t kMaxFollowedEntries = 1 << 22;

// Returns true if the unit counts its offsets in sections that it shares with
// other units.
bool IsPackaged(const Unit* unit) {
  return unit != nullptr && unit->is_packaged();
}

// An offset in the macro information of `unit`, as a place.
absl::StatusOr<SectionPlace> PlaceFor(const Unit* unit,
                                      const DwarfSections& sections,
                                      const RelocValue& offset, SectionId id,
                                      Family family) {
  return IsPackaged(unit) && family == unit->family()
             ? PlaceIn(*unit, offset, id)
             : sections.PlaceOf(offset, id, family);
}

}  // namespace

const char* MacroOpName(uint16_t version, uint64_t opcode) {
  if (version == 0) return MacinfoName(opcode);
  return version == 4 ? MacroGnuName(opcode) : MacroName(opcode);
}

absl::StatusOr<std::optional<MacroReader>> MacroReader::OfUnit(
    const Unit& unit) {
  DWRELOC_ASSIGN_OR_RETURN(const Die root, RootDie(unit));
  for (const uint16_t name :
       {DW_AT_macros, DW_AT_GNU_macros, DW_AT_macro_info}) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> attribute,
                             FindAttribute(root, name));
    if (!attribute.has_value()) continue;
    if (attribute->attribute_class != AttributeClass::kMacptr) {
      return MakeError(ErrorCode::kWrongForm, unit.section(), attribute->offset,
                       "the attribute is not the offset of a macro unit");
    }
    const SectionId section = name == DW_AT_macro_info
                                  ? SectionId::kDebugMacinfo
                                  : SectionId::kDebugMacro;
    DWRELOC_ASSIGN_OR_RETURN(const SectionPlace place,
                             PlaceOf(*attribute, section));
    return At(unit.sections(), place, &unit);
  }
  return std::nullopt;
}

absl::StatusOr<MacroReader> MacroReader::At(const DwarfSections& sections,
                                            SectionPlace place,
                                            const Unit* unit,
                                            RelocObserver* observer) {
  MacroReader reader;
  reader.sections_ = &sections;
  reader.unit_ = unit;
  DWRELOC_RETURN_IF_ERROR(reader.Begin(place, observer));
  return reader;
}

absl::Status MacroReader::Begin(SectionPlace place, RelocObserver* observer) {
  const SectionName name = sections_->NameOf(place.section);
  if (name.id != SectionId::kDebugMacro &&
      name.id != SectionId::kDebugMacinfo) {
    return MakeError(ErrorCode::kNotFound, place.section, place.offset,
                     "not a section with macro information");
  }
  // In a package, a unit has only its own part.
  const absl::StatusOr<SectionView>& view =
      IsPackaged(unit_) && name.family == unit_->family()
          ? unit_->View(name.id)
          : sections_->View(place.section);
  if (!view.ok()) return view.status();
  if (place.offset >= view->bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, place.section, place.offset,
                     absl::StrCat("macro unit is outside the section of ",
                                  view->bytes.size(), " bytes"));
  }
  header_ = MacroHeader();
  header_.place = place;
  header_.family = name.family;
  cursor_ = RelocCursor(*view, place.offset);
  cursor_.set_observer(observer);
  cursor_.set_field("debug_line_offset");
  if (name.id == SectionId::kDebugMacro) DWRELOC_RETURN_IF_ERROR(ReadHeader());
  header_.first = cursor_.offset();
  return absl::OkStatus();
}

// DWARF 5 6.3.1.
absl::Status MacroReader::ReadHeader() {
  const uint64_t start = cursor_.offset();
  header_.version = cursor_.U16();
  header_.flags = cursor_.U8();
  if (!cursor_.ok()) return cursor_.status();
  if (header_.version != 4 && header_.version != 5) {
    return MakeError(ErrorCode::kUnsupported, cursor_.section(), start,
                     absl::StrCat("macro unit version ", header_.version,
                                  ", expected 4 or 5"));
  }
  constexpr uint8_t kKnownFlags =
      kOffsetSizeFlag | kDebugLineOffsetFlag | kOpcodeOperandsTableFlag;
  if ((header_.flags & ~kKnownFlags) != 0) {
    return MakeError(ErrorCode::kUnsupported, cursor_.section(), start + 2,
                     absl::StrCat("unknown flags 0x", absl::Hex(header_.flags),
                                  " of a macro unit"));
  }
  if ((header_.flags & kOffsetSizeFlag) != 0) {
    header_.format = Format::kDwarf64;
  }
  if ((header_.flags & kDebugLineOffsetFlag) != 0) {
    header_.debug_line_offset = ReadOffset();
  }
  if ((header_.flags & kOpcodeOperandsTableFlag) != 0) {
    header_.opcode_operands_table = cursor_.offset();
    for (uint8_t count = cursor_.U8(); count > 0; --count) {
      cursor_.U8();  // opcode
      cursor_.Skip(cursor_.Uleb());
    }
  }
  return cursor_.status();
}

RelocValue MacroReader::ReadOffset() {
  const int width = static_cast<int>(header_.format);
  RelocValue other;
  const uint64_t offset = cursor_.SectionOffset(width, &other);
  if (other.is_constant()) other.value = offset;
  other.width = static_cast<uint8_t>(width);
  return other;
}

void MacroReader::Fail(Failure failure, uint64_t offset, uint64_t number) {
  failure_ = failure;
  failure_offset_ = offset;
  failure_number_ = number;
}

absl::Status MacroReader::status() const {
  const auto error = [this](ErrorCode code, const std::string& text) {
    return MakeError(code, cursor_.section(), failure_offset_, text);
  };
  switch (failure_) {
    case Failure::kNone:
      return cursor_.status();
    case Failure::kNoEnd:
      return error(
          ErrorCode::kTruncated,
          absl::StrCat("the macro unit at 0x", absl::Hex(header_.place.offset),
                       " has no end"));
    case Failure::kUnknownOpcode:
      return error(
          ErrorCode::kUnsupported,
          absl::StrCat("unknown macro operation 0x", absl::Hex(failure_number_),
                       ", which the header does not describe"));
    case Failure::kUnknownForm:
      return error(ErrorCode::kUnsupported,
                   absl::StrCat("form 0x", absl::Hex(failure_number_),
                                " in the opcode_operands_table cannot be "
                                "that of an operand"));
    case Failure::kNesting:
      return error(ErrorCode::kBadDwarf,
                   absl::StrCat("more than ", kMaxNesting,
                                " files include one another"));
    case Failure::kTooMany:
      return error(ErrorCode::kBadDwarf,
                   "imported macro units multiply without end");
  }
  return absl::OkStatus();
}

bool MacroReader::Next(MacroEntry* entry) {
  while (!is_done_ && ok()) {
    *entry = MacroEntry();
    entry->offset = cursor_.offset();
    entry->unit = unit_;
    entry->section = cursor_.section();
    entry->version = header_.version;
    entry->import_depth = import_depth_;
    if (cursor_.at_end()) {
      Fail(Failure::kNoEnd, entry->offset, 0);
      return false;
    }
    entry->opcode = cursor_.U8();
    if (entry->opcode == 0) {
      is_done_ = !Return();
      continue;
    }
    if (cursor_.observer() != nullptr) [[unlikely]] {
      cursor_.set_field(MacroOpName(header_.version, entry->opcode));
    }
    ReadOperation(entry);
    if (!ok()) return false;
    if (entry->kind == MacroKind::kEndFile && depth_ > 0) --depth_;
    entry->depth = depth_;
    if (entry->kind == MacroKind::kStartFile && ++depth_ > kMaxNesting) {
      Fail(Failure::kNesting, entry->offset, 0);
      return false;
    }
    if (follows_imports_) Follow(*entry);
    return ok();
  }
  return false;
}

// DWARF 5 6.3.2, 6.3.3.  GNU's version 4 has the operations up to 0xa, with the
// same numbers and operands.
void MacroReader::ReadOperation(MacroEntry* entry) {
  const auto read_macro = [&](MacroKind kind, MacroOperand operand) {
    entry->kind = kind;
    entry->line = cursor_.Uleb();
    entry->operand_kind = operand;
    if (operand == MacroOperand::kString) {
      ReadString(entry);
    } else if (operand == MacroOperand::kStrx) {
      entry->operand = RelocValue::Constant(cursor_.Uleb());
    } else {
      entry->operand = ReadOffset();
      if (operand == MacroOperand::kStrp && entry->operand.is_constant()) {
        entry->operand.section =
            sections_->Find(SectionId::kDebugStr, header_.family);
      }
    }
  };
  const auto read_import = [&](MacroOperand operand) {
    entry->kind = MacroKind::kImport;
    entry->operand_kind = operand;
    entry->operand = ReadOffset();
  };
  switch (entry->opcode) {
    // .debug_macinfo has these four as well.
    case DW_MACRO_define:
      return read_macro(MacroKind::kDefine, MacroOperand::kString);
    case DW_MACRO_undef:
      return read_macro(MacroKind::kUndef, MacroOperand::kString);
    case DW_MACRO_start_file:
      entry->kind = MacroKind::kStartFile;
      entry->line = cursor_.Uleb();
      entry->file = cursor_.Uleb();
      return;
    case DW_MACRO_end_file:
      entry->kind = MacroKind::kEndFile;
      return;
    default:
      break;
  }
  if (header_.version == 0) {
    // DWARF 4 6.3.1.3: a number and a string.
    if (entry->opcode == DW_MACINFO_vendor_ext) {
      return read_macro(MacroKind::kVendor, MacroOperand::kString);
    }
    return Fail(Failure::kUnknownOpcode, entry->offset, entry->opcode);
  }
  // In GNU split units gcc writes the index of the string; before version 5
  // there are no separate operations for that.
  const MacroOperand strp =
      header_.version == 4 && header_.family == Family::kDwo
          ? MacroOperand::kStrx
          : MacroOperand::kStrp;
  switch (entry->opcode) {
    case DW_MACRO_define_strp:
      return read_macro(MacroKind::kDefine, strp);
    case DW_MACRO_undef_strp:
      return read_macro(MacroKind::kUndef, strp);
    case DW_MACRO_import:
      return read_import(MacroOperand::kUnit);
    case DW_MACRO_define_sup:
      return read_macro(MacroKind::kDefine, MacroOperand::kSupString);
    case DW_MACRO_undef_sup:
      return read_macro(MacroKind::kUndef, MacroOperand::kSupString);
    case DW_MACRO_import_sup:
      return read_import(MacroOperand::kSupUnit);
    case DW_MACRO_define_strx:
      if (header_.version < 5) break;
      return read_macro(MacroKind::kDefine, MacroOperand::kStrx);
    case DW_MACRO_undef_strx:
      if (header_.version < 5) break;
      return read_macro(MacroKind::kUndef, MacroOperand::kStrx);
    default:
      break;
  }
  SkipVendor(entry);
}

void MacroReader::ReadString(MacroEntry* entry) {
  entry->operand = RelocValue::Constant(cursor_.offset());
  entry->operand.section = header_.place.section;
  (void)cursor_.String();
}

// Skips operands by the forms that the header gives them.
void MacroReader::SkipVendor(MacroEntry* entry) {
  entry->kind = MacroKind::kVendor;
  Bytes forms;
  bool is_described = false;
  if (header_.opcode_operands_table != kNoOffset) {
    RelocCursor table = cursor_;
    table.Seek(header_.opcode_operands_table);
    for (uint8_t count = table.U8(); count > 0 && !is_described; --count) {
      is_described = table.U8() == entry->opcode;
      forms = table.Block(table.Uleb());
    }
  }
  if (!is_described) {
    return Fail(Failure::kUnknownOpcode, entry->offset, entry->opcode);
  }
  // Addresses are not among the permitted forms (DWARF 5 6.3.1).
  const Encoding encoding = {
      .address_size = 0, .format = header_.format, .version = 5};
  for (const uint8_t form : forms) {
    const AttributeSpec spec = MakeSpec(0, form, encoding);
    Attribute operand;
    // Operands that take no bytes would let a few bytes cost much time.
    if (TakesNoBytes(spec.op) ||
        !DecodeAttribute(cursor_, spec, encoding, &operand)) {
      if (cursor_.ok()) Fail(Failure::kUnknownForm, entry->offset, form);
      return;
    }
  }
}

void MacroReader::Follow(const MacroEntry& entry) {
  if (import_depth_ > 0 && ++followed_entries_ > kMaxFollowedEntries) {
    return Fail(Failure::kTooMany, entry.offset, 0);
  }
  if (entry.operand_kind != MacroOperand::kUnit ||
      import_depth_ == kMaxImportDepth) {
    return;
  }
  const absl::StatusOr<SectionPlace> place = ImportPlaceOf(*sections_, entry);
  if (!place.ok() || *place == header_.place) return;
  for (uint32_t i = 0; i < import_depth_; ++i) {
    if (frames_[i].importer == *place) return;
  }
  MacroReader imported;
  imported.sections_ = sections_;
  imported.unit_ = unit_;
  if (!imported.Begin(*place, cursor_.observer()).ok()) return;
  frames_[import_depth_++] = {.importer = header_.place,
                              .next = cursor_.offset()};
  header_ = imported.header_;
  cursor_ = imported.cursor_;
}

// Continues after the import; returns false if there was none.
bool MacroReader::Return() {
  if (import_depth_ == 0) return false;
  const Frame frame = frames_[--import_depth_];
  // It has been begun before.
  (void)Begin(frame.importer, cursor_.observer());
  cursor_.Seek(frame.next);
  return true;
}

absl::StatusOr<std::optional<SectionPlace>> MacroReader::LinePlace() const {
  if (!header_.debug_line_offset.has_value()) return std::nullopt;
  return PlaceFor(unit_, *sections_, *header_.debug_line_offset,
                  SectionId::kDebugLine, header_.family);
}

std::optional<uint64_t> NextMacroUnit(const SectionView& view, SectionId id,
                                      uint64_t offset) {
  const uint64_t size = view.bytes.size();
  uint64_t first = offset;
  while (first < size && view.bytes[first] == 0) ++first;
  if (first >= size) return std::nullopt;
  // A .debug_macro unit begins with a version, of two bytes.
  const bool is_second = id == SectionId::kDebugMacro &&
                         view.order == ByteOrder::kBig && first > offset;
  return is_second ? first - 1 : first;
}

absl::StatusOr<std::string_view> MacroStringOf(const DwarfSections& sections,
                                               const MacroEntry& entry) {
  switch (entry.operand_kind) {
    case MacroOperand::kString:
      return sections.String(SectionPlace{entry.section, entry.operand.value});
    case MacroOperand::kStrp: {
      DWRELOC_ASSIGN_OR_RETURN(
          const SectionPlace place,
          sections.PlaceOf(entry.operand, SectionId::kDebugStr,
                           sections.NameOf(entry.section).family));
      return sections.String(place);
    }
    case MacroOperand::kStrx:
      if (entry.unit == nullptr) {
        return MakeError(ErrorCode::kNotFound, entry.section, entry.offset,
                         absl::StrCat("string index ", entry.operand.value,
                                      ": no unit refers to these macros"));
      }
      return StringAt(*entry.unit, entry.operand.value);
    case MacroOperand::kSupString:
      if (!entry.operand.is_constant()) {
        return MakeError(ErrorCode::kBadReloc, entry.section, entry.offset,
                         "a relocation of an offset in another file");
      }
      return SupplementaryString(sections, entry.operand.value,
                                 {entry.section, entry.offset});
    default:
      return MakeError(ErrorCode::kWrongForm, entry.section, entry.offset,
                       "the macro operation has no string");
  }
}

absl::StatusOr<SectionPlace> ImportPlaceOf(const DwarfSections& sections,
                                           const MacroEntry& entry) {
  if (entry.operand_kind == MacroOperand::kUnit) {
    return PlaceFor(entry.unit, sections, entry.operand, SectionId::kDebugMacro,
                    sections.NameOf(entry.section).family);
  }
  if (entry.operand_kind == MacroOperand::kSupUnit) {
    return MakeError(ErrorCode::kNotFound, entry.section, entry.offset,
                     "the macro unit is in a supplementary file");
  }
  return MakeError(ErrorCode::kWrongForm, entry.section, entry.offset,
                   "the macro operation is not an import");
}

}  // namespace dwreloc::internal
