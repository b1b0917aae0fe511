// RawOperand as the structure of dwreloc.h.

#ifndef LIBDWRELOC_CAPI_OPERANDS_H_
#define LIBDWRELOC_CAPI_OPERANDS_H_

#include "capi/handles.h"
#include "read/raw_operand.h"

namespace dwreloc::internal {

inline Dwreloc_Operand Wrap(const Module& module, const RawOperand& operand) {
  Dwreloc_Operand wrapped = {};
  wrapped.value = Wrap(module, operand.value);
  wrapped.offset = operand.offset;
  wrapped.size = operand.size;
  wrapped.encoding = static_cast<uint8_t>(operand.encoding);
  wrapped.role = static_cast<uint8_t>(operand.role);
  return wrapped;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_CAPI_OPERANDS_H_
