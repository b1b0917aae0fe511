// Attribute values: the class, size and decoding of each form (DWARF 5 7.5.5,
// 7.5.6; GNU extensions).
//
// Decoding yields what is stored, relocated: indices and offsets are not
// followed here (see strings, addr, ranges, loc).  An Attribute has the layout
// of Dwreloc_Attribute, so that the C API returns it as it is.
// Tested by tests/unit/dwarf/form_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_FORM_H_
#define LIBDWRELOC_DWARF_TREE_FORM_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "read/encoding.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class Unit;

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

enum AttributeFlags : uint8_t {
  kAttributeHasRecord = 1,
  kAttributeSymbolic = 2,
  kAttributeBad = 4,
  kAttributeSigned = 8,
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

// One attribute of a declaration, ready to be decoded: 16 bytes.
struct AttributeSpec {
  int64_t implicit_const = 0;  // or 1 for kFlagPresent
  uint16_t name = 0;
  uint16_t form = 0;
  uint8_t attribute_class = 0;  // AttributeClass
  uint8_t flags = 0;            // AttributeFlags known from the form
  uint8_t width = 0;            // see Attribute
  FormOp op = FormOp::kUnknown;
};
static_assert(sizeof(AttributeSpec) == 16);

struct Attribute {
  const Unit* unit = nullptr;
  uint64_t value = 0;   // see Dwreloc_Attribute
  uint64_t offset = 0;  // of the value in the unit's section
  uint64_t data = 0;    // see Dwreloc_Attribute
  uint32_t symbol = kNoSymbol;
  uint16_t name = 0;
  uint16_t form = 0;
  AttributeClass attribute_class = AttributeClass::kUnknown;
  uint8_t flags = 0;
  uint8_t width = 0;
  uint8_t reserved = 0;  // a FormOp
  uint32_t section = kNoSection;
};

// The class of an attribute's value, which for DWARF 2 and 3 depends on the
// attribute as well: there data4 and data8 could be offsets.
AttributeClass ClassOf(uint16_t name, uint16_t form, uint16_t version);

// How to decode an attribute of that name and form in units of that encoding.
AttributeSpec MakeSpec(uint16_t name, uint16_t form, Encoding encoding);

// Reads one attribute value at the cursor into *attribute (except unit).
// Returns false if the form is unknown or the data end; FormError then says
// why.
// REQUIRES: the spec was made for `encoding`.
bool DecodeAttribute(RelocCursor& cursor, const AttributeSpec& spec,
                     Encoding encoding, Attribute* attribute);

// The parts of decoding that a walk shares.  Sets what is known about an
// attribute before its bytes are read; value, data and unit are not set.
inline void BeginAttribute(const AttributeSpec& spec, uint64_t offset,
                           Attribute* attribute) {
  // Copies name, form, class, flags and width at once: their layout is the same
  // in both, and the spec's op after them goes into the reserved byte.
  static_assert(offsetof(AttributeSpec, op) - offsetof(AttributeSpec, name) ==
                offsetof(Attribute, reserved) - offsetof(Attribute, name));
  constexpr size_t kSize = sizeof(uint64_t);
  static_assert(offsetof(Attribute, section) - offsetof(Attribute, name) ==
                kSize);
  std::memcpy(
      reinterpret_cast<uint8_t*>(attribute) + offsetof(Attribute, name),
      reinterpret_cast<const uint8_t*>(&spec) + offsetof(AttributeSpec, name),
      kSize);
  attribute->offset = offset;
  attribute->symbol = kNoSymbol;
  attribute->section = kNoSection;
}

// What `data` keeps of a value that is not a number: everything from `detail`
// on, which has no member.
inline uint64_t KeepInData(const RelocValue& value) {
  static_assert(sizeof(RelocValue) - offsetof(RelocValue, detail) ==
                sizeof(uint64_t));
  if (value.is_constant()) return 0;
  uint64_t kept;
  std::memcpy(
      &kept,
      reinterpret_cast<const uint8_t*>(&value) + offsetof(RelocValue, detail),
      sizeof(kept));
  return kept;
}

inline void SetValue(const RelocValue& value, Attribute* attribute) {
  attribute->value = value.value;
  if (value.has_record) attribute->flags |= kAttributeHasRecord;
  if (value.is_constant()) return;
  attribute->flags |= value.is_bad() ? kAttributeBad : kAttributeSymbolic;
  attribute->data = KeepInData(value);
  attribute->symbol = value.symbol;
  attribute->section = value.section;
}

// Returns true if the value is what the field holds and needs no relocation.
inline bool IsNumber(const Attribute& attribute) {
  return (attribute.flags & (kAttributeBad | kAttributeSymbolic)) == 0;
}

// The relocated contents of the attribute's field.  REQUIRES: it is a number,
// or not of DW_FORM_LLVM_addrx_offset.
RelocValue FieldOf(const Attribute& attribute);

// After DecodeAttribute failed.
absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute);
// The same for a datum that is not an attribute of a DIE, by the name of its
// kind.
absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute,
                       std::string_view of);

bool IsBlockForm(uint16_t form);
// Returns true if a reference of that form counts from the start of its unit.
bool IsUnitReferenceForm(uint16_t form);
bool IsAddressIndexForm(uint16_t form);
bool IsStringIndexForm(uint16_t form);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_FORM_H_
