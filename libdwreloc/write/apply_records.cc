#include "write/apply_records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "reloc/explain.h"
#include "write/store.h"

namespace dwreloc::internal {
namespace {

bool FitsWidth(uint64_t number, int width) {
  return width >= 8 || number == ZeroExtend(number, width) ||
         static_cast<int64_t>(number) == SignExtend(number, width);
}

class Applier {
 public:
  Applier(const Module& module, uint32_t section, Applying applying,
          const RelocTable& table, AppliedSection* result)
      : module_(module),
        section_(section),
        applying_(applying),
        table_(table),
        result_(*result) {}

  void Apply(uint32_t reloc_section) {
    AppliedRecords& records = result_.records.emplace_back();
    records.reloc_section = reloc_section;
    const absl::StatusOr<RelocRecords> opened =
        RelocRecords::Open(module_.file(), reloc_section);
    if (!opened.ok()) {
      records.is_unreadable = true;
      Remember(opened.status());
      return;
    }
    RelocStream stream(*opened);
    RawReloc raw;
    while (stream.Next(&raw)) {
      if (ApplyOne(raw)) {
        ++records.applied;
      } else {
        records.left.push_back(stream.index() - 1);
      }
    }
    if (stream.ok()) return;
    records.is_unreadable = true;
    Remember(MakeError(ErrorCode::kBadElf, reloc_section, kNoOffset,
                       "a record cannot be read"));
  }

 private:
  void Remember(const absl::Status& status) {
    if (!result_.first_failure.ok()) return;
    const ErrorDetail detail = GetDetail(status);
    result_.first_failure =
        detail.section != kNoSection
            ? status
            : MakeError(ErrorDetail{.code = detail.code,
                                    .section = section_,
                                    .offset = at_,
                                    .reloc_type = detail.reloc_type,
                                    .symbol = detail.symbol},
                        absl::StrCat(status.message()));
  }

  // The number that the field becomes.
  absl::StatusOr<uint64_t> NumberFor(const RelocValue& value) const {
    const Resolver& resolver = module_.resolver();
    if (value.is_bad()) {
      return NoNumber(module_.sections().context(), value);
    }
    if (!value.counts_from_place()) return resolver.Resolve(value);
    RelocValue target = value;
    target.detail &= ~RelocValue::kFromPlace;
    target.width = 0;  // the sum may be any address
    DWRELOC_ASSIGN_OR_RETURN(const uint64_t address, resolver.Resolve(target));
    RelocValue here;
    here.kind = RelocKind::kSection;
    here.section = section_;
    here.value = at_ + module_.sections().machine()->pc_bias;
    DWRELOC_ASSIGN_OR_RETURN(const uint64_t place, resolver.Resolve(here));
    return address - place;
  }

  bool ApplyOne(const RawReloc& raw) {
    at_ = raw.offset;
    const Howto howto = FindHowto(module_.sections().machine(), raw.type);
    if (howto.op == RelocOp::kNone) return true;
    const RelocValue value = table_.At(raw.offset, hint_);
    // A number that depends on no place, and does not need its symbol to tell
    // in which section it is an offset.
    const bool is_static = value.is_constant() && !value.counts_from_place();
    if (applying_ == Applying::kStatic && !is_static) {
      if (value.is_bad()) {
        Remember(NoNumber(module_.sections().context(), value));
      }
      return false;
    }
    if (value.kind == RelocKind::kSection &&
        module_.file().IsSecondarySection(value.section)) {
      Remember(MakeError(ErrorCode::kNotNumeric,
                         "an offset in one of several sections of a name: only "
                         "the record says in which"));
      return false;
    }
    const uint64_t size = value.width != 0
                              ? value.width
                              : FieldSize(howto, result_.bytes, raw.offset);
    if (size == 0 || !Fits(raw.offset, size, result_.bytes.size())) {
      Remember(MakeError(ErrorCode::kBadReloc,
                         "the field of the record is outside the section"));
      return false;
    }
    const absl::StatusOr<uint64_t> number = NumberFor(value);
    if (!number.ok()) {
      Remember(number.status());
      return false;
    }
    if (Write(raw.offset, size, howto, *number)) return true;
    Remember(MakeError(ErrorCode::kRange, ErrorText(ErrorCode::kRange)));
    return false;
  }

  bool Write(uint64_t offset, uint64_t size, const Howto& howto,
             uint64_t number) {
    uint8_t* const field = result_.bytes.data() + offset;
    if (howto.field == RelocField::kUleb128) {
      // Not half of a number that does not fit.
      uint8_t number_bytes[kMaxFieldSize] = {};
      if (size > kMaxFieldSize || !StoreUleb128(number_bytes, size, number)) {
        return false;
      }
      std::copy(number_bytes, number_bytes + size, field);
      return true;
    }
    if (size > 8 || !FitsWidth(number, static_cast<int>(size))) return false;
    StoreWidth(field, size, number, module_.file().order());
    return true;
  }

  const Module& module_;
  const uint32_t section_;
  const Applying applying_;
  const RelocTable& table_;
  AppliedSection& result_;
  RelocHint hint_;
  uint64_t at_ = 0;  // of the record that is being applied
};

}  // namespace

absl::StatusOr<AppliedSection> ApplyRecords(const Module& module,
                                            uint32_t section,
                                            Applying applying) {
  const absl::StatusOr<SectionView>& view = module.sections().View(section);
  if (!view.ok()) return view.status();
  AppliedSection result;
  result.bytes.assign(view->bytes.begin(), view->bytes.end());
  if (view->relocs == nullptr) return result;
  Applier applier(module, section, applying, *view->relocs->Get(), &result);
  for (const uint32_t reloc_section :
       module.sections().reloc_sections().For(section)) {
    applier.Apply(reloc_section);
  }
  return result;
}

}  // namespace dwreloc::internal
