// dwarf/constants: values against the tables of DWARF 5 section 7.5 ff. and
// the registries of the GNU and LLVM extensions, written down here a second
// time; names of known values, none for others.

#include "dwarf/constants.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <string>

namespace dwreloc::internal {
namespace {

// Table 7.5 and its kin: the ends of each range and what is easily mistaken.
TEST(ConstantsTest, ValuesAreThoseOfTheStandard) {
  EXPECT_EQ(DW_TAG_array_type, 0x01);
  EXPECT_EQ(DW_TAG_compile_unit, 0x11);
  EXPECT_EQ(DW_TAG_subprogram, 0x2e);
  EXPECT_EQ(DW_TAG_variable, 0x34);
  EXPECT_EQ(DW_TAG_type_unit, 0x41);
  EXPECT_EQ(DW_TAG_call_site, 0x48);
  EXPECT_EQ(DW_TAG_skeleton_unit, 0x4a);
  EXPECT_EQ(DW_TAG_immutable_type, 0x4b);
  EXPECT_EQ(DW_TAG_GNU_call_site, 0x4109);
  EXPECT_EQ(DW_TAG_GNU_call_site_parameter, 0x410a);

  EXPECT_EQ(DW_AT_sibling, 0x01);
  EXPECT_EQ(DW_AT_location, 0x02);
  EXPECT_EQ(DW_AT_name, 0x03);
  EXPECT_EQ(DW_AT_stmt_list, 0x10);
  EXPECT_EQ(DW_AT_low_pc, 0x11);
  EXPECT_EQ(DW_AT_high_pc, 0x12);
  EXPECT_EQ(DW_AT_start_scope, 0x2c);
  EXPECT_EQ(DW_AT_data_member_location, 0x38);
  EXPECT_EQ(DW_AT_frame_base, 0x40);
  EXPECT_EQ(DW_AT_macro_info, 0x43);
  EXPECT_EQ(DW_AT_ranges, 0x55);
  EXPECT_EQ(DW_AT_signature, 0x69);
  EXPECT_EQ(DW_AT_linkage_name, 0x6e);
  EXPECT_EQ(DW_AT_str_offsets_base, 0x72);
  EXPECT_EQ(DW_AT_addr_base, 0x73);
  EXPECT_EQ(DW_AT_rnglists_base, 0x74);
  EXPECT_EQ(DW_AT_dwo_name, 0x76);
  EXPECT_EQ(DW_AT_macros, 0x79);
  EXPECT_EQ(DW_AT_call_return_pc, 0x7d);
  EXPECT_EQ(DW_AT_call_value, 0x7e);
  EXPECT_EQ(DW_AT_loclists_base, 0x8c);
  EXPECT_EQ(DW_AT_MIPS_linkage_name, 0x2007);
  EXPECT_EQ(DW_AT_GNU_call_site_value, 0x2111);
  EXPECT_EQ(DW_AT_GNU_macros, 0x2119);
  EXPECT_EQ(DW_AT_GNU_ranges_base, 0x2132);
  EXPECT_EQ(DW_AT_GNU_addr_base, 0x2133);
  EXPECT_EQ(DW_AT_GNU_locviews, 0x2137);

  EXPECT_EQ(DW_MACRO_define, 0x01);
  EXPECT_EQ(DW_MACRO_import, 0x07);
  EXPECT_EQ(DW_MACRO_import_sup, 0x0a);
  EXPECT_EQ(DW_MACRO_undef_strx, 0x0c);
  EXPECT_EQ(DW_MACRO_GNU_transparent_include_alt, 0x0a);
  EXPECT_EQ(DW_MACINFO_vendor_ext, 0xff);
  EXPECT_EQ(DW_SECT_INFO, 1);
  EXPECT_EQ(DW_SECT_RNGLISTS, 8);
  EXPECT_EQ(DW_SECT_GNU_MACRO, 8);

  EXPECT_EQ(DW_FORM_addr, 0x01);
  EXPECT_EQ(DW_FORM_block2, 0x03);
  EXPECT_EQ(DW_FORM_data8, 0x07);
  EXPECT_EQ(DW_FORM_strp, 0x0e);
  EXPECT_EQ(DW_FORM_ref_addr, 0x10);
  EXPECT_EQ(DW_FORM_indirect, 0x16);
  EXPECT_EQ(DW_FORM_sec_offset, 0x17);
  EXPECT_EQ(DW_FORM_exprloc, 0x18);
  EXPECT_EQ(DW_FORM_flag_present, 0x19);
  EXPECT_EQ(DW_FORM_strx, 0x1a);
  EXPECT_EQ(DW_FORM_addrx, 0x1b);
  EXPECT_EQ(DW_FORM_ref_sup4, 0x1c);
  EXPECT_EQ(DW_FORM_strp_sup, 0x1d);
  EXPECT_EQ(DW_FORM_data16, 0x1e);
  EXPECT_EQ(DW_FORM_line_strp, 0x1f);
  EXPECT_EQ(DW_FORM_ref_sig8, 0x20);
  EXPECT_EQ(DW_FORM_implicit_const, 0x21);
  EXPECT_EQ(DW_FORM_loclistx, 0x22);
  EXPECT_EQ(DW_FORM_rnglistx, 0x23);
  EXPECT_EQ(DW_FORM_ref_sup8, 0x24);
  EXPECT_EQ(DW_FORM_strx1, 0x25);
  EXPECT_EQ(DW_FORM_addrx4, 0x2c);
  EXPECT_EQ(DW_FORM_GNU_addr_index, 0x1f01);
  EXPECT_EQ(DW_FORM_GNU_str_index, 0x1f02);
  EXPECT_EQ(DW_FORM_GNU_ref_alt, 0x1f20);
  EXPECT_EQ(DW_FORM_GNU_strp_alt, 0x1f21);

  EXPECT_EQ(DW_OP_addr, 0x03);
  EXPECT_EQ(DW_OP_const1u, 0x08);
  EXPECT_EQ(DW_OP_consts, 0x11);
  EXPECT_EQ(DW_OP_plus_uconst, 0x23);
  EXPECT_EQ(DW_OP_bra, 0x28);
  EXPECT_EQ(DW_OP_skip, 0x2f);
  EXPECT_EQ(DW_OP_lit0, 0x30);
  EXPECT_EQ(DW_OP_reg0, 0x50);
  EXPECT_EQ(DW_OP_breg0, 0x70);
  EXPECT_EQ(DW_OP_breg31, 0x8f);
  EXPECT_EQ(DW_OP_call_ref, 0x9a);
  EXPECT_EQ(DW_OP_implicit_pointer, 0xa0);
  EXPECT_EQ(DW_OP_addrx, 0xa1);
  EXPECT_EQ(DW_OP_constx, 0xa2);
  EXPECT_EQ(DW_OP_reinterpret, 0xa9);
  EXPECT_EQ(DW_OP_GNU_push_tls_address, 0xe0);
  EXPECT_EQ(DW_OP_GNU_implicit_pointer, 0xf2);
  EXPECT_EQ(DW_OP_GNU_reinterpret, 0xf9);
  EXPECT_EQ(DW_OP_GNU_variable_value, 0xfd);

  EXPECT_EQ(DW_UT_compile, 0x01);
  EXPECT_EQ(DW_UT_split_type, 0x06);
  EXPECT_EQ(DW_LNS_copy, 0x01);
  EXPECT_EQ(DW_LNS_set_isa, 0x0c);
  EXPECT_EQ(DW_LNE_end_sequence, 0x01);
  EXPECT_EQ(DW_LNE_set_discriminator, 0x04);
  EXPECT_EQ(DW_LNCT_MD5, 0x05);
  EXPECT_EQ(DW_RLE_offset_pair, 0x04);
  EXPECT_EQ(DW_RLE_start_length, 0x07);
  EXPECT_EQ(DW_LLE_default_location, 0x05);
  EXPECT_EQ(DW_LLE_start_length, 0x08);
  EXPECT_EQ(DW_LLE_GNU_view_pair, 0x09);
  EXPECT_EQ(DW_CFA_advance_loc, 0x40);
  EXPECT_EQ(DW_CFA_restore, 0xc0);
  EXPECT_EQ(DW_CFA_set_loc, 0x01);
  EXPECT_EQ(DW_CFA_restore_state, 0x0b);
  EXPECT_EQ(DW_CFA_expression, 0x10);
  EXPECT_EQ(DW_CFA_val_expression, 0x16);
  EXPECT_EQ(DW_CFA_GNU_args_size, 0x2e);
  EXPECT_EQ(DW_CFA_LLVM_def_aspace_cfa_sf, 0x31);
  EXPECT_EQ(DW_EH_PE_sdata4, 0x0b);
  EXPECT_EQ(DW_EH_PE_funcrel, 0x40);
  EXPECT_EQ(DW_EH_PE_omit, 0xff);
  EXPECT_EQ(DW_ATE_UTF, 0x10);
  EXPECT_EQ(DW_LANG_C99, 0x0c);
  EXPECT_EQ(DW_LANG_C11, 0x1d);
}

TEST(ConstantsTest, KnownValuesHaveTheStandardsName) {
  EXPECT_STREQ(TagName(0x11), "DW_TAG_compile_unit");
  EXPECT_STREQ(AttributeName(0x11), "DW_AT_low_pc");
  EXPECT_STREQ(FormName(0x17), "DW_FORM_sec_offset");
  EXPECT_STREQ(OpName(0x03), "DW_OP_addr");
  EXPECT_STREQ(UnitTypeName(0x04), "DW_UT_skeleton");
  EXPECT_STREQ(RangeEntryName(0x04), "DW_RLE_offset_pair");
  EXPECT_STREQ(LocationEntryName(0x04), "DW_LLE_offset_pair");
  EXPECT_STREQ(IndexAttributeName(0x04), "DW_IDX_parent");
  EXPECT_STREQ(IndexAttributeName(0x2000), "DW_IDX_GNU_internal");
  EXPECT_STREQ(ConstantName(DW_AT_language, 0x0c), "DW_LANG_C99");
  EXPECT_STREQ(ConstantName(DW_AT_encoding, 0x05), "DW_ATE_signed");
  EXPECT_STREQ(ConstantName(DW_AT_inline, 0x01), "DW_INL_inlined");
  EXPECT_STREQ(ConstantName(DW_AT_accessibility, 0x03), "DW_ACCESS_private");
  EXPECT_STREQ(ConstantName(DW_AT_visibility, 0x01), "DW_VIS_local");
  EXPECT_STREQ(ConstantName(DW_AT_virtuality, 0x02),
               "DW_VIRTUALITY_pure_virtual");
  EXPECT_STREQ(ConstantName(DW_AT_identifier_case, 0x03),
               "DW_ID_case_insensitive");
  EXPECT_STREQ(ConstantName(DW_AT_calling_convention, 0x03), "DW_CC_nocall");
  EXPECT_STREQ(ConstantName(DW_AT_ordering, 0x01), "DW_ORD_col_major");
  EXPECT_STREQ(ConstantName(DW_AT_endianity, 0x01), "DW_END_big");
  EXPECT_STREQ(ConstantName(DW_AT_decimal_sign, 0x05),
               "DW_DS_trailing_separate");
  EXPECT_STREQ(ConstantName(DW_AT_defaulted, 0x01), "DW_DEFAULTED_in_class");
}

TEST(ConstantsTest, EveryOperationOfTheStandardHasAName) {
  // DWARF 5 table 7.9: 0x03, 0x06, 0x08 to 0xa9.
  for (uint64_t op = 0x08; op <= 0xa9; ++op) {
    EXPECT_NE(OpName(op), nullptr) << op;
  }
  EXPECT_EQ(std::string(OpName(0x30 + 31)), "DW_OP_lit31");
  EXPECT_EQ(std::string(OpName(0x70 + 6)), "DW_OP_breg6");
}

// DWARF 5 table 7.29, and two machines with one number.
TEST(ConstantsTest, CallFrameInstructions) {
  for (uint64_t opcode = 0; opcode <= 0x16; ++opcode) {
    EXPECT_NE(CfaName(opcode, EM_X86_64), nullptr) << opcode;
    EXPECT_EQ(CfaName(opcode, EM_X86_64), CfaName(opcode, EM_AARCH64));
  }
  EXPECT_STREQ(CfaName(0x40, EM_X86_64), "DW_CFA_advance_loc");
  EXPECT_EQ(CfaName(0x41, EM_X86_64), nullptr);
}

TEST(ConstantsTest, CallFrameInstructionsOfMachines) {
  for (const uint16_t machine : {EM_SPARC, EM_SPARC32PLUS, EM_SPARCV9}) {
    EXPECT_STREQ(CfaName(0x2d, machine), "DW_CFA_GNU_window_save");
    EXPECT_EQ(CfaName(0x2b, machine), nullptr);
    EXPECT_EQ(CfaName(0x2c, machine), nullptr);
  }
  EXPECT_STREQ(CfaName(0x2b, EM_AARCH64), "DW_CFA_AARCH64_set_ra_state");
  EXPECT_STREQ(CfaName(0x2c, EM_AARCH64),
               "DW_CFA_AARCH64_negate_ra_state_with_pc");
  EXPECT_STREQ(CfaName(0x2d, EM_AARCH64), "DW_CFA_AARCH64_negate_ra_state");
  for (const uint16_t machine : {EM_X86_64, EM_ARM, EM_MIPS, EM_PPC64}) {
    for (uint64_t opcode = 0x2b; opcode <= 0x2d; ++opcode) {
      EXPECT_EQ(CfaName(opcode, machine), nullptr) << machine;
    }
    EXPECT_STREQ(CfaName(0x1d, machine), "DW_CFA_MIPS_advance_loc8");
    EXPECT_STREQ(CfaName(0x2e, machine), "DW_CFA_GNU_args_size");
  }
  EXPECT_EQ(CfaName(0x1d, EM_TI_C6000), nullptr);
}

TEST(ConstantsTest, OperationsOfLlvm) {
  EXPECT_EQ(LlvmOpName(0), nullptr);
  EXPECT_STREQ(LlvmOpName(1), "DW_OP_LLVM_nop");
  EXPECT_STREQ(LlvmOpName(0xc), "DW_OP_LLVM_select_bit_piece");
  EXPECT_EQ(LlvmOpName(0xd), nullptr);
}

// Extensions, as the lists of binutils 2.40, LLVM 19 and libdwarf have them.
TEST(ConstantsTest, NamesOfExtensions) {
  EXPECT_STREQ(TagName(0x4090), "DW_TAG_HP_array_descriptor");
  EXPECT_STREQ(TagName(0x4201), "DW_TAG_SUN_function_template");
  EXPECT_STREQ(TagName(0x5101), "DW_TAG_ALTIUM_circ_type");
  EXPECT_STREQ(TagName(0x8765), "DW_TAG_upc_shared_type");
  EXPECT_STREQ(TagName(0xb004), "DW_TAG_BORLAND_Delphi_variant");
  EXPECT_STREQ(AttributeName(0x2012), "DW_AT_HP_raw_data_ptr");
  EXPECT_STREQ(AttributeName(0x2203), "DW_AT_SUN_vtable");
  EXPECT_STREQ(AttributeName(0x2302), "DW_AT_GNAT_descriptive_type");
  EXPECT_STREQ(AttributeName(0x2900), "DW_AT_go_kind");
  EXPECT_STREQ(AttributeName(0x3a00), "DW_AT_PGI_lbase");
  EXPECT_STREQ(AttributeName(0x3fec), "DW_AT_APPLE_objc_complete_type");
  EXPECT_STREQ(ConstantName(DW_AT_language, 0x3a), "DW_LANG_C_plus_plus_23");
  EXPECT_STREQ(ConstantName(DW_AT_language, 0xb000), "DW_LANG_BORLAND_Delphi");
  EXPECT_STREQ(ConstantName(DW_AT_language_name, 0x04), "DW_LNAME_C_plus_plus");
  EXPECT_STREQ(ConstantName(DW_AT_encoding, 0x80), "DW_ATE_HP_float80");
  EXPECT_STREQ(ConstantName(DW_AT_calling_convention, 0xc0),
               "DW_CC_LLVM_vectorcall");
}

// Of several names of one value the same one as ever is printed.
TEST(ConstantsTest, OtherNamesAndBoundsAreNotPrinted) {
  EXPECT_STREQ(TagName(DW_TAG_template_type_param),
               "DW_TAG_template_type_parameter");
  EXPECT_STREQ(AttributeName(DW_AT_stride), "DW_AT_byte_stride");
  EXPECT_STREQ(AttributeName(DW_AT_HP_unmodifiable), "DW_AT_MIPS_fde");
  EXPECT_STREQ(AttributeName(DW_AT_SUN_template),
               "DW_AT_VMS_rtnbeg_pd_address");
  EXPECT_STREQ(OpName(DW_OP_lo_user), "DW_OP_GNU_push_tls_address");
  EXPECT_STREQ(OpName(DW_OP_APPLE_uninit), "DW_OP_GNU_uninit");
  EXPECT_STREQ(IndexAttributeName(DW_IDX_lo_user), "DW_IDX_GNU_internal");
  EXPECT_STREQ(LocationEntryName(DW_LLE_GNU_start_end_entry),
               "DW_LLE_startx_endx");
  EXPECT_STREQ(SectName(DW_SECT_LOC), "DW_SECT_LOCLISTS");
  EXPECT_EQ(TagName(DW_TAG_null), nullptr);
  EXPECT_EQ(TagName(DW_TAG_hi_user), nullptr);
  EXPECT_EQ(AttributeName(DW_AT_hi_user), nullptr);
  EXPECT_EQ(FormName(DW_FORM_lo_user), nullptr);
  EXPECT_EQ(OpName(DW_OP_hi_user), nullptr);
  EXPECT_EQ(UnitTypeName(DW_UT_lo_user), nullptr);
  // What is not read has no name.
  EXPECT_EQ(OpName(DW_OP_PGI_omp_thread_num), nullptr);
  EXPECT_EQ(CfaName(DW_CFA_lo_user, EM_X86_64), nullptr);
  EXPECT_EQ(CfaName(DW_CFA_METAWARE_info, EM_X86_64), nullptr);
  EXPECT_EQ(CfaName(DW_CFA_TI_def_cfa_soffset, EM_TI_C6000), nullptr);
}

TEST(ConstantsTest, UnknownValuesHaveNoName) {
  EXPECT_EQ(TagName(0), nullptr);
  EXPECT_EQ(TagName(0xffff), nullptr);
  EXPECT_EQ(AttributeName(0x3fff), nullptr);
  EXPECT_EQ(FormName(0), nullptr);
  EXPECT_EQ(FormName(0x02), nullptr);  // a hole since DWARF 2
  EXPECT_EQ(OpName(0x04), nullptr);
  EXPECT_EQ(UnitTypeName(0), nullptr);
  EXPECT_EQ(RangeEntryName(8), nullptr);
  EXPECT_EQ(LocationEntryName(10), nullptr);
  EXPECT_EQ(IndexAttributeName(0), nullptr);
  EXPECT_EQ(ConstantName(DW_AT_language, 0xffff), nullptr);
  // No fixed set of values.
  EXPECT_EQ(ConstantName(DW_AT_byte_size, 4), nullptr);
  // Beyond what the tables' type can hold.
  EXPECT_EQ(TagName(uint64_t{0x11} << 32), nullptr);
  EXPECT_EQ(AttributeName(UINT64_MAX), nullptr);
}

}  // namespace
}  // namespace dwreloc::internal
