// Attribute values: the class, size and decoding of each form (DWARF 5 7.5.5,
// 7.5.6; GNU extensions).
//
// Decoding yields what is stored, relocated: indices and offsets are not
// followed here (see strings, addr, ranges, loc).  An Attribute has the
// layout of Dwreloc_Attribute, so that the C API hands it out as it is.
// Tested by tests/unit/dwarf/form_test.cc.

#ifndef LIBDWRELOC_DWARF_FORM_H_
#define LIBDWRELOC_DWARF_FORM_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "dwarf/abbrev.h"
#include "read/encoding.h"
#include "read/reloc_cursor.h"

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
  kSecoffset = 16,  // sec_offset of an attribute that is not known
};

enum AttributeFlags : uint8_t {
  kAttributeHasRecord = 1,
  kAttributeSymbolic = 2,
  kAttributeBad = 4,
  kAttributeSigned = 8,
};

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
  uint8_t reserved = 0;
  uint32_t section = kNoSection;
};

// The class of an attribute's value, which for DWARF 2 and 3 depends on the
// attribute as well: data4 and data8 were offsets too.
AttributeClass ClassOf(uint16_t name, uint16_t form, uint16_t version);

// Reads one attribute value at the cursor into *attribute (unit is left
// alone).  False if the form is unknown or the data ends; then
// FormError says why.
bool DecodeAttribute(RelocCursor& cursor, const AttributeSpec& spec,
                     Encoding encoding, Attribute* attribute);

// Reads the values of a whole DIE.  Returns how many could be read, all if the
// result is specs.size(); at most `capacity` of them are stored.  *last is
// scratch, and on a failure the attribute that failed.
size_t DecodeAttributes(RelocCursor& cursor,
                        std::span<const AttributeSpec> specs, const Unit& unit,
                        Encoding encoding, Attribute* attributes,
                        size_t capacity, Attribute* last);

// After DecodeAttribute failed.
absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute);

bool IsBlockForm(uint16_t form);
// Does a reference of that form count from the start of its unit?
bool IsUnitReferenceForm(uint16_t form);
bool IsAddressIndexForm(uint16_t form);
bool IsStringIndexForm(uint16_t form);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FORM_H_
