// print.cc - see print.h.
#include "dwreloc_diff/print.h"

#include <cstdint>
#include <optional>
#include <string>

#include "common/json.h"
#include "common/program.h"
#include "common/quote.h"

namespace dwreloc_tools {
namespace {

void PrintValue(const char* mark, const std::optional<std::string>& value,
                Output& out) {
  out.Text(mark);
  out.Text(value ? *value : "(nothing)");
  out.Char('\n');
}

void PrintText(const Difference& difference, Output& out) {
  out.Text(difference.section);
  if (!difference.unit.empty()) {
    out.Text(": ");
    AppendEscaped(out, difference.unit);
  }
  if (!difference.path.empty()) {
    out.Text(": ");
    out.Text(difference.path);
  }
  out.Text(": ");
  out.Text(difference.what);
  const auto offset = [&](const std::optional<std::uint64_t>& value) {
    if (value)
      out.Hex(*value);
    else
      out.Char('-');
  };
  if (difference.offset_a || difference.offset_b) {
    out.Text(" (at ");
    offset(difference.offset_a);
    out.Text(", ");
    offset(difference.offset_b);
    out.Char(')');
  }
  out.Char('\n');
  PrintValue("< ", difference.a, out);
  PrintValue("> ", difference.b, out);
}

void PrintAllText(const Comparison& comparison, Output& out) {
  for (const Difference& difference : comparison.differences)
    PrintText(difference, out);
  if (comparison.difference_count == 0) return;
  out.Decimal(comparison.difference_count);
  out.Text(comparison.difference_count == 1 ? " difference" : " differences");
  if (comparison.differences.size() < comparison.difference_count) {
    out.Text(", of which ");
    out.Decimal(comparison.differences.size());
    out.Text(" are told");
  }
  out.Char('\n');
}

void PrintOffset(JsonObject& object, const std::optional<std::uint64_t>& a,
                 const std::optional<std::uint64_t>& b) {
  object.Number("offset_a", a.value_or(DWRELOC_NO_OFFSET), DWRELOC_NO_OFFSET);
  object.Number("offset_b", b.value_or(DWRELOC_NO_OFFSET), DWRELOC_NO_OFFSET);
}

void PrintJson(const Difference& difference, Output& out) {
  JsonObject object(out, "difference");
  object.String("section", difference.section);
  if (difference.unit.empty())
    object.Null("unit");
  else
    object.String("unit", difference.unit);
  object.String("path", difference.path);
  object.String("what", difference.what);
  PrintOffset(object, difference.offset_a, difference.offset_b);
  if (difference.a)
    object.String("a", *difference.a);
  else
    object.Null("a");
  if (difference.b)
    object.String("b", *difference.b);
  else
    object.Null("b");
  object.EndLine();
}

void PrintAllJson(const Options& options, const Comparison& comparison,
                  Output& out) {
  for (const Trouble& trouble : comparison.troubles) {
    JsonObject object(out, "trouble");
    object.String("file",
                  options.files[static_cast<std::size_t>(trouble.file)]);
    object.String("section", trouble.section);
    object.Number("offset", trouble.offset.value_or(DWRELOC_NO_OFFSET),
                  DWRELOC_NO_OFFSET);
    object.String("text", trouble.text);
    object.EndLine();
  }
  for (const Difference& difference : comparison.differences)
    PrintJson(difference, out);
  JsonObject object(out, "comparison");
  object.String("a", options.files[0]);
  object.String("b", options.files[1]);
  object.Bool("same", comparison.is_same());
  object.Number("differences", comparison.difference_count);
  object.Number("troubles", comparison.trouble_count);
  object.Number("units", comparison.units);
  object.Number("dies", comparison.dies);
  object.EndLine();
}

}  // namespace

void PrintComparison(const Options& options, const Comparison& comparison,
                     Output& out) {
  if (options.quiet) return;
  if (options.json) {
    PrintAllJson(options, comparison, out);
    return;
  }
  PrintAllText(comparison, out);
  out.Flush();
  for (const Trouble& trouble : comparison.troubles)
    Complain("dwreloc-diff", trouble.text);
  if (comparison.troubles.size() < comparison.trouble_count)
    Complain("dwreloc-diff", std::to_string(comparison.trouble_count) +
                                 " parts could not be read, of which " +
                                 std::to_string(comparison.troubles.size()) +
                                 " are told");
}

}  // namespace dwreloc_tools
