// DieWalk: all DIEs of a unit, in one pass.
//
// Readers spend most of their time walking, so it is here twice: NextFast, and
// NextManyFast for several DIEs, read what producers write, with their state in
// registers, and leave the rest, attribute by attribute, to DecodeAttribute;
// walks with an observer use DecodeAttribute for everything.  What a walk might
// have to mind is in one byte, care_, which is asked once per DIE.  The
// switches are by FormOp, not by form, and there is no table in their place: a
// jump to two instructions is the fastest way to read most values.

#include <algorithm>

#include "dwarf/constants.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {
namespace {

template <ByteOrder kOrder>
using Registers = RelocCursor::Registers<kOrder>;

// The last FormOp of those that are plain: numbers of 1 to 8 bytes that have no
// record, and are read without a jump.  Four attributes of five are, and where
// nothing is relocated, nineteen of twenty.
FormOp LastPlain(const RelocCursor& cursor) {
  return cursor.has_no_records()   ? FormOp::kOffset8
         : cursor.has_odd_widths() ? FormOp::kFixed8
                                   : FormOp::kValue2;
}
static_assert(FormOp::kFixed8 < FormOp::kValue1 &&
              FormOp::kValue1 < FormOp::kValue2 &&
              FormOp::kValue8 < FormOp::kOffset8 &&
              FormOp::kOffset8 < FormOp::kFixed16);

// Decodes a value that is not plain (see LastPlain).  Returns false if
// DecodeAttribute is needed; *attribute is then unspecified.
template <ByteOrder kOrder>
[[gnu::always_inline]] inline bool DecodeFast(Registers<kOrder>& at,
                                              const AttributeSpec& spec,
                                              const uint8_t* strings,
                                              Attribute* attribute) {
  // Two of three of these are offsets, of strings as a rule.
  if (spec.op == FormOp::kOffset4 && at.ReadNumber4(strings, &attribute->value))
      [[likely]] {
    attribute->flags |= kAttributeHasRecord;
    return true;
  }
  switch (spec.op) {
    case FormOp::kOffset4:
    case FormOp::kValue4:
      return at.template ReadPlain<uint32_t>(&attribute->value);
    case FormOp::kValue8: {
      RelocValue symbolic;
      if (at.ReadRecord8(&symbolic)) {
        SetValue(symbolic, attribute);
        return true;
      }
      return at.template ReadPlain<uint64_t>(&attribute->value);
    }
    case FormOp::kUleb:
      return !at.has_odd_widths() && at.ReadUleb(&attribute->value);
    case FormOp::kString:
      attribute->value = at.offset();
      return at.ReadString(&attribute->data);
    case FormOp::kBlock1:
      return at.template Read<uint8_t>(&attribute->value) &&
             at.SkipBlock(attribute->value, &attribute->data);
    case FormOp::kBlockUleb:
      return at.ReadUleb(&attribute->value) &&
             at.SkipBlock(attribute->value, &attribute->data);
    case FormOp::kImplicitConst:
      attribute->offset = kNoOffset;
      [[fallthrough]];
    case FormOp::kFlagPresent:
      attribute->value = static_cast<uint64_t>(spec.implicit_const);
      return true;
    default:
      return false;
  }
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
  walk.constants_.unit = &unit;
  walk.abbrevs_ = *table;
  walk.cursor_ = unit.CursorAt(unit.first_die());
  walk.constants_.last_plain = LastPlain(walk.cursor_);
  walk.constants_.strings = unit.sections().StringsInFile(unit.family()).data();
  if (walk.cursor_.order() != ByteOrder::kLittle) walk.care_ |= kBigEndian;
  return walk;
}

absl::StatusOr<DieWalk> DieWalk::OfSubtree(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(DieWalk walk, OfUnit(*die.unit));
  walk.cursor_ = die.unit->CursorAt(die.offset);
  walk.care_ |= kSubtree;
  return walk;
}

bool DieWalk::NextEntry(Die* die, uint32_t* depth) {
  if (!ok() && !TakeDetour()) MoveTo(constants_.unit->end(), depth_);
  while (true) {
    if ((care_ & kSubtree) != 0 && started_ && depth_ == 0) return false;
    if (cursor_.at_end()) {
      // Producers may omit the last null entries; a subtree that is truncated
      // by the unit's end simply ends.
      return false;
    }
    const uint64_t offset = cursor_.offset();
    const uint64_t code = cursor_.Uleb();
    if (code == 0) {
      if (!cursor_.ok()) {
        Fail(ErrorCode::kTruncated, offset, depth_);
        return false;
      }
      // After the end of the root null entries are padding.
      if (depth_ > 0) --depth_;
      continue;
    }
    const Abbrev* abbrev = abbrevs_->Find(code);
    if (abbrev == nullptr) [[unlikely]] {
      Fail(ErrorCode::kBadDwarf, offset, depth_);
      error_code_ = code;
      return false;
    }
    MakeDie(*constants_.unit, offset, *abbrev, cursor_.offset(), die);
    if (depth != nullptr) *depth = depth_;
    depth_ += abbrev->has_children ? 1 : 0;
    started_ = true;
    return true;
  }
}

// Reads the code of the next DIE, which begins at *start and is *depth deep.
// Returns false if NextEntry is needed, from *start on.
template <ByteOrder kOrder>
[[gnu::always_inline]] inline bool NextCodeFast(Registers<kOrder>& at,
                                                uint32_t* depth,
                                                uint64_t* start,
                                                uint64_t* code) {
  *start = at.offset();
  while (at.ReadUleb(code)) {
    if (*code != 0) return true;
    *depth -= *depth > 0 ? 1 : 0;
    *start = at.offset();
  }
  return false;
}

// Skips the values of a DIE from that of `spec` on; `all`: it is the first.
template <ByteOrder kOrder>
bool DieWalk::SkipValues(const Die& die, const AttributeSpec* spec, bool all,
                         size_t* count) {
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  const Abbrev& abbrev = *die.abbrev;
  const AttributeSpec* const end = abbrev.specs + abbrev.count;
  uint64_t ignored;
  if (all && abbrev.fixed_size != Abbrev::kVariableSize &&
      at.SkipBlock(abbrev.fixed_size, &ignored)) {
    spec = end;
  }
  for (; spec != end; ++spec) {
    const uint64_t offset = at.offset();
    if (SkipFast(at, spec->op, spec->width)) continue;
    Attribute scratch;
    cursor_.FromRegisters(at, offset);
    if (!DecodeCarefully(die, *spec, &scratch, count)) return false;
    at = cursor_.ToRegisters<kOrder>();
  }
  cursor_.FromRegisters(at);
  return true;
}

// Reads the values of the specs up to `end`, from *next on, which is then the
// attribute after them; the registers are where they begin.
template <ByteOrder kOrder>
[[gnu::always_inline]] inline bool DieWalk::ReadValues(
    Registers<kOrder>& at, const AttributeSpec* spec, const AttributeSpec* end,
    const Die& die, const Constants& constants, Attribute** next,
    size_t* count) {
  Attribute* attribute = *next;
  for (; spec != end; ++spec, ++attribute) {
    const uint64_t offset = at.offset();
    BeginAttribute(*spec, offset, attribute);
    attribute->unit = constants.unit;
    if (spec->op <= constants.last_plain) [[likely]] {
      // 21 instructions, seven of them stores to the caller's attribute.
      if (at.ReadWidth(spec->width, &attribute->value)) [[likely]]
        continue;
    } else if (DecodeFast(at, *spec, constants.strings, attribute)) {
      continue;
    }
    cursor_.FromRegisters(at, offset);
    if (!DecodeCarefully(die, *spec, attribute, count)) return false;
    at = cursor_.ToRegisters<kOrder>();
  }
  *next = attribute;
  return true;
}

// Reads the values of a DIE that there is room for, and skips the others.
template <ByteOrder kOrder>
[[gnu::always_inline]] inline bool DieWalk::ReadOrSkipValues(
    Registers<kOrder>& at, const Die& die, Attribute* attributes,
    size_t capacity, size_t* count) {
  const Abbrev& abbrev = *die.abbrev;
  const AttributeSpec* const stored =
      abbrev.specs + std::min<size_t>(abbrev.count, capacity);
  if (!ReadValues(at, abbrev.specs, stored, die, constants_, &attributes,
                  count)) {
    return false;
  }
  cursor_.FromRegisters(at);
  if (stored != abbrev.specs + abbrev.count &&
      !SkipValues<kOrder>(die, stored, capacity == 0, count)) {
    return false;
  }
  if (count != nullptr) *count = abbrev.count;
  return true;
}

// An attribute that the fast paths cannot read.
bool DieWalk::DecodeCarefully(const Die& die, const AttributeSpec& spec,
                              Attribute* attribute, size_t* count) {
  if (DecodeAttribute(cursor_, spec, constants_.unit->encoding(), attribute)) {
    attribute->unit = constants_.unit;
    return true;
  }
  Fail(*attribute, die, spec);
  if (count != nullptr) *count = read_before_error_;
  return false;
}

// The next DIE whose code has to be read with care.
template <ByteOrder kOrder>
bool DieWalk::NextByEntry(Die* die, uint32_t* depth, Attribute* attributes,
                          size_t capacity, size_t* count) {
  if (count != nullptr) *count = 0;
  if (!NextEntry(die, depth)) return false;
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  return ReadOrSkipValues(at, *die, attributes, capacity, count);
}

template <ByteOrder kOrder>
[[gnu::always_inline]] inline bool DieWalk::NextFast(Die* die, uint32_t* depth,
                                                     Attribute* attributes,
                                                     size_t capacity,
                                                     size_t* count) {
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  uint64_t start;
  uint64_t code;
  uint32_t die_depth = depth_;
  if (!NextCodeFast(at, &die_depth, &start, &code) ||
      code > abbrevs_->dense_count()) [[unlikely]] {
    depth_ = die_depth;
    cursor_.FromRegisters(at, start);
    return NextByEntry<kOrder>(die, depth, attributes, capacity, count);
  }
  const Abbrev& abbrev = abbrevs_->Dense(code);
  MakeDie(*constants_.unit, start, abbrev, at.offset(), die);
  if (depth != nullptr) *depth = die_depth;
  depth_ = die_depth + (abbrev.has_children ? 1 : 0);
  return ReadOrSkipValues(at, *die, attributes, capacity, count);
}

// What it needs of this object is in locals: for all the compiler knows, each
// store to the caller's memory might change a member.
template <ByteOrder kOrder>
size_t DieWalk::NextManyFast(DieEntry* entries, size_t capacity,
                             Attribute* attributes, size_t room) {
  const Constants constants = constants_;
  const Abbrev* const dense = abbrevs_->dense();
  const uint64_t codes = abbrevs_->dense_count();
  Registers<kOrder> at = cursor_.ToRegisters<kOrder>();
  uint32_t depth = depth_;
  uint64_t start = at.offset();
  DieEntry* entry = entries;
  for (DieEntry* const end = entries + capacity; entry != end; ++entry) {
    uint64_t code;
    if (!NextCodeFast(at, &depth, &start, &code) || code > codes) break;
    const Abbrev& abbrev = dense[code - 1];
    at.Prefetch();
    if (abbrev.count > room) break;
    room -= abbrev.count;
    MakeDie(*constants.unit, start, abbrev, at.offset(), &entry->die);
    entry->depth = depth;
    entry->attribute_count = abbrev.count;
    depth += abbrev.has_children ? 1 : 0;
    if (!ReadValues(at, abbrev.specs, abbrev.specs + abbrev.count, entry->die,
                    constants, &attributes, nullptr)) [[unlikely]] {
      // The next call tells the error.
      MoveTo(start, entry->depth);
      return static_cast<size_t>(entry - entries);
    }
    start = at.offset();
  }
  cursor_.FromRegisters(at, start);
  depth_ = depth;
  return static_cast<size_t>(entry - entries);
}

bool DieWalk::NextSlow(Die* die, uint32_t* depth, Attribute* attributes,
                       size_t capacity, size_t* count) {
  size_t read = 0;
  const bool is_read = NextObserved(
      die, depth, [](const AttributeSpec&) {},
      [&](const Attribute& attribute) {
        if (read < capacity) attributes[read] = attribute;
        ++read;
      });
  if (count != nullptr) *count = read;
  return is_read;
}

bool DieWalk::NextWithCare(Die* die, uint32_t* depth, Attribute* attributes,
                           size_t capacity, size_t* count) {
  if (cursor_.observer() != nullptr) {
    return NextSlow(die, depth, attributes, capacity, count);
  }
  if (care_ == kBigEndian) {
    return NextFast<ByteOrder::kBig>(die, depth, attributes, capacity, count);
  }
  return cursor_.order() == ByteOrder::kLittle
             ? NextByEntry<ByteOrder::kLittle>(die, depth, attributes, capacity,
                                               count)
             : NextByEntry<ByteOrder::kBig>(die, depth, attributes, capacity,
                                            count);
}

bool DieWalk::Next(Die* die, uint32_t* depth, Attribute* attributes,
                   size_t capacity, size_t* count) {
  if (care_ != 0) [[unlikely]]
    return NextWithCare(die, depth, attributes, capacity, count);
  return NextFast<ByteOrder::kLittle>(die, depth, attributes, capacity, count);
}

size_t DieWalk::NextMany(DieEntry* entries, size_t capacity,
                         Attribute* attributes, size_t attribute_capacity) {
  size_t read = 0;
  if (attribute_capacity > 0 && care_ == 0) {
    read = NextManyFast<ByteOrder::kLittle>(entries, capacity, attributes,
                                            attribute_capacity);
  } else if (attribute_capacity > 0 && care_ == kBigEndian) {
    read = NextManyFast<ByteOrder::kBig>(entries, capacity, attributes,
                                         attribute_capacity);
  }
  if (read > 0) return read;
  // A single DIE, or as many as there are without attributes; but an observer
  // is to hear of everything once, and a bad DIE would be read twice.
  if (attribute_capacity > 0 || cursor_.observer() != nullptr) capacity = 1;
  for (; read < capacity; ++read) {
    DieEntry& entry = entries[read];
    size_t count = 0;
    const bool is_read =
        Next(&entry.die, &entry.depth, attributes, attribute_capacity, &count);
    entry.attribute_count = static_cast<uint32_t>(count);
    if (is_read) continue;
    if (read > 0 && !ok()) MoveTo(error_die_, error_depth_);
    break;
  }
  return read;
}

void DieWalk::SayField(const AttributeSpec& spec) {
  uint64_t form = spec.form;
  if (form == DW_FORM_indirect) {
    Cursor ahead = cursor_;
    form = ahead.Uleb();
  }
  cursor_.set_field(FormName(form));
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
  if ((care_ & ~kBigEndian) != 0) return;
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
  Attribute none;
  do {
    if (cursor_.order() == ByteOrder::kLittle) {
      PassFast<ByteOrder::kLittle>(wanted, lowest);
    } else {
      PassFast<ByteOrder::kBig>(wanted, lowest);
    }
    if (!Next(die, depth, &none, 0, nullptr)) return false;
    *lowest = std::min(*lowest, *depth);
  } while (!wanted.Of(*die->abbrev).is_wanted);
  return true;
}

}  // namespace dwreloc::internal
