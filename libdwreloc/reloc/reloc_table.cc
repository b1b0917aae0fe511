#include "reloc/reloc_table.h"

#include <algorithm>

namespace dwreloc::internal {

uint64_t RelocTable::memory() const {
  if (ordered_.is_used()) return ordered_.memory() + sizeof(*this);
  return numbers4_.memory() + addresses4_.memory() + records8_.memory() +
         others_.size() * sizeof(Other) + sizeof(*this);
}

bool RelocTable::IsPlain(uint32_t symbol) const {
  return symbol == kNoSymbol || !symbols_.HasMode(symbols_.Get(symbol));
}

RelocValue RelocTable::Symbolic(uint32_t symbol, uint64_t addend,
                                int width) const {
  RelocValue value;
  value.width = static_cast<uint8_t>(width);
  value.has_record = true;
  value.value = addend;
  if (symbol == kNoSymbol) return value;
  if (CountsFromPlace(symbol)) {
    symbol &= ~kFromPlace;
    value.detail = RelocValue::kFromPlace;
  }
  value.symbol = symbol;
  const Symbol target = symbols_.Get(symbol);
  if (target.section == kNoSection) {
    value.kind = RelocKind::kUndefined;
  } else {
    const CodeAddress sum = symbols_.Add(target, addend);
    value.kind = RelocKind::kSection;
    value.section = target.section;
    value.value = sum.offset;
    value.detail |= sum.mode;
  }
  return value;
}

RelocValue RelocTable::OrderedValue(uint32_t at) const {
  const int width = ordered_.WidthAt(at);
  return Symbolic(width == 4 ? kNoSymbol : ordered_.SymbolAt(at),
                  ordered_.AddendAt(at), width);
}

// The error of a datum other than the one that its records write.
RelocValue RelocTable::OtherField(const RelocValue& value) {
  return RelocValue::Bad(ErrorCode::kBadReloc, 0, value.symbol,
                         RelocFault::kOtherField);
}

RelocTable::Touching RelocTable::FindTouching(uint64_t offset, int width,
                                              RelocHint& hint) const {
  Touching touching;
  const uint64_t end = offset + static_cast<uint64_t>(width);
  const auto add = [&](uint64_t at, int record_width, const RelocValue& value) {
    // If several are bad, the one at this place is reported.
    const bool is_nearer = at == offset && touching.offset != offset;
    if (touching.count++ == 0 || is_nearer) {
      touching.offset = at;
      touching.width = record_width;
      touching.value = value;
    }
  };
  if (ordered_.is_used()) {
    uint32_t at = ordered_.FirstTouching(offset, hint.at4);
    for (; at < ordered_.count() && ordered_.OffsetAt(at) < end; ++at) {
      add(ordered_.OffsetAt(at), ordered_.WidthAt(at), OrderedValue(at));
    }
    return touching;
  }
  // Records of a column do not overlap, so only the previous one and those that
  // start inside can touch.
  const auto add_column = [&](const auto& column, uint32_t& at_hint,
                              auto value_of) {
    uint32_t at = column.FirstTouching(offset, at_hint);
    for (; at < column.count() && column[at].offset < end; ++at) {
      const int record_width = static_cast<int>(column[at].kWidth);
      add(column[at].offset, record_width, value_of(column[at]));
    }
  };
  add_column(numbers4_, hint.at4, [&](const Number4& record) {
    return Symbolic(kNoSymbol, record.value, 4);
  });
  add_column(addresses4_, hint.at_address4, [&](const Address4& record) {
    return Symbolic(record.symbol,
                    static_cast<uint64_t>(int64_t{record.addend}), 4);
  });
  add_column(records8_, hint.at8, [&](const Record8& record) {
    return Symbolic(record.symbol, record.value, 8);
  });
  if (others_.empty()) return touching;
  const uint64_t from = offset < kMaxFieldSize ? 0 : offset - kMaxFieldSize;
  auto other = std::lower_bound(
      others_.begin(), others_.end(), from,
      [](const Other& entry, uint64_t value) { return entry.offset < value; });
  for (; other != others_.end() && other->offset < end; ++other) {
    if (other->offset + std::max<uint64_t>(other->width, 1) > offset) {
      add(other->offset, other->width, other->value);
    }
  }
  return touching;
}

RelocValue RelocTable::At(uint64_t offset, RelocHint& hint) const {
  const Touching touching = FindTouching(offset, 1, hint);
  const bool is_told = touching.count == 1 || touching.value.is_bad();
  if (touching.offset == offset && touching.count > 0 && is_told) {
    return touching.value;
  }
  const bool is_none =
      touching.count == 0 && whole_table_error_ == ErrorCode::kOk;
  return is_none ? RelocValue() : OtherField(RelocValue());
}

RelocValue RelocTable::Lookup(uint64_t offset, int width, uint64_t in_place,
                              RelocHint& hint) const {
  RelocValue plain;
  plain.value = in_place;
  plain.width = static_cast<uint8_t>(width);
  const Touching touching = FindTouching(offset, width, hint);
  if (touching.count == 0) {
    // A section of records that could not be read may have one for this datum.
    if (whole_table_error_ != ErrorCode::kOk && width >= 4) {
      RelocValue bad = RelocValue::Bad(whole_table_error_);
      bad.has_record = false;
      return bad;
    }
    return plain;
  }
  RelocValue value = touching.value;
  if (touching.count > 1 && !value.is_bad()) {
    value = OtherField(value);
  }
  if (value.is_bad()) {
    value.width = static_cast<uint8_t>(width);
    return value;
  }
  value.width = static_cast<uint8_t>(width);
  if (touching.offset == offset && touching.width == width) return value;
  // gcc writes a 4-byte R_X86_64_DTPOFF32 for the 8 bytes of DW_OP_const8u: the
  // record supplies the low half, the rest is kept.
  const uint64_t low_half = order_ == ByteOrder::kLittle ? offset : offset + 4;
  if (width == 8 && touching.width == 4 && touching.offset == low_half) {
    const uint64_t rest = in_place & ~uint64_t{UINT32_MAX};
    if (value.is_constant()) {
      value.value |= rest;
      return value;
    }
    if (rest == 0) return value;
  }
  return OtherField(value);
}

}  // namespace dwreloc::internal
