#include "reloc/reloc_digest.h"

#include <elf.h>

#include <algorithm>
#include <iterator>

namespace dwreloc::internal {

void RelocDigester::Reserve(uint64_t record_count) {
  // Upper bounds: pages that are never touched cost nothing, and Finish frees
  // them.
  room_ += record_count;
  if (room_ >= UINT32_MAX - 2) OutOfMemory();
  const uint64_t n = room_ + 1;  // two sentinels
  table_->offsets4_.Reserve(n);
  table_->values4_.Reserve(n);
  table_->offsets8_.Reserve(n);
  table_->values8_.Reserve(n);
  table_->symbols8_.Reserve(n);
  if (!table_->symbols4_.empty()) table_->symbols4_.Reserve(n);
}

RelocDigester::Plan RelocDigester::MakePlan(uint32_t type,
                                            uint32_t symbol) const {
  Plan plan;
  const Howto howto = FindHowto(context_.machine, type);
  if (howto.op != RelocOp::kAbsolute || symbol >= RelocTable::kFromPlace) {
    return plan;
  }
  SymbolPlace place = SymbolPlace::kBad;
  uint64_t symbol_value = 0;
  if (symbol == STN_UNDEF) {
    place = SymbolPlace::kAbsolute;
  } else if (symbols_usable_ && symbol < context_.symbols.count()) {
    const Symbol target = context_.symbols.Get(symbol);
    if (context_.symbols.HasMode(target)) return plan;
    place = context_.symbols.Place(symbol, target);
    symbol_value = target.value;
  }
  switch (place) {
    case SymbolPlace::kStatic:
    case SymbolPlace::kAbsolute:
      plan.base = symbol_value;
      if (howto.width == 4 && table_->symbols4_.empty()) {
        plan.action = Action::kNumber4;
      } else if (howto.width == 8) {
        plan.action = Action::kColumn8;
      }
      break;
    case SymbolPlace::kSection:
    case SymbolPlace::kUndefined:
      plan.symbol = symbol;
      if (howto.width == 8 && context_.file.is_64()) {
        plan.action = Action::kColumn8;
      }
      break;
    case SymbolPlace::kTls:
    case SymbolPlace::kBad:
      break;
  }
  return plan;
}

// Most records of a section share a few pairs of (type, symbol): what to do
// with a pair is worked out once and kept in a small direct-mapped cache.
template <bool kIs64, bool kIsRela, bool kSwap>
void RelocDigester::Pass(const RelocRecords& records) {
  constexpr size_t kSize = RelocRecords::RecordSize<kIs64, kIsRela>();
  constexpr ByteOrder kOrder =
      kSwap ? (kNativeOrder == ByteOrder::kLittle ? ByteOrder::kBig
                                                  : ByteOrder::kLittle)
            : kNativeOrder;
  RelocTable& table = *table_;
  const bool may_plan = kIsRela && context_.machine != nullptr &&
                        context_.machine->addend == RelocAddend::kStandard &&
                        target_size_ < RelocTable::kSentinel;
  // Every offset below leaves room for 8 bytes; the few after it take the slow
  // path.
  const uint64_t limit = may_plan && target_size_ >= 8 ? target_size_ - 7 : 0;
  constexpr size_t kPlans = 64;
  Plan plans[kPlans];
  const uint8_t* p = records.data();
  const uint8_t* const end = p + records.count() * kSize;
  while (p != end) {
    {
      // Kept in registers as long as AddSlowly is not needed.
      uint32_t* const offsets4 = &table.offsets4_[0];
      uint32_t* const values4 = &table.values4_[0];
      uint32_t* const offsets8 = &table.offsets8_[0];
      uint32_t* const symbols8 = &table.symbols8_[0];
      uint64_t* const values8 = &table.values8_[0];
      uint64_t count4 = table.count4_;
      uint64_t count8 = table.count8_;
      uint64_t last_end = last_end_;
      bool is_ascending = is_ascending_;
      for (; p != end; p += kSize) {
        const RawReloc record = RelocRecords::Decode<kIs64, kIsRela>(p, kOrder);
        const uint64_t key = uint64_t{record.symbol} << 32 | record.type;
        // x86-64's two data types, 1 and 10, map to neighbouring entries.
        Plan& plan = plans[(record.symbol * 2 + record.type) % kPlans];
        if (plan.key != key) [[unlikely]] {
          plan = MakePlan(record.type, record.symbol);
          plan.key = key;
        }
        const uint64_t sum = plan.base + static_cast<uint64_t>(record.addend);
        if (record.offset >= limit) [[unlikely]]
          break;
        if (plan.action == Action::kNumber4) {
          if (kIs64 && sum > UINT32_MAX) [[unlikely]]
            break;
          offsets4[count4] = static_cast<uint32_t>(record.offset);
          values4[count4] = static_cast<uint32_t>(sum);
          ++count4;
          is_ascending &= record.offset >= last_end;
          last_end = record.offset + 4;
        } else if (plan.action == Action::kColumn8) {
          offsets8[count8] = static_cast<uint32_t>(record.offset);
          symbols8[count8] = plan.symbol;
          values8[count8] = sum;
          ++count8;
          is_ascending &= record.offset >= last_end;
          last_end = record.offset + 8;
        } else {
          break;
        }
      }
      table.count4_ = static_cast<uint32_t>(count4);
      table.count8_ = static_cast<uint32_t>(count8);
      last_end_ = last_end;
      is_ascending_ = is_ascending;
    }
    if (p == end) break;
    const bool had_symbols4 = !table.symbols4_.empty();
    AddSlowly(RelocRecords::Decode<kIs64, kIsRela>(p, kOrder), kIsRela);
    p += kSize;
    if (!had_symbols4 && !table.symbols4_.empty()) {
      // Numbers now need an entry in that column as well.
      std::fill(std::begin(plans), std::end(plans), Plan());
    }
  }
}

// Records in a form that Pass cannot read.
void RelocDigester::SlowPass(const RelocRecords& records) {
  RelocStream stream(records);
  RawReloc record;
  while (stream.Next(&record)) AddSlowly(record, records.is_rela());
  if (!stream.ok()) {
    table_->whole_table_error_ = ErrorCode::kBadElf;
    Report(ErrorCode::kBadElf, RelocFault::kNone, 0, kNoOffset);
  }
}

void RelocDigester::DigestRecords(const RelocRecords& records) {
  if (!records.is_plain() || has_prefix_records_) return SlowPass(records);
  const bool is_swapped = records.order() != kNativeOrder;
  const int shape = (records.is_64() ? 4 : 0) + (records.is_rela() ? 2 : 0) +
                    (is_swapped ? 1 : 0);
  switch (shape) {
    case 0:
      return Pass<false, false, false>(records);
    case 1:
      return Pass<false, false, true>(records);
    case 2:
      return Pass<false, true, false>(records);
    case 3:
      return Pass<false, true, true>(records);
    case 4:
      return Pass<true, false, false>(records);
    case 5:
      return Pass<true, false, true>(records);
    case 6:
      return Pass<true, true, false>(records);
    default:
      return Pass<true, true, true>(records);
  }
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
      const ErrorCode code = GetDetail(records.status()).code;
      table_->whole_table_error_ = code;
      Report(code, RelocFault::kNone, 0, kNoOffset);
      continue;
    }
    Reserve(records->count());
    table_->record_count_ += records->count();
    symbols_usable_ = context_.symbols.IsNamedBy(records->symbol_section());
    DigestRecords(*records);
    EndSequence();
    // Records are read once: their pages are not needed any more.
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
    const RelocContext& context, uint32_t target) {
  return RelocDigester(context, target).Run();
}

}  // namespace dwreloc::internal
