#include "reloc/howto.h"

#include <elf.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "elf/elf_file.h"

namespace dwreloc::internal {
namespace {

using enum RelocOp;

// The field of a table's entry: a number of bytes, or one of the others.
struct Field {
  constexpr Field(int bytes)  // NOLINT: 4 is a field of 4 bytes
      : width(static_cast<uint8_t>(bytes)) {}
  constexpr Field(int bytes, RelocField kind)
      : width(static_cast<uint8_t>(bytes)), field(kind) {}
  uint8_t width;
  RelocField field = RelocField::kBytes;
  bool without_mode = false;
};
// A number of bytes that hold an address without the mode bit.
constexpr Field PlainAddress(int bytes) {
  Field field(bytes);
  field.without_mode = true;
  return field;
}
constexpr Field kLow6(1, RelocField::kLow6);
constexpr Field kUleb128(0, RelocField::kUleb128);

// The psABIs say in the name of a type that it counts from the GOT (Itanium and
// PA-RISC: linkage table) or the global pointer.
constexpr RelocOp BaseOf(std::string_view name) {
  for (const std::string_view got : {"GOT", "LTOFF", "DLTIND", "DLTREL"}) {
    if (name.find(got) != std::string_view::npos) return kFromGot;
  }
  return name.find("GPREL") != std::string_view::npos ? kFromGp : kUnsupported;
}

constexpr Howto MakeHowto(uint32_t type, const char* name, RelocOp op,
                          Field field) {
  if (op == kUnsupported) op = BaseOf(name);
  return {type, op, field.width, field.field, field.without_mode, name};
}

// X(type, op, field): the type's number comes from elf.h by its name.
// Y(number, type, op, field): for types that elf.h may lack.
#define X(type, op, field) MakeHowto(type, #type, op, field),
#define Y(number, type, op, field) MakeHowto(number, #type, op, field),
#define DWRELOC_HOWTO_TABLES
#include "reloc/howto_tables.inc"
#undef DWRELOC_HOWTO_TABLES
#undef X
#undef Y

constexpr Machine kMachines[] = {
#define DWRELOC_MACHINES
#include "reloc/howto_tables.inc"
#undef DWRELOC_MACHINES
};

// Machines for which only the name is known.
struct MachineNumber {
  uint16_t e_machine;
  const char* name;
};
constexpr MachineNumber kOtherMachines[] = {
#include "reloc/howto_tables/other_machines.inc"
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

const Machine* FindMachine(const ElfFile& file) {
  // GNU's plain MSP430 uses the numbers of old mspgcc.  The X family is
  // recognized by its flags, TI's compiler by EI_OSABI; both use those of the
  // EABI.
  constexpr uint32_t kMsp430MachMask = 0xff;
  constexpr uint32_t kMsp430x = 45;
  constexpr uint16_t kMsp430Old = 0x1059;
  const bool is_plain_msp430 = file.e_machine() == EM_MSP430 &&
                               (file.e_flags() & kMsp430MachMask) != kMsp430x &&
                               file.os_abi() != ELFOSABI_NONE;
  return FindMachine(is_plain_msp430 ? kMsp430Old : file.e_machine(),
                     file.is_64());
}

Howto FindHowto(const Machine* machine, uint32_t type) {
  constexpr Howto kUnknown = {};
  if (machine == nullptr) return kUnknown;
  const auto found = std::lower_bound(
      machine->howtos.begin(), machine->howtos.end(), type,
      [](const Howto& howto, uint32_t value) { return howto.type < value; });
  return found == machine->howtos.end() || found->type != type ? kUnknown
                                                               : *found;
}

uint32_t AbsoluteType(const Machine* machine, int width, ByteOrder order) {
  if (machine == nullptr) return 0;
  const uint32_t named = width == 4 ? machine->absolute32 : machine->absolute64;
  if (named != 0) return named;
  const bool is_big = order == ByteOrder::kBig;
  for (const Howto& howto : machine->howtos) {
    if (howto.op != kAbsolute || howto.width != width ||
        howto.field != RelocField::kBytes) {
      continue;
    }
    // IA-64 has one type per byte order, in pairs.
    const std::string_view name(howto.name);
    if (name.ends_with(is_big ? "LSB" : "MSB")) continue;
    return howto.type;
  }
  return 0;
}

const char* MachineName(uint16_t e_machine) {
  for (const Machine& machine : kMachines) {
    if (machine.e_machine == e_machine) return machine.name;
  }
  for (const MachineNumber& machine : kOtherMachines) {
    if (machine.e_machine == e_machine) return machine.name;
  }
  return nullptr;
}

}  // namespace dwreloc::internal
