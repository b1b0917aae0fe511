#include "dwarf/lookup/names.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/abbrev_reader.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {
namespace {

// Garbage may have a bad header every few bytes: then the first ones are
// enough.
constexpr size_t kMaxErrors = 1000;

constexpr int kHashSize = 4;
constexpr int kSignatureSize = 8;

}  // namespace

std::optional<uint32_t> NameHash(std::string_view name) {
  uint32_t hash = 5381;
  for (const char c : name) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if (byte >= 0x80) return std::nullopt;
    const bool is_upper = byte >= 'A' && byte <= 'Z';
    hash = hash * 33 + (is_upper ? byte + ('a' - 'A') : byte);
  }
  return hash;
}

absl::StatusOr<std::unique_ptr<const NameIndex>> NameIndex::Parse(
    const DwarfSections& sections, const SectionView& view, uint64_t offset,
    uint64_t* end) {
  *end = 0;
  auto index = std::make_unique<NameIndex>();
  index->sections_ = &sections;
  index->view_ = &view;
  index->family_ = ClassifySectionName(sections.file().Name(view.index)).family;
  DWRELOC_RETURN_IF_ERROR(index->ParseHeader(offset, end));
  DWRELOC_RETURN_IF_ERROR(index->ParseAbbrevs());
  return index;
}

absl::Status NameIndex::ParseHeader(uint64_t offset, uint64_t* end) {
  NameIndexHeader& header = header_;
  RelocCursor cursor(*view_, offset);
  header.offset = offset;
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&header.encoding.format));
  header.end = cursor.end();
  *end = header.end;
  const uint64_t version_at = cursor.offset();
  header.encoding.version = cursor.U16();
  if (!cursor.ok()) return cursor.status();
  if (header.encoding.version != 5) {
    return MakeError(ErrorCode::kUnsupported, view_->index, version_at,
                     absl::StrCat("name index version ",
                                  header.encoding.version, ", expected 5"));
  }
  cursor.U16();  // padding
  const uint64_t counts_at = cursor.offset();
  header.comp_unit_count = cursor.U32();
  header.local_type_unit_count = cursor.U32();
  header.foreign_type_unit_count = cursor.U32();
  header.bucket_count = cursor.U32();
  header.name_count = cursor.U32();
  header.abbrev_table_size = cursor.U32();
  const uint32_t augmentation_string_size = cursor.U32();
  const Bytes augmentation = cursor.Block(augmentation_string_size);
  if (!cursor.ok()) return cursor.status();
  header.augmentation_string = std::string_view(
      reinterpret_cast<const char*>(augmentation.data()), augmentation.size());
  header.augmentation_string = header.augmentation_string.substr(
      0, header.augmentation_string.find_last_not_of('\0') + 1);
  // The string is padded to a multiple of 4, whatever its size says.
  cursor.Skip(std::min<uint64_t>((4 - augmentation_string_size % 4) % 4,
                                 cursor.remaining()));

  // 32-bit counts of small items do not overflow.
  const uint64_t width = static_cast<uint64_t>(header.encoding.offset_size());
  uint64_t at = cursor.offset();
  const auto array = [&at](uint64_t count, uint64_t size) {
    const uint64_t begin = at;
    at += count * size;
    return begin;
  };
  header.comp_units = array(header.comp_unit_count, width);
  header.local_type_units = array(header.local_type_unit_count, width);
  header.foreign_type_units =
      array(header.foreign_type_unit_count, kSignatureSize);
  header.buckets = array(header.bucket_count, kHashSize);
  header.hashes =
      array(header.bucket_count == 0 ? 0 : header.name_count, kHashSize);
  header.string_offsets = array(header.name_count, width);
  header.entry_offsets = array(header.name_count, width);
  header.abbrevs = array(header.abbrev_table_size, 1);
  header.entry_pool = at;
  if (header.entry_pool > header.end) {
    return MakeError(
        ErrorCode::kBadDwarf, view_->index, counts_at,
        absl::StrCat("what the header counts takes ",
                     header.entry_pool - offset, " bytes, the index has ",
                     header.end - offset));
  }
  return absl::OkStatus();
}

