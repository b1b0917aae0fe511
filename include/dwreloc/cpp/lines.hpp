// cpp/lines.hpp - line tables and their rows.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_LINES_HPP
#define DWRELOC_CPP_LINES_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dwreloc {

// A row of the line number matrix.
class Row {
 public:
  Row() = default;
  explicit Row(const Dwreloc_Line& line) : line_(line) {}

  const Dwreloc_Line& raw() const { return line_; }
  Relocatable address() const { return Relocatable(line_.address); }
  std::uint32_t file() const { return line_.file; }
  std::uint32_t line() const { return line_.line; }
  std::uint32_t column() const { return line_.column; }
  std::uint32_t discriminator() const { return line_.discriminator; }
  std::uint32_t isa() const { return line_.isa; }
  std::uint8_t op_index() const { return line_.op_index; }
  bool is_stmt() const { return line_.is_stmt != 0; }
  bool basic_block() const { return line_.basic_block != 0; }
  bool end_sequence() const { return line_.end_sequence != 0; }
  bool prologue_end() const { return line_.prologue_end != 0; }
  bool epilogue_begin() const { return line_.epilogue_begin != 0; }

 private:
  Dwreloc_Line line_{};
};

namespace detail {

// Takes rows from the library by the hundred.
class RowStepper {
 public:
  explicit RowStepper(const Dwreloc_Line_Table* table) : lines_(kBatch) {
    Check(dwreloc_rows_begin(table, &rows_));
  }
  Step Next() {
    while (position_ == count_) {
      if (std::exchange(has_failed_, false)) return Step::kError;
      if (!more_) return Step::kEnd;
      position_ = count_ = 0;
      const int result =
          dwreloc_rows_next_many(&rows_, lines_.data(), lines_.size(), &count_);
      more_ = result > 0;
      // The rows before the bad one are good.
      has_failed_ = result < 0;
      if (has_failed_) error_ = Error::Last();
    }
    current_ = Row(lines_[position_++]);
    return Step::kItem;
  }
  Error error() const { return *error_; }
  const Row& current() const { return current_; }

 private:
  static constexpr std::size_t kBatch = 128;

  Dwreloc_Rows rows_;
  std::vector<Dwreloc_Line> lines_;
  std::size_t position_ = 0;
  std::size_t count_ = 0;
  bool more_ = true;
  bool has_failed_ = false;
  std::optional<Error> error_;
  Row current_;
};

}  // namespace detail

using Rows = detail::StepRange<detail::RowStepper>;
using LineInstructions =
    detail::NextRange<dwreloc_line_instructions_next, LineInstruction>;

// Where the header of a line table holds a path, or what leads to it.
struct PathField {
  std::uint64_t offset = 0;  // in the section of the table
  std::uint64_t size = 0;    // bytes; 0: of a LEB128 number
  std::uint16_t form = 0;    // DW_FORM_*
};

// The line table of a unit; owned by the module.
class LineTable {
 public:
  explicit LineTable(const Dwreloc_Line_Table* table) : table_(table) {}

  const Dwreloc_Line_Table* raw() const { return table_; }
  LineInfo info() const {
    LineInfo info;
    detail::Check(dwreloc_line_info(table_, &info));
    return info;
  }
  std::string_view directory(std::uint32_t index) const {
    const char* name = nullptr;
    detail::Check(dwreloc_line_directory(table_, index, &name));
    return detail::View(name);
  }
  // Numbers start at info().first_file.
  LineFile file(std::uint32_t number) const {
    LineFile file;
    detail::Check(dwreloc_line_file(table_, number, &file));
    return file;
  }
  // "directory/name" from the compilation directory on; the name if it is
  // absolute.
  std::string path(std::uint32_t number) const {
    return Text(dwreloc_line_file_path, number);
  }
  // The same with the compilation directory.
  std::string full_path(std::uint32_t number) const {
    return Text(dwreloc_line_file_full_path, number);
  }
  // The fields of the paths in the header, directories first; none before
  // version 5.
  std::vector<PathField> path_fields() const {
    std::vector<PathField> fields;
    // No exception crosses the library.
    std::exception_ptr exception;
    const auto add = [&](std::uint64_t offset, std::uint64_t size,
                         std::uint16_t form) {
      try {
        fields.push_back({offset, size, form});
      } catch (...) {
        exception = std::current_exception();
      }
      return exception == nullptr ? 0 : 1;
    };
    detail::Check(dwreloc_line_paths(
        table_,
        [](void* user, std::uint64_t offset, std::uint64_t size,
           std::uint16_t form) {
          return (*static_cast<decltype(add)*>(user))(offset, size, form);
        },
        const_cast<void*>(static_cast<const void*>(&add))));
    if (exception != nullptr) std::rethrow_exception(exception);
    return fields;
  }
  Rows rows() const { return Rows(table_); }
  LineInstructions instructions() const {
    Dwreloc_Line_Instructions instructions;
    detail::Check(dwreloc_line_instructions_begin(table_, &instructions));
    return LineInstructions(instructions);
  }

 private:
  std::string Text(int (*give)(const Dwreloc_Line_Table*, std::uint32_t, char*,
                               std::size_t),
                   std::uint32_t number) const {
    std::string text(255, '\0');
    int length =
        detail::Check(give(table_, number, text.data(), text.size() + 1));
    if (static_cast<std::size_t>(length) > text.size()) {
      text.resize(static_cast<std::size_t>(length));
      length =
          detail::Check(give(table_, number, text.data(), text.size() + 1));
    }
    text.resize(static_cast<std::size_t>(length));
    return text;
  }

  const Dwreloc_Line_Table* table_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_LINES_HPP
