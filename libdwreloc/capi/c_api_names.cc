// Names of constants: forwards.
// Tested by tests/api.

#include <elf.h>

#include "capi/arguments.h"
#include "dwarf/constants.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/unit_index.h"
#include "elf/special_index.h"
#include "reloc/howto.h"

using namespace dwreloc::internal;  // NOLINT: the C API is global

const char* dwreloc_tag_name(unsigned value) { return TagName(value); }
const char* dwreloc_at_name(unsigned value) { return AttributeName(value); }
const char* dwreloc_form_name(unsigned value) { return FormName(value); }
const char* dwreloc_op_name(unsigned value) { return OpName(value); }
const char* dwreloc_llvm_op_name(uint64_t value) { return LlvmOpName(value); }
const char* dwreloc_rle_name(unsigned value) { return RangeEntryName(value); }
const char* dwreloc_lle_name(unsigned value) {
  return LocationEntryName(value);
}
const char* dwreloc_lns_name(unsigned value) {
  return StandardOpcodeName(value);
}
const char* dwreloc_lne_name(unsigned value) {
  return ExtendedOpcodeName(value);
}
const char* dwreloc_idx_name(unsigned value) {
  return IndexAttributeName(value);
}
const char* dwreloc_ut_name(unsigned value) { return UnitTypeName(value); }
const char* dwreloc_cfa_name(unsigned value, unsigned e_machine) {
  return e_machine > UINT16_MAX
             ? nullptr
             : CfaName(value, static_cast<uint16_t>(e_machine));
}

const char* dwreloc_macro_name(unsigned version, unsigned opcode) {
  return version > UINT16_MAX
             ? nullptr
             : MacroOpName(static_cast<uint16_t>(version), opcode);
}

const char* dwreloc_sect_name(unsigned version, unsigned value) {
  return version > UINT16_MAX
             ? nullptr
             : SectionIdentifierName(static_cast<uint16_t>(version), value);
}

const char* dwreloc_constant_name(unsigned attribute, uint64_t value) {
  return attribute > UINT16_MAX
             ? nullptr
             : ConstantName(static_cast<uint16_t>(attribute), value);
}

const char* dwreloc_special_index_name(unsigned e_machine, unsigned st_shndx) {
  if (e_machine > UINT16_MAX || st_shndx > UINT16_MAX) return nullptr;
  return FindSpecialIndex(static_cast<uint16_t>(e_machine),
                          static_cast<uint16_t>(st_shndx))
      .name;
}

const char* dwreloc_reloc_type_name(unsigned e_machine, unsigned elf_class,
                                    unsigned type) {
  if (e_machine > UINT16_MAX) return nullptr;
  return FindHowto(
             FindMachine(static_cast<uint16_t>(e_machine), elf_class == 64),
             type)
      .name;
}

const char* dwreloc_file_reloc_type_name(const Dwreloc_Module* module,
                                         unsigned type) {
  if (module == nullptr) return nullptr;
  return FindHowto(FindMachine(Unwrap(module).file()), type).name;
}