absl::Status NameIndex::ParseAbbrevs() {
  Cursor cursor(view_->bytes, view_->order, view_->index, header_.abbrevs,
                header_.entry_pool);
  // Without entries there is no table, not even its end.  It ends where the
  // header says; a 0 before that is skipped.
  bool is_terminated = false;
  while (!cursor.at_end()) {
    Abbrev abbrev;
    abbrev.offset = cursor.offset();
    abbrev.code = cursor.Uleb();
    if (abbrev.code == 0) {
      is_terminated = cursor.ok();
      continue;
    }
    const uint64_t tag = cursor.Uleb();
    const size_t first = specs_.size();
    bool is_valid = tag <= UINT16_MAX;
    size_t without_bytes = 0;
    RawAbbrevAttribute attribute;
    while (ReadAbbrevAttribute(cursor, &attribute)) {
      is_valid = is_valid && attribute.name <= UINT16_MAX &&
                 attribute.form <= UINT16_MAX;
      AttributeSpec spec =
          MakeSpec(static_cast<uint16_t>(attribute.name),
                   static_cast<uint16_t>(attribute.form), header_.encoding);
      if (attribute.has_implicit_const()) {
        spec.implicit_const = attribute.implicit_const;
      }
      without_bytes += TakesNoBytes(spec.op) ? 1 : 0;
      specs_.push_back(spec);
    }
    if (!cursor.ok()) break;
    const bool is_too_long = without_bytes > kMaxAttributesWithoutBytes;
    if ((!is_valid || is_too_long) && is_terminated) break;
    if (is_too_long) {
      return MakeError(
          ErrorCode::kBadDwarf, view_->index, abbrev.offset,
          absl::StrCat("abbreviation ", abbrev.code, " has ", without_bytes,
                       " attributes that take no bytes, more "
                       "than ",
                       kMaxAttributesWithoutBytes));
    }
    if (!is_valid) {
      return MakeError(ErrorCode::kBadDwarf, view_->index, abbrev.offset,
                       absl::StrCat("abbreviation ", abbrev.code,
                                    " has a tag, attribute or form beyond 16 "
                                    "bits"));
    }
    abbrev.tag = static_cast<uint16_t>(tag);
    abbrev.count = static_cast<uint32_t>(specs_.size() - first);
    abbrevs_.push_back(abbrev);
  }
  // The bytes after the 0 need not be a declaration.
  if (!cursor.ok() && !is_terminated) return cursor.status();
  const AttributeSpec* specs = specs_.data();
  for (Abbrev& abbrev : abbrevs_) {
    abbrev.specs = specs;
    specs += abbrev.count;
  }
  std::stable_sort(
      abbrevs_.begin(), abbrevs_.end(),
      [](const Abbrev& a, const Abbrev& b) { return a.code < b.code; });
  return absl::OkStatus();
}

const Abbrev* NameIndex::FindAbbrev(uint64_t code) const {
  const auto found = std::lower_bound(
      abbrevs_.begin(), abbrevs_.end(), code,
      [](const Abbrev& abbrev, uint64_t value) { return abbrev.code < value; });
  return found != abbrevs_.end() && found->code == code ? &*found : nullptr;
}

uint32_t NameIndex::unit_count(NameUnitKind kind) const {
  switch (kind) {
    case NameUnitKind::kCompile:
      return header_.comp_unit_count;
    case NameUnitKind::kLocalType:
      return header_.local_type_unit_count;
    case NameUnitKind::kForeignType:
      return header_.foreign_type_unit_count;
    case NameUnitKind::kNone:
      break;
  }
  return 0;
}

uint64_t NameIndex::Number(uint64_t array, uint64_t index, int width) const {
  return LoadWidth(
      view_->bytes.data() + array + index * static_cast<uint64_t>(width), width,
      view_->order);
}

NameUnit NameIndex::UnitAt(NameUnitKind kind, uint32_t number,
                           RelocObserver* observer) const {
  NameUnit unit;
  unit.kind = kind;
  if (kind == NameUnitKind::kForeignType) {
    unit.signature = Number(header_.foreign_type_units, number, kSignatureSize);
    return unit;
  }
  const uint64_t array = kind == NameUnitKind::kCompile
                             ? header_.comp_units
                             : header_.local_type_units;
  const int width = header_.encoding.offset_size();
  const uint64_t at = array + number * static_cast<uint64_t>(width);
  RelocCursor cursor(*view_, at);
  cursor.set_observer(observer);
  cursor.set_field(kind == NameUnitKind::kCompile ? "CU offset"
                                                  : "local TU offset");
  unit.offset = cursor.Value(width);
  const absl::StatusOr<SectionPlace> place =
      sections_->PlaceOf(unit.offset, SectionId::kDebugInfo, family_);
  if (place.ok()) unit.place = *place;
  if (unit.offset.is_constant()) unit.offset.section = unit.place.section;
  return unit;
}

