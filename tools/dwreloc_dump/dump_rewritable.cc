// dump_rewritable.cc - --rewritable: which debug sections a program could
// rewrite, and what hinders it in the others.
//
// Tested by tests/cli/rewritable_test.py.
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

// By Dwreloc_Obstacle_Kind.
constexpr std::string_view kKinds[] = {
    "none",       "file",      "loaded",      "role",
    "unreadable", "attribute", "record_kind", "record_owner"};

// Prints sections one after the other, each with its obstacles.
class RewritablePrinter {
 public:
  explicit RewritablePrinter(Context& context)
      : context_(context), out_(context.out) {}

  void Add(std::uint32_t section, const Dwreloc_Obstacle* obstacle) {
    if (section != section_) Flush();
    section_ = section;
    if (obstacle != nullptr) obstacles_.push_back(*obstacle);
  }
  // Prints the section that was added last.
  void Flush() {
    if (section_ != DWRELOC_NO_SECTION && context_.WantsSection(section_)) {
      if (context_.json())
        Json();
      else
        Text();
    }
    obstacles_.clear();
  }

 private:
  void Text();
  void Json();
  void JsonItem(const Dwreloc_Obstacle& obstacle);

  Context& context_;
  Output& out_;
  std::uint32_t section_ = DWRELOC_NO_SECTION;
  std::vector<Dwreloc_Obstacle> obstacles_;
};

void RewritablePrinter::Text() {
  out_.TextLeft(context_.values.SectionLabel(section_), 24);
  out_.Text(obstacles_.empty() ? "rewritable\n" : "not rewritable\n");
  for (const Dwreloc_Obstacle& obstacle : obstacles_) {
    out_.Text("    ");
    if (obstacle.section != DWRELOC_NO_SECTION)
      out_.Text(context_.values.SectionLabel(obstacle.section));
    if (obstacle.offset != DWRELOC_NO_OFFSET) {
      out_.Char('+');
      out_.Hex(obstacle.offset);
    }
    if (obstacle.section != DWRELOC_NO_SECTION) out_.Text(": ");
    out_.Text(obstacle.text);
    if (obstacle.count > 1) {
      out_.Text(" (first of ");
      out_.Decimal(obstacle.count);
      out_.Char(')');
    }
    out_.Char('\n');
  }
}

void RewritablePrinter::JsonItem(const Dwreloc_Obstacle& obstacle) {
  JsonObject json(out_);
  const std::uint32_t kind =
      obstacle.kind < std::size(kKinds) ? obstacle.kind : 0;
  json.Name("obstacle", kKinds[kind]);
  json.Number("section_index", obstacle.section, DWRELOC_NO_SECTION);
  json.Number("offset", obstacle.offset, DWRELOC_NO_OFFSET);
  json.Number("count", obstacle.count);
  json.String("error", obstacle.text);
  json.End();
}

void RewritablePrinter::Json() {
  JsonObject json(out_, "rewritable");
  json.Keys(context_.values.SectionJson(section_));
  json.Bool("rewritable", obstacles_.empty());
  json.Key("obstacles");
  out_.Char('[');
  JsonComma comma(out_);
  for (const Dwreloc_Obstacle& obstacle : obstacles_) {
    comma();
    JsonItem(obstacle);
  }
  out_.Char(']');
  json.EndLine();
}

}  // namespace

void DumpRewritable(Context& context) {
  context.order.Do([](Page& page) { page.BeginPart(); });
  // Made now: an error of the library in a callback would not be told.
  (void)context.values.SectionLabel(0);
  RewritablePrinter printer(context);
  const int result = dwreloc_obstacles(
      context.module(), DWRELOC_NO_SECTION,
      [](void* user, std::uint32_t section, const Dwreloc_Obstacle* obstacle) {
        static_cast<RewritablePrinter*>(user)->Add(section, obstacle);
        return 0;
      },
      &printer);
  printer.Flush();
  if (result < 0) context.report.LastError();
}

}  // namespace dwreloc_tools
