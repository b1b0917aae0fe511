// The part of the full read of audit/owners that reads the lookup tables:
// .debug_aranges, .debug_pubnames and similar sections, .debug_names.
// Tested by tests/unit/module/owners_test.cc and, over real modules,
// tests/modules.

#ifndef LIBDWRELOC_AUDIT_OWNERS_LOOKUP_H_
#define LIBDWRELOC_AUDIT_OWNERS_LOOKUP_H_

#include "audit/owners.h"
#include "module/module.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// Reads them once.  Whenever `observer` is told of a datum, *owner is its
// owner.  `listener` is told what cannot be read, unless it is nullptr.
void ReadLookupTables(const Module& module, RelocObserver* observer,
                      Owner* owner, ReadListener* listener);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_OWNERS_LOOKUP_H_
