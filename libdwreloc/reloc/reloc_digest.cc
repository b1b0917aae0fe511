// Builds a RelocTable: one pass over the records of a section.
//
// The pass has a fast path for the records that compilers write, absolute 4-
// and 8-byte ones against a defined or undefined symbol, and leaves all others
// to AddSlowly.  Order and overlap are checked on the way; sorting and
// poisoning are rare and done afterwards.
// Tested by tests/unit/reloc/reloc_table_test.cc.

#include <elf.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/hash_map.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

class RelocDigester {
 public:
  RelocDigester(const RelocContext& context, uint32_t target)
      : context_(context),
        target_(target),
        table_(new RelocTable(context.symbols)) {
    table_->order_ = context.file.order();
  }

  std::unique_ptr<const RelocTable> Run();

 private:
  // What to do with the records of one type against one symbol.
  enum class Action : uint8_t {
    kSlow,     // see AddSlowly
    kNumber4,  // base + addend is a number for the 4-byte columns
    kColumn8,  // base + addend goes into the 8-byte columns with `symbol`
  };
  struct alignas(32) Plan {
    uint64_t key = UINT64_MAX;  // symbol and type
    uint64_t base = 0;
    uint32_t symbol = kNoSymbol;
    Action action = Action::kSlow;
  };

  void DigestRecords(const RelocRecords& records);
  template <bool kIs64, bool kIsRela, bool kSwap>
  void Pass(const RelocRecords& records);
  void SlowPass(const RelocRecords& records);
  void AddSlowly(const RawReloc& record, bool is_rela);
  void AddValue(uint64_t at, const RelocValue& value);
  void AddToSequence(const RawReloc& record, const Howto& howto);
  void EndSequence();
  void AddSequence(std::span<const SequencePart> parts);
  void AddLoneParts();
  void Add4(uint32_t offset, uint32_t value, uint32_t symbol);
  void Add8(uint32_t offset, uint64_t value, uint32_t symbol);
  void AddOther(uint64_t offset, int width, const RelocValue& value);
  void Report(ErrorCode code, RelocFault fault, uint32_t type, uint64_t offset);
  Plan MakePlan(uint32_t type, uint32_t symbol) const;
  bool EnsureInPlaceBytes();
  void Reserve(uint64_t record_count);
  void Finish();
  uint64_t CountNumbers() const;
  // One record of the finished columns, for the rare case that they are sorted.
  struct Entry {
    uint64_t offset;
    uint8_t width;
    uint8_t source;  // 4, 8: the columns; 0: others_
    uint32_t symbol;
    uint64_t value;
    uint32_t other;  // index in others_
  };
  void AddBad(std::vector<RelocTable::Other>& others, const Entry& entry,
              const RelocValue& value);
  using Culprits = HashMap<uint64_t, std::optional<RawReloc>>;
  Culprits FindCulprits(const std::vector<Entry>& entries) const;
  bool IsRepeated(const Entry& a, const Entry& b) const;
  void SortAndPoison();
  std::vector<Entry> Collect() const;

  const RelocContext& context_;
  const uint32_t target_;
  std::unique_ptr<RelocTable> table_;
  // Index into diagnostics_, by code and type.
  HashMap<uint64_t, size_t> diagnostic_index_;
  uint64_t target_size_ = 0;
  bool have_bytes_ = false;
  ErrorCode bytes_error_ = ErrorCode::kOk;
  Bytes bytes_;
  bool symbols_usable_ = true;
  // The sequence being read, and parts that have been alone at their place so
  // far: in an unsorted section the others may be elsewhere.
  std::vector<SequencePart> sequence_;
  std::vector<SequencePart> lone_parts_;
  // True if records modify the existing bytes rather than overwrite them.
  bool has_values_in_place_ = false;
  // True if the machine has a record that changes the meaning of the next one.
  bool has_prefix_records_ = false;
  // True if all records of the columns so far follow one another, whatever
  // their width.  Then no two overlap either.
  bool is_ascending_ = true;
  uint64_t last_end_ = 0;  // of the last one
  uint64_t room_ = 0;
};

