#include "dwarf/tree/unit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash_map.h"
#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/places.h"

namespace dwreloc::internal {
namespace {

// Garbage may hold a bad header in every few bytes: then the first ones say
// enough.
constexpr size_t kMaxErrors = 1000;

// Offset of the first entry behind the header of a table that a base points
// into, for units that have no base attribute because the table has but one
// contribution (split units, DWARF 5 7.26 to 7.29).
uint64_t TableHeaderSize(Format format, int fields_behind_version) {
  const uint64_t length_size = format == Format::kDwarf64 ? 12 : 4;
  return length_size + 2 + static_cast<uint64_t>(fields_behind_version);
}

}  // namespace

const absl::StatusOr<const AbbrevTable*>& Unit::abbrevs() const {
  return abbrevs_.Get([this] { return info_->FindAbbrevs(*this); });
}

const absl::StatusOr<const AbbrevTable*>& Unit::root_abbrevs() const {
  if (const auto* all = abbrevs_.Peek(); all != nullptr) return *all;
  return root_abbrevs_.Get([this] { return info_->FindRootAbbrevs(*this); });
}

const Detours& Unit::detours() const {
  return detours_.Get([this] { return Detours::OfUnit(*this); });
}

const UnitBases& Unit::bases() const {
  return bases_.Get([this] { return ReadBases(); });
}

UnitBases Unit::ReadBases() const {
  UnitBases bases;
  const Format format = encoding_.format;
  bases.str_offsets.value =
      encoding_.version >= 5 ? TableHeaderSize(format, 2) : 0;
  bases.addr.value = encoding_.version >= 5 ? TableHeaderSize(format, 2) : 0;
  bases.rnglists.value = TableHeaderSize(format, 6);
  bases.loclists.value = TableHeaderSize(format, 6);
  if (unit_type_ == DW_UT_skeleton || unit_type_ == DW_UT_split_compile) {
    bases.dwo_id = signature_;
  }

  const absl::StatusOr<const AbbrevTable*>& table = root_abbrevs();
  if (!table.ok()) {
    if (is_split()) Inherit(bases);
    return bases;
  }
  RelocCursor cursor = CursorAt(first_die());
  const Abbrev* abbrev = (*table)->Find(cursor.Uleb());
  if (abbrev == nullptr) {
    if (is_split()) Inherit(bases);
    return bases;
  }
  std::optional<Attribute> low_pc;
  for (const AttributeSpec& spec : abbrev->attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, encoding_, &attribute)) break;
    attribute.unit = this;
    switch (attribute.name) {
      case DW_AT_str_offsets_base:
        bases.str_offsets = OffsetOf<DebugStrOffsetsBase>(
            attribute, SectionId::kDebugStrOffsets);
        break;
      case DW_AT_addr_base:
      case DW_AT_GNU_addr_base:
        bases.addr = OffsetOf<DebugAddrBase>(attribute, SectionId::kDebugAddr);
        break;
      case DW_AT_rnglists_base:
        bases.rnglists =
            OffsetOf<DebugRngListsBase>(attribute, SectionId::kDebugRnglists);
        break;
      case DW_AT_loclists_base:
        bases.loclists =
            OffsetOf<DebugLocListsBase>(attribute, SectionId::kDebugLoclists);
        break;
      case DW_AT_stmt_list:
        if (attribute.attribute_class == AttributeClass::kLineptr) {
          bases.stmt_list =
              OffsetOf<DebugLineOffset>(attribute, SectionId::kDebugLine);
        }
        break;
      case DW_AT_low_pc:
        low_pc = attribute;
        break;
      case DW_AT_GNU_ranges_base:
        bases.gnu_ranges =
            OffsetOf<DebugRngListsBase>(attribute, SectionId::kDebugRanges);
        break;
      case DW_AT_GNU_dwo_id:
        if (IsNumber(attribute)) bases.dwo_id = attribute.value;
        break;
      default:
        break;
    }
  }
  if (is_split()) Inherit(bases);
  if (low_pc.has_value()) {
    if (IsAddressIndexForm(low_pc->form)) {
      // addr_base may stand behind low_pc.
      const absl::StatusOr<RelocValue> address = AddressOf(*low_pc, bases);
      bases.low_pc =
          address.ok() ? *address : BadAddress(address.status(), low_pc->value);
    } else {
      RelocCursor field = CursorAt(low_pc->offset);
      if (low_pc->width != 0 && low_pc->width <= 8) {
        bases.low_pc = field.Value(low_pc->width);
      }
    }
  }
  return bases;
}

