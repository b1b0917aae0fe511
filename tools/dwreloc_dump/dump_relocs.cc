// dump_relocs.cc - --relocs: relocation records, and which field each belongs
// to.
//
// The library reads everything in debug sections that can have a record, and
// reports which field consumed it.  After those come the records of all other
// sections, of code and data above all, which no field of DWARF owns.
// Tested by tests/cli/relocs_test.py.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

// The place of a record that is not in an attribute's value: the key of its
// owner in JSON.
struct OwnerPlace {
  std::string_view key;
  std::string_view text;
  std::uint64_t offset;
};

// Of range or location lists.
bool IsListLabel(std::string_view label) {
  const auto is = [label](std::string_view name) {
    return label.find(name) != std::string_view::npos;
  };
  return is("debug_loc") || is("debug_rnglists") || is("debug_ranges");
}

OwnerPlace PlaceOf(Context& context, const Dwreloc_Record& record,
                   const Dwreloc_Owner& owner) {
  const std::string_view section = context.values.SectionLabel(record.section);
  const auto is = [section](std::string_view name) {
    return section.find(name) != std::string_view::npos;
  };
  const std::uint64_t offset =
      owner.list != DWRELOC_NO_OFFSET ? owner.list : owner.unit;
  if (is("debug_line")) return {"line_table", "line table", offset};
  if (IsListLabel(section)) return {"list", "list", offset};
  if (is("debug_info") || is("debug_types"))
    return {"unit", "unit", owner.unit};
  if (is("debug_frame") || is("eh_frame")) return {"frame", "frame", offset};
  return {"table", "table", offset};
}

// Returns true if the record is in the value of an attribute, not in what it
// refers to.
bool IsInAttribute(const Dwreloc_Owner& owner) {
  return owner.die != DWRELOC_NO_OFFSET && owner.list == DWRELOC_NO_OFFSET;
}

void OwnerText(Context& context, const Dwreloc_Record& record,
               const Dwreloc_Owner* owner) {
  Output& out = context.out;
  if (owner == nullptr || owner->field == nullptr) {
    out.Char('-');
    return;
  }
  if (IsInAttribute(*owner)) {
    char* p = PutText(out.Reserve(kMaxName + 32), "DIE ");
    p = PutHex(p, owner->die, 8);
    *p++ = ' ';
    out.Commit(PutName(p, context.names.plain_attribute(owner->attribute)));
  } else {
    const OwnerPlace place = PlaceOf(context, record, *owner);
    out.Text(place.text);
    out.Char(' ');
    out.Hex(place.offset, 8);
  }
  out.Char(' ');
  out.Text(owner->field);
  if (owner->uses > 1) {
    out.Text(" (read ");
    out.Decimal(owner->uses);
    out.Text(" times)");
  }
}

void DieKeys(Context& context, JsonObject& json, const Dwreloc_Owner& owner) {
  json.Number("die", owner.die);
  json.Name("attribute", context.names.plain_attribute(owner.attribute).view());
}

void OwnerJson(Context& context, const Dwreloc_Record& record,
               const Dwreloc_Owner* owner) {
  Output& out = context.out;
  if (owner == nullptr || owner->field == nullptr) {
    out.Text("null");
    return;
  }
  JsonObject json(out);
  if (IsInAttribute(*owner)) {
    DieKeys(context, json, *owner);
  } else {
    const OwnerPlace place = PlaceOf(context, record, *owner);
    json.KeyOf(place.key);
    if (place.offset == DWRELOC_NO_OFFSET)
      out.Text("null");
    else
      out.Decimal(place.offset);
    json.String("field", owner->field);
    // The first DIE that refers to the list.
    if (owner->die != DWRELOC_NO_OFFSET) {
      DieKeys(context, json, *owner);
      if (context.values.SharesName(owner->section))
        json.Number("die_section_index", owner->section);
    }
  }
  if (owner->uses > 1) json.Number("uses", owner->uses);
  json.End();
}

