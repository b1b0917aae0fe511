// Call frame information: forwards.
// Tested by tests/api.

#include <algorithm>

#include "capi/arguments.h"
#include "capi/zero.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/frames/cfi_instructions.h"
#include "dwarf/frames/cfi_rows.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {
namespace {

static_assert(sizeof(Dwreloc_Cfi_Rule) == sizeof(CfiRule));
static_assert(offsetof(Dwreloc_Cfi_Rule, number) == offsetof(CfiRule, number));
static_assert(offsetof(Dwreloc_Cfi_Rule, address_space) ==
              offsetof(CfiRule, address_space));
static_assert(offsetof(Dwreloc_Cfi_Rule, kind) == offsetof(CfiRule, kind));
static_assert(offsetof(Dwreloc_Cfi_Rule, is_in_cie) ==
              offsetof(CfiRule, is_in_cie));
static_assert(static_cast<int>(CfiRuleKind::kArchitectural) ==
              DWRELOC_CFI_ARCHITECTURAL);
static_assert(static_cast<int>(CfiRuleKind::kCfaRegister) ==
              DWRELOC_CFI_CFA_REGISTER);

const Dwreloc_Cfi_Rule* Wrap(const CfiRule* rule) {
  return reinterpret_cast<const Dwreloc_Cfi_Rule*>(rule);
}

void Describe(const CfiReader& reader, const CfiEntry& found,
              Dwreloc_Cfi_Entry* entry) {
  const Module& module = ModuleOf(reader.sections());
  const Cie& cie = found.cie;
  const Fde& fde = found.fde;
  entry->module = Wrap(&module);
  entry->section = reader.view().index;
  entry->is_cie = found.is_cie;
  entry->cie = cie.offset;
  entry->cie_section = cie.section;
  entry->initial_instructions = cie.instructions;
  entry->cie_end = cie.end;
  entry->offset = found.is_cie ? cie.offset : fde.offset;
  entry->end = found.is_cie ? cie.end : fde.end;
  entry->instructions = found.is_cie ? cie.instructions : fde.instructions;
  entry->has_lsda = fde.has_lsda;
  entry->has_null_lsda = fde.has_null_lsda;
  entry->version = static_cast<uint8_t>(cie.encoding.version);
  entry->address_size = cie.encoding.address_size;
  entry->offset_size = static_cast<uint8_t>(cie.encoding.offset_size());
  entry->segment_selector_size = cie.segment_selector_size;
  entry->fde_encoding = cie.fde_encoding;
  entry->lsda_encoding = cie.lsda_encoding;
  entry->personality_encoding = cie.personality_encoding;
  entry->is_signal_frame = cie.is_signal_frame;
  entry->is_b_key_frame = cie.is_b_key_frame;
  entry->is_mte_tagged_frame = cie.is_mte_tagged_frame;
  entry->is_understood = cie.is_understood;
  entry->unknown_augmentation = cie.unknown_augmentation;
  entry->augmentation = cie.augmentation.data();
  if (cie.has_augmentation_data) {
    entry->augmentation_data =
        reader.view().bytes.data() +
        (found.is_cie ? cie.augmentation_data : fde.augmentation_data);
    entry->augmentation_size =
        found.is_cie ? cie.augmentation_size : fde.augmentation_size;
  }
  entry->code_alignment_factor = cie.code_alignment_factor;
  entry->data_alignment_factor = cie.data_alignment_factor;
  entry->return_address_register = cie.return_address_register;
  entry->personality = Wrap(module, cie.personality);
  entry->initial_location = Wrap(module, fde.initial_location);
  entry->address_range = Wrap(module, fde.address_range);
  entry->lsda = Wrap(module, fde.lsda);
}

// The next entry of a reader, for the caller.
int Next(CfiReader& reader, Dwreloc_Cfi_Entry* entry) {
  *entry = {};
  CfiEntry found;
  const absl::StatusOr<bool> result = reader.Next(&found);
  if (!result.ok()) return Fail(ModuleOf(reader.sections()), result.status());
  if (!*result) return 0;
  Describe(reader, found, entry);
  return 1;
}

// What instructions and rows need, from what the caller has.
CfiEntry Undescribe(const Dwreloc_Cfi_Entry& entry) {
  CfiEntry result;
  result.is_cie = entry.is_cie != 0;
  Cie& cie = result.cie;
  cie.section = entry.cie_section;
  cie.offset = entry.cie;
  cie.end = entry.cie_end;
  cie.instructions = entry.initial_instructions;
  cie.encoding.address_size = entry.address_size;
  cie.fde_encoding = entry.fde_encoding;
  cie.is_understood = entry.is_understood != 0;
  cie.code_alignment_factor = entry.code_alignment_factor;
  cie.data_alignment_factor = entry.data_alignment_factor;
  if (!result.is_cie) {
    result.fde.offset = entry.offset;
    result.fde.end = entry.end;
    result.fde.instructions = entry.instructions;
    result.fde.initial_location = Unwrap(entry.initial_location);
    result.fde.address_range = Unwrap(entry.address_range);
  }
  return result;
}

int GiveExpression(const Dwreloc_Cfi_Entry& entry, SectionPlace place,
                   uint64_t size, Dwreloc_Expression* expression) {
  const absl::StatusOr<SectionView>& view =
      Unwrap(entry.module).sections().View(place.section);
  if (!view.ok()) return Fail(entry.module, view.status());
  if (!Fits(place.offset, size, view->bytes.size())) {
    return Fail(entry.module,
                MakeError(ErrorCode::kBadDwarf, place.section, place.offset,
                          "expression is outside the section"));
  }
  expression->bytes = view->bytes.data() + place.offset;
  expression->size = size;
  expression->offset = place.offset;
  expression->section = place.section;
  expression->version = entry.version;
  expression->address_size = entry.address_size;
  expression->offset_size = entry.offset_size;
  expression->module = entry.module;
  return DWRELOC_OK;
}

// What a Dwreloc_Cfi_Instructions and a Dwreloc_Cfi_Rows hold.
struct InstructionsState {
  const Dwreloc_Module* module;
  CfaInstructionReader reader;
};
struct RowsState {
  const Dwreloc_Module* module;
  CfiRows rows;
};

void Give(const RowsState& state, const CfiRow& found, Dwreloc_Cfi_Row* row) {
  row->begin = Wrap(Unwrap(state.module), found.begin);
  row->end = Wrap(Unwrap(state.module), found.end);
  row->cfa = *Wrap(&found.cfa);
  row->registers = Wrap(found.registers.data());
  row->register_count = found.registers.size();
  row->args_size = found.args_size;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_cfi_section(const Dwreloc_Module* module, uint32_t from,
                        uint32_t* index) try {
  DWRELOC_NOT_NULL(module, index);
  const std::vector<DebugSection>& all = Unwrap(module).file().debug_sections();
  auto section = std::lower_bound(all.begin(), all.end(), from,
                                  [](const DebugSection& one, uint32_t value) {
                                    return one.index < value;
                                  });
  section = std::find_if(section, all.end(), [](const DebugSection& one) {
    return IsFrameSection(one.name);
  });
  if (section == all.end()) return 0;
  *index = section->index;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_begin(const Dwreloc_Module* module, uint32_t section,
                      Dwreloc_Cfi* cfi) try {
  DWRELOC_NOT_NULL(module, cfi);
  Clear(cfi);
  const absl::StatusOr<CfiReader> reader =
      CfiReader::Of(Unwrap(module).sections(), section);
  if (!reader.ok()) return Fail(module, reader.status());
  Emplace(cfi, *reader);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_next(Dwreloc_Cfi* cfi, Dwreloc_Cfi_Entry* entry) try {
  DWRELOC_NOT_NULL(cfi, entry);
  CfiReader* reader = In<CfiReader>(cfi);
  DWRELOC_BEGUN(reader, cfi);
  return Next(*reader, entry);
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_at(const Dwreloc_Module* module, uint32_t section,
                   uint64_t offset, Dwreloc_Cfi_Entry* entry) try {
  DWRELOC_NOT_NULL(module, entry);
  *entry = {};
  absl::StatusOr<CfiReader> reader =
      CfiReader::Of(Unwrap(module).sections(), section, offset);
  if (!reader.ok()) return Fail(module, reader.status());
  const int result = Next(*reader, entry);
  if (result < 0) return result;
  if (result > 0 && entry->offset == offset) return DWRELOC_OK;
  *entry = {};
  return Fail(module, MakeError(ErrorCode::kNotFound, section, offset,
                                "no entry there"));
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_find_relocatable(const Dwreloc_Module* module, uint32_t section,
                                 const Dwreloc_Relocatable* pc,
                                 Dwreloc_Cfi_Entry* entry) try {
  DWRELOC_NOT_NULL(module, pc, entry);
  *entry = {};
  DWRELOC_VALUE(pc, Unwrap(module));
  const std::optional<SectionPlace> found =
      Unwrap(module).cfi_index().Find(PcOf(Unwrap(module), *pc), section);
  if (!found.has_value()) return NothingAt(Unwrap(module), *pc);
  const int result =
      dwreloc_cfi_at(module, found->section, found->offset, entry);
  return result < 0 ? result : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_instructions_begin(const Dwreloc_Cfi_Entry* entry,
                                   Dwreloc_Cfi_Instructions* instructions) try {
  DWRELOC_NOT_NULL(entry, instructions);
  Clear(instructions);
  DWRELOC_FILLED(entry);
  const DwarfSections& sections = Unwrap(entry->module).sections();
  const absl::StatusOr<SectionView>& view = sections.View(entry->section);
  if (!view.ok()) return Fail(entry->module, view.status());
  Emplace(instructions,
          InstructionsState{.module = entry->module,
                            .reader = CfaInstructionReader(
                                sections, *view, Undescribe(*entry).cie,
                                entry->instructions, entry->end)});
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_instructions_next(Dwreloc_Cfi_Instructions* instructions,
                                  Dwreloc_Cfi_Instruction* instruction) try {
  DWRELOC_NOT_NULL(instructions, instruction);
  InstructionsState* state = In<InstructionsState>(instructions);
  DWRELOC_BEGUN(state, instructions);
  CfaInstruction next;
  if (!state->reader.Next(&next)) {
    return state->reader.ok() ? 0 : Fail(state->module, state->reader.status());
  }
  SetZero(instruction);
  instruction->opcode = next.opcode;
  instruction->operand_count = next.operand_count;
  instruction->is_signed = next.is_signed;
  instruction->moves_location = next.moves_location;
  instruction->has_expression = next.has_expression;
  instruction->offset = next.offset;
  instruction->size = next.size;
  instruction->location = Wrap(Unwrap(state->module), next.location);
  std::memcpy(instruction->operands, next.operands, sizeof(next.operands));
  instruction->expression_offset = next.expression_offset;
  instruction->expression_size = next.expression_size;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_rows_begin(const Dwreloc_Cfi_Entry* entry,
                           Dwreloc_Cfi_Rows* rows) try {
  DWRELOC_NOT_NULL(entry, rows);
  Clear(rows);
  DWRELOC_FILLED(entry);
  const DwarfSections& sections = Unwrap(entry->module).sections();
  const absl::StatusOr<SectionView>& view = sections.View(entry->section);
  if (!view.ok()) return Fail(entry->module, view.status());
  // In place: it is large, and mostly room for rules to come.
  new (Prepare<RowsState>(rows))
      RowsState{.module = entry->module,
                .rows = CfiRows(sections, *view, Undescribe(*entry))};
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_rows_next(Dwreloc_Cfi_Rows* rows, Dwreloc_Cfi_Row* row) try {
  DWRELOC_NOT_NULL(rows, row);
  SetZero(row);
  RowsState* state = In<RowsState>(rows);
  DWRELOC_BEGUN(state, rows);
  CfiRow next;
  if (!state->rows.Next(&next)) {
    return state->rows.ok() ? 0 : Fail(state->module, state->rows.status());
  }
  Give(*state, next, row);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_row_at(const Dwreloc_Module* module, uint32_t section,
                       const Dwreloc_Relocatable* pc, Dwreloc_Cfi_Entry* entry,
                       Dwreloc_Cfi_Rows* rows, Dwreloc_Cfi_Row* row) try {
  DWRELOC_NOT_NULL(module, pc, entry, rows, row);
  *entry = {};
  *row = {};
  Clear(rows);
  DWRELOC_VALUE(pc, Unwrap(module));
  Dwreloc_Cfi_Entry found;
  int result = dwreloc_cfi_find_relocatable(module, section, pc, &found);
  if (result == 1) result = dwreloc_cfi_rows_begin(&found, rows);
  if (result != 1) return result;
  RowsState& state = *In<RowsState>(rows);
  CfiRow next;
  if (state.rows.Find(PcOf(Unwrap(module), *pc), &next)) {
    *entry = found;
    Give(state, next, row);
    return 1;
  }
  const absl::Status status = state.rows.status();
  Clear(rows);
  return status.ok() ? 0 : Fail(module, status);
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_expression(const Dwreloc_Cfi_Entry* entry, uint64_t offset,
                           uint64_t size, Dwreloc_Expression* expression) try {
  DWRELOC_NOT_NULL(entry, expression);
  *expression = {};
  DWRELOC_FILLED(entry);
  return GiveExpression(*entry, {entry->section, offset}, size, expression);
} catch (...) {
  return FailCaught();
}

int dwreloc_cfi_rule_expression(const Dwreloc_Cfi_Entry* entry,
                                const Dwreloc_Cfi_Rule* rule,
                                Dwreloc_Expression* expression) try {
  DWRELOC_NOT_NULL(entry, rule, expression);
  *expression = {};
  DWRELOC_FILLED(entry);
  DWRELOC_EXPECT(rule->kind == DWRELOC_CFI_EXPRESSION ||
                     rule->kind == DWRELOC_CFI_VAL_EXPRESSION,
                 rule, "has no expression");
  return GiveExpression(
      *entry,
      {rule->is_in_cie != 0 ? entry->cie_section : entry->section,
       static_cast<uint64_t>(rule->value)},
      rule->size, expression);
} catch (...) {
  return FailCaught();
}
