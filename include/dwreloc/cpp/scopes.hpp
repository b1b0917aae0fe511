// cpp/scopes.hpp - the scopes of a place of code, and their variables there.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_SCOPES_HPP
#define DWRELOC_CPP_SCOPES_HPP

#include <dwreloc/dwreloc.h>

#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/die.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/expression.hpp>
#include <dwreloc/cpp/lists.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <string_view>

namespace dwreloc {

// A variable or parameter, as it is at a place.
class Variable {
 public:
  Variable() = default;
  explicit Variable(const Dwreloc_Variable& variable) : variable_(variable) {}

  const Dwreloc_Variable& raw() const { return variable_; }
  Die die() const { return Die(variable_.die); }
  // Empty if there is none, or it cannot be read: raw().name_error.
  std::string_view name() const { return detail::View(variable_.name); }
  // The DIE of its type, if it has one.
  std::optional<Die> type() const {
    if (variable_.type.unit == nullptr) return std::nullopt;
    return Attribute(variable_.type).AsReference();
  }
  // Where it is, and the range in which that holds.  Without location and
  // constant its value is not available: raw().location_error.
  std::optional<Location> location() const {
    if (variable_.kind != DWRELOC_VARIABLE_LOCATION) return std::nullopt;
    Location location{{}, Expression(variable_.location)};
    if (variable_.is_bounded != 0) {
      location.range = {Relocatable(variable_.begin),
                        Relocatable(variable_.end)};
    }
    return location;
  }
  // Its value: DW_AT_const_value.
  std::optional<Attribute> constant() const {
    if (variable_.kind != DWRELOC_VARIABLE_CONSTANT) return std::nullopt;
    return Attribute(variable_.constant);
  }

 private:
  Dwreloc_Variable variable_{};
};

// Innermost first.  The error of the first step may be that of a block; the
// known scopes come after it.
using Scopes =
    detail::NextRange<dwreloc_scopes_next, Die, detail::AfterError::kMore>;

inline Variables Die::VariablesAt(const Relocatable& place) const {
  Dwreloc_Variables variables;
  if (detail::Check(dwreloc_variables_begin(&die_, &place.raw(), &variables)) ==
      0)
    return Variables();
  return Variables(variables);
}

}  // namespace dwreloc

#endif  // DWRELOC_CPP_SCOPES_HPP
