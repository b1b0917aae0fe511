// cpp/callbacks.hpp - who is asked where things are.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_CALLBACKS_HPP
#define DWRELOC_CPP_CALLBACKS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/section.hpp>
#include <dwreloc/cpp/symbol.hpp>
#include <functional>
#include <string>

namespace dwreloc {

// What a callback answers.
class Answer {
 public:
  static Answer Placed(std::uint64_t address) {
    return Answer(DWRELOC_PLACED, address);
  }
  static Answer Absent() { return Answer(DWRELOC_ABSENT, 0); }
  static Answer Unknown() { return Answer(DWRELOC_UNKNOWN, 0); }
  static Answer Fail() { return Answer(DWRELOC_FAIL, 0); }

  Dwreloc_Answer code() const { return code_; }
  std::uint64_t address() const { return address_; }

 private:
  Answer(Dwreloc_Answer code, std::uint64_t address)
      : code_(code), address_(address) {}

  Dwreloc_Answer code_;
  std::uint64_t address_;
};

// A file that another one refers to.
using FileRequest = Dwreloc_File_Request;

// Who is asked where things are: on first need, once per section or symbol, on
// the thread that needs it.  Any may be empty.  One that throws answers Fail.
struct Callbacks {
  std::function<Answer(const Section&)> section_address = {};
  std::function<Answer(const Symbol&)> symbol_address = {};
  // The path of a file, and DWRELOC_PLACED.
  std::function<Dwreloc_Answer(const FileRequest&, std::string* path)>
      find_file = {};
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_CALLBACKS_HPP
