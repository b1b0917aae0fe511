#include "query/place_map.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

namespace dwreloc::internal {
namespace {

// What a place counts from; nothing if code cannot be there.
std::optional<std::pair<RelocKind, uint32_t>> LineOf(const RelocValue& place) {
  switch (place.kind) {
    case RelocKind::kConstant:
      return std::pair(place.kind, uint32_t{0});
    case RelocKind::kSection:
      return std::pair(place.kind, place.section);
    case RelocKind::kUndefined:
      return std::pair(place.kind, place.symbol);
    case RelocKind::kTls:
    case RelocKind::kDifference:
    case RelocKind::kBad:
      break;
  }
  return std::nullopt;
}

constexpr uint64_t KeyOf(RelocKind kind, uint32_t of) {
  return uint64_t{static_cast<uint8_t>(kind)} << 32 | of;
}

// What LineOf says, as a key.  No line has kNoKey.
constexpr uint64_t kNoKey = UINT64_MAX;
uint64_t KeyOf(const RelocValue& place) {
  const auto line = LineOf(place);
  return line.has_value() ? KeyOf(line->first, line->second) : kNoKey;
}

// The last of `count` elements, at least one, that does not begin after
// `value`; else the first.  Without a branch that depends on the elements,
// which could not be predicted.
template <typename T, typename Begin>
const T* LastAtOrBefore(const T* at, size_t count, uint64_t value,
                        Begin begin) {
  while (count > 1) {
    const size_t half = count / 2;
    at = begin(at[half]) <= value ? at + half : at;
    count -= half;
  }
  return at;
}

struct IsBeaten {
  bool operator()(const PlaceInterval* a, const PlaceInterval* b) const {
    return std::tie(a->rank, b->number) < std::tie(b->rank, a->number);
  }
};

}  // namespace

std::optional<PlaceInterval> PlaceInterval::Between(const RelocValue& begin,
                                                    const RelocValue& end) {
  const auto line = LineOf(begin);
  if (!line.has_value() || line != LineOf(end) || begin.value >= end.value) {
    return std::nullopt;
  }
  return PlaceInterval{.kind = line->first,
                       .of = line->second,
                       .begin = begin.value,
                       .end = end.value};
}

// Goes along one line after the other, with the intervals that are open.
struct PlaceMap::Sweep {
  PlaceMap& map;
  std::priority_queue<const PlaceInterval*, std::vector<const PlaceInterval*>,
                      IsBeaten>
      open;
  uint64_t at = 0;

  void Begin(const PlaceInterval& interval) {
    std::vector<Line>& lines = map.lines_;
    const uint64_t key = KeyOf(interval.kind, interval.of);
    if (lines.empty() || lines.back().key != key) {
      GoTo(UINT64_MAX);
      open = {};
      lines.push_back({key, map.segments_.size()});
    }
    GoTo(interval.begin);
    open.push(&interval);
  }

  // Adds the segments up to `until`.
  void GoTo(uint64_t until) {
    while (!open.empty() && (at < until || open.top()->end <= at)) {
      const PlaceInterval& best = *open.top();
      if (best.end <= at) {
        open.pop();
        continue;
      }
      const uint64_t end = std::min(best.end, until);
      Add(end, best.number);
      at = end;
    }
    at = until;
  }

  void Add(uint64_t end, uint32_t number) {
    std::vector<Segment>& segments = map.segments_;
    if (segments.size() > map.lines_.back().first &&
        segments.back().end == at && segments.back().number == number) {
      segments.back().end = end;
    } else {
      segments.push_back({at, end, number});
    }
  }
};

PlaceMap::PlaceMap(std::vector<PlaceInterval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const PlaceInterval& a, const PlaceInterval& b) {
              return std::tie(a.kind, a.of, a.begin) <
                     std::tie(b.kind, b.of, b.begin);
            });
  Sweep sweep{.map = *this, .open = {}};
  for (const PlaceInterval& interval : intervals) sweep.Begin(interval);
  sweep.GoTo(UINT64_MAX);
  segments_.shrink_to_fit();
}

std::optional<uint32_t> PlaceMap::Find(const RelocValue& place) const {
  if (segments_.empty()) return std::nullopt;
  const uint64_t key = KeyOf(place);
  const Line* const line = LastAtOrBefore(lines_.data(), lines_.size(), key,
                                          [](const Line& l) { return l.key; });
  if (line->key != key) return std::nullopt;
  const size_t last = line == &lines_.back() ? segments_.size() : line[1].first;
  if (last == line->first) return std::nullopt;
  const Segment& segment =
      *LastAtOrBefore(segments_.data() + line->first, last - line->first,
                      place.value, [](const Segment& s) { return s.begin; });
  if (place.value < segment.begin || place.value >= segment.end) {
    return std::nullopt;
  }
  return segment.number;
}

}  // namespace dwreloc::internal
