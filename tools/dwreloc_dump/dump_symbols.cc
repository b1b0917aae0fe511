// dump_symbols.cc - --symbols: the symbol table (gABI ch. 4 "Symbol Table").
//
// Laid out as readelf -s does, with the section's name in place of its index.
// --name, --section and --offset (of st_value) filter.
// Tested by tests/cli/elf_test.py.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/json.h"
#include "dump.h"
#include "elf_names.h"

namespace dwreloc_tools {
namespace {

bool Wants(Context& context, const dwreloc::Symbol& symbol) {
  const Options& options = context.options;
  if (options.name && *options.name != symbol.name()) return false;
  if (options.section && (!symbol.section().has_value() ||
                          !context.WantsSection(*symbol.section())))
    return false;
  return context.WantsOffset(symbol.value());
}

std::string_view WithoutPrefix(std::string_view name) {
  // "STT_FUNC" is "FUNC" in a column for types; numbers are kept.
  return name.size() > 4 && name[3] == '_' ? name.substr(4) : name;
}

// The names of a byte's values, each made on first use.
class ByteNames {
 public:
  explicit ByteNames(std::string (*make)(unsigned)) : make_(make) {}

  std::string_view operator[](std::uint8_t value) {
    std::string& name = names_[value];
    if (name.empty()) name = make_(value);
    return name;
  }

 private:
  std::string (*const make_)(unsigned);
  std::array<std::string, 256> names_;
};

struct SymbolNames {
  ByteNames types{SymbolTypeName};
  ByteNames bindings{SymbolBindingName};
  ByteNames visibilities{SymbolVisibilityName};
};

std::string SpecialName(Context& context, const dwreloc::Symbol& symbol) {
  return SpecialSectionName(context.file.info().e_machine, symbol.st_shndx());
}

void PrintText(Context& context, SymbolNames& names,
               const dwreloc::Symbol& symbol) {
  Output& out = context.out;
  out.DecimalRight(symbol.index(), 6);
  out.Text(": ");
  char* p = out.Reserve(16);
  out.Commit(PutHexDigits(p, symbol.value(), context.values.address_digits()));
  out.DecimalRight(symbol.size(), 9);
  out.Char(' ');
  out.TextLeft(WithoutPrefix(names.types[symbol.type()]), 8);
  out.TextLeft(WithoutPrefix(names.bindings[symbol.binding()]), 7);
  out.TextLeft(WithoutPrefix(names.visibilities[symbol.visibility()]), 10);
  if (symbol.section().has_value())
    out.TextLeft(context.values.SectionLabel(*symbol.section()), 20);
  else
    out.TextLeft(WithoutPrefix(SpecialName(context, symbol)), 20);
  out.Char(' ');
  if (!symbol.name().empty())
    out.Text(context.values.SymbolLabel(symbol.index()));
  out.Char('\n');
}

void PrintJson(Context& context, SymbolNames& names,
               const dwreloc::Symbol& symbol) {
  JsonObject json(context.out, "symbol");
  json.Keys(context.values.SymbolJson(symbol.index()));
  json.Number("value", symbol.value());
  json.Number("size", symbol.size());
  json.Name("type", names.types[symbol.type()]);
  json.Name("binding", names.bindings[symbol.binding()]);
  json.Name("visibility", names.visibilities[symbol.visibility()]);
  json.Keys(context.values.SectionJson(
      symbol.section().value_or(DWRELOC_NO_SECTION)));
  json.Number("st_shndx", symbol.st_shndx());
  if (symbol.section().has_value())
    json.Null("special");
  else
    json.String("special", SpecialName(context, symbol));
  json.EndLine();
}

}  // namespace

void DumpSymbols(Context& context) {
  if (!context.json()) {
    context.Heading("Symbol table", "contents");
    context.out.Text(
        "   Num: Value                Size Type    Bind   Vis       Section"
        "              Name\n");
  }
  SymbolNames names;
  const dwreloc::Symbols symbols = context.file.symbols();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    try {
      const dwreloc::Symbol symbol = symbols[i];
      if (!Wants(context, symbol)) continue;
      if (context.json())
        PrintJson(context, names, symbol);
      else
        PrintText(context, names, symbol);
    } catch (const dwreloc::Error& error) {
      context.report.Failure(error);
      context.report.FlushObjects();
    }
  }
}

}  // namespace dwreloc_tools
