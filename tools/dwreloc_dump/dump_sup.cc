// dump_sup.cc - --sup: .debug_sup (DWARF 5 7.3.6), .gnu_debugaltlink and
// .gnu_debuglink, which name the files that hold the rest of the DWARF.
//
// Tested by tests/cli/sup_test.py.
#include <string>
#include <string_view>

#include "dump.h"
#include "quote.h"

namespace dwreloc_dump {
namespace {

std::string_view Checksum(const Dwreloc_Link& link) {
  return {reinterpret_cast<const char*>(link.checksum), link.checksum_size};
}

void PrintText(Context& context, const Dwreloc_Link& link) {
  Output& out = context.out;
  out.TextLeft(context.values.SectionLabel(link.section), 18);
  if (link.is_supplementary != 0)
    out.Text(" this is a supplementary file");
  else
    out.Text(" \"" + Escaped(link.file_name) + '"');
  if (link.kind == DWRELOC_LINK_DEBUGLINK) {
    out.Text(", crc ");
    out.Hex(link.crc, 8);
  } else if (link.checksum_size > 0) {
    out.Text(link.kind == DWRELOC_LINK_SUP ? ", checksum " : ", build id ");
    out.Text(HexString(Checksum(link)));
  }
  out.Char('\n');
}

void PrintJson(Context& context, const Dwreloc_Link& link) {
  Output& out = context.out;
  out.Text(R"({"kind":"link",)");
  out.Text(context.values.SectionJson(link.section));
  if (link.kind == DWRELOC_LINK_SUP) {
    out.Text(R"(,"is_supplementary":)");
    out.Text(link.is_supplementary != 0 ? "true" : "false");
  }
  out.Text(R"(,"file_name":)");
  if (!AppendJsonString(out, link.file_name))
    out.Text(R"(,"file_name_hex":")" + HexString(link.file_name) + '"');
  if (link.kind == DWRELOC_LINK_DEBUGLINK) {
    out.Text(R"(,"crc":)");
    out.Decimal(link.crc);
  } else {
    out.Text(link.kind == DWRELOC_LINK_SUP ? R"(,"checksum":")"
                                           : R"(,"build_id":")");
    out.Text(HexString(Checksum(link)) + '"');
  }
  out.Text("}\n");
}

}  // namespace

void DumpSup(Context& context) {
  if (!context.json()) context.Heading("Other files");
  for (const dwreloc::Section& section : context.file.sections()) {
    if (!context.WantsSection(section.index())) continue;
    Dwreloc_Link link;
    const int found = dwreloc_link(context.module(), section.index(), &link);
    if (found < 0) context.report.LastError();
    if (found > 0) {
      if (context.json())
        PrintJson(context, link);
      else
        PrintText(context, link);
    }
    context.report.FlushObjects();
  }
}

}  // namespace dwreloc_dump
