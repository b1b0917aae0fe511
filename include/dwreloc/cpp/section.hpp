// cpp/section.hpp - sections of the file, and their bytes.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_SECTION_HPP
#define DWRELOC_CPP_SECTION_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <span>
#include <string_view>

namespace dwreloc {

// A section header, and the bytes on demand.
class Section {
 public:
  Section() = default;
  Section(const Dwreloc_Module* module, const Dwreloc_Section& section)
      : module_(module), section_(section) {}

  const Dwreloc_Section& raw() const { return section_; }
  std::uint32_t index() const { return section_.index; }
  std::string_view name() const { return detail::View(section_.name); }
  std::uint32_t type() const { return section_.type; }        // sh_type
  std::uint64_t flags() const { return section_.flags; }      // sh_flags
  std::uint64_t address() const { return section_.address; }  // sh_addr
  std::uint64_t file_size() const { return section_.file_size; }
  // Holds DWARF and is never loaded.
  bool is_debug() const { return section_.is_debug != 0; }
  // The library reads it: is_debug(), or .eh_frame.
  bool holds_dwarf() const { return section_.holds_dwarf != 0; }
  bool is_compressed() const { return section_.is_compressed != 0; }
  // Relocation records that apply to it.
  std::uint64_t reloc_count() const { return section_.reloc_count; }

  // The bytes, decompressed, never relocated; none for SHT_NOBITS.
  std::span<const std::uint8_t> data() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    detail::Check(dwreloc_section_data(module_, section_.index, &bytes, &size));
    return {bytes, size};
  }

 private:
  const Dwreloc_Module* module_ = nullptr;
  Dwreloc_Section section_{};
};

namespace detail {
struct SectionTable {
  const Dwreloc_Module* module = nullptr;
  Section At(std::size_t index) const {
    Dwreloc_Section section;
    Check(dwreloc_section(module, static_cast<std::uint32_t>(index), &section));
    return Section(module, section);
  }
};
}  // namespace detail

// Random access by section index.
using Sections = detail::IndexRange<detail::SectionTable, Section>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_SECTION_HPP
