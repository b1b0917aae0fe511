// DieWalk: all DIEs of a unit, in one pass.
//
// Readers spend most of their time walking, so it is here twice: NextFast reads
// what producers write, with its state in registers, and leaves the rest,
// attribute by attribute, to DecodeAttribute; walks with an observer use
// DecodeAttribute for everything.  The switches are by FormOp, not by form, and
// there is no table in their place: a jump to two instructions is the fastest
// way to read most values.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {
namespace {

template <ByteOrder kOrder>
using Registers = RelocCursor::Registers<kOrder>;

// Decodes one value.  Returns false if DecodeAttribute is needed; *attribute is
// then unspecified.  Four attributes of five are numbers that have no record:
// `last_plain` is the last FormOp of these, and they are read without a jump.
template <ByteOrder kOrder>
inline bool DecodeFast(Registers<kOrder>& at, const AttributeSpec& spec,
                       FormOp last_plain, Attribute* attribute) {
  BeginAttribute(spec, at.offset(), attribute);
  uint64_t value = 0;
  uint64_t data = 0;
  if (spec.op <= last_plain) [[likely]] {
    if (!at.ReadWidth(spec.width, &value)) return false;
  } else {
    switch (spec.op) {
      case FormOp::kValue4:
        if (!at.template ReadPlain<uint32_t>(&value)) return false;
        break;
      case FormOp::kValue8: {
        RelocValue symbolic;
        if (at.ReadRecord8(&symbolic)) {
          SetValue(symbolic, attribute);
          value = symbolic.value;
          data = KeepInData(symbolic);
        } else if (!at.template ReadPlain<uint64_t>(&value)) {
          return false;
        }
        break;
      }
      case FormOp::kOffset4:
        if (at.ReadNumber4(&value)) [[likely]] {
          attribute->flags |= kAttributeHasRecord;
        } else if (!at.template ReadPlain<uint32_t>(&value)) {
          return false;
        }
        break;
      case FormOp::kUleb:
        if (at.has_odd_widths() || !at.ReadUleb(&value)) return false;
        break;
      case FormOp::kString:
        value = at.offset();
        if (!at.ReadString(&data)) return false;
        break;
      case FormOp::kBlock1:
        if (!at.template Read<uint8_t>(&value)) return false;
        if (!at.SkipBlock(value, &data)) return false;
        break;
      case FormOp::kBlockUleb:
        if (!at.ReadUleb(&value) || !at.SkipBlock(value, &data)) return false;
        break;
      case FormOp::kImplicitConst:
        attribute->offset = kNoOffset;
        [[fallthrough]];
      case FormOp::kFlagPresent:
        value = static_cast<uint64_t>(spec.implicit_const);
        break;
      default:
        return false;
    }
  }
  attribute->value = value;
  attribute->data = data;
  return true;
}

// Skips a value of an op; `size` bytes, if that says so.  Returns false if
// DecodeAttribute is needed.
template <ByteOrder kOrder>
inline bool SkipFast(Registers<kOrder>& at, FormOp op, uint64_t size) {
  uint64_t ignored;
  switch (op) {
    case FormOp::kUleb:
    case FormOp::kSleb:
      return at.SkipLeb();
    case FormOp::kString:
      return at.ReadString(&ignored);
    case FormOp::kBlock1:
      if (!at.template Read<uint8_t>(&size)) return false;
      break;
    case FormOp::kBlock2:
      if (!at.template Read<uint16_t>(&size)) return false;
      break;
    case FormOp::kBlock4:
      if (!at.template Read<uint32_t>(&size)) return false;
      break;
    case FormOp::kBlockUleb:
      if (!at.ReadUleb(&size)) return false;
      break;
    case FormOp::kUlebValue4:
    case FormOp::kIndirect:
    case FormOp::kUnknown:
      return false;
    default:
      break;
  }
  return at.SkipBlock(size, &ignored);
}

}  // namespace

absl::StatusOr<DieWalk> DieWalk::OfUnit(const Unit& unit) {
  const absl::StatusOr<const AbbrevTable*>& table = unit.abbrevs();
  if (!table.ok()) return table.status();
  DieWalk walk;
  walk.unit_ = &unit;
  walk.abbrevs_ = *table;
  walk.cursor_ = unit.CursorAt(unit.first_die());
  return walk;
}

absl::StatusOr<DieWalk> DieWalk::OfSubtree(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(DieWalk walk, OfUnit(*die.unit));
  walk.cursor_ = die.unit->CursorAt(die.offset);
  walk.is_subtree_ = true;
  return walk;
}

