#include "reloc/evaluate.h"

#include <elf.h>

#include "base/leb128.h"

namespace dwreloc::internal {
namespace {

// S + A, not yet truncated to a field.
RelocValue SymbolPlus(const RelocContext& context, const RawReloc& record,
                      RelocOp op, uint64_t addend, bool without_mode = false) {
  const auto bad = [&](RelocFault fault) {
    return BadRecord(record, ErrorCode::kBadReloc, fault, addend);
  };
  Symbol symbol;
  if (record.symbol != 0) {
    if (record.symbol >= context.symbols.count()) {
      return bad(RelocFault::kSymbolIndex);
    }
    symbol = context.symbols.Get(record.symbol);
  }
  SymbolPlace place = context.symbols.Place(record.symbol, symbol);
  if (op == RelocOp::kTlsOffset) {
    place = SymbolPlace::kTls;
    addend -= context.machine->tls_bias;
  } else if (op == RelocOp::kSectionOffset && place == SymbolPlace::kSection &&
             !context.file.IsSecondarySection(symbol.section)) {
    // If the section is not the first of its name, an offset alone does not
    // tell in which one it counts: the value stays relative to the section,
    // like that of an absolute record.
    place = SymbolPlace::kStatic;
  }
  RelocValue value;
  value.symbol = record.symbol;
  const CodeAddress sum = without_mode
                              ? context.symbols.AddPlain(symbol, addend)
                              : context.symbols.Add(symbol, addend);
  switch (place) {
    case SymbolPlace::kBad:
      return bad(RelocFault::kSymbolSection);
    case SymbolPlace::kAbsolute:
    case SymbolPlace::kStatic:
      value.symbol = kNoSymbol;
      value.value = sum.offset + sum.mode;
      break;
    case SymbolPlace::kSection:
      value.kind = RelocKind::kSection;
      value.section = symbol.section;
      value.value = sum.offset;
      value.detail = sum.mode;
      break;
    case SymbolPlace::kUndefined:
      value.kind = RelocKind::kUndefined;
      value.value = addend;
      break;
    case SymbolPlace::kTls:
      // Not even symbol 0, in a file without symbols.
      if (record.symbol >= context.symbols.count()) {
        return bad(RelocFault::kSymbolIndex);
      }
      // In ET_REL st_value counts in the symbol's own section, one of those
      // that will make up the thread-local block.
      if (symbol.section != kNoSection &&
          symbol.section >= context.file.section_count()) {
        return bad(RelocFault::kSymbolSection);
      }
      value.kind = RelocKind::kTls;
      value.section = symbol.section;
      value.value = symbol.value + addend;
      break;
  }
  return value;
}

int FieldBits(const Howto& howto, uint64_t size) {
  switch (howto.field) {
    case RelocField::kLow6:
      return 6;
    case RelocField::kUleb128:
      return size < 10 ? static_cast<int>(7 * size) : 64;
    case RelocField::kBytes:
      break;
  }
  return static_cast<int>(8 * size);
}

uint64_t LowBits(uint64_t value, int bits) {
  return bits == 0 ? 0 : value << (64 - bits) >> (64 - bits);
}

// Offsets of a 32-bit file keep their sign: -1 is one before.
void KeepSign(const RelocContext& context, RelocValue& value) {
  if (!value.is_constant() && !value.is_bad() && !context.file.is_64()) {
    value.value = static_cast<uint64_t>(SignExtend(value.value, 4));
  }
}

// a - b of one sequence; constant if both count in one section.
RelocValue Difference(const SequencePart* plus, const RelocValue& a,
                      const SequencePart* minus, const RelocValue& b) {
  if (minus == nullptr) return a;
  if (b.is_constant() || HaveSameBase(a, b)) {
    RelocValue value = b.is_constant() ? a : RelocValue();
    value.value = a.value - b.value;
    return value;
  }
  // For symbols that have no place in the file only the two symbols are known.
  if (plus == nullptr || a.kind == RelocKind::kTls ||
      b.kind == RelocKind::kTls) {
    return BadRecord(minus->record, ErrorCode::kBadReloc,
                     RelocFault::kSequence);
  }
  RelocValue value;
  value.kind = RelocKind::kDifference;
  value.symbol = plus->record.symbol;
  value.detail = minus->record.symbol;
  value.value = static_cast<uint64_t>(plus->record.addend) -
                static_cast<uint64_t>(minus->record.addend);
  return value;
}

}  // namespace

RelocValue EvaluateRecord(const RelocContext& context, uint32_t section,
                          const RawReloc& record, bool is_rela,
                          const Howto& howto, uint64_t in_place) {
  const int width = howto.width;
  RelocValue value;
  switch (howto.op) {
    case RelocOp::kInPlace:
      value = RelocValue::Constant(in_place);
      break;
    case RelocOp::kPcRelative:
      if (ClassifySectionName(context.file.Name(section)).id !=
          SectionId::kEhFrame) {
        value =
            BadRecord(record, ErrorCode::kRelocType, RelocFault::kFromItsPlace);
        break;
      }
      [[fallthrough]];
    case RelocOp::kAbsolute:
    case RelocOp::kTlsOffset:
    case RelocOp::kSectionOffset: {
      const bool in_field = HasAddendInField(context, is_rela);
      // For a REL record it is 0.
      uint64_t addend = static_cast<uint64_t>(record.addend);
      if (in_field) {
        addend += static_cast<uint64_t>(SignExtend(in_place, width));
      }
      if (howto.op == RelocOp::kPcRelative) addend -= context.machine->pc_bias;
      value = SymbolPlus(context, record, howto.op, addend, howto.without_mode);
      if (howto.op == RelocOp::kPcRelative && !value.is_bad()) {
        value.detail |= RelocValue::kFromPlace;
      }
      if (!value.is_constant()) break;
      const uint64_t number = value.value;
      value.value = ZeroExtend(number, width);
      // 32-bit files compute modulo 2^32; so does every REL field, whose
      // addend is the field itself.
      const bool wraps = in_field || !context.file.is_64();
      if (!wraps && number != value.value &&
          static_cast<int64_t>(number) != SignExtend(number, width)) {
        value = BadRecord(record, ErrorCode::kRange, RelocFault::kNone, addend);
      }
      break;
    }
    default:
      value = UnsupportedRecord(record, howto);
  }
  KeepSign(context, value);
  value.width = howto.width;
  value.has_record = true;
  return value;
}

RelocValue UnsupportedRecord(const RawReloc& record, const Howto& howto) {
  return BadRecord(record, ErrorCode::kRelocType,
                   howto.op == RelocOp::kFromGot  ? RelocFault::kFromGot
                   : howto.op == RelocOp::kFromGp ? RelocFault::kFromGp
                                                  : RelocFault::kNone,
                   static_cast<uint64_t>(record.addend));
}

RelocValue SymbolValue(const RelocContext& context, uint32_t symbol,
                       int64_t addend) {
  const RawReloc record = {.symbol = symbol == kNoSymbol ? 0 : symbol};
  RelocValue value = SymbolPlus(context, record, RelocOp::kAbsolute,
                                static_cast<uint64_t>(addend));
  if (!context.file.is_relocatable() && value.kind == RelocKind::kSection) {
    value = RelocValue::Constant(value.value);
  } else if (!context.file.is_relocatable() && value.kind == RelocKind::kTls) {
    // st_value counts in the thread-local block, not in a section.
    value.section = kNoSection;
    value.value = static_cast<uint64_t>(addend);
  }
  if (value.is_constant() && !context.file.is_64()) {
    value.value = ZeroExtend(value.value, 4);
  }
  KeepSign(context, value);
  return value;
}

RelocValue SectionValue(const RelocContext& context, uint32_t section,
                        uint64_t offset) {
  const SectionHeader header = context.file.Header(section);
  RelocValue value = RelocValue::Constant(offset);
  if (!context.file.is_relocatable()) {
    value.value += header.sh_addr;
  } else if ((header.sh_flags & SHF_ALLOC) != 0 ||
             context.file.IsSecondarySection(section)) {
    value.kind = (header.sh_flags & SHF_TLS) != 0 ? RelocKind::kTls
                                                  : RelocKind::kSection;
    value.section = section;
  }
  if (value.is_constant() && !context.file.is_64()) {
    value.value = ZeroExtend(value.value, 4);
  }
  KeepSign(context, value);
  return value;
}

uint64_t FieldSize(const Howto& howto, Bytes bytes, uint64_t offset) {
  return howto.field == RelocField::kUleb128 ? Leb128Size(bytes, offset)
                                             : howto.width;
}

RelocValue EvaluateSequence(const RelocContext& context,
                            std::span<const SequencePart> parts, Bytes bytes) {
  const RawReloc& first = parts.front().record;
  const auto bad = [&](ErrorCode error,
                       RelocFault fault = RelocFault::kSequence) {
    return BadRecord(first, error, fault);
  };
  // A prefix (SYM_DIFF) writes nothing itself: the field is that of another
  // record.
  Howto shape = parts.front().howto;
  for (const SequencePart& part : parts) {
    if (IsPrefix(shape)) shape = part.howto;
    const bool agrees =
        part.howto.field == shape.field && part.howto.width == shape.width;
    if (!IsPrefix(part.howto) && !agrees) return bad(ErrorCode::kBadReloc);
  }
  const uint64_t size = FieldSize(shape, bytes, first.offset);
  if (size == 0 || size > kMaxFieldSize ||
      !Fits(first.offset, size, bytes.size())) {
    return bad(ErrorCode::kBadReloc, RelocFault::kBeyondSection);
  }
  const int bits = FieldBits(shape, size);
  const uint8_t* field = bytes.data() + first.offset;
  uint64_t in_place = 0;
  if (shape.field == RelocField::kUleb128) {
    const uint8_t* p = field;
    if (ReadUleb128(&p, field + size, &in_place) != LebError::kNone) {
      return bad(ErrorCode::kBadReloc, RelocFault::kBeyondSection);
    }
  } else {
    in_place = LoadWidth(field, static_cast<int>(size), context.file.order());
  }
  const uint64_t rest = in_place & ~LowBits(UINT64_MAX, bits);

  // plus - minus, either of which may be missing.
  const SequencePart* plus = nullptr;
  const SequencePart* minus = nullptr;
  bool has_v = true;
  for (const SequencePart& part : parts) {
    const SequencePart*& side = part.howto.op == RelocOp::kSub ? minus : plus;
    if (side != nullptr) return bad(ErrorCode::kBadReloc);
    side = &part;
    if (part.howto.op == RelocOp::kSet || part.howto.op == RelocOp::kAbsolute) {
      has_v = false;
    }
  }
  const auto evaluate = [&](const SequencePart* part) {
    const bool has_value =
        part != nullptr && part->howto.op != RelocOp::kInPlace;
    if (!has_value) return RelocValue();
    return SymbolPlus(context, part->record, RelocOp::kAbsolute,
                      static_cast<uint64_t>(part->record.addend));
  };
  RelocValue value = evaluate(plus);
  const RelocValue subtracted = evaluate(minus);
  if (value.is_bad()) return value;
  if (subtracted.is_bad()) return subtracted;
  value = Difference(plus, value, minus, subtracted);
  if (value.is_bad()) return bad(value.error);
  if (has_v) value.value += LowBits(in_place, bits);
  if (value.is_constant()) {
    // Fields of a fixed size are computed modulo it; a ULEB128 number has to
    // fit the bytes reserved for it.
    const uint64_t number = value.value;
    value.value = LowBits(number, bits);
    if (shape.field == RelocField::kUleb128 && value.value != number) {
      return bad(ErrorCode::kRange, RelocFault::kNone);
    }
    value.value |= rest;
  }
  KeepSign(context, value);
  value.width = static_cast<uint8_t>(size);
  value.has_record = true;
  return value;
}

}  // namespace dwreloc::internal
