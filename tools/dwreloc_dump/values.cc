// values.cc - see values.h.
#include "values.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "common/checked.h"
#include "common/json.h"
#include "common/json_put.h"
#include "common/quote.h"
#include "names.h"

namespace dwreloc_tools {
namespace {

Addresses Choose(const Options& options) {
  if (options.addresses != Addresses::kDefault) return options.addresses;
  return options.placed() ? Addresses::kNumeric : Addresses::kSymbolic;
}

std::string Why(const Dwreloc_Relocatable& value) {
  std::string text(256, '\0');
  const int length =
      Checked(dwreloc_relocatable_why(&value, text.data(), text.size()));
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  if (text.size() >= 256)
    Checked(dwreloc_relocatable_why(&value, text.data(), text.size() + 1));
  return text;
}

// value = symbol + addend.
std::uint64_t Addend(const Dwreloc_Relocatable& value) {
  Dwreloc_Relocatable_Info info;
  if (Checked(dwreloc_relocatable_info(&value, &info)) < 0) return value.value;
  return static_cast<std::uint64_t>(info.addend);
}

bool LacksSkeleton(const Dwreloc_Relocatable& value) {
  return -static_cast<int>(value.error) == DWRELOC_E_NO_SKELETON;
}

// Returns true if the cause of a bad value is a relocation type.
bool HasType(const Dwreloc_Relocatable& value) {
  return value.detail != 0 && !LacksSkeleton(value);
}

// Returns true if it is known what the record of a bad value asks for.  It is
// not if records overlap.
bool AsksForSymbol(const Dwreloc_Relocatable& value) {
  Dwreloc_Relocatable_Info info;
  return value.symbol != DWRELOC_NO_SYMBOL &&
         dwreloc_relocatable_info(&value, &info) == DWRELOC_OK &&
         info.symbol_index != DWRELOC_NO_SYMBOL;
}

// "section":".text","section_index":1 from the quoted name.  An index of none
// is null.
template <std::size_t kName, std::size_t kIndex>
std::string RenderKeys(const char (&name_key)[kName], std::string_view name,
                       const char (&index_key)[kIndex], std::uint32_t index) {
  static_assert(DWRELOC_NO_SECTION == DWRELOC_NO_SYMBOL);
  std::string text;
  StringRoom room(text);
  JsonText json(room, JsonPlace::kFirstKey);
  json.Key(name_key);
  room.Text(name);
  json.Number(index_key, index, DWRELOC_NO_SECTION);
  return text;
}

}  // namespace

Values::Values(const dwreloc::FileView& file, const Options& options,
               Output& out, Report& report)
    : file_(file),
      out_(out),
      report_(report),
      addresses_(Choose(options)),
      json_addresses_(options.json() && addresses_ != Addresses::kSymbolic) {
  const dwreloc::FileInfo info = file.info();
  // EM_MIPS, EM_MIPS_RS3_LE, EM_ARM, EM_SH.
  constexpr std::uint16_t kMachinesWithModes[] = {8, 10, 40, 42};
  has_modes_ = std::ranges::find(kMachinesWithModes, info.e_machine) !=
               std::end(kMachinesWithModes);
  address_digits_ = info.elf_class == 32 ? 8 : 16;
}

void Values::Text(const Dwreloc_Relocatable& value, const Where& where) {
  switch (value.kind) {
    case DWRELOC_CONSTANT:
      out_.Hex(value.value, address_digits_);
      return;
    case DWRELOC_BAD:
      out_.Text("<error: ");
      TextWanted(value);
      out_.Text(Escaped(Why(value)));
      out_.Char('>');
      ReportBad(value, where);
      return;
    default:
      break;
  }
  if (IsForeign(value)) return foreign_->Text(value, where);
  if (addresses_ == Addresses::kSymbolic) {
    TextSymbolic(value);
    return;
  }
  std::uint64_t address = 0;
  const bool has_number = Number(value, where, &address);
  if (addresses_ == Addresses::kNumeric && has_number) {
    out_.Hex(address, address_digits_);
    return;
  }
  TextSymbolic(value);
  if (has_number) {
    out_.Text(" (");
    out_.Hex(address, address_digits_);
    out_.Char(')');
  }
}

// Code with mode bits needs more than a subtraction.
std::uint64_t Values::AddendIn(const Symbol& symbol,
                               const Dwreloc_Relocatable& value) const {
  return has_modes_ ? Addend(value) : value.value - symbol.value;
}

void Values::TextAddend(std::uint64_t addend, bool always) {
  if (addend == 0 && !always) return;
  // Offsets in the upper half of the address space are negative addends.
  const bool negative = static_cast<std::int64_t>(addend) < 0;
  out_.Char(negative ? '-' : '+');
  out_.Hex(negative ? 0 - addend : addend);
}

void Values::TextWanted(const Dwreloc_Relocatable& value) {
  if (LacksSkeleton(value)) {
    if (value.detail == DWRELOC_NO_ADDRESS_INDEX) {
      out_.Text("DW_AT_low_pc");
    } else {
      out_.Text("address index ");
      out_.Decimal(value.detail);
    }
  } else if (AsksForSymbol(value)) {
    out_.Text(SymbolLabel(value.symbol));
  } else {
    return;
  }
  TextAddend(value.value, false);
  out_.Text(": ");
}

void Values::TextSymbolic(const Dwreloc_Relocatable& value) {
  switch (value.kind) {
    case DWRELOC_SECTION: {
      if (value.symbol != DWRELOC_NO_SYMBOL) {
        const Symbol& symbol = GetSymbol(value.symbol);
        if (symbol.named) {
          out_.Text(symbol.label);
          TextAddend(AddendIn(symbol, value), false);
          return;
        }
      }
      out_.Text(SectionLabel(value.section));
      TextAddend(value.value, true);
      return;
    }
    case DWRELOC_UNDEFINED:
      out_.Text(SymbolLabel(value.symbol));
      TextAddend(Addend(value), false);
      return;
    case DWRELOC_TLS:
      out_.Text("tls(");
      out_.Text(SymbolLabel(value.symbol));
      TextAddend(Addend(value), false);
      out_.Char(')');
      return;
    case DWRELOC_DIFFERENCE:
      out_.Char('(');
      out_.Text(SymbolLabel(value.symbol));
      TextAddend(Addend(value), false);
      out_.Text(" - ");
      out_.Text(SymbolLabel(value.detail));
      out_.Char(')');
      return;
    default:
      out_.Hex(value.value);
  }
}

void Values::Json(const Dwreloc_Relocatable& value, const Where& where) {
  switch (value.kind) {
    case DWRELOC_CONSTANT:
      JsonOffset(value.value, OffsetEnd(value));
      return;
    case DWRELOC_BAD:
      JsonBad(value);
      ReportBad(value, where);
      return;
    default:
      break;
  }
  if (IsForeign(value)) return foreign_->Json(value, where);
  JsonObject json = JsonFields(value);
  std::uint64_t address = 0;
  if (json_addresses_ && Number(value, where, &address))
    json.Number("address", address);
  json.End();
}

JsonObject Values::JsonFields(const Dwreloc_Relocatable& value) {
  switch (value.kind) {
    case DWRELOC_SECTION: {
      JsonObject json(out_, "section");
      json.Keys(SectionJson(value.section));
      json.Number("offset", value.value);
      if (value.symbol != DWRELOC_NO_SYMBOL) {
        const Symbol& symbol = GetSymbol(value.symbol);
        if (symbol.named) {
          json.Keys(symbol.json);
          json.Signed("addend",
                      static_cast<std::int64_t>(AddendIn(symbol, value)));
        }
      }
      if (value.detail != 0) json.Number("mode", value.detail);
      return json;
    }
    case DWRELOC_UNDEFINED:
    case DWRELOC_TLS: {
      JsonObject json = value.kind == DWRELOC_TLS
                            ? JsonObject(out_, "tls")
                            : JsonObject(out_, "undefined");
      json.Keys(SymbolJson(value.symbol));
      json.Signed("addend", static_cast<std::int64_t>(Addend(value)));
      return json;
    }
    case DWRELOC_DIFFERENCE: {
      JsonObject json(out_, "difference");
      json.Key("plus");
      JsonFields(SymbolValue(value.symbol, Addend(value), value.module)).End();
      json.Key("minus");
      JsonFields(SymbolValue(value.detail, 0, value.module)).End();
      return json;
    }
    default: {
      JsonObject json(out_, "absolute");
      json.Number("value", value.value);
      return json;
    }
  }
}

void Values::JsonOffset(std::uint64_t value, std::string_view end) {
  char* p = PutJsonStart<"absolute", "value">(out_.Reserve(64));
  out_.Commit(PutDecimal(p, value));
  out_.Text(end);
}

void Values::JsonBad(const Dwreloc_Relocatable& value) {
  JsonObject json(out_, "error");
  json.String("error", Why(value));
  if (HasType(value)) json.String("type", RelocTypeName(value.detail));
  if (LacksSkeleton(value)) {
    json.Number("index", value.detail, DWRELOC_NO_ADDRESS_INDEX);
  } else if (AsksForSymbol(value)) {
    json.Keys(SymbolJson(value.symbol));
  } else {
    json.End();
    return;
  }
  json.Signed("addend", static_cast<std::int64_t>(value.value));
  json.End();
}

void Values::JsonLastError() {
  Dwreloc_Error error;
  dwreloc_error(&error);
  JsonObject json(out_, "error");
  json.String("error", dwreloc_strerror(error.code));
  if (error.reloc_type != 0)
    json.String("type", RelocTypeName(error.reloc_type));
  if (error.symbol != DWRELOC_NO_SYMBOL) json.Keys(SymbolJson(error.symbol));
  json.End();
  report_.LastError();
}

void Values::TextLastError() {
  Dwreloc_Error error;
  dwreloc_error(&error);
  out_.Text("<error: ");
  out_.Text(dwreloc_strerror(error.code));
  if (error.reloc_type != 0) {
    out_.Char(' ');
    out_.Text(RelocTypeName(error.reloc_type));
  }
  out_.Char('>');
  report_.LastError();
}

bool Values::Number(const Dwreloc_Relocatable& value, const Where& where,
                    std::uint64_t* address) {
  const int result = dwreloc_relocatable_address(&value, address);
  if (result >= 0) return true;
  // TLS offsets and differences are not addresses; they can only be symbolic.
  if (result == DWRELOC_E_NOT_NUMERIC || !reports_) return false;
  report_.NoNumber(where, Subject(value), result);
  return false;
}

std::string Values::Subject(const Dwreloc_Relocatable& value) {
  if (value.kind == DWRELOC_SECTION)
    return "section " + std::string(SectionLabel(value.section));
  return "symbol " + std::string(SymbolLabel(value.symbol));
}

Dwreloc_Relocatable Values::SymbolValue(std::uint32_t index,
                                        std::uint64_t addend,
                                        const Dwreloc_Module* module) {
  Dwreloc_Relocatable value{};
  value.module = module;
  value.symbol = index;
  value.section = DWRELOC_NO_SECTION;
  const Symbol& symbol = GetSymbol(index);
  if (symbol.section != DWRELOC_NO_SECTION) {
    value.kind = DWRELOC_SECTION;
    value.section = symbol.section;
    value.value = symbol.value + addend;
  } else {
    value.kind = DWRELOC_UNDEFINED;
    value.value = addend;
  }
  return value;
}

void Values::ReportBad(const Dwreloc_Relocatable& value, const Where& where) {
  if (!reports_) return;
  if (LacksSkeleton(value)) {
    report_.NoSkeleton(where, Why(value));
    return;
  }
  report_.Fact(where, Why(value));
}

std::string Values::RelocTypeName(std::uint32_t type) const {
  const char* name = dwreloc_file_reloc_type_name(file_.raw(), type);
  return name != nullptr ? name : std::to_string(type);
}

void Values::PrepareSections() {
  std::unordered_map<std::string_view, int> uses;
  const dwreloc::Sections sections = file_.sections();
  for (const dwreloc::Section& section : sections) ++uses[section.name()];
  for (const dwreloc::Section& section : sections) {
    std::string label = Escaped(section.name());
    if (uses[section.name()] > 1 || label.empty())
      label.append("[").append(std::to_string(section.index())).append("]");
    section_labels_.push_back(std::move(label));
    section_names_.push_back(JsonString(section.name()));
    section_json_.push_back(RenderKeys("section", section_names_.back(),
                                       "section_index", section.index()));
    offset_ends_.push_back("," + section_json_.back() + "}");
  }
  section_json_.push_back(
      RenderKeys("section", "null", "section_index", DWRELOC_NO_SECTION));
}

std::string_view Values::OffsetEnd(std::uint32_t section) {
  if (offset_ends_.empty()) PrepareSections();
  // Section 0 is not a section.
  if (section == 0 || section >= offset_ends_.size()) return "}";
  return offset_ends_[section];
}

std::string_view Values::SectionLabel(std::uint32_t section) {
  if (section_labels_.empty()) PrepareSections();
  if (section >= section_labels_.size()) return "<no section>";
  return section_labels_[section];
}

std::string_view Values::SectionJson(std::uint32_t section) {
  if (section_json_.empty()) PrepareSections();
  return section_json_[std::min<std::size_t>(section,
                                             section_json_.size() - 1)];
}

std::string_view Values::SectionNameJson(std::uint32_t section) {
  if (section_names_.empty()) PrepareSections();
  if (section >= section_names_.size()) return "null";
  return section_names_[section];
}

const Values::Symbol& Values::GetSymbol(std::uint32_t index) {
  // One more, for indexes that are not in the table.
  if (symbols_.empty()) symbols_.resize(file_.symbols().size() + 1);
  const bool is_valid = index < symbols_.size() - 1;
  Symbol& symbol = symbols_[is_valid ? index : symbols_.size() - 1];
  if (symbol.ready) [[likely]]
    return symbol;
  symbol.ready = true;
  Dwreloc_Symbol entry;
  if (!is_valid || dwreloc_symbol(file_.raw(), index, &entry) < 0) {
    symbol.label = "<no symbol>";
    symbol.name_json = "null";
    symbol.json =
        RenderKeys("symbol", "null", "symbol_index", DWRELOC_NO_SYMBOL);
    return symbol;
  }
  constexpr std::uint8_t kSttSection = 3;
  const std::string_view name = entry.name != nullptr ? entry.name : "";
  // Symbol 0 is not a symbol: strip leaves it in place of a symbol it removed.
  symbol.named = index != 0 && entry.type != kSttSection;
  symbol.section = entry.section;
  symbol.value = entry.value;
  symbol.label =
      name.empty() ? "symbol[" + std::to_string(index) + "]" : Escaped(name);
  symbol.name_json = JsonString(name);
  symbol.json = RenderKeys("symbol", symbol.name_json, "symbol_index", index);
  return symbol;
}

std::string_view Values::SymbolLabel(std::uint32_t symbol) {
  return GetSymbol(symbol).label;
}

std::string_view Values::SymbolNameJson(std::uint32_t symbol) {
  return GetSymbol(symbol).name_json;
}

std::string_view Values::SymbolJson(std::uint32_t symbol) {
  return GetSymbol(symbol).json;
}

}  // namespace dwreloc_tools
