#include "module/module.h"

#include <elf.h>

#include <algorithm>
#include <utility>

#include "dwarf/addr.h"
#include "dwarf/constants.h"
#include "dwarf/list.h"
#include "dwarf/loc.h"
#include "dwarf/number_section.h"
#include "dwarf/places.h"
#include "dwarf/ranges.h"
#include "dwarf/strings.h"

namespace dwreloc::internal {
namespace {

// Where a list stands, as the record of an offset would say.
RelocValue PlaceOf(const ListReader& list) {
  RelocValue place = RelocValue::Constant(list.offset());
  place.section = list.view().index;
  if (list.home().sections().file().IsSecondarySection(place.section)) {
    place.kind = RelocKind::kSection;
  }
  return place;
}

}  // namespace

Module::Module(std::unique_ptr<const ElfFile> file, const DebugInfo* skeletons,
               MakeSplit make_split)
    : file_(std::move(file)),
      sections_(*file_, this),
      info_(sections_, skeletons),
      names_(sections_),
      resolver_(*file_, sections_.symbols()),
      split_files_(std::make_unique<SplitFiles>(*this, make_split)) {}

Module::~Module() = default;

SplitFiles::OwnedModule Module::MakePlainSplit(
    std::unique_ptr<const ElfFile> file, const DebugInfo* skeletons) {
  return {new Module(std::move(file), skeletons),
          [](Module* module) { delete module; }};
}

void Module::Trim() {
  sections_.DropDigests();
  cfi_index_.Reset();
  file_->ReleasePages();
  split_files_->Trim();
}

const ArangeIndex& Module::aranges() const {
  return aranges_.Get([this] { return ArangeIndex::Build(sections_); });
}

absl::StatusOr<Bytes> Module::BuildId() const {
  for (uint32_t i = 1; i < file_->section_count(); ++i) {
    if (file_->Header(i).sh_type != SHT_NOTE) continue;
    const absl::StatusOr<Bytes> notes = file_->Contents(i);
    if (!notes.ok()) continue;
    // gABI "Note Section": name and descriptor are padded to 4 bytes.
    Cursor cursor(*notes, file_->order(), i);
    while (cursor.remaining() >= 12) {
      const uint32_t name_size = cursor.U32();
      const uint32_t descriptor_size = cursor.U32();
      const uint32_t type = cursor.U32();
      const Bytes name = cursor.Block((uint64_t{name_size} + 3) & ~3ull);
      const Bytes descriptor = cursor.Block(descriptor_size);
      if (!cursor.ok()) break;
      if (type == NT_GNU_BUILD_ID && name_size == 4 &&
          std::memcmp(name.data(), "GNU", 4) == 0) {
        return descriptor;
      }
      const uint64_t padding = -uint64_t{descriptor_size} & 3;
      if (cursor.remaining() < padding) break;
      cursor.Skip(padding);
    }
  }
  return MakeError(ErrorCode::kNotFound, "the file has no build-id");
}

absl::StatusOr<const LineTable*> Module::LineTableOf(const Unit& unit) const {
  if (const Unit& home = unit.line_unit(); &home != &unit) {
    return home.sections().module()->LineTableOf(home);
  }
  const std::optional<DebugLineOffset> offset = unit.bases().stmt_list;
  if (!offset.has_value()) return nullptr;
  if (offset->value == kNoOffset) {
    return NoOffset(unit, {DW_AT_stmt_list}, SectionId::kDebugLine,
                    "line table");
  }
  return LineTableAt(unit, *offset);
}

// A split file has a table of its own for its macros and types (DWARF 5 7.3.2,
// appendix F); .debug_macinfo.dwo means that one and does not say so.
absl::StatusOr<const LineTable*> Module::LineTableOf(
    const MacroReader& macros) const {
  if (macros.unit() == nullptr) return nullptr;
  const Unit& unit = *macros.unit();
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<SectionPlace> named,
                           macros.LinePlace());
  if (named.has_value()) {
    const bool is_primary =
        named->section == sections_.Find(SectionId::kDebugLine, unit.family());
    return LineTableAt(unit,
                       {.value = named->offset,
                        .section = is_primary ? kNoSection : named->section});
  }
  if (unit.is_split() && unit.View(SectionId::kDebugLine).ok()) {
    return LineTableAt(unit,
                       DebugLineOffset{unit.Origin(SectionId::kDebugLine)});
  }
  return LineTableOf(unit);
}

template <typename Parse>
absl::StatusOr<const LineTable*> Module::KeptLineTable(
    LineTables& tables, SectionPlace place, const Parse& parse) const {
  const LazyLineTable* lazy = nullptr;
  {
    const std::lock_guard lock(line_tables_mutex_);
    lazy = FindOrMake(tables, {place.section, place.offset});
  }
  const absl::StatusOr<std::unique_ptr<const LineTable>>& table =
      lazy->Get(parse);
  if (!table.ok()) return table.status();
  return table->get();
}

