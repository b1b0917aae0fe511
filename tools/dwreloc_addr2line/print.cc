// print.cc - see print.h.
#include "dwreloc_addr2line/print.h"

#include "common/answer_json.h"
#include "common/json.h"

namespace dwreloc_tools {

Printer::Printer(const Options& options, const dwreloc::File& file, Output& out)
    : options_(options),
      address_digits_(file.info().elf_class == 32 ? 8 : 16),
      out_(out) {}

void Printer::Print(std::string_view text, const Place& place,
                    const Answer& answer) {
  if (options_.json)
    PrintJson(text, place, answer);
  else
    PrintText(place, answer);
}

void Printer::PrintText(const Place& place, const Answer& answer) {
  if (options_.addresses) {
    out_.Hex(place.address, address_digits_);
    out_.Text(options_.pretty ? ": " : "\n");
  }
  if (answer.frames.empty()) {
    if (options_.functions) out_.Text(options_.pretty ? "?? " : "??\n");
    out_.Text("??:0\n");
    return;
  }
  for (const AnsweredFrame& frame : answer.frames) {
    if (&frame != &answer.frames.front() && options_.pretty)
      out_.Text(" (inlined by) ");
    if (options_.functions) {
      Function(frame);
      out_.Text(options_.pretty ? " at " : "\n");
    }
    Source(frame);
    if (!options_.inlines) break;
  }
}

// The linker's name, as binutils has it.
void Printer::Function(const AnsweredFrame& frame) {
  std::string_view name =
      frame.linkage_name.empty() ? frame.name : frame.linkage_name;
  if (options_.demangle) name = demangle_(name);
  out_.Text(name.empty() ? "??" : name);
}

void Printer::Source(const AnsweredFrame& frame) {
  std::string_view path = frame.path;
  if (options_.basenames) path = path.substr(path.rfind('/') + 1);
  out_.Text(frame.path.empty() ? "??" : path);
  out_.Char(':');
  if (frame.line == 0) {
    out_.Char('?');
  } else {
    out_.Decimal(frame.line);
    if (frame.discriminator != 0) {
      out_.Text(" (discriminator ");
      out_.Decimal(frame.discriminator);
      out_.Char(')');
    }
  }
  out_.Char('\n');
}

void Printer::PrintJson(std::string_view text, const Place& place,
                        const Answer& answer) {
  JsonObject json(out_, "address");
  json.String("input", text);
  json.Number("address", place.address);
  json.Key("place");
  JsonPlace(answer);
  if (answer.symbol) {
    json.String("symbol", answer.symbol->symbol.name());
    json.Number("symbol_index", answer.symbol->symbol.index());
    json.Number("symbol_offset", answer.symbol->offset);
  } else {
    json.Null("symbol");
    json.Null("symbol_index");
    json.Null("symbol_offset");
  }
  json.Key("frames");
  PutJsonFrames(answer, options_.demangle ? &demangle_ : nullptr, out_);
  if (!place.error.empty()) json.String("error", place.error);
  json.EndLine();
}

void Printer::JsonPlace(const Answer& answer) {
  if (!answer.place) {
    out_.Text("null");
    return;
  }
  const dwreloc::RelocatableInfo info = answer.place->info();
  if (info.kind == DWRELOC_SECTION) {
    JsonObject json(out_, "section");
    json.String("section", info.section == nullptr ? "" : info.section);
    json.Number("section_index", info.section_index);
    json.Number("offset", info.section_offset);
    json.End();
  } else {
    JsonObject json(out_, "absolute");
    json.Number("value", static_cast<std::uint64_t>(info.addend));
    json.End();
  }
}

}  // namespace dwreloc_tools
