// The part of the full read that reads what follows no DIE: line tables, macro
// units, call frames, and the arrays of addresses and string offsets.

#include <memory>
#include <optional>

#include "audit/full_read.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/frames/cfi_instructions.h"
#include "dwarf/lines/line_program.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/debug_info.h"

namespace dwreloc::internal {

void FullReader::ReadLines(const Unit& unit) {
  const std::optional<DebugLineOffset> offset = unit.bases().stmt_list;
  if (!offset.has_value()) return;
  const absl::StatusOr<SectionView>& view =
      unit.View(SectionId::kDebugLine, offset->section);
  Tell(view.status());
  if (!view.ok() || !ReadsIndex(view->index) ||
      scope_.EndsBefore(offset->value) ||
      !read_.insert(Place(view->index, offset->value)).second) {
    return;
  }
  owner_ = Owner{
      .unit = unit.offset(), .list = offset->value, .section = unit.section()};
  ReadLineTable({.sections = module_.sections(),
                 .family = unit.family(),
                 .address_size = unit.encoding().address_size,
                 .part = &view},
                *offset);
}

// Line tables that no unit refers to.
void FullReader::ReadLoneLines(const DebugSection& section) {
  const absl::StatusOr<SectionView>& view =
      module_.sections().View(section.index);
  if (!view.ok()) return;
  uint64_t offset = 0;
  while (const std::optional<LineTableSpan> span =
             NextLineTable(*view, offset)) {
    offset = span->next;
    if (scope_.EndsBefore(span->offset)) return;
    if (!read_.insert(Place(section.index, span->offset)).second) continue;
    const uint8_t address_size = module_.file().is_64() ? 8 : 4;
    owner_ = Owner{.list = span->offset};
    ReadLineTable({.sections = module_.sections(),
                   .family = section.name.family,
                   .address_size = address_size,
                   .part = &view},
                  DebugLineOffset{span->offset});
  }
}

void FullReader::ReadLineTable(const LineTableContext& context,
                               DebugLineOffset offset) {
  const absl::StatusOr<std::unique_ptr<const LineTable>> table =
      LineTable::Parse(context, offset, this);
  Tell(table.ok() ? (*table)->entries_status() : table.status());
  if (!table.ok()) return;
  LineProgram program(**table);
  program.set_observer(this);
  LineRow row;
  while (program.Next(&row)) {
  }
  if (!program.ok()) Tell(program.status());
}

// Macro units follow each other.
void FullReader::ReadMacroSection(uint32_t section) {
  const absl::StatusOr<SectionView>& view = module_.sections().View(section);
  if (!view.ok()) return;
  const SectionId id = module_.sections().NameOf(section).id;
  uint64_t offset = 0;
  while (const std::optional<uint64_t> start =
             NextMacroUnit(*view, id, offset)) {
    offset = ReadMacros({section, *start});
  }
}

// Returns where the next macro unit may be, or kNoOffset.
uint64_t FullReader::ReadMacros(SectionPlace place) {
  const absl::StatusOr<SectionView>& view =
      module_.sections().View(place.section);
  if (!view.ok() || !ReadsIndex(place.section) ||
      !read_.insert({place.section, place.offset}).second) {
    return kNoOffset;
  }
  owner_ = Owner{.list = place.offset};
  absl::StatusOr<MacroReader> reader =
      MacroReader::At(module_.sections(), place, nullptr, this);
  Tell(reader.status());
  if (!reader.ok()) return kNoOffset;
  MacroEntry entry;
  while (reader->Next(&entry)) {
  }
  if (!reader->ok()) Tell(reader->status());
  return reader->ok() ? reader->next_offset() : kNoOffset;
}

// .debug_frame and .eh_frame.
void FullReader::ReadFrames(const DebugSection& section) {
  absl::StatusOr<CfiReader> reader =
      CfiReader::Of(module_.sections(), section.index);
  if (!reader.ok()) return;
  reader->set_observer(this);
  CfiEntry entry;
  while (true) {
    owner_ = Owner{.list = reader->offset()};
    const absl::StatusOr<bool> found = reader->Next(&entry);
    Tell(found.status());
    if (!found.ok()) continue;
    if (!*found) return;
    ReadInstructions(reader->view(), entry);
  }
}

void FullReader::ReadInstructions(const SectionView& view,
                                  const CfiEntry& entry) {
  const Cie& cie = entry.cie;
  CfaInstructionReader reader(
      module_.sections(), view, cie,
      entry.is_cie ? cie.instructions : entry.fde.instructions,
      entry.is_cie ? cie.end : entry.fde.end);
  reader.set_observer(this);
  CfaInstruction instruction;
  while (reader.Next(&instruction)) {
    if (!instruction.has_expression) continue;
    ReadExpression(cie.encoding, view, instruction.expression_offset,
                   instruction.expression_size, 0);
  }
  Tell(reader.status());
}

// Reads whole tables, whether forms refer to their entries or not.
void FullReader::ReadTable(const DebugSection& section) {
  const DwarfSections& sections = module_.sections();
  const absl::StatusOr<SectionView>& view = sections.View(section.index);
  if (!view.ok()) return;
  uint64_t offset = 0;
  while (const std::optional<ContributionIndex::Start> start =
             module_.contributions().Next({section.index, offset})) {
    owner_ = Owner{.list = start->offset};
    Contribution table;
    const absl::Status status = ReadContribution(
        sections, {section.index, start->offset}, start->layout, &table, this);
    Tell(status);
    if (status.ok()) {
      RelocCursor cursor = EntriesOf(*view, table);
      cursor.set_observer(this);
      while (!cursor.at_end()) cursor.Value(table.entry_size);
    }
    offset = table.next;
  }
}

}  // namespace dwreloc::internal
