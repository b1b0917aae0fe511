#include "dwarf/tree/abbrev.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {

absl::StatusOr<std::unique_ptr<const AbbrevTable>> AbbrevTable::Parse(
    const SectionView& section, DebugAbbrevOffset offset, Encoding encoding,
    uint64_t only) {
  if (offset.value >= section.bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, section.index, offset.value,
                     absl::StrCat("abbreviation table is outside the section "
                                  "of ",
                                  section.bytes.size(), " bytes"));
  }
  auto table = std::make_unique<AbbrevTable>();
  Cursor cursor(section.bytes, section.order, section.index, offset.value);
  while (true) {
    Abbrev abbrev;
    abbrev.offset = cursor.offset();
    if (cursor.at_end()) {
      table->status_ = MakeError(ErrorCode::kTruncated, section.index,
                                 abbrev.offset, "the table has no end");
      break;
    }
    abbrev.code = cursor.Uleb();
    if (!cursor.ok() || abbrev.code == 0) break;
    const uint64_t tag = cursor.Uleb();
    abbrev.has_children = cursor.U8() != 0;
    const size_t first = table->specs_.size();
    const bool is_wanted = only == kAllCodes || abbrev.code == only;
    bool is_valid = tag <= UINT16_MAX;
    size_t without_bytes = 0;
    while (cursor.ok()) {
      const uint64_t name = cursor.Uleb();
      const uint64_t form = cursor.Uleb();
      const int64_t implicit_const =
          form == DW_FORM_implicit_const ? cursor.Sleb() : 0;
      if (name == 0 && form == 0) break;
      is_valid = is_valid && name <= UINT16_MAX && form <= UINT16_MAX;
      if (!is_wanted) continue;
      AttributeSpec spec = MakeSpec(static_cast<uint16_t>(name),
                                    static_cast<uint16_t>(form), encoding);
      if (form == DW_FORM_implicit_const) spec.implicit_const = implicit_const;
      without_bytes += TakesNoBytes(spec.op) ? 1 : 0;
      table->specs_.push_back(spec);
      const bool is_fixed = HasFixedSize(spec.op) &&
                            abbrev.fixed_size < Abbrev::kVariableSize - 16;
      abbrev.fixed_size =
          is_fixed ? abbrev.fixed_size + spec.width : Abbrev::kVariableSize;
    }
    if (!cursor.ok()) break;
    if (!is_valid || without_bytes > kMaxAttributesWithoutBytes) {
      const std::string fault =
          is_valid ? absl::StrCat(" has ", without_bytes,
                                  " attributes that take no bytes, more than ",
                                  kMaxAttributesWithoutBytes)
                   : " has a tag, attribute or form beyond 16 bits";
      if (table->status_.ok()) {
        table->status_ =
            MakeError(ErrorCode::kBadDwarf, section.index, abbrev.offset,
                      absl::StrCat("abbreviation ", abbrev.code, fault));
      }
      table->specs_.resize(first);
      continue;
    }
    abbrev.die_code = static_cast<uint32_t>(abbrev.code);
    abbrev.tag = static_cast<uint16_t>(tag);
    abbrev.count = static_cast<uint32_t>(table->specs_.size() - first);
    if (!is_wanted) continue;
    table->abbrevs_.push_back(abbrev);
    if (only != kAllCodes) break;
  }
  if (!cursor.ok() && table->status_.ok()) table->status_ = cursor.status();
  table->size_ = cursor.offset() - offset.value;

  std::vector<Abbrev>& abbrevs = table->abbrevs_;
  abbrevs.shrink_to_fit();
  table->specs_.shrink_to_fit();
  const AttributeSpec* specs = table->specs_.data();
  for (Abbrev& abbrev : abbrevs) {
    abbrev.specs = specs;
    specs += abbrev.count;
  }
  const auto by_code = [](const Abbrev& a, const Abbrev& b) {
    return a.code < b.code;
  };
  // Of two declarations with one code the first counts, as in other readers.
  if (!std::is_sorted(abbrevs.begin(), abbrevs.end(), by_code)) {
    std::stable_sort(abbrevs.begin(), abbrevs.end(), by_code);
  }
  uint64_t dense = 0;
  while (dense < abbrevs.size() && abbrevs[dense].code == dense + 1) ++dense;
  table->dense_count_ = dense;
  return table;
}

const Abbrev* AbbrevTable::FindSparse(uint64_t code) const {
  const auto found = std::lower_bound(
      abbrevs_.begin(), abbrevs_.end(), code,
      [](const Abbrev& abbrev, uint64_t value) { return abbrev.code < value; });
  return found == abbrevs_.end() || found->code != code ? nullptr : &*found;
}

}  // namespace dwreloc::internal
