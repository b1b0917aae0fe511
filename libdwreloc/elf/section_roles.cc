#include "elf/section_roles.h"

#include <elf.h>

#include <algorithm>
#include <iterator>

#include "base/status.h"

namespace dwreloc::internal {

SectionRoles::SectionRoles(const SectionTable& table) {
  for (auto& family : primary_) {
    std::fill(std::begin(family), std::end(family), kNoSection);
  }
  for (uint32_t i = 1; i < table.count(); ++i) {
    const SectionHeader header = table.Header(i);
    switch (header.sh_type) {
      case SHT_REL:
      case SHT_RELA:
      case kShtCrel:
      case kShtCrelLlvm:
        reloc_sections_.push_back(i);
        continue;
      case SHT_NOBITS:
        // Records that objcopy --only-keep-debug removed: the sections they
        // apply to must not be read as if they had none.
        if ((header.sh_flags & SHF_INFO_LINK) != 0 && header.sh_size != 0 &&
            table.NameAt(header.sh_name).starts_with(".rel")) {
          reloc_sections_.push_back(i);
          continue;
        }
        break;
      case SHT_SYMTAB:
        symbol_section_ = i;
        continue;
      case SHT_DYNSYM:
        if (symbol_section_ == kNoSection) symbol_section_ = i;
        continue;
      case SHT_SYMTAB_SHNDX:
        shndx_sections_.push_back(i);
        continue;
      default:
        break;
    }
    const SectionName name = ClassifySectionName(table.NameAt(header.sh_name));
    if (name.id != SectionId::kNone) AddDebugSection(table, i, name);
    if ((header.sh_flags & SHF_COMPRESSED) != 0 || name.zdebug) {
      compressed_sections_.push_back(i);
    }
  }
}

void SectionRoles::AddDebugSection(const SectionTable& table, uint32_t index,
                                   SectionName name) {
  const uint32_t at = static_cast<uint32_t>(debug_sections_.size());
  debug_sections_.push_back({.index = index, .name = name});
  // Sections in groups come in addition to the one for the whole file.
  uint32_t& primary =
      primary_[static_cast<size_t>(name.family)][static_cast<size_t>(name.id)];
  has_secondary_sections_ |=
      primary != kNoSection || name.id == SectionId::kDebugTypes;
  const auto is_group_member = [&table](uint32_t section) {
    return (table.Header(section).sh_flags & SHF_GROUP) != 0;
  };
  if (primary == kNoSection ||
      (!is_group_member(index) &&
       is_group_member(debug_sections_[primary].index))) {
    primary = at;
  }
}

const DebugSection* SectionRoles::FindDebugSection(uint32_t index) const {
  const auto found =
      std::lower_bound(debug_sections_.begin(), debug_sections_.end(), index,
                       [](const DebugSection& section, uint32_t value) {
                         return section.index < value;
                       });
  return found == debug_sections_.end() || found->index != index ? nullptr
                                                                 : &*found;
}

bool SectionRoles::IsSecondarySection(uint32_t index) const {
  if (!has_secondary_sections_) return false;
  const DebugSection* section = FindDebugSection(index);
  if (section == nullptr) return false;
  const SectionName& name = section->name;
  // Units are also in .debug_types, but an offset of a unit refers to
  // .debug_info.
  return name.id == SectionId::kDebugTypes ||
         (name.id != SectionId::kDebugOther &&
          PrimarySection(name.id, name.family) != index);
}

}  // namespace dwreloc::internal
