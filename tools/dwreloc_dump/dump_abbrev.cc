// dump_abbrev.cc - --abbrev: the declarations of .debug_abbrev (DWARF 5 7.5.3),
// as stored.
//
// Every table of every such section, whether a unit refers to it or not.
// Tested by tests/cli/abbrev_test.py.
#include <cstdint>
#include <string_view>

#include "common/checked.h"
#include "common/json.h"
#include "dump.h"
#include "lookup.h"

namespace dwreloc_tools {
namespace {

// A name, or the number in hexadecimal.  Numbers may be wider than those that
// have names.
class NameOf {
 public:
  NameOf(const char* (*name)(unsigned), std::uint64_t value) {
    const char* const found =
        value <= UINT16_MAX ? name(static_cast<unsigned>(value)) : nullptr;
    if (found != nullptr)
      text_ = found;
    else
      text_ = {number_, PutHex(number_, value)};
  }
  NameOf(const NameOf&) = delete;
  NameOf& operator=(const NameOf&) = delete;

  std::string_view view() const { return text_; }

 private:
  char number_[18];
  std::string_view text_;
};

class AbbrevPrinter {
 public:
  AbbrevPrinter(Context& context, Dwreloc_Abbrevs* abbrevs)
      : context_(context), out_(context.out), abbrevs_(abbrevs) {}

  void Print();

 private:
  void Text(const Dwreloc_Abbrev& abbrev);
  void Json(const Dwreloc_Abbrev& abbrev);

  Context& context_;
  Output& out_;
  Dwreloc_Abbrevs* abbrevs_;
  std::uint64_t table_ = DWRELOC_NO_OFFSET;  // that was printed last
};

void AbbrevPrinter::Print() {
  Dwreloc_Abbrev abbrev;
  for (int result; (result = dwreloc_abbrevs_next(abbrevs_, &abbrev));
       context_.report.FlushObjects()) {
    if (result < 0)
      context_.report.LastError();
    else if (!context_.WantsOffset(abbrev.offset))
      continue;
    else if (context_.json())
      Json(abbrev);
    else
      Text(abbrev);
  }
}

void AbbrevPrinter::Text(const Dwreloc_Abbrev& abbrev) {
  const Palette& palette = context_.palette;
  if (table_ != abbrev.table_offset) {
    context_.SectionHeading(abbrev.section);
    out_.Text("Abbreviation table ");
    out_.Hex(abbrev.table_offset, 8);
    out_.Text(":\n");
    table_ = abbrev.table_offset;
  }
  out_.Text(palette.offset);
  out_.Hex(abbrev.offset, 8);
  out_.Text(palette.end);
  out_.Text(": [");
  out_.Decimal(abbrev.code);
  out_.Text("] ");
  out_.Text(palette.tag);
  out_.Text(NameOf(dwreloc_tag_name, abbrev.tag).view());
  out_.Text(palette.end);
  out_.Text(abbrev.has_children != 0 ? " DW_CHILDREN_yes\n"
                                     : " DW_CHILDREN_no\n");
  Dwreloc_Abbrev_Attribute attribute;
  while (Checked(dwreloc_abbrev_attributes_next(abbrevs_, &attribute)) > 0) {
    const NameOf name(dwreloc_at_name, attribute.name);
    const NameOf form(dwreloc_form_name, attribute.form);
    char* p = out_.Reserve(128 + name.view().size() + form.view().size());
    p = PutText(p, "              ");
    p = PutText(p, palette.attribute);
    p = PutText(p, name.view());
    p = PutText(p, palette.end);
    *p++ = ' ';
    p = PutText(p, form.view());
    if (attribute.has_implicit_const != 0)
      p = PutSigned(PutText(p, ": "), attribute.implicit_const);
    *p++ = '\n';
    out_.Commit(p);
  }
}

void AbbrevPrinter::Json(const Dwreloc_Abbrev& abbrev) {
  JsonObject json(out_, "abbrev");
  json.Keys(context_.values.SectionJson(abbrev.section));
  json.Number("table", abbrev.table_offset);
  json.Number("offset", abbrev.offset);
  json.Number("size", abbrev.size);
  json.Number("code", abbrev.code);
  json.Name("tag", NameOf(dwreloc_tag_name, abbrev.tag).view());
  json.Bool("children", abbrev.has_children != 0);
  json.Key("attributes");
  out_.Char('[');
  JsonComma comma(out_);
  Dwreloc_Abbrev_Attribute attribute;
  while (Checked(dwreloc_abbrev_attributes_next(abbrevs_, &attribute)) > 0) {
    comma();
    JsonObject item(out_);
    item.Name("name", NameOf(dwreloc_at_name, attribute.name).view());
    item.Name("form", NameOf(dwreloc_form_name, attribute.form).view());
    if (attribute.has_implicit_const != 0)
      item.Signed("implicit_const", attribute.implicit_const);
    item.Number("offset", attribute.offset);
    item.End();
  }
  out_.Char(']');
  json.EndLine();
}

}  // namespace

void DumpAbbrev(Context& context) {
  ForEachTable<Dwreloc_Abbrevs>(context, dwreloc_abbrevs_begin_all,
                                [&context](Dwreloc_Abbrevs* abbrevs) {
                                  AbbrevPrinter(context, abbrevs).Print();
                                });
}

}  // namespace dwreloc_tools
