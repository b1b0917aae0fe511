// report.cc - see report.h.
#include "dwreloc_compress/report.h"

#include <stdio.h>

#include <vector>

#include "common/json.h"

namespace dwreloc_tools::compress {
namespace {

void SizesJson(JsonObject& json, std::uint64_t before, std::uint64_t after) {
  json.Number("before", before);
  json.Number("after", after);
}

}  // namespace

void Report::Add(const std::string& path, const Compressed& result,
                 std::uint64_t before, std::uint64_t after, bool as_json,
                 Output& out) {
  ++files_;
  unchanged_ += result.has_changed ? 0 : 1;
  bytes_.before += before;
  bytes_.after += after;
  if (result.has_changed) {
    dies_.before += result.dies_before;
    dies_.after += result.dies_after;
    records_.before += result.records_before;
    records_.after += result.records_after;
    units_ += result.units;
    partial_units_ += result.partial_units;
    for (const SectionChange& change : result.sections) {
      Sizes& sizes = sections_[change.name];
      sizes.before += change.before;
      sizes.after += change.after;
    }
  }
  if (!as_json) return;
  JsonObject json(out, "file");
  json.String("path", path);
  SizesJson(json, before, after);
  if (!result.has_changed)
    json.String("unchanged", result.why);
  else
    json.Null("unchanged");
  json.EndLine();
}

void Report::Row(Output& out, const std::string& name,
                 const Sizes& sizes) const {
  char text[128];
  const double share = sizes.before == 0
                           ? 100
                           : 100 * static_cast<double>(sizes.after) /
                                 static_cast<double>(sizes.before);
  snprintf(text, sizeof(text), "%-24s %14llu %14llu %6.1f %%\n", name.c_str(),
           static_cast<unsigned long long>(sizes.before),
           static_cast<unsigned long long>(sizes.after), share);
  out.Text(text);
}

void Report::Text(Output& out) const {
  char text[128];
  snprintf(text, sizeof(text), "%-24s %14s %14s %8s\n", "Section", "Before",
           "After", "Left");
  out.Text(text);
  for (const auto& [name, sizes] : sections_) Row(out, name, sizes);
  Row(out, "whole files", bytes_);
  if (common_ != 0) {
    Row(out, "the common file", {.after = common_});
    Row(out, "all", {.before = bytes_.before, .after = bytes_.after + common_});
  }
  out.Char('\n');
  Row(out, "DIEs", dies_);
  Row(out, "relocation records", records_);
  snprintf(text, sizeof(text),
           "%llu files, %llu as they were; %llu units, %llu new partial ones\n",
           static_cast<unsigned long long>(files_),
           static_cast<unsigned long long>(unchanged_),
           static_cast<unsigned long long>(units_),
           static_cast<unsigned long long>(partial_units_));
  out.Text(text);
}

void Report::Json(Output& out) const {
  JsonObject json(out, "total");
  json.Number("files", files_);
  json.Number("unchanged", unchanged_);
  SizesJson(json, bytes_.before, bytes_.after);
  json.Number("common", common_);
  json.Number("units", units_);
  json.Number("partial_units", partial_units_);
  json.Number("dies_before", dies_.before);
  json.Number("dies_after", dies_.after);
  json.Number("records_before", records_.before);
  json.Number("records_after", records_.after);
  json.Key("sections");
  out.Char('[');
  bool is_first = true;
  for (const auto& [name, sizes] : sections_) {
    if (!is_first) out.Char(',');
    is_first = false;
    JsonObject section(out);
    section.String("name", name);
    SizesJson(section, sizes.before, sizes.after);
    section.End();
  }
  out.Char(']');
  json.EndLine();
}

}  // namespace dwreloc_tools::compress
