// The workloads of dwarf_workloads.h once more, through dwreloc.h: what the
// wall costs.  Their sums equal those of the workloads beside their names.

#ifndef TESTS_WORKLOADS_CAPI_WORKLOADS_H_
#define TESTS_WORKLOADS_CAPI_WORKLOADS_H_

#include <cstdint>

#include "workloads/workload.h"

namespace dwreloc::internal {

Work WalkDiesC(uint64_t functions = 32);  // WalkDies
Work WalkManyDiesC(uint64_t functions = 32);
Work ReadStringsC(uint64_t functions = 32);  // ReadStrings
Work ReadValuesC(uint64_t functions = 32);   // ReadValues
// The same addresses as numbers, the section placed at 0.
Work ReadAddressesC(uint64_t functions = 32);
Work ReadLinesC(uint64_t rows = 1024);                        // ReadLines
Work ReadRangesC(uint16_t version = 5, uint64_t lists = 64);  // ReadRanges
Work ReadLocationsC(uint16_t version = 5, uint64_t lists = 64);

// A file opened and closed; items are its sections.
Work OpenFile(const char* path);
// Every attribute, row, ... of a file that was opened before.
Work WalkFile(const char* path);
Work ReadFileLines(const char* path);
Work ReadFileStrings(const char* path);
// Range and location lists; items are bounded entries.
Work ReadFileLists(const char* path);

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_CAPI_WORKLOADS_H_
