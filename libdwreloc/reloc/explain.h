// Values in words: what one counts from, or why it is not available: the type's
// name, the symbol, and the rule that the record breaks.
// Tested by tests/unit/reloc/explain_test.cc.

#ifndef LIBDWRELOC_RELOC_EXPLAIN_H_
#define LIBDWRELOC_RELOC_EXPLAIN_H_

#include <string>

#include "absl/status/status.h"
#include "reloc/evaluate.h"
#include "reloc/reloc_table.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// "counter"; a symbol without a name is "symbol 5".
std::string SymbolName(const RelocContext& context, uint32_t index);
// "+0x10", "-0x8".
std::string SignedHex(uint64_t value);

// "invalid relocation record R_X86_64_64: overlaps the record at 0x10"; for a
// valid value that is not a number: "value requires relocation: it counts in
// .text".
// REQUIRES: !value.is_constant().
std::string WhyNoNumber(const RelocContext& context, const RelocValue& value);
// The same as the failure of a datum that should be a number.
absl::Status NoNumber(const RelocContext& context, const RelocValue& value);

// A value as people write it: ".bss+0x10", "symbol-0x8", "0x10"; a bad one as
// the reason in <>.
std::string ValueText(const RelocContext& context, const RelocValue& value);

// The same as the first for all records that a digest could not use for one
// reason.
std::string DescribeDiagnostic(const Machine* machine,
                               const RelocDiagnostic& diagnostic);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_EXPLAIN_H_
