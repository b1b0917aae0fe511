// The frames at a place: the function there and, where it was inlined, those
// that it was inlined into, innermost first.
//
// The innermost frame is where the place's row of the line table says; each
// outer one is where the inlined call was, as the inlined function's DIE says
// (DW_AT_call_file, DW_AT_call_line, DW_AT_call_column; DWARF 5 3.3.8.2).
// Tested by tests/unit/query/call_chain_test.cc.

#ifndef LIBDWRELOC_QUERY_CALL_CHAIN_H_
#define LIBDWRELOC_QUERY_CALL_CHAIN_H_

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "module/module.h"
#include "query/function_name.h"
#include "query/questions.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// A place in the sources; 0 where that is unknown, as line 0 is by the standard
// (DWARF 5 6.2.2).
struct SourcePlace {
  const LineTable* table = nullptr;  // nullptr: not even the file is known
  const char* path = nullptr;        // in full; nullptr: unknown
  uint64_t file = 0;
  uint64_t line = 0;
  uint64_t column = 0;
  uint64_t discriminator = 0;
};

struct CallFrame {
  std::optional<Die> die;  // the function's, if one is known
  FunctionName name;
  bool is_inlined = false;
  SourcePlace place;
  absl::Status place_status;  // why less is known of the place than there is
};

// Trivially copyable.  Borrows the module.  Not to be shared between threads.
class CallChain {
 public:
  // Nothing if the place is in no unit.  An error if it may be in a unit that
  // could not be read.
  static absl::StatusOr<std::optional<CallChain>> At(const Module& module,
                                                     const RelocValue& place);

  // Returns false after the outermost frame.
  bool Next(CallFrame* frame);

  // The function that has the place among its code: the outermost frame's.
  absl::StatusOr<std::optional<Die>> Function() const;
  const Unit& unit() const { return *unit_; }

 private:
  CallChain(const Module& module, const Unit& unit, const RelocValue& place)
      : module_(&module), unit_(&unit), place_(place) {}

  // A trim may have replaced them since the last frame.
  const Questions& questions() const { return Questions::Of(*module_); }
  absl::Status ReadRow(const Questions& questions, SourcePlace& place) const;
  absl::Status ReadCall(const Questions& questions, const FunctionFacts& callee,
                        SourcePlace& place) const;

  const Module* module_;
  const Unit* unit_;  // of the module: the skeleton of a split unit
  RelocValue place_;
  uint32_t function_ = FunctionMap::kNone;  // of the next frame
  // The inlined function whose call the next frame is at; kNone: the first.
  uint32_t callee_ = FunctionMap::kNone;
  bool is_done_ = false;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_CALL_CHAIN_H_
