// Reads every macro unit of every section that has some, with its strings and
// imports, and again with the imports followed.
//
// Sections of built files: .debug_macro, or .debug_macinfo if bit 0 of the
// control byte is set, and .debug_str.

#include <cstddef>
#include <cstdint>

#include "dwarf/macros/macro.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

// Imports multiply: how many operations are read with them.
constexpr int kMaxFollowed = 20'000;

void ReadStrings(const DwarfSections& sections, const MacroEntry& entry) {
  const absl::StatusOr<std::string_view> string =
      MacroStringOf(sections, entry);
  if (!string.ok()) CheckError(string.status());
  const absl::StatusOr<SectionPlace> place = ImportPlaceOf(sections, entry);
  if (!place.ok()) CheckError(place.status());
  Check(!string.ok() || !place.ok());
}

// Returns where the next macro unit may be; 0 if that is not known.
uint64_t ReadUnit(const DwarfSections& sections, SectionPlace place,
                  uint64_t size) {
  absl::StatusOr<MacroReader> reader =
      MacroReader::At(sections, place, nullptr);
  if (!reader.ok()) {
    CheckError(reader.status());
    return 0;
  }
  const absl::StatusOr<std::optional<SectionPlace>> line = reader->LinePlace();
  if (!line.ok()) CheckError(line.status());
  MacroReader following = *reader;
  MacroEntry entry;
  uint64_t last = place.offset;
  while (reader->Next(&entry)) {
    // Each operation has an opcode of its own, which bounds their number.
    Check(entry.offset >= last && entry.section == place.section);
    last = reader->next_offset();
    Check(last > entry.offset && last <= size && entry.import_depth == 0);
    ReadStrings(sections, entry);
  }
  if (!reader->ok()) CheckError(reader->status());
  following.set_follows_imports(true);
  for (int i = 0; i < kMaxFollowed && following.Next(&entry); ++i) {
    Check(entry.import_depth <= 16);
  }
  return reader->ok() ? reader->next_offset() : 0;
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_macinfo = size > 1 && (data[1] & 1) != 0;
  const FuzzFile file(
      data, size,
      {is_macinfo ? ".debug_macinfo" : ".debug_macro", ".debug_str"});
  if (!file.ok()) return 0;
  const DwarfSections& sections = file.sections();
  for (const DebugSection& section : sections.file().debug_sections()) {
    if (section.name.id != SectionId::kDebugMacro &&
        section.name.id != SectionId::kDebugMacinfo) {
      continue;
    }
    const absl::StatusOr<SectionView>& view = sections.View(section.index);
    if (!view.ok()) continue;
    uint64_t offset = 0;
    do {
      const uint64_t next =
          ReadUnit(sections, {section.index, offset}, view->bytes.size());
      Check(next == 0 || next > offset);
      offset = next;
    } while (offset != 0);
  }
  for (const Unit& unit : file.info().units()) {
    const auto macros = MacroReader::OfUnit(unit);
    if (!macros.ok()) CheckError(macros.status());
  }
  return 0;
}
