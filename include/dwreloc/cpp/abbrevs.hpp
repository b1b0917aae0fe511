// cpp/abbrevs.hpp - declarations of abbreviations, as stored.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_ABBREVS_HPP
#define DWRELOC_CPP_ABBREVS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <vector>

namespace dwreloc {

using AbbrevAttribute = Dwreloc_Abbrev_Attribute;

// A declaration of .debug_abbrev, as stored.
class Abbrev {
 public:
  Abbrev() = default;

  const Dwreloc_Abbrev& raw() const { return abbrev_; }
  std::uint64_t code() const { return abbrev_.code; }
  std::uint64_t tag() const { return abbrev_.tag; }
  bool has_children() const { return abbrev_.has_children != 0; }
  const std::vector<AbbrevAttribute>& attributes() const { return attributes_; }

  // Reads the next one in place of this: 1, 0 after the last one, or an error,
  // as dwreloc_abbrevs_next.
  int Read(Dwreloc_Abbrevs* abbrevs) {
    attributes_.clear();
    int result = dwreloc_abbrevs_next(abbrevs, &abbrev_);
    if (result <= 0) return result;
    AbbrevAttribute attribute;
    while ((result = dwreloc_abbrev_attributes_next(abbrevs, &attribute)) > 0)
      attributes_.push_back(attribute);
    return result < 0 ? result : 1;
  }

 private:
  Dwreloc_Abbrev abbrev_{};
  std::vector<AbbrevAttribute> attributes_;
};

namespace detail {
inline int NextAbbrevOf(Dwreloc_Abbrevs* abbrevs, Abbrev* abbrev) {
  return abbrev->Read(abbrevs);
}
}  // namespace detail

// After an error come those of the next table that a unit refers to, if they
// are of sections.
using Abbrevs =
    detail::NextRange<detail::NextAbbrevOf, Abbrev, detail::AfterError::kMore>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_ABBREVS_HPP
