#include "dwarf/lists/list_operands.h"

namespace dwreloc::internal {
namespace {

// How one operand is stored, in all versions.
enum class Kind : uint8_t { kNone, kAddress, kIndex, kUleb, kFour };

struct Kinds {
  Kind first;
  Kind second;
};

// DWARF 5 7.25 and 7.29, and GNU's view pair.
Kinds KindsOf(ListShape shape) {
  switch (shape) {
    case ListShape::kEndOfList:
    case ListShape::kDefaultLocation:
      break;
    case ListShape::kBaseAddressx:
      return {Kind::kIndex, Kind::kNone};
    case ListShape::kStartxEndx:
      return {Kind::kIndex, Kind::kIndex};
    case ListShape::kStartxLength:
      return {Kind::kIndex, Kind::kUleb};
    case ListShape::kOffsetPair:
    case ListShape::kViewPair:
      return {Kind::kUleb, Kind::kUleb};
    case ListShape::kBaseAddress:
      return {Kind::kAddress, Kind::kNone};
    case ListShape::kStartEnd:
      return {Kind::kAddress, Kind::kAddress};
    case ListShape::kStartLength:
      return {Kind::kAddress, Kind::kUleb};
  }
  return {Kind::kNone, Kind::kNone};
}

// GNU DebugFission has numbers of 4 bytes for lengths and offsets.
Kind AsFour(Kind kind) { return kind == Kind::kUleb ? Kind::kFour : kind; }

// Collects operands that follow one another.
class Collector {
 public:
  Collector(const ListReader& list, uint64_t offset)
      : cursor_(list.view().bytes, list.view().order, list.view().index,
                offset),
        address_size_(list.unit().encoding().address_size) {}

  void Add(Kind kind, const RelocValue& value) {
    if (kind == Kind::kNone) return;
    RawOperand& operand = Begin(OperandEncoding::kUleb);
    operand.value = value;
    if (kind == Kind::kAddress) {
      operand.encoding = OperandEncoding::kUnsigned;
      operand.role = OperandRole::kAddress;
      cursor_.Skip(address_size_);
    } else if (kind == Kind::kFour) {
      operand.encoding = OperandEncoding::kUnsigned;
      cursor_.Skip(4);
    } else {
      if (kind == Kind::kIndex) operand.role = OperandRole::kAddressIndex;
      cursor_.SkipLeb();
    }
    operand.size = cursor_.offset() - operand.offset;
  }
  // The length of the expression that begins at `end`.
  void AddLength(OperandEncoding encoding, uint64_t end, uint64_t length) {
    RawOperand& operand = Begin(encoding);
    operand.value = RelocValue::Constant(length);
    operand.size = end - operand.offset;
  }

  const ListOperands& found() const { return found_; }

 private:
  RawOperand& Begin(OperandEncoding encoding) {
    RawOperand& operand = found_.operands[found_.count++];
    operand.offset = cursor_.offset();
    operand.encoding = encoding;
    return operand;
  }

  Cursor cursor_;
  const uint8_t address_size_;
  ListOperands found_;
};

ListOperands OperandsOfPair(const ListReader& list, const ListEntry& entry) {
  Collector collector(list, entry.offset);
  if (entry.shape == ListShape::kBaseAddress) {
    const uint8_t size = list.unit().encoding().address_size;
    collector.Add(
        Kind::kAddress,
        RelocValue{.value = ZeroExtend(UINT64_MAX, size), .width = size});
    collector.Add(Kind::kAddress, entry.first);
  } else {
    collector.Add(Kind::kAddress, entry.first);
    collector.Add(Kind::kAddress, entry.second);
  }
  if (entry.expression_offset != 0) {
    collector.AddLength(OperandEncoding::kUnsigned, entry.expression_offset,
                        entry.expression_size);
  }
  return collector.found();
}

}  // namespace

ListOperands OperandsOf(const ListReader& list, const ListEntry& entry) {
  if (list.format() == ListFormat::kPairs) return OperandsOfPair(list, entry);
  const bool is_gnu_split = list.format() == ListFormat::kGnuSplit;
  constexpr uint64_t kCodeSize = 1;
  Collector collector(list, entry.offset + kCodeSize);
  const Kinds kinds = KindsOf(entry.shape);
  collector.Add(is_gnu_split ? AsFour(kinds.first) : kinds.first, entry.first);
  collector.Add(is_gnu_split ? AsFour(kinds.second) : kinds.second,
                entry.second);
  if (entry.expression_offset != 0) {
    collector.AddLength(
        is_gnu_split ? OperandEncoding::kUnsigned : OperandEncoding::kUleb,
        entry.expression_offset, entry.expression_size);
  }
  return collector.found();
}

absl::StatusOr<uint64_t> EndOf(ListReader list) {
  ListEntry entry;
  while (list.NextEntry(&entry)) {
  }
  if (!list.ok()) return list.status();
  return list.next_offset();
}

}  // namespace dwreloc::internal