// Returns true if the record changes an instruction, not data: what it writes
// there is no value.
bool IsForCode(const Dwreloc_Record& record, const Dwreloc_Owner* owner) {
  return owner == nullptr && record.type_name != nullptr &&
         record.value.kind == DWRELOC_BAD &&
         record.value.error == -DWRELOC_E_RELOC_TYPE;
}

// A number is written into `room`.
std::string_view TypeName(const Dwreloc_Record& record, char (&room)[20]) {
  if (record.type_name != nullptr) return record.type_name;
  return {room, PutDecimal(room, record.type)};
}

// What a linker does with the record, in one call of the library where the
// sentence is not very long.
std::string SentenceOf(Context& context, const Dwreloc_Record& record) {
  std::string sentence(512, '\0');
  const int length = dwreloc_record_sentence(context.module(), &record,
                                             sentence.data(), sentence.size());
  if (length < 0) throw dwreloc::Error::Last();
  if (static_cast<std::size_t>(length) >= sentence.size())
    return context.file.SentenceOf(dwreloc::Record(record));
  sentence.resize(static_cast<std::size_t>(length));
  return sentence;
}

void RecordText(Context& context, const Dwreloc_Record& record,
                const Dwreloc_Owner* owner) {
  Output& out = context.out;
  char room[20];
  const std::string_view type = TypeName(record, room);
  const auto used_since = [](const char* start, const char* p) {
    return static_cast<std::size_t>(p - start);
  };
  char* p = out.Reserve(64 + type.size() + kMaxPadding);
  p = PutHex(p, record.offset, 8);
  p = PutDecimalRight(p, record.width, 5);
  *p++ = ' ';
  p = PutPadding(PutText(p, type), type.size(), 18);
  *p++ = ' ';
  out.Commit(p);
  // In columns up to here; names of any length follow.
  const std::string_view label = context.values.SymbolLabel(record.symbol);
  out.Text(label);
  p = out.Reserve(64 + 2 * kMaxPadding);
  const char* start = p;
  const bool is_negative = record.addend < 0;
  const std::uint64_t addend = static_cast<std::uint64_t>(record.addend);
  *p++ = is_negative ? '-' : '+';
  p = PutHex(p, is_negative ? 0 - addend : addend);
  p = PutPadding(p, label.size() + used_since(start, p), 24);
  *p++ = ' ';
  start = p;
  // The first bytes of a longer ULEB128 number.
  constexpr int kMaxBytes = sizeof(record.in_place);
  p = PutHex(p, record.in_place, 2 * std::min<int>(record.width, kMaxBytes));
  p = PutPadding(p, used_since(start, p), 18);
  *p++ = ' ';
  out.Commit(p);
  const std::uint64_t before_value = out.written();
  if (IsForCode(record, owner))
    out.Char('-');
  else
    context.values.Text(record.value, {record.section, record.offset});
  const std::uint64_t used = out.written() - before_value;
  p = PutPadding(out.Reserve(kMaxPadding + 1), static_cast<std::size_t>(used),
                 20);
  *p++ = ' ';
  out.Commit(p);
  OwnerText(context, record, owner);
  out.Char('\n');
  if (context.options.explain) {
    out.Text("    ");
    out.Text(SentenceOf(context, record));
    out.Char('\n');
  }
}

void RecordJson(Context& context, const Dwreloc_Record& record,
                const Dwreloc_Owner* owner) {
  JsonObject json(context.out, "reloc");
  json.Keys(context.values.SectionJson(record.section));
  json.Number("offset", record.offset);
  json.Number("size", record.width);
  char room[20];
  json.Name("type", TypeName(record, room));
  json.Number("symbol_index", record.symbol);
  json.Key("symbol");
  context.out.Text(context.values.SymbolNameJson(record.symbol));
  json.Signed("addend", record.addend);
  json.Number("in_place", record.in_place);
  json.Key("value");
  context.values.Json(record.value, {record.section, record.offset});
  json.Key("owner");
  OwnerJson(context, record, owner);
  if (owner == nullptr) json.Bool("holds_dwarf", false);
  if (context.options.explain)
    json.String("explanation", SentenceOf(context, record));
  json.EndLine();
}