IndexedName NameIndex::NameAt(uint32_t number, RelocObserver* observer) const {
  const uint64_t index = number - 1;
  const int width = header_.encoding.offset_size();
  IndexedName name;
  name.number = number;
  if (header_.bucket_count != 0) {
    name.hash = static_cast<uint32_t>(Number(header_.hashes, index, kHashSize));
  }
  RelocCursor cursor(
      *view_, header_.string_offsets + index * static_cast<uint64_t>(width));
  cursor.set_observer(observer);
  cursor.set_field("string offset");
  name.string_offset = cursor.Value(width);
  if (name.string_offset.is_constant()) {
    name.string_offset.section = sections_->Find(SectionId::kDebugStr, family_);
  }
  name.entries =
      header_.entry_pool + Number(header_.entry_offsets, index, width);
  return name;
}

absl::StatusOr<std::string_view> NameIndex::String(
    const IndexedName& name) const {
  const RelocValue& offset = name.string_offset;
  if (offset.is_constant()) {
    return sections_->String(SectionId::kDebugStr, family_, offset.value);
  }
  const absl::StatusOr<SectionPlace> place =
      sections_->PlaceOf(offset, SectionId::kDebugStr, family_);
  if (place.ok()) return sections_->String(*place);
  const uint64_t width = static_cast<uint64_t>(header_.encoding.offset_size());
  return FailureOf("string offset", view_->index,
                   header_.string_offsets + (name.number - 1) * width,
                   place.status());
}

bool NameIndex::IsNamed(const IndexedName& name,
                        std::string_view string) const {
  const absl::StatusOr<std::string_view> found = String(name);
  return found.ok() && *found == string;
}

absl::StatusOr<std::optional<IndexedName>> NameIndex::Find(
    std::string_view string) const {
  const std::optional<uint32_t> hash = NameHash(string);
  if (header_.bucket_count == 0 || !hash.has_value()) {
    for (uint32_t i = 0; i < header_.name_count; ++i) {
      const IndexedName name = NameAt(i + 1);
      if (IsNamed(name, string)) return name;
    }
    return std::nullopt;
  }
  const uint32_t bucket = *hash % header_.bucket_count;
  const uint64_t first = Number(header_.buckets, bucket, kHashSize);
  if (first == 0) return std::nullopt;
  if (first > header_.name_count) {
    return MakeError(ErrorCode::kBadDwarf, view_->index,
                     header_.buckets + uint64_t{bucket} * kHashSize,
                     absl::StrCat("a bucket begins with name ", first, " of ",
                                  header_.name_count));
  }
  // Names of one bucket are consecutive.
  for (uint64_t number = first; number <= header_.name_count; ++number) {
    const uint64_t other = Number(header_.hashes, number - 1, kHashSize);
    if (other % header_.bucket_count != bucket) break;
    if (other != *hash) continue;
    const IndexedName name = NameAt(static_cast<uint32_t>(number));
    if (IsNamed(name, string)) return name;
  }
  return std::nullopt;
}

const DebugNames::List& DebugNames::list() const {
  return *list_.Get([this] {
    auto list = std::make_unique<List>();
    const auto complain = [&list](const absl::Status& status) {
      if (list->errors.size() < kMaxErrors) list->errors.push_back(status);
    };
    for (const DebugSection& section : sections_.file().debug_sections()) {
      if (section.name.id != SectionId::kDebugNames) continue;
      const absl::StatusOr<SectionView>& view = sections_.View(section.index);
      if (!view.ok()) {
        complain(view.status());
        continue;
      }
      RelocCursor cursor(*view);
      while (true) {
        cursor.SkipPadding();
        if (cursor.at_end()) break;
        uint64_t end;
        absl::StatusOr<std::unique_ptr<const NameIndex>> index =
            NameIndex::Parse(sections_, *view, cursor.offset(), &end);
        if (index.ok()) {
          list->indexes.push_back(*std::move(index));
        } else {
          complain(index.status());
        }
        if (end == 0) break;  // the start of the next one is unknown
        cursor.Seek(end);
      }
    }
    return list;
  });
}

}  // namespace dwreloc::internal
