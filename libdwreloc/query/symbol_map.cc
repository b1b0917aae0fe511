#include "query/symbol_map.h"

#include <elf.h>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace dwreloc::internal {
namespace {

struct NamedPlace {
  uint32_t symbol = 0;
  uint32_t section = 0;
  uint64_t begin = 0;  // an address in linked files, else an offset
  uint64_t size = 0;
  uint8_t rank = 0;  // among symbols of one place

  auto where() const { return std::tie(section, begin); }
};

// $a, $d, $t, $x and the like tell code from data on ARM, AArch64 and RISC-V;
// they name nothing (ELF for the Arm Architecture, "Mapping symbols").
bool IsMappingSymbol(std::string_view name) {
  return name.size() >= 2 && name[0] == '$' &&
         (name.size() == 2 || name[2] == '.' || name[1] == 'x');
}

bool NamesPlace(const Symbol& symbol, std::string_view name) {
  switch (symbol.type) {
    case STT_NOTYPE:
      return !name.empty() && !IsMappingSymbol(name);
    case STT_OBJECT:
    case STT_FUNC:
    case STT_GNU_IFUNC:
      return !name.empty();
    default:
      return false;
  }
}

uint8_t RankOf(const Symbol& symbol) {
  uint8_t rank = 0;
  if (symbol.binding == STB_WEAK) rank = 1;
  if (symbol.binding == STB_GLOBAL || symbol.binding == STB_GNU_UNIQUE) {
    rank = 2;
  }
  if (symbol.type != STT_NOTYPE) rank += 3;
  if (symbol.size != 0) rank += 6;
  return rank;
}

// Of symbols that begin at one place the best comes first.
bool ComesFirst(const NamedPlace& a, const NamedPlace& b) {
  if (a.where() != b.where()) return a.where() < b.where();
  return std::tie(b.rank, a.symbol) < std::tie(a.rank, b.symbol);
}

// Those that name one place one after the other.
std::vector<NamedPlace> AllNamedPlacesOf(const ElfFile& file,
                                         const SymbolTable& symbols) {
  std::vector<NamedPlace> named;
  for (uint32_t i = 1; i < symbols.count(); ++i) {
    const Symbol symbol = symbols.Get(i);
    if (symbol.section >= file.section_count() ||
        (file.Header(symbol.section).sh_flags & SHF_ALLOC) == 0 ||
        !NamesPlace(symbol, symbols.Name(symbol))) {
      continue;
    }
    named.push_back({.symbol = i,
                     .section = symbol.section,
                     .begin = symbols.Add(symbol, 0).offset,
                     .size = symbol.size,
                     .rank = RankOf(symbol)});
  }
  std::sort(named.begin(), named.end(), ComesFirst);
  return named;
}

// The best one of each place.
std::vector<NamedPlace> NamedPlacesOf(const ElfFile& file,
                                      const SymbolTable& symbols) {
  std::vector<NamedPlace> named = AllNamedPlacesOf(file, symbols);
  const auto same = [](const NamedPlace& a, const NamedPlace& b) {
    return a.where() == b.where();
  };
  named.erase(std::unique(named.begin(), named.end(), same), named.end());
  return named;
}

uint64_t EndOfSection(const ElfFile& file, uint32_t section) {
  const SectionHeader header = file.Header(section);
  return file.is_relocatable() ? header.sh_size
                               : header.sh_addr + header.sh_size;
}

}  // namespace

SymbolMap::Places SymbolMap::FindPlaces() const {
  const std::vector<NamedPlace> named = NamedPlacesOf(file_, symbols_);
  Places places;
  std::vector<PlaceInterval> intervals;
  for (size_t i = 0; i < named.size(); ++i) {
    const NamedPlace& place = named[i];
    uint64_t end = place.begin + place.size;
    if (place.size == 0) {
      // A label reaches to the next symbol, or to the end of its section.
      end = i + 1 < named.size() && named[i + 1].section == place.section
                ? named[i + 1].begin
                : EndOfSection(file_, place.section);
    }
    if (end <= place.begin) continue;
    places.symbols.push_back(place.symbol);
    places.begins.push_back(place.begin);
    intervals.push_back(
        {.kind = file_.is_relocatable() ? RelocKind::kSection
                                        : RelocKind::kConstant,
         .of = file_.is_relocatable() ? place.section : 0,
         .begin = place.begin,
         .end = end,
         .number = static_cast<uint32_t>(places.symbols.size() - 1),
         // The later one wins, and one with a size over all labels.
         .rank = (place.size == 0 ? 0 : named.size()) + i});
  }
  places.map = PlaceMap(std::move(intervals));
  return places;
}

std::optional<SymbolMap::Found> SymbolMap::At(const RelocValue& place) const {
  const Places& places = places_.Get([this] { return FindPlaces(); });
  const std::optional<uint32_t> number = places.map.Find(place);
  if (!number.has_value()) return std::nullopt;
  return Found{.symbol = places.symbols[*number],
               .offset = place.value - places.begins[*number]};
}

std::vector<SymbolMap::HashedName> SymbolMap::HashNames() const {
  std::vector<HashedName> names;
  for (uint32_t i = 1; i < symbols_.count(); ++i) {
    const std::string_view name = symbols_.Name(symbols_.Get(i));
    if (!name.empty()) names.push_back({HashOf(name), i});
  }
  names.shrink_to_fit();
  std::sort(names.begin(), names.end());
  return names;
}

uint32_t SymbolMap::HashOf(std::string_view name) {
  return static_cast<uint32_t>(std::hash<std::string_view>()(name));
}

uint32_t SymbolMap::Find(std::string_view name, uint32_t from) const {
  const std::vector<HashedName>& names =
      names_.Get([this] { return HashNames(); });
  const uint32_t hash = HashOf(name);
  for (auto at =
           std::lower_bound(names.begin(), names.end(), HashedName{hash, from});
       at != names.end() && at->hash == hash; ++at) {
    if (symbols_.Name(symbols_.Get(at->symbol)) == name) return at->symbol;
  }
  return kNoSymbol;
}

SymbolMap::Matches SymbolMap::Match(std::string_view name, uint64_t size,
                                    uint32_t section) const {
  Matches matches;
  for (uint32_t at = Find(name, 0); at != kNoSymbol; at = Find(name, at + 1)) {
    const Symbol symbol = symbols_.Get(at);
    if ((size != 0 && symbol.size != size) ||
        (section != kNoSection && symbol.section != section)) {
      continue;
    }
    if (matches.count++ == 0) matches.first = at;
  }
  return matches;
}

std::vector<SymbolMap::Beginning> SymbolMap::FindBeginnings() const {
  std::vector<Beginning> beginnings;
  for (const NamedPlace& place : AllNamedPlacesOf(file_, symbols_)) {
    beginnings.push_back({place.section, place.begin, place.symbol});
  }
  beginnings.shrink_to_fit();
  std::sort(beginnings.begin(), beginnings.end());
  return beginnings;
}

uint32_t SymbolMap::FindAlias(uint32_t symbol, uint32_t from) const {
  const std::vector<Beginning>& all =
      beginnings_.Get([this] { return FindBeginnings(); });
  const Symbol of = symbols_.Get(symbol);
  if (of.section >= file_.section_count()) return kNoSymbol;
  const uint64_t begin = symbols_.Add(of, 0).offset;
  for (auto at = std::lower_bound(all.begin(), all.end(),
                                  Beginning{of.section, begin, from});
       at != all.end() && at->section == of.section && at->begin == begin;
       ++at) {
    if (at->symbol != symbol) return at->symbol;
  }
  return kNoSymbol;
}

}  // namespace dwreloc::internal
