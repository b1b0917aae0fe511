// ModuleFile: a built image opened as a Module, as far as a user's file goes.
//
//   ModuleFile file(dwarf);  // Finish, Build, open
//   file->LineTableOf(file.unit());

#ifndef TESTS_SUPPORT_MODULE_FILE_H_
#define TESTS_SUPPORT_MODULE_FILE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "dwarf/tree/debug_info.h"
#include "elf/elf_file.h"
#include "module/module.h"
#include "support/dwarf_builder.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {

class ModuleFile {
 public:
  explicit ModuleFile(std::vector<uint8_t> image)
      : image_(std::move(image)),
        module_(ElfFile::OpenMemory(image_, "test").value()) {}
  explicit ModuleFile(ElfBuilder& elf) : ModuleFile(elf.Build()) {}
  explicit ModuleFile(DwarfBuilder& dwarf)
      : ModuleFile((dwarf.Finish(), dwarf.elf().Build())) {}

  Module* operator->() { return &module_; }
  Module& module() { return module_; }

  uint32_t Find(std::string_view name) const {
    for (uint32_t i = 1; i < module_.file().section_count(); ++i) {
      if (module_.file().Name(i) == name) return i;
    }
    return kNoSection;
  }
  const Unit& unit(size_t index = 0) const {
    return module_.info().units().at(index);
  }
  Die root(size_t index = 0) const { return RootDie(unit(index)).value(); }
  // The first child of a unit's DIE.
  Die child(size_t index = 0) const { return FirstChild(root(index))->value(); }

 private:
  std::vector<uint8_t> image_;
  Module module_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_MODULE_FILE_H_