// Tells which symbols --name selects.
class SymbolFilter {
 public:
  explicit SymbolFilter(Context& context) : context_(context) {}

  bool Wants(std::uint32_t symbol) {
    if (!context_.options.name) return true;
    if (!has_last_ || symbol != last_) {
      Dwreloc_Symbol found;
      wants_last_ = dwreloc_symbol(context_.module(), symbol, &found) >= 0 &&
                    found.name != nullptr &&
                    *context_.options.name == found.name;
      last_ = symbol;
      has_last_ = true;
    }
    return wants_last_;
  }

 private:
  Context& context_;
  bool has_last_ = false;
  std::uint32_t last_ = 0;
  bool wants_last_ = false;
};

// Prints the records that the filters select, under one heading per section.
class RecordPrinter {
 public:
  explicit RecordPrinter(Context& context)
      : context_(context), symbols_(context) {}

  void operator()(const Dwreloc_Record& record, const Dwreloc_Owner* owner) {
    if (!Wants(record)) return;
    if (record.section != section_) {
      section_ = record.section;
      RelocHeading(context_, section_);
    }
    PrintRecord(context_, record, owner);
  }

 private:
  bool Wants(const Dwreloc_Record& record) {
    if (record.section != checked_section_) {
      checked_section_ = record.section;
      wants_section_ = context_.WantsSection(record.section);
    }
    return wants_section_ && context_.WantsOffset(record.offset) &&
           symbols_.Wants(record.symbol);
  }

  Context& context_;
  SymbolFilter symbols_;
  std::uint32_t section_ = DWRELOC_NO_SECTION;
  std::uint32_t checked_section_ = DWRELOC_NO_SECTION;
  bool wants_section_ = false;
};

// That of --offset, or all.
OffsetRange RangeOf(const Context& context) {
  return context.options.offset.value_or(
      OffsetRange{.begin = 0, .end = dwreloc::kNoOffset});
}

// The sections with DWARF that --section selects.
std::vector<std::uint32_t> DwarfSections(const Context& context) {
  std::vector<std::uint32_t> wanted;
  for (const dwreloc::Section& section : context.file.sections()) {
    if (section.holds_dwarf() && context.WantsSection(section.index()))
      wanted.push_back(section.index());
  }
  return wanted;
}

// Prints records of sections that hold no DWARF, whose records have no owners.
void OtherSections(Context& context, RecordPrinter& print) {
  const auto [from, to] = RangeOf(context);
  for (const dwreloc::Section& section : context.file.sections()) {
    if (section.holds_dwarf() || !context.WantsSection(section.index()))
      continue;
    try {
      for (const dwreloc::Record& record :
           context.file.records(section.index(), from, to))
        print(record.raw(), nullptr);
    } catch (const dwreloc::Error& error) {
      context.report.Failure(error);
    }
  }
}

// Where in a section wanted records are.
struct Extent {
  std::uint32_t section;
  OffsetRange range;
};

// Of a section's records whose symbol is wanted; all of the section if some
// record cannot be read.
std::optional<OffsetRange> RangeBySymbol(Context& context,
                                         std::uint32_t section) {
  const OffsetRange all = RangeOf(context);
  SymbolFilter symbols(context);
  std::optional<OffsetRange> found;
  try {
    for (const dwreloc::Record& record :
         context.file.records(section, all.begin, all.end)) {
      if (!symbols.Wants(record.raw().symbol)) continue;
      const std::uint64_t offset = record.offset();
      const std::uint64_t end =
          offset == dwreloc::kNoOffset ? offset : offset + 1;
      if (!found) found = {offset, end};
      found = {std::min(found->begin, offset), std::max(found->end, end)};
    }
  } catch (const dwreloc::Error&) {
    return all;
  }
  return found;
}

