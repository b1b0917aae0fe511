// reloc/: digests and lookups, per record.
//
// Tables have 10^3 to 10^6 records.  DWRELOC_BENCH_MAX_RECORDS raises that, up
// to 100000000: an image of 3.6 GB and up to 1.6 GB of digest.

#include <algorithm>
#include <cstdlib>
#include <string>

#include "measure.h"
#include "workloads/reloc_workloads.h"

namespace dwreloc_bench {
namespace {

using dwreloc::internal::DigestRecords;
using dwreloc::internal::kI386;
using dwreloc::internal::LookupOrder;
using dwreloc::internal::LookUpRecords;
using dwreloc::internal::RecordsSpec;
using dwreloc::internal::RecordWidths;

constexpr uint64_t kDefaultMaxRecords = 1'000'000;
constexpr uint64_t kMostRecords = 100'000'000;

struct {
  const char* name;
  RecordWidths widths;
} constexpr kWidths[] = {
    {"4", RecordWidths::k4},
    {"8", RecordWidths::k8},
    {"mixed", RecordWidths::kMixed},
};

struct {
  const char* name;
  LookupOrder order;
} constexpr kOrders[] = {
    {"sequential", LookupOrder::kSequential},
    {"strided", LookupOrder::kStrided},
    {"random", LookupOrder::kRandom},
    {"miss", LookupOrder::kMiss},
};

uint64_t MaxRecords() {
  const char* text = std::getenv("DWRELOC_BENCH_MAX_RECORDS");
  if (text == nullptr) return kDefaultMaxRecords;
  return std::min<uint64_t>(std::strtoull(text, nullptr, 10), kMostRecords);
}

void RegisterDigest(const std::string& name, const RecordsSpec& spec) {
  Register("digest/" + name + "/" + std::to_string(spec.count), "record",
           [spec] { return DigestRecords(spec); });
}

void RegisterAll() {
  const uint64_t max = MaxRecords();
  for (uint64_t count = 1000; count <= max; count *= 10) {
    for (const auto& [name, widths] : kWidths) {
      RegisterDigest(std::string("sorted/") + name,
                     {.count = count, .widths = widths});
      RegisterDigest(std::string("unsorted/") + name,
                     {.count = count, .widths = widths, .is_sorted = false});
    }
    // SHT_REL of a 32-bit machine: addends stand in the section.
    RegisterDigest("sorted/rel", {.count = count, .target = kI386});
  }
  for (uint64_t count = 1000; count <= max; count *= 10) {
    for (const auto& width : kWidths) {
      for (const auto& order : kOrders) {
        const RecordsSpec spec = {.count = count, .widths = width.widths};
        Register(std::string("lookup/") + order.name + "/" + width.name + "/" +
                     std::to_string(count),
                 "lookup",
                 [spec, order] { return LookUpRecords(spec, order.order); });
      }
    }
  }
}

}  // namespace
}  // namespace dwreloc_bench

int main(int argc, char** argv) {
  dwreloc_bench::RegisterAll();
  return dwreloc_bench::Main(argc, argv);
}
