// Attribute values: decoding, and the class that attribute and form have
// together (DWARF 5 7.5.5, 7.5.6; GNU extensions).  What each form is, is a row
// of form_table.
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

#include "dwarf/tree/form_table.h"
#include "read/encoding.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class Unit;

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
  uint16_t name = 0;
  uint16_t form = 0;
  AttributeClass attribute_class = AttributeClass::kUnknown;
  uint8_t flags = 0;
  uint8_t width = 0;
  uint8_t reserved = 0;  // a FormOp
  uint32_t symbol = kNoSymbol;
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
// attribute before its bytes are read; value and unit are not set.
inline void BeginAttribute(const AttributeSpec& spec, uint64_t offset,
                           Attribute* attribute) {
  // Copies name, form, class, flags and width at once: their layout is the same
  // in both, and the spec's op after them goes into the reserved byte.
  static_assert(offsetof(AttributeSpec, op) - offsetof(AttributeSpec, name) ==
                offsetof(Attribute, reserved) - offsetof(Attribute, name));
  constexpr size_t kSize = sizeof(uint64_t);
  static_assert(offsetof(Attribute, symbol) - offsetof(Attribute, name) ==
                kSize);
  std::memcpy(
      reinterpret_cast<uint8_t*>(attribute) + offsetof(Attribute, name),
      reinterpret_cast<const uint8_t*>(&spec) + offsetof(AttributeSpec, name),
      kSize);
  attribute->offset = offset;
  attribute->data = 0;
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

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_FORM_H_
