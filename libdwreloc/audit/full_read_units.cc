// The part of the full read that reads units: DIEs, the lists and expressions
// that their attributes refer to, and the lists of skeletons.

#include <algorithm>
#include <span>
#include <vector>

#include "audit/full_read.h"
#include "dwarf/constants.h"
#include "dwarf/lists/expr.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {

namespace {

// Returns true if an expression or a list is to be read, too.
bool RefersToMore(const Attribute& attribute) {
  constexpr auto bit = [](AttributeClass one) {
    return uint32_t{1} << static_cast<unsigned>(one);
  };
  constexpr uint32_t kSuch = bit(AttributeClass::kExprloc) |
                             bit(AttributeClass::kRnglist) |
                             bit(AttributeClass::kLoclist);
  return (bit(attribute.attribute_class) & kSuch) != 0;
}

}  // namespace

void FullReader::ReadDies(const Unit& unit) {
  SetOwner(unit);
  module_.info().Observe(this, unit);
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  Tell(walk.status());
  if (!walk.ok()) return;
  while (ReadSomeDies(*walk)) continue;
}

// Returns false at the end.
//
// A walk with an observer takes three times the instructions of one without,
// and what it tells can be told afterwards as well: an attribute has a record
// if, and only if, an observer would have heard of its value.  Only of a value
// whose width is unknown, and of errors, the walk itself has to tell.
bool FullReader::ReadSomeDies(DieWalk& walk) {
  const DieWalk before = walk;
  const size_t count = walk.NextMany(dies_.data(), dies_.size(),
                                     attributes_.data(), attributes_.size());
  const std::span<const DieEntry> dies(dies_.data(), count);
  size_t attribute_count = 0;
  for (const DieEntry& die : dies) attribute_count += die.attribute_count;
  const auto is_known = [](const Attribute& attribute) {
    return (attribute.flags & kAttributeHasRecord) == 0 || attribute.width != 0;
  };
  if (walk.ok() && attribute_count <= attributes_.size() &&
      std::all_of(attributes_.data(), attributes_.data() + attribute_count,
                  is_known)) {
    ReadOwned(dies, attributes_.data());
    return count > 0;
  }
  walk = before;
  return ReadObserved(walk, std::max<size_t>(count, 1));
}

// Reads that many DIEs.  Returns false at the end.
bool FullReader::ReadObserved(DieWalk& walk, size_t count) {
  walk.set_observer(this);
  Die die;
  uint32_t depth;
  const auto begin = [&](const AttributeSpec& spec) {
    SetOwner(*die.unit, die.offset, spec.name);
  };
  const auto visit = [this](const Attribute& attribute) {
    ReadAttribute(attribute);
  };
  bool goes_on = true;
  for (; count > 0 && goes_on; --count) {
    goes_on = walk.NextObserved(&die, &depth, begin, visit) || !walk.ok();
    Tell(walk.status());
  }
  walk.set_observer(nullptr);
  return goes_on;
}

void FullReader::ReadOwned(std::span<const DieEntry> dies,
                           const Attribute* attributes) {
  const bool hears_attributes = listener_.HearsAttributes();
  for (const DieEntry& entry : dies) {
    for (const Attribute* const end = attributes + entry.attribute_count;
         attributes != end; ++attributes) {
      const Attribute& attribute = *attributes;
      const bool has_record = (attribute.flags & kAttributeHasRecord) != 0;
      const bool is_read = RefersToMore(attribute) || hears_attributes;
      if (!has_record && !is_read) continue;
      SetOwner(*attribute.unit, entry.die.offset, attribute.name);
      if (has_record) {
        OnRelocated({.field = FormName(attribute.form),
                     .section = attribute.unit->section(),
                     .offset = attribute.offset,
                     .width = attribute.width});
      }
      if (is_read) ReadAttribute(attribute);
    }
  }
}

void FullReader::SetOwner(const Unit& unit, uint64_t die, uint16_t attribute) {
  owner_ = Owner{.unit = unit.offset(),
                 .die = die,
                 .section = unit.section(),
                 .attribute = attribute};
}

void FullReader::ReadAttribute(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  listener_.OnAttribute(attribute);
  switch (attribute.attribute_class) {
    case AttributeClass::kExprloc:
      if (!Reads(kDies)) break;
      ReadExpression(unit.encoding(), unit.view(), attribute.data,
                     attribute.value, 0);
      break;
    case AttributeClass::kRnglist: {
      if (!Reads(kLists)) break;
      absl::StatusOr<RangeList> list = RangeList::Of(attribute);
      Tell(list.status());
      if (list.ok()) ReadList(unit, *list);
      break;
    }
    case AttributeClass::kLoclist: {
      if (!Reads(kLists)) break;
      absl::StatusOr<LocationList> list = LocationList::Of(attribute);
      Tell(list.status());
      if (list.ok()) ReadList(unit, *list);
      break;
    }
    default:
      break;
  }
}

