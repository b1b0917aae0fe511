// Debug files from debuginfod servers (debuginfod(8)), by build-id.
//
// libdebuginfod is loaded when it is first needed; the library does not link
// with it.  Which servers are asked, and where files are kept, is its affair
// (DEBUGINFOD_URLS, DEBUGINFOD_CACHE_PATH).
// Tested by tests/unit/module/debuginfod_test.cc.

#ifndef LIBDWRELOC_MODULE_DEBUGINFOD_H_
#define LIBDWRELOC_MODULE_DEBUGINFOD_H_

#include <string>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

// The path of the file, downloaded unless it was before.  kNotFound if no
// server has it, or the system has no libdebuginfod.
absl::StatusOr<std::string> FetchDebugFile(Bytes build_id);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_DEBUGINFOD_H_
