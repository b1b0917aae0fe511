// string_table.cc - see string_table.h.
#include "dwreloc_compress/string_table.h"

#include <algorithm>

namespace dwreloc_tools::compress {
std::uint64_t EndOf(std::string_view string) {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    end <<= 8;
    if (i < string.size())
      end |= static_cast<unsigned char>(string[string.size() - 1 - i]);
  }
  return end;
}

bool IsBefore(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(
      a.rbegin(), a.rend(), b.rbegin(), b.rend(), [](char x, char y) {
        return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
      });
}

void StringTable::FindTails() {
  uses_.resize(strings_.size());
  hosts_.resize(strings_.size());
  is_host_.assign(strings_.size(), false);
  struct Item {
    std::uint64_t end;
    std::uint32_t string;
  };
  std::vector<Item> items;
  for (std::uint32_t i = 0; i < strings_.size(); ++i) {
    hosts_[i] = i;
    if (uses_[i] != 0) items.push_back({EndOf(strings_[i]), i});
  }
  std::ranges::sort(items, [&](const Item& a, const Item& b) {
    if (a.end != b.end) return a.end < b.end;
    return IsBefore(strings_[a.string], strings_[b.string]);
  });
  // From the last one on, whatever a string ends comes just before it.
  std::uint32_t host = 0;
  bool has_host = false;
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    const std::uint32_t string = item->string;
    if (has_host && strings_[host].ends_with(strings_[string])) {
      hosts_[string] = host;
      is_host_[host] = true;
    } else {
      host = string;
      has_host = true;
    }
  }
}

void StringTable::Place(std::span<const std::uint32_t> order) {
  constexpr std::uint32_t kNoPlace = UINT32_MAX;
  offsets_.assign(strings_.size(), kNoPlace);
  for (const std::uint32_t string : order) {
    if (uses_[string] == 0 || offsets_[string] != kNoPlace) continue;
    const std::uint32_t host = hosts_[string];
    const std::string_view text = strings_[host];
    if (offsets_[host] == kNoPlace) {
      offsets_[host] = static_cast<std::uint32_t>(bytes_.size());
      bytes_.insert(bytes_.end(), text.begin(), text.end());
      bytes_.push_back(0);
    }
    offsets_[string] =
        offsets_[host] +
        static_cast<std::uint32_t>(text.size() - strings_[string].size());
  }
}

}  // namespace dwreloc_tools::compress
