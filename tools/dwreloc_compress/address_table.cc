// address_table.cc - see address_table.h.
#include "dwreloc_compress/address_table.h"

#include <algorithm>
#include <stdexcept>

#include "dwreloc_compress/hash.h"

namespace dwreloc_tools::compress {

std::size_t AddressTable::Hash::operator()(const AddressKey& key) const {
  return static_cast<std::size_t>(Combine(key.info, key.addend));
}

std::uint32_t AddressTable::Use(const AddressKey& key) {
  const auto [found, is_new] =
      numbers_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
  if (is_new) {
    keys_.push_back(key);
    uses_.push_back(0);
  }
  Count(found->second);
  return found->second;
}

void AddressTable::Count(std::uint32_t number) {
  if (uses_[number]++ == 0) ++size_;
  ++use_count_;
}

void AddressTable::Drop(std::uint32_t number) {
  if (--uses_[number] == 0) --size_;
  --use_count_;
}

void AddressTable::Sort() {
  // Where a ULEB128 number becomes longer.
  constexpr std::size_t kSteps[] = {1 << 7, 1 << 14, 1 << 21};
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < keys_.size(); ++i)
    if (uses_[i] != 0) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return uses_[a] > uses_[b];
  });
  // Among those of one length, neighbours in the file are neighbours here.
  std::size_t begin = 0;
  for (const std::size_t step : kSteps) {
    const std::size_t end = std::min(step, order.size());
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
              order.begin() + static_cast<std::ptrdiff_t>(end));
    begin = end;
  }
  indexes_.resize(keys_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) indexes_[order[i]] = i;
  is_taken_.assign(keys_.size(), false);
}

void AddressTable::Take(const AddressKey& key) {
  const auto found = numbers_.find(key);
  if (found == numbers_.end())
    throw std::runtime_error("an address is not in the table");
  if (is_taken_[found->second] || uses_[found->second] == 0) return;
  is_taken_[found->second] = true;
  ++taken_count_;
}

Section AddressTable::Emit(unsigned offset_size, unsigned address_size,
                           bool is_rela, const NumberWriter& numbers) const {
  const unsigned header = HeaderSize(offset_size);
  Section section;
  section.bytes.resize(header + std::size_t{size()} * address_size);
  section.records.resize(size());
  std::uint8_t* at = section.bytes.data();
  if (offset_size == 8) {
    numbers.Put(at, UINT32_MAX, 4);
    numbers.Put(at + 4, section.bytes.size() - 12, 8);
  } else {
    if (section.bytes.size() > UINT32_MAX)
      throw std::runtime_error(".debug_addr would be too large");
    numbers.Put(at, section.bytes.size() - 4, 4);
  }
  constexpr unsigned kVersion = 5;
  numbers.Put(at + header - 4, kVersion, 2);
  numbers.Put(at + header - 2, address_size, 1);  // and no segment selector
  for (std::uint32_t i = 0; i < keys_.size(); ++i) {
    if (uses_[i] == 0) continue;
    const std::uint64_t offset =
        header + std::uint64_t{indexes_[i]} * address_size;
    RawRecord& record = section.records[indexes_[i]];
    record = {.offset = offset, .info = keys_[i].info};
    if (is_rela)
      record.addend = static_cast<std::int64_t>(keys_[i].addend);
    else
      numbers.Put(at + offset, keys_[i].addend, address_size);
  }
  return section;
}

}  // namespace dwreloc_tools::compress