// A split unit's bases count from where its parts of the sections begin, and
// its addresses are its skeleton's (DWARF 5 3.1.3).
void Unit::Inherit(UnitBases& bases) const {
  bases.str_offsets = Locate(SectionId::kDebugStrOffsets, bases.str_offsets);
  bases.rnglists = Locate(SectionId::kDebugRnglists, bases.rnglists);
  bases.loclists = Locate(SectionId::kDebugLoclists, bases.loclists);
  if (bases.stmt_list.has_value()) {
    bases.stmt_list = Locate(SectionId::kDebugLine, *bases.stmt_list);
  }
  if (bases.dwo_id.has_value()) {
    bases.skeleton = info_->skeletons_.FindSkeleton(*bases.dwo_id);
  } else if (unit_type_ == DW_UT_type || unit_type_ == DW_UT_split_type) {
    // gcc writes the addresses of template arguments into type units.
    const Unit* companion = info_->CompanionOf(*this);
    if (companion != nullptr) bases.skeleton = companion->skeleton();
  }
  if (bases.skeleton == nullptr) {
    // What lists count from is not 0 but not known.
    bases.low_pc = RelocValue::WithoutSkeleton(kNoAddressIndex);
    return;
  }
  const UnitBases& skeleton = bases.skeleton->bases();
  bases.addr = skeleton.addr;
  bases.low_pc = skeleton.low_pc;
}

const DebugInfo::List& DebugInfo::list() const {
  return *list_.Get([this] {
    auto list = std::make_unique<List>();
    for (const DebugSection& section : sections_.file().debug_sections()) {
      if (section.name.id == SectionId::kDebugInfo ||
          section.name.id == SectionId::kDebugTypes) {
        ReadSection(section, *list);
      }
    }
    ReportLostNames(*list);
    ReportSplitRelocs(*list);
    ReportOrphanRelocs(*list);
    OpenPackage(*list);
    for (const Unit& unit : list->units) {
      if (unit.unit_type() == DW_UT_type ||
          unit.unit_type() == DW_UT_split_type) {
        list->type_units.try_emplace(unit.signature(), &unit);
      }
    }
    return list;
  });
}

void DebugInfo::ReadSection(const DebugSection& section, List& list) const {
  const absl::StatusOr<SectionView>& view = sections_.View(section.index);
  if (!view.ok()) {
    list.errors.push_back(view.status());
    return;
  }
  const bool is_types = section.name.id == SectionId::kDebugTypes;
  RelocCursor cursor(*view);
  while (true) {
    cursor.SkipPadding();
    if (cursor.at_end()) return;
    Unit& unit = list.units.emplace_back();
    unit.info_ = this;
    unit.view_ = &*view;
    unit.family_ = section.name.family;
    unit.is_types_ = is_types;
    unit.offset_ = cursor.offset();
    unit.number_ = static_cast<uint32_t>(list.units.size() - 1);
    RelocCursor header = cursor;
    const absl::Status status = ReadHeader(header, is_types, unit);
    cursor.TakeHint(header);
    const uint64_t end = unit.end_;
    if (!status.ok()) {
      if (list.errors.size() < kMaxErrors) list.errors.push_back(status);
      list.units.pop_back();
      if (end == 0) return;  // no telling where the next unit is
    }
    cursor.Seek(end);
  }
}

