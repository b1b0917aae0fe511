// Reads call frame information: of a whole file all, of a built file the
// section that the control byte names.
//
// Sections of built files: .debug_frame, or .eh_frame if bit 0 of the control
// byte is set.

#include <cstddef>
#include <cstdint>

#include "dwarf/frames/cfi.h"
#include "dwarf/frames/cfi_index.h"
#include "dwarf/frames/cfi_rows.h"
#include "dwarf/lists/expr.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

void ReadInstructions(const FuzzFile& file, const SectionView& view,
                      const CfiEntry& entry) {
  const uint64_t begin =
      entry.is_cie ? entry.cie.instructions : entry.fde.instructions;
  const uint64_t end = entry.is_cie ? entry.cie.end : entry.fde.end;
  Check(begin <= end && end <= view.bytes.size());
  CfaInstructionReader reader(file.sections(), view, entry.cie, begin, end);
  CfaInstruction instruction;
  uint64_t next = begin;
  while (reader.Next(&instruction)) {
    // One behind the other, without a gap.
    Check(instruction.offset == next && instruction.size > 0);
    next += instruction.size;
    Check(next <= end);
    if (!instruction.has_expression) continue;
    ExpressionReader operations(file.sections(), entry.cie.encoding, view,
                                instruction.expression_offset,
                                instruction.expression_size);
    Operation operation;
    while (operations.Next(&operation)) {
    }
    if (!operations.ok()) CheckError(operations.status());
  }
  if (reader.ok()) {
    Check(next == end);
  } else {
    CheckError(reader.status());
  }
}

void ReadRows(const FuzzFile& file, const SectionView& view,
              const CfiEntry& entry) {
  CfiRows rows(file.sections(), view, entry);
  CfiRow row;
  uint64_t count = 0;
  while (rows.Next(&row)) {
    ++count;
    for (size_t i = 1; i < row.registers.size(); ++i) {
      Check(row.registers[i - 1].number < row.registers[i].number);
    }
  }
  // One more than there are instructions, at most.
  Check(count <= view.bytes.size() + 1);
  if (!rows.ok()) CheckError(rows.status());
}

void ReadSection(const FuzzFile& file, uint32_t section) {
  absl::StatusOr<CfiReader> reader = CfiReader::Of(file.sections(), section);
  if (!reader.ok()) {
    CheckError(reader.status());
    return;
  }
  CfiEntry entry;
  uint64_t last = 0;
  while (true) {
    const uint64_t offset = reader->offset();
    Check(offset >= last);
    last = offset;
    const absl::StatusOr<bool> found = reader->Next(&entry);
    if (!found.ok()) {
      CheckError(found.status());
      Check(reader->offset() > offset);
      continue;
    }
    if (!*found) break;
    Check((entry.is_cie ? entry.cie.offset : entry.fde.offset) == offset);
    Check(reader->offset() >= (entry.is_cie ? entry.cie.end : entry.fde.end));
    ReadInstructions(file, reader->view(), entry);
    ReadRows(file, reader->view(), entry);
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_eh_frame = size > 1 && (data[1] & 1) != 0;
  const FuzzFile file(data, size, {is_eh_frame ? ".eh_frame" : ".debug_frame"});
  if (!file.ok()) return 0;
  for (const DebugSection& section : file.sections().file().debug_sections()) {
    if (IsFrameSection(section.name)) ReadSection(file, section.index);
  }
  const CfiIndex index(file.sections());
  const RelocValue places[] = {
      RelocValue::Constant(8),
      {.value = 8, .section = 1, .kind = RelocKind::kSection}};
  for (const RelocValue& pc : places) {
    const std::optional<SectionPlace> found = index.Find(pc, kNoSection);
    if (!found.has_value()) continue;
    CfiEntry entry;
    absl::StatusOr<CfiReader> reader =
        CfiReader::Of(file.sections(), found->section, found->offset);
    Check(reader.ok() && *reader->Next(&entry) && !entry.is_cie);
    Check(entry.fde.initial_location.value <= pc.value);
  }
  return 0;
}
