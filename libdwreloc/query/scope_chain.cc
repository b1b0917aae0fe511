#include "query/scope_chain.h"

#include <algorithm>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/die_at.h"
#include "query/code_ranges.h"
#include "query/questions.h"
#include "query/split_error.h"

namespace dwreloc::internal {
namespace {

bool IsFunction(uint16_t tag) {
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

// DWARF 5 3.5 to 3.8.
bool IsBlock(uint16_t tag) {
  return tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
         tag == DW_TAG_catch_block || tag == DW_TAG_with_stmt;
}

// The byte at a place.
std::optional<PlaceInterval> ByteAt(const RelocValue& place) {
  RelocValue after = place;
  ++after.value;
  return PlaceInterval::Between(place, after);
}

bool Contains(const CodeRanges& ranges,
              const std::optional<PlaceInterval>& byte) {
  return byte.has_value() &&
         std::any_of(ranges.intervals.begin(), ranges.intervals.end(),
                     [&byte](const PlaceInterval& interval) {
                       return interval.kind == byte->kind &&
                              interval.of == byte->of &&
                              interval.begin <= byte->begin &&
                              byte->begin < interval.end;
                     });
}

// The child of `owner` that is, or is around, the DIE at `offset`.
absl::StatusOr<std::optional<Die>> ChildTowards(const Die& owner,
                                                uint64_t offset) {
  DWRELOC_ASSIGN_OR_RETURN(std::optional<Die> child, FirstChild(owner));
  while (child.has_value() && child->offset < offset) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> next,
                             NextSibling(*child));
    if (!next.has_value() || next->offset > offset) return child;
    child = next;
  }
  return child;
}

absl::StatusOr<std::optional<Die>> OwnerBySiblings(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(Die owner, RootDie(*die.unit));
  if (die.offset == owner.offset) return std::nullopt;
  for (;;) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> child,
                             ChildTowards(owner, die.offset));
    if (child.has_value() && child->offset == die.offset) return owner;
    if (!child.has_value() || child->offset > die.offset) {
      return MakeError(ErrorCode::kNotFound, die.unit->section(), die.offset,
                       "no DIE begins there");
    }
    owner = *child;
  }
}

}  // namespace

absl::StatusOr<std::optional<Die>> OwnerOf(const Die& die) {
  const absl::StatusOr<std::optional<Die>> owner = OwnerBySiblings(die);
  // A walk finds ways around DIEs that cannot be read.
  return owner.ok() ? owner : Parent(die);
}

// Finds the innermost scope below the outermost function of the place.
class ScopeChain::Finder {
 public:
  // `function` is the offset of the innermost function.
  Finder(const Tombstones& tombstones, const RelocValue& place,
         uint64_t function)
      : tombstones_(tombstones), byte_(ByteAt(place)), function_(function) {}

  absl::Status Find(const Die& outermost, ScopeChain& chain) {
    DWRELOC_ASSIGN_OR_RETURN(DieWalk walk, DieWalk::OfSubtree(outermost));
    Die die;
    uint32_t depth;
    size_t count;
    absl::Status lost;
    while (walk.Next(&die, &depth, nullptr, 0, &count) || !walk.ok()) {
      if (!walk.ok()) {
        lost = walk.status();
        if (!walk.TakeDetour()) break;
        continue;
      }
      path_.resize(depth);
      path_.push_back(die.offset);
      if (!Enter(die, depth, chain)) break;
    }
    if (best_.empty()) {
      if (!lost.ok()) return lost;
      return MakeError(ErrorCode::kNotFound, outermost.unit->section(),
                       function_, "no DIE begins there");
    }
    chain.kept_count_ = std::min(best_.size(), kMostKept);
    std::copy(best_.end() - static_cast<ptrdiff_t>(chain.kept_count_),
              best_.end(), chain.kept_.begin());
    return absl::OkStatus();
  }

 private:
  // Returns false after the last DIE of the innermost function.
  bool Enter(const Die& die, uint32_t depth, ScopeChain& chain) {
    if (die.offset == function_) {
      best_ = path_;
      function_depth_ = depth;
      return die.has_children;
    }
    if (best_.empty()) return true;
    if (depth <= function_depth_) return false;
    // A function in here is not around the place: it would be the innermost.
    if (depth <= other_depth_) other_depth_ = UINT32_MAX;
    if (other_depth_ != UINT32_MAX) return true;
    if (IsFunction(die.tag)) {
      other_depth_ = depth;
    } else if (IsBlock(die.tag) && path_.size() > best_.size() &&
               MayHaveCode(die)) {
      const CodeRanges ranges = CodeRangesOf(die, tombstones_);
      if (Contains(ranges, byte_)) {
        best_ = path_;
      } else if (!ranges.status.ok()) {
        chain.bad_block_ = die.offset;
      }
    }
    return true;
  }

  const Tombstones& tombstones_;
  const std::optional<PlaceInterval> byte_;  // at the place
  const uint64_t function_;
  uint32_t function_depth_ = 0;
  uint32_t other_depth_ = UINT32_MAX;  // of a function inside that one
  std::vector<uint64_t> path_;         // to the current DIE
  std::vector<uint64_t> best_;         // to the innermost scope so far
};

absl::StatusOr<std::optional<ScopeChain>> ScopeChain::At(
    const Module& module, const RelocValue& place) {
  const Questions& questions = Questions::Of(module);
  DWRELOC_ASSIGN_OR_RETURN(const Unit* unit, questions.UnitAt(place));
  if (unit == nullptr) return std::nullopt;
  const FunctionMap& functions = questions.FunctionsOf(*unit);
  ScopeChain chain(module, functions.unit());
  const std::optional<uint32_t> found = functions.Find(place);
  if (!found.has_value()) {
    // It may be in a function that could not be read.
    if (!functions.status().ok()) {
      return ErrorOfUnit(*unit, functions.unit(), functions.status());
    }
    chain.kept_[chain.kept_count_++] = functions.unit().first_die();
    return chain;
  }
  const absl::StatusOr<Die> die =
      DieAt(functions.unit().info(),
            {functions.unit().section(),
             functions.functions()[functions.OutermostOf(*found)].die});
  if (!die.ok()) return ErrorOfUnit(*unit, functions.unit(), die.status());
  Finder finder(questions.tombstones(), place,
                functions.functions()[*found].die);
  const absl::Status status = finder.Find(*die, chain);
  if (!status.ok()) return ErrorOfUnit(*unit, functions.unit(), status);
  return chain;
}

absl::Status ScopeChain::BadBlock() const {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> die,
                           ReadDie(*unit_, bad_block_));
  if (!die.has_value()) return absl::OkStatus();
  return CodeRangesOf(*die, Questions::Of(*module_).tombstones()).status;
}

absl::StatusOr<std::optional<Die>> ScopeChain::Next() {
  if (is_done_) return std::nullopt;
  if (bad_block_ != kNoOffset) {
    const absl::Status status = BadBlock();
    bad_block_ = kNoOffset;
    if (!status.ok()) return status;
  }
  is_done_ = true;  // until it turns out that there is more
  std::optional<Die> scope;
  if (kept_count_ > 0) {
    DWRELOC_ASSIGN_OR_RETURN(scope, ReadDie(*unit_, kept_[--kept_count_]));
  } else {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> last,
                             ReadDie(*unit_, last_));
    if (last.has_value()) {
      DWRELOC_ASSIGN_OR_RETURN(scope, OwnerOf(*last));
    }
  }
  if (!scope.has_value()) return std::nullopt;
  last_ = scope->offset;
  is_done_ = last_ == unit_->first_die();
  return scope;
}

}  // namespace dwreloc::internal
