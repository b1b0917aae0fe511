#include "placing/resolver.h"

#include <elf.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"

namespace dwreloc::internal {
namespace {

absl::Status Unplaced(ErrorCode code, uint32_t symbol, std::string_view what) {
  return MakeError(ErrorDetail{.code = code, .symbol = symbol},
                   absl::StrCat(ErrorText(code), ": ",
                                absl::string_view(what.data(), what.size())));
}

// The error that an answer other than kPlaced means for the datum.
ErrorCode CodeOf(Answer answer, ErrorCode absent) {
  switch (answer) {
    case Answer::kAbsent:
      return absent;
    case Answer::kFail:
      return ErrorCode::kCallback;
    case Answer::kPlaced:
    case Answer::kUnknown:
      break;
  }
  return ErrorCode::kNeedsRelocation;
}

}  // namespace

Resolver::Resolver(const ElfFile& file, const SymbolTable& symbols)
    : file_(file), symbols_(symbols) {}

// A slot for which this thread is asking.  If there is no answer, because an
// exception ended the question, the slot is reset to unanswered.
class Resolver::Asking {
 public:
  explicit Asking(Slot& slot) : slot_(slot) {
    slot_.asker = std::this_thread::get_id();
  }
  ~Asking() {
    if (is_settled_) return;
    slot_.asker = std::thread::id();
    slot_.state.store(Slot::kUnasked, std::memory_order_release);
    slot_.state.notify_all();
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  void Settle(Answer answer, uint64_t address) {
    is_settled_ = true;
    slot_.asker = std::thread::id();
    Set(slot_, answer, address);
  }

 private:
  Slot& slot_;
  bool is_settled_ = false;
};

template <typename Ask>
absl::StatusOr<Answer> Resolver::Settle(Slot& slot, uint64_t* address,
                                        Ask&& ask) {
  while (true) {
    uint8_t state = slot.state.load(std::memory_order_acquire);
    if (state >= Slot::kAnswered) {
      *address = slot.address;
      return static_cast<Answer>(state - Slot::kAnswered);
    }
    if (state == Slot::kAsking) {
      if (slot.asker.load() == std::this_thread::get_id()) {
        return MakeError(ErrorCode::kRecursion,
                         ErrorText(ErrorCode::kRecursion));
      }
      slot.state.wait(Slot::kAsking, std::memory_order_acquire);
      continue;
    }
    if (!slot.state.compare_exchange_strong(state, Slot::kAsking)) continue;
    Asking asking(slot);
    uint64_t result = 0;
    const Answer answer = ask(&result);
    asking.Settle(answer, result);
  }
}

void Resolver::Set(Slot& slot, Answer answer, uint64_t address) {
  slot.address = address;
  slot.state.store(
      static_cast<uint8_t>(Slot::kAnswered + static_cast<uint8_t>(answer)),
      std::memory_order_release);
  slot.state.notify_all();
}

Resolver::Slot* Resolver::SectionSlot(uint32_t section) const {
  const std::unique_ptr<Slot[]>& slots = section_slots_.Get(
      [this] { return std::make_unique<Slot[]>(file_.section_count()); });
  return section < file_.section_count() ? &slots[section] : nullptr;
}

Resolver::Slot* Resolver::SymbolSlot(uint32_t symbol) const {
  const std::lock_guard lock(symbol_mutex_);
  return FindOrMake(symbol_slots_, symbol);
}

absl::StatusOr<uint64_t> Resolver::SectionAddress(uint32_t section) const {
  Slot* slot = SectionSlot(section);
  if (slot == nullptr) {
    return MakeError(ErrorCode::kBadReloc,
                     absl::StrCat("no section ", section));
  }
  // Never loaded: the value is only an offset in it (.debug_macro of a group).
  if (file_.IsSecondarySection(section)) return uint64_t{0};
  uint64_t address = 0;
  DWRELOC_ASSIGN_OR_RETURN(
      const Answer answer, Settle(*slot, &address, [&](uint64_t* result) {
        if (oracle_ == nullptr) return Answer::kUnknown;
        sections_asked_.fetch_add(1, std::memory_order_relaxed);
        return oracle_->SectionAddress(section, result);
      }));
  if (answer == Answer::kPlaced) return address;
  return Unplaced(CodeOf(answer, ErrorCode::kSectionAbsent), kNoSymbol,
                  absl::StrCat("address of section ", file_.Describe(section)));
}

absl::StatusOr<uint64_t> Resolver::SymbolAddress(uint32_t symbol) const {
  uint64_t address = 0;
  DWRELOC_ASSIGN_OR_RETURN(
      const Answer answer,
      Settle(*SymbolSlot(symbol), &address, [&](uint64_t* result) {
        if (oracle_ == nullptr) return Answer::kUnknown;
        symbols_asked_.fetch_add(1, std::memory_order_relaxed);
        return oracle_->SymbolAddress(symbol, result);
      }));
  if (answer == Answer::kPlaced) return address;
  const std::string_view name = symbols_.Name(symbols_.Get(symbol));
  return Unplaced(CodeOf(answer, ErrorCode::kSymbolAbsent), symbol,
                  absl::StrCat("address of symbol ",
                               absl::string_view(name.data(), name.size())));
}

absl::StatusOr<uint64_t> Resolver::AddressOfAny(uint32_t index) const {
  if (index >= symbols_.count()) {
    return MakeError(ErrorCode::kBadReloc, absl::StrCat("no symbol ", index));
  }
  const Symbol symbol = symbols_.Get(index);
  const CodeAddress start = symbols_.Add(symbol, 0);
  switch (symbols_.Place(index, symbol)) {
    case SymbolPlace::kAbsolute:
    case SymbolPlace::kStatic:
      return start.offset + start.mode;
    case SymbolPlace::kSection: {
      DWRELOC_ASSIGN_OR_RETURN(const uint64_t base,
                               SectionAddress(symbol.section));
      return base + start.offset + start.mode;
    }
    case SymbolPlace::kUndefined:
      return SymbolAddress(index);
    case SymbolPlace::kTls:
    case SymbolPlace::kBad:
      break;
  }
  return MakeError(ErrorCode::kNotNumeric, ErrorText(ErrorCode::kNotNumeric));
}

absl::StatusOr<uint64_t> Resolver::Resolve(const RelocValue& value) const {
  uint64_t base = 0;
  switch (value.kind) {
    case RelocKind::kConstant:
      return value.value;
    case RelocKind::kBad:
      return MakeError(ErrorDetail{.code = value.error,
                                   .reloc_type = value.blamed_type(),
                                   .symbol = value.symbol},
                       ErrorText(value.error));
    case RelocKind::kTls:
      return MakeError(
          ErrorDetail{.code = ErrorCode::kNotNumeric, .symbol = value.symbol},
          "value is an offset in thread-local storage, not an address");
    case RelocKind::kSection: {
      DWRELOC_ASSIGN_OR_RETURN(base, SectionAddress(value.section));
      break;
    }
    case RelocKind::kUndefined: {
      DWRELOC_ASSIGN_OR_RETURN(base, SymbolAddress(value.symbol));
      break;
    }
    case RelocKind::kDifference: {
      DWRELOC_ASSIGN_OR_RETURN(const uint64_t plus, AddressOfAny(value.symbol));
      DWRELOC_ASSIGN_OR_RETURN(const uint64_t minus,
                               AddressOfAny(value.detail));
      base = plus - minus;
      break;
    }
  }
  const uint64_t sum = base + value.value + value.mode();
  if (!file_.is_64()) return ZeroExtend(sum, 4);
  // A datum of 4 bytes in a 64-bit file has to fit what its relocation may
  // store.
  if (value.width == 4 && value.has_record && sum != ZeroExtend(sum, 4) &&
      static_cast<int64_t>(sum) != SignExtend(sum, 4)) {
    return MakeError(
        ErrorDetail{.code = ErrorCode::kRange, .symbol = value.symbol},
        ErrorText(ErrorCode::kRange));
  }
  return sum;
}

void Resolver::SetOracle(PlacementOracle* oracle) {
  oracle_ = oracle;
  Forget();
}

bool Resolver::IsPlaceable(uint32_t section) const {
  return section < file_.section_count() &&
         (file_.Header(section).sh_flags & SHF_ALLOC) != 0;
}

bool Resolver::IsAddress(uint64_t number) const {
  return file_.is_64() || number == ZeroExtend(number, 4) ||
         static_cast<int64_t>(number) == SignExtend(number, 4);
}

uint64_t Resolver::LoadedSize(uint32_t section) const {
  const SectionHeader header = file_.Header(section);
  // .tbss marks where threads' data begin; it takes no memory.
  const bool is_empty =
      header.sh_type == SHT_NOBITS && (header.sh_flags & SHF_TLS) != 0;
  return is_empty ? 0 : header.sh_size;
}

const PlacedSections& Resolver::AllPlaces() const {
  if (const PlacedSections* known = all_places_.Peek(); known != nullptr)
    return *known;
  // Outside of the Lazy, because the oracle may call the resolver again.
  for (uint32_t i = 1; i < file_.section_count(); ++i) {
    if (!IsPlaceable(i)) continue;
    if (GetDetail(SectionAddress(i).status()).code == ErrorCode::kRecursion) {
      static const PlacedSections kNone;
      return kNone;
    }
  }
  return all_places_.Get([this] { return PlacedSections(KnownPlaces()); });
}

std::vector<PlacedSection> Resolver::KnownPlaces() const {
  std::vector<PlacedSection> places;
  if (section_slots_.Peek() == nullptr) return places;
  const std::unique_ptr<Slot[]>& slots = *section_slots_.Peek();
  for (uint32_t i = 1; i < file_.section_count(); ++i) {
    const bool is_placed =
        slots[i].state.load(std::memory_order_acquire) ==
        Slot::kAnswered + static_cast<uint8_t>(Answer::kPlaced);
    if (!is_placed || !IsPlaceable(i)) continue;
    const uint64_t begin = slots[i].address;
    places.push_back(
        {i, file_.is_64() ? begin : ZeroExtend(begin, 4), LoadedSize(i)});
  }
  return places;
}

std::optional<RelocValue> Resolver::Locate(uint64_t address) const {
  if (!IsAddress(address)) return std::nullopt;
  if (!file_.is_64()) address = ZeroExtend(address, 4);
  const PlacedSection* found = AllPlaces().Find(address);
  if (found == nullptr) return std::nullopt;
  if (!file_.is_relocatable()) {
    return RelocValue::Constant(file_.Header(found->section).sh_addr + address -
                                found->begin);
  }
  RelocValue value;
  value.kind = RelocKind::kSection;
  value.section = found->section;
  value.value = address - found->begin;
  value.symbol = kNoSymbol;
  return value;
}

std::optional<uint32_t> Resolver::LinkedSection(uint64_t address) const {
  const PlacedSections& sections = linked_sections_.Get([this] {
    std::vector<PlacedSection> found;
    for (uint32_t i = 1; i < file_.section_count(); ++i) {
      if (IsPlaceable(i)) {
        found.push_back({i, file_.Header(i).sh_addr, LoadedSize(i)});
      }
    }
    return PlacedSections(std::move(found));
  });
  const PlacedSection* const found = sections.Find(address);
  if (found == nullptr) return std::nullopt;
  return found->section;
}

absl::StatusOr<uint64_t> Resolver::AddressOf(const RelocValue& place) const {
  // Of a linked file, what is no number is an error.
  if (file_.is_relocatable() || !place.is_constant()) return Resolve(place);
  const std::optional<uint32_t> section = LinkedSection(place.value);
  if (!section.has_value()) {
    return MakeError(
        ErrorCode::kNotFound,
        absl::StrCat("no section has the address 0x", absl::Hex(place.value)));
  }
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t address, SectionAddress(*section));
  const uint64_t moved =
      address + (place.value - file_.Header(*section).sh_addr);
  return file_.is_64() ? moved : ZeroExtend(moved, 4);
}

std::optional<std::pair<uint32_t, uint32_t>> Resolver::FindOverlap() const {
  return PlacedSections(KnownPlaces()).FindOverlap();
}

void Resolver::PlaceSection(uint32_t section, Answer answer, uint64_t address) {
  all_places_.Reset();
  Slot* slot = SectionSlot(section);
  if (slot != nullptr) Set(*slot, answer, address);
}

void Resolver::PlaceSymbol(uint32_t symbol, uint64_t address) {
  Set(*SymbolSlot(symbol), Answer::kPlaced, address);
}

void Resolver::Forget() {
  all_places_.Reset();
  if (section_slots_.Peek() != nullptr) {
    const std::unique_ptr<Slot[]>& slots = *section_slots_.Peek();
    for (uint32_t i = 0; i < file_.section_count(); ++i) {
      slots[i].state = Slot::kUnasked;
    }
  }
  const std::lock_guard lock(symbol_mutex_);
  symbol_slots_.clear();
}

}  // namespace dwreloc::internal
