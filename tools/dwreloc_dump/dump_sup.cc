// dump_sup.cc - --sup: .debug_sup (DWARF 5 7.3.6), .gnu_debugaltlink and
// .gnu_debuglink, which name the files that hold the rest of the DWARF.
//
// Tested by tests/cli/sup_test.py.
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
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
  JsonObject json(context.out, "link");
  json.Keys(context.values.SectionJson(link.section));
  if (link.kind == DWRELOC_LINK_SUP)
    json.Bool("is_supplementary", link.is_supplementary != 0);
  json.String("file_name", "file_name_hex", link.file_name);
  if (link.kind == DWRELOC_LINK_DEBUGLINK)
    json.Number("crc", link.crc);
  else if (link.kind == DWRELOC_LINK_SUP)
    json.Bytes("checksum", link.checksum, link.checksum_size);
  else
    json.Bytes("build_id", link.checksum, link.checksum_size);
  json.EndLine();
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

}  // namespace dwreloc_tools
