// The digest's slow path: records that the fast pass does not know, one by one,
// and fields that several records supply together (see reloc/evaluate.h).

#include <algorithm>

#include "reloc/reloc_digest.h"

namespace dwreloc::internal {

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

void RelocDigester::SpoilTable(ErrorCode code) {
  table_->whole_table_error_ = code;
  Report(code, RelocFault::kNone, 0, kNoOffset);
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

void RelocDigester::AddOther(uint64_t offset, int width,
                             const RelocValue& value) {
  if (value.is_bad()) {
    Report(value.error, value.fault(), value.detail, offset);
  }
  table_->others_.push_back(
      {.offset = offset, .value = value, .width = static_cast<uint8_t>(width)});
  // Where one of unknown width is, no other may be.
  passed_.Pass(offset, static_cast<uint64_t>(std::max(width, 1)));
}

void RelocDigester::AddSlowly(const RawReloc& record, bool is_rela) {
  const Howto howto = FindHowto(context_.machine, record.type);
  if (howto.op == RelocOp::kNone) {
    has_unpassed_records_ = true;
    return;
  }
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
  if (HasAddendInField(context_, is_rela) || howto.op == RelocOp::kInPlace) {
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
  if (at < kNoRecordOffset) {
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
      const bool fits4 = has_its_mode && static_cast<int64_t>(number) ==
                                             static_cast<int32_t>(number);
      if (value.width == 8 && fits8) {
        table_->records8_.Add(
            {.offset = offset, .symbol = symbol | flag, .value = number});
        return passed_.Pass(offset, 8);
      }
      if (value.width == 4 && value.is_constant()) {
        table_->numbers4_.Add(
            {.offset = offset, .value = static_cast<uint32_t>(number)});
        return passed_.Pass(offset, 4);
      }
      if (value.width == 4 && fits4) {
        table_->addresses4_.Add({.offset = offset,
                                 .symbol = symbol | flag,
                                 .addend = static_cast<int32_t>(number)});
        return passed_.Pass(offset, 4);
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
  if (sequence_.empty()) return;
  // They were collected, while others may have been passed.
  has_unpassed_records_ = true;
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

}  // namespace dwreloc::internal
