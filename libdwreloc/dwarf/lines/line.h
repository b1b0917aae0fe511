// Line number program headers: directories and files (.debug_line; DWARF 5
// 6.2.4, DWARF 4 6.2.4).
//
// A header is parsed when its unit's lines are first requested.  Its entries
// are then only passed, which finds all that is wrong with them but paths; they
// are read when one is first requested, since rows name files by number.  The
// program after it is decoded row by row by dwarf/lines/line_program and never
// kept. Invariant: the program lies inside the table, the table inside the
// section. Tested by tests/unit/dwarf/line_test.cc.

#ifndef LIBDWRELOC_DWARF_LINES_LINE_H_
#define LIBDWRELOC_DWARF_LINES_LINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/form.h"
#include "read/encoding.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// The fixed part of a header, with the standard's names.
struct LineHeader {
  DebugLineOffset offset;
  uint64_t program = 0;  // offset of the first opcode
  uint64_t end = 0;
  Encoding encoding;  // of the table; formats may differ from the unit's
  uint8_t minimum_instruction_length = 1;
  uint8_t maximum_operations_per_instruction = 1;
  bool default_is_stmt = false;
  int8_t line_base = 0;
  uint8_t line_range = 0;
  uint8_t opcode_base = 0;
  Bytes standard_opcode_lengths;  // [0] is the length of opcode 1
};

// One entry of file_names.  Strings are borrowed from the file.
struct LineFile {
  std::string_view name;   // no data() if it cannot be read: see FileError
  uint64_t directory = 0;  // index as stored
  uint64_t mtime = 0;
  uint64_t length = 0;
  const uint8_t* md5 = nullptr;  // 16 bytes
};

class LineTable;

// What a table needs from the unit that refers to it.
struct LineTableContext {
  const DwarfSections& sections;
  Family family;
  uint8_t address_size;  // before DWARF 5 the header has none
  // Returns DW_AT_comp_dir, directory 0 before DWARF 5, or no data(); called
  // when that is first needed.
  std::function<std::string_view(const LineTable&)> comp_dir = nullptr;
  // The unit's view of the section in which the offset counts: a part of it in
  // packages; nullptr: all of it.
  const absl::StatusOr<SectionView>* part = nullptr;
};

// Owned by module/.  Immutable, hence thread-safe.
class LineTable {
 public:
  static absl::StatusOr<std::unique_ptr<const LineTable>> Parse(
      const LineTableContext& context, DebugLineOffset offset,
      RelocObserver* observer = nullptr);

  const LineHeader& header() const { return header_; }
  const DwarfSections& sections() const { return *sections_; }
  const SectionView& view() const { return *view_; }
  // Those that the header has, without those that the program defines.
  uint64_t directory_count() const { return directory_count_; }
  uint64_t file_count() const { return file_count_; }
  // An entry without data() cannot be read.
  const std::vector<std::string_view>& directories() const {
    return entries().directories;
  }
  const std::vector<LineFile>& files() const { return entries().files; }
  // The unknown form that ended the entries, if any: the rest of them is lost,
  // but the program is not.
  const absl::Status& entries_status() const { return entries_status_; }
  // The number of the first file: 1 before DWARF 5.
  uint32_t first_file() const { return header_.encoding.version >= 5 ? 0 : 1; }

