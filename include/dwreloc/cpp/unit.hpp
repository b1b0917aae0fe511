// cpp/unit.hpp - units, which lead to DIEs, lines and macros.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_UNIT_HPP
#define DWRELOC_CPP_UNIT_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/abbrevs.hpp>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/die.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <dwreloc/cpp/lines.hpp>
#include <dwreloc/cpp/macros.hpp>
#include <optional>

namespace dwreloc {

class FileView;

// A unit of .debug_info or .debug_types; owned by the module.
class Unit {
 public:
  Unit() = default;
  explicit Unit(const Dwreloc_Unit* unit) : unit_(unit) {}

  const Dwreloc_Unit* raw() const { return unit_; }
  UnitInfo info() const {
    UnitInfo info;
    detail::Check(dwreloc_unit_info(unit_, &info));
    return info;
  }
  Die die() const {
    Dwreloc_Die die;
    detail::Check(dwreloc_unit_die(unit_, &die));
    return Die(die);
  }
  // Every DIE in order, with its attributes.
  Walk dies() const { return Walk(unit_); }

  // None if it has no DW_AT_stmt_list.
  std::optional<LineTable> line_table() const {
    const Dwreloc_Line_Table* table = nullptr;
    if (detail::Check(dwreloc_line_table(unit_, &table)) == 0)
      return std::nullopt;
    return LineTable(table);
  }
  // The declarations of its DIEs.
  Abbrevs abbrevs() const {
    Dwreloc_Abbrevs abbrevs;
    detail::Check(dwreloc_abbrevs_begin(unit_, &abbrevs));
    return Abbrevs(abbrevs);
  }
  // None if it refers to none.
  std::optional<MacroUnit> macros() const {
    Dwreloc_Macros macros;
    if (detail::Check(dwreloc_macros_begin(unit_, &macros)) == 0)
      return std::nullopt;
    return MacroUnit(macros);
  }
  // The row of its line table that covers an address.
  std::optional<Row> FindRow(const Relocatable& address) const {
    Dwreloc_Line line;
    if (detail::Check(
            dwreloc_getsrc_relocatable(unit_, &address.raw(), &line)) == 0)
      return std::nullopt;
    return Row(line);
  }

  // The split unit of a skeleton, searched for on the first call; none if the
  // unit is not a skeleton.
  std::optional<Unit> split() const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(dwreloc_unit_split(unit_, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }
  // The skeleton of a split unit, if it is known.
  std::optional<Unit> skeleton() const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(dwreloc_unit_skeleton(unit_, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }

  // The file that holds it: of a split unit in a file of its own, that one.
  inline FileView file() const;

  friend bool operator==(const Unit&, const Unit&) = default;

 private:
  const Dwreloc_Unit* unit_ = nullptr;
};

inline Unit Die::unit() const { return Unit(die_.unit); }

namespace detail {
struct UnitTable {
  const Dwreloc_Module* module = nullptr;
  Unit At(std::size_t index) const {
    const Dwreloc_Unit* unit = nullptr;
    Check(dwreloc_unit(module, static_cast<std::uint32_t>(index), &unit));
    return Unit(unit);
  }
};
}  // namespace detail

// Random access by number, in section then offset order.
using Units = detail::IndexRange<detail::UnitTable, Unit>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_UNIT_HPP
