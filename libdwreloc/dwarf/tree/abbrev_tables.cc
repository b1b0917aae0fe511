#include "dwarf/tree/abbrev_tables.h"

#include "absl/strings/str_cat.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

absl::StatusOr<AbbrevPlace> AbbrevPlaceOf(const Unit& unit) {
  const DebugAbbrevOffset offset =
      unit.Locate(SectionId::kDebugAbbrev, unit.abbrev_offset());
  const absl::StatusOr<SectionView>& section =
      unit.View(SectionId::kDebugAbbrev, offset.section);
  if (!section.ok()) {
    return MakeError(GetDetail(section.status()).code,
                     absl::StrCat("abbreviations: no usable .debug_abbrev "
                                  "section: ",
                                  section.status().message()));
  }
  return AbbrevPlace{.section = &*section, .offset = offset};
}

absl::StatusOr<const AbbrevTable*> AbbrevTables::Find(const Unit& unit) {
  return Find(unit, std::nullopt);
}

absl::StatusOr<const AbbrevTable*> AbbrevTables::FindForRoot(const Unit& unit) {
  RelocCursor cursor = unit.CursorAt(unit.first_die());
  const uint64_t code = cursor.Uleb();
  if (!cursor.ok() || code == 0) return unit.abbrevs();
  absl::StatusOr<const AbbrevTable*> table = Find(unit, code);
  // If the declaration does not exist, the error comes from the whole table.
  if (!table.ok() || (*table)->Find(code) == nullptr) return unit.abbrevs();
  return table;
}

absl::StatusOr<const AbbrevTable*> AbbrevTables::Find(
    const Unit& unit, std::optional<uint64_t> only) {
  DWRELOC_ASSIGN_OR_RETURN(const AbbrevPlace place, AbbrevPlaceOf(unit));
  const SectionView& section = *place.section;
  const DebugAbbrevOffset offset = place.offset;
  const Encoding encoding = unit.encoding();
  Key key(section.index, offset.value, encoding.version, encoding.address_size,
          encoding.format, std::nullopt);
  if (only.has_value()) {
    // The whole table can be used as well.
    const Table* whole = tables_.Peek(key);
    if (whole != nullptr && whole->ok()) return (*whole)->get();
    std::get<std::optional<uint64_t>>(key) = only;
  }
  const uint64_t section_size =
      unit.sections().View(section.index).value().bytes.size();
  const Table& table = tables_.Get(key, [&] {
    return Parse(section, section_size, offset, encoding, only);
  });
  if (!table.ok()) return table.status();
  return table->get();
}

AbbrevTables::Table AbbrevTables::Parse(const SectionView& section,
                                        uint64_t section_size,
                                        DebugAbbrevOffset offset,
                                        Encoding encoding,
                                        std::optional<uint64_t> only) {
  // Tables follow each other.  If thousands of units each named a different
  // byte of one table, reading them would take quadratic time and memory.
  constexpr uint64_t kMaxReadings = 64;
  if (CountBytes(section.index, 0) / kMaxReadings > section_size) {
    return MakeError(ErrorCode::kBadDwarf, section.index, offset.value,
                     "too many abbreviation tables overlap");
  }
  Table table = only.has_value()
                    ? AbbrevTable::ParseOne(section, offset, encoding, *only)
                    : AbbrevTable::Parse(section, offset, encoding);
  if (table.ok()) CountBytes(section.index, (*table)->size());
  return table;
}

uint64_t AbbrevTables::CountBytes(uint32_t section, uint64_t size) {
  const std::lock_guard lock(bytes_mutex_);
  uint64_t& count = bytes_read_[section];
  const uint64_t before = count;
  count += size;
  return before;
}

}  // namespace dwreloc::internal
