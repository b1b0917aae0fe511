// Reads everything that a module holds through the public C API, and counts it.
//
// "Everything" is taken at its word: every unit, DIE, attribute, string,
// reference, line row, range, location and operation; then the owner of every
// relocation record.  Reading is also checking: a string must be there, a
// reference must lead to a DIE, an address must lie in its section, a row's
// file must be in the file table, and each record must have been consumed by
// exactly one field.

#ifndef TESTS_MODULES_MODULE_READER_H_
#define TESTS_MODULES_MODULE_READER_H_

#include <cstdint>
#include <string>

namespace dwreloc_modules {

// Numbers only: they are added up over modules and passed between processes.
struct Totals {
  std::uint64_t modules = 0;
  std::uint64_t units = 0;
  std::uint64_t dies = 0;
  std::uint64_t attributes = 0;
  std::uint64_t strings = 0;
  std::uint64_t references = 0;
  std::uint64_t line_tables = 0;
  std::uint64_t rows = 0;
  std::uint64_t ranges = 0;
  std::uint64_t locations = 0;
  std::uint64_t operations = 0;
  std::uint64_t records = 0;           // of all debug sections
  std::uint64_t owned = 0;             // consumed exactly once, owner named
  std::uint64_t compared_modules = 0;  // also counted by libdw

  void Add(const Totals& other);
};

// What went wrong: one line each, the first few of a module.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void Add(const std::string& what);
  // Adds what dwreloc_error tells of the last failure.
  void AddError(const char* doing);

  std::uint64_t count() const { return count_; }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::uint64_t kShown = 10;

  std::string file_;
  std::string text_;
  std::uint64_t count_ = 0;
};

// Reads one module.
Totals ReadModule(const std::string& path, Complaints* complaints);

// What libdw counts in the same file: units, DIEs and attributes.  Returns
// false if this test was built without libdw.
bool CountWithLibdw(const std::string& path, Totals* totals,
                    Complaints* complaints);

}  // namespace dwreloc_modules

#endif  // TESTS_MODULES_MODULE_READER_H_
