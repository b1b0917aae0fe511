// dump_sections.cc - --sections: the section header table (gABI ch. 4
// "Sections"), and how many relocation records apply to each section.
//
// --section filters by name.  Tested by tests/cli/elf_test.py.
#include <string>

#include "common/json.h"
#include "dump.h"
#include "elf_names.h"

namespace dwreloc_tools {
namespace {

void PrintText(Context& context, const dwreloc::Section& section) {
  const Dwreloc_Section& header = section.raw();
  Output& out = context.out;
  out.Char('[');
  out.DecimalRight(header.index, 3);
  out.Text("] ");
  out.TextLeft(context.values.SectionLabel(header.index), 28);
  out.Char(' ');
  std::string type = SectionTypeName(header.type);
  if (type.starts_with("SHT_")) type.erase(0, 4);
  out.TextLeft(type, 14);
  out.Hex(header.address, context.values.address_digits());
  out.DecimalRight(header.file_offset, 11);
  out.DecimalRight(header.file_size, 11);
  out.DecimalRight(header.alignment, 6);
  out.Char(' ');
  out.TextLeft(SectionFlagLetters(header.flags), 5);
  out.DecimalRight(header.link, 5);
  out.DecimalRight(header.info, 6);
  out.DecimalRight(header.reloc_count, 9);
  out.Char('\n');
}

void PrintJson(Context& context, const dwreloc::Section& section) {
  const Dwreloc_Section& header = section.raw();
  JsonObject json(context.out, "section");
  json.Keys(context.values.SectionJson(header.index));
  json.Name("type", SectionTypeName(header.type));
  json.Number("flags", header.flags);
  json.Number("address", header.address);
  json.Number("offset", header.file_offset);
  json.Number("size", header.file_size);
  json.Number("alignment", header.alignment);
  json.Number("entry_size", header.entry_size);
  json.Number("link", header.link);
  json.Number("info", header.info);
  json.Number("group", header.group, DWRELOC_NO_SECTION);
  json.Bool("is_debug", header.is_debug != 0);
  json.Bool("is_compressed", header.is_compressed != 0);
  json.Number("records", header.reloc_count);
  json.Bool("holds_dwarf", header.holds_dwarf != 0);
  json.EndLine();
}

}  // namespace

void DumpSections(Context& context) {
  if (!context.json()) {
    context.Heading("Section headers", "contents");
    context.out.Text(
        "[Idx] Name                         Type          Address            "
        "    Offset       Size Align Flags Link  Info  Records\n");
  }
  for (const dwreloc::Section& section : context.file.sections()) {
    if (context.options.section && *context.options.section != section.name())
      continue;
    if (context.json())
      PrintJson(context, section);
    else
      PrintText(context, section);
  }
}

}  // namespace dwreloc_tools