  // Returns the file of that number, including those of DW_LNE_define_file, or
  // nullptr.
  const LineFile* FindFile(uint64_t number) const;
  // Returns the directory of that index as files count them, or nullptr data().
  std::string_view FindDirectory(uint64_t index) const;
  // Why the path of a file or directory cannot be read; OK if it can.
  absl::Status FileError(uint64_t number) const;
  absl::Status DirectoryError(uint64_t index) const;
  // What relative directories count from: directory 0 (DWARF 5 6.2.4), before
  // DWARF 5 DW_AT_comp_dir. nullptr data() if it is not given.
  std::string_view compilation_directory() const;
  // "directory/name", either relative to the compilation directory (directory 0
  // then adds nothing), or in full, beginning with that directory.  An absolute
  // part replaces what precedes it.
  enum class PathStart { kCompilationDirectory, kRoot };
  absl::StatusOr<std::string> PathOf(uint64_t number, PathStart start) const;
  // Visits the field of each path, or other string (DW_LNCT_LLVM_source), that
  // the header has by its form, until `visit` returns false: directories, then
  // files (DWARF 5 6.2.4.1).  None before version 5, whose header holds the
  // paths themselves.
  absl::Status VisitPaths(
      absl::FunctionRef<bool(const Attribute& path)> visit) const;
  // The error that the table has no such file or directory, or that it is lost.
  absl::Status NoSuch(const char* what, uint64_t number) const;

 private:
  // The field of an unreadable path, in that entry of files_ or directories_.
  // The cause is found by reading it again.
  struct BadPath {
    uint64_t index;
    uint64_t offset;
    uint16_t form;
  };

  struct Entries {
    std::vector<std::string_view> directories;
    std::vector<LineFile> files;
    std::vector<BadPath> bad_directories;
    std::vector<BadPath> bad_files;
  };

  absl::Status ParseHeader(const LineTableContext& context,
                           RelocCursor& cursor);
  void PassOldEntries(RelocCursor& cursor);
  // Counts the entries in *passed, which is 0 before.
  absl::Status PassEntryTable(RelocCursor& cursor, uint64_t* passed) const;
  absl::Status PassEntry(std::span<const AttributeSpec> formats,
                         RelocCursor& cursor) const;
  absl::Status ReadEntryFormats(RelocCursor& cursor,
                                std::span<AttributeSpec> room,
                                std::span<const AttributeSpec>* formats,
                                uint64_t* count) const;
  // Calls visit(number, formats) where each entry of a table begins; it reads
  // the entry, and says whether to go on.  So does the result.
  template <typename Visit>
  absl::StatusOr<bool> ForEachEntry(RelocCursor& cursor, Visit visit) const;

  std::string_view comp_dir() const {
    return found_comp_dir_.Get([this] {
      return comp_dir_ == nullptr ? std::string_view() : comp_dir_(*this);
    });
  }
  const Entries& entries() const {
    return read_entries_.Get([this] { return ReadEntries(); });
  }
  Entries ReadEntries() const;
  void ReadOldEntries(RelocCursor& cursor, Entries* entries) const;
  absl::Status ReadEntryTable(RelocCursor& cursor, bool is_directories,
                              Entries* entries) const;
  absl::Status ReadEntry(std::span<const AttributeSpec> formats,
                         std::vector<BadPath>& bad_paths, uint64_t index,
                         RelocCursor& cursor, LineFile* entry) const;
  absl::StatusOr<std::string_view> ReadPath(const Attribute& attribute) const;
  absl::Status ErrorOf(std::string_view what, const std::vector<BadPath>& paths,
                       uint64_t index) const;

  LineHeader header_;
  uint64_t entries_at_ = 0;  // where the tables of directories and files begin
  uint64_t directory_count_ = 0;
  uint64_t file_count_ = 0;
  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  Family family_ = Family::kPlain;
  std::function<std::string_view(const LineTable&)> comp_dir_;
  absl::Status entries_status_;
  Lazy<std::string_view> found_comp_dir_;
  Lazy<Entries> read_entries_;
  // Files that the program itself defines; read only if one is requested.
  Lazy<std::vector<LineFile>> defined_files_;
};

// Where a table begins, from `offset` on and after the zeros left by alignment,
// and where the next one may begin (kNoOffset: its length is unknown).  None at
// the section's end.
struct LineTableSpan {
  uint64_t offset = 0;
  uint64_t next = kNoOffset;
};
std::optional<LineTableSpan> NextLineTable(const SectionView& view,
                                           uint64_t offset);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LINES_LINE_H_
