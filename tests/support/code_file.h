// CodeFile: what tests of questions about places have in common: an image with
// two sections of code, and debug sections to be written for it.
//
//   CodeFile code;
//   code.dwarf.Abbrev(...).EndAbbrevs();
//   code.dwarf.Unit({}, [&](DieWriter& die) {
//     die.Die(1);
//     code.Pc(die, code.text, 0x10).Data4(8);
//   });
//   code.Open()->...; code.At(code.text, 0x10)
//
// In linked images the sections have addresses, and so have their places.

#ifndef TESTS_SUPPORT_CODE_FILE_H_
#define TESTS_SUPPORT_CODE_FILE_H_

#include <elf.h>

#include <cstdint>
#include <optional>

#include "read/encoding.h"
#include "reloc/reloc_value.h"
#include "support/dwarf_builder.h"
#include "support/module_file.h"
#include "support/target.h"

namespace dwreloc::internal {

class CodeFile {
 public:
  static constexpr Encoding kDwarf5 = {
      .address_size = 8, .format = Format::kDwarf32, .version = 5};
  static constexpr uint64_t kSize = 0x1000;  // of each section

  explicit CodeFile(Encoding encoding = kDwarf5, const Target& target = kX86_64,
                    uint16_t e_type = ET_REL)
      : elf(target, e_type),
        text(AddCode(".text", 0x400000)),
        init(AddCode(".init.text", 0x500000)),
        dwarf(&elf, encoding) {}

  // The place as the library has it.
  RelocValue At(uint32_t section, uint64_t offset) const {
    if (!elf.is_relocatable()) {
      return RelocValue::Constant(AddressOf(section) + offset);
    }
    return {.value = offset, .section = section, .kind = RelocKind::kSection};
  }
  // Writes the place as an address.
  Assembler& Pc(Assembler& out, uint32_t section, uint64_t offset) {
    if (elf.is_relocatable()) {
      return out.Address(elf.SectionSymbol(section),
                         static_cast<int64_t>(offset));
    }
    return out.Number(AddressOf(section) + offset, elf.target().address_size());
  }
  DieWriter& Pc(DieWriter& die, uint32_t section, uint64_t offset) {
    Pc(die.out(), section, offset);
    return die;
  }
  // Sets the address of a line program.
  LineWriter& Pc(LineWriter& lines, uint32_t section, uint64_t offset) {
    return lines.Extended(2, [&](Assembler& out) { Pc(out, section, offset); });
  }

  ModuleFile& Open() {
    if (!file_.has_value()) file_.emplace(dwarf);
    return *file_;
  }
  const Module& module() { return Open().module(); }

  ElfBuilder elf;
  const uint32_t text;
  const uint32_t init;
  DwarfBuilder dwarf;

 private:
  uint32_t AddCode(const char* name, uint64_t address) {
    return elf.Add({.name = name,
                    .flags = SHF_ALLOC | SHF_EXECINSTR,
                    .addr = elf.is_relocatable() ? 0 : address,
                    .contents = Zeros(kSize)});
  }
  uint64_t AddressOf(uint32_t section) const {
    return section == text ? 0x400000 : 0x500000;
  }

  std::optional<ModuleFile> file_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_CODE_FILE_H_
