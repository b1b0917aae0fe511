// Files and directories of a line table by number, and the paths that both
// make. Some files only the program itself defines.

#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/lines/line.h"
#include "dwarf/lines/line_instructions.h"

namespace dwreloc::internal {
namespace {

// The file that a DW_LNE_define_file defines.
LineFile DefinedFile(const LineTable& table,
                     const LineInstruction& instruction) {
  const RawOperand& path = instruction.operands[0];
  const uint8_t* const begin = table.view().bytes.data() + path.offset;
  return {.name = std::string_view(reinterpret_cast<const char*>(begin),
                                   static_cast<size_t>(path.size) - 1),
          .directory = instruction.operands[1].value.value,
          .mtime = instruction.operands[2].value.value,
          .length = instruction.operands[3].value.value};
}

}  // namespace

const LineFile* LineTable::FindFile(uint64_t number) const {
  if (number < first_file()) return nullptr;
  uint64_t index = number - first_file();
  if (index < file_count_) return &files()[index];
  if (!entries_status_.ok()) return nullptr;
  const std::vector<LineFile>& defined = defined_files_.Get([this] {
    std::vector<LineFile> files;
    LineInstructionReader reader(*this);
    LineInstruction instruction;
    while (reader.Next(&instruction)) {
      if (instruction.opcode_class == LineOpcodeClass::kExtended &&
          instruction.opcode == DW_LNE_define_file) {
        files.push_back(DefinedFile(*this, instruction));
      }
    }
    return files;
  });
  index -= file_count_;
  return index < defined.size() ? &defined[index] : nullptr;
}

std::string_view LineTable::FindDirectory(uint64_t index) const {
  if (header_.encoding.version < 5) {
    if (index == 0) return comp_dir();
    --index;
  }
  return index < directory_count_ ? directories()[index] : std::string_view();
}

std::string_view LineTable::compilation_directory() const {
  const bool is_first = header_.encoding.version >= 5 &&
                        directory_count_ != 0 &&
                        directories()[0].data() != nullptr;
  return is_first ? directories()[0] : comp_dir();
}

absl::Status LineTable::NoSuch(const char* what, uint64_t number) const {
  if (!entries_status_.ok()) {
    const ErrorDetail detail = GetDetail(entries_status_);
    return FailureOf(absl::StrCat(what, " ", number), detail.section,
                     detail.offset, entries_status_);
  }
  return MakeError(ErrorCode::kNotFound, view_->index, header_.offset.value,
                   absl::StrCat("the line table has no ", what, " ", number));
}

absl::StatusOr<std::string> LineTable::PathOf(uint64_t number,
                                              PathStart start) const {
  const LineFile* file = FindFile(number);
  if (file == nullptr) return NoSuch("file", number);
  DWRELOC_RETURN_IF_ERROR(FileError(number));
  std::string path;
  const auto append = [&path](std::string_view part) {
    if (part.starts_with('/')) path.clear();
    if (part.empty()) return;
    if (!path.empty() && !path.ends_with('/')) path += '/';
    path += part;
  };
  const bool is_absolute = file->name.starts_with('/');
  const std::string_view directory = FindDirectory(file->directory);
  // A unit may lack DW_AT_comp_dir; all other directories must be there.
  if (directory.data() == nullptr && file->directory != 0 && !is_absolute) {
    DWRELOC_RETURN_IF_ERROR(DirectoryError(file->directory));
    return NoSuch("directory", file->directory);
  }
  if (start == PathStart::kRoot) {
    if (header_.encoding.version >= 5) {
      DWRELOC_RETURN_IF_ERROR(DirectoryError(0));
    }
    append(compilation_directory());
  }
  if (file->directory != 0) append(directory);
  append(file->name);
  return path;
}

}  // namespace dwreloc::internal
