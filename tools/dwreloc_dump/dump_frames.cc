// dump_frames.cc - --frames: call frame information of .debug_frame and
// .eh_frame (DWARF 5 6.4, LSB 10.6), section by section.
//
// Tested by tests/cli/frames_test.py.
#include "common/json.h"
#include "dump.h"
#include "frame_printer.h"

namespace dwreloc_tools {

void FramePrinter::Print() {
  Dwreloc_Cfi cfi;
  if (dwreloc_cfi_begin(context_.module(), section_, &cfi) < 0) {
    context_.report.LastError();
    return;
  }
  while (true) {
    const int result = dwreloc_cfi_next(&cfi, &entry_);
    if (result == 0) return;
    if (result < 0) {
      context_.report.LastError();
    } else if (context_.WantsOffset(entry_.offset)) {
      if (context_.json())
        Json();
      else
        Text();
    }
    context_.report.FlushObjects();
  }
}

void FramePrinter::Expression(std::uint64_t offset, std::uint64_t size) {
  Dwreloc_Expression expression;
  const int result = dwreloc_cfi_expression(&entry_, offset, size, &expression);
  Expression(result, expression);
}

void FramePrinter::Expression(const Dwreloc_Cfi_Rule& rule) {
  Dwreloc_Expression expression;
  const int result = dwreloc_cfi_rule_expression(&entry_, &rule, &expression);
  Expression(result, expression);
}

void FramePrinter::Expression(int result,
                              const Dwreloc_Expression& expression) {
  if (result < 0) {
    context_.report.LastError();
    if (context_.json())
      JsonObject(out_, JsonPlace::kNextKey).Null("expression");
    else
      out_.Text("<error>");
  } else if (context_.json()) {
    context_.expressions.JsonKeys(expression);
  } else {
    context_.expressions.Text(expression);
  }
}

void DumpFrames(Context& context) {
  std::uint32_t section = 0;
  while (dwreloc_cfi_section(context.module(), section, &section) > 0) {
    if (context.WantsSection(section)) {
      if (!context.json())
        context.Heading(context.values.SectionLabel(section));
      FramePrinter(context, section).Print();
    }
    ++section;
  }
}

}  // namespace dwreloc_tools