bool DieWalk::NextEntry(Die* die, uint32_t* depth) {
  if (error_ != ErrorCode::kOk && !TakeDetour()) MoveTo(unit_->end());
  while (true) {
    if (is_subtree_ && started_ && depth_ == 0) return false;
    if (cursor_.at_end()) {
      // Producers may omit the last null entries; a subtree that is truncated
      // by the unit's end simply ends.
      return false;
    }
    const uint64_t offset = cursor_.offset();
    const uint64_t code = cursor_.Uleb();
    if (code == 0) {
      if (!cursor_.ok()) {
        error_ = ErrorCode::kTruncated;
        error_die_ = offset;
        error_depth_ = depth_;
        return false;
      }
      // After the end of the root null entries are padding.
      if (depth_ > 0) --depth_;
      continue;
    }
    const Abbrev* abbrev = abbrevs_->Find(code);
    if (abbrev == nullptr) [[unlikely]] {
      error_ = ErrorCode::kBadDwarf;
      error_offset_ = offset;
      error_code_ = code;
      error_die_ = offset;
      error_depth_ = depth_;
      return false;
    }
    MakeDie(*unit_, offset, *abbrev, cursor_.offset(), die);
    *depth = depth_;
    depth_ += abbrev->has_children ? 1 : 0;
    started_ = true;
    return true;
  }
}

// Returns the declaration of the next DIE, which begins at *start, or nullptr
// if NextEntry is needed, from *start on.
template <ByteOrder kOrder>
inline const Abbrev* DieWalk::NextCodeFast(RelocCursor::Registers<kOrder>& at,
                                           uint64_t* start) {
  *start = at.offset();
  if (is_subtree_ || error_ != ErrorCode::kOk) return nullptr;
  uint64_t code;
  while (at.ReadUleb(&code)) {
    if (code != 0) return abbrevs_->FindDense(code);
    if (depth_ > 0) --depth_;
    *start = at.offset();
  }
  return nullptr;
}

template <ByteOrder kOrder>
bool DieWalk::NextFast(Die* die, uint32_t* depth, Attribute* attributes,
                       size_t capacity, size_t* count) {
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  uint64_t start;
  const Abbrev* abbrev = NextCodeFast(at, &start);
  if (abbrev != nullptr) [[likely]] {
    MakeDie(*unit_, start, *abbrev, at.offset(), die);
    *depth = depth_;
    depth_ += abbrev->has_children ? 1 : 0;
  } else {
    *count = 0;
    cursor_.FromRegisters(at, start);
    if (!NextEntry(die, depth)) return false;
    abbrev = die->abbrev;
    at = cursor_.ToRegisters<kOrder>();
  }
  const Unit* const unit = unit_;
  const AttributeSpec* spec = abbrev->specs;
  const AttributeSpec* const end = spec + abbrev->count;
  // An attribute that the fast paths cannot read.
  const auto decode_carefully = [&](uint64_t offset, Attribute* attribute) {
    cursor_.FromRegisters(at, offset);
    if (!DecodeAttribute(cursor_, *spec, unit->encoding(), attribute)) {
      *count = static_cast<size_t>(spec - abbrev->specs);
      Fail(*attribute, *die, *depth);
      return false;
    }
    attribute->unit = unit;
    at = cursor_.ToRegisters<kOrder>();
    return true;
  };
  const FormOp last_plain =
      at.has_odd_widths() ? FormOp::kFixed8 : FormOp::kValue2;
  const AttributeSpec* const stored =
      spec + std::min<size_t>(abbrev->count, capacity);
  for (Attribute* attribute = attributes; spec != stored; ++spec, ++attribute) {
    const uint64_t offset = at.offset();
    if (DecodeFast(at, *spec, last_plain, attribute)) [[likely]] {
      attribute->unit = unit;
    } else if (!decode_carefully(offset, attribute)) {
      return false;
    }
  }
  if (stored != end) [[unlikely]] {
    uint64_t ignored;
    if (capacity == 0 && abbrev->fixed_size != Abbrev::kVariableSize &&
        at.SkipBlock(abbrev->fixed_size, &ignored)) {
      spec = end;
    }
    for (; spec != end; ++spec) {
      const uint64_t offset = at.offset();
      Attribute scratch;
      if (!SkipFast(at, spec->op, spec->width) &&
          !decode_carefully(offset, &scratch)) {
        return false;
      }
    }
  }
  cursor_.FromRegisters(at);
  *count = abbrev->count;
  return true;
}

bool DieWalk::NextSlow(Die* die, uint32_t* depth, Attribute* attributes,
                       size_t capacity, size_t* count) {
  *count = 0;
  return NextObserved(
      die, depth, [](const AttributeSpec&) {},
      [&](const Attribute& attribute) {
        if (*count < capacity) attributes[*count] = attribute;
        ++*count;
      });
}