// A section whose name cannot be read may be one with units.
void DebugInfo::ReportLostNames(List& list) const {
  const ElfFile& file = sections_.file();
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (!file.IsNameLost(i)) continue;
    if (list.errors.size() >= kMaxErrors) return;
    list.errors.push_back(MakeError(
        ErrorCode::kBadElf, i, kNoOffset,
        absl::StrCat("the section's name cannot be read: sh_name ",
                     file.Header(i).sh_name, " is outside the section names")));
  }
}

// Only a linker could apply them, and it never sees these sections (DWARF 5
// 7.3.2).  What they concern is read through them all the same.
void DebugInfo::ReportSplitRelocs(List& list) const {
  for (const DebugSection& section : sections_.file().debug_sections()) {
    if (section.name.family != Family::kDwo) continue;
    uint64_t count = 0;
    for (const uint32_t records :
         sections_.reloc_sections().For(section.index)) {
      const absl::StatusOr<RelocRecords> opened =
          RelocRecords::Open(sections_.file(), records);
      if (opened.ok()) count += opened->count();
    }
    if (count == 0 || list.errors.size() >= kMaxErrors) continue;
    list.errors.push_back(MakeError(
        ErrorCode::kBadReloc, section.index, kNoOffset,
        absl::StrCat("the section of a split file has ", count,
                     count == 1 ? " relocation record" : " relocation records",
                     ", which no linker applies")));
  }
}

// What they should supply reads as if there were no records.
void DebugInfo::ReportOrphanRelocs(List& list) const {
  const ElfFile& file = sections_.file();
  if (!file.is_relocatable()) return;
  for (const RelocSections::Orphan& orphan :
       sections_.reloc_sections().orphans()) {
    if (list.errors.size() >= kMaxErrors) return;
    if (file.Header(orphan.section).sh_size == 0) continue;
    const bool is_debug =
        ClassifySectionName(file.Name(orphan.section)).id != SectionId::kNone;
    list.errors.push_back(
        MakeError(ErrorCode::kBadReloc, orphan.section, kNoOffset,
                  is_debug ? "a debug section of the type of relocation records"
                           : orphan.why));
  }
}

void DebugInfo::OpenPackage(List& list) const {
  const ElfFile& file = sections_.file();
  if (file.PrimarySection(SectionId::kDebugCuIndex, Family::kPlain) ==
          kNoSection &&
      file.PrimarySection(SectionId::kDebugTuIndex, Family::kPlain) ==
          kNoSection) {
    return;
  }
  list.package = std::make_unique<const Package>(sections_, list.errors);
  for (Unit& unit : list.units) {
    if (unit.is_split()) {
      unit.part_ = list.package->FindPart({unit.section(), unit.offset()});
    }
  }
}

DebugInfo::UnitsById DebugInfo::CollectById(bool is_split) const {
  UnitsById result;
  for (const Unit& unit : units()) {
    if (unit.is_split() != is_split || unit.is_types()) continue;
    // Before version 5 the id is an attribute of the root DIE.
    std::optional<uint64_t> id;
    if (unit.encoding().version < 5) {
      id = unit.bases().dwo_id;
    } else if (unit.unit_type() ==
               (is_split ? DW_UT_split_compile : DW_UT_skeleton)) {
      id = unit.signature();
    }
    if (id.has_value()) result.try_emplace(*id, &unit);
  }
  return result;
}

// What one compilation wrote is one file, or shares one part of a package's
// .debug_abbrev.
const Unit* DebugInfo::CompanionOf(const Unit& type_unit) const {
  const auto& by_abbrevs = split_by_abbrevs_.Get([this] {
    HashMap<uint64_t, const Unit*> result;
    for (const Unit& unit : units()) {
      if (!unit.is_split() || unit.unit_type() == DW_UT_type ||
          unit.unit_type() == DW_UT_split_type) {
        continue;
      }
      const auto [at, is_new] =
          result.try_emplace(unit.Origin(SectionId::kDebugAbbrev), &unit);
      if (!is_new) at->second = nullptr;
    }
    return result;
  });
  const auto found = by_abbrevs.find(type_unit.Origin(SectionId::kDebugAbbrev));
  return found == by_abbrevs.end() ? nullptr : found->second;
}

