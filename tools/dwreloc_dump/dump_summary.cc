// dump_summary.cc - --summary: what is in the file, how much of it is
// relocations, and what they target.
//
// Reads section headers, unit headers, and every relocation record of debug
// sections once; of the DIEs only those that may be skeletons, whose split
// files are opened.  Tested by tests/cli/elf_test.py and split_test.py.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "common/checked.h"
#include "common/json.h"
#include "common/quote.h"
#include "dump.h"
#include "elf_names.h"
#include "records.h"

namespace dwreloc_tools {
namespace {

struct DebugSection {
  dwreloc::Section section;
  std::uint64_t reloc_bytes = 0;  // of the relocation sections that apply to it
};

// Lines of the list of targets in text; JSON has all of them.
constexpr std::size_t kMaxTargets = 20;

// What records refer to: a section, or none of the file's.
struct Target {
  std::uint32_t section;  // DWRELOC_NO_SECTION: by special
  std::string special;    // "SHN_UNDEF", ...
  bool operator<(const Target& other) const {
    return std::tie(section, special) < std::tie(other.section, other.special);
  }
};

// Split DWARF.
struct Skeletons {
  std::uint64_t count = 0;
  std::uint64_t found = 0;         // those whose split unit was found
  std::vector<std::string> files;  // where, in order
  std::set<std::string> seen;      // the same
};

struct Summary {
  std::vector<DebugSection> sections;
  std::map<Target, std::uint64_t> targets;
  std::map<unsigned, std::uint64_t> units;  // by version
  std::vector<Dwreloc_Link> links;          // to other files
  Skeletons skeletons;
  std::uint64_t unit_count = 0;
  std::uint64_t debug_bytes = 0;
  std::uint64_t reloc_bytes = 0;
  std::uint64_t records = 0;
};

// The last element of `by_symbol` counts all symbols that do not exist.
void CountRecords(Context& context, std::uint32_t section,
                  std::vector<std::uint64_t>* by_symbol) {
  try {
    ForEachRecord(context.file, section, [&](const Dwreloc_Record& record) {
      ++(*by_symbol)[std::min<std::size_t>(record.symbol,
                                           by_symbol->size() - 1)];
    });
  } catch (const dwreloc::Error& error) {
    context.report.Failure(error);
  }
}

std::map<Target, std::uint64_t> TargetsOf(
    Context& context, const std::vector<std::uint64_t>& by_symbol) {
  std::map<Target, std::uint64_t> targets;
  for (std::size_t i = 0; i < by_symbol.size(); ++i) {
    if (by_symbol[i] == 0) continue;
    Dwreloc_Symbol symbol;
    Target target{DWRELOC_NO_SECTION, "no such symbol"};
    if (dwreloc_symbol(context.module(), static_cast<std::uint32_t>(i),
                       &symbol) >= 0) {
      target.section = symbol.section;
      target.special = symbol.section == DWRELOC_NO_SECTION
                           ? SpecialSectionName(context.file.info().e_machine,
                                                symbol.st_shndx)
                           : "";
    }
    targets[target] += by_symbol[i];
  }
  return targets;
}

// A missing file is no error here, because reading it was not requested.
void FindSplitUnit(const Dwreloc_Unit* unit, Skeletons* skeletons) {
  const Dwreloc_Unit* split = nullptr;
  const int result = Checked(dwreloc_unit_split(unit, &split));
  if (result == 0) return;
  ++skeletons->count;
  if (result < 0) return;
  ++skeletons->found;
  Dwreloc_File_Info info;
  if (dwreloc_file_info(dwreloc_unit_module(split), &info) < 0) return;
  if (skeletons->seen.insert(info.name).second)
    skeletons->files.emplace_back(info.name);
}

Summary Summarize(Context& context) {
  Summary summary;
  const dwreloc::Sections sections = context.file.sections();
  std::vector<std::uint64_t> reloc_bytes(sections.size());
  for (const dwreloc::Section& section : sections) {
    const std::string type = SectionTypeName(section.type());
    const bool is_reloc =
        type == "SHT_REL" || type == "SHT_RELA" || type == "SHT_CREL";
    if (is_reloc && section.raw().info < reloc_bytes.size())
      reloc_bytes[section.raw().info] += section.file_size();
  }
  std::vector<std::uint64_t> by_symbol(context.file.symbols().size() + 1);
  for (const dwreloc::Section& section : sections) {
    Dwreloc_Link link;
    const int is_link = dwreloc_link(context.module(), section.index(), &link);
    if (is_link < 0) context.report.LastError();
    if (is_link > 0) summary.links.push_back(link);
    if (!section.holds_dwarf()) continue;
    const std::uint64_t bytes = reloc_bytes[section.index()];
    summary.sections.push_back({section, bytes});
    summary.debug_bytes += section.file_size();
    summary.reloc_bytes += bytes;
    summary.records += section.reloc_count();
    if (section.reloc_count() != 0)
      CountRecords(context, section.index(), &by_symbol);
  }
  summary.targets = TargetsOf(context, by_symbol);
  // Not ForEachUnit: filters do not apply to the summary.
  for (const dwreloc::Unit& unit : context.file.units()) {
    ++summary.units[unit.info().version];
    ++summary.unit_count;
    FindSplitUnit(unit.raw(), &summary.skeletons);
  }
  for (const dwreloc::Error& error : context.file.unit_errors())
    context.report.Failure(error);
  return summary;
}

std::string BuildId(Context& context) {
  try {
    const auto id = context.file.build_id();
    if (!id.has_value()) return "";
    return HexString({reinterpret_cast<const char*>(id->data()), id->size()});
  } catch (const dwreloc::Error& error) {
    context.report.Failure(error);
    return "";
  }
}

// The signature appended to the file.
struct SignatureLine {
  std::optional<dwreloc::Signature> signature;
  std::string damage;
};

SignatureLine FindSignature(Context& context) {
  SignatureLine line;
  try {
    line.signature = context.file.signature();
  } catch (const dwreloc::Error& error) {
    context.report.Failure(error);
    line.damage = error.what();
  }
  return line;
}

void SignatureText(Output& out, const SignatureLine& line) {
  if (!line.signature && line.damage.empty()) return;
  out.Text("\nSignature: ");
  if (!line.signature) {
    out.Text("damaged");
    return;
  }
  const dwreloc::Signature& signature = *line.signature;
  out.Text(signature.type_name);
  if (signature.hash != nullptr) {
    out.Text(", ");
    out.Text(signature.hash);
  }
  out.Text(", ");
  out.Decimal(signature.size);
  out.Text(" bytes at offset ");
  out.Decimal(signature.offset);
  out.Text(", after an ELF file of ");
  out.Decimal(signature.elf_size);
  out.Text(" bytes");
}

void SignatureJson(Output& out, const SignatureLine& line) {
  if (line.damage.empty() && !line.signature) {
    out.Text("null");
    return;
  }
  JsonObject json(out);
  if (!line.damage.empty()) {
    json.String("error", line.damage);
  } else {
    const dwreloc::Signature& signature = *line.signature;
    json.String("type", signature.type_name);
    if (signature.hash == nullptr)
      json.Null("hash");
    else
      json.String("hash", signature.hash);
    json.Number("offset", signature.offset);
    json.Number("size", signature.size);
    json.Number("elf_size", signature.elf_size);
  }
  json.End();
}

// "12.3%" of the file.
void Share(Output& out, std::uint64_t bytes, std::uint64_t file_size) {
  if (file_size == 0) return;
  const std::int64_t permille = std::llround(
      1000.0 * static_cast<double>(bytes) / static_cast<double>(file_size));
  out.Text(" (");
  out.Signed(permille / 10);
  out.Char('.');
  out.Signed(permille % 10);
  out.Text("% of the file)");
}

void PrintText(Context& context, const dwreloc::FileInfo& info,
               const std::string& build_id, const SignatureLine& signature,
               const Summary& summary) {
  Output& out = context.out;
  out.Text("File:      ");
  AppendEscaped(out, context.path);
  out.Text(", ");
  out.Decimal(info.size);
  out.Text(" bytes\nType:      ELF");
  out.Decimal(info.elf_class);
  out.Text(info.big_endian != 0 ? " big-endian " : " little-endian ");
  out.Text(FileTypeName(info.e_type));
  out.Char(' ');
  out.Text(info.machine);
  if (info.relocatable != 0 && info.machine_known == 0)
    out.Text(" (its relocation types are not known)");
  if (info.relocatable == 0)
    out.Text(" (final: relocation records are not applied)");
  out.Text("\nBuild id:  ");
  out.Text(build_id.empty() ? "none" : build_id);
  SignatureText(out, signature);
  for (const Dwreloc_Link& link : summary.links) {
    out.Text(link.is_supplementary != 0 ? "\nIs a supplementary file"
                                        : "\nRefers to: ");
    AppendEscaped(out, link.file_name);
    out.Text(" (");
    out.Text(context.values.SectionLabel(link.section));
    out.Char(')');
  }
  const Skeletons& skeletons = summary.skeletons;
  if (skeletons.count != 0) {
    out.Text("\nSplit:     ");
    out.Decimal(skeletons.count);
    out.Text(skeletons.count == 1 ? " skeleton, " : " skeletons, ");
    out.Decimal(skeletons.found);
    out.Text(skeletons.found == 1 ? " split unit found" : " split units found");
    if (skeletons.files.size() == 1) {
      out.Text(" in ");
      AppendEscaped(out, skeletons.files.front());
    } else if (!skeletons.files.empty()) {
      out.Text(" in ");
      out.Decimal(skeletons.files.size());
      out.Text(" files");
    }
  }
  out.Text("\nContents:  ");
  out.Decimal(info.section_count);
  out.Text(" sections, ");
  out.Decimal(info.symbol_count);
  out.Text(" symbols, ");
  out.Decimal(summary.unit_count);
  out.Text(" units");
  const char* separator = " (DWARF ";
  for (const auto& [version, count] : summary.units) {
    out.Text(separator);
    out.Decimal(version);
    out.Text(": ");
    out.Decimal(count);
    separator = ", DWARF ";
  }
  if (!summary.units.empty()) out.Char(')');
  out.Text("\nDebug:     ");
  out.Decimal(summary.debug_bytes);
  out.Text(" bytes");
  Share(out, summary.debug_bytes, info.size);
  out.Text("\nRecords:   ");
  out.Decimal(summary.records);
  out.Text(" relocations of debug sections, ");
  out.Decimal(summary.reloc_bytes);
  out.Text(" bytes");
  Share(out, summary.reloc_bytes, info.size);
  out.Char('\n');
  if (!summary.sections.empty())
    out.Text(
        "\nDebug section                  Bytes  Relocations  Their bytes\n");
  for (const DebugSection& debug : summary.sections) {
    out.TextLeft(context.values.SectionLabel(debug.section.index()), 24);
    out.DecimalRight(debug.section.file_size(), 12);
    out.DecimalRight(debug.section.reloc_count(), 13);
    out.DecimalRight(debug.reloc_bytes, 13);
    if (debug.section.is_compressed()) out.Text("  compressed");
    out.Char('\n');
  }
  if (!summary.targets.empty())
    out.Text("\nTarget                   Relocations\n");
  std::vector<std::pair<Target, std::uint64_t>> targets(summary.targets.begin(),
                                                        summary.targets.end());
  std::sort(targets.begin(), targets.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  const auto line = [&out](std::string_view label, std::uint64_t count) {
    out.TextLeft(label, 24);
    out.DecimalRight(count, 12);
    out.Char('\n');
  };
  // If each function has a section, there are as many sections as functions.
  const std::size_t shown =
      targets.size() > kMaxTargets ? kMaxTargets - 1 : targets.size();
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto& [target, count] = targets[i];
    if (i >= shown) {
      others += count;
      continue;
    }
    line(target.section != DWRELOC_NO_SECTION
             ? context.values.SectionLabel(target.section)
             : std::string_view(target.special),
         count);
  }
  if (shown < targets.size())
    line(std::to_string(targets.size() - shown) + " others", others);
}

void SectionsJson(Context& context, const Summary& summary) {
  context.out.Char('[');
  JsonComma comma(context.out);
  for (const DebugSection& debug : summary.sections) {
    comma();
    JsonObject json(context.out);
    json.Keys(context.values.SectionJson(debug.section.index()));
    json.Number("size", debug.section.file_size());
    json.Number("records", debug.section.reloc_count());
    json.Number("reloc_bytes", debug.reloc_bytes);
    json.Bool("is_compressed", debug.section.is_compressed());
    json.End();
  }
  context.out.Char(']');
}

void TargetsJson(Context& context, const Summary& summary) {
  context.out.Char('[');
  JsonComma comma(context.out);
  for (const auto& [target, count] : summary.targets) {
    comma();
    JsonObject json(context.out);
    if (target.section != DWRELOC_NO_SECTION)
      json.Keys(context.values.SectionJson(target.section));
    else
      json.Name("special", target.special);
    json.Number("records", count);
    json.End();
  }
  context.out.Char(']');
}

// Prints an array with string_of(item) for each item.
template <typename Items, typename StringOf>
void StringsJson(Output& out, const Items& items, StringOf string_of) {
  out.Char('[');
  JsonComma comma(out);
  for (const auto& item : items) {
    comma();
    AppendJsonString(out, string_of(item));
  }
  out.Char(']');
}

void SplitJson(Output& out, const Skeletons& skeletons) {
  JsonObject json(out);
  json.Number("skeletons", skeletons.count);
  json.Number("found", skeletons.found);
  json.Key("files");
  StringsJson(out, skeletons.files,
              [](const std::string& file) { return std::string_view(file); });
  json.End();
}

void VersionsJson(Output& out, const Summary& summary) {
  out.Char('[');
  JsonComma comma(out);
  for (const auto& [version, count] : summary.units) {
    comma();
    JsonObject json(out);
    json.Number("version", version);
    json.Number("units", count);
    json.End();
  }
  out.Char(']');
}

void PrintJson(Context& context, const dwreloc::FileInfo& info,
               const std::string& build_id, const SignatureLine& signature,
               const Summary& summary) {
  Output& out = context.out;
  JsonObject json(out, "summary");
  json.Name("type", FileTypeName(info.e_type));
  json.String("machine", info.machine != nullptr ? info.machine : "");
  json.Number("elf_class", info.elf_class);
  json.Bool("big_endian", info.big_endian != 0);
  json.Bool("relocatable", info.relocatable != 0);
  json.Bool("machine_known", info.machine_known != 0);
  if (build_id.empty())
    json.Null("build_id");
  else
    json.Name("build_id", build_id);
  json.Number("size", info.size);
  json.Number("sections", info.section_count);
  json.Number("symbols", info.symbol_count);
  json.Number("units", summary.unit_count);
  json.Number("debug_bytes", summary.debug_bytes);
  json.Number("reloc_bytes", summary.reloc_bytes);
  json.Number("records", summary.records);
  json.Key("debug_sections");
  SectionsJson(context, summary);
  json.Key("targets");
  TargetsJson(context, summary);
  json.Key("links");
  StringsJson(out, summary.links, [](const Dwreloc_Link& link) {
    return std::string_view(link.file_name);
  });
  json.Key("split");
  SplitJson(out, summary.skeletons);
  json.Key("signature");
  SignatureJson(out, signature);
  json.Key("unit_versions");
  VersionsJson(out, summary);
  json.EndLine();
}

}  // namespace

void DumpSummary(Context& context) {
  const dwreloc::FileInfo info = context.file.info();
  const std::string build_id = BuildId(context);
  const SignatureLine signature = FindSignature(context);
  const Summary summary = Summarize(context);
  if (context.json())
    PrintJson(context, info, build_id, signature, summary);
  else
    PrintText(context, info, build_id, signature, summary);
}

}  // namespace dwreloc_tools
