// What relocation records mean: one alone, and those that together give one
// field its value (RISC-V psABI "Relocations", LoongArch psABI, MSP430 EABI).
//
// A value stays relative to what its symbol is relative to; a difference of two
// places in one section is a number.  Nothing is cached here, and nothing but
// the file is looked at: reloc_digest calls this for what its fast pass does
// not know.
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
  const Machine* machine;  // nullptr: not known
};

// The error of a record's datum, which keeps what the record asks for.
inline RelocValue BadRecord(const RawReloc& record, ErrorCode error,
                            RelocFault fault, uint64_t addend) {
  return RelocValue::Bad(error, record.type, record.symbol, fault, addend);
}
inline RelocValue BadRecord(const RawReloc& record, ErrorCode error,
                            RelocFault fault = RelocFault::kNone) {
  return BadRecord(record, error, fault, static_cast<uint64_t>(record.addend));
}

// The value that a single record gives its datum, without looking at others.
// `in_place` are the datum's bytes, for REL.  In .eh_frame a PC-relative record
// gives the place that the field points at, and says that it counts from its
// own; the DWARF sections have no fields that do, and such a record there is
// bad.
RelocValue EvaluateRecord(const RelocContext& context, uint32_t section,
                          const RawReloc& record, bool is_rela,
                          const Howto& howto, uint64_t in_place);

// Does the type give no datum a value, and the error of a record of it.
inline bool IsUnsupported(const Howto& howto) {
  return howto.op == RelocOp::kUnsupported || howto.op == RelocOp::kFromGot ||
         howto.op == RelocOp::kFromGp;
}
RelocValue UnsupportedRecord(const RawReloc& record, const Howto& howto);
// The value of a symbol plus an addend, as a record of it gives it to an
// address; in a linked file what the linker made of it, if it is defined.
// kNoSymbol: the addend alone.
// REQUIRES: symbol < symbols.count() or kNoSymbol.
RelocValue SymbolValue(const RelocContext& context, uint32_t symbol,
                       int64_t addend);
// The value of a place in a section, as a record of its section symbol gives
// it; in a linked file the address.
// REQUIRES: section < file.section_count().
RelocValue SectionValue(const RelocContext& context, uint32_t section,
                        uint64_t offset);

// One of several records that write the same field.
struct SequencePart {
  RawReloc record;
  Howto howto;
};

// Does the record only say what the next one at its place is to subtract
// (R_MSP430_SYM_DIFF)?
inline bool IsPrefix(const Howto& howto) {
  return howto.op == RelocOp::kSub && howto.width == 0 &&
         howto.field == RelocField::kBytes;
}
// Is it made to stand with others at one place?
inline bool IsSequencePart(const Howto& howto) {
  return howto.op == RelocOp::kAdd || howto.op == RelocOp::kSub ||
         howto.op == RelocOp::kSet;
}

// The value that all records at one place give its datum together: one that
// adds or sets at most, and one that subtracts at most.  `bytes` are the
// section's.  The value's width is the field's size.
// REQUIRES: !parts.empty().
RelocValue EvaluateSequence(const RelocContext& context,
                            std::span<const SequencePart> parts, Bytes bytes);

// Bytes of the field that a record at `offset` writes; 0 if the table does not
// say, or if nothing ends a ULEB128 number there.
uint64_t FieldSize(const Howto& howto, Bytes bytes, uint64_t offset);

// A relocated ULEB128 number of more bytes is not one.
inline constexpr uint64_t kMaxFieldSize = 16;

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_EVALUATE_H_