const Unit* DebugInfo::FindSkeleton(uint64_t id) const {
  const UnitsById& skeletons =
      skeletons_by_id_.Get([this] { return CollectById(false); });
  const auto found = skeletons.find(id);
  return found == skeletons.end() ? nullptr : found->second;
}

absl::StatusOr<const Unit*> DebugInfo::FindSplitUnit(uint64_t id) const {
  if (list().package != nullptr) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<SectionPlace> place,
                             list().package->FindUnit(id));
    if (!place.has_value()) return nullptr;
    const Unit* unit = FindUnit(*place);
    if (unit == nullptr || unit->bases().dwo_id != id) {
      return MakeError(ErrorCode::kBadDwarf, place->section, place->offset,
                       absl::StrCat("the index promises the unit of dwo_id 0x",
                                    absl::Hex(id), " here"));
    }
    return unit;
  }
  const UnitsById& split =
      split_by_id_.Get([this] { return CollectById(true); });
  const auto found = split.find(id);
  return found == split.end() ? nullptr : found->second;
}

absl::Status DebugInfo::ReadHeader(RelocCursor& cursor, bool is_types,
                                   Unit& unit) const {
  const auto error = [&](ErrorCode code, uint64_t offset,
                         const std::string& text) {
    return MakeError(code, cursor.section(), offset, text);
  };
  const uint64_t start = cursor.offset();
  unit.end_ = 0;
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&unit.encoding_.format));
  unit.end_ = cursor.end();
  const uint64_t version_at = cursor.offset();
  unit.encoding_.version = cursor.U16();
  if (!cursor.ok()) return cursor.status();
  const uint16_t version = unit.encoding_.version;
  if (version < 2 || version > 5) {
    return error(ErrorCode::kUnsupported, version_at,
                 absl::StrCat("unit version ", version, ", expected 2 to 5"));
  }
  RelocValue abbrev;
  const uint64_t abbrev_width =
      static_cast<uint64_t>(unit.encoding_.offset_size());
  const auto read_abbrev_offset = [&] {
    unit.abbrev_offset_.value =
        cursor.SectionOffset(static_cast<int>(abbrev_width), &abbrev);
  };
  const uint64_t abbrev_at =
      version >= 5 ? cursor.offset() + 2 : cursor.offset();
  if (version >= 5) {
    unit.unit_type_ = cursor.U8();
    unit.encoding_.address_size = cursor.U8();
    read_abbrev_offset();
  } else {
    read_abbrev_offset();
    unit.encoding_.address_size = cursor.U8();
    unit.unit_type_ = is_types ? DW_UT_type : DW_UT_compile;
  }
  switch (unit.unit_type_) {
    case DW_UT_compile:
    case DW_UT_partial:
      break;
    case DW_UT_skeleton:
    case DW_UT_split_compile:
      unit.signature_ = cursor.U64();
      break;
    case DW_UT_type:
    case DW_UT_split_type:
      unit.signature_ = cursor.U64();
      unit.type_offset_ = cursor.Unsigned(unit.encoding_.offset_size());
      break;
    default:
      if (!cursor.ok()) return cursor.status();
      return error(ErrorCode::kUnsupported, version_at + 2,
                   absl::StrCat("unknown unit_type ", unit.unit_type_));
  }
  if (!cursor.ok()) return cursor.status();
  if (!abbrev.is_constant()) {
    const absl::StatusOr<SectionPlace> place =
        sections_.PlaceOf(abbrev, SectionId::kDebugAbbrev,
                          sections_.NameOf(cursor.section()).family);
    if (!place.ok()) {
      return FailureOf("debug_abbrev_offset", cursor.section(), abbrev_at,
                       place.status());
    }
    unit.abbrev_offset_ = {.value = place->offset, .section = place->section};
  }
  const uint8_t address_size = unit.encoding_.address_size;
  if (address_size != 2 && address_size != 4 && address_size != 8) {
    return error(
        ErrorCode::kUnsupported,
        version >= 5 ? version_at + 3 : cursor.offset() - 1,
        absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
  }
  unit.header_size_ = cursor.offset() - start;
  return absl::OkStatus();
}

