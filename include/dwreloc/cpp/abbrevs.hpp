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

  // Reads the next one in place of this.  False after the last one.
  bool Read(Dwreloc_Abbrevs* abbrevs) {
    attributes_.clear();
    if (detail::Check(dwreloc_abbrevs_next(abbrevs, &abbrev_)) == 0)
      return false;
    AbbrevAttribute attribute;
    while (detail::Check(dwreloc_abbrev_attributes_next(abbrevs, &attribute)) >
           0)
      attributes_.push_back(attribute);
    return true;
  }

 private:
  Dwreloc_Abbrev abbrev_{};
  std::vector<AbbrevAttribute> attributes_;
};

namespace detail {

class AbbrevStepper {
 public:
  explicit AbbrevStepper(const Dwreloc_Abbrevs& abbrevs) : abbrevs_(abbrevs) {}
  bool Next() { return current_.Read(&abbrevs_); }
  const Abbrev& current() const { return current_; }

 private:
  Dwreloc_Abbrevs abbrevs_;
  Abbrev current_;
};

}  // namespace detail

// After an error, an increment goes on with the next table that a unit refers
// to, if it is of sections.
using Abbrevs = detail::StepRange<detail::AbbrevStepper>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_ABBREVS_HPP
