// cpp/callbacks.hpp - who is asked where things are.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_CALLBACKS_HPP
#define DWRELOC_CPP_CALLBACKS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <cstring>
#include <dwreloc/cpp/section.hpp>
#include <dwreloc/cpp/symbol.hpp>
#include <functional>
#include <string>
#include <utility>

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
// What a module has done.
using Event = Dwreloc_Event;

// Who is asked where things are: on first need, once per section or symbol, on
// the thread that needs it.  Any may be empty.  One that throws answers Fail.
struct Callbacks {
  std::function<Answer(const Section&)> section_address = {};
  std::function<Answer(const Symbol&)> symbol_address = {};
  // The path of a file, and DWRELOC_PLACED.
  std::function<Dwreloc_Answer(const FileRequest&, std::string* path)>
      find_file = {};
  // Told what a module does.  What it throws is lost.
  std::function<void(const Event&)> observe = {};
};

namespace detail {

// Callbacks as the C library takes them.  An exception must not cross it: it
// becomes DWRELOC_FAIL.
class CallbackHolder {
 public:
  explicit CallbackHolder(Callbacks callbacks)
      : callbacks_(std::move(callbacks)) {
    raw_.size = sizeof(raw_);
    raw_.user = &callbacks_;
    if (callbacks_.section_address) raw_.section_address = &AskSection;
    if (callbacks_.symbol_address) raw_.symbol_address = &AskSymbol;
    if (callbacks_.find_file) raw_.find_file = &AskFile;
    if (callbacks_.observe) raw_.observe = &Observe;
  }
  CallbackHolder(const CallbackHolder&) = delete;
  CallbackHolder& operator=(const CallbackHolder&) = delete;

  const Dwreloc_Callbacks* raw() const { return &raw_; }

 private:
  template <typename Ask>
  static int Translate(std::uint64_t* address, const Ask& ask) {
    try {
      const Answer answer = ask();
      *address = answer.address();
      return answer.code();
    } catch (...) {
      return DWRELOC_FAIL;
    }
  }
  static int AskSection(void* user, const Dwreloc_Module* module,
                        const Dwreloc_Section* section,
                        std::uint64_t* address) {
    return Translate(address, [&] {
      return static_cast<const Callbacks*>(user)->section_address(
          Section(module, *section));
    });
  }
  static int AskSymbol(void* user, const Dwreloc_Module*,
                       const Dwreloc_Symbol* symbol, std::uint64_t* address) {
    return Translate(address, [&] {
      return static_cast<const Callbacks*>(user)->symbol_address(
          Symbol(*symbol));
    });
  }
  static int AskFile(void* user, const Dwreloc_Module*,
                     const Dwreloc_File_Request* request, const char** path) {
    try {
      std::string found;
      const Dwreloc_Answer answer =
          static_cast<const Callbacks*>(user)->find_file(*request, &found);
      // Stays until the library has taken it.  A string there would need memory
      // for its destructor, without which the process would end.
      thread_local char kept[4096];
      if (found.size() >= sizeof(kept)) return DWRELOC_FAIL;
      std::memcpy(kept, found.c_str(), found.size() + 1);
      *path = kept;
      return answer;
    } catch (...) {
      return DWRELOC_FAIL;
    }
  }
  static void Observe(void* user, const Dwreloc_Module*,
                      const Dwreloc_Event* event) {
    try {
      static_cast<const Callbacks*>(user)->observe(*event);
    } catch (...) {
    }
  }

  Callbacks callbacks_;
  Dwreloc_Callbacks raw_{};
};

}  // namespace detail

}  // namespace dwreloc

#endif  // DWRELOC_CPP_CALLBACKS_HPP
