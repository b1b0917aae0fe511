// print.cc - see print.h.
#include "dwreloc_oops/print.h"

#include <algorithm>
#include <fstream>

#include "common/answer_json.h"
#include "common/json.h"
#include "common/quote.h"

namespace dwreloc_tools {
namespace {

constexpr char kIndent[] = "    -> ";
constexpr char kFunctionColor[] = "\033[1m";
constexpr char kPathColor[] = "\033[36m";
constexpr char kNoteColor[] = "\033[33m";
constexpr char kPlain[] = "\033[0m";

// Of source, before and after the line.
constexpr std::uint64_t kAround = 2;

// A file of sources has fewer lines; of what is none, so much is kept.
constexpr std::size_t kMostLines = 1000000;

std::string_view NameOf(const AnsweredFrame& frame) {
  return frame.name.empty() ? frame.linkage_name : frame.name;
}

}  // namespace

void Printer::Print(std::string_view line,
                    const std::vector<TracePlace>& places,
                    const std::vector<Decoded>& decoded) {
  if (options_.json)
    PrintJson(line, places, decoded);
  else
    PrintText(line, places, decoded);
}

void Printer::Colored(const char* color, std::string_view text) {
  if (has_color_) out_.Text(color);
  AppendEscaped(out_, text);
  if (has_color_) out_.Text(kPlain);
}

void Printer::PrintText(std::string_view line,
                        const std::vector<TracePlace>& places,
                        const std::vector<Decoded>& decoded) {
  out_.Text(line);
  if (places.empty()) return;
  if (!line.ends_with('\n')) out_.Char('\n');
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (const AnsweredFrame& frame : decoded[i].answer.frames) Frame(frame);
    if (decoded[i].note.empty()) continue;
    if (decoded[i].is_about_file && !told_.insert(decoded[i].note).second)
      continue;
    out_.Text(kIndent);
    Colored(kNoteColor, decoded[i].note);
    out_.Char('\n');
  }
}

void Printer::Frame(const AnsweredFrame& frame) {
  out_.Text(kIndent);
  const std::string_view name = NameOf(frame);
  Colored(kFunctionColor, name.empty() ? "??" : name);
  out_.Text(" at ");
  Colored(kPathColor, frame.path.empty() ? "??" : frame.path);
  out_.Char(':');
  if (frame.line == 0)
    out_.Char('?');
  else
    out_.Decimal(frame.line);
  if (frame.is_inlined) out_.Text(" (inlined)");
  out_.Char('\n');
  if (options_.source) Source(frame);
}

const std::vector<std::string>& Printer::LinesOf(std::string_view path) {
  const auto [known, is_new] = sources_.try_emplace(std::string(path));
  if (is_new) {
    std::ifstream in(known->first);
    std::string line;
    while (known->second.size() < kMostLines && std::getline(in, line))
      known->second.push_back(line);
  }
  return known->second;
}

void Printer::Source(const AnsweredFrame& frame) {
  if (frame.path.empty() || frame.line == 0) return;
  const std::vector<std::string>& lines = LinesOf(frame.path);
  if (frame.line > lines.size()) return;
  const std::uint64_t first = frame.line > kAround ? frame.line - kAround : 1;
  const std::uint64_t last =
      std::min<std::uint64_t>(frame.line + kAround, lines.size());
  for (std::uint64_t number = first; number <= last; ++number) {
    out_.Text("       ");
    out_.Text(number == frame.line ? ">" : " ");
    out_.DecimalRight(number, 6);
    out_.Text("  ");
    out_.Text(lines[number - 1]);
    out_.Char('\n');
  }
}

void Printer::PrintJson(std::string_view line,
                        const std::vector<TracePlace>& places,
                        const std::vector<Decoded>& decoded) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  JsonObject json(out_, "trace_line");
  json.String("text", "text_hex", line);
  json.Key("places");
  out_.Char('[');
  JsonComma comma(out_);
  for (std::size_t i = 0; i < places.size(); ++i) {
    comma();
    JsonPlace(places[i], decoded[i]);
  }
  out_.Char(']');
  json.EndLine();
}

void Printer::JsonPlace(const TracePlace& place, const Decoded& decoded) {
  JsonObject json(out_);
  json.String("symbol", place.symbol);
  json.Number("offset", place.offset);
  if (place.size)
    json.Number("size", *place.size);
  else
    json.Null("size");
  if (place.module.empty())
    json.Null("module");
  else
    json.String("module", place.module);
  json.Bool("is_return_address", place.kind == PlaceKind::kReturn);
  json.Number("begin", place.begin);
  json.Number("end", place.end);
  json.Key("frames");
  PutJsonFrames(decoded.answer, nullptr, out_);
  if (!decoded.note.empty()) json.String("note", decoded.note);
  json.End();
}

}  // namespace dwreloc_tools
