#include "placing/place.h"

#include <elf.h>

#include "absl/strings/str_cat.h"
#include "elf/segments.h"
#include "placing/offline_layout.h"

namespace dwreloc::internal {

NamedSections PlaceSections(const ElfFile& file, Resolver& resolver,
                            std::string_view name, uint64_t address) {
  NamedSections sections;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (file.Name(i) != name) continue;
    ++sections.found;
    if (!resolver.IsPlaceable(i)) continue;
    ++sections.placed;
    resolver.PlaceSection(i, Answer::kPlaced, address);
    sections.with_bytes += file.Header(i).sh_size == 0 ? 0 : 1;
  }
  return sections;
}

absl::StatusOr<int> PlaceSegment(const ElfFile& file, Resolver& resolver,
                                 uint32_t index, uint64_t address) {
  DWRELOC_ASSIGN_OR_RETURN(const Segment segment, ReadSegment(file, index));
  if (segment.p_type != PT_LOAD) {
    return MakeError(ErrorCode::kInvalidArgument,
                     absl::StrCat("segment ", index, " is not loaded"));
  }
  int placed = 0;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    const SectionHeader header = file.Header(i);
    const uint64_t offset = header.sh_addr - segment.p_vaddr;
    if (!resolver.IsPlaceable(i) || header.sh_addr < segment.p_vaddr ||
        offset >= segment.p_memsz) {
      continue;
    }
    resolver.PlaceSection(i, Answer::kPlaced, address + offset);
    ++placed;
  }
  return placed;
}

int PlaceSymbols(const SymbolTable& symbols, Resolver& resolver,
                 std::string_view name, uint64_t address) {
  int placed = 0;
  for (uint32_t i = 1; i < symbols.count(); ++i) {
    const Symbol symbol = symbols.Get(i);
    if (symbols.Place(i, symbol) != SymbolPlace::kUndefined ||
        symbols.Name(symbol) != name) {
      continue;
    }
    resolver.PlaceSymbol(i, address);
    ++placed;
  }
  return placed;
}

uint64_t PlaceOffline(const ElfFile& file, Resolver& resolver, uint64_t base) {
  if (!file.is_relocatable()) return base;
  const OfflineLayout layout = LayOutOffline(file, base);
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (!resolver.IsPlaceable(i)) continue;
    resolver.PlaceSection(i, Answer::kPlaced, layout.addresses[i]);
  }
  return layout.end;
}

}  // namespace dwreloc::internal
