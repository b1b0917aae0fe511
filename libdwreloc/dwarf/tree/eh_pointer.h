// Encoded pointers of call frame information: DW_EH_PE_* (LSB 10.5).
//
// An encoding is a format and what the stored number counts from; the type of a
// record says what the linker will store.  In ET_REL a pointer that counts from
// its own place has a PC-relative record, so that both cancel out; a pointer
// and a record that do not agree give what a reader of the linked file would
// get, or an error.  In other files the base is added here, and a base that the
// file does not contain is an error of that pointer.
// Tested by tests/unit/dwarf/eh_pointer_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_EH_POINTER_H_
#define LIBDWRELOC_DWARF_TREE_EH_POINTER_H_

#include <cstdint>

#include "dwarf/sections.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// The parts of an encoding.
inline constexpr uint8_t kEhFormatMask = 0x0f;
inline constexpr uint8_t kEhBaseMask = 0x70;

// Returns true if a pointer of that encoding can be read.  DW_EH_PE_omit is no
// pointer.
bool IsKnownPointerEncoding(uint8_t encoding);

// base + value, where value may be the difference of two symbols: then the
// subtracted one must be in the section of the base.
RelocValue AddToPlace(const SymbolTable& symbols, const RelocValue& base,
                      const RelocValue& value, uint8_t address_size);

// What else a pointer depends on.
struct PointerContext {
  const DwarfSections& sections;
  uint8_t address_size;
  const RelocValue* function = nullptr;  // what DW_EH_PE_funcrel counts from
  // True if a stored 0 means that there is no pointer.  Unwinders add no base
  // to it.
  bool may_be_null = false;
};

// Reads the pointer at the cursor.  DW_EH_PE_indirect changes nothing: the
// value is where the address is stored.
// REQUIRES: IsKnownPointerEncoding(encoding).
RelocValue ReadPointer(const PointerContext& context, RelocCursor& cursor,
                       uint8_t encoding);

// A number in the format of the encoding, without a base.
RelocValue ReadPointerFormat(RelocCursor& cursor, uint8_t encoding,
                             uint8_t address_size);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_EH_POINTER_H_
