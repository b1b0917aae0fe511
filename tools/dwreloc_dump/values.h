// values.h - one Dwreloc_Relocatable, printed.
//
// In text ".text+0x10", "init_module+0x4", a number, or both, as requested; in
// JSON a VALUE object (docs/json.md).  Names of sections and symbols are
// rendered on first use and kept by index, so that a value needs no call into
// the library unless its number is requested.  Tested by
// tests/cli/values_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_VALUES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_VALUES_H_

#include <cstdint>
#include <deque>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/output.h"
#include "options.h"
#include "report.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Values {
 public:
  Values(const dwreloc::FileView& file, const Options& options, Output& out,
         Report& report);

  // Sets whether values that are not available are bad input.  If not, values
  // that apply to code or to sections that are not read are printed as well as
  // possible.
  void set_reports(bool reports) { reports_ = reports; }

  // The Values that print those that count in another file.
  void set_foreign(Values* foreign) { foreign_ = foreign; }

  // `where` is the datum, for messages.
  void Text(const Dwreloc_Relocatable& value, const Where& where);
  void Json(const Dwreloc_Relocatable& value, const Where& where);

  // The VALUE {"kind":"absolute","value":N}.
  void JsonAbsolute(std::uint64_t value) { JsonOffset(value, "}"); }
  // The same for an offset in a debug section, which is named; `end` is that
  // section's OffsetEnd.
  void JsonOffset(std::uint64_t value, std::string_view end);
  // ,"section":".debug_str","section_index":75}
  std::string_view OffsetEnd(std::uint32_t section);
  // The same for the section, and in the file, in which a number counts.
  std::string_view OffsetEnd(const Dwreloc_Relocatable& value) {
    return IsForeign(value) ? foreign_->OffsetEnd(value.section)
                            : OffsetEnd(value.section);
  }
  // The VALUE of a datum whose read failed: the thread's last error, which is
  // reported as well.
  void JsonLastError();
  // "<error: ...>", likewise.
  void TextLastError();

  // The name; "name[index]" if several sections share it.  Escaped.
  std::string_view SectionLabel(std::uint32_t section);
  // Returns true if several sections share its name.
  bool SharesName(std::uint32_t section) {
    return SectionLabel(section).ends_with(']');
  }
  // "section":".text","section_index":1
  std::string_view SectionJson(std::uint32_t section);
  // ".text", quoted for JSON.
  std::string_view SectionNameJson(std::uint32_t section);
  // The symbol's name, or "symbol[index]" if it has none.  Escaped.
  std::string_view SymbolLabel(std::uint32_t symbol);
  // "name", quoted for JSON.
  std::string_view SymbolNameJson(std::uint32_t symbol);
  // "symbol":"name","symbol_index":9
  std::string_view SymbolJson(std::uint32_t symbol);
  // The name of a relocation type of this file, or its number.
  std::string RelocTypeName(std::uint32_t type) const;
  // Hexadecimal digits of an address of this file.
  int address_digits() const { return address_digits_; }

 private:
  struct Symbol {
    bool ready = false;
    bool named = false;  // not a section symbol
    std::uint32_t section = DWRELOC_NO_SECTION;
    std::uint64_t value = 0;
    std::string label;
    std::string name_json;
    std::string json;
  };

  bool IsForeign(const Dwreloc_Relocatable& value) const {
    return foreign_ != nullptr && value.module != file_.raw();
  }
  const Symbol& GetSymbol(std::uint32_t index);
  void PrepareSections();
  void TextSymbolic(const Dwreloc_Relocatable& value);
  std::uint64_t AddendIn(const Symbol& symbol,
                         const Dwreloc_Relocatable& value) const;
  void TextAddend(std::uint64_t addend, bool always);
  // The VALUE, up to the brace that ends it.
  JsonObject JsonFields(const Dwreloc_Relocatable& value);
  // "symbol+0x4: " for a bad value, or which address of a split unit it is.
  void TextWanted(const Dwreloc_Relocatable& value);
  void JsonBad(const Dwreloc_Relocatable& value);
  // Returns false if there is no number, after reporting it if that is an
  // error.
  bool Number(const Dwreloc_Relocatable& value, const Where& where,
              std::uint64_t* address);
  std::string Subject(const Dwreloc_Relocatable& value);
  // The value of a symbol alone, for the two sides of a difference.
  Dwreloc_Relocatable SymbolValue(std::uint32_t symbol, std::uint64_t addend,
                                  const Dwreloc_Module* module);
  void ReportBad(const Dwreloc_Relocatable& value, const Where& where);

  const dwreloc::FileView& file_;
  Output& out_;
  Report& report_;
  Addresses addresses_;  // never kDefault
  bool json_addresses_;  // VALUEs carry "address"
  bool reports_ = true;
  bool has_modes_ = false;  // true if addresses may have mode bits
  Values* foreign_ = nullptr;
  int address_digits_;
  std::vector<std::string> section_labels_;
  std::vector<std::string> section_names_;  // quoted
  std::vector<std::string> section_json_;   // and one of no section
  std::vector<std::string> offset_ends_;
  std::vector<Symbol> symbols_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_VALUES_H_
