#include "reloc/howto.h"

#include <elf.h>

#include <algorithm>
#include <iterator>

namespace dwreloc::internal {
namespace {

using enum RelocOp;

// X(type, op, width): the type's number comes from elf.h by its name.
#define X(type, op, width) {type, op, width, #type},
#define DWRELOC_HOWTO_TABLES
#include "reloc/howto_tables.inc"
#undef DWRELOC_HOWTO_TABLES
#undef X

constexpr Machine kMachines[] = {
#define DWRELOC_MACHINES
#include "reloc/howto_tables.inc"
#undef DWRELOC_MACHINES
};

constexpr bool IsAscending(std::span<const Howto> howtos) {
  for (size_t i = 1; i < howtos.size(); ++i) {
    if (howtos[i - 1].type >= howtos[i].type) return false;
  }
  return true;
}
static_assert(std::all_of(std::begin(kMachines), std::end(kMachines),
                          [](const Machine& machine) {
                            return IsAscending(machine.howtos);
                          }));

}  // namespace

const Machine* FindMachine(uint16_t e_machine, bool is_64) {
  for (const Machine& machine : kMachines) {
    if (machine.e_machine == e_machine &&
        (machine.elf_class == 0 || (machine.elf_class == 64) == is_64)) {
      return &machine;
    }
  }
  return nullptr;
}

Howto FindHowto(const Machine* machine, uint32_t type) {
  constexpr Howto kUnknown = {0, kUnsupported, 0, nullptr};
  if (machine == nullptr) return kUnknown;
  const auto found = std::lower_bound(
      machine->howtos.begin(), machine->howtos.end(), type,
      [](const Howto& howto, uint32_t value) { return howto.type < value; });
  return found == machine->howtos.end() || found->type != type ? kUnknown
                                                               : *found;
}

const char* MachineName(uint16_t e_machine) {
  for (const Machine& machine : kMachines) {
    if (machine.e_machine == e_machine) return machine.name;
  }
  return nullptr;
}

}  // namespace dwreloc::internal
