// What range and location lists have in common: entry shapes, base addresses,
// bounds (DWARF 5 2.6.2, 2.17.3, 7.25).
//
// An entry is first read as stored, then cooked: bases are applied, indices
// looked up.  At most one of two addresses that are added may be relocatable;
// otherwise the entry is an error.
// Tested by tests/unit/dwarf/ranges_test.cc and loc_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_LIST_H_
#define LIBDWRELOC_DWARF_LISTS_LIST_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/constants.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/list_place.h"
#include "dwarf/tree/unit.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// DW_RLE_* and DW_LLE_* by meaning.
enum class ListShape : uint8_t {
  kEndOfList,
  kBaseAddressx,
  kStartxEndx,
  kStartxLength,
  kOffsetPair,
  kDefaultLocation,
  kBaseAddress,
  kStartEnd,
  kStartLength,
  kViewPair,
};

// How entries are stored.
enum class ListFormat : uint8_t {
  kPairs,     // .debug_ranges, .debug_loc
  kGnuSplit,  // .debug_loc.dwo of version 4
  kVersion5,  // .debug_rnglists, .debug_loclists
};

// One entry as stored.
struct ListEntry {
  ListShape shape = ListShape::kEndOfList;
  uint16_t kind = 0;  // DW_RLE_* or DW_LLE_*
  uint64_t offset = 0;
  uint64_t size = 0;
  RelocValue first;
  RelocValue second;
  uint64_t expression_offset = 0;  // in the list's section
  uint64_t expression_size = 0;
};

// What an entry bounds, with bases applied and indices looked up.
struct ListBounds {
  RelocValue begin = {};
  RelocValue end = {};
  // All addresses that no other entry bounds; begin and end say nothing.
  bool is_default = false;
  uint64_t expression_offset = 0;  // in the list's section
  uint64_t expression_size = 0;
};

// The same for an entry whose bounds are numbers added to one value, as in most
// entries that compilers write.
struct BoundsFromBase {
  const RelocValue* base = nullptr;  // the reader's; gone with its next entry
  uint64_t begin = 0;
  uint64_t end = 0;
  uint8_t begin_width = 0;  // see RelocValue
  uint64_t expression_offset = 0;
  uint64_t expression_size = 0;
};

// The common part of RangeList and LocationList.  Borrows the unit.  Not to be
// shared between threads.
class ListReader {
 public:
  ListReader() = default;
  ListReader(const Unit& unit, const ListPlace& place);

  const Unit& unit() const { return *unit_; }
  // The unit whose file holds the list: the skeleton, for the range lists of a
  // split unit of version 4.
  const Unit& home() const { return *home_; }
  const SectionView& view() const { return *view_; }
  uint64_t offset() const { return start_; }  // of the list
  uint64_t next_offset() const { return cursor_.offset(); }
  bool is_location_list() const { return is_location_list_; }
  ListFormat format() const {
    if (unit_->encoding().version >= 5) return ListFormat::kVersion5;
    return is_location_list_ && unit_->is_split() ? ListFormat::kGnuSplit
                                                  : ListFormat::kPairs;
  }

  void set_observer(RelocObserver* observer) {
    cursor_.set_observer(observer);
    short_cut_ = ShortCut::kNone;
  }

  // Reads the next entry as stored, including the last one (end of list).
  // Returns false after the last entry or on an error; see status().
  bool NextEntry(ListEntry* entry);

  // Reads the next entry that bounds something; entries that only set the base
  // are applied on the way.  Symbolic bounds count in the file of
  // unit().address_unit().
  bool NextBounded(ListBounds* bounds) {
    BoundsFromBase common;
    if (!NextCommon(&common)) return NextUncommon(bounds);
    Compose(common, bounds);
    return true;
  }
  // NextBounded in two steps.  The first reads common entries of version 5, in
  // registers.  It returns false before any other, and after the end; then it
  // is the other's turn.
  [[gnu::always_inline]] bool NextCommon(BoundsFromBase* bounds);
  bool NextUncommon(ListBounds* bounds);

  bool ok() const { return cursor_.ok() && !is_unknown_kind_; }
  absl::Status status() const;

 private:
  // Which entries are read in registers: only addresses of 8 bytes, as long as
  // nobody observes and nothing but these has a record.
  enum class ShortCut : uint8_t { kNone, kPairs, kVersion5 };