void RelocDigester::Report(ErrorCode code, RelocFault fault, uint32_t type,
                           uint64_t offset) {
  // A file may have as many types as records.
  const uint64_t what = uint64_t{static_cast<uint8_t>(code)} << 8 |
                        (static_cast<uint32_t>(fault) & 0xff);
  const auto [known, is_new] = diagnostic_index_.try_emplace(
      what << 32 | type, table_->diagnostics_.size());
  if (!is_new) {
    RelocDiagnostic& entry = table_->diagnostics_[known->second];
    ++entry.count;
    entry.first_offset = std::min(entry.first_offset, offset);
    return;
  }
  table_->diagnostics_.push_back({.code = code,
                                  .fault = fault,
                                  .type = type,
                                  .count = 1,
                                  .first_offset = offset});
}

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

void RelocDigester::Add4(uint32_t offset, uint32_t value, uint32_t symbol) {
  const uint32_t at = table_->count4_++;
  is_ascending_ &= offset >= last_end_;
  last_end_ = uint64_t{offset} + 4;
  table_->offsets4_[at] = offset;
  table_->values4_[at] = value;
  if (symbol != kNoSymbol && table_->symbols4_.empty()) [[unlikely]] {
    table_->symbols4_.Reserve(room_ + 1);
    std::fill_n(&table_->symbols4_[0], at, kNoSymbol);
  }
  if (!table_->symbols4_.empty()) table_->symbols4_[at] = symbol;
}

void RelocDigester::Add8(uint32_t offset, uint64_t value, uint32_t symbol) {
  const uint32_t at = table_->count8_++;
  is_ascending_ &= offset >= last_end_;
  last_end_ = uint64_t{offset} + 8;
  table_->offsets8_[at] = offset;
  table_->values8_[at] = value;
  table_->symbols8_[at] = symbol;
}

void RelocDigester::AddOther(uint64_t offset, int width,
                             const RelocValue& value) {
  if (value.is_bad()) {
    Report(value.error, value.fault(), value.detail, offset);
  }
  table_->others_.push_back(
      {.offset = offset, .value = value, .width = static_cast<uint8_t>(width)});
}

