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
    if (lines.empty() || lines.back().kind != interval.kind ||
        lines.back().of != interval.of) {
      GoTo(UINT64_MAX);
      open = {};
      lines.push_back({interval.kind, interval.of, map.segments_.size()});
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
  const auto wanted = LineOf(place);
  if (!wanted.has_value()) return std::nullopt;
  const auto line = std::lower_bound(
      lines_.begin(), lines_.end(), *wanted,
      [](const Line& l, const auto& w) { return std::pair(l.kind, l.of) < w; });
  if (line == lines_.end() || std::pair(line->kind, line->of) != *wanted) {
    return std::nullopt;
  }
  const size_t last =
      line + 1 == lines_.end() ? segments_.size() : (line + 1)->first;
  const auto begin =
      segments_.begin() + static_cast<std::ptrdiff_t>(line->first);
  const auto after = std::upper_bound(
      begin, segments_.begin() + static_cast<std::ptrdiff_t>(last), place.value,
      [](uint64_t value, const Segment& s) { return value < s.begin; });
  if (after == begin) return std::nullopt;
  const Segment& segment = *(after - 1);
  if (place.value >= segment.end) return std::nullopt;
  return segment.number;
}

}  // namespace dwreloc::internal
