#include "dwarf/lines/line.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/supplementary.h"

namespace dwreloc::internal {
namespace {

// Reads a datum of an entry: attribute->name is DW_LNCT_*.
absl::Status DecodeDatum(RelocCursor& cursor, const AttributeSpec& format,
                         Encoding encoding, Attribute* attribute) {
  if (!DecodeAttribute(cursor, format, encoding, attribute)) {
    return FormError(
        cursor, *attribute,
        absl::StrCat("content type 0x", absl::Hex(attribute->name)));
  }
  if (attribute->name == DW_LNCT_path &&
      attribute->attribute_class != AttributeClass::kString) {
    return MakeError(ErrorCode::kUnsupported, cursor.section(),
                     attribute->offset,
                     absl::StrCat("unknown form 0x", absl::Hex(attribute->form),
                                  " of DW_LNCT_path"));
  }
  return absl::OkStatus();
}

// Returns true if such a datum has a size that its form says, or is a LEB128
// number.
bool IsPlain(const AttributeSpec& format) {
  const bool is_path = format.name == DW_LNCT_path;
  const bool may_be_path =
      format.attribute_class == static_cast<uint8_t>(AttributeClass::kString);
  return (!is_path || may_be_path) &&
         (HasFixedSize(format.op) || format.op == FormOp::kUleb);
}

// Moves past the first entries: those of plain data, whose LEB128 numbers have
// at most two bytes.  Returns their number: usually `count`.  An entry takes 9
// instructions.
uint64_t PassPlainEntries(std::span<const AttributeSpec> formats,
                          uint64_t count, RelocCursor& cursor) {
  // The bytes before each LEB128 number, and those behind the last one.
  uint16_t gaps[UINT8_MAX + 1];
  size_t number_count = 0;
  gaps[0] = 0;
  uint64_t most = 0;  // bytes of such an entry
  for (const AttributeSpec& format : formats) {
    if (!IsPlain(format)) return 0;
    if (format.op == FormOp::kUleb) {
      gaps[++number_count] = 0;
      most += 2;
    } else {
      gaps[number_count] += format.width;
      most += format.width;
    }
  }
  // Where the entry ends, or nullptr if it has a longer number.
  const auto end_of = [&](const uint8_t* at) -> const uint8_t* {
    for (size_t i = 0; i < number_count; ++i) {
      at += gaps[i];
      if (*at++ < 0x80) continue;
      if (*at++ >= 0x80) return nullptr;
    }
    return at + gaps[number_count];
  };
  const uint8_t* const end = cursor.data() + cursor.remaining();
  const uint8_t* at = cursor.data();
  uint64_t passed = 0;
  for (; passed < count && static_cast<uint64_t>(end - at) >= most; ++passed) {
    const uint8_t* const next = end_of(at);
    if (next == nullptr) break;
    at = next;
  }
  cursor.SeekTo(at);
  return passed;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const LineTable>> LineTable::Parse(
    const LineTableContext& context, DebugLineOffset offset,
    RelocObserver* observer) {
  const absl::StatusOr<SectionView>& view =
      context.part != nullptr ? *context.part
      : offset.section != kNoSection
          ? context.sections.View(offset.section)
          : context.sections.View(SectionId::kDebugLine, context.family);
  if (!view.ok()) {
    return MakeError(GetDetail(view.status()).code,
                     absl::StrCat("line table at offset ", offset.value,
                                  ": no usable .debug_line section: ",
                                  view.status().message()));
  }
  if (offset.value >= view->bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, view->index, offset.value,
                     absl::StrCat("line table is outside the section of ",
                                  view->bytes.size(), " bytes"));
  }
  auto table = std::make_unique<LineTable>();
  table->sections_ = &context.sections;
  table->view_ = &*view;
  table->family_ = context.family;
  table->comp_dir_ = context.comp_dir;
  table->header_.offset = offset;
  RelocCursor cursor(*view, offset.value);
  cursor.set_observer(observer);
  cursor.set_field("file_names entry");
  DWRELOC_RETURN_IF_ERROR(table->ParseHeader(context, cursor));
  return table;
}

absl::Status LineTable::ParseHeader(const LineTableContext& context,
                                    RelocCursor& cursor) {
  const auto error = [&](ErrorCode code, uint64_t offset,
                         const std::string& text) {
    return MakeError(code, cursor.section(), offset, text);
  };
  Encoding& encoding = header_.encoding;
  DWRELOC_RETURN_IF_ERROR(cursor.EnterUnit(&encoding.format));
  header_.end = cursor.end();
  const uint64_t version_at = cursor.offset();
  encoding.version = cursor.U16();
  if (!cursor.ok()) return cursor.status();
  if (encoding.version < 2 || encoding.version > 5) {
    return error(ErrorCode::kUnsupported, version_at,
                 absl::StrCat("line table version ", encoding.version,
                              ", expected 2 to 5"));
  }
  encoding.address_size = context.address_size;
  if (encoding.version >= 5) {
    const uint64_t at = cursor.offset();
    encoding.address_size = cursor.U8();
    const uint8_t segment_selector_size = cursor.U8();
    const uint8_t address_size = encoding.address_size;
    if (cursor.ok() && address_size != 2 && address_size != 4 &&
        address_size != 8) {
      return error(
          ErrorCode::kUnsupported, at,
          absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
    }
    if (cursor.ok() && segment_selector_size != 0) {
      return error(ErrorCode::kUnsupported, at + 1,
                   absl::StrCat("segment_selector_size ", segment_selector_size,
                                ", expected 0"));
    }
  }
  const uint64_t header_length_at = cursor.offset();
  const uint64_t header_length =
      cursor.Length("header_length", encoding.offset_size());
  if (!cursor.ok()) return cursor.status();
  if (header_length > cursor.remaining()) {
    return error(ErrorCode::kTruncated, header_length_at,
                 absl::StrCat("header_length ", header_length, " exceeds the ",
                              cursor.remaining(), " bytes left"));
  }
  header_.program = cursor.offset() + header_length;
  // The header's own tables must end where the program begins.
  RelocCursor tables = cursor;
  tables.Truncate(header_.program);
  header_.minimum_instruction_length = tables.U8();
  if (encoding.version >= 4) {
    header_.maximum_operations_per_instruction = tables.U8();
  }
  header_.default_is_stmt = tables.U8() != 0;
  header_.line_base = static_cast<int8_t>(tables.U8());
  header_.line_range = tables.U8();
  header_.opcode_base = tables.U8();
  if (tables.ok() && header_.opcode_base == 0) {
    return error(ErrorCode::kBadDwarf, tables.offset() - 1, "opcode_base is 0");
  }
  if (tables.ok()) {
    header_.standard_opcode_lengths =
        tables.Block(uint64_t{header_.opcode_base} - 1);
  }
  if (!tables.ok()) return tables.status();
  entries_at_ = tables.offset();
  if (encoding.version >= 5) {
    absl::Status entries = PassEntryTable(tables, &directory_count_);
    if (entries.ok()) entries = PassEntryTable(tables, &file_count_);
    if (GetDetail(entries).code != ErrorCode::kUnsupported) return entries;
    // An unknown form: where the program begins is known all the same.
    entries_status_ = entries;
  } else {
    PassOldEntries(tables);
    if (!tables.ok()) return tables.status();
  }
  return absl::OkStatus();
}

LineTable::Entries LineTable::ReadEntries() const {
  Entries entries;
  entries.directories.reserve(directory_count_);
  entries.files.reserve(file_count_);
  RelocCursor cursor(*view_, entries_at_, header_.program);
  if (header_.encoding.version < 5) {
    ReadOldEntries(cursor, &entries);
  } else if (ReadEntryTable(cursor, true, &entries).ok()) {
    // What can fail here has failed before, and is entries_status_.
    (void)ReadEntryTable(cursor, false, &entries);
  }
  return entries;
}

void LineTable::PassOldEntries(RelocCursor& cursor) {
  while (!cursor.String().empty()) ++directory_count_;
  while (cursor.ok() && !cursor.String().empty()) {
    for (int number = 0; number < 3; ++number) (void)cursor.Uleb();
    ++file_count_;
  }
}

void LineTable::ReadOldEntries(RelocCursor& cursor, Entries* entries) const {
  for (uint64_t n = 0; n < directory_count_; ++n) {
    entries->directories.push_back(cursor.String());
  }
  (void)cursor.String();
  for (uint64_t n = 0; n < file_count_; ++n) {
    LineFile file;
    file.name = cursor.String();
    file.directory = cursor.Uleb();
    file.mtime = cursor.Uleb();
    file.length = cursor.Uleb();
    entries->files.push_back(file);
  }
}

absl::StatusOr<std::string_view> LineTable::ReadPath(
    const Attribute& attribute) const {
  SectionId strings;
  switch (FormRowOf(attribute.form).target) {
    case FormTarget::kStringHere:
      return std::string_view(
          reinterpret_cast<const char*>(view_->bytes.data()) + attribute.offset,
          static_cast<size_t>(attribute.data));
    case FormTarget::kLineStr:
      strings = SectionId::kDebugLineStr;
      break;
    case FormTarget::kStr:
      strings = SectionId::kDebugStr;
      break;
    case FormTarget::kSupStr:
      if (!IsNumber(attribute)) {
        return MakeError(ErrorCode::kBadReloc,
                         "a relocation of an offset in another file");
      }
      return SupplementaryString(*sections_, attribute.value,
                                 {view_->index, attribute.offset});
    default:
      return MakeError(ErrorCode::kUnsupported,
                       "an index of a string, of which the header does not say "
                       "where it counts");
  }
  if (IsNumber(attribute)) {
    return sections_->String(strings, family_, attribute.value);
  }
  RelocCursor cursor(*view_, attribute.offset);
  DWRELOC_ASSIGN_OR_RETURN(
      const SectionPlace place,
      sections_->PlaceOf(cursor.Value(attribute.width), strings, family_));
  return sections_->String(place);
}

absl::Status LineTable::ReadEntry(std::span<const AttributeSpec> formats,
                                  std::vector<BadPath>& bad_paths,
                                  uint64_t index, RelocCursor& cursor,
                                  LineFile* entry) const {
  for (const AttributeSpec& format : formats) {
    Attribute attribute;
    DWRELOC_RETURN_IF_ERROR(
        DecodeDatum(cursor, format, header_.encoding, &attribute));
    const uint64_t value = attribute.value;
    switch (attribute.name) {
      case DW_LNCT_path: {
        // A path that cannot be had spoils its own entry.
        const absl::StatusOr<std::string_view> path = ReadPath(attribute);
        if (path.ok()) {
          entry->name = *path;
        } else {
          bad_paths.push_back({index, attribute.offset, attribute.form});
        }
        break;
      }
      case DW_LNCT_directory_index:
        entry->directory = value;
        break;
      case DW_LNCT_timestamp:
        entry->mtime = IsBlockForm(attribute.form) ? 0 : value;
        break;
      case DW_LNCT_size:
        entry->length = value;
        break;
      case DW_LNCT_MD5:
        if (attribute.form == DW_FORM_data16) {
          entry->md5 = view_->bytes.data() + attribute.offset;
        }
        break;
      default:
        break;  // vendor types are skipped by their form
    }
  }
  return absl::OkStatus();
}

// Reads what precedes entries: their formats, in `room`, and their count.
absl::Status LineTable::ReadEntryFormats(
    RelocCursor& cursor, std::span<AttributeSpec> room,
    std::span<const AttributeSpec>* formats, uint64_t* count) const {
  const uint8_t format_count = cursor.U8();
  for (uint8_t i = 0; i < format_count; ++i) {
    const uint64_t content_type = cursor.Uleb();
    const uint64_t form = cursor.Uleb();
    room[i] = MakeSpec(
        content_type <= UINT16_MAX ? static_cast<uint16_t>(content_type)
                                   : UINT16_MAX,
        form <= UINT16_MAX ? static_cast<uint16_t>(form) : 0, header_.encoding);
  }
  *formats = room.first(format_count);
  const uint64_t count_at = cursor.offset();
  *count = cursor.Uleb();
  if (!cursor.ok()) return cursor.status();
  // An entry takes a byte at least, which bounds all loops over them.  Where
  // its formats say that it takes none, as many would be made of nothing.
  const bool takes_bytes = std::ranges::any_of(
      *formats, [](const AttributeSpec& one) { return !TakesNoBytes(one.op); });
  if (*count != 0 && !takes_bytes) {
    return MakeError(ErrorCode::kBadDwarf, cursor.section(), count_at,
                     absl::StrCat(*count, " entries of no bytes"));
  }
  if (*count > cursor.remaining()) {
    return MakeError(ErrorCode::kBadDwarf, cursor.section(), count_at,
                     absl::StrCat(*count, " entries cannot stand in the ",
                                  cursor.remaining(), " bytes left"));
  }
  return absl::OkStatus();
}

// Moves past an entry.  Data whose ends are plain are not decoded, unless their
// records are observed.
absl::Status LineTable::PassEntry(std::span<const AttributeSpec> formats,
                                  RelocCursor& cursor) const {
  for (const AttributeSpec& format : formats) {
    if (IsPlain(format) && cursor.observer() == nullptr) {
      if (format.op == FormOp::kUleb) {
        (void)cursor.Uleb();
      } else {
        cursor.Skip(format.width);
      }
      continue;
    }
    if (!cursor.ok()) break;
    Attribute attribute;
    DWRELOC_RETURN_IF_ERROR(
        DecodeDatum(cursor, format, header_.encoding, &attribute));
  }
  return cursor.ok() ? absl::OkStatus() : cursor.status();
}

template <typename Visit>
absl::StatusOr<bool> LineTable::ForEachEntry(RelocCursor& cursor,
                                             Visit visit) const {
  AttributeSpec room[UINT8_MAX];
  std::span<const AttributeSpec> formats;
  uint64_t count;
  DWRELOC_RETURN_IF_ERROR(ReadEntryFormats(cursor, room, &formats, &count));
  for (uint64_t n = 0; n < count; ++n) {
    DWRELOC_ASSIGN_OR_RETURN(const bool goes_on, visit(n, formats));
    if (!goes_on) return false;
  }
  return true;
}

absl::Status LineTable::PassEntryTable(RelocCursor& cursor,
                                       uint64_t* passed) const {
  AttributeSpec room[UINT8_MAX];
  std::span<const AttributeSpec> formats;
  uint64_t count;
  DWRELOC_RETURN_IF_ERROR(ReadEntryFormats(cursor, room, &formats, &count));
  if (cursor.observer() == nullptr) {
    *passed = PassPlainEntries(formats, count, cursor);
  }
  for (; *passed < count; ++*passed) {
    DWRELOC_RETURN_IF_ERROR(PassEntry(formats, cursor));
  }
  return absl::OkStatus();
}

absl::Status LineTable::ReadEntryTable(RelocCursor& cursor, bool is_directories,
                                       Entries* entries) const {
  std::vector<BadPath>& bad =
      is_directories ? entries->bad_directories : entries->bad_files;
  const auto read =
      [&](uint64_t n,
          std::span<const AttributeSpec> formats) -> absl::StatusOr<bool> {
    LineFile entry;
    DWRELOC_RETURN_IF_ERROR(ReadEntry(formats, bad, n, cursor, &entry));
    if (is_directories) {
      entries->directories.push_back(entry.name);
    } else {
      entries->files.push_back(entry);
    }
    return true;
  };
  return ForEachEntry(cursor, read).status();
}

absl::Status LineTable::VisitPaths(
    absl::FunctionRef<bool(const Attribute& path)> visit) const {
  if (header_.encoding.version < 5) return absl::OkStatus();
  RelocCursor cursor(*view_, entries_at_, header_.program);
  const auto visit_entry =
      [&](uint64_t,
          std::span<const AttributeSpec> formats) -> absl::StatusOr<bool> {
    for (const AttributeSpec& format : formats) {
      Attribute attribute;
      DWRELOC_RETURN_IF_ERROR(
          DecodeDatum(cursor, format, header_.encoding, &attribute));
      if (attribute.attribute_class == AttributeClass::kString &&
          !visit(attribute)) {
        return false;
      }
    }
    return true;
  };
  // Directories, files.
  DWRELOC_ASSIGN_OR_RETURN(const bool goes_on,
                           ForEachEntry(cursor, visit_entry));
  return goes_on ? ForEachEntry(cursor, visit_entry).status()
                 : absl::OkStatus();
}

std::optional<LineTableSpan> NextLineTable(const SectionView& view,
                                           uint64_t offset) {
  if (offset >= view.bytes.size()) return std::nullopt;
  RelocCursor cursor(view, offset);
  cursor.SkipPadding();
  if (cursor.at_end()) return std::nullopt;
  LineTableSpan span = {.offset = cursor.offset()};
  Format format;
  if (cursor.EnterUnit(&format).ok()) span.next = cursor.end();
  return span;
}

absl::Status LineTable::ErrorOf(std::string_view what,
                                const std::vector<BadPath>& paths,
                                uint64_t index) const {
  const auto bad = std::lower_bound(
      paths.begin(), paths.end(), index,
      [](const BadPath& path, uint64_t value) { return path.index < value; });
  if (bad == paths.end() || bad->index != index) return absl::OkStatus();
  RelocCursor cursor(*view_, bad->offset);
  Attribute attribute;
  DWRELOC_RETURN_IF_ERROR(
      DecodeDatum(cursor, MakeSpec(DW_LNCT_path, bad->form, header_.encoding),
                  header_.encoding, &attribute));
  return FailureOf(
      absl::StrCat("path of ", absl::string_view(what.data(), what.size()), " ",
                   index),
      view_->index, bad->offset, ReadPath(attribute).status());
}

// Paths before version 5 stand in the header itself.
absl::Status LineTable::FileError(uint64_t number) const {
  return ErrorOf("file", entries().bad_files, number);
}

absl::Status LineTable::DirectoryError(uint64_t index) const {
  return ErrorOf("directory", entries().bad_directories, index);
}

}  // namespace dwreloc::internal
