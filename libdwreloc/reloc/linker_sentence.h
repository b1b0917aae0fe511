// What a linker does with a relocation record, in one sentence: the formula of
// its type (the psABIs) in words, with the record's symbol and addend.
//
// Types with a meaning in data say it by their howto; those of instructions
// have a row in linker_sentence.inc.  A type without a row is told as unknown,
// never as something else.
// Tested by tests/unit/reloc/linker_sentence_test.cc.

#ifndef LIBDWRELOC_RELOC_LINKER_SENTENCE_H_
#define LIBDWRELOC_RELOC_LINKER_SENTENCE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "reloc/evaluate.h"

namespace dwreloc::internal {

// A record as audit/records reads it.
struct RecordInWords {
  RawReloc raw;
  uint32_t section;  // it applies to
  bool is_rela;
  int64_t addend;  // in REL sections the field's bytes, where they are known
  uint64_t size;   // of the field in bytes; 0: unknown
};

// "The linker writes the address of .text+0x10 into these 8 bytes; RELA, so the
// bytes in the file do not count."
std::string LinkerSentence(const RelocContext& context,
                           const RecordInWords& record);

// What is done with records of an instruction's type; "" if there are no words
// for it.  %S stands for the symbol, %T for symbol and addend.
std::string_view InstructionAction(std::string_view type);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_LINKER_SENTENCE_H_
