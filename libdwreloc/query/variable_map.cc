#include "query/variable_map.h"

#include <algorithm>
#include <tuple>

#include "dwarf/constants.h"
#include "dwarf/lists/expr.h"
#include "query/function_name.h"
#include "query/type_size.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

bool HasLocation(const Die& die) {
  const auto& attributes = die.abbrev->attributes();
  return std::any_of(
      attributes.begin(), attributes.end(),
      [](const AttributeSpec& spec) { return spec.name == DW_AT_location; });
}

bool IsAddress(const Operation& operation) {
  return operation.atom == DW_OP_addr || operation.atom == DW_OP_addrx ||
         operation.atom == DW_OP_GNU_addr_index;
}

// The address that an expression is, plus a constant: LLVM writes the parts of
// a variable that it merged so.  Nothing if it is anything else.
absl::StatusOr<std::optional<RelocValue>> AddressIn(const Attribute& location) {
  const Unit& unit = *location.unit;
  ExpressionReader reader(unit, unit.view(), location.data, location.value);
  Operation operation;
  // What cannot be decoded is no address; who reads the expression is told.
  if (!reader.Next(&operation) || !IsAddress(operation)) return std::nullopt;
  DWRELOC_ASSIGN_OR_RETURN(RelocValue address, OperandValue(&unit, operation));
  if (address.is_bad()) {
    return NoNumber(unit.address_unit().sections().context(), address);
  }
  while (reader.Next(&operation)) {
    if (operation.atom != DW_OP_plus_uconst) return std::nullopt;
    address.value += operation.number;
  }
  if (!reader.ok()) return std::nullopt;
  return address;
}

// Static variables of functions have a number: "count.2".
bool IsNamed(std::string_view symbol, std::string_view name) {
  return symbol.starts_with(name) &&
         (symbol.size() == name.size() || symbol[name.size()] == '.');
}

// How many bytes a variable takes.  One whose last member is an array without
// bounds has more than its type, which its symbol tells, and an array declared
// without bounds has only that.
uint64_t BytesOf(const Die& die, const VariableMap::Beginning& symbol,
                 std::optional<uint64_t> size) {
  if (!size.has_value()) return std::max<uint64_t>(symbol.size, 1);
  if (symbol.size <= *size) return *size;  // none: it is nowhere
  const FunctionName name = FunctionNameOf(die);
  return IsNamed(symbol.name, name.name) ? symbol.size : *size;
}

}  // namespace

class VariableMap::Reader {
 public:
  Reader(VariableMap& map, const Tombstones& tombstones,
         const SymbolAt& symbol_at)
      : map_(map), tombstones_(tombstones), symbol_at_(symbol_at) {}

  void ReadUnit(const Unit& unit) {
    absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
    if (!walk.ok()) return Note(walk.status(), unit, unit.offset());
    Die die;
    uint32_t depth;
    size_t count;
    while (walk->Next(&die, &depth, nullptr, 0, &count) || !walk->ok()) {
      if (!walk->ok()) {
        Note(walk->status(), unit, unit.offset());
        if (!walk->TakeDetour()) break;
      } else if (die.tag == DW_TAG_variable && HasLocation(die)) {
        const absl::Status status = Take(die);
        if (!status.ok()) Note(status, unit, die.offset);
      }
    }
  }

 private:
  void Note(const absl::Status& status, const Unit& unit, uint64_t offset) {
    if (!map_.status_.ok()) return;
    map_.status_ = PlacedStatus(status, unit.section(), offset);
    map_.status_unit_ = &unit;
  }

  absl::Status Take(const Die& die) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> location,
                             FindAttribute(die, DW_AT_location));
    if (!location.has_value() ||
        (location->attribute_class != AttributeClass::kExprloc &&
         location->attribute_class != AttributeClass::kBlock)) {
      return absl::OkStatus();
    }
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<RelocValue> begin,
                             AddressIn(*location));
    if (!begin.has_value() || tombstones_.Contains(*begin)) {
      return absl::OkStatus();
    }
    const TypeSizes::Size size = sizes_.Of(die);
    Add(die, *begin, size.ok() ? *size : std::nullopt);
    return size.status();
  }

  void Add(const Die& die, const RelocValue& begin,
           std::optional<uint64_t> size) {
    RelocValue end = begin;
    end.value += BytesOf(die, symbol_at_(begin), size);
    const auto interval = PlaceInterval::Between(begin, end);
    if (!interval.has_value()) return;
    map_.variables_.push_back({.unit = die.unit,
                               .die = die.offset,
                               .size = size.value_or(0),
                               .interval = *interval,
                               .end_so_far = interval->end});
  }

  VariableMap& map_;
  const Tombstones& tombstones_;
  const SymbolAt& symbol_at_;
  TypeSizes sizes_;
};

VariableMap::VariableMap(const std::vector<const Unit*>& units,
                         const Tombstones& tombstones,
                         const SymbolAt& symbol_at) {
  Reader reader(*this, tombstones, symbol_at);
  for (const Unit* unit : units) reader.ReadUnit(*unit);
  const auto line = [](const Variable& variable) {
    return std::tie(variable.interval.kind, variable.interval.of);
  };
  std::stable_sort(variables_.begin(), variables_.end(),
                   [&line](const Variable& a, const Variable& b) {
                     if (line(a) != line(b)) return line(a) < line(b);
                     return a.interval.begin < b.interval.begin;
                   });
  variables_.shrink_to_fit();
  std::vector<PlaceInterval> intervals;
  intervals.reserve(variables_.size());
  for (size_t i = 0; i < variables_.size(); ++i) {
    PlaceInterval& interval = variables_[i].interval;
    interval.number = static_cast<uint32_t>(i);
    interval.rank = UINT64_MAX - (interval.end - interval.begin);
    if (i > 0 && line(variables_[i - 1]) == line(variables_[i])) {
      variables_[i].end_so_far =
          std::max(interval.end, variables_[i - 1].end_so_far);
    }
    intervals.push_back(interval);
  }
  map_ = PlaceMap(std::move(intervals));
}

VariableMap::Found VariableMap::FoundAt(uint32_t index,
                                        const RelocValue& place) const {
  const Variable& variable = variables_[index];
  return {.unit = variable.unit,
          .die = variable.die,
          .offset = place.value - variable.interval.begin,
          .size = variable.size};
}

std::optional<VariableMap::Found> VariableMap::Find(const RelocValue& place,
                                                    uint32_t number) const {
  const std::optional<uint32_t> best = map_.Find(place);
  if (!best.has_value()) return std::nullopt;
  if (number == 0) return FoundAt(*best, place);
  // All that have it are on the line of the best one, among those that do not
  // begin after the place.
  const PlaceInterval& line = variables_[*best].interval;
  const auto is_on_line = [&line](const Variable& variable) {
    return variable.interval.kind == line.kind &&
           variable.interval.of == line.of;
  };
  uint32_t first = *best;
  while (first > 0 && is_on_line(variables_[first - 1]) &&
         variables_[first - 1].end_so_far > place.value) {
    --first;
  }
  for (uint32_t i = first; i < variables_.size() && is_on_line(variables_[i]) &&
                           variables_[i].interval.begin <= place.value;
       ++i) {
    if (i == *best || variables_[i].interval.end <= place.value) continue;
    if (--number == 0) return FoundAt(i, place);
  }
  return std::nullopt;
}

}  // namespace dwreloc::internal
