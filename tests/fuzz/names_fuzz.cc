// Reads all name indexes of a whole file or of a built one: units, names,
// entries, and each name by lookup.
//
// Sections of built files: .debug_names, .debug_str, .debug_info.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dwarf/lookup/names.h"
#include "dwarf/lookup/names_entries.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

// Names may share series, and lookups may compare all names.
constexpr int kMaxEntries = 100'000;
constexpr int kMaxLookups = 50;

void ReadIndex(const NameIndex& index) {
  const NameIndexHeader& header = index.header();
  Check(header.entry_pool <= header.end);
  Check(header.end <= index.view().bytes.size());
  for (const NameUnitKind kind :
       {NameUnitKind::kCompile, NameUnitKind::kLocalType,
        NameUnitKind::kForeignType}) {
    for (uint32_t i = 0; i < index.unit_count(kind); ++i) {
      Check(index.UnitAt(kind, i).kind == kind);
    }
  }
  int entries = 0;
  int lookups = 0;
  for (uint32_t number = 1; number <= header.name_count; ++number) {
    const IndexedName name = index.NameAt(number);
    const absl::StatusOr<std::string_view> string = index.String(name);
    if (!string.ok()) {
      CheckError(string.status());
    } else if (lookups++ < kMaxLookups) {
      const absl::StatusOr<std::optional<IndexedName>> found =
          index.Find(*string);
      if (!found.ok()) {
        CheckError(found.status());
      } else if (found->has_value()) {
        Check(index.String(**found).value() == *string);
      } else {
        Check(header.bucket_count != 0);  // else all are compared
      }
    }
    NameEntryReader reader(index, name.entries);
    NameEntry entry;
    uint64_t last = 0;
    while (entries < kMaxEntries && reader.Next(&entry)) {
      ++entries;
      Check(entry.offset > last && entry.offset < header.end);
      last = entry.offset;
    }
    if (!reader.ok()) CheckError(reader.status());
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(data, size,
                      {".debug_names", ".debug_str", ".debug_info"});
  if (!file.ok()) return 0;
  const DebugNames names(file.sections());
  for (const absl::Status& error : names.errors()) CheckError(error);
  for (const auto& index : names.indexes()) ReadIndex(*index);
  return 0;
}
