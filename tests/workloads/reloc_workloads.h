// Workloads of reloc/: digests, and lookups in them.

#ifndef TESTS_WORKLOADS_RELOC_WORKLOADS_H_
#define TESTS_WORKLOADS_RELOC_WORKLOADS_H_

#include <cstdint>

#include "support/target.h"
#include "workloads/workload.h"

namespace dwreloc::internal {

enum class RecordWidths : uint8_t {
  k4,      // offsets in .debug_str
  k8,      // addresses in .text
  kMixed,  // one address in twelve, as in kernel modules
};

struct RecordsSpec {
  uint64_t count = 4096;
  RecordWidths widths = RecordWidths::k4;
  bool is_sorted = true;
  Target target = kX86_64;
};

// One call is one digest; items are records.
Work DigestRecords(const RecordsSpec& spec);

enum class LookupOrder : uint8_t {
  kSequential,
  kStrided,  // every sixteenth record
  kRandom,
  kMiss,  // the data between the records, in order
};

// Relocated reads of a warm digest; items are reads.
Work LookUpRecords(const RecordsSpec& spec, LookupOrder order);

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_RELOC_WORKLOADS_H_