void DieWalk::SayField(const AttributeSpec& spec) {
  uint64_t form = spec.form;
  if (form == DW_FORM_indirect) {
    Cursor ahead = cursor_;
    form = ahead.Uleb();
  }
  cursor_.set_field(FormName(form));
}

bool DieWalk::Next(Die* die, uint32_t* depth, Attribute* attributes,
                   size_t capacity, size_t* count) {
  if (cursor_.observer() != nullptr) [[unlikely]] {
    return NextSlow(die, depth, attributes, capacity, count);
  }
  return cursor_.order() == ByteOrder::kLittle
             ? NextFast<ByteOrder::kLittle>(die, depth, attributes, capacity,
                                            count)
             : NextFast<ByteOrder::kBig>(die, depth, attributes, capacity,
                                         count);
}

// Passes the values of a DIE.  Returns false if DecodeAttribute is needed.
template <ByteOrder kOrder>
inline bool PassValues(RelocCursor::Registers<kOrder>& at,
                       const DieFilter::Step* step) {
  for (;; ++step) {
    uint64_t ignored;
    if (!at.SkipBlock(step->size, &ignored)) return false;
    if (step->then == DieFilter::kEnd) return true;
    if (!SkipFast(at, step->then, 0)) return false;
  }
}

// Goes on to a DIE that is wanted, or that has to be read with care.
template <ByteOrder kOrder>
void DieWalk::PassFast(const DieFilter& wanted, uint32_t* lowest) {
  if (is_subtree_ || error_ != ErrorCode::kOk ||
      cursor_.observer() != nullptr) {
    return;
  }
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  uint32_t depth = depth_;
  uint32_t least = *lowest;
  const uint64_t codes = abbrevs_->dense_count();
  uint64_t start = at.offset();
  uint64_t code;
  for (; at.ReadUleb(&code); start = at.offset()) {
    if (code == 0) {
      // After the end of the root null entries are padding.
      depth -= depth > 0 ? 1 : 0;
      least = std::min(least, depth);
      continue;
    }
    if (code > codes) break;
    const DieFilter::Entry& entry = wanted.OfDense(code);
    if (entry.is_wanted || !PassValues(at, wanted.Steps(entry))) break;
    depth += entry.has_children ? 1 : 0;
  }
  cursor_.FromRegisters(at, start);
  depth_ = depth;
  *lowest = least;
}

bool DieWalk::NextOf(const DieFilter& wanted, Die* die, uint32_t* depth,
                     uint32_t* lowest) {
  *lowest = depth_;  // of the next DIE, unless null entries come first
  size_t count;
  do {
    if (cursor_.order() == ByteOrder::kLittle) {
      PassFast<ByteOrder::kLittle>(wanted, lowest);
    } else {
      PassFast<ByteOrder::kBig>(wanted, lowest);
    }
    if (!Next(die, depth, nullptr, 0, &count)) return false;
    *lowest = std::min(*lowest, *depth);
  } while (!wanted.Of(*die->abbrev).is_wanted);
  return true;
}

void DieWalk::MoveTo(uint64_t offset) {
  RelocObserver* const observer = cursor_.observer();
  cursor_ = unit_->CursorAt(offset);
  cursor_.set_observer(observer);
  error_ = ErrorCode::kOk;
}

bool DieWalk::TakeDetour() {
  const Detour* detour = unit_->detours().Find(error_die_);
  if (detour == nullptr || detour->up > error_depth_) return false;
  MoveTo(detour->to);
  depth_ = error_depth_ - detour->up;
  return true;
}

void DieWalk::Fail(const Attribute& attribute, const Die& die, uint32_t depth) {
  error_ = cursor_.ok() ? ErrorCode::kUnsupported : ErrorCode::kTruncated;
  error_die_ = die.offset;
  error_depth_ = depth;
  error_offset_ = attribute.offset;
  error_form_ = attribute.form;
  error_name_ = attribute.name;
}

absl::Status DieWalk::status() const {
  if (error_ == ErrorCode::kOk) return absl::OkStatus();
  if (!cursor_.ok()) return cursor_.status();
  if (error_ == ErrorCode::kBadDwarf) {
    return UnknownAbbrev(*unit_, error_offset_, error_code_);
  }
  Attribute attribute;
  attribute.offset = error_offset_;
  attribute.form = error_form_;
  attribute.name = error_name_;
  return FormError(cursor_, attribute);
}

}  // namespace dwreloc::internal
