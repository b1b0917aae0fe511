// build_plan.h - the phases of --multifile as a build file: for ninja, or for
// GNU make.
//
// What runs it can stop and go on, run commands on many machines that share a
// file system, and tell what has failed: that is for build tools to do.
//
// Tested by tests/cli/multifile_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_BUILD_PLAN_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_BUILD_PLAN_H_

#include <string>

#include "dwreloc_compress/options.h"

namespace dwreloc_tools::compress {

// Where spools and parts go.
std::string WorkDirectory(const Options& options);

// `program`: the path of this one; `name`: what files call the common one.
// Throws std::runtime_error if a path is none that build files can name.
std::string BuildPlan(const Options& options, const std::string& program,
                      const std::string& name);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_BUILD_PLAN_H_
