// inputs.h - what the FILE arguments name: files, all members of archives, or
// one member by "archive.a(member.o)".
//
// A file of that name goes before a member.  Members that are no ELF files
// (LLVM bitcode, metadata of Rust) are named and left out; one that cannot be
// read spoils only itself.
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

namespace dwreloc_dump {

// Where a member stands in an archive.
struct MemberPlace {
  std::string archive;
  std::string name;
  std::uint32_t index;
  std::uint64_t offset;  // DWRELOC_NO_OFFSET: it is a file beside the archive
};

// One of these: a file, why it cannot be read, why it is left out, or none for
// an archive whose rest cannot be read.
struct Input {
  std::string path;
  std::optional<MemberPlace> member;
  std::optional<dwreloc::File> file;
  std::optional<dwreloc::Error> error;
  std::string fact;      // what is wrong, where the library has no error
  std::string left_out;  // "LLVM bitcode"
  // Does it begin something of its own in the output?
  bool has_heading = true;
};

// Thread-safety: one thread at a time.
class Inputs {
 public:
  // `limit`: bytes of memory that a file may take that cannot be mapped.
  Inputs(const std::vector<std::string>& files, std::uint64_t limit)
      : files_(files), limit_(limit) {}

  // Opened when asked for; nothing after the last one.
  std::optional<Input> Next();

 private:
  // Of the archive at hand; nothing after its last.
  std::optional<Input> NextMember();
  Input OpenFile(const std::string& path);
  Input OpenMember(const dwreloc::Member& member) const;
  // True if the path names an archive, or members of one: these come next.
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

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_INPUTS_H_