bool FullReader::IsUnreadEntry(const SectionView& view, uint64_t offset) {
  // What is to begin behind its section cannot be read.
  if (offset >= view.bytes.size()) {
    return read_.insert(Place(view.index, offset)).second;
  }
  if (entries_ == nullptr || entries_section_ != view.index) {
    entries_section_ = view.index;
    entries_ = &read_entries_[view.index];
  }
  std::vector<bool>& entries = *entries_;
  if (offset >= entries.size()) {
    entries.resize(std::min<size_t>(2 * offset + 64, view.bytes.size()));
  }
  const bool is_unread = !entries[offset];
  entries[offset] = true;
  return is_unread;
}

void FullReader::ReadList(const Unit& unit, ListReader& list) {
  if (!ReadsIndex(list.view().index) || scope_.EndsBefore(list.offset()))
    return;
  list.set_observer(this);
  owner_.list = list.offset();
  ListEntry entry;
  // DIEs may share a list, and gcc lets a list begin inside another one, with
  // the same end: each entry is read once.
  while (IsUnreadEntry(list.view(), list.next_offset())) {
    if (!list.NextEntry(&entry)) Tell(list.status());
    if (!list.ok() || entry.shape == ListShape::kEndOfList) break;
    ReadExpression(unit.encoding(), list.view(), entry.expression_offset,
                   entry.expression_size, 0);
  }
}

// Range lists that only split units refer to: in version 4 (GNU DebugFission)
// all lists from the skeleton's base on that are not yet owned, in version 5
// (gcc 8 to 10) those of its offset table.
void FullReader::ReadSkeletonLists() {
  std::vector<const Unit*> skeletons;
  for (const Unit& unit : module_.info().units()) {
    if (unit.unit_type() == DW_UT_skeleton) ReadListTable(unit);
    if (unit.encoding().version < 5 && !unit.is_split() &&
        unit.bases().gnu_ranges.has_value()) {
      skeletons.push_back(&unit);
    }
  }
  const auto base_of = [](const Unit* unit) {
    const DebugRngListsBase base = *unit->bases().gnu_ranges;
    return Place(base.section, base.value);
  };
  std::stable_sort(
      skeletons.begin(), skeletons.end(),
      [&](const Unit* a, const Unit* b) { return base_of(a) < base_of(b); });
  for (size_t i = 0; i < skeletons.size(); ++i) {
    const Place base = base_of(skeletons[i]);
    const Place next = i + 1 < skeletons.size() ? base_of(skeletons[i + 1])
                                                : Place(base.first + 1, 0);
    ReadListsFrom(*skeletons[i], base,
                  next.first == base.first ? next.second : kNoOffset);
  }
}

void FullReader::ReadListsFrom(const Unit& skeleton, Place base, uint64_t end) {
  const uint64_t entry_size = uint64_t{2} * skeleton.encoding().address_size;
  uint64_t offset = base.second;
  while (offset < end && !scope_.EndsBefore(offset)) {
    absl::StatusOr<RangeList> list =
        RangeList::At(skeleton, {.value = offset, .section = base.first});
    if (!list.ok()) return;
    ReadSkeletonList(skeleton, *list, DW_AT_GNU_ranges_base);
    // If the list of another attribute begins here, nothing was read.
    offset = std::max(list->next_offset(), offset + entry_size);
  }
}

void FullReader::ReadListTable(const Unit& skeleton) {
  for (uint64_t index = 0;; ++index) {
    absl::StatusOr<RangeList> list = RangeList::OfIndex(skeleton, index);
    if (!list.ok()) return;
    ReadSkeletonList(skeleton, *list, DW_AT_rnglists_base);
  }
}

void FullReader::ReadSkeletonList(const Unit& skeleton, ListReader& list,
                                  uint16_t attribute) {
  SetOwner(skeleton, skeleton.first_die(), attribute);
  ReadList(skeleton, list);
}

void FullReader::ReadExpression(Encoding encoding, const SectionView& view,
                                uint64_t offset, uint64_t size, int nesting) {
  // DW_OP_entry_value holds an expression, which holds no more of them in
  // valid files.
  constexpr int kMaxNesting = 8;
  if (nesting > kMaxNesting || size == 0) return;
  ExpressionReader reader(module_.sections(), encoding, view, offset, size);
  reader.set_observer(this);
  Operation operation;
  while (reader.Next(&operation)) {
    if (operation.has_block && HoldsExpression(operation.atom)) {
      ReadExpression(encoding, view, operation.block_offset,
                     operation.block_size, nesting + 1);
    }
  }
  if (!reader.ok()) Tell(reader.status());
}

}  // namespace dwreloc::internal
