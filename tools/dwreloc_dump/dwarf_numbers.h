// dwarf_numbers.h - the few constants of DWARF that the program itself looks
// at.  Names of all others come from the library.  DWARF 5 section 7.5.4 to
// 7.7; GNU extensions as gcc and binutils define them.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_DWARF_NUMBERS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_DWARF_NUMBERS_H_

#include <cstdint>

namespace dwreloc_dump {

enum : std::uint16_t {
  DW_AT_name = 0x03,
  DW_AT_high_pc = 0x12,
  DW_AT_decl_column = 0x39,
  DW_AT_decl_file = 0x3a,
  DW_AT_decl_line = 0x3b,
  DW_AT_macro_info = 0x43,
  DW_AT_ranges = 0x55,
  DW_AT_call_column = 0x57,
  DW_AT_call_file = 0x58,
  DW_AT_call_line = 0x59,
  DW_AT_linkage_name = 0x6e,
  DW_AT_MIPS_linkage_name = 0x2007,
  DW_AT_GNU_locviews = 0x2137,
};

enum : std::uint16_t {
  DW_FORM_data2 = 0x05,
  DW_FORM_data4 = 0x06,
  DW_FORM_data8 = 0x07,
  DW_FORM_string = 0x08,
  DW_FORM_data1 = 0x0b,
  DW_FORM_flag = 0x0c,
  DW_FORM_sdata = 0x0d,
  DW_FORM_udata = 0x0f,
  DW_FORM_ref_addr = 0x10,
  DW_FORM_ref1 = 0x11,
  DW_FORM_ref2 = 0x12,
  DW_FORM_ref4 = 0x13,
  DW_FORM_ref8 = 0x14,
  DW_FORM_ref_udata = 0x15,
  DW_FORM_flag_present = 0x19,
  DW_FORM_strx = 0x1a,
  DW_FORM_addrx = 0x1b,
  DW_FORM_ref_sup4 = 0x1c,
  DW_FORM_strp_sup = 0x1d,
  DW_FORM_data16 = 0x1e,
  DW_FORM_line_strp = 0x1f,
  DW_FORM_ref_sig8 = 0x20,
  DW_FORM_implicit_const = 0x21,
  DW_FORM_loclistx = 0x22,
  DW_FORM_rnglistx = 0x23,
  DW_FORM_ref_sup8 = 0x24,
  DW_FORM_strx1 = 0x25,
  DW_FORM_strx4 = 0x28,
  DW_FORM_addrx1 = 0x29,
  DW_FORM_addrx4 = 0x2c,
  DW_FORM_GNU_addr_index = 0x1f01,
  DW_FORM_GNU_str_index = 0x1f02,
  DW_FORM_GNU_ref_alt = 0x1f20,
  DW_FORM_GNU_strp_alt = 0x1f21,
  DW_FORM_LLVM_addrx_offset = 0x2001,
};

enum : std::uint8_t {
  DW_OP_LLVM_user = 0xe9,
};

enum : std::uint8_t {
  DW_CFA_set_loc = 0x01,
};

enum : std::uint8_t {
  DW_EH_PE_indirect = 0x80,
  DW_EH_PE_omit = 0xff,
};

// The value is an index into .debug_str_offsets, .debug_addr, or the offsets
// in front of the lists.
constexpr bool IsIndexForm(std::uint16_t form) {
  return form == DW_FORM_strx || form == DW_FORM_addrx ||
         form == DW_FORM_loclistx || form == DW_FORM_rnglistx ||
         (form >= DW_FORM_strx1 && form <= DW_FORM_addrx4) ||
         form == DW_FORM_GNU_addr_index || form == DW_FORM_GNU_str_index ||
         form == DW_FORM_LLVM_addrx_offset;
}

// The value is an offset in a supplementary (dwz) file.
constexpr bool IsSupplementaryForm(std::uint16_t form) {
  return form == DW_FORM_ref_sup4 || form == DW_FORM_ref_sup8 ||
         form == DW_FORM_strp_sup || form == DW_FORM_GNU_ref_alt ||
         form == DW_FORM_GNU_strp_alt;
}

// A reference counted from the start of its unit.
constexpr bool IsUnitReference(std::uint16_t form) {
  return form >= DW_FORM_ref1 && form <= DW_FORM_ref_udata;
}

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_DWARF_NUMBERS_H_
