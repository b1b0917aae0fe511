// item_sets.cc - see item_sets.h.
#include "dwreloc_diff/item_sets.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace dwreloc_tools {
namespace {

using Items = std::vector<Item>;

void Sort(Items& items, Repeats repeats) {
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) {
                     return std::tie(a.key, a.value) < std::tie(b.key, b.value);
                   });
  if (repeats == Repeats::kCount) return;
  items.erase(std::unique(items.begin(), items.end(),
                          [](const Item& a, const Item& b) {
                            return a.key == b.key && a.value == b.value;
                          }),
              items.end());
}

std::size_t EndOfKey(const Items& items, std::size_t from) {
  std::size_t end = from;
  while (end < items.size() && items[end].key == items[from].key) ++end;
  return end;
}

// Leaves what the other range does not have.
Items Without(const Items& items, std::size_t begin, std::size_t end,
              const Items& others, std::size_t other_begin,
              std::size_t other_end) {
  Items left;
  std::size_t other = other_begin;
  for (std::size_t i = begin; i < end; ++i) {
    while (other < other_end && others[other].value < items[i].value) ++other;
    if (other < other_end && others[other].value == items[i].value)
      ++other;
    else
      left.push_back(items[i]);
  }
  return left;
}

}  // namespace

void CompareItems(Context& context, const std::string& section,
                  const std::string& what, Repeats repeats,
                  std::array<std::vector<Item>, 2>& items,
                  const ItemText& text_of) {
  Items& a = items[0];
  Items& b = items[1];
  Sort(a, repeats);
  Sort(b, repeats);
  const auto text = [&](int side, const Item& item) {
    return text_of ? text_of(side, item) : item.text;
  };
  const auto tell = [&](const Items& only_a, const Items& only_b,
                        std::size_t number) {
    if (!context.findings.WantsDifference()) {
      context.findings.AddUntold();
      return;
    }
    Difference difference;
    difference.section = section;
    difference.what = what;
    if (number < only_b.size()) {
      const Item& item = only_b[number];
      difference.path = item.path;
      difference.offset_b = item.offset;
      difference.b = text(1, item);
    }
    if (number < only_a.size()) {
      const Item& item = only_a[number];
      difference.path = item.path;
      difference.offset_a = item.offset;
      difference.a = text(0, item);
    }
    context.findings.Add(std::move(difference));
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool is_in_a =
        i < a.size() && (j == b.size() || a[i].key <= b[j].key);
    const bool is_in_b =
        j < b.size() && (i == a.size() || b[j].key <= a[i].key);
    const std::size_t end_a = is_in_a ? EndOfKey(a, i) : i;
    const std::size_t end_b = is_in_b ? EndOfKey(b, j) : j;
    const Items only_a = Without(a, i, end_a, b, j, end_b);
    const Items only_b = Without(b, j, end_b, a, i, end_a);
    for (std::size_t k = 0; k < std::max(only_a.size(), only_b.size()); ++k)
      tell(only_a, only_b, k);
    i = end_a;
    j = end_b;
  }
}

}  // namespace dwreloc_tools
