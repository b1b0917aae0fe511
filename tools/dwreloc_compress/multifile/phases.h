// phases.h - the phases of --multifile, with files between them.
//
// Tested by tests/cli/multifile_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_PHASES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_PHASES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dwreloc_compress/multifile/join.h"
#include "dwreloc_compress/options.h"

namespace dwreloc_tools::compress {

// Makes spools of the files. One that has nothing to share becomes an empty
// one, and is told of. Returns whether none was.
bool IndexFiles(const Options& options);
// Makes a part of the spools.
void MergeFiles(const Options& options);
// Makes the common file of spools and parts, in any order.
void JoinFiles(const Options& options);

// All of these, with spools that are removed again. Returns the size of the
// common file; 0 if the files have nothing to share: then there is none.
std::uint64_t MakeCommonFile(const Options& options);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_PHASES_H_
