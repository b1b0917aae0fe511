// list_edits.cc - see list_edits.h.
#include "dwreloc_compress/list_edits.h"

#include <dwreloc/dwarf.h>

#include <map>
#include <optional>
#include <span>
#include <utility>

#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {
namespace {

// Both kinds of lists have these numbers (DWARF 5 tables 7.10, 7.30).
static_assert(static_cast<int>(DW_LLE_base_addressx) ==
              static_cast<int>(DW_RLE_base_addressx));
static_assert(static_cast<int>(DW_LLE_startx_endx) ==
              static_cast<int>(DW_RLE_startx_endx));
static_assert(static_cast<int>(DW_LLE_startx_length) ==
              static_cast<int>(DW_RLE_startx_length));
static_assert(static_cast<int>(DW_LLE_offset_pair) ==
              static_cast<int>(DW_RLE_offset_pair));

// About how many bytes an index takes, and an address of the table.
constexpr std::uint64_t kIndexSize = 2;
constexpr std::uint64_t kAddressSize = 32;

class ListPlanner {
 public:
  ListPlanner(AddressUses& uses, ListKind kind)
      : uses_(uses), lists_(uses.lists[static_cast<std::size_t>(kind)]) {}

  std::vector<ListEdit> Plan();

 private:
  struct Base {
    AddressPlace place{};
    std::uint32_t address = ListEdit::kNone;  // unless it is the unit's
  };

  void FindBases();
  std::optional<Base> BaseOf(const List& list,
                             std::span<const ListEntry> entries) const;
  bool Count(const Base& base, std::span<const ListEntry> entries);
  ListEdit Indexed(const ListEntry& entry) const;
  bool IsWorthIt(std::span<const ListEntry> entries) const;

