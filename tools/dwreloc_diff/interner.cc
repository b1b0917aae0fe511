// interner.cc - see interner.h.
#include "dwreloc_diff/interner.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace dwreloc_tools {
namespace {

constexpr std::size_t kBlockSize = 1 << 20;
constexpr std::size_t kFirstSlots = 1 << 12;

std::uint32_t HashOf(std::string_view bytes) {
  const auto hash =
      static_cast<std::uint64_t>(std::hash<std::string_view>()(bytes));
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

Interner::Interner() : slots_(kFirstSlots, 0) {}

std::uint32_t Interner::Id(std::string_view bytes) {
  if (strings_.size() * 2 >= slots_.size()) Grow();
  const std::size_t mask = slots_.size() - 1;
  const std::uint32_t hash = HashOf(bytes);
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t id = slots_[slot] - 1;
    if (hashes_[id] == hash && strings_[id] == bytes) return id;
  }
  if (strings_.size() >= UINT32_MAX - 1)
    throw std::length_error("more different data than 32 bits can count");
  const auto id = static_cast<std::uint32_t>(strings_.size());
  strings_.push_back(Keep(bytes));
  hashes_.push_back(hash);
  slots_[slot] = id + 1;
  return id;
}

std::string_view Interner::Keep(std::string_view bytes) {
  if (bytes.size() > free_size_) {
    const std::size_t size = std::max(bytes.size(), kBlockSize);
    blocks_.push_back(std::make_unique<char[]>(size));
    free_ = blocks_.back().get();
    free_size_ = size;
  }
  const std::string_view kept(free_, bytes.size());
  bytes.copy(free_, bytes.size());
  free_ += bytes.size();
  free_size_ -= bytes.size();
  return kept;
}

void Interner::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t id = 0; id < hashes_.size(); ++id) {
    std::size_t slot = hashes_[id] & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(id) + 1;
  }
}

}  // namespace dwreloc_tools
