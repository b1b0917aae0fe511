#include "dwarf/tree/number_section.h"

#include "dwarf/constants.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {
namespace {

// The unit's section of that kind.
uint32_t In(const Unit& unit, SectionId id) {
  const absl::StatusOr<SectionView>& view = unit.View(id);
  return view.ok() ? view->index : kNoSection;
}

uint32_t StringSection(const Attribute& attribute) {
  switch (FormRowOf(attribute.form).target) {
    case FormTarget::kStr:
      return In(*attribute.unit, SectionId::kDebugStr);
    case FormTarget::kLineStr:
      return In(*attribute.unit, SectionId::kDebugLineStr);
    default:
      return kNoSection;
  }
}

}  // namespace

uint32_t NumberSection(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const bool is_old = unit.encoding().version < 5;
  switch (attribute.attribute_class) {
    case AttributeClass::kString:
      return StringSection(attribute);
    case AttributeClass::kReference:
      if (FormRowOf(attribute.form).target != FormTarget::kInfoDie) {
        return kNoSection;
      }
      // References from .debug_types lead to .debug_info as well.
      return unit.is_types() ? In(unit, SectionId::kDebugInfo) : unit.section();
    case AttributeClass::kLineptr:
      return In(unit, SectionId::kDebugLine);
    case AttributeClass::kLoclist:
      return In(unit,
                is_old ? SectionId::kDebugLoc : SectionId::kDebugLoclists);
    case AttributeClass::kRnglist:
      // GNU DebugFission: those of a split unit stay in the skeleton's file.
      if (is_old && unit.is_split()) return kNoSection;
      return In(unit,
                is_old ? SectionId::kDebugRanges : SectionId::kDebugRnglists);
    case AttributeClass::kMacptr:
      return In(unit, attribute.name == DW_AT_macro_info
                          ? SectionId::kDebugMacinfo
                          : SectionId::kDebugMacro);
    case AttributeClass::kAddrptr:
      return In(unit, SectionId::kDebugAddr);
    case AttributeClass::kStroffsetsptr:
      return In(unit, SectionId::kDebugStrOffsets);
    case AttributeClass::kLoclistsptr:
      return In(unit, SectionId::kDebugLoclists);
    case AttributeClass::kRnglistsptr:
      // DW_AT_GNU_ranges_base is one of version 4.
      return In(unit,
                is_old ? SectionId::kDebugRanges : SectionId::kDebugRnglists);
    case AttributeClass::kSecoffset:
      if (attribute.name != DW_AT_GNU_locviews) return kNoSection;
      return In(unit,
                is_old ? SectionId::kDebugLoc : SectionId::kDebugLoclists);
    default:
      return kNoSection;
  }
}

uint32_t NumberSection(const RelocContext& context, const RawReloc& record,
                       const Howto& howto) {
  switch (howto.op) {
    case RelocOp::kAbsolute:
    case RelocOp::kSectionOffset:
    case RelocOp::kPcRelative:
      break;
    default:
      return kNoSection;
  }
  if (record.symbol == 0 || record.symbol >= context.symbols.count()) {
    return kNoSection;
  }
  const Symbol symbol = context.symbols.Get(record.symbol);
  switch (context.symbols.Place(record.symbol, symbol)) {
    case SymbolPlace::kSection:
    case SymbolPlace::kStatic:
      return symbol.section;
    default:
      return kNoSection;
  }
}

}  // namespace dwreloc::internal
