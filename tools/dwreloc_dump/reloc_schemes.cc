// reloc_schemes.cc - see reloc_schemes.h.
#include "reloc_schemes.h"

#include <algorithm>

namespace dwreloc_tools {
namespace {

// Measured with 22,116,683 RELA records of 1121 kernel modules on a host (W5 of
// docs/benchmarks.md, rounded).
constexpr std::uint64_t kEagerBytes = 41;
constexpr std::uint64_t kEagerNs = 76;
constexpr std::uint64_t kCheckedNs = 10;

// elfutils' relocation interface of 2010, which was never merged: parallel
// columns of the offset (8 bytes), the symbol (4), and with RELA an addend of
// the field's width; an array of 24 bytes per record while they are sorted.
constexpr std::uint64_t kColumnsRel = 12;
constexpr std::uint64_t kColumnsRela4 = 16;
constexpr std::uint64_t kColumnsRela8 = 20;
constexpr std::uint64_t kColumnsSorting = 24;

// Offset and symbol of 32 bits each; the addend is read from the record.
constexpr std::uint64_t kPackedBytes = 8;

using Cost = SchemeCost (*)(const Footprint&, const RecordCount&);

SchemeCost Staying(std::uint64_t bytes) { return {bytes, bytes, {}}; }

SchemeCost Eager(const Footprint&, const RecordCount& records) {
  return Staying(kEagerBytes * records.all);
}

SchemeCost Columns(const Footprint&, const RecordCount& records) {
  const std::uint64_t rela4 = records.all - records.rel - records.rela8;
  const std::uint64_t bytes = kColumnsRel * records.rel +
                              kColumnsRela4 * rela4 +
                              kColumnsRela8 * records.rela8;
  return {bytes, bytes + kColumnsSorting * records.all, {}};
}

SchemeCost Packed(const Footprint&, const RecordCount& records) {
  return Staying(kPackedBytes * records.all);
}

// A bit for each section whose records were seen to be in order.
SchemeCost Checked(const Footprint&, const RecordCount& records) {
  return Staying((records.sections + 7) / 8);
}

// One record, one symbol, and where the loaded sections are.
SchemeCost Streaming(const Footprint& footprint, const RecordCount& records) {
  if (records.all == 0) return {};
  std::uint64_t loaded = 0;
  for (const ByteClass byte_class : {ByteClass::kCode, ByteClass::kRodata,
                                     ByteClass::kData, ByteClass::kBss})
    loaded += footprint.of(byte_class).sections;
  return {0,
          footprint.record_size(records.rel == 0) + footprint.symbol_size() +
              footprint.address_size() * loaded,
          {}};
}

struct Row {
  std::string_view key;
  std::string_view text;
  Cost cost;
  std::uint64_t ns;  // 0: never measured
};
constexpr Row kRows[] = {
    {"eager", "applied in a copy, before reading (libdwfl)", Eager, kEagerNs},
    {"columns", "sorted columns (elfutils, never merged)", Columns, 0},
    {"packed", "a packed table", Packed, 0},
    {"checked", "checked, then searched where they are", Checked, kCheckedNs},
    {"streaming", "applied one after the other (device)", Streaming, 0},
};

}  // namespace

std::vector<Scheme> RelocSchemes(const Footprint& footprint,
                                 std::optional<std::uint64_t> record_ns) {
  std::vector<Scheme> schemes;
  for (const Row& row : kRows) {
    std::optional<std::uint64_t> ns = record_ns;
    if (!ns && row.ns != 0) ns = row.ns;
    const auto cost = [&](const RecordCount& records) {
      SchemeCost found = row.cost(footprint, records);
      if (ns) found.ns = *ns * records.all;
      return found;
    };
    schemes.push_back({row.key, row.text, ns, cost(footprint.loaded_records()),
                       cost(footprint.debug_records())});
  }
  return schemes;
}

}  // namespace dwreloc_tools
