#include "reloc/reloc_digest.h"

#include <algorithm>
#include <optional>
#include <type_traits>

namespace dwreloc::internal {
namespace {

// Reads records of one size.  Small: a copy reads ahead.
template <bool kIs64, bool kIsRela, ByteOrder kOrder, RelocInfo kInfo>
class FixedReader {
 public:
  static constexpr bool kHasAddends = kIsRela;

  explicit FixedReader(const RelocRecords& records)
      : position_(records.data()),
        end_(records.data() + records.count() * kSize) {}

  bool Next(RawReloc* record) {
    if (position_ == end_) return false;
    *record = DecodeReloc(position_, kIs64, kIsRela, kOrder, kInfo);
    position_ += kSize;
    return true;
  }
  static constexpr bool ok() { return true; }

 private:
  static constexpr size_t kSize = RelocSize(kIs64, kIsRela);

  const uint8_t* position_;
  const uint8_t* end_;
};

// Calls function with std::true_type or std::false_type.
template <typename Function>
void WithConstant(bool value, Function function) {
  if (value) {
    function(std::true_type());
  } else {
    function(std::false_type());
  }
}

}  // namespace

void RelocDigester::Reserve(uint64_t record_count) {
  // Upper bounds: pages that are never touched cost nothing, and Finish frees
  // them.
  room_ += record_count;
  if (room_ >= UINT32_MAX - 2) OutOfMemory();
  table_->numbers4_.Reserve(room_);
  table_->addresses4_.Reserve(room_);
  table_->records8_.Reserve(room_);
}

RelocDigester::Ends RelocDigester::Begin() {
  RelocTable& table = *table_;
  return {.numbers4 = table.numbers4_.end(),
          .addresses4 = table.addresses4_.end(),
          .records8 = table.records8_.end(),
          .order = passed_};
}

void RelocDigester::End(const Ends& ends) {
  table_->numbers4_.set_end(ends.numbers4);
  table_->addresses4_.set_end(ends.addresses4);
  table_->records8_.set_end(ends.records8);
  passed_ = ends.order;
}

// Appends the value of a record that stands for itself.  Returns false if its
// value has to be worked out slowly.
template <bool kIs64, bool kInPlace, ByteOrder kOrder>
[[gnu::always_inline]] inline bool RelocDigester::Take(const RawReloc& record,
                                                       const RelocPlan& plan,
                                                       const uint8_t* bytes,
                                                       Ends& ends) {
  const uint32_t offset = static_cast<uint32_t>(record.offset);
  // The addend of a field of that type, signed.
  const auto addend_of = [&](auto field) {
    uint64_t addend = static_cast<uint64_t>(record.addend);
    if constexpr (kInPlace) {
      const auto in_place = Load<decltype(field)>(bytes + offset, kOrder);
      addend += static_cast<uint64_t>(SignExtend(in_place, sizeof(field)));
    }
    return addend;
  };
  switch (plan.action) {
    case RelocAction::kNumber4: {
      const uint64_t sum = plan.base + addend_of(uint32_t());
      // Fields that hold their addend wrap.
      if (kIs64 && !kInPlace && sum > UINT32_MAX) [[unlikely]]
        return false;
      *ends.numbers4++ = {.offset = offset,
                          .value = static_cast<uint32_t>(sum)};
      ends.order.Pass(offset, 4);
      return true;
    }
    case RelocAction::kAddress4: {
      const uint64_t addend = addend_of(uint32_t());
      const uint64_t sum = plan.base + addend;
      const int32_t low = static_cast<int32_t>(addend);
      const bool wraps =
          !kIs64 && static_cast<int64_t>(sum) != static_cast<int32_t>(sum);
      if (static_cast<int64_t>(addend) != low || wraps) [[unlikely]]
        return false;
      *ends.addresses4++ = {
          .offset = offset, .symbol = plan.symbol, .addend = low};
      ends.order.Pass(offset, 4);
      return true;
    }
    case RelocAction::kColumn8:
      // Of a 32-bit file there are few, and a register less is in use.
      if (!kIs64) return false;
      *ends.records8++ = {.offset = offset,
                          .symbol = plan.symbol,
                          .value = plan.base + addend_of(uint64_t())};
      ends.order.Pass(offset, 8);
      return true;
    default:
      return false;
  }
}

// Appends the difference that the record and the next one make (see
// EvaluateSequence).  Returns false if these are not such.
template <typename Reader>
bool RelocDigester::TakePair(const RawReloc& record, RelocPlans& plans,
                             Reader& reader) {
  const RelocPlan plan = plans.For(record.type, record.symbol);
  if (plan.action != RelocAction::kPlus && plan.action != RelocAction::kSet) {
    return false;
  }
  Reader ahead = reader;
  RawReloc subtracted;
  if (!sequence_.empty() || !ahead.Next(&subtracted) ||
      subtracted.offset != record.offset) {
    return false;
  }
  const RelocPlan& minus = plans.For(subtracted.type, subtracted.symbol);
  if (minus.action != RelocAction::kMinus || minus.width != plan.width ||
      minus.section != plan.section || !EnsureInPlaceBytes() ||
      !Fits(record.offset, plan.width, bytes_.size())) {
    return false;
  }
  reader = ahead;
  has_values_in_place_ = true;
  RelocValue value = RelocValue::Constant(
      plan.base + static_cast<uint64_t>(record.addend) -
      (minus.base + static_cast<uint64_t>(subtracted.addend)));
  if (plan.action == RelocAction::kPlus) {
    value.value +=
        LoadWidth(bytes_.data() + record.offset, plan.width, table_->order_);
  }
  value.value = ZeroExtend(value.value, plan.width);
  value.width = plan.width;
  value.has_record = true;
  AddValue(record.offset, value);
  return true;
}

template <typename Reader, bool kIs64, bool kInPlace, ByteOrder kOrder>
void RelocDigester::Pass(Reader reader, const RelocRecords& records) {
  const bool has_bytes = !kInPlace || EnsureInPlaceBytes();
  uint64_t limit =
      kInPlace ? std::min<uint64_t>(target_size_, bytes_.size()) : target_size_;
  limit = std::min<uint64_t>(limit, kNoRecordOffset);
  // Every offset below leaves room for 8 bytes; the few after it take the slow
  // path.
  limit = has_bytes && limit >= 8 ? limit - 7 : 0;
  const RelocPlanner planner(context_, symbols_usable_);
  RelocPlans plans(planner);
  const uint8_t* const bytes = bytes_.data();
  std::optional<RawReloc> slow;
  do {
    slow.reset();
    // All that uses these is inlined, so that they stay in registers.
    Ends ends = Begin();
    RawReloc record;
    while (reader.Next(&record)) {
      const RelocPlan& plan = plans.For(record.type, record.symbol);
      if (record.offset >= limit ||
          !Take<kIs64, kInPlace, kOrder>(record, plan, bytes, ends))
          [[unlikely]] {
        slow = record;
        break;
      }
    }
    End(ends);
    if (slow.has_value() && !TakePair(*slow, plans, reader)) {
      AddSlowly(*slow, records.is_rela());
    }
  } while (slow.has_value());
  if (kInPlace) has_values_in_place_ = true;
  if (!reader.ok()) SpoilTable(ErrorCode::kBadElf);
}

// Records on machines where one may change the meaning of the next.
void RelocDigester::SlowPass(const RelocRecords& records) {
  RelocStream stream(records);
  RawReloc record;
  while (stream.Next(&record)) AddSlowly(record, records.is_rela());
  if (!stream.ok()) SpoilTable(ErrorCode::kBadElf);
}

template <bool kIs64, RelocInfo kInfo>
void RelocDigester::DigestFixed(const RelocRecords& records) {
  const bool in_place = HasAddendInField(context_, records.is_rela());
  WithConstant(records.order() == ByteOrder::kLittle, [&](auto is_little) {
    constexpr ByteOrder kOrder =
        is_little.value ? ByteOrder::kLittle : ByteOrder::kBig;
    using Rel = FixedReader<kIs64, false, kOrder, kInfo>;
    using Rela = FixedReader<kIs64, true, kOrder, kInfo>;
    if (!records.is_rela()) {
      Pass<Rel, kIs64, true, kOrder>(Rel(records), records);
    } else if (in_place) {
      Pass<Rela, kIs64, true, kOrder>(Rela(records), records);
    } else {
      Pass<Rela, kIs64, false, kOrder>(Rela(records), records);
    }
  });
}

void RelocDigester::DigestCrel(const RelocRecords& records) {
  const bool has_addends = HasAddendInField(context_, records.is_rela());
  WithConstant(records.is_64(), [&](auto is_64) {
    WithConstant(has_addends, [&](auto in_place) {
      WithConstant(records.order() == ByteOrder::kLittle, [&](auto is_little) {
        constexpr ByteOrder kOrder =
            is_little.value ? ByteOrder::kLittle : ByteOrder::kBig;
        Pass<CrelReader, is_64.value, in_place.value, kOrder>(
            records.ReadCrel(), records);
      });
    });
  });
}

void RelocDigester::DigestRecords(const RelocRecords& records) {
  if (has_prefix_records_) return SlowPass(records);
  if (records.is_crel()) return DigestCrel(records);
  if (!records.is_64()) {
    return DigestFixed<false, RelocInfo::kStandard>(records);
  }
  switch (records.info()) {
    case RelocInfo::kStandard:
      return DigestFixed<true, RelocInfo::kStandard>(records);
    case RelocInfo::kMips64:
      return DigestFixed<true, RelocInfo::kMips64>(records);
    case RelocInfo::kSparc64:
      return DigestFixed<true, RelocInfo::kSparc64>(records);
  }
}

bool RelocDigester::TakeInOrder(const RelocRecords& records) {
  if (has_prefix_records_ ||
      !OrderedCheck::MayStay(context_, records, target_size_)) {
    return false;
  }
  const auto check =
      std::make_shared<OrderedCheck>(context_, records, target_size_);
  {
    const DigestTeam::Meeting meeting(team_, check);
    check->Help();
  }
  if (!check->Wait()) return false;
  table_->ordered_ = check->Take();
  table_->record_count_ = records.count();
  table_->static_count_ = records.count() - check->wide_count();
  return true;
}

std::unique_ptr<const RelocTable> RelocDigester::Run() {
  if (context_.machine != nullptr) {
    has_prefix_records_ = std::any_of(context_.machine->howtos.begin(),
                                      context_.machine->howtos.end(), IsPrefix);
  }
  const absl::StatusOr<uint64_t> size = context_.file.ContentsSize(target_);
  target_size_ = size.ok() ? *size : 0;
  const std::span<const uint32_t> sections = context_.sections.For(target_);
  if (sections.size() == 1) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(context_.file, sections[0]);
    if (records.ok() && TakeInOrder(*records)) return std::move(table_);
  }
  Reserve(0);
  for (const uint32_t index : sections) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(context_.file, index);
    if (!records.ok()) {
      SpoilTable(GetDetail(records.status()).code);
      continue;
    }
    Reserve(records->count());
    table_->record_count_ += records->count();
    symbols_usable_ = context_.symbols.IsNamedBy(records->symbol_section());
    DigestRecords(*records);
    EndSequence();
    // Nearly always records are read once: their pages are not needed any more.
    constexpr size_t kManyBytes = 1 << 20;
    if (records->bytes().size() >= kManyBytes) {
      context_.file.ReleasePages(records->bytes());
    }
  }
  AddLoneParts();
  Finish();
  table_->has_odd_widths_ =
      !table_->others_.empty() || table_->whole_table_error_ != ErrorCode::kOk;
  return std::move(table_);
}

std::unique_ptr<const RelocTable> RelocTable::Digest(
    const RelocContext& context, uint32_t target, DigestTeam& team) {
  return RelocDigester(context, target, team).Run();
}

}  // namespace dwreloc::internal
