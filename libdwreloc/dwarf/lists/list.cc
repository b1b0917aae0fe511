#include "dwarf/lists/list.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"

namespace dwreloc::internal {
namespace {

// By DW_RLE_* (DWARF 5 table 7.30).
constexpr ListShape kRangeShapes[] = {
    ListShape::kEndOfList,    ListShape::kBaseAddressx, ListShape::kStartxEndx,
    ListShape::kStartxLength, ListShape::kOffsetPair,   ListShape::kBaseAddress,
    ListShape::kStartEnd,     ListShape::kStartLength,
};

// By DW_LLE_* (DWARF 5 table 7.10), and GNU's view pair.
constexpr ListShape kLocationShapes[] = {
    ListShape::kEndOfList,   ListShape::kBaseAddressx,
    ListShape::kStartxEndx,  ListShape::kStartxLength,
    ListShape::kOffsetPair,  ListShape::kDefaultLocation,
    ListShape::kBaseAddress, ListShape::kStartEnd,
    ListShape::kStartLength, ListShape::kViewPair,
};

bool HasExpression(ListShape shape) {
  switch (shape) {
    case ListShape::kEndOfList:
    case ListShape::kBaseAddressx:
    case ListShape::kBaseAddress:
    case ListShape::kViewPair:
      return false;
    default:
      return true;
  }
}

// Returns true if they differ in nothing but value, width and has_record.
bool HaveSameOrigin(const RelocValue& a, const RelocValue& b) {
  return a.kind == b.kind && a.section == b.section && a.symbol == b.symbol &&
         a.detail == b.detail && a.error == b.error;
}

}  // namespace

ListReader::ListReader(const Unit& unit, const ListPlace& place)
    : unit_(&unit),
      home_(place.home),
      view_(place.view),
      cursor_(*place.view, place.offset),
      base_(unit.bases().low_pc),
      start_(place.offset),
      is_location_list_(place.is_location_list),
      is_foreign_(unit.is_split() &&
                  &home_->sections() != &unit.address_unit().sections()),
      short_cut_(FindShortCut()) {
  cursor_.set_field(is_location_list_ ? "location list entry"
                                      : "range list entry");
  cursor_.TakeHint(home_->hint_for_lists(is_location_list_));
}

ListReader::ShortCut ListReader::FindShortCut() const {
  if (unit_->encoding().address_size != sizeof(uint64_t) || is_foreign_ ||
      cursor_.has_odd_widths()) {
    return ShortCut::kNone;
  }
  switch (format()) {
    case ListFormat::kVersion5:
      return ShortCut::kVersion5;
    case ListFormat::kPairs:
      return cursor_.order() == ByteOrder::kLittle ? ShortCut::kPairs
                                                   : ShortCut::kNone;
    default:
      return ShortCut::kNone;
  }
}

RelocValue ListReader::AddressOf(const RelocValue& index) const {
  const absl::StatusOr<RelocValue> address = AddressAt(*unit_, index.value);
  return address.ok() ? *address : BadAddress(address.status(), index.value);
}

// A symbolic value in a file other than the one in which bounds count names
// symbols that callers cannot look up.
void ListReader::DropForeign(RelocValue& value) {
  if (value.is_constant() || value.is_bad()) return;
  value = RelocValue::Bad(ErrorCode::kBadReloc, 0, kNoSymbol,
                          RelocFault::kOtherFile);
}

// .debug_loc.dwo of version 4 (GNU DebugFission): a kind, with the number and
// meaning of version 5's first five, numbers of fixed size, and an expression.
void ListReader::ReadGnuSplitEntry(ListEntry* entry) {
  const uint8_t code = cursor_.U8();
  if (!cursor_.ok()) return;
  entry->kind = code;
  if (code > DW_LLE_offset_pair) {
    is_unknown_kind_ = true;
    return;
  }
  entry->shape = kLocationShapes[code];
  switch (entry->shape) {
    case ListShape::kBaseAddressx:
      entry->first = cursor_.UlebValue();
      break;
    case ListShape::kStartxEndx:
      entry->first = cursor_.UlebValue();
      entry->second = cursor_.UlebValue();
      break;
    case ListShape::kStartxLength:
      entry->first = cursor_.UlebValue();
      entry->second = cursor_.Value(4);
      break;
    case ListShape::kOffsetPair:
      entry->first = cursor_.Value(4);
      entry->second = cursor_.Value(4);
      break;
    default:
      break;
  }
  if (!HasExpression(entry->shape)) return;
  entry->expression_size = cursor_.U16();
  entry->expression_offset = cursor_.offset();
  cursor_.Skip(entry->expression_size);
}

// .debug_ranges and .debug_loc (DWARF 4 2.17.3, 2.6.2): a pair of addresses;
// both are 0 at the end, the first is all ones for a new base.
void ListReader::ReadOldEntry(ListEntry* entry) {
  const Encoding encoding = unit_->encoding();
  entry->first = cursor_.Address(encoding);
  entry->second = cursor_.Address(encoding);
  const uint64_t all_ones = ZeroExtend(UINT64_MAX, encoding.address_size);
  const bool is_constant = entry->first.is_constant();
  if (is_constant && entry->first.value == all_ones) {
    entry->shape = ListShape::kBaseAddress;
    entry->kind = is_location_list_ ? DW_LLE_base_address : DW_RLE_base_address;
    entry->first = entry->second;
    entry->second = RelocValue();
  } else if (is_constant && entry->first.value == 0 &&
             entry->second.is_constant() && entry->second.value == 0) {
    entry->shape = ListShape::kEndOfList;
    entry->kind = DW_RLE_end_of_list;
  } else {
    entry->shape = ListShape::kOffsetPair;
    entry->kind = is_location_list_ ? DW_LLE_offset_pair : DW_RLE_offset_pair;
    if (is_location_list_) {
      entry->expression_size = cursor_.U16();
      entry->expression_offset = cursor_.offset();
      cursor_.Skip(entry->expression_size);
    }
  }
}

bool ListReader::ReadCode(ListEntry* entry) {
  const uint8_t code = cursor_.U8();
  if (!cursor_.ok()) return true;
  entry->kind = code;
  if (is_location_list_) {
    if (code >= std::size(kLocationShapes)) return false;
    entry->shape = kLocationShapes[code];
  } else {
    if (code >= std::size(kRangeShapes)) return false;
    entry->shape = kRangeShapes[code];
  }
  return true;
}

void ListReader::ReadOperands(ListEntry* entry) {
  const Encoding encoding = unit_->encoding();
  const auto number = [this] { return cursor_.UlebValue(); };
  switch (entry->shape) {
    case ListShape::kEndOfList:
    case ListShape::kDefaultLocation:
      break;
    case ListShape::kBaseAddressx:
      entry->first = number();
      break;
    case ListShape::kStartxEndx:
    case ListShape::kStartxLength:
    case ListShape::kOffsetPair:
    case ListShape::kViewPair:
      entry->first = number();
      entry->second = number();
      break;
    case ListShape::kBaseAddress:
      entry->first = cursor_.Address(encoding);
      break;
    case ListShape::kStartEnd:
      entry->first = cursor_.Address(encoding);
      entry->second = cursor_.Address(encoding);
      break;
    case ListShape::kStartLength:
      entry->first = cursor_.Address(encoding);
      entry->second = number();
      break;
  }
}

void ListReader::ReadExpression(ListEntry* entry) {
  if (!is_location_list_ || !HasExpression(entry->shape)) return;
  entry->expression_size = cursor_.Uleb();
  entry->expression_offset = cursor_.offset();
  cursor_.Skip(entry->expression_size);
}

absl::Status ListReader::status() const {
  if (!cursor_.ok() && last_offset_ == cursor_.end()) {
    return MakeError(
        ErrorCode::kTruncated, view_->index, last_offset_,
        absl::StrCat("the list at 0x", absl::Hex(start_), " has no end"));
  }
  if (!cursor_.ok()) return cursor_.status();
  if (!is_unknown_kind_) return absl::OkStatus();
  return MakeError(
      ErrorCode::kBadDwarf, view_->index, last_offset_,
      absl::StrCat("unknown list entry kind ", view_->bytes[last_offset_]));
}

bool ListReader::NextEntry(ListEntry* entry) {
  if (is_done_ || !ok()) return false;
  *entry = ListEntry();
  entry->offset = cursor_.offset();
  last_offset_ = entry->offset;
  if (unit_->encoding().version < 5) {
    if (is_location_list_ && unit_->is_split()) {
      ReadGnuSplitEntry(entry);
    } else {
      ReadOldEntry(entry);
    }
  } else if (ReadCode(entry)) {
    ReadOperands(entry);
    ReadExpression(entry);
  } else {
    is_unknown_kind_ = true;
  }
  if (!ok()) {
    short_cut_ = ShortCut::kNone;
    return false;
  }
  entry->size = cursor_.offset() - entry->offset;
  is_done_ = entry->shape == ListShape::kEndOfList;
  return true;
}

// Both addresses of a pair have records or none.  If they have, they are in one
// section as a rule, and the base, which is then a number, is 0.
bool ListReader::NextCommonPair(BoundsFromBase* bounds) {
  if (short_cut_ != ShortCut::kPairs) return false;
  auto in = cursor_.ToRegisters<ByteOrder::kLittle>();
  const uint64_t entry = in.offset();
  RelocValue end;
  bool is_read = false;
  if (base_.is_constant() && in.ReadRecord8(&begin_)) {
    is_read = begin_.kind == RelocKind::kSection && in.ReadRecord8(&end) &&
              HaveSameOrigin(begin_, end);
    bounds->base = &begin_;
    bounds->begin = base_.value;
    bounds->end = base_.value + (end.value - begin_.value);
  } else if (in.ReadPlain<uint64_t>(&bounds->begin) &&
             in.ReadPlain<uint64_t>(&bounds->end)) {
    if (bounds->begin == 0 && bounds->end == 0) {
      is_done_ = true;
      cursor_.FromRegisters(in);
      return false;
    }
    bounds->base = &base_;
    is_read = has_common_base() && bounds->begin != UINT64_MAX;
  }
  bounds->begin_width = 0;
  is_read =
      is_read &&
      (!is_location_list_ ||
       (in.Read<uint16_t>(&bounds->expression_size) &&
        in.SkipBlock(bounds->expression_size, &bounds->expression_offset)));
  cursor_.FromRegisters(in, is_read ? in.offset() : entry);
  if (is_read && bounds->base == &begin_) {
    cursor_.GiveHint(home_->hint_for_lists(is_location_list_));
  }
  return is_read;
}

bool ListReader::NextUncommon(ListBounds* bounds) {
  if (is_done_) return false;
  BoundsFromBase pair;
  if (NextCommonPair(&pair)) {
    Compose(pair, bounds);
    return true;
  }
  *bounds = {};
  const uint8_t address_size = unit_->encoding().address_size;
  ListEntry entry;
  while (NextEntry(&entry)) {
    if (is_foreign_) [[unlikely]] {
      DropForeign(entry.first);
      DropForeign(entry.second);
    }
    bounds->expression_offset = entry.expression_offset;
    bounds->expression_size = entry.expression_size;
    RelocValue& begin = bounds->begin;
    RelocValue& end = bounds->end;
    switch (entry.shape) {
      case ListShape::kEndOfList:
        return false;
      case ListShape::kBaseAddressx:
        base_ = AddressOf(entry.first);
        continue;
      case ListShape::kBaseAddress:
        base_ = entry.first;
        continue;
      case ListShape::kViewPair:
        continue;
      case ListShape::kDefaultLocation:
        bounds->is_default = true;
        return true;
      case ListShape::kStartxEndx:
        begin = AddressOf(entry.first);
        end = AddressOf(entry.second);
        return true;
      case ListShape::kStartxLength:
        begin = AddressOf(entry.first);
        end = AddRelocatable(begin, entry.second, address_size);
        return true;
      case ListShape::kStartEnd:
        begin = entry.first;
        end = entry.second;
        return true;
      case ListShape::kStartLength:
        begin = entry.first;
        end = AddRelocatable(begin, entry.second, address_size);
        return true;
      case ListShape::kOffsetPair:
        begin = AddRelocatable(base_, entry.first, address_size);
        end = AddRelocatable(base_, entry.second, address_size);
        return true;
    }
  }
  return false;
}

}  // namespace dwreloc::internal
