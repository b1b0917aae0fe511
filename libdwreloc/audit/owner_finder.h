// The full read that finds the owners of records.
//
// Every reader of the library reads all that there is to read, each with the
// same observer, which notes who reads the data that records supply.
// Tested by tests/unit/module/owners_test.cc.

#ifndef LIBDWRELOC_AUDIT_OWNER_FINDER_H_
#define LIBDWRELOC_AUDIT_OWNER_FINDER_H_

#include <cstdint>

#include "audit/owners.h"
#include "module/module.h"

namespace dwreloc::internal {

// See Owners::Find.
void FindOwners(const Module& module, uint32_t section, Owners& owners,
                ReadListener* listener);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_OWNER_FINDER_H_
