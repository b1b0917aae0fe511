#include "support/walks.h"

#include <algorithm>
#include <vector>

#include "dwarf/tree/die.h"

namespace dwreloc::internal {
namespace {

bool IsSame(const Attribute& a, const Attribute& b) {
  return a.unit == b.unit && a.value == b.value && a.offset == b.offset &&
         a.data == b.data && a.symbol == b.symbol && a.name == b.name &&
         a.form == b.form && a.attribute_class == b.attribute_class &&
         a.flags == b.flags && a.width == b.width && a.section == b.section;
}

bool IsSame(const Die& a, const Die& b) {
  return a.unit == b.unit && a.offset == b.offset && a.abbrev == b.abbrev &&
         a.attributes_offset == b.attributes_offset && a.code == b.code &&
         a.tag == b.tag && a.has_children == b.has_children;
}

bool IsSame(const absl::Status& a, const absl::Status& b) {
  return a.code() == b.code() && a.message() == b.message() &&
         GetDetail(a).code == GetDetail(b).code &&
         GetDetail(a).offset == GetDetail(b).offset;
}

std::string DifferenceWithRoomFor(size_t capacity, const Unit& unit) {
  absl::StatusOr<DieWalk> careful = DieWalk::OfUnit(unit);
  absl::StatusOr<DieWalk> fast = DieWalk::OfUnit(unit);
  if (!careful.ok() || !fast.ok()) {
    return careful.ok() == fast.ok() ? "" : "one of them begins";
  }
  std::vector<Attribute> expected;
  std::vector<Attribute> found(capacity);
  Die die;
  Die fast_die;
  uint32_t depth = 0;
  uint32_t fast_depth = 0;
  while (true) {
    expected.clear();
    const bool is_there = careful->NextVisiting(
        &die, &depth,
        [&](const Attribute& attribute) { expected.push_back(attribute); });
    size_t count = 0;
    const bool is_there_fast =
        fast->Next(&fast_die, &fast_depth, found.data(), capacity, &count);
    const std::string place = " at " + std::to_string(fast->offset());
    if (is_there != is_there_fast) return "one of them ends" + place;
    if (expected.size() > capacity && capacity > 1) return "no room" + place;
    if (count != expected.size()) return "number of attributes" + place;
    for (size_t i = 0; i < std::min(count, capacity); ++i) {
      if (!IsSame(found[i], expected[i])) {
        return "attribute " + std::to_string(i) + place;
      }
    }
    if (!IsSame(careful->status(), fast->status())) return "status" + place;
    if (!is_there) {
      if (careful->ok()) return "";
      continue;
    }
    if (!IsSame(die, fast_die) || depth != fast_depth) return "DIE" + place;
    if (careful->offset() != fast->offset()) return "position" + place;
  }
}

std::string DifferenceOfEntry(const DieEntry& entry, const Die& die,
                              uint32_t depth, size_t count) {
  if (entry.attribute_count != count) return "number of attributes";
  // Of a DIE that cannot be read nothing else is told.
  if (count > 0 && !IsSame(entry.die, die)) return "DIE";
  return entry.depth == depth ? "" : "depth";
}

// Reads up to `dies` DIEs at once, with room for so many attributes.
std::string DifferenceOfMany(size_t dies, size_t room, const Unit& unit) {
  absl::StatusOr<DieWalk> careful = DieWalk::OfUnit(unit);
  absl::StatusOr<DieWalk> many = DieWalk::OfUnit(unit);
  if (!careful.ok() || !many.ok()) return "";
  std::vector<DieEntry> entries(dies);
  std::vector<Attribute> attributes(room);
  std::vector<Attribute> expected;
  Die die;
  uint32_t depth = 0;
  while (true) {
    const size_t read =
        many->NextMany(entries.data(), dies, attributes.data(), room);
    if (read > dies) return "more than there is room for";
    size_t next = 0;  // attribute
    for (size_t i = 0; i < std::max<size_t>(read, 1); ++i) {
      expected.clear();
      const bool is_there = careful->NextVisiting(
          &die, &depth,
          [&](const Attribute& attribute) { expected.push_back(attribute); });
      const std::string place = " at " + std::to_string(many->offset());
      if (is_there != (i < read)) return "one of them ends" + place;
      if (!is_there) {
        if (!IsSame(careful->status(), many->status())) return "status" + place;
        if (careful->ok()) return "";
      }
      if (is_there || !expected.empty()) {
        const std::string difference =
            DifferenceOfEntry(entries[i], die, depth, expected.size());
        if (!difference.empty()) return difference + place;
      }
      // Only a DIE alone may have more attributes than there is room for.
      if (expected.size() > room - next && read > 1 && room > 0) {
        return "no room" + place;
      }
      for (size_t j = 0; j < expected.size() && next < room; ++j, ++next) {
        if (!IsSame(attributes[next], expected[j])) {
          return "attribute " + std::to_string(j) + place;
        }
      }
    }
    if (read > 0 && !many->ok()) return "an error too early";
  }
}

// Wants declarations by the remainder of their code.
std::string DifferenceOfPassing(uint64_t remainder, const Unit& unit) {
  absl::StatusOr<DieWalk> careful = DieWalk::OfUnit(unit);
  absl::StatusOr<DieWalk> passing = DieWalk::OfUnit(unit);
  if (!careful.ok() || !passing.ok()) return "";
  constexpr uint64_t kEvery = 3;
  const auto is_wanted = [remainder](const Abbrev& abbrev) {
    return abbrev.code % kEvery == remainder;
  };
  const DieFilter wanted(**unit.abbrevs(), is_wanted);
  Die die;
  Die found;
  uint32_t depth = 0;
  uint32_t found_depth = 0;
  while (true) {
    size_t count = 0;
    uint32_t lowest = UINT32_MAX;
    bool is_there;
    do {
      is_there = careful->Next(&die, &depth, nullptr, 0, &count);
      if (is_there) lowest = std::min(lowest, depth);
    } while (is_there && !is_wanted(*die.abbrev));
    uint32_t found_lowest = 0;
    const bool is_found =
        passing->NextOf(wanted, &found, &found_depth, &found_lowest);
    const std::string place = " at " + std::to_string(passing->offset());
    if (is_there != is_found) return "one of them ends" + place;
    if (!IsSame(careful->status(), passing->status())) return "status" + place;
    if (!is_there) {
      if (careful->ok()) return "";
      continue;
    }
    if (!IsSame(die, found) || depth != found_depth) return "DIE" + place;
    if (lowest != found_lowest) return "lowest depth" + place;
    if (careful->offset() != passing->offset()) return "position" + place;
  }
}

}  // namespace

std::string DifferenceOfWalks(const Unit& unit) {
  constexpr size_t kRoom = 4096;
  for (const size_t capacity : {kRoom, size_t{1}, size_t{0}}) {
    const std::string difference = DifferenceWithRoomFor(capacity, unit);
    if (!difference.empty()) {
      return difference + ", with room for " + std::to_string(capacity);
    }
  }
  for (const size_t dies : {size_t{64}, size_t{3}, size_t{1}}) {
    for (const size_t room : {kRoom, size_t{5}, size_t{1}, size_t{0}}) {
      const std::string difference = DifferenceOfMany(dies, room, unit);
      if (!difference.empty()) {
        return difference + ", " + std::to_string(dies) +
               " DIEs at once with room for " + std::to_string(room);
      }
    }
  }
  for (uint64_t remainder = 0; remainder <= 3; ++remainder) {
    const std::string difference = DifferenceOfPassing(remainder, unit);
    if (!difference.empty()) {
      return difference + ", of remainder " + std::to_string(remainder);
    }
  }
  return "";
}

}  // namespace dwreloc::internal
