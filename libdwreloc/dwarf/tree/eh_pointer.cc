#include "dwarf/tree/eh_pointer.h"

#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"

namespace dwreloc::internal {
namespace {

// Size in bytes of a format of fixed size; 0 for LEB128.
int FormatWidth(uint8_t encoding, uint8_t address_size) {
  switch (encoding & kEhFormatMask) {
    case DW_EH_PE_udata2:
    case DW_EH_PE_sdata2:
      return 2;
    case DW_EH_PE_udata4:
    case DW_EH_PE_sdata4:
      return 4;
    case DW_EH_PE_udata8:
    case DW_EH_PE_sdata8:
      return 8;
    case DW_EH_PE_uleb128:
    case DW_EH_PE_sleb128:
      return 0;
    default:  // absptr, signed
      return address_size;
  }
}

RelocValue PlaceOf(const DwarfSections& sections, uint32_t section,
                   uint64_t offset) {
  if (!sections.file().is_relocatable()) {
    return RelocValue::Constant(sections.file().Header(section).sh_addr +
                                offset);
  }
  return RelocValue{
      .value = offset, .section = section, .kind = RelocKind::kSection};
}

// The number that a PC-relative record leaves in a pointer that counts from
// something else: known if both places are in one section.
RelocValue Subtract(const RelocValue& value, const RelocValue& place,
                    uint8_t address_size) {
  if (!HaveSameBase(value, place)) {
    return RelocValue::Bad(ErrorCode::kBadReloc, 0, value.symbol,
                           RelocFault::kFromItsPlace);
  }
  return RelocValue::Constant(
      ZeroExtend(value.value + value.mode() - place.value, address_size));
}

}  // namespace

bool IsKnownPointerEncoding(uint8_t encoding) {
  const uint8_t format = encoding & kEhFormatMask;
  const bool has_format =
      format <= DW_EH_PE_udata8 ||
      (format >= DW_EH_PE_signed && format <= DW_EH_PE_sdata8);
  return has_format && (encoding & kEhBaseMask) <= DW_EH_PE_aligned;
}

RelocValue AddToPlace(const SymbolTable& symbols, const RelocValue& base,
                      const RelocValue& value, uint8_t address_size) {
  if (base.kind != RelocKind::kSection ||
      value.kind != RelocKind::kDifference || value.detail >= symbols.count() ||
      value.symbol >= symbols.count()) {
    return AddRelocatable(base, value, address_size);
  }
  const Symbol minus = symbols.Get(value.detail);
  if (minus.section != base.section) {
    return RelocValue::Bad(ErrorCode::kTwoRelocatable, 0, value.symbol);
  }
  // base + (plus - minus) = plus + (base - minus), and the latter is a number.
  const Symbol plus = symbols.Get(value.symbol);
  RelocValue sum = value;
  sum.detail = 0;
  sum.section = plus.section;
  sum.value += base.value - minus.value;
  switch (symbols.Place(value.symbol, plus)) {
    case SymbolPlace::kSection:
    case SymbolPlace::kStatic:
      sum.kind = RelocKind::kSection;
      sum.value += plus.value;
      break;
    case SymbolPlace::kUndefined:
      sum.kind = RelocKind::kUndefined;
      break;
    default:
      return RelocValue::Bad(ErrorCode::kTwoRelocatable, 0, value.symbol);
  }
  sum.value = static_cast<uint64_t>(SignExtend(sum.value, address_size));
  return sum;
}

RelocValue ReadPointerFormat(RelocCursor& cursor, uint8_t encoding,
                             uint8_t address_size) {
  const uint8_t format = encoding & kEhFormatMask;
  if (format == DW_EH_PE_uleb128) return cursor.UlebValue();
  if (format == DW_EH_PE_sleb128) {
    return RelocValue::Constant(static_cast<uint64_t>(cursor.Sleb()));
  }
  return cursor.Pointer(FormatWidth(encoding, address_size));
}

RelocValue ReadPointer(const PointerContext& context, RelocCursor& cursor,
                       uint8_t encoding) {
  const DwarfSections& sections = context.sections;
  const uint8_t address_size = context.address_size;
  const uint8_t counts_from = encoding & kEhBaseMask;
  if (counts_from == DW_EH_PE_aligned) {
    const uint64_t start =
        sections.file().is_relocatable()
            ? 0
            : sections.file().Header(cursor.section()).sh_addr;
    const uint64_t address = start + cursor.offset();
    cursor.Skip((0 - address) & (uint64_t{address_size} - 1));
    return cursor.Value(address_size);
  }
  const uint64_t at = cursor.offset();
  const RelocValue stored = ReadPointerFormat(cursor, encoding, address_size);
  if (stored.is_bad() || !cursor.ok()) return stored;
  if (context.may_be_null && !stored.has_record && stored.value == 0) {
    return stored;
  }
  RelocValue value = stored;
  if (value.is_constant() && (encoding & DW_EH_PE_signed) != 0 &&
      value.width != 0) {
    value.value = static_cast<uint64_t>(SignExtend(value.value, value.width));
  }
  const RelocValue place = PlaceOf(sections, cursor.section(), at);
  const bool from_place = value.counts_from_place();
  if (from_place) value.detail &= ~RelocValue::kFromPlace;
  if (counts_from == DW_EH_PE_pcrel) {
    // The linker subtracts the place for a PC-relative record, the reader adds
    // it.
    if (!from_place) {
      value = AddToPlace(sections.symbols(), place, value, address_size);
    }
  } else if (from_place) {
    value = Subtract(value, place, address_size);
  }
  if (counts_from == DW_EH_PE_funcrel && context.function != nullptr) {
    value =
        AddToPlace(sections.symbols(), *context.function, value, address_size);
  } else if (counts_from != DW_EH_PE_absptr && counts_from != DW_EH_PE_pcrel) {
    value = RelocValue::Bad(ErrorCode::kUnknownBase);
  }
  if (value.is_constant()) value.value = ZeroExtend(value.value, address_size);
  value.width = stored.width;
  value.has_record = stored.has_record;
  return value;
}

}  // namespace dwreloc::internal
