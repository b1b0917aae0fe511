// cpp/records.hpp - relocation records, and those that cannot be used.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_RECORDS_HPP
#define DWRELOC_CPP_RECORDS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <string>
#include <string_view>

namespace dwreloc {

class Record {
 public:
  Record() = default;
  explicit Record(const Dwreloc_Record& record) : record_(record) {}

  const Dwreloc_Record& raw() const { return record_; }
  std::uint64_t offset() const { return record_.offset; }    // r_offset
  std::uint32_t section() const { return record_.section; }  // applies to
  std::uint32_t reloc_section() const { return record_.reloc_section; }
  std::uint64_t index() const { return record_.index; }
  std::uint32_t type() const { return record_.type; }  // r_type
  // "R_X86_64_32"; empty if unknown.
  std::string_view type_name() const { return detail::View(record_.type_name); }
  std::uint32_t symbol() const { return record_.symbol; }  // r_sym
  std::int64_t addend() const { return record_.addend; }
  std::uint64_t in_place() const { return record_.in_place; }
  std::uint8_t width() const { return record_.width; }
  // What a reader of the datum gets.
  Relocatable value() const { return Relocatable(record_.value); }

 private:
  Dwreloc_Record record_{};
};

using Records = detail::NextRange<dwreloc_records_next, Record>;

// Records of one section, type and cause that cannot be used.
struct Diagnostic {
  int code = DWRELOC_OK;  // Dwreloc_Error_Code
  std::uint32_t section = kNoSection;
  std::uint32_t reloc_type = 0;
  std::uint64_t count = 0;
  std::uint64_t offset = 0;  // r_offset of the first
  std::string text;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_RECORDS_HPP
