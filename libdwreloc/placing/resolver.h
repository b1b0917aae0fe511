// From symbolic values to addresses: asks where things are, and keeps the
// answers.
//
// Explicit places take precedence, then an oracle (the caller's callbacks) is
// asked on first use, once per section or symbol, with no lock held.  Answers
// are kept outside the file's data, and can be forgotten.
// Tested by tests/unit/module/resolver_test.cc.

#ifndef LIBDWRELOC_PLACING_RESOLVER_H_
#define LIBDWRELOC_PLACING_RESOLVER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/symbols.h"
#include "placing/placed_sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

enum class Answer : uint8_t {
  kPlaced = 0,
  kAbsent = 1,
  kUnknown = 2,
  kFail = 3
};

// Knows where things are.  Called from any thread.
class PlacementOracle {
 public:
  virtual Answer SectionAddress(uint32_t section, uint64_t* address) = 0;
  virtual Answer SymbolAddress(uint32_t symbol, uint64_t* address) = 0;

 protected:
  ~PlacementOracle() = default;
};

// Resolve may be called from any thread; the setters need exclusive access.
class Resolver {
 public:
  Resolver(const ElfFile& file, const SymbolTable& symbols);

  // The number a value stands for.
  absl::StatusOr<uint64_t> Resolve(const RelocValue& value) const;

  // nullptr: no oracle.  Forgets all answers and places.
  void SetOracle(PlacementOracle* oracle);
  void PlaceSection(uint32_t section, Answer answer, uint64_t address);
  void PlaceSymbol(uint32_t symbol, uint64_t address);
  // Returns true if a section can be given a place: only a loaded section has
  // an address.  In a linked file, where values are addresses already, its
  // place is where it has been moved to.
  bool IsPlaceable(uint32_t section) const;
  // Returns true if the number is an address of the file's class, zero- or
  // sign-extended.
  bool IsAddress(uint64_t number) const;
  // Returns the place at an address, from the places of all loaded sections;
  // nothing if no section contains it.  In a linked file that is the address
  // before sections were moved.
  std::optional<RelocValue> Locate(uint64_t address) const;
  // The way back: Resolve, and in a linked file the address to which its
  // section has moved what is at a number.
  absl::StatusOr<uint64_t> AddressOf(const RelocValue& place) const;
  // Returns true if any loaded section has an address.
  bool HasPlaces() const { return !AllPlaces().empty(); }
  // Two sections whose places overlap, among those known so far.
  std::optional<std::pair<uint32_t, uint32_t>> FindOverlap() const;
  void Forget();

  uint64_t sections_asked() const { return sections_asked_; }
  uint64_t symbols_asked() const { return symbols_asked_; }

 private:
  // One question and its answer.
  struct Slot {
    static constexpr uint8_t kUnasked = 0;
    static constexpr uint8_t kAsking = 1;
    static constexpr uint8_t kAnswered = 2;  // plus Answer
    std::atomic<uint8_t> state = kUnasked;
    std::atomic<std::thread::id> asker;
    uint64_t address = 0;  // published by state
  };

  class Asking;

  // Returns the answer of a slot, which the first call gets from ask(address).
  template <typename Ask>
  static absl::StatusOr<Answer> Settle(Slot& slot, uint64_t* address,
                                       Ask&& ask);
  static void Set(Slot& slot, Answer answer, uint64_t address);
  Slot* SectionSlot(uint32_t section) const;
  Slot* SymbolSlot(uint32_t symbol) const;
  absl::StatusOr<uint64_t> SectionAddress(uint32_t section) const;
  absl::StatusOr<uint64_t> SymbolAddress(uint32_t symbol) const;
  // Of all loaded sections; asks for those that are not answered yet.
  const PlacedSections& AllPlaces() const;
  std::vector<PlacedSection> KnownPlaces() const;
  // The loaded section of a linked file that has an address, before it moved.
  std::optional<uint32_t> LinkedSection(uint64_t address) const;
  // Size of the section in memory.
  uint64_t LoadedSize(uint32_t section) const;
  // Of a symbol, wherever it is defined.
  absl::StatusOr<uint64_t> AddressOfAny(uint32_t symbol) const;

  const ElfFile& file_;
  const SymbolTable& symbols_;
  PlacementOracle* oracle_ = nullptr;
  // One slot per section, made when the first is needed.
  Lazy<std::unique_ptr<Slot[]>> section_slots_;
  Lazy<PlacedSections> all_places_;
  Lazy<PlacedSections> linked_sections_;  // as they are before they move
  mutable std::mutex symbol_mutex_;  // held to find a slot, never while asking
  mutable HashMap<uint32_t, std::unique_ptr<Slot>> symbol_slots_;
  mutable std::atomic<uint64_t> sections_asked_ = 0;
  mutable std::atomic<uint64_t> symbols_asked_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_RESOLVER_H_
