// die_line.cc - see die_line.h.
#include "die_line.h"

namespace dwreloc_tools {

void DieLine(Context& context, const WalkedDie& walked) {
  Output& out = context.out;
  out.Text(context.palette.offset);
  out.Hex(walked.die.offset, 8);
  out.Text(context.palette.end);
  out.Text(": ");
  out.Text(context.names.tag(walked.die.tag).view());
}

void DieKeys(Context& context, JsonObject& json, const WalkedDie& walked) {
  json.Number("die", walked.die.offset);
  json.Key("section");
  context.out.Text(context.values.SectionNameJson(walked.unit.section));
}

}  // namespace dwreloc_tools
