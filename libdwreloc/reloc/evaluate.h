// The meaning of relocation records: of a single one, and of several that
// together give one field its value (RISC-V psABI "Relocations", LoongArch
// psABI, MSP430 EABI).
//
// A value stays relative to what its symbol is relative to; a difference of two
// places in one section is a number.  Nothing is cached here, and only the file
// is used: reloc_digest calls this for the records that its fast pass does not
// handle.
// Tested by tests/unit/reloc/reloc_table_test.cc and sequence_test.cc.

#ifndef LIBDWRELOC_RELOC_EVALUATE_H_
#define LIBDWRELOC_RELOC_EVALUATE_H_

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "reloc/howto.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Everything about the file that relocation depends on.  Borrowed.
struct RelocContext {
  const ElfFile& file;
  const SymbolTable& symbols;
  const RelocSections& sections;
  const Machine* machine;  // nullptr: unknown
};

// The error of a record's datum; it keeps the value that the record asks for.
inline RelocValue BadRecord(const RawReloc& record, ErrorCode error,
                            RelocFault fault, uint64_t addend) {
  return RelocValue::Bad(error, record.type, record.symbol, fault, addend);
}
inline RelocValue BadRecord(const RawReloc& record, ErrorCode error,
                            RelocFault fault = RelocFault::kNone) {
  return BadRecord(record, error, fault, static_cast<uint64_t>(record.addend));
}

// The value that a single record gives its datum, regardless of others.
// `in_place` are the datum's bytes, for REL.  In .eh_frame a PC-relative record
// gives the place that the field points at, and is marked as counting from its
// own place; the DWARF sections have no such fields, so there such a record is
// bad.
RelocValue EvaluateRecord(const RelocContext& context, uint32_t section,
                          const RawReloc& record, bool is_rela,
                          const Howto& howto, uint64_t in_place);

// Returns true if the type cannot give a datum a value.  UnsupportedRecord is
// the error of a record of such a type.
inline bool IsUnsupported(const Howto& howto) {
  return howto.op == RelocOp::kUnsupported || howto.op == RelocOp::kFromGot ||
         howto.op == RelocOp::kFromGp;
}
RelocValue UnsupportedRecord(const RawReloc& record, const Howto& howto);
// The value of a symbol plus an addend, as a record gives it to an address; in
// a linked file the address that the linker gave it, if it is defined.
// kNoSymbol: the addend alone.
// REQUIRES: symbol < symbols.count() or kNoSymbol.
RelocValue SymbolValue(const RelocContext& context, uint32_t symbol,
                       int64_t addend);
// The value of a place in a section, as a record against its section symbol
// gives it; in a linked file the address.
// REQUIRES: section < file.section_count().
RelocValue SectionValue(const RelocContext& context, uint32_t section,
                        uint64_t offset);

// Returns true if a record's addend, or a part of it, is what its field holds.
inline bool HasAddendInField(const RelocContext& context, bool is_rela) {
  return !is_rela || (context.machine != nullptr &&
                      context.machine->addend == RelocAddend::kRelaAndInPlace);
}

// One of several records that write the same field.
struct SequencePart {
  RawReloc record;
  Howto howto;
};

// Returns true if the record only says what the next one at its place is to
// subtract (R_MSP430_SYM_DIFF).
inline bool IsPrefix(const Howto& howto) {
  return howto.op == RelocOp::kSub && howto.width == 0 &&
         howto.field == RelocField::kBytes;
}
// Returns true if the type is meant to be combined with others at one place.
inline bool IsSequencePart(const Howto& howto) {
  return howto.op == RelocOp::kAdd || howto.op == RelocOp::kSub ||
         howto.op == RelocOp::kSet;
}

// The value that all records at one place together give their datum: at most
// one that adds or sets, and at most one that subtracts.  `bytes` are the
// section's.  The value's width is the field's size.
// REQUIRES: !parts.empty().
RelocValue EvaluateSequence(const RelocContext& context,
                            std::span<const SequencePart> parts, Bytes bytes);

// Size in bytes of the field that a record at `offset` writes; 0 if the table
// does not say, or if a ULEB128 number there is not terminated.
uint64_t FieldSize(const Howto& howto, Bytes bytes, uint64_t offset);

// No relocated ULEB128 number is longer than this.
inline constexpr uint64_t kMaxFieldSize = 16;

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_EVALUATE_H_
