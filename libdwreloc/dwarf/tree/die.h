// Debugging information entries: a single one, its relatives, and a walk over
// many (DWARF 5 2.3, 7.5.2).
//
// A Die is a small value; nothing is allocated for it.  DieWalk (die_walk.cc)
// is the way to read a whole unit: one pass, attributes decoded on the way, no
// allocation.
// A Die has the layout of Dwreloc_Die.
// Tested by tests/unit/dwarf/die_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_DIE_H_
#define LIBDWRELOC_DWARF_TREE_DIE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "base/status.h"
#include "dwarf/tree/die_filter.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

// Borrows the unit.
struct Die {
  const Unit* unit = nullptr;
  uint64_t offset = 0;  // in the unit's section
  const Abbrev* abbrev = nullptr;
  uint64_t attributes_offset = 0;
  uint32_t code = 0;
  uint16_t tag = 0;
  bool has_children = false;
  uint8_t reserved = 0;
};

inline void MakeDie(const Unit& unit, uint64_t offset, const Abbrev& abbrev,
                    uint64_t attributes_offset, Die* die) {
  die->unit = &unit;
  die->offset = offset;
  die->abbrev = &abbrev;
  die->attributes_offset = attributes_offset;
  // Code, tag and has_children in one copy.
  static_assert(offsetof(Die, reserved) - offsetof(Die, code) ==
                offsetof(Abbrev, reserved) - offsetof(Abbrev, die_code));
  constexpr size_t kSize = sizeof(Die) - offsetof(Die, code);
  std::memcpy(
      reinterpret_cast<uint8_t*>(die) + offsetof(Die, code),
      reinterpret_cast<const uint8_t*>(&abbrev) + offsetof(Abbrev, die_code),
      kSize);
}

// The error of an abbreviation code that the unit's table does not have.
absl::Status UnknownAbbrev(const Unit& unit, uint64_t offset, uint64_t code);

// The DIE at `offset` of the unit's section; nothing for a null entry.
absl::StatusOr<std::optional<Die>> ReadDie(const Unit& unit, uint64_t offset);
absl::StatusOr<Die> RootDie(const Unit& unit);

// Where DW_AT_sibling points, if that is plausible: a reference within the
// unit.
std::optional<uint64_t> SiblingOffset(const Unit& unit,
                                      const Attribute& sibling);

// Relatives, or nothing.
absl::StatusOr<std::optional<Die>> FirstChild(const Die& die);
absl::StatusOr<std::optional<Die>> NextSibling(const Die& die);
absl::StatusOr<std::optional<Die>> Parent(const Die& die);

// Reads the DIE's attributes in order: at most `capacity` are stored, all are
// counted.
absl::Status ReadAttributes(const Die& die, Attribute* attributes,
                            size_t capacity, size_t* count);
// The attribute of that name, or nothing.
absl::StatusOr<std::optional<Attribute>> FindAttribute(const Die& die,
                                                       uint16_t name);

// The same for several names in one pass, in their order.
absl::Status FindAttributes(const Die& die, std::span<const uint16_t> names,
                            std::optional<Attribute>* found);

// A DIE of several that a walk reads at once.
struct DieEntry {
  Die die;
  uint32_t depth = 0;
  uint32_t attribute_count = 0;
};

// Reads DIEs in the order they are stored.  Not to be shared between threads.
class DieWalk {
 public:
  // All DIEs of the unit.
  static absl::StatusOr<DieWalk> OfUnit(const Unit& unit);
  // The DIE and all DIEs below it.
  static absl::StatusOr<DieWalk> OfSubtree(const Die& die);

  // nullptr: nobody is told from now on.
  void set_observer(RelocObserver* observer) {
    cursor_.set_observer(observer);
    care_ = static_cast<uint8_t>(observer != nullptr ? care_ | kObserved
                                                     : care_ & ~kObserved);
  }

  // Reads the next DIE and its attributes (see ReadAttributes).  Returns false
  // at the end or on an error; see status().  After an error the next call
  // continues where a sibling leads, or reports the end.  With capacity 0
  // values are skipped, not decoded.  Depth and count are not set if nullptr.
  bool Next(Die* die, uint32_t* depth, Attribute* attributes, size_t capacity,
            size_t* count);
  // Reads the next DIEs, up to `capacity`, and their attributes, one DIE's
  // after the other's, as far as there is room for both.  The first one is read
  // in any case, as Next reads it; with attribute_capacity 0 values are
  // skipped.  DIEs before one that cannot be read are returned first.  Returns
  // how many were read; 0 where Next would return false, with what can be read
  // of the bad DIE in *entries.  REQUIRES: capacity > 0.
  size_t NextMany(DieEntry* entries, size_t capacity, Attribute* attributes,
                  size_t attribute_capacity);
  // Reads the next DIE that `wanted` wants, made of the unit's table, without
  // its attributes.  *lowest is the least depth of the DIEs on the way, itself
  // included: what is deeper than that has ended.  Returns false as Next does.
  bool NextOf(const DieFilter& wanted, Die* die, uint32_t* depth,
              uint32_t* lowest);
  // Calls visit(const Attribute&) for each attribute as it is decoded, before
  // the next one is read.
  template <typename Visit>
  bool NextVisiting(Die* die, uint32_t* depth, Visit&& visit) {
    return NextVisiting(
        die, depth, [](const AttributeSpec&) {}, visit);
  }
  // The same for a walk with an observer: calls begin(const AttributeSpec&)
  // before an attribute is read, for which *die is already set, and tells the
  // observer its form as the field.
  template <typename Begin, typename Visit>
  bool NextObserved(Die* die, uint32_t* depth, Begin&& begin, Visit&& visit) {
    return NextVisiting(
        die, depth,
        [&](const AttributeSpec& spec) {
          begin(spec);
          SayField(spec);
        },
        visit);
  }

