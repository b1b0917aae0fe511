// write_file.h - an output file that is there as a whole or not at all: written
// beside its place, synced, renamed.
//
// Tested by tests/cli/materialize_test.py.
#ifndef DWRELOC_TOOLS_COMMON_WRITE_FILE_H_
#define DWRELOC_TOOLS_COMMON_WRITE_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dwreloc_tools {

// `mode`: the permissions of a file that was not there before.  Throws
// std::system_error; then OUT is what it was.
void WriteFile(const std::string& path, std::span<const std::uint8_t> bytes,
               unsigned mode);

// All bytes of a file. Throws std::system_error.
std::vector<std::uint8_t> ReadFile(const std::string& path);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_WRITE_FILE_H_
