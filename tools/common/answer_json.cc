// answer_json.cc - see answer_json.h.
#include "common/answer_json.h"

#include <cstddef>
#include <string_view>

#include "common/json.h"

namespace dwreloc_tools {

void PutJsonFrames(const Answer& answer, Demangler* demangle, Output& out) {
  out.Char('[');
  JsonComma comma(out);
  for (const AnsweredFrame& frame : answer.frames) {
    comma();
    JsonObject json(out);
    const auto text = [&json]<std::size_t kSize>(const char(&key)[kSize],
                                                 std::string_view value) {
      if (value.empty())
        json.Null(key);
      else
        json.String(key, value);
    };
    text("function", frame.name);
    text("linkage_name", frame.linkage_name);
    if (demangle != nullptr)
      text("demangled_name", (*demangle)(frame.linkage_name));
    text("path", frame.path);
    json.Number("line", frame.line, 0);
    json.Number("column", frame.column, 0);
    json.Number("discriminator", frame.discriminator);
    json.Bool("inlined", frame.is_inlined);
    json.End();
  }
  out.Char(']');
}

}  // namespace dwreloc_tools