bool RelocDigester::EnsureInPlaceBytes() {
  if (!have_bytes_) {
    have_bytes_ = true;
    absl::StatusOr<Bytes> bytes = context_.file.Contents(target_);
    if (bytes.ok()) {
      bytes_ = *bytes;
    } else {
      bytes_error_ = GetDetail(bytes.status()).code;
    }
  }
  return bytes_error_ == ErrorCode::kOk;
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

void RelocDigester::AddSlowly(const RawReloc& record, bool is_rela) {
  const Howto howto = FindHowto(context_.machine, record.type);
  if (howto.op == RelocOp::kNone) return;
  if (!sequence_.empty() && sequence_[0].record.offset != record.offset) {
    EndSequence();
  }
  if (IsUnsupported(howto)) {
    AddOther(record.offset, 0, UnsupportedRecord(record, howto));
    return;
  }
  const auto bad = [&](RelocFault fault) {
    AddOther(record.offset, howto.width,
             BadRecord(record, ErrorCode::kBadReloc, fault));
  };
  if (!Fits(record.offset, howto.width, target_size_)) {
    return bad(RelocFault::kBeyondSection);
  }
  if (record.symbol != 0 && !symbols_usable_) {
    return bad(RelocFault::kSymbolTable);
  }
  if (IsSequencePart(howto) || !sequence_.empty()) {
    AddToSequence(record, howto);
    return;
  }
  if (howto.field != RelocField::kBytes) {
    // A single record that depends on its field (NDS32's DIFF_ULEB128).
    const SequencePart part = {.record = record, .howto = howto};
    AddSequence(std::span(&part, 1));
    return;
  }
  uint64_t in_place = 0;
  if (!is_rela || context_.machine->addend == RelocAddend::kRelaAndInPlace ||
      howto.op == RelocOp::kInPlace) {
    if (!EnsureInPlaceBytes() ||
        !Fits(record.offset, howto.width, bytes_.size())) {
      return bad(RelocFault::kNoContents);
    }
    has_values_in_place_ = true;
    in_place = LoadWidth(bytes_.data() + record.offset, howto.width,
                         context_.file.order());
  }
  AddValue(record.offset,
           EvaluateRecord(context_, target_, record, is_rela, howto, in_place));
}

// Values that fit go into the columns: constants, and symbols whose addend the
// column can hold.
void RelocDigester::AddValue(uint64_t at, const RelocValue& value) {
  if (at < RelocTable::kSentinel) {
    const uint32_t offset = static_cast<uint32_t>(at);
    const bool is_symbolic = value.kind == RelocKind::kSection ||
                             value.kind == RelocKind::kUndefined;
    const uint32_t symbol = is_symbolic ? value.symbol : kNoSymbol;
    uint64_t number = value.value;
    // Find8 adds a symbol's value to an addend, and nothing else; Find4 adds
    // the mode bit as well.
    bool fits8 = true;
    bool has_its_mode = true;
    if (value.kind == RelocKind::kSection) {
      const Symbol target = context_.symbols.Get(symbol);
      number -= target.value;
      if (context_.symbols.HasMode(target)) [[unlikely]] {
        number = context_.symbols.AddendOf(target, {value.value, value.mode()});
        fits8 = false;
        has_its_mode =
            context_.symbols.Add(target, number).mode == value.mode();
      }
    }
    const uint32_t flag =
        value.counts_from_place() ? RelocTable::kFromPlace : 0;
    const bool has_column =
        value.is_constant() ? flag == 0
                            : is_symbolic && symbol < RelocTable::kFromPlace;
    if (has_column) {
      const bool fits4 = value.is_constant() ||
                         (has_its_mode && static_cast<int64_t>(number) ==
                                              static_cast<int32_t>(number));
      if (value.width == 8 && fits8) return Add8(offset, number, symbol | flag);
      if (value.width == 4 && fits4) {
        return Add4(offset, static_cast<uint32_t>(number), symbol | flag);
      }
    }
  }
  AddOther(at, value.width, value);
}

// Assemblers write the records of one field in a row.
void RelocDigester::AddToSequence(const RawReloc& record, const Howto& howto) {
  sequence_.push_back({.record = record, .howto = howto});
  const auto subtracts = [](const SequencePart& part) {
    return part.howto.op == RelocOp::kSub;
  };
  const bool has_both =
      std::any_of(sequence_.begin(), sequence_.end(), subtracts) &&
      !std::all_of(sequence_.begin(), sequence_.end(), subtracts);
  if (has_both) EndSequence();
}

void RelocDigester::EndSequence() {
  if (sequence_.size() > 1) {
    AddSequence(sequence_);
  } else {
    lone_parts_.insert(lone_parts_.end(), sequence_.begin(), sequence_.end());
  }
  sequence_.clear();
}

void RelocDigester::AddSequence(std::span<const SequencePart> parts) {
  const RawReloc& record = parts.front().record;
  const Howto& howto = parts.front().howto;
  if (!EnsureInPlaceBytes()) {
    AddOther(record.offset, howto.width,
             BadRecord(record, ErrorCode::kBadReloc, RelocFault::kNoContents));
    return;
  }
  // Each part adds to what is there, so a repeated part counts.
  has_values_in_place_ = true;
  const RelocValue value = EvaluateSequence(context_, parts, bytes_);
  if (howto.field == RelocField::kUleb128) {
    AddOther(record.offset, value.width, value);
  } else {
    AddValue(record.offset, value);
  }
}

// Parts that were not next to others of their field.
void RelocDigester::AddLoneParts() {
  const auto offset_of = [](const SequencePart& part) {
    return part.record.offset;
  };
  std::stable_sort(lone_parts_.begin(), lone_parts_.end(),
                   [&](const SequencePart& a, const SequencePart& b) {
                     return offset_of(a) < offset_of(b);
                   });
  for (auto begin = lone_parts_.begin(); begin != lone_parts_.end();) {
    const auto end =
        std::find_if(begin, lone_parts_.end(), [&](const SequencePart& part) {
          return offset_of(part) != offset_of(*begin);
        });
    AddSequence(std::span(begin, end));
    begin = end;
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
  Reserve(0);
  for (const uint32_t index : context_.sections.For(target_)) {
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
    symbols_usable_ =
        records->symbol_section() == context_.symbols.section_index();
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

std::vector<RelocDigester::Entry> RelocDigester::Collect() const {
  std::vector<Entry> entries;
  entries.reserve(table_->count4_ + table_->count8_ + table_->others_.size());
  for (uint32_t i = 0; i < table_->count4_; ++i) {
    entries.push_back(
        {table_->offsets4_[i], 4, 4,
         table_->symbols4_.empty() ? kNoSymbol : table_->symbols4_[i],
         table_->values4_[i], 0});
  }
  for (uint32_t i = 0; i < table_->count8_; ++i) {
    entries.push_back({table_->offsets8_[i], 8, 8, table_->symbols8_[i],
                       table_->values8_[i], 0});
  }
  for (uint32_t i = 0; i < table_->others_.size(); ++i) {
    const RelocTable::Other& other = table_->others_[i];
    entries.push_back(
        {other.offset, std::max<uint8_t>(other.width, 1), 0, kNoSymbol, 0, i});
  }
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
  return entries;
}

// In the columns.
uint64_t RelocDigester::CountNumbers() const {
  const RelocTable& table = *table_;
  uint64_t symbolic = 0;
  for (uint32_t i = 0; i < table.count8_; ++i) {
    symbolic += table.symbols8_[i] != kNoSymbol ? 1 : 0;
  }
  if (!table.symbols4_.empty()) {
    for (uint32_t i = 0; i < table.count4_; ++i) {
      symbolic += table.symbols4_[i] != kNoSymbol ? 1 : 0;
    }
  }
  return uint64_t{table.count4_} + table.count8_ - symbolic;
}

// One entry per place, so that a lookup never meets many.  Of several reasons,
// one that names a type is preferred to the overlap.
void RelocDigester::AddBad(std::vector<RelocTable::Other>& others,
                           const Entry& entry, const RelocValue& value) {
  const uint8_t width =
      entry.source == 0 ? table_->others_[entry.other].width : entry.width;
  if (others.empty() || others.back().offset != entry.offset ||
      !others.back().value.is_bad()) {
    others.push_back({.offset = entry.offset, .value = value, .width = width});
    return;
  }
  RelocTable::Other& known = others.back();
  known.width = std::max(known.width, width);
  if (known.value.fault() == RelocFault::kOverlap) known.value = value;
}

// The type and symbol of the first record at each place in question, which the
// columns do not keep.
RelocDigester::Culprits RelocDigester::FindCulprits(
    const std::vector<Entry>& entries) const {
  Culprits culprits;
  uint64_t end = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const bool is_alone = entry.offset >= end &&
                          (i + 1 == entries.size() ||
                           entries[i + 1].offset >= entry.offset + entry.width);
    if (!is_alone) culprits.try_emplace(entry.offset);
    end = std::max(end, entry.offset + entry.width);
  }
  if (culprits.empty()) return culprits;
  for (const uint32_t index : context_.sections.For(target_)) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(context_.file, index);
    if (!records.ok()) continue;
    RelocStream stream(*records);
    RawReloc record;
    while (stream.Next(&record)) {
      const auto culprit = culprits.find(record.offset);
      if (culprit == culprits.end() || culprit->second.has_value() ||
          FindHowto(context_.machine, record.type).op == RelocOp::kNone) {
        continue;
      }
      culprit->second = record;
    }
  }
  return culprits;
}

// Returns true if both are the same record.  The second one then writes what is
// already there.
bool RelocDigester::IsRepeated(const Entry& a, const Entry& b) const {
  if (has_values_in_place_ || a.offset != b.offset || a.width != b.width ||
      a.source != b.source) {
    return false;
  }
  if (a.source != 0) return a.symbol == b.symbol && a.value == b.value;
  const RelocValue& one = table_->others_[a.other].value;
  const RelocValue& other = table_->others_[b.other].value;
  return !one.is_bad() && ComparePlace(one, other) == 0 &&
         one.detail == other.detail && one.symbol == other.symbol;
}

void RelocDigester::SortAndPoison() {
  const std::vector<Entry> entries = Collect();
  const Culprits culprits = FindCulprits(entries);
  std::vector<RelocTable::Other> others;
  table_->count4_ = 0;
  table_->count8_ = 0;
  // Of the previous records, the one that ends last.
  uint64_t end = 0;
  uint64_t end_of = 0;
  size_t next = 0;
  for (size_t i = 0; i < entries.size(); i = next) {
    const Entry& entry = entries[i];
    const auto culprit = culprits.find(entry.offset);
    const RawReloc record = culprit != culprits.end()
                                ? culprit->second.value_or(RawReloc())
                                : RawReloc();
    for (next = i + 1; next < entries.size(); ++next) {
      if (!IsRepeated(entry, entries[next])) break;
      Report(ErrorCode::kOk, RelocFault::kNone, record.type, entry.offset);
    }
    const bool overlaps_before = entry.offset < end;
    const bool overlaps =
        overlaps_before || (next < entries.size() &&
                            entries[next].offset < entry.offset + entry.width);
    const uint64_t overlapped = overlaps_before         ? end_of
                                : next < entries.size() ? entries[next].offset
                                                        : 0;
    if (entry.offset + entry.width > end) {
      end = entry.offset + entry.width;
      end_of = entry.offset;
    }
    const bool is_bad_already =
        entry.source == 0 && table_->others_[entry.other].value.is_bad();
    if (is_bad_already) {
      AddBad(others, entry, table_->others_[entry.other].value);
    } else if (overlaps) {
      // It is unknown which of them is meant.
      Report(ErrorCode::kBadReloc, RelocFault::kOverlap, record.type,
             entry.offset);
      AddBad(others, entry,
             RelocValue::Bad(ErrorCode::kBadReloc, record.type, record.symbol,
                             RelocFault::kOverlap, overlapped));
    } else if (entry.source == 4) {
      Add4(static_cast<uint32_t>(entry.offset),
           static_cast<uint32_t>(entry.value), entry.symbol);
    } else if (entry.source == 8) {
      Add8(static_cast<uint32_t>(entry.offset), entry.value, entry.symbol);
    } else {
      others.push_back(table_->others_[entry.other]);
    }
  }
  table_->others_ = std::move(others);
}

void RelocDigester::Finish() {
  RelocTable& table = *table_;
  const auto terminate = [&table] {
    for (uint32_t i = 0; i < 2; ++i) {
      table.offsets4_[table.count4_ + i] = RelocTable::kSentinel;
      table.offsets8_[table.count8_ + i] = RelocTable::kSentinel;
    }
  };
  if (table.offsets4_.empty() || table.offsets8_.empty()) return;
  terminate();
  table.was_sorted_ = is_ascending_;
  table.static_count_ = CountNumbers();
  std::stable_sort(table.others_.begin(), table.others_.end(),
                   [](const RelocTable::Other& a, const RelocTable::Other& b) {
                     return a.offset < b.offset;
                   });
  if (!is_ascending_ || !table.others_.empty()) {
    SortAndPoison();
    terminate();
  }
  table.offsets4_.Shrink(table.count4_ + 1);
  table.values4_.Shrink(table.count4_);
  if (!table.symbols4_.empty()) table.symbols4_.Shrink(table.count4_);
  table.offsets8_.Shrink(table.count8_ + 1);
  table.values8_.Shrink(table.count8_);
  table.symbols8_.Shrink(table.count8_);
  table.others_.shrink_to_fit();
}

std::unique_ptr<const RelocTable> RelocTable::Digest(
    const RelocContext& context, uint32_t target) {
  return RelocDigester(context, target).Run();
}

}  // namespace dwreloc::internal
