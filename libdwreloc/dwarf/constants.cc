#include "dwarf/constants.h"

#include <elf.h>

namespace dwreloc::internal {

#define X(name, value) \
  case value:          \
    return #name;
#define ALIAS(name, value)

namespace {

const char* BaseTypeEncodingName(uint64_t value) {
  switch (value) {
#define DW_ATE_TABLE
#include "dwarf/constants.inc"
#undef DW_ATE_TABLE
  }
  return nullptr;
}

const char* DecimalSignName(uint64_t value) {
  switch (value) {
#define DW_DS_TABLE
#include "dwarf/constants.inc"
#undef DW_DS_TABLE
  }
  return nullptr;
}

const char* EndianityName(uint64_t value) {
  switch (value) {
#define DW_END_TABLE
#include "dwarf/constants.inc"
#undef DW_END_TABLE
  }
  return nullptr;
}

const char* AccessibilityName(uint64_t value) {
  switch (value) {
#define DW_ACCESS_TABLE
#include "dwarf/constants.inc"
#undef DW_ACCESS_TABLE
  }
  return nullptr;
}

const char* VisibilityName(uint64_t value) {
  switch (value) {
#define DW_VIS_TABLE
#include "dwarf/constants.inc"
#undef DW_VIS_TABLE
  }
  return nullptr;
}

const char* VirtualityName(uint64_t value) {
  switch (value) {
#define DW_VIRTUALITY_TABLE
#include "dwarf/constants.inc"
#undef DW_VIRTUALITY_TABLE
  }
  return nullptr;
}

const char* LanguageName(uint64_t value) {
  switch (value) {
#define DW_LANG_TABLE
#include "dwarf/constants.inc"
#undef DW_LANG_TABLE
  }
  return nullptr;
}

const char* LanguageNameName(uint64_t value) {
  switch (value) {
#define DW_LNAME_TABLE
#include "dwarf/constants.inc"
#undef DW_LNAME_TABLE
  }
  return nullptr;
}

const char* IdentifierCaseName(uint64_t value) {
  switch (value) {
#define DW_ID_TABLE
#include "dwarf/constants.inc"
#undef DW_ID_TABLE
  }
  return nullptr;
}

const char* CallingConventionName(uint64_t value) {
  switch (value) {
#define DW_CC_TABLE
#include "dwarf/constants.inc"
#undef DW_CC_TABLE
  }
  return nullptr;
}

const char* InlineName(uint64_t value) {
  switch (value) {
#define DW_INL_TABLE
#include "dwarf/constants.inc"
#undef DW_INL_TABLE
  }
  return nullptr;
}

const char* OrderingName(uint64_t value) {
  switch (value) {
#define DW_ORD_TABLE
#include "dwarf/constants.inc"
#undef DW_ORD_TABLE
  }
  return nullptr;
}

const char* DefaultedName(uint64_t value) {
  switch (value) {
#define DW_DEFAULTED_TABLE
#include "dwarf/constants.inc"
#undef DW_DEFAULTED_TABLE
  }
  return nullptr;
}

}  // namespace

const char* TagName(uint64_t value) {
  switch (value) {
#define DW_TAG_TABLE
#include "dwarf/constants.inc"
#undef DW_TAG_TABLE
  }
  return nullptr;
}

const char* AttributeName(uint64_t value) {
  switch (value) {
#define DW_AT_TABLE
#include "dwarf/constants.inc"
#undef DW_AT_TABLE
  }
  return nullptr;
}

const char* FormName(uint64_t value) {
  switch (value) {
#define DW_FORM_TABLE
#include "dwarf/constants.inc"
#undef DW_FORM_TABLE
  }
  return nullptr;
}

const char* OpName(uint64_t value) {
  switch (value) {
#define DW_OP_TABLE
#include "dwarf/constants.inc"
#undef DW_OP_TABLE
  }
  return nullptr;
}

const char* UnitTypeName(uint64_t value) {
  switch (value) {
#define DW_UT_TABLE
#include "dwarf/constants.inc"
#undef DW_UT_TABLE
  }
  return nullptr;
}

const char* RangeEntryName(uint64_t value) {
  switch (value) {
#define DW_RLE_TABLE
#include "dwarf/constants.inc"
#undef DW_RLE_TABLE
  }
  return nullptr;
}

const char* LocationEntryName(uint64_t value) {
  switch (value) {
#define DW_LLE_TABLE
#include "dwarf/constants.inc"
#undef DW_LLE_TABLE
  }
  return nullptr;
}

const char* StandardOpcodeName(uint64_t value) {
  switch (value) {
#define DW_LNS_TABLE
#include "dwarf/constants.inc"
#undef DW_LNS_TABLE
  }
  return nullptr;
}

const char* ExtendedOpcodeName(uint64_t value) {
  switch (value) {
#define DW_LNE_TABLE
#include "dwarf/constants.inc"
#undef DW_LNE_TABLE
  }
  return nullptr;
}

const char* IndexAttributeName(uint64_t value) {
  switch (value) {
#define DW_IDX_TABLE
#include "dwarf/constants.inc"
#undef DW_IDX_TABLE
  }
  return nullptr;
}

const char* MacroName(uint64_t value) {
  switch (value) {
#define DW_MACRO_TABLE
#include "dwarf/constants.inc"
#undef DW_MACRO_TABLE
  }
  return nullptr;
}

const char* MacroGnuName(uint64_t value) {
  switch (value) {
#define DW_MACRO_GNU_TABLE
#include "dwarf/constants.inc"
#undef DW_MACRO_GNU_TABLE
  }
  return nullptr;
}

const char* MacinfoName(uint64_t value) {
  switch (value) {
#define DW_MACINFO_TABLE
#include "dwarf/constants.inc"
#undef DW_MACINFO_TABLE
  }
  return nullptr;
}

const char* SectName(uint64_t value) {
  switch (value) {
#define DW_SECT_TABLE
#include "dwarf/constants.inc"
#undef DW_SECT_TABLE
  }
  return nullptr;
}

const char* SectGnuName(uint64_t value) {
  switch (value) {
#define DW_SECT_GNU_TABLE
#include "dwarf/constants.inc"
#undef DW_SECT_GNU_TABLE
    default:
      return SectName(value);
  }
}

const char* LlvmOpName(uint64_t value) {
  switch (value) {
#define DW_OP_LLVM_TABLE
#include "dwarf/constants.inc"
#undef DW_OP_LLVM_TABLE
  }
  return nullptr;
}

namespace {

const char* SparcCfaName(uint64_t value) {
  switch (value) {
#define DW_CFA_SPARC_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_SPARC_TABLE
  }
  return nullptr;
}

const char* AArch64CfaName(uint64_t value) {
  switch (value) {
#define DW_CFA_AARCH64_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_AARCH64_TABLE
  }
  return nullptr;
}

// Texas Instruments gave this number to an instruction of its own.
bool IsTexasInstruments(uint16_t e_machine) {
  return e_machine >= EM_TI_C6000 && e_machine <= EM_TI_PRU;
}

}  // namespace

const char* CfaName(uint64_t value, uint16_t e_machine) {
  const char* own = nullptr;
  switch (e_machine) {
    case EM_SPARC:
    case EM_SPARC32PLUS:
    case EM_SPARCV9:
      own = SparcCfaName(value);
      break;
    case EM_AARCH64:
      own = AArch64CfaName(value);
      break;
    default:
      break;
  }
  if (own != nullptr) return own;
  if (value == DW_CFA_MIPS_advance_loc8 && IsTexasInstruments(e_machine)) {
    return nullptr;
  }
  switch (value) {
#define DW_CFA_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_TABLE
  }
  return nullptr;
}

#undef ALIAS
#undef X

const char* ConstantName(uint16_t attribute, uint64_t value) {
  switch (attribute) {
    case DW_AT_encoding:
      return BaseTypeEncodingName(value);
    case DW_AT_decimal_sign:
      return DecimalSignName(value);
    case DW_AT_endianity:
      return EndianityName(value);
    case DW_AT_accessibility:
      return AccessibilityName(value);
    case DW_AT_visibility:
      return VisibilityName(value);
    case DW_AT_virtuality:
      return VirtualityName(value);
    case DW_AT_language:
      return LanguageName(value);
    case DW_AT_language_name:
      return LanguageNameName(value);
    case DW_AT_identifier_case:
      return IdentifierCaseName(value);
    case DW_AT_calling_convention:
      return CallingConventionName(value);
    case DW_AT_inline:
      return InlineName(value);
    case DW_AT_ordering:
      return OrderingName(value);
    case DW_AT_defaulted:
      return DefaultedName(value);
    default:
      return nullptr;
  }
}

}  // namespace dwreloc::internal
