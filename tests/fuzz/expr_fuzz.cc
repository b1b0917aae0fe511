// Reads expressions: those of all attributes of a whole file, or in a built
// file the first section as one expression.
//
// Sections of built files: .debug_loc, .debug_addr.

#include <cstddef>
#include <cstdint>

#include "fuzz_file.h"
#include "read_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(data, size, {".debug_loc", ".debug_addr"},
                      [](ElfBuilder& elf, uint8_t control) {
                        AddListUnit(elf, control, DW_AT_location);
                      });
  if (!file.ok()) return 0;
  if (file.is_built()) {
    const Unit& unit = file.info().units().front();
    const absl::StatusOr<SectionView>& view =
        file.sections().View(SectionId::kDebugLoc, Family::kPlain);
    if (view.ok()) ReadExpression(unit, *view, 0, view->bytes.size());
    return 0;
  }
  ForEachOfClass(file, AttributeClass::kExprloc,
                 [](const Attribute& attribute) {
                   ReadExpression(*attribute.unit, attribute.unit->view(),
                                  attribute.data, attribute.value);
                 });
  return 0;
}
