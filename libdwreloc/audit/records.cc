#include "audit/records.h"

#include <elf.h>

#include <optional>
#include <type_traits>

#include "dwarf/tree/number_section.h"
#include "reloc/bpf_instruction.h"

namespace dwreloc::internal {

// The C API keeps readers in memory that is never destroyed.
static_assert(std::is_trivially_destructible_v<RecordReader>);

RecordReader::RecordReader(const Module& module, uint32_t section,
                           uint64_t from, uint64_t to)
    : module_(&module), section_(section), from_(from), to_(to) {
  // Of others not even the contents are needed, which may be compressed.
  if (module.sections().reloc_sections().For(section).empty()) return;
  const absl::StatusOr<Bytes> bytes = module.file().Contents(section);
  if (bytes.ok()) bytes_ = *bytes;
  const absl::StatusOr<SectionView>& view = module.sections().View(section);
  if (view.ok() && view->relocs != nullptr) digest_ = view->relocs->Get();
}

bool RecordReader::is_sorted() const {
  return digest_ != nullptr && digest_->has_sorted_records();
}

bool RecordReader::OpenNext() {
  const std::span<const uint32_t> sections =
      module_->sections().reloc_sections().For(section_);
  if (reloc_section_ >= sections.size()) return false;
  const uint32_t index = sections[reloc_section_++];
  const absl::StatusOr<RelocRecords> records =
      RelocRecords::Open(module_->file(), index);
  if (!records.ok()) {
    error_ = GetDetail(records.status()).code;
    error_section_ = index;
    return false;
  }
  records_ = *records;
  stream_ = RelocStream(records_);
  can_seek_ = is_sorted() && !records_.is_crel();
  if (can_seek_) stream_.Seek(from_);
  is_ordered_ = MayReadOrdered();
  if (is_ordered_) hint_.at4 = static_cast<uint32_t>(stream_.index());
  is_open_ = true;
  return true;
}

// Returns true if the records are those that the digest looks up where they
// are, and their fields are here and hold data.
bool RecordReader::MayReadOrdered() const {
  const ElfFile& file = module_->file();
  if (!can_seek_ || !file.is_relocatable()) return false;
  const OrderedRecords& ordered = digest_->ordered();
  if (!ordered.is_used() || ordered.bytes().data() != records_.data()) {
    return false;
  }
  if ((file.Header(section_).sh_flags & SHF_EXECINSTR) != 0) return false;
  const uint32_t last = ordered.count() - 1;
  return Fits(ordered.OffsetAt(last),
              static_cast<uint64_t>(ordered.WidthAt(last)), bytes_.size());
}

absl::Status RecordReader::status() const {
  if (error_ == ErrorCode::kOk) return absl::OkStatus();
  // Opening it again gives the text again.
  absl::Status status =
      RelocRecords::Open(module_->file(), error_section_).status();
  if (!status.ok()) return status;
  return MakeError(ErrorCode::kBadElf, error_section_, kNoOffset,
                   "a CREL record cannot be read: it is cut or too long");
}

bool RecordReader::Next(Record* record) {
  error_ = ErrorCode::kOk;
  while (is_open_ || OpenNext()) {
    if (is_ordered_) {
      if (NextOrdered(record)) return true;
      is_open_ = false;
      continue;
    }
    RawReloc raw;
    while (stream_.Next(&raw)) {
      // An r_offset may be any number, including the last one.
      const bool is_behind = raw.offset >= to_ && to_ != kNoOffset;
      if (is_behind && can_seek_) break;
      if (raw.offset < from_ || is_behind) continue;
      *record = Record();
      record->raw = raw;
      record->index = stream_.index() - 1;
      record->info = records_.Info(record->index);
      record->section = section_;
      record->reloc_section = records_.section_index();
      record->is_rela = records_.is_rela();
      Evaluate(record);
      return true;
    }
    is_open_ = false;
    if (!stream_.ok()) {
      error_ = ErrorCode::kBadElf;
      error_section_ = records_.section_index();
      return false;
    }
  }
  return false;
}

// The same for records that the digest looks up where they are.  These are of
// two types (reloc/ordered_records.h), and no two of them overlap: most
// questions need not be asked again for each record, which takes 170
// instructions instead of 450.
bool RecordReader::NextOrdered(Record* record) {
  const OrderedRecords& ordered = digest_->ordered();
  const uint32_t index = hint_.at4;
  if (index == ordered.count()) return false;
  const RawReloc raw =
      DecodeReloc(records_.data() + index * OrderedRecords::kSize,
                  /*is_64=*/true, /*is_rela=*/true, ByteOrder::kLittle,
                  RelocInfo::kStandard);
  if (raw.offset >= to_ && to_ != kNoOffset) return false;
  const Howto& howto = HowtoOf(raw.type);
  *record = {.raw = raw,
             .section = section_,
             .reloc_section = records_.section_index(),
             .index = index,
             .info = uint64_t{raw.symbol} << 32 | raw.type,
             .is_rela = true,
             .howto = howto,
             .addend = raw.addend,
             .in_place = LoadWidth(bytes_.data() + raw.offset, howto.width,
                                   ByteOrder::kLittle),
             .size = howto.width,
             .value = {}};
  if (howto.width == 8) {
    digest_->Find8(raw.offset, hint_.at4, hint_, &record->value);
  } else {
    digest_->Find4(raw.offset, hint_.at4, hint_, &record->value);
    // Such a number is always the place of its symbol.
    record->value.section = TargetOf(raw, howto).section;
  }
  hint_.at4 = index + 1;
  return true;
}

// The digest keeps numbers without their section; the symbol gives it.
uint32_t RecordReader::SectionOf(const Record& record) {
  if (IsPrefix(record.howto)) prefix_at_ = record.raw.offset;
  // Together with a prefix it is a difference.
  if (prefix_at_ == record.raw.offset) return kNoSection;
  const RawReloc& raw = record.raw;
  const Target& target = TargetOf(raw, record.howto);
  const uint32_t section = target.section;
  if (section == kNoSection) return kNoSection;
  // The same goes for records that write the same field together with others:
  // such a record alone has another value.
  if (target.is_sum && record.is_rela) {
    const uint64_t sum = target.start + static_cast<uint64_t>(raw.addend);
    // A sum that its field cannot hold is no number, but an error.
    const bool fits = ZeroExtend(sum, record.howto.width) == sum;
    if (fits) return sum == record.value.value ? section : kNoSection;
  }
  const RelocContext& context = module_->sections().context();
  const RelocValue alone =
      EvaluateRecord(context, section_, record.raw, record.is_rela,
                     record.howto, record.in_place);
  return ComparePlace(alone, record.value) == 0 ? section : kNoSection;
}

RecordReader::Target RecordReader::MakeTarget(const RawReloc& raw,
                                              const Howto& howto) const {
  const RelocContext& context = module_->sections().context();
  Target target = {
      .type = raw.type,
      .symbol = raw.symbol,
      .section = NumberSection(context, raw, howto),
  };
  if (target.section == kNoSection) return target;
  const Symbol symbol = context.symbols.Get(raw.symbol);
  target.is_sum =
      howto.op == RelocOp::kAbsolute &&
      context.machine->addend == RelocAddend::kStandard &&
      context.file.is_64() && !context.symbols.HasMode(symbol) &&
      context.symbols.Place(raw.symbol, symbol) == SymbolPlace::kStatic;
  target.start = symbol.value;
  return target;
}

void RecordReader::EvaluateInstruction(Record* record) {
  const RelocContext& context = module_->sections().context();
  const RawReloc& raw = record->raw;
  const std::optional<uint64_t> immediate =
      BpfImmediate(bytes_, raw.offset, raw.type, context.file.order());
  if (!immediate.has_value()) {
    record->value = RelocValue::Bad(ErrorCode::kBadReloc, raw.type, raw.symbol,
                                    RelocFault::kBeyondSection,
                                    static_cast<uint64_t>(record->addend));
    return;
  }
  record->in_place = *immediate;
  if (!record->is_rela) {
    const bool is_section = raw.symbol < context.symbols.count() &&
                            context.symbols.Get(raw.symbol).type == STT_SECTION;
    record->addend = BpfAddend(*immediate, raw.type, is_section);
  }
  RawReloc with_addend = raw;
  with_addend.addend = record->addend;
  record->value = EvaluateRecord(context, section_, with_addend,
                                 /*is_rela=*/true, record->howto, 0);
}

const Howto& RecordReader::NextHowto(uint32_t type) {
  howtos_[1] = howtos_[0];
  howtos_[0] = {
      .type = type,
      .howto = FindHowto(module_->sections().context().machine, type)};
  return howtos_[0].howto;
}

void RecordReader::Evaluate(Record* record) {
  const RelocContext& context = module_->sections().context();
  const RawReloc& raw = record->raw;
  record->howto = HowtoOf(raw.type);
  const uint64_t size = FieldSize(record->howto, bytes_, raw.offset);
  record->size = size <= kMaxFieldSize ? size : 0;
  const int width = size <= 8 ? static_cast<int>(size) : 8;
  const bool fits = width != 0 && Fits(raw.offset, size, bytes_.size());
  if (fits) {
    record->in_place =
        LoadWidth(bytes_.data() + raw.offset, width, context.file.order());
  }
  record->addend = raw.addend;
  if (!record->is_rela && width != 0) {
    record->addend = SignExtend(record->in_place, width);
  }
  if (IsBpfInstruction(context.file, section_, raw.type) &&
      context.file.is_relocatable()) {
    EvaluateInstruction(record);
  } else if (!context.file.is_relocatable()) {
    // The file is linked: the bytes are final.
    record->value = RelocValue::Constant(record->in_place);
  } else if (record->howto.op == RelocOp::kNone) {
    record->value = RelocValue();
  } else if (digest_ != nullptr && raw.offset < bytes_.size()) {
    record->value = digest_->At(raw.offset, hint_);
  } else if (IsUnsupported(record->howto)) {
    record->value = UnsupportedRecord(raw, record->howto);
  } else if (fits) {
    record->value = EvaluateRecord(context, section_, raw, record->is_rela,
                                   record->howto, record->in_place);
  } else {
    record->value = RelocValue::Bad(ErrorCode::kBadReloc, raw.type, raw.symbol,
                                    RelocFault::kBeyondSection,
                                    static_cast<uint64_t>(record->addend));
  }
  // A listing shows the place that the record points at.
  if (record->value.counts_from_place()) {
    record->value.detail &= ~RelocValue::kFromPlace;
  }
  if (record->value.is_constant() && context.file.is_relocatable()) {
    record->value.section = SectionOf(*record);
  }
}

}  // namespace dwreloc::internal