  // After an error: continues where a sibling leads, as the next call of Next
  // would.  Returns false, and keeps the error, if there is none.
  bool TakeDetour();

  // Where reading continues; after the end of a subtree, the place after it.
  uint64_t offset() const { return cursor_.offset(); }
  const Unit& unit() const { return *constants_.unit; }
  bool ok() const { return error_ == ErrorCode::kOk; }
  absl::Status status() const;
  // After an error: how many attributes come before what cannot be read.
  uint32_t read_before_error() const { return ok() ? 0 : read_before_error_; }

 private:
  // What keeps the next call from NextFast in little endian.
  enum Care : uint8_t {
    kBigEndian = 1,
    kObserved = 2,
    kSubtree = 4,
    kFailed = 8,
  };

  // What stays the same during a walk.
  struct Constants {
    const Unit* unit = nullptr;
    // Where strings are, to be asked for ahead: whoever looks at names would
    // wait for memory, a tenth of a walk.
    const uint8_t* strings = nullptr;
    FormOp last_plain = FormOp::kFixed8;  // see LastPlain in die_walk.cc
  };

  // Next for the section's byte order.
  template <ByteOrder kOrder>
  bool NextFast(Die* die, uint32_t* depth, Attribute* attributes,
                size_t capacity, size_t* count);
  template <ByteOrder kOrder>
  bool NextByEntry(Die* die, uint32_t* depth, Attribute* attributes,
                   size_t capacity, size_t* count);
  // NextMany as long as there are codes that NextCodeFast knows, room, and no
  // errors; may read none.
  template <ByteOrder kOrder>
  size_t NextManyFast(DieEntry* entries, size_t capacity, Attribute* attributes,
                      size_t room);
  bool NextWithCare(Die* die, uint32_t* depth, Attribute* attributes,
                    size_t capacity, size_t* count);
  template <ByteOrder kOrder>
  bool ReadValues(RelocCursor::Registers<kOrder>& at, const AttributeSpec* spec,
                  const AttributeSpec* end, const Die& die,
                  const Constants& constants, Attribute** next, size_t* count);
  template <ByteOrder kOrder>
  bool ReadOrSkipValues(RelocCursor::Registers<kOrder>& at, const Die& die,
                        Attribute* attributes, size_t capacity, size_t* count);
  template <ByteOrder kOrder>
  bool SkipValues(const Die& die, const AttributeSpec* spec, bool all,
                  size_t* count);
  bool DecodeCarefully(const Die& die, const AttributeSpec& spec,
                       Attribute* attribute, size_t* count);
  template <ByteOrder kOrder>
  void PassFast(const DieFilter& wanted, uint32_t* lowest);
  template <typename Begin, typename Visit>
  bool NextVisiting(Die* die, uint32_t* depth, Begin&& begin, Visit&& visit);
  // Next for walks with an observer.
  bool NextSlow(Die* die, uint32_t* depth, Attribute* attributes,
                size_t capacity, size_t* count);
  // Says that the value of an attribute is read next.
  void SayField(const AttributeSpec& spec);
  // Reads codes up to the next DIE.
  bool NextEntry(Die* die, uint32_t* depth);
  // For the DIE at that offset and depth.
  void Fail(ErrorCode error, uint64_t die, uint32_t depth);
  // For an attribute of the DIE that was begun last.
  void Fail(const Attribute& attribute, const Die& die,
            const AttributeSpec& spec);
  // Goes on with the DIE there, as if there had been no error.
  void MoveTo(uint64_t offset, uint32_t depth);

  RelocCursor cursor_;
  Constants constants_;
  const AbbrevTable* abbrevs_ = nullptr;
  uint32_t depth_ = 0;
  uint8_t care_ = 0;
  bool started_ = false;
  ErrorCode error_ = ErrorCode::kOk;
  uint32_t read_before_error_ = 0;
  // The DIE that cannot be read.
  uint64_t error_die_ = 0;
  uint32_t error_depth_ = 0;
  // For the text of an error.
  uint64_t error_offset_ = 0;
  uint64_t error_code_ = 0;  // abbreviation code
  uint16_t error_form_ = 0;
  uint16_t error_name_ = 0;
};

template <typename Begin, typename Visit>
bool DieWalk::NextVisiting(Die* die, uint32_t* depth, Begin&& begin,
                           Visit&& visit) {
  if (!NextEntry(die, depth)) return false;
  const Encoding encoding = constants_.unit->encoding();
  for (const AttributeSpec& spec : die->abbrev->attributes()) {
    Attribute attribute;
    begin(spec);
    if (!DecodeAttribute(cursor_, spec, encoding, &attribute)) {
      Fail(attribute, *die, spec);
      return false;
    }
    attribute.unit = constants_.unit;
    visit(attribute);
  }
  return true;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_DIE_H_