absl::StatusOr<const AbbrevTable*> DebugInfo::FindAbbrevs(
    const Unit& unit) const {
  return FindAbbrevs(unit, std::nullopt);
}

absl::StatusOr<const AbbrevTable*> DebugInfo::FindRootAbbrevs(
    const Unit& unit) const {
  RelocCursor cursor = unit.CursorAt(unit.first_die());
  const uint64_t code = cursor.Uleb();
  if (!cursor.ok() || code == 0) return unit.abbrevs();
  absl::StatusOr<const AbbrevTable*> table = FindAbbrevs(unit, code);
  // Why there is no such declaration, the whole table says.
  if (!table.ok() || (*table)->Find(code) == nullptr) return unit.abbrevs();
  return table;
}

absl::StatusOr<const AbbrevTable*> DebugInfo::FindAbbrevs(
    const Unit& unit, std::optional<uint64_t> only) const {
  const DebugAbbrevOffset offset =
      unit.Locate(SectionId::kDebugAbbrev, unit.abbrev_offset());
  const absl::StatusOr<SectionView>& section =
      unit.View(SectionId::kDebugAbbrev, offset.section);
  if (!section.ok()) {
    return MakeError(GetDetail(section.status()).code,
                     absl::StrCat("abbreviations: no usable .debug_abbrev "
                                  "section: ",
                                  section.status().message()));
  }
  const Encoding encoding = unit.encoding();
  AbbrevKey key(section->index, offset.value, encoding.version,
                encoding.address_size, encoding.format, std::nullopt);
  const std::lock_guard lock(abbrevs_mutex_);
  auto known = abbrevs_.find(key);
  if (known == abbrevs_.end() && only.has_value()) {
    std::get<std::optional<uint64_t>>(key) = only;
    known = abbrevs_.find(key);
  }
  if (known != abbrevs_.end()) return known->second.get();
  // Tables stand one behind the other.  Where thousands of units each name
  // another byte of one table, reading them would take quadratic time and
  // memory.
  constexpr uint64_t kMaxReadings = 64;
  // Of a package, the whole section: its parts are read in any order.
  const uint64_t section_size =
      sections_.View(section->index).value().bytes.size();
  uint64_t& bytes_read = abbrev_bytes_[section->index];
  if (bytes_read / kMaxReadings > section_size) {
    return MakeError(ErrorCode::kBadDwarf, section->index, offset.value,
                     "too many abbreviation tables overlap");
  }
  DWRELOC_ASSIGN_OR_RETURN(
      std::unique_ptr<const AbbrevTable> table,
      only.has_value()
          ? AbbrevTable::ParseOne(*section, offset, encoding, *only)
          : AbbrevTable::Parse(*section, offset, encoding));
  const AbbrevTable* kept =
      abbrevs_.emplace(key, std::move(table)).first->second.get();
  bytes_read += kept->size();
  return kept;
}

const Unit* DebugInfo::FindUnit(SectionPlace place) const {
  const std::deque<Unit>& units = list().units;
  const auto behind = std::upper_bound(
      units.begin(), units.end(), place,
      [](const SectionPlace& value, const Unit& unit) {
        return value < SectionPlace{unit.section(), unit.offset()};
      });
  if (behind == units.begin()) return nullptr;
  const Unit& unit = *std::prev(behind);
  return unit.section() == place.section && place.offset < unit.end() ? &unit
                                                                      : nullptr;
}

const Unit* DebugInfo::FindTypeUnit(uint64_t signature) const {
  const auto found = list().type_units.find(signature);
  return found == list().type_units.end() ? nullptr : found->second;
}

void DebugInfo::Observe(RelocObserver* observer, const Unit& unit) const {
  RelocCursor cursor(unit.view(), unit.offset(), unit.end());
  cursor.set_observer(observer);
  Unit ignored;
  ignored.info_ = this;
  (void)ReadHeader(cursor, unit.is_types(), ignored);
}

}  // namespace dwreloc::internal
