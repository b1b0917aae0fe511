// dump_footprint.cc - --footprint: what a file's bytes are for, what would be
// left without some of them, and what relocating takes on a small device.
//
// Nothing is printed unless all records can be read: a sum that lacks some
// would mislead.  Tested by tests/cli/footprint_test.py.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "dump.h"
#include "footprint.h"
#include "program_classes.h"
#include "reloc_schemes.h"
#include "strip_ladder.h"

namespace dwreloc_tools {
namespace {

constexpr std::size_t kLabel = 50;
constexpr std::size_t kColumn = 12;

struct Measured {
  const Footprint& footprint;
  std::vector<LadderStep> ladder;
  std::vector<Scheme> schemes;
  std::vector<ProgramClass> programs;
};

void Right(Output& out, std::string_view text) {
  out.Spaces(text.size() < kColumn ? kColumn - text.size() : 0);
  out.Text(text);
}

void NumberOr(Output& out, const std::optional<std::uint64_t>& number) {
  if (number)
    out.DecimalRight(*number, kColumn);
  else
    Right(out, "-");
}

void Heading(Output& out, std::string_view label,
             std::initializer_list<std::string_view> columns) {
  out.Char('\n');
  out.TextLeft(label, kLabel);
  for (const std::string_view column : columns) Right(out, column);
  out.Char('\n');
}

void ClassesText(Output& out, const Footprint& footprint) {
  Heading(out, "What the bytes are for", {"sections", "bytes", "in memory"});
  for (std::size_t i = 0; i < kByteClassCount; ++i) {
    const auto byte_class = static_cast<ByteClass>(i);
    const ByteCount& count = footprint.of(byte_class);
    if (count.sections == 0 && count.bytes == 0) continue;
    out.Text("  ");
    out.TextLeft(NameOf(byte_class).text, kLabel - 2);
    out.DecimalRight(count.sections, kColumn);
    out.DecimalRight(count.bytes, kColumn);
    out.DecimalRight(count.memory, kColumn);
    out.Char('\n');
  }
  out.Text("  ");
  out.TextLeft("all", kLabel - 2);
  Right(out, "");
  out.DecimalRight(footprint.info().size, kColumn);
  out.DecimalRight(footprint.loaded_memory(), kColumn);
  out.Char('\n');
}

void LadderText(Output& out, const std::vector<LadderStep>& ladder) {
  Heading(out, "What stripping would leave", {"bytes"});
  for (const LadderStep& step : ladder) {
    out.Text("  ");
    out.TextLeft(step.text, kLabel - 2);
    out.DecimalRight(step.bytes, kColumn);
    out.Char('\n');
  }
}

void SchemesText(Output& out, const Measured& measured) {
  const auto one = [&out](std::string_view label, const RecordCount& records,
                          const std::vector<Scheme>& schemes,
                          SchemeCost Scheme::*cost) {
    Heading(out, label, {"bytes", "at most", "ns", "ns each"});
    for (const Scheme& scheme : schemes) {
      const SchemeCost& of_records = scheme.*cost;
      out.Text("  ");
      out.TextLeft(scheme.text, kLabel - 2);
      out.DecimalRight(of_records.bytes, kColumn);
      out.DecimalRight(of_records.peak, kColumn);
      NumberOr(out, of_records.ns);
      NumberOr(out, scheme.ns_per_record);
      out.Char('\n');
    }
    out.Text("  records: ");
    out.Decimal(records.all);
    out.Text(", in sections: ");
    out.Decimal(records.sections);
    out.Char('\n');
  };
  one("Relocating code and data", measured.footprint.loaded_records(),
      measured.schemes, &Scheme::loaded);
  one("Relocating debugging information", measured.footprint.debug_records(),
      measured.schemes, &Scheme::debug);
}

void ProgramsText(Output& out, const std::vector<ProgramClass>& programs) {
  Heading(out, "What the program needs", {"records", "symbols"});
  for (const ProgramClass& program : programs) {
    out.Text("  ");
    out.TextLeft(program.text, kLabel - 2);
    out.DecimalRight(program.records, kColumn);
    out.DecimalRight(program.symbols, kColumn);
    out.Char('\n');
  }
}

void CostJson(Output& out, const SchemeCost& cost) {
  JsonObject json(out);
  json.Number("bytes", cost.bytes);
  json.Number("peak_bytes", cost.peak);
  if (cost.ns)
    json.Number("ns", *cost.ns);
  else
    json.Null("ns");
  json.End();
}

void RecordsJson(Output& out, const RecordCount& records) {
  JsonObject json(out);
  json.Number("records", records.all);
  json.Number("static", records.folded);
  json.Number("sections", records.sections);
  json.End();
}

// "key":[item,...]
template <std::size_t kSize, typename Items, typename Put>
void Array(JsonObject& json, Output& out, const char (&key)[kSize],
           const Items& items, Put put) {
  json.Key(key);
  out.Char('[');
  JsonComma comma(out);
  for (const auto& item : items) {
    comma();
    put(item);
  }
  out.Char(']');
}

void PartsJson(JsonObject& json, Output& out, const Measured& measured) {
  Array(json, out, "ladder", measured.ladder, [&out](const LadderStep& step) {
    JsonObject item(out);
    item.Name("step", step.key);
    item.Number("bytes", step.bytes);
    item.End();
  });
  Array(json, out, "schemes", measured.schemes, [&out](const Scheme& scheme) {
    JsonObject item(out);
    item.Name("scheme", scheme.key);
    if (scheme.ns_per_record)
      item.Number("ns_per_record", *scheme.ns_per_record);
    else
      item.Null("ns_per_record");
    item.Key("loaded");
    CostJson(out, scheme.loaded);
    item.Key("debug");
    CostJson(out, scheme.debug);
    item.End();
  });
  Array(json, out, "programs", measured.programs,
        [&out](const ProgramClass& program) {
          JsonObject item(out);
          item.Name("class", program.key);
          item.Number("records", program.records);
          item.Number("symbols", program.symbols);
          item.End();
        });
}

void Json(Output& out, const Measured& measured) {
  const Footprint& footprint = measured.footprint;
  JsonObject json(out, "footprint");
  json.Name("machine", footprint.info().machine);
  json.Number("elf_class", footprint.info().elf_class);
  json.Number("size", footprint.info().size);
  json.Number("loaded_memory", footprint.loaded_memory());
  json.Number("writable_memory", footprint.writable_memory());
  json.Key("classes");
  out.Char('[');
  JsonComma comma(out);
  for (std::size_t i = 0; i < kByteClassCount; ++i) {
    const auto byte_class = static_cast<ByteClass>(i);
    comma();
    JsonObject item(out);
    item.Name("class", NameOf(byte_class).key);
    item.Number("sections", footprint.of(byte_class).sections);
    item.Number("bytes", footprint.of(byte_class).bytes);
    item.Number("memory", footprint.of(byte_class).memory);
    item.End();
  }
  out.Char(']');
  json.Key("loaded_records");
  RecordsJson(out, footprint.loaded_records());
  json.Key("debug_records");
  RecordsJson(out, footprint.debug_records());
  PartsJson(json, out, measured);
  json.EndLine();
}

}  // namespace

void DumpFootprint(Context& context) {
  try {
    const Footprint footprint(context.file);
    const Measured measured{footprint, StripLadder(footprint),
                            RelocSchemes(footprint, context.options.record_ns),
                            ProgramClasses(footprint)};
    if (context.json()) {
      Json(context.out, measured);
      return;
    }
    context.Heading("Footprint", "contents");
    ClassesText(context.out, footprint);
    LadderText(context.out, measured.ladder);
    SchemesText(context.out, measured);
    ProgramsText(context.out, measured.programs);
  } catch (const dwreloc::Error& error) {
    context.report.Failure(error);
  }
}

}  // namespace dwreloc_tools