// To look for these takes a quarter of the time that it takes to find the
// owners of all records.
std::vector<Extent> ExtentsBySymbol(Context& context,
                                    std::span<const std::uint32_t> sections) {
  std::vector<Extent> extents;
  for (const std::uint32_t section : sections) {
    if (const auto range = RangeBySymbol(context, section))
      extents.push_back({section, *range});
  }
  return extents;
}

// Tells which records of debug sections cannot be read.  Returns false if all
// can.
bool TellUnreadable(Context& context) {
  bool has_told = false;
  for (const std::uint32_t section : DwarfSections(context)) {
    try {
      // None applies there, and each relocation section is opened.
      for (const dwreloc::Record& record :
           context.file.records(section, dwreloc::kNoOffset))
        static_cast<void>(record);
    } catch (const dwreloc::Error& error) {
      context.report.Failure(error);
      has_told = true;
    }
  }
  return has_told;
}

// Visits what can be read, and tells what cannot.
template <typename Visit>
void VisitRange(Context& context, std::uint32_t section, OffsetRange range,
                const Visit& visit) {
  try {
    context.file.VisitOwners(section, range.begin, range.end, visit);
  } catch (const dwreloc::Error& error) {
    // Of several relocation sections it names the last one.
    const bool has_told = section == dwreloc::kNoSection &&
                          error.code() != DWRELOC_E_NO_MEMORY &&
                          TellUnreadable(context);
    if (!has_told) context.report.Failure(error);
  }
}

// Returns true if it takes less to read them one by one than to read all of
// those sections once.
bool AreSmall(Context& context, std::span<const std::uint32_t> sections,
              std::span<const Extent> extents) {
  constexpr std::size_t kMost = 4;
  if (extents.size() > kMost) return false;
  std::uint64_t all = 0;
  for (const std::uint32_t section : sections)
    all += context.file.sections()[section].file_size();
  std::uint64_t read = 0;
  for (const auto& [section, range] : extents) {
    // For a list all DIEs are read.
    read += IsListLabel(context.values.SectionLabel(section))
                ? all / 2
                : range.end - range.begin;
    if (read > all / 2) return false;
  }
  return true;
}

// Reads little where little is asked for.
template <typename Visit>
void VisitWanted(Context& context, const Visit& visit) {
  const std::vector<std::uint32_t> sections = DwarfSections(context);
  if (context.options.name) {
    const std::vector<Extent> extents = ExtentsBySymbol(context, sections);
    if (AreSmall(context, sections, extents)) {
      for (const auto& [section, range] : extents) {
        VisitRange(context, section, range, visit);
      }
      return;
    }
  }
  if (sections.empty()) return;
  // Several are found in one read.
  VisitRange(context,
             sections.size() == 1 ? sections.front() : dwreloc::kNoSection,
             RangeOf(context), visit);
}

}  // namespace

void RelocHeading(Context& context, std::uint32_t section) {
  if (context.json()) return;
  context.Heading(context.values.SectionLabel(section), "relocations");
  context.out.Text(
      "Offset      Size Type               Symbol+addend            "
      "In place           Value                Owner\n");
}

void PrintRecord(Context& context, const Dwreloc_Record& record,
                 const Dwreloc_Owner* owner) {
  // A value that no field reads is not missed.
  context.values.set_reports(owner != nullptr);
  if (context.json())
    RecordJson(context, record, owner);
  else
    RecordText(context, record, owner);
  context.values.set_reports(true);
  context.report.FlushObjects();
}

void DumpRelocs(Context& context) {
  RecordPrinter print(context);
  const auto visit = [&](const dwreloc::Record& record,
                         const dwreloc::Owner& owner) {
    print(record.raw(), &owner);
  };
  VisitWanted(context, visit);
  OtherSections(context, print);
}

}  // namespace dwreloc_tools
