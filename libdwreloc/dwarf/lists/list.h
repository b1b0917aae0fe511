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

// The common part of RangeList and LocationList.  Borrows the unit.  Not to be
// shared between threads.
class ListReader {
 public:
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

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }

  // Reads the next entry as stored, including the last one (end of list).
  // Returns false after the last entry or on an error; see status().
  bool NextEntry(ListEntry* entry);

  // Reads the next entry that bounds something, as [begin, end); entries that
  // only set the base are applied on the way.  A default location has no
  // bounds: *is_default is set.  Symbolic bounds count in the file of
  // unit().address_unit().
  bool NextBounded(ListEntry* entry, RelocValue* begin, RelocValue* end,
                   bool* is_default);

  bool ok() const { return cursor_.ok() && !is_unknown_kind_; }
  absl::Status status() const;

 private:
  friend class RangeList;
  friend class LocationList;

  void Begin(const Unit& unit, const ListPlace& place);
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
  uint64_t start_ = 0;
  bool is_location_list_ = false;
  bool is_done_ = false;
  bool is_unknown_kind_ = false;
  // True if the list is in another file than the one in which its bounds count.
  bool is_foreign_ = false;
  uint64_t last_offset_ = 0;  // of the last entry that was begun
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_LIST_H_
