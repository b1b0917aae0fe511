// Reads UnitBases.  Other files need only their contents, and include bases.h
// alone.

#include <optional>

#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {
namespace {

// Offset of the first entry after the header of a table that a base points
// into, for units that have no base attribute because the table has only one
// contribution (split units, DWARF 5 7.26 to 7.29).
uint64_t TableHeaderSize(Format format, int fields_after_version) {
  const uint64_t length_size = format == Format::kDwarf64 ? 12 : 4;
  return length_size + 2 + static_cast<uint64_t>(fields_after_version);
}

// The bases of a unit whose root DIE gives none.
UnitBases DefaultBases(const Unit& unit) {
  UnitBases bases;
  const Format format = unit.encoding().format;
  if (unit.encoding().version >= 5) {
    bases.str_offsets.value = TableHeaderSize(format, 2);
    bases.addr.value = TableHeaderSize(format, 2);
  } else {
    bases.str_offsets.value = 0;
    bases.addr.value = 0;
  }
  bases.rnglists.value = TableHeaderSize(format, 6);
  bases.loclists.value = TableHeaderSize(format, 6);
  if (unit.unit_type() == DW_UT_skeleton ||
      unit.unit_type() == DW_UT_split_compile) {
    bases.dwo_id = unit.signature();
  }
  return bases;
}

// Stores what an attribute of the root DIE says.
void Take(const Attribute& attribute, UnitBases& bases) {
  switch (attribute.name) {
    case DW_AT_str_offsets_base:
      bases.str_offsets =
          OffsetOf<DebugStrOffsetsBase>(attribute, SectionId::kDebugStrOffsets);
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

// A split unit's bases count from the start of its parts of the sections, and
// its addresses are those of its skeleton (DWARF 5 3.1.3).
void Inherit(const Unit& unit, UnitBases& bases) {
  bases.str_offsets =
      unit.Locate(SectionId::kDebugStrOffsets, bases.str_offsets);
  bases.rnglists = unit.Locate(SectionId::kDebugRnglists, bases.rnglists);
  bases.loclists = unit.Locate(SectionId::kDebugLoclists, bases.loclists);
  if (bases.stmt_list.has_value()) {
    bases.stmt_list = unit.Locate(SectionId::kDebugLine, *bases.stmt_list);
  }
  if (bases.dwo_id.has_value()) {
    bases.skeleton = unit.info().skeletons().FindSkeleton(*bases.dwo_id);
  } else if (unit.unit_type() == DW_UT_type ||
             unit.unit_type() == DW_UT_split_type) {
    // gcc writes the addresses of template arguments into type units.
    const Unit* companion = unit.info().CompanionOf(unit);
    if (companion != nullptr) bases.skeleton = companion->skeleton();
  }
  if (bases.skeleton == nullptr) {
    // The base of lists is not 0 but unknown.
    bases.low_pc = RelocValue::WithoutSkeleton(kNoAddressIndex);
    return;
  }
  const UnitBases& skeleton = bases.skeleton->bases();
  bases.addr = skeleton.addr;
  bases.low_pc = skeleton.low_pc;
}

// DW_AT_low_pc as the base of lists.
RelocValue LowPc(const Attribute& low_pc, const UnitBases& bases) {
  if (IsAddressIndexForm(low_pc.form)) {
    const absl::StatusOr<RelocValue> address = AddressOf(low_pc, bases);
    return address.ok() ? *address : BadAddress(address.status(), low_pc.value);
  }
  if (low_pc.width == 0 || low_pc.width > 8) return RelocValue();
  return FieldOf(low_pc);
}

UnitBases ReadBases(const Unit& unit) {
  UnitBases bases = DefaultBases(unit);
  std::optional<Attribute> low_pc;
  const absl::StatusOr<const AbbrevTable*>& table = unit.root_abbrevs();
  RelocCursor cursor = unit.CursorAt(unit.first_die());
  const Abbrev* abbrev = table.ok() ? (*table)->Find(cursor.Uleb()) : nullptr;
  if (abbrev != nullptr) {
    for (const AttributeSpec& spec : abbrev->attributes()) {
      Attribute attribute;
      if (!DecodeAttribute(cursor, spec, unit.encoding(), &attribute)) break;
      attribute.unit = &unit;
      if (attribute.name == DW_AT_low_pc) low_pc = attribute;
      Take(attribute, bases);
    }
  }
  if (unit.is_split()) Inherit(unit, bases);
  // DW_AT_addr_base may come after DW_AT_low_pc.
  if (low_pc.has_value()) bases.low_pc = LowPc(*low_pc, bases);
  return bases;
}

}  // namespace

const UnitBases& Unit::bases() const {
  return bases_.Get([this] { return ReadBases(*this); });
}

}  // namespace dwreloc::internal