  AddressUses& uses_;
  const Lists& lists_;
  // By unit and section: of the addresses of its attributes the first one.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> bases_;
  std::vector<ListEdit> counted_;  // of the current list
};

void ListPlanner::FindBases() {
  for (const AddressField& field : uses_.fields) {
    const AddressPlace& place = uses_.places[field.address];
    if (place.section == AddressPlace::kNowhere) continue;
    const auto [found, is_new] =
        bases_.try_emplace({field.unit, place.section}, field.address);
    if (!is_new && place.offset < uses_.places[found->second].offset)
      found->second = field.address;
  }
}

std::optional<ListPlanner::Base> ListPlanner::BaseOf(
    const List& list, std::span<const ListEntry> entries) const {
  for (const ListEntry& entry : entries) {
    if (entry.address_count == 0) continue;
    const AddressPlace& place = uses_.places[entry.addresses[0]];
    if (place.section == AddressPlace::kNowhere) return std::nullopt;
    const AddressPlace& unit = uses_.unit_bases[list.unit];
    if (unit.section == place.section) return Base{.place = unit};
    const auto found = bases_.find({list.unit, place.section});
    if (found == bases_.end()) return std::nullopt;
    return Base{.place = uses_.places[found->second], .address = found->second};
  }
  return std::nullopt;
}

// Fills counted_; false if anything cannot be counted from there.
bool ListPlanner::Count(const Base& base, std::span<const ListEntry> entries) {
  counted_.clear();
  std::uint64_t from = 0;    // what pairs count from
  bool is_from_unit = true;  // or from the unit's base
  bool has_base = base.address == ListEdit::kNone;
  const auto offset_of = [&](const ListEntry& entry, unsigned number,
                             std::uint64_t* offset) {
    if (entry.address_count <= number) return false;
    const AddressPlace& place = uses_.places[entry.addresses[number]];
    if (place.section != base.place.section || place.offset < base.place.offset)
      return false;
    *offset = place.offset - base.place.offset;
    return true;
  };
  for (const ListEntry& entry : entries) {
    ListEdit edit = {.offset = entry.offset,
                     .size = entry.size,
                     .code = DW_LLE_offset_pair,
                     .number_count = 2};
    switch (entry.kind) {
      case EntryKind::kBase:
        if (!offset_of(entry, 0, &from)) return false;
        is_from_unit = false;
        edit.code = 0;
        edit.number_count = 0;
        if (!has_base) edit.base = base.address;
        has_base = true;
        counted_.push_back(edit);
        continue;
      case EntryKind::kPair:
        if (is_from_unit) {
          if (base.address != ListEdit::kNone) return false;
          continue;
        }
        edit.numbers = {from + entry.numbers[0], from + entry.numbers[1]};
        break;
      case EntryKind::kStartEnd:
        if (!offset_of(entry, 0, &edit.numbers[0]) ||
            !offset_of(entry, 1, &edit.numbers[1]))
          return false;
        break;
      case EntryKind::kStartLength:
        if (!offset_of(entry, 0, &edit.numbers[0])) return false;
        edit.numbers[1] = edit.numbers[0] + entry.numbers[1];
        break;
      case EntryKind::kUnbounded:
        continue;
      case EntryKind::kIndexed:
      case EntryKind::kOther:
        return false;
    }
    // Nothing that wraps around.
    if (edit.numbers[1] < edit.numbers[0] || edit.numbers[1] > UINT32_MAX)
      return false;
    if (!has_base) edit.base = base.address;
    has_base = true;
    counted_.push_back(edit);
  }
  return true;
}

ListEdit ListPlanner::Indexed(const ListEntry& entry) const {
  ListEdit edit = {.offset = entry.offset,
                   .size = entry.size,
                   .address_count = entry.address_count,
                   .addresses = entry.addresses};
  switch (entry.kind) {
    case EntryKind::kBase:
      edit.code = DW_LLE_base_addressx;
      break;
    case EntryKind::kStartEnd:
      edit.code = DW_LLE_startx_endx;
      break;
    default:
      edit.code = DW_LLE_startx_length;
      edit.number_count = 1;
      edit.numbers[0] = entry.numbers[1];
      break;
  }
  return edit;
}

// Of counted_.
bool ListPlanner::IsWorthIt(std::span<const ListEntry> entries) const {
  std::uint64_t indexed = 0;
  for (const ListEntry& entry : entries) {
    if (entry.address_count != 0) {
      indexed += 1 + kIndexSize * entry.address_count;
      if (entry.kind == EntryKind::kStartLength)
        indexed += UlebSize(entry.numbers[1]);
    } else if (entry.kind == EntryKind::kPair) {
      indexed += entry.size;
    }
    for (unsigned i = 0; i < entry.address_count; ++i) {
      const std::uint32_t address = entry.addresses[i];
      if (uses_.list_uses[address] == uses_.table.UsesOf(address))
        indexed += kAddressSize / uses_.list_uses[address];
    }
  }
  std::uint64_t counted = 0;
  for (const ListEdit& edit : counted_) {
    if (edit.base != ListEdit::kNone) counted += 1 + kIndexSize;
    if (edit.code != 0)
      counted += 1 + UlebSize(edit.numbers[0]) + UlebSize(edit.numbers[1]);
  }
  return counted < indexed;
}

std::vector<ListEdit> ListPlanner::Plan() {
  FindBases();
  std::vector<ListEdit> edits;
  std::vector<std::uint32_t> dropped;
  for (std::size_t i = 0; i < lists_.lists.size(); ++i) {
    const List& list = lists_.lists[i];
    const std::size_t end = i + 1 < lists_.lists.size()
                                ? lists_.lists[i + 1].first_entry
                                : lists_.entries.size();
    const std::span<const ListEntry> entries =
        std::span(lists_.entries)
            .subspan(list.first_entry, end - list.first_entry);
    const std::optional<Base> base =
        list.is_alone ? BaseOf(list, entries) : std::nullopt;
    if (!base || !Count(*base, entries) || !IsWorthIt(entries)) {
      for (const ListEntry& entry : entries)
        if (entry.address_count != 0) edits.push_back(Indexed(entry));
      continue;
    }
    edits.insert(edits.end(), counted_.begin(), counted_.end());
    for (const ListEntry& entry : entries)
      dropped.insert(dropped.end(), entry.addresses.begin(),
                     entry.addresses.begin() + entry.address_count);
  }
  // Afterwards: what is decided does not depend on the order.
  for (const std::uint32_t address : dropped) {
    uses_.table.Drop(address);
    --uses_.list_uses[address];
  }
  for (const ListEdit& edit : edits)
    if (edit.base != ListEdit::kNone) uses_.table.Count(edit.base);
  return edits;
}

}  // namespace

std::vector<ListEdit> PlanLists(AddressUses& uses, ListKind kind) {
  return ListPlanner(uses, kind).Plan();
}

Replacement WriteEdit(const ListEdit& edit, const AddressTable& table) {
  Replacement replacement = {.offset = edit.offset, .size = edit.size};
  std::vector<std::uint8_t>& bytes = replacement.bytes;
  if (edit.base != ListEdit::kNone) {
    bytes.push_back(DW_LLE_base_addressx);
    AppendUleb(bytes, table.IndexOf(edit.base));
  }
  if (edit.code == 0) return replacement;
  bytes.push_back(edit.code);
  for (unsigned i = 0; i < edit.address_count; ++i)
    AppendUleb(bytes, table.IndexOf(edit.addresses[i]));
  for (unsigned i = 0; i < edit.number_count; ++i)
    AppendUleb(bytes, edit.numbers[i]);
  return replacement;
}

}  // namespace dwreloc_tools::compress
