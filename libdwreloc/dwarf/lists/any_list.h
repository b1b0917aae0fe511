// The list that an attribute gives, of whatever class: a range list, a location
// list, or the one expression of class exprloc, which is read like a location
// list whose only entry is a default location (DWARF 5 2.6).
// Tested by tests/unit/dwarf/loc_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_ANY_LIST_H_
#define LIBDWRELOC_DWARF_LISTS_ANY_LIST_H_

#include "base/status.h"
#include "dwarf/lists/list.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {

// Borrows the unit.  Not to be shared between threads.
class AnyList {
 public:
  // The locations that an attribute of class loclist or exprloc gives.
  static absl::StatusOr<AnyList> OfLocations(const Attribute& attribute);
  // The ranges that an attribute of class rnglist gives.
  static absl::StatusOr<AnyList> OfRanges(const Attribute& attribute);

  // See ListReader, for all of these.
  bool NextEntry(ListEntry* entry);
  bool NextBounded(ListBounds* bounds) {
    return is_single() ? NextUncommon(bounds) : reader_.NextBounded(bounds);
  }
  bool NextUncommon(ListBounds* bounds) {
    if (!is_single()) return reader_.NextUncommon(bounds);
    if (is_done_) return false;
    is_done_ = true;
    bounds->is_default = true;
    bounds->expression_offset = single_.data;
    bounds->expression_size = single_.value;
    return true;
  }
  [[gnu::always_inline]] bool NextCommon(BoundsFromBase* bounds) {
    return !is_single() && reader_.NextCommon(bounds);
  }
  const Unit& unit() const {
    return is_single() ? *single_.unit : reader_.unit();
  }
  const Unit& home() const {
    return is_single() ? *single_.unit : reader_.home();
  }
  const SectionView& view() const {
    return is_single() ? single_.unit->view() : reader_.view();
  }
  // The list; nullptr: it is a single expression.
  const ListReader* list() const { return is_single() ? nullptr : &reader_; }
  bool ok() const { return is_single() || reader_.ok(); }
  absl::Status status() const {
    return is_single() ? absl::OkStatus() : reader_.status();
  }

 private:
  AnyList(const Unit& unit, const ListPlace& place) : reader_(unit, place) {}
  explicit AnyList(const Attribute& exprloc) : single_(exprloc) {}
  bool is_single() const { return single_.unit != nullptr; }

  ListReader reader_;
  Attribute single_;  // its unit is nullptr if this is a list
  bool is_done_ = false;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_ANY_LIST_H_
