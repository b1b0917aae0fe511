// The digest of records that can stay where they are: one pass that checks that
// all of a section are as OrderedRecords wants them, and copies none.

#include <algorithm>

#include "reloc/reloc_digest.h"

namespace dwreloc::internal {
namespace {

// What records of one type against one symbol have in common.
struct alignas(32) Pair {
  uint64_t info = kNone;
  uint64_t addend_mask = 0;
  uint64_t width = 0;
  uint64_t wide = 0;

  static constexpr uint64_t kNone = UINT64_MAX;
};

// Many sections of a module are read in a row; what is in the file's mapping is
// mapped by the page, at some cost, and counts as memory of the process until
// it is released.
constexpr size_t kManyBytes = 1 << 20;
constexpr size_t kChunk = 1 << 18;
constexpr size_t kMostPage = 1 << 16;

// How far ahead of a block memory is asked for: past the end of the page, where
// the processor stops of itself.
constexpr size_t kPrefetch = 1 << 12;
constexpr ptrdiff_t kCacheLine = 64;

}  // namespace

// Checks records one after the other.
struct RelocDigester::OrderCheck {
  const RelocPlanner& planner;
  const uint64_t target_size;
  OrderedRecords& ordered;
  static constexpr size_t kPairs = 64;
  Pair pairs[kPairs] = {};
  uint64_t last_end = 0;  // of the record before
  uint64_t wide = 0;      // how many have 8 bytes

  // x86-64's two data types, 1 and 10, map to neighbouring pairs.
  static size_t PlaceOf(uint64_t info) {
    return ((info >> 32) * 2 + info) % kPairs;
  }
  bool MakePair(uint64_t info, Pair* pair);
  // [p, end) are whole blocks, or the last one.  Returns false if one of the
  // records cannot stay.
  bool Check(const uint8_t* p, const uint8_t* end);
};

bool RelocDigester::OrderCheck::MakePair(uint64_t info, Pair* pair) {
  const uint32_t type = static_cast<uint32_t>(info);
  const RelocPlan plan = planner.Make(type, static_cast<uint32_t>(info >> 32));
  *pair = {.info = info};
  const auto is_the_type = [type](uint64_t& known) {
    if (known == OrderedRecords::kNoType) known = type;
    return known == type;
  };
  if (plan.action == RelocAction::kNumber4 && plan.base == 0) {
    pair->width = 4;
    pair->addend_mask = UINT64_MAX;
    return is_the_type(ordered.type4_);
  }
  pair->width = 8;
  pair->wide = 1;
  return plan.action == RelocAction::kColumn8 && plan.symbol != kNoSymbol &&
         is_the_type(ordered.type8_);
}

bool RelocDigester::OrderCheck::Check(const uint8_t* p, const uint8_t* end) {
  constexpr ptrdiff_t kBlockSize =
      OrderedRecords::kBlock * OrderedRecords::kSize;
  // In registers.  Offsets ascend by less than 2^32 and addends have 32 bits,
  // unless there are bits above these.
  uint64_t bits = 0;
  uint64_t last = last_end;
  uint64_t wide_count = wide;
  while (p != end) {
    const uint8_t* const next = end - p > kBlockSize ? p + kBlockSize : end;
    // A prefetch of what is not mapped does nothing.
    for (ptrdiff_t i = 0; i < kBlockSize; i += kCacheLine)
      __builtin_prefetch(p + kPrefetch + i);
    ordered.starts_.push_back(Load<uint32_t>(p, ByteOrder::kLittle));
    for (; p != next; p += OrderedRecords::kSize) {
      const uint64_t offset = Load<uint64_t>(p, ByteOrder::kLittle);
      const uint64_t info = Load<uint64_t>(p + 8, ByteOrder::kLittle);
      const uint64_t addend = Load<uint64_t>(p + 16, ByteOrder::kLittle);
      Pair& pair = pairs[PlaceOf(info)];
      if (pair.info != info && !MakePair(info, &pair)) [[unlikely]]
        return false;
      bits |= (addend & pair.addend_mask) | (offset - last);
      wide_count += pair.wide;
      last = offset + pair.width;
    }
  }
  last_end = last;
  wide = wide_count;
  return bits <= UINT32_MAX && last <= target_size;
}

bool RelocDigester::TakeInOrder(const RelocRecords& records) {
  const uint64_t count = records.count();
  if (records.is_crel() || records.info() != RelocInfo::kStandard ||
      has_prefix_records_ || !records.is_64() ||
      !records.is_rela() || records.order() != ByteOrder::kLittle ||
      context_.machine == nullptr ||
      context_.machine->addend != RelocAddend::kStandard ||
      target_size_ >= kNoRecordOffset || count == 0 ||
      count >= UINT32_MAX - 2 ||
      records.symbol_section() != context_.symbols.section_index()) {
    return false;
  }
  OrderedRecords& ordered = table_->ordered_;
  ordered.starts_.reserve(count / OrderedRecords::kBlock + 1);
  const RelocPlanner planner(context_, true);
  OrderCheck check = {
      .planner = planner, .target_size = target_size_, .ordered = ordered};
  // No pair is there yet: not even that one, which a file may contain.
  check.pairs[OrderCheck::PlaceOf(Pair::kNone)].info = 0;
  constexpr size_t kBlockSize = OrderedRecords::kBlock * OrderedRecords::kSize;
  const Bytes all = records.bytes().first(count * OrderedRecords::kSize);
  const bool has_many = all.size() >= kManyBytes;
  for (size_t at = 0; at < all.size();) {
    const Bytes chunk = all.subspan(at).first(
        std::min(all.size() - at, kChunk / kBlockSize * kBlockSize));
    context_.file.PopulatePages(chunk);
    const bool may_stay =
        check.Check(chunk.data(), chunk.data() + chunk.size());
    // Once read, with the page that the chunk before has a part of.
    const size_t before = std::min(at, kMostPage);
    if (has_many) {
      context_.file.ReleasePages(
          all.subspan(at - before).first(before + chunk.size()));
    }
    if (!may_stay) {
      ordered = OrderedRecords();
      return false;
    }
    at += chunk.size();
  }
  ordered.records_ = all.data();
  ordered.count_ = static_cast<uint32_t>(count);
  table_->record_count_ = count;
  table_->static_count_ = count - check.wide;
  return true;
}

}  // namespace dwreloc::internal
