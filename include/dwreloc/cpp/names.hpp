// cpp/names.hpp - names of the standards' constants; empty if unknown.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_NAMES_HPP
#define DWRELOC_CPP_NAMES_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <string_view>

namespace dwreloc {

inline std::string_view TagName(unsigned tag) {
  return detail::View(dwreloc_tag_name(tag));
}
inline std::string_view AttributeName(unsigned name) {
  return detail::View(dwreloc_at_name(name));
}
inline std::string_view FormName(unsigned form) {
  return detail::View(dwreloc_form_name(form));
}
inline std::string_view OpName(unsigned atom) {
  return detail::View(dwreloc_op_name(atom));
}
inline std::string_view RangeEntryName(unsigned kind) {
  return detail::View(dwreloc_rle_name(kind));
}
inline std::string_view LocationEntryName(unsigned kind) {
  return detail::View(dwreloc_lle_name(kind));
}
inline std::string_view StandardOpcodeName(unsigned opcode) {
  return detail::View(dwreloc_lns_name(opcode));
}
inline std::string_view ExtendedOpcodeName(unsigned opcode) {
  return detail::View(dwreloc_lne_name(opcode));
}
inline std::string_view UnitTypeName(unsigned type) {
  return detail::View(dwreloc_ut_name(type));
}
inline std::string_view ConstantName(unsigned attribute, std::uint64_t value) {
  return detail::View(dwreloc_constant_name(attribute, value));
}

}  // namespace dwreloc

#endif  // DWRELOC_CPP_NAMES_HPP
