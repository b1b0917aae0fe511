// dump_diagnostics.cc - --diagnostics: relocation records that cannot be used,
// counted per section and type, and what reading has cost so far: the memory of
// each section, and counters.
//
// Digests every debug section first, so that the list is complete.  A record
// that cannot be used is bad input, which the exit status reflects.
// Tested by tests/cli/relocs_test.py.
#include <string>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

struct Counter {
  const char* name;
  std::uint64_t Dwreloc_Stats::*member;
};

constexpr Counter kCounters[] = {
    {"sections_digested", &Dwreloc_Stats::sections_digested},
    {"records_digested", &Dwreloc_Stats::records_digested},
    {"records_static", &Dwreloc_Stats::records_static},
    {"digests_sorted", &Dwreloc_Stats::digests_sorted},
    {"digest_bytes", &Dwreloc_Stats::digest_bytes},
    {"sections_decompressed", &Dwreloc_Stats::sections_decompressed},
    {"decompressed_bytes", &Dwreloc_Stats::decompressed_bytes},
    {"sections_asked", &Dwreloc_Stats::sections_asked},
    {"symbols_asked", &Dwreloc_Stats::symbols_asked},
};

void PrintDiagnostic(Context& context, const dwreloc::Diagnostic& diagnostic) {
  Output& out = context.out;
  const std::string type = context.values.RelocTypeName(diagnostic.reloc_type);
  const std::string& text = diagnostic.text;
  if (context.json()) {
    JsonObject json(out, "diagnostic");
    json.Keys(context.values.SectionJson(diagnostic.section));
    json.Number("offset", diagnostic.offset);
    json.String("type", type);
    json.Number("count", diagnostic.count);
    json.String("error", text);
    json.EndLine();
  } else {
    out.Text(context.values.SectionLabel(diagnostic.section));
    out.Text(": ");
    out.Text(text);
    out.Text(": ");
    out.Decimal(diagnostic.count);
    out.Text(diagnostic.count == 1 ? " record, at " : " records, first at ");
    out.Hex(diagnostic.offset);
    out.Char('\n');
  }
  // A superfluous record does no harm.
  if (diagnostic.code == DWRELOC_OK) return;
  context.report.Fact({diagnostic.section, diagnostic.offset}, text);
  context.report.FlushObjects();
}

void PrintMemory(Context& context) {
  Output& out = context.out;
  bool has_heading = false;
  const std::uint32_t count = context.file.info().section_count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const dwreloc::SectionMemory memory = context.file.memory(i);
    if (memory.digest_bytes == 0 && memory.decompressed_bytes == 0) continue;
    if (context.json()) {
      JsonObject json(out, "memory");
      json.Keys(context.values.SectionJson(i));
      json.Number("records_digested", memory.records_digested);
      json.Number("digest_bytes", memory.digest_bytes);
      json.Number("decompressed_bytes", memory.decompressed_bytes);
      json.EndLine();
      continue;
    }
    if (!has_heading)
      out.Text(
          "\nMemory by section            Records digested  Digest bytes"
          "  Decompressed\n");
    has_heading = true;
    out.TextLeft(context.values.SectionLabel(i), 28);
    out.DecimalRight(memory.records_digested, 17);
    out.DecimalRight(memory.digest_bytes, 14);
    out.DecimalRight(memory.decompressed_bytes, 14);
    out.Char('\n');
  }
  if (has_heading) out.Char('\n');
}

void PrintStats(Context& context) {
  const dwreloc::Stats stats = context.file.stats();
  Output& out = context.out;
  if (!context.json()) {
    for (const Counter& counter : kCounters) {
      out.TextLeft(counter.name, 22);
      out.DecimalRight(stats.*counter.member, 12);
      out.Char('\n');
    }
    return;
  }
  JsonObject json(out, "stats");
  for (const Counter& counter : kCounters) {
    json.KeyOf(counter.name);
    out.Decimal(stats.*counter.member);
  }
  json.EndLine();
}

}  // namespace

void DumpDiagnostics(Context& context) {
  if (!context.json()) context.Heading("Diagnostics", "of relocation records");
  try {
    context.file.DigestAll();
  } catch (const dwreloc::Error& error) {
    context.report.Failure(error);
    context.report.FlushObjects();
  }
  const std::vector<dwreloc::Diagnostic> diagnostics =
      context.file.diagnostics();
  for (const dwreloc::Diagnostic& diagnostic : diagnostics)
    PrintDiagnostic(context, diagnostic);
  // Records that should not exist: those of .dwo sections.
  bool is_good = diagnostics.empty();
  for (const dwreloc::Error& error : context.file.unit_errors()) {
    if (error.code() != DWRELOC_E_BAD_RELOC) continue;
    is_good = false;
    context.report.Failure(error);
    context.report.FlushObjects();
  }
  if (is_good && !context.json())
    context.out.Text("All records can be used.\n");
  PrintMemory(context);
  PrintStats(context);
}

}  // namespace dwreloc_tools
