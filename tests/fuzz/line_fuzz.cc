// Reads line tables: those of the units of a whole file, or of a built file
// every one in .debug_line.
//
// Sections of built files: .debug_line, .debug_line_str, .debug_str.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>

#include "dwarf/lines/line.h"
#include "dwarf/lines/line_instructions.h"
#include "dwarf/lines/line_program.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

// Instructions fill the program and end as its rows do.
void ReadInstructions(const LineTable& table, const absl::Status& of_rows) {
  LineInstructionReader reader(table);
  LineInstruction instruction;
  uint64_t end = table.header().program;
  while (reader.Next(&instruction)) {
    Check(instruction.offset == end && instruction.end > end);
    end = instruction.end;
    const int given =
        std::min<int>(instruction.operand_count, LineInstruction::kMaxOperands);
    for (int i = 0; i < given; ++i) {
      const RawOperand& operand = instruction.operands[i];
      Check(operand.offset > instruction.offset);
      Check(operand.offset + operand.size <= end);
    }
  }
  Check(reader.status() == of_rows);
  Check(!reader.ok() || end == table.header().end);
}

// Returns where the next table may be; 0 if that is not known.
uint64_t ReadTable(const FuzzFile& file, Family family, uint8_t address_size,
                   uint64_t offset) {
  const absl::StatusOr<std::unique_ptr<const LineTable>> table =
      LineTable::Parse(
          {.sections = file.sections(),
           .family = family,
           .address_size = address_size,
           .comp_dir = [](const LineTable&) { return std::string_view("/"); }},
          DebugLineOffset{offset});
  if (!table.ok()) {
    CheckError(table.status());
    return 0;
  }
  const LineHeader& header = (*table)->header();
  Check(header.program > offset && header.program <= header.end);
  Check(header.end <= (*table)->view().bytes.size());
  for (const LineFile& entry : (*table)->files()) {
    (void)(*table)->FindDirectory(entry.directory);
  }
  (void)(*table)->FindFile(0);
  (void)(*table)->FindFile((*table)->files().size() + 2);
  LineProgram program(**table);
  LineRow row;
  uint64_t last = 0;
  while (program.Next(&row)) {
    // Each row has an opcode of its own, which bounds their number.
    Check(row.offset > last || last == 0);
    Check(row.offset >= header.program && row.offset < header.end);
    last = row.offset;
  }
  if (!program.status().ok()) CheckError(program.status());
  ReadInstructions(**table, program.status());
  return header.end;
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(data, size,
                      {".debug_line", ".debug_line_str", ".debug_str"});
  if (!file.ok()) return 0;
  if (file.is_built()) {
    const uint8_t sizes[] = {8, 4, 2, 8};
    uint64_t offset = 0;
    do {
      offset =
          ReadTable(file, Family::kPlain, sizes[file.control() & 3], offset);
    } while (offset != 0);
    return 0;
  }
  std::set<uint64_t> seen;
  for (const Unit& unit : file.info().units()) {
    const UnitBases& bases = unit.bases();
    if (!bases.stmt_list.has_value() || seen.size() > 100 ||
        !seen.insert(bases.stmt_list->value).second) {
      continue;
    }
    ReadTable(file, unit.family(), unit.encoding().address_size,
              bases.stmt_list->value);
  }
  return 0;
}
