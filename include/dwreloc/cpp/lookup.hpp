// cpp/lookup.hpp - lookup tables: addresses to units, names to DIEs.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_LOOKUP_HPP
#define DWRELOC_CPP_LOOKUP_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <string_view>

namespace dwreloc {

// A tuple of .debug_aranges.
class Arange {
 public:
  Arange() = default;
  explicit Arange(const Dwreloc_Arange& arange) : arange_(arange) {}

  const Dwreloc_Arange& raw() const { return arange_; }
  Relocatable begin() const { return Relocatable(arange_.begin); }
  Relocatable length() const { return Relocatable(arange_.length); }
  // Where its unit is; File::FindUnit tells whether there is one.
  SectionPlace unit_place() const {
    return {arange_.unit_section, arange_.unit_offset};
  }

 private:
  Dwreloc_Arange arange_{};
};

// An entry of .debug_pubnames, .debug_pubtypes or their GNU forms.
class Pubname {
 public:
  Pubname() = default;
  explicit Pubname(const Dwreloc_Pubname& pubname) : pubname_(pubname) {}

  const Dwreloc_Pubname& raw() const { return pubname_; }
  std::string_view name() const {
    return {pubname_.name, static_cast<std::size_t>(pubname_.name_length)};
  }
  SectionPlace unit_place() const {
    return {pubname_.unit_section, pubname_.unit_offset};
  }
  SectionPlace die_place() const {
    return {pubname_.unit_section, pubname_.unit_offset + pubname_.die_offset};
  }
  // Dwreloc_Symbol_Kind; none outside GNU's sections.
  int symbol_kind() const { return pubname_.symbol_kind; }
  bool is_static() const { return pubname_.is_static != 0; }

 private:
  Dwreloc_Pubname pubname_{};
};

// An entry of a name index: a DIE that has the name.
class NameEntry {
 public:
  NameEntry() = default;
  explicit NameEntry(const Dwreloc_Name_Entry& entry) : entry_(entry) {}

  const Dwreloc_Name_Entry& raw() const { return entry_; }
  std::uint16_t tag() const { return entry_.tag; }
  // None if the unit is in another file or not known.
  std::optional<SectionPlace> die_place() const {
    const Dwreloc_Name_Unit& unit = entry_.unit;
    if (unit.unit_offset == kNoOffset || entry_.die_offset == kNoOffset)
      return std::nullopt;
    return SectionPlace{unit.unit_section,
                        unit.unit_offset + entry_.die_offset};
  }

 private:
  Dwreloc_Name_Entry entry_{};
};

// After an error come those of the next set.
using Aranges =
    detail::NextRange<dwreloc_aranges_next, Arange, detail::AfterError::kMore>;
using Pubnames = detail::NextRange<dwreloc_pubnames_next, Pubname,
                                   detail::AfterError::kMore>;
// An error ends them.
using NameEntries = detail::NextRange<dwreloc_name_entries_next, NameEntry>;

// A name of an index.
class Name {
 public:
  Name() = default;
  explicit Name(const Dwreloc_Name& name) : name_(name) {}

  const Dwreloc_Name& raw() const { return name_; }
  std::string_view string() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_name_string(&name_, &string, &length));
    return {string, length};
  }
  NameEntries entries() const {
    Dwreloc_Name_Entries entries;
    detail::Check(dwreloc_name_entries_begin(&name_, &entries));
    return NameEntries(entries);
  }

 private:
  Dwreloc_Name name_{};
};

namespace detail {
struct NameTable {
  const Dwreloc_Name_Index* index = nullptr;
  Name At(std::size_t number) const {
    Dwreloc_Name name;
    Check(dwreloc_name(index, static_cast<std::uint32_t>(number) + 1, &name));
    return Name(name);
  }
};
}  // namespace detail

// Random access: names()[i] has number i + 1.
using IndexedNames = detail::IndexRange<detail::NameTable, Name>;

// A name index of .debug_names.
class NameIndex {
 public:
  NameIndex() = default;
  explicit NameIndex(const Dwreloc_Name_Index* index) : index_(index) {}

  const Dwreloc_Name_Index* raw() const { return index_; }
  NameIndexInfo info() const {
    NameIndexInfo info;
    detail::Check(dwreloc_name_index_info(index_, &info));
    return info;
  }
  // Number `number` (from 0) of a list of units.
  NameUnit unit(Dwreloc_Name_Unit_Kind kind, std::uint32_t number) const {
    NameUnit unit;
    detail::Check(dwreloc_name_index_unit(index_, kind, number, &unit));
    return unit;
  }
  IndexedNames names() const {
    return IndexedNames(detail::NameTable{index_}, info().name_count);
  }
  std::optional<Name> Find(const char* string) const {
    Dwreloc_Name name;
    if (detail::Check(dwreloc_find_name(index_, string, &name)) == 0)
      return std::nullopt;
    return Name(name);
  }

 private:
  const Dwreloc_Name_Index* index_ = nullptr;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_LOOKUP_HPP
