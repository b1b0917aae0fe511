// cpp/error.hpp - what the library reports, thrown.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_ERROR_HPP
#define DWRELOC_CPP_ERROR_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace dwreloc {

// What the library reported: a code, the text ("file: .debug_line+0x12: what
// was expected") and the place the text names, for programs.
class Error : public std::runtime_error {
 public:
  // The calling thread's last failure.
  static Error Last() {
    Dwreloc_Error error;
    dwreloc_error(&error);
    return Error(error);
  }

  explicit Error(const Dwreloc_Error& error)
      : std::runtime_error(
            error.text != nullptr ? error.text : dwreloc_strerror(error.code)),
        error_(error) {
    error_.text = nullptr;  // belongs to the thread; what() has a copy
  }

  int code() const { return error_.code; }
  // errno for DWRELOC_E_SYSTEM, else 0.
  int system_error() const { return error_.system_error; }
  // Section index, or kNoSection.
  std::uint32_t section() const { return error_.section; }
  // Offset in that section, or kNoOffset.
  std::uint64_t offset() const { return error_.offset; }
  std::uint32_t reloc_type() const { return error_.reloc_type; }
  // Symbol index, or kNoSymbol.
  std::uint32_t symbol() const { return error_.symbol; }

 private:
  Dwreloc_Error error_;
};

namespace detail {

inline int Check(int result) {
  if (result < 0) throw Error::Last();
  return result;
}

// Never NULL, which the C API takes for an error.
inline const char* DataOf(std::string_view text) {
  return text.data() != nullptr ? text.data() : "";
}

inline std::string_view View(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

}  // namespace detail

}  // namespace dwreloc

#endif  // DWRELOC_CPP_ERROR_HPP