absl::StatusOr<const LineTable*> Module::LineTableAt(
    const Unit& unit, DebugLineOffset offset) const {
  const uint32_t section =
      offset.section != kNoSection
          ? offset.section
          : sections_.Find(SectionId::kDebugLine, unit.family());
  return KeptLineTable(
      line_tables_, {section, offset.value},
      [&]() -> absl::StatusOr<std::unique_ptr<const LineTable>> {
        const absl::StatusOr<SectionView>& view =
            unit.View(SectionId::kDebugLine, offset.section);
        // Tables stand one after the other.  Where thousands of units each
        // name another byte of one table, reading them would take quadratic
        // time and memory.
        constexpr uint64_t kMaxReadings = 64;
        if (view.ok() &&
            line_table_bytes_ / kMaxReadings >
                std::max(view->bytes.size(), file().image().size())) {
          return MakeError(ErrorCode::kBadDwarf, view->index, offset.value,
                           "too many line tables overlap");
        }
        auto parsed =
            LineTable::Parse({.sections = sections_,
                              .family = unit.family(),
                              .address_size = unit.encoding().address_size,
                              .comp_dir = RootString(unit, DW_AT_comp_dir),
                              .part = &view},
                             offset);
        if (parsed.ok()) {
          line_table_bytes_ += (*parsed)->header().end - offset.value;
        }
        return parsed;
      });
}

absl::StatusOr<const LineTable*> Module::LineTableAt(SectionPlace place) const {
  return KeptLineTable(placed_line_tables_, place, [&] {
    const uint8_t address_size = file_->is_64() ? 8 : 4;
    return LineTable::Parse({.sections = sections_,
                             .family = sections_.NameOf(place.section).family,
                             .address_size = address_size,
                             .comp_dir = {},
                             .part = &sections_.View(place.section)},
                            DebugLineOffset{place.offset});
  });
}

const Unit& Module::ValueUnit(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (!unit.is_split()) return unit;
  if (IsAddressIndexForm(attribute.form)) return unit.address_unit();
  if (attribute.form == DW_FORM_rnglistx) {
    const absl::StatusOr<RangeList> list = RangeList::Of(attribute);
    if (list.ok()) return list->home();
  }
  return unit;
}

absl::StatusOr<RelocValue> Module::AttributeValue(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (IsAddressIndexForm(attribute.form)) {
    return AddressOf(attribute);
  }
  if (attribute.form == DW_FORM_rnglistx) {
    DWRELOC_ASSIGN_OR_RETURN(const RangeList list, RangeList::Of(attribute));
    return PlaceOf(list);
  }
  if (attribute.form == DW_FORM_loclistx) {
    DWRELOC_ASSIGN_OR_RETURN(const LocationList list,
                             LocationList::Of(attribute));
    return PlaceOf(list);
  }
  if (attribute.offset == kNoOffset || attribute.width > 8 ||
      attribute.width == 0) {
    if (IsBlockForm(attribute.form) || attribute.width == 16 ||
        attribute.form == DW_FORM_string) {
      return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                       "the attribute has no number");
    }
    if (!IsNumber(attribute)) {
      return unit.CursorAt(attribute.offset).UlebValue();
    }
    return RelocValue::Constant(attribute.value);
  }
  if (IsNumber(attribute)) {
    RelocValue number = RelocValue::Constant(attribute.value);
    number.width = attribute.width;
    number.has_record = (attribute.flags & kAttributeHasRecord) != 0;
    number.section = NumberSection(attribute);
    return number;
  }
  RelocCursor cursor = unit.CursorAt(attribute.offset);
  const RelocValue value = cursor.Value(attribute.width);
  if (!cursor.ok()) return cursor.status();
  return value;
}

absl::StatusOr<std::optional<PcRange>> Module::LowHighPc(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> low,
                           FindAttribute(die, DW_AT_low_pc));
  if (!low.has_value()) return std::nullopt;
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> high,
                           FindAttribute(die, DW_AT_high_pc));
  if (!high.has_value()) return std::nullopt;
  PcRange range;
  DWRELOC_ASSIGN_OR_RETURN(range.begin, AttributeValue(*low));
  DWRELOC_ASSIGN_OR_RETURN(range.end, AttributeValue(*high));
  range.begin_unit = &ValueUnit(*low);
  range.end_unit = &ValueUnit(*high);
  // DWARF 5 2.17.2: of class constant it is the length.
  if (high->attribute_class == AttributeClass::kConstant) {
    if (range.end.is_constant()) range.end_unit = range.begin_unit;
    range.end = AddRelocatable(range.begin, range.end,
                               die.unit->encoding().address_size);
  }
  return range;
}

absl::StatusOr<bool> Module::HasPc(const Die& die, const RelocValue& pc) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<PcRange> pair, LowHighPc(die));
  if (pair.has_value()) return IsInRange(pc, pair->begin, pair->end);
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> ranges,
                           FindAttribute(die, DW_AT_ranges));
  if (!ranges.has_value()) return false;
  DWRELOC_ASSIGN_OR_RETURN(RangeList list, RangeList::Of(*ranges));
  ListEntry entry;
  RelocValue begin;
  RelocValue end;
  bool is_default;
  while (list.NextBounded(&entry, &begin, &end, &is_default)) {
    if (IsInRange(pc, begin, end)) return true;
  }
  DWRELOC_RETURN_IF_ERROR(list.status());
  return false;
}

absl::StatusOr<std::optional<LineRow>> Module::FindRow(
    const Unit& unit, const RelocValue& address) const {
  DWRELOC_ASSIGN_OR_RETURN(const LineTable* table, LineTableOf(unit));
  if (table == nullptr) return std::nullopt;
  LineProgram program(*table);
  LineRow previous;
  LineRow row;
  bool have_previous = false;
  while (program.Next(&row)) {
    if (have_previous && IsInRange(address, previous.address, row.address)) {
      return previous;
    }
    // A sequence ends with a row that covers nothing.
    have_previous = !row.end_sequence;
    previous = row;
  }
  DWRELOC_RETURN_IF_ERROR(program.status());
  return std::nullopt;
}

}  // namespace dwreloc::internal