  ShortCut FindShortCut() const;
  static void Compose(const BoundsFromBase& from, ListBounds* bounds);
  // NextCommon for ListFormat::kPairs.
  bool NextCommonPair(BoundsFromBase* bounds);
  // Returns true if the base plus a number differs from it in value and width
  // alone: it is in a section, or a number in the file.
  bool has_common_base() const {
    return base_.kind == RelocKind::kSection ||
           (base_.is_constant() && !base_.has_record);
  }
  bool ReadCode(ListEntry* entry);
  void ReadOldEntry(ListEntry* entry);
  void ReadGnuSplitEntry(ListEntry* entry);
  void ReadOperands(ListEntry* entry);
  void ReadExpression(ListEntry* entry);
  RelocValue AddressOf(const RelocValue& index) const;
  static void DropForeign(RelocValue& value);

  const Unit* unit_ = nullptr;
  const Unit* home_ = nullptr;
  const SectionView* view_ = nullptr;
  RelocCursor cursor_;
  RelocValue base_;
  RelocValue begin_;  // of the last common entry that does not use base_
  uint64_t start_ = 0;
  bool is_location_list_ = false;
  bool is_done_ = false;
  bool is_unknown_kind_ = false;
  // True if the list is in another file than the one in which its bounds count.
  bool is_foreign_ = false;
  ShortCut short_cut_ = ShortCut::kNone;
  uint64_t last_offset_ = 0;  // of the last entry that was begun
};

inline void ListReader::Compose(const BoundsFromBase& from,
                                ListBounds* bounds) {
  bounds->begin = AddNumber(*from.base, from.begin);
  bounds->begin.width = from.begin_width;
  bounds->end = AddNumber(*from.base, from.end);
  bounds->is_default = false;
  bounds->expression_offset = from.expression_offset;
  bounds->expression_size = from.expression_size;
}

inline bool ListReader::NextCommon(BoundsFromBase* bounds) {
  if (short_cut_ != ShortCut::kVersion5 || is_done_) return false;
  // DWARF 5 tables 7.10 and 7.30 agree on the first five codes.
  const uint64_t base_address =
      is_location_list_ ? DW_LLE_base_address : DW_RLE_base_address;
  const uint64_t start_length =
      is_location_list_ ? DW_LLE_start_length : DW_RLE_start_length;
  // What is read here has no byte order: numbers of a byte or LEB128, and
  // addresses that a record supplies.
  auto in = cursor_.ToRegisters<ByteOrder::kLittle>();
  uint64_t entry = in.offset();
  bool is_read = false;
  bool has_new_base = false;
  for (;; entry = in.offset()) {
    uint64_t code;
    if (!in.Read<uint8_t>(&code)) break;
    if (code == DW_LLE_offset_pair) {
      if (!has_common_base() || !in.ReadLongUleb(&bounds->begin) ||
          !in.ReadLongUleb(&bounds->end)) {
        break;
      }
      bounds->base = &base_;
      bounds->begin_width = 0;
    } else if (code == DW_LLE_end_of_list) {
      is_done_ = true;
      entry = in.offset();
      break;
    } else if (code == DW_LLE_view_pair && is_location_list_) {
      if (in.SkipLeb() && in.SkipLeb()) continue;
      break;
    } else if (code == base_address) {
      has_new_base = in.ReadRecord8(&base_);
      if (has_new_base) continue;
      break;
    } else if (code == start_length) {
      has_new_base = in.ReadRecord8(&begin_);
      if (!has_new_base || begin_.kind != RelocKind::kSection ||
          !in.ReadLongUleb(&bounds->end)) {
        break;
      }
      bounds->base = &begin_;
      bounds->begin = 0;
      bounds->begin_width = begin_.width;
    } else {
      break;
    }
    is_read = !is_location_list_ || (in.ReadUleb(&bounds->expression_size) &&
                                     in.SkipBlock(bounds->expression_size,
                                                  &bounds->expression_offset));
    break;
  }
  cursor_.FromRegisters(in, is_read ? in.offset() : entry);
  if (has_new_base) cursor_.GiveHint(home_->hint_for_lists(is_location_list_));
  return is_read;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_LIST_H_
