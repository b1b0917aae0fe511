// inputs.h - what the FILE arguments name: files, all members of archives, or
// one member by "archive.a(member.o)".
//
// A file of that name takes precedence over a member.  Members that are not ELF
// files (LLVM bitcode, Rust metadata) are named and skipped; one that cannot be
// read does not affect the others.
// Tested by tests/cli/archive_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_INPUTS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_INPUTS_H_

#include <cstddef>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dwreloc_tools {

// The place of a member in an archive.
struct MemberPlace {
  std::string archive;
  std::string name;
  std::uint32_t index;
  std::uint64_t offset;  // DWRELOC_NO_OFFSET: a file stored next to the archive
};

// One of these: a file, why it cannot be read, why it is skipped, or none for
// an archive whose rest cannot be read.
struct Input {
  std::string path;
  std::optional<MemberPlace> member;
  std::optional<dwreloc::File> file;
  std::optional<dwreloc::Error> error;
  std::string fact;      // what is wrong, if the library has no error
  std::string left_out;  // "LLVM bitcode"
  // True if it begins a part of its own in the output.
  bool has_heading = true;
};

// Thread-safety: one thread at a time.
class Inputs {
 public:
  // `limit`: bytes of memory that a file that cannot be mapped may take.
  Inputs(const std::vector<std::string>& files, std::uint64_t limit)
      : files_(files), limit_(limit) {}

  // Opened on demand; nothing after the last one.
  std::optional<Input> Next();

 private:
  // From the current archive; nothing after its last member.
  std::optional<Input> NextMember();
  Input OpenFile(const std::string& path);
  Input OpenMember(const dwreloc::Member& member) const;
  // Returns true if the path names an archive, or members of one: these come
  // next.
  bool OpenArchive(const std::string& path);
  bool OpenNamedMembers(const std::string& path);

  const std::vector<std::string>& files_;
  const std::uint64_t limit_;
  std::size_t next_file_ = 0;
  std::optional<dwreloc::Archive> archive_;
  std::string archive_path_;
  std::optional<std::string> wanted_;  // name of a member
  bool found_wanted_ = false;
  bool told_end_ = false;
  std::uint32_t next_member_ = 0;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_INPUTS_H_
