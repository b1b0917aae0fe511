#include "dwarf/tree/form_table.h"

#include <iterator>

#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

using Class = AttributeClass;
using Op = FormOp;
using To = FormTarget;
using Width = FormWidth;

// By FormOp.
constexpr uint8_t kWidths[] = {1, 2, 3, 4, 8, 1, 2, 4, 8, 2, 4, 8, 16,
                               0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static_assert(std::size(kWidths) == static_cast<size_t>(Op::kUnknown) + 1);

constexpr FormRow Row(Op op, Class of, To to = To::kNone,
                      Width follows = Width::kForm, bool by_attribute = false) {
  const bool is_signed = op == Op::kSleb || op == Op::kImplicitConst;
  return {.attribute_class = of,
          .flags = static_cast<uint8_t>(is_signed ? kAttributeSigned : 0),
          .width = kWidths[static_cast<size_t>(op)],
          .op = op,
          .target = to,
          .follows = follows,
          .has_class_of_attribute = by_attribute};
}
// The attribute may give these another class.
constexpr FormRow RowByAttribute(Op op, Class of,
                                 Width follows = Width::kForm) {
  return Row(op, of, To::kNone, follows, true);
}

// DWARF 5 tables 7.5 and 7.6.
constexpr CodeRow<FormRow> kRows[] = {
    {DW_FORM_addr,
     Row(Op::kValue2, Class::kAddress, To::kNone, Width::kAddress)},
    {DW_FORM_block2, RowByAttribute(Op::kBlock2, Class::kBlock)},
    {DW_FORM_block4, RowByAttribute(Op::kBlock4, Class::kBlock)},
    // A constant may have a record too (DW_AT_high_pc on RISC-V), or be an
    // offset (DWARF 2 and 3).
    {DW_FORM_data2, Row(Op::kValue2, Class::kConstant)},
    {DW_FORM_data4, RowByAttribute(Op::kValue4, Class::kConstant)},
    {DW_FORM_data8, RowByAttribute(Op::kValue8, Class::kConstant)},
    {DW_FORM_string, Row(Op::kString, Class::kString, To::kStringHere)},
    {DW_FORM_block, RowByAttribute(Op::kBlockUleb, Class::kBlock)},
    {DW_FORM_block1, RowByAttribute(Op::kBlock1, Class::kBlock)},
    {DW_FORM_data1, Row(Op::kValue1, Class::kConstant)},
    {DW_FORM_flag, Row(Op::kFixed1, Class::kFlag)},
    {DW_FORM_sdata, Row(Op::kSleb, Class::kConstant)},
    {DW_FORM_strp, Row(Op::kOffset2, Class::kString, To::kStr, Width::kOffset)},
    {DW_FORM_udata, Row(Op::kUleb, Class::kConstant)},
    {DW_FORM_ref_addr,
     Row(Op::kOffset2, Class::kReference, To::kInfoDie, Width::kRefAddr)},
    {DW_FORM_ref1, Row(Op::kFixed1, Class::kReference, To::kUnitDie)},
    {DW_FORM_ref2, Row(Op::kFixed2, Class::kReference, To::kUnitDie)},
    {DW_FORM_ref4, Row(Op::kFixed4, Class::kReference, To::kUnitDie)},
    {DW_FORM_ref8, Row(Op::kFixed8, Class::kReference, To::kUnitDie)},
    {DW_FORM_ref_udata, Row(Op::kUleb, Class::kReference, To::kUnitDie)},
    {DW_FORM_indirect, Row(Op::kIndirect, Class::kUnknown)},
    {DW_FORM_sec_offset,
     RowByAttribute(Op::kOffset2, Class::kSecoffset, Width::kOffset)},
    {DW_FORM_exprloc, Row(Op::kBlockUleb, Class::kExprloc)},
    {DW_FORM_flag_present, Row(Op::kFlagPresent, Class::kFlag)},
    {DW_FORM_strx, Row(Op::kUleb, Class::kString, To::kStringIndex)},
    {DW_FORM_addrx, Row(Op::kUleb, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_ref_sup4, Row(Op::kFixed4, Class::kReference, To::kSupDie)},
    {DW_FORM_strp_sup,
     Row(Op::kOffset2, Class::kString, To::kSupStr, Width::kOffset)},
    {DW_FORM_data16, Row(Op::kFixed16, Class::kConstant)},
    {DW_FORM_line_strp,
     Row(Op::kOffset2, Class::kString, To::kLineStr, Width::kOffset)},
    {DW_FORM_ref_sig8, Row(Op::kFixed8, Class::kReference, To::kTypeUnit)},
    {DW_FORM_implicit_const, Row(Op::kImplicitConst, Class::kConstant)},
    {DW_FORM_loclistx, Row(Op::kUleb, Class::kLoclist, To::kListIndex)},
    {DW_FORM_rnglistx, Row(Op::kUleb, Class::kRnglist, To::kListIndex)},
    {DW_FORM_ref_sup8, Row(Op::kFixed8, Class::kReference, To::kSupDie)},
    {DW_FORM_strx1, Row(Op::kFixed1, Class::kString, To::kStringIndex)},
    {DW_FORM_strx2, Row(Op::kFixed2, Class::kString, To::kStringIndex)},
    {DW_FORM_strx3, Row(Op::kFixed3, Class::kString, To::kStringIndex)},
    {DW_FORM_strx4, Row(Op::kFixed4, Class::kString, To::kStringIndex)},
    {DW_FORM_addrx1, Row(Op::kFixed1, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_addrx2, Row(Op::kFixed2, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_addrx3, Row(Op::kFixed3, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_addrx4, Row(Op::kFixed4, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_GNU_addr_index,
     Row(Op::kUleb, Class::kAddress, To::kAddressIndex)},
    {DW_FORM_GNU_str_index, Row(Op::kUleb, Class::kString, To::kStringIndex)},
    {DW_FORM_GNU_ref_alt,
     Row(Op::kOffset2, Class::kReference, To::kSupDie, Width::kOffset)},
    {DW_FORM_GNU_strp_alt,
     Row(Op::kOffset2, Class::kString, To::kSupStr, Width::kOffset)},
    {DW_FORM_LLVM_addrx_offset,
     Row(Op::kUlebValue4, Class::kAddress, To::kAddressIndex)},
};

}  // namespace

constexpr CodeIndex<FormRow> kForms(kRows);

// Every form has a row.  The other names (ALIAS) are bounds of ranges.
#define X(name, value) static_assert(kForms.Has(value), #name " has no row");
#define ALIAS(name, value)
#define DW_FORM_TABLE
#include "dwarf/constants.inc"
#undef DW_FORM_TABLE
#undef ALIAS
#undef X

}  // namespace dwreloc::internal
