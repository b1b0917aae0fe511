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
  for (uint64_t remainder = 0; remainder <= 3; ++remainder) {
    const std::string difference = DifferenceOfPassing(remainder, unit);
    if (!difference.empty()) {
      return difference + ", of remainder " + std::to_string(remainder);
    }
  }
  return "";
}

}  // namespace dwreloc::internal
