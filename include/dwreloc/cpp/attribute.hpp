// cpp/attribute.hpp - attributes of DIEs.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_ATTRIBUTE_HPP
#define DWRELOC_CPP_ATTRIBUTE_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <dwreloc/cpp/lists.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <span>
#include <string_view>

namespace dwreloc {

class Die;

// Where a string or DIE is: section index and offset.
struct SectionPlace {
  std::uint32_t section = kNoSection;
  std::uint64_t offset = kNoOffset;
  friend bool operator==(const SectionPlace&, const SectionPlace&) = default;
};

// One attribute of a DIE.  The typed readers throw DWRELOC_E_WRONG_FORM if the
// attribute is of another class.
class Attribute {
 public:
  Attribute() = default;
  explicit Attribute(const Dwreloc_Attribute& attribute)
      : attribute_(attribute) {}

  const Dwreloc_Attribute& raw() const { return attribute_; }
  std::uint16_t name() const { return attribute_.name; }  // DW_AT_*
  std::uint16_t form() const { return attribute_.form; }  // DW_FORM_*
  Dwreloc_Class attribute_class() const {
    return static_cast<Dwreloc_Class>(attribute_.attribute_class);
  }
  // Is its value something other than a number known now?
  bool is_symbolic() const {
    return (attribute_.flags & DWRELOC_ATTR_SYMBOLIC) != 0;
  }

  std::uint64_t AsUnsigned() const {
    std::uint64_t value = 0;
    detail::Check(dwreloc_formudata(&attribute_, &value));
    return value;
  }
  std::int64_t AsSigned() const {
    std::int64_t value = 0;
    detail::Check(dwreloc_formsdata(&attribute_, &value));
    return value;
  }
  bool AsFlag() const {
    int value = 0;
    detail::Check(dwreloc_formflag(&attribute_, &value));
    return value != 0;
  }
  // Ends with a NUL, as C programs want it.
  std::string_view AsString() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_formstring(&attribute_, &string, &length));
    return {string, length};
  }
  SectionPlace string_place() const {
    SectionPlace place;
    detail::Check(
        dwreloc_formstring_place(&attribute_, &place.section, &place.offset));
    return place;
  }
  std::span<const std::uint8_t> AsBlock() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    detail::Check(dwreloc_formblock(&attribute_, &bytes, &size));
    return {bytes, size};
  }
  // The number of an address; AsRelocatable().address().
  std::uint64_t AsAddress() const {
    std::uint64_t address = 0;
    detail::Check(dwreloc_formaddr(&attribute_, &address));
    return address;
  }
  Relocatable AsRelocatable() const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_form_relocatable(&attribute_, &value));
    return Relocatable(value);
  }
  // Where the referenced DIE is.
  SectionPlace reference_place() const {
    SectionPlace place;
    detail::Check(dwreloc_formref(&attribute_, &place.section, &place.offset));
    return place;
  }
  inline Die AsReference() const;

  // The locations of a loclist, an exprloc, or a location block.
  LocationList locations() const { return LocationList(BeginLocations()); }
  // The same list as stored.
  ListEntries location_entries() const { return ListEntries(BeginLocations()); }

 private:
  Dwreloc_List BeginLocations() const {
    Dwreloc_List list;
    detail::Check(dwreloc_locations_begin(&attribute_, &list));
    return list;
  }

  Dwreloc_Attribute attribute_{};
};

namespace detail {
struct AttributeArray {
  const Dwreloc_Attribute* first = nullptr;
  Attribute At(std::size_t index) const { return Attribute(first[index]); }
};
}  // namespace detail

// Attributes held by somebody else (a DieEntry's walk).
using AttributeList = detail::IndexRange<detail::AttributeArray, Attribute>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_ATTRIBUTE_HPP
