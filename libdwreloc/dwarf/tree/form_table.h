// The forms of attributes, one row each: how a value is read, its class, and
// what it leads to (DWARF 5 7.5.5, 7.5.6; forms of GNU and LLVM).
//
// All that depends on the form alone is here: reading (form), following
// (strings, addr, reference, value) and line tables ask for the row.  Every
// form with a name in constants.inc has one; form_table.cc does not compile
// otherwise.
// Tested by tests/unit/dwarf/form_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_FORM_TABLE_H_
#define LIBDWRELOC_DWARF_TREE_FORM_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "dwarf/code_index.h"

namespace dwreloc::internal {

enum class AttributeClass : uint8_t {  // DWARF 5 7.5.5
  kUnknown = 0,
  kAddress = 1,
  kConstant = 2,
  kString = 3,
  kFlag = 4,
  kReference = 5,
  kBlock = 6,
  kExprloc = 7,
  kLineptr = 8,
  kLoclist = 9,
  kRnglist = 10,
  kMacptr = 11,
  kAddrptr = 12,
  kStroffsetsptr = 13,
  kLoclistsptr = 14,
  kRnglistsptr = 15,
  kSecoffset = 16,  // sec_offset of an unknown attribute
};

// How the bytes of a form are read, given the unit's encoding.
enum class FormOp : uint8_t {
  kFixed1,  // a number that never has a relocation
  kFixed2,
  kFixed3,
  kFixed4,
  kFixed8,
  kValue1,  // a number or address that may have one
  kValue2,
  kValue4,
  kValue8,
  kOffset2,  // an offset in another section, which may have one
  kOffset4,
  kOffset8,
  kFixed16,
  kFlagPresent,    // no bytes: the value is known
  kImplicitConst,  // no bytes: the value is in the declaration
  kUleb,
  kSleb,
  kString,  // up to its NUL
  kBlock1,  // a length of one byte, and as many bytes
  kBlock2,
  kBlock4,
  kBlockUleb,
  kUlebValue4,  // an index, and 4 bytes that may have a relocation
  kIndirect,    // the form itself precedes the value
  kUnknown,
};

enum AttributeFlags : uint8_t {
  kAttributeHasRecord = 1,
  kAttributeSymbolic = 2,
  kAttributeBad = 4,
  kAttributeSigned = 8,
};

// Returns true if the form determines the value's size, which is then
// AttributeSpec::width.
constexpr bool HasFixedSize(FormOp op) { return op <= FormOp::kImplicitConst; }

// Returns true if a value takes no bytes of its DIE.  A declaration may have
// any number of attributes without bytes, and each DIE that names it, in one
// byte, would be as much work as all of them.  There are about 50 flags in
// DWARF 5, and a DIE has only a few.
constexpr bool TakesNoBytes(FormOp op) {
  return op == FormOp::kFlagPresent || op == FormOp::kImplicitConst;
}
inline constexpr size_t kMaxAttributesWithoutBytes = 64;

// Returns true if the value is a length and as many bytes.
constexpr bool IsBlock(FormOp op) {
  return op >= FormOp::kBlock1 && op <= FormOp::kBlockUleb;
}

// What a value leads to.
enum class FormTarget : uint8_t {
  kNone,          // nothing, or what the attribute says
  kUnitDie,       // a DIE, by its offset in the same unit
  kInfoDie,       // a DIE, by its offset in .debug_info
  kTypeUnit,      // a type, by its signature
  kSupDie,        // a DIE of the supplementary file
  kStringHere,    // the string is the value
  kStr,           // a string, by its offset in .debug_str
  kLineStr,       // in .debug_line_str
  kSupStr,        // in the supplementary file
  kStringIndex,   // an entry of .debug_str_offsets
  kAddressIndex,  // an entry of .debug_addr
  kListIndex,     // an entry of the table in front of lists
};

// What the width of a value follows.
enum class FormWidth : uint8_t {
  kForm,
  // The row has the op of 2 bytes; those of 4 and 8 are next to it.
  kAddress,  // Encoding::address_size
  kRefAddr,  // Encoding::ref_addr_size()
  kOffset,   // Encoding::offset_size()
};

// Begins as AttributeSpec ends: most of a spec is a copy of a row.
struct alignas(8) FormRow {
  AttributeClass attribute_class = AttributeClass::kUnknown;
  uint8_t flags = 0;  // AttributeFlags
  uint8_t width = 0;  // bytes, see Attribute
  FormOp op = FormOp::kUnknown;
  FormTarget target = FormTarget::kNone;
  FormWidth follows = FormWidth::kForm;
  // Some attributes give the form another class: see ClassOf.
  bool has_class_of_attribute = false;

  friend constexpr bool operator==(const FormRow&, const FormRow&) = default;
};
static_assert(sizeof(FormRow) == 8);

[[gnu::visibility("hidden")]] extern const CodeIndex<FormRow> kForms;

// The row of a form; FormOp::kUnknown if there is none.
inline const FormRow& FormRowOf(uint16_t form) { return kForms.Find(form); }

inline bool IsBlockForm(uint16_t form) { return IsBlock(FormRowOf(form).op); }
// Returns true if a reference of that form counts from the start of its unit.
inline bool IsUnitReferenceForm(uint16_t form) {
  return FormRowOf(form).target == FormTarget::kUnitDie;
}
inline bool IsAddressIndexForm(uint16_t form) {
  return FormRowOf(form).target == FormTarget::kAddressIndex;
}
inline bool IsStringIndexForm(uint16_t form) {
  return FormRowOf(form).target == FormTarget::kStringIndex;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_FORM_TABLE_H_
