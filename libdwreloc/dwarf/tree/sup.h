// References to the other files that hold part of a file's DWARF: .debug_sup
// (DWARF 5 7.3.6), .gnu_debugaltlink (dwz) and .gnu_debuglink (GDB manual,
// "Separate Debug Files").
//
// These sections are small and read on demand.  None of the files is opened:
// forms that refer to one (DW_FORM_strp_sup and similar ones) have values, but
// reading what they refer to is an error.
// Tested by tests/unit/dwarf/sup_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_SUP_H_
#define LIBDWRELOC_DWARF_TREE_SUP_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

enum class LinkKind : uint8_t {
  kSup = 1,
  kAltlink = 2,
  kDebuglink = 3,
};

struct FileLink {
  LinkKind kind = LinkKind::kSup;
  bool is_supplementary = false;  // kSup: this file is the supplementary one
  uint16_t version = 0;           // kSup
  std::string_view file_name;     // followed by its NUL
  Bytes checksum;                 // kSup; kAltlink: the other's build-id
  uint32_t crc = 0;               // kDebuglink: CRC32 of the other
};

// The link in a section; nothing if it is another kind of section.
absl::StatusOr<std::optional<FileLink>> ReadLink(const ElfFile& file,
                                                 uint32_t section);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_SUP_H_
