// cpp/macros.hpp - macro units and their operations.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_MACROS_HPP
#define DWRELOC_CPP_MACROS_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/lines.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <string_view>

namespace dwreloc {

// One operation of a macro unit.  A small value that borrows from the file.
class Macro {
 public:
  Macro() = default;
  explicit Macro(const Dwreloc_Macro& macro) : macro_(macro) {}

  const Dwreloc_Macro& raw() const { return macro_; }
  unsigned kind() const { return macro_.kind; }  // Dwreloc_Macro_Kind
  unsigned opcode() const { return macro_.opcode; }
  std::uint64_t offset() const { return macro_.offset; }
  std::uint64_t line() const { return macro_.line; }
  std::uint64_t file() const { return macro_.file; }
  std::uint32_t depth() const { return macro_.depth; }
  std::string_view name() const {
    return detail::View(dwreloc_macro_name(macro_.version, macro_.opcode));
  }
  Relocatable operand() const { return Relocatable(macro_.operand); }
  // "NAME value" of a define, undef or vendor_ext.
  std::string_view string() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_macro_string(&macro_, &string, &length));
    return std::string_view(string, length);
  }
  // The macro unit that an import refers to.
  SectionPlace import() const {
    SectionPlace place{};
    detail::Check(dwreloc_macro_import(&macro_, &place.section, &place.offset));
    return place;
  }

 private:
  Dwreloc_Macro macro_{};
};

using Macros = detail::NextRange<dwreloc_macros_next, Macro>;
using MacroInfo = Dwreloc_Macro_Info;

// A macro unit.
class MacroUnit {
 public:
  explicit MacroUnit(const Dwreloc_Macros& macros) : macros_(macros) {}

  const Dwreloc_Macros& raw() const { return macros_; }
  MacroInfo info() const {
    MacroInfo info;
    detail::Check(dwreloc_macros_info(&macros_, &info));
    return info;
  }
  // The line table that numbers its files, if it is known.
  std::optional<LineTable> line_table() const {
    const Dwreloc_Line_Table* table = nullptr;
    if (detail::Check(dwreloc_macros_line_table(&macros_, &table)) == 0)
      return std::nullopt;
    return LineTable(table);
  }
  // Its operations; with those of imported macro units after each import.
  Macros macros(bool follow_imports = false) const {
    Dwreloc_Macros macros = macros_;
    detail::Check(dwreloc_macros_follow_imports(&macros, follow_imports));
    return Macros(macros);
  }

 private:
  Dwreloc_Macros macros_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_MACROS_HPP
