#include "dwarf/tree/abbrev.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/abbrev_reader.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {
namespace {

// Passes attributes of one byte each for name and form, and nothing else.  gcc
// declares what is used most first, and the root DIE among the last: finding
// that one passes nearly all of a table.
void PassShortAttributes(Cursor& cursor) {
  const uint8_t* const begin = cursor.data();
  const uint8_t* const end = begin + cursor.remaining();
  const uint8_t* p = begin;
  while (end - p >= 2 && (p[0] | p[1]) < 0x80 && (p[0] | p[1]) != 0 &&
         p[1] != DW_FORM_implicit_const) {
    p += 2;
  }
  cursor.Skip(static_cast<uint64_t>(p - begin));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const AbbrevTable>> AbbrevTable::Parse(
    const SectionView& section, DebugAbbrevOffset offset, Encoding encoding,
    uint64_t only) {
  if (offset.value >= section.bytes.size()) {
    return NoAbbrevTable(section, offset.value);
  }
  auto table = std::make_unique<AbbrevTable>();
  Cursor cursor(section.bytes, section.order, section.index, offset.value);
  while (true) {
    if (cursor.at_end()) {
      table->status_ = AbbrevTableHasNoEnd(section.index, cursor.offset());
      break;
    }
    RawAbbrev raw;
    if (!ReadAbbrev(cursor, &raw)) break;
    const size_t first = table->specs_.size();
    const bool is_wanted = only == kAllCodes || raw.code == only;
    bool is_valid = raw.tag <= UINT16_MAX;
    size_t without_bytes = 0;
    Abbrev abbrev;
    RawAbbrevAttribute attribute;
    if (!is_wanted) PassShortAttributes(cursor);
    while (ReadAbbrevAttribute(cursor, &attribute)) {
      is_valid = is_valid && attribute.name <= UINT16_MAX &&
                 attribute.form <= UINT16_MAX;
      if (!is_wanted) {
        PassShortAttributes(cursor);
        continue;
      }
      AttributeSpec spec =
          MakeSpec(static_cast<uint16_t>(attribute.name),
                   static_cast<uint16_t>(attribute.form), encoding);
      if (attribute.has_implicit_const()) {
        spec.implicit_const = attribute.implicit_const;
      }
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
            MakeError(ErrorCode::kBadDwarf, section.index, raw.offset,
                      absl::StrCat("abbreviation ", raw.code, fault));
      }
      table->specs_.resize(first);
      continue;
    }
    abbrev.code = raw.code;
    abbrev.offset = raw.offset;
    abbrev.die_code = static_cast<uint32_t>(raw.code);
    abbrev.tag = static_cast<uint16_t>(raw.tag);
    abbrev.has_children = raw.children != 0;
    abbrev.count = static_cast<uint32_t>(table->specs_.size() - first);
    if (!is_wanted) continue;
    table->abbrevs_.push_back(abbrev);
    if (only != kAllCodes) break;
  }
  if (!cursor.ok() && table->status_.ok()) table->status_ = cursor.status();
  table->size_ = cursor.offset() - offset.value;
  table->Index();
  return table;
}

void AbbrevTable::Index() {
  abbrevs_.shrink_to_fit();
  specs_.shrink_to_fit();
  const AttributeSpec* specs = specs_.data();
  for (Abbrev& abbrev : abbrevs_) {
    abbrev.specs = specs;
    specs += abbrev.count;
  }
  const auto by_code = [](const Abbrev& a, const Abbrev& b) {
    return a.code < b.code;
  };
  // Of two declarations with one code the first counts, as in other readers.
  if (!std::is_sorted(abbrevs_.begin(), abbrevs_.end(), by_code)) {
    std::stable_sort(abbrevs_.begin(), abbrevs_.end(), by_code);
  }
  uint64_t dense = 0;
  while (dense < abbrevs_.size() && abbrevs_[dense].code == dense + 1) ++dense;
  dense_count_ = dense;
}

const Abbrev* AbbrevTable::FindSparse(uint64_t code) const {
  const auto found = std::lower_bound(
      abbrevs_.begin(), abbrevs_.end(), code,
      [](const Abbrev& abbrev, uint64_t value) { return abbrev.code < value; });
  return found == abbrevs_.end() || found->code != code ? nullptr : &*found;
}

}  // namespace dwreloc::internal
