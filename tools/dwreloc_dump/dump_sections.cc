// dump_sections.cc - --sections: the section header table (gABI ch. 4
// "Sections"), and how many relocation records apply to each section.
//
// --section filters by name.  Tested by tests/cli/elf_test.py.
#include <string>

#include "dump.h"
#include "elf_names.h"

namespace dwreloc_dump {
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
  Output& out = context.out;
  out.Text(R"({"kind":"section",)");
  out.Text(context.values.SectionJson(header.index));
  out.Text(R"(,"type":")");
  out.Text(SectionTypeName(header.type));
  out.Text(R"(","flags":)");
  out.Decimal(header.flags);
  out.Text(R"(,"address":)");
  out.Decimal(header.address);
  out.Text(R"(,"offset":)");
  out.Decimal(header.file_offset);
  out.Text(R"(,"size":)");
  out.Decimal(header.file_size);
  out.Text(R"(,"alignment":)");
  out.Decimal(header.alignment);
  out.Text(R"(,"entry_size":)");
  out.Decimal(header.entry_size);
  out.Text(R"(,"link":)");
  out.Decimal(header.link);
  out.Text(R"(,"info":)");
  out.Decimal(header.info);
  out.Text(R"(,"group":)");
  if (header.group == DWRELOC_NO_SECTION)
    out.Text("null");
  else
    out.Decimal(header.group);
  out.Text(R"(,"is_debug":)");
  out.Text(header.is_debug != 0 ? "true" : "false");
  out.Text(R"(,"holds_dwarf":)");
  out.Text(header.holds_dwarf != 0 ? "true" : "false");
  out.Text(R"(,"is_compressed":)");
  out.Text(header.is_compressed != 0 ? "true" : "false");
  out.Text(R"(,"records":)");
  out.Decimal(header.reloc_count);
  out.Text("}\n");
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

}  // namespace dwreloc_dump
