// Reads all address ranges of a whole file or of a built one, and looks each
// of them up.
//
// Sections of built files: .debug_aranges, .debug_info.

#include <cstddef>
#include <cstdint>

#include "dwarf/lookup/aranges.h"
#include "fuzz_file.h"
#include "lookup_sets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(data, size, {".debug_aranges", ".debug_info"});
  if (!file.ok()) return 0;
  const ArangeIndex index = ArangeIndex::Build(file.sections());
  ReadSets<ArangeReader, Arange>(
      file, [](SectionId id) { return id == SectionId::kDebugAranges; },
      [&](const ArangeReader& reader, const Arange& arange) {
        const ArangeIndex::Entry* found = index.Find(arange.address);
        const bool is_place = arange.address.kind == RelocKind::kConstant ||
                              arange.address.kind == RelocKind::kSection ||
                              arange.address.kind == RelocKind::kUndefined;
        if (is_place && arange.length.is_constant() &&
            arange.length.value > 0) {
          Check(found != nullptr);
        }
        if (found == nullptr) return;
        ArangeReader again(file.sections(),
                           *file.sections().View(found->section));
        Arange same;
        Check(again.ReadAt(found->set_offset, found->offset, &same));
        Check(same.offset == found->offset);
        Check(ComparePlace(same.address, found->begin) == 0);
        (void)reader;
      });
  return 0;
}
