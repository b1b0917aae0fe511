#include "mutation/cases.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <utility>

namespace dwreloc::internal {

// The objects are good: what is read here is trusted.
uint64_t Original::Load(uint64_t offset, int width) const {
  uint64_t value = 0;
  for (int i = 0; i < width; ++i) {
    const int at = is_big_ ? i : width - 1 - i;
    value = value << 8 | image_.at(offset + static_cast<uint64_t>(at));
  }
  return value;
}

void Original::Store(std::vector<uint8_t>& image, uint64_t offset, int width,
                     uint64_t value) const {
  for (int i = 0; i < width; ++i) {
    const int place = is_big_ ? width - 1 - i : i;
    const uint64_t at = offset + static_cast<uint64_t>(place);
    if (at < image.size()) image[at] = static_cast<uint8_t>(value >> (8 * i));
  }
}

Original::Original(std::string name, std::vector<uint8_t> image)
    : name_(std::move(name)), image_(std::move(image)) {
  is_64_ = image_.at(EI_CLASS) == ELFCLASS64;
  is_big_ = image_.at(EI_DATA) == ELFDATA2MSB;
  section_table_ = is_64_ ? Load(offsetof(Elf64_Ehdr, e_shoff), 8)
                          : Load(offsetof(Elf32_Ehdr, e_shoff), 4);
  const uint64_t count = is_64_ ? Load(offsetof(Elf64_Ehdr, e_shnum), 2)
                                : Load(offsetof(Elf32_Ehdr, e_shnum), 2);
  names_ =
      static_cast<uint32_t>(is_64_ ? Load(offsetof(Elf64_Ehdr, e_shstrndx), 2)
                                   : Load(offsetof(Elf32_Ehdr, e_shstrndx), 2));
  const int word = is_64_ ? 8 : 4;
  for (uint32_t i = 0; i < count; ++i) {
    SectionSpan section;
    section.index = i;
    section.header = section_table_ + i * section_header_size();
    const uint64_t h = section.header;
    section.type = static_cast<uint32_t>(Load(h + 4, 4));
    section.offset = Load(h + (is_64_ ? offsetof(Elf64_Shdr, sh_offset)
                                      : offsetof(Elf32_Shdr, sh_offset)),
                          word);
    section.size = Load(h + (is_64_ ? offsetof(Elf64_Shdr, sh_size)
                                    : offsetof(Elf32_Shdr, sh_size)),
                        word);
    section.entry_size = Load(h + (is_64_ ? offsetof(Elf64_Shdr, sh_entsize)
                                          : offsetof(Elf32_Shdr, sh_entsize)),
                              word);
    sections_.push_back(section);
  }
  const uint64_t strings = sections_.at(names_).offset;
  for (SectionSpan& section : sections_) {
    const uint64_t at = strings + Load(section.header, 4);
    section.name = reinterpret_cast<const char*>(image_.data()) + at;
    section.is_debug =
        section.name.starts_with(".debug_") || section.name == ".eh_frame";
    section.is_reloc = section.name.starts_with(".rela.debug_") ||
                       section.name.starts_with(".rel.debug_") ||
                       section.name == ".rela.eh_frame" ||
                       section.name == ".rel.eh_frame";
  }
  MakeFront();
}

void Original::MakeFront() {
  std::vector<uint8_t>& out = front_;
  out.assign(image_.begin(),
             image_.begin() + static_cast<ptrdiff_t>(header_size()));
  const uint64_t table = out.size();
  if (is_64_) {
    Store(out, offsetof(Elf64_Ehdr, e_shoff), 8, table);
  } else {
    Store(out, offsetof(Elf32_Ehdr, e_shoff), 4, table);
  }
  out.insert(out.end(), image_.begin() + static_cast<ptrdiff_t>(section_table_),
             image_.begin() +
                 static_cast<ptrdiff_t>(section_table_ + section_header_size() *
                                                             sections_.size()));
  std::vector<uint32_t> order = {names_};
  for (const SectionSpan& section : sections_) {
    if (section.index != names_) order.push_back(section.index);
  }
  for (const uint32_t index : order) {
    const SectionSpan& section = sections_[index];
    const uint64_t header = table + index * section_header_size();
    if (section.type == SHT_NULL || section.type == SHT_NOBITS) continue;
    Store(out,
          header + (is_64_ ? offsetof(Elf64_Shdr, sh_offset)
                           : offsetof(Elf32_Shdr, sh_offset)),
          is_64_ ? 8 : 4, out.size());
    out.insert(
        out.end(), image_.begin() + static_cast<ptrdiff_t>(section.offset),
        image_.begin() + static_cast<ptrdiff_t>(section.offset + section.size));
  }
}

std::vector<uint8_t> Original::Cut(uint64_t size) const {
  return {image_.begin(), image_.begin() + static_cast<ptrdiff_t>(size)};
}

std::vector<uint8_t> Original::WithSectionSize(const SectionSpan& section,
                                               uint64_t size) const {
  std::vector<uint8_t> image = image_;
  Store(image,
        section.header + (is_64_ ? offsetof(Elf64_Shdr, sh_size)
                                 : offsetof(Elf32_Shdr, sh_size)),
        is_64_ ? 8 : 4, size);
  return image;
}

std::vector<uint8_t> Original::Edited(uint64_t seed, uint64_t number) const {
  std::mt19937_64 random(seed * 0x9e3779b97f4a7c15ull + number);
  // Not std::uniform_int_distribution: its numbers differ between libraries.
  const auto below = [&random](uint64_t bound) {
    return bound == 0 ? 0 : random() % bound;
  };
  std::vector<uint8_t> image = image_;

  // Where: sections are chosen before bytes, else a big one would get all.
  const auto pick_section = [&](auto&& is_wanted) {
    std::vector<const SectionSpan*> present;
    std::vector<const SectionSpan*> wanted;
    for (const SectionSpan& section : sections_) {
      if (section.size > 0 && section.type != SHT_NOBITS &&
          section.type != SHT_NULL) {
        present.push_back(&section);
        if (is_wanted(section)) wanted.push_back(&section);
      }
    }
    // Split files have no relocations.
    const auto& choice = wanted.empty() ? present : wanted;
    return choice[below(choice.size())];
  };
  const auto pick_offset = [&]() -> uint64_t {
    const uint64_t dice = below(100);
    if (dice < 4) return below(header_size());
    if (dice < 20) {
      const uint64_t index = below(sections_.size());
      return section_table_ + index * section_header_size() +
             below(section_header_size());
    }
    const SectionSpan* section;
    if (dice < 68) {
      section = pick_section([](const SectionSpan& s) { return s.is_debug; });
    } else if (dice < 88) {
      section = pick_section([](const SectionSpan& s) { return s.is_reloc; });
    } else if (dice < 96) {
      section = pick_section([](const SectionSpan& s) {
        return s.type == SHT_SYMTAB || s.type == SHT_STRTAB ||
               s.type == SHT_GROUP;
      });
    } else {
      return below(image.size());
    }
    // The beginning holds headers: every other edit goes there.
    const uint64_t bound =
        below(2) == 0 ? std::min<uint64_t>(section->size, 64) : section->size;
    return section->offset + below(bound);
  };
  const auto number_to_write = [&]() -> uint64_t {
    static constexpr uint64_t kNumbers[] = {
        0,          1,          0x7f,      0x80,       0xff,
        0x7fff,     0x8000,     0xffff,    0x7fffffff, 0x80000000,
        0xfffffff0, 0xffffffff, INT64_MAX, 1ull << 63, UINT64_MAX};
    switch (below(4)) {
      case 0:
        return random();
      case 1:
        return image.size() - 8 + below(16);
      case 2:
        return below(64);
      default:
        return kNumbers[below(std::size(kNumbers))];
    }
  };

  // What: half of the cases change one byte, the others up to eight places.
  const uint64_t edits = below(2) == 0 ? 1 : 2 + below(7);
  for (uint64_t i = 0; i < edits; ++i) {
    const uint64_t at = pick_offset();
    const uint8_t old = image[at];
    switch (edits == 1 ? below(5) : below(8)) {
      case 0:
        image[at] = static_cast<uint8_t>(old ^ 1u << below(8));
        break;
      case 1:
        image[at] = static_cast<uint8_t>(random());
        break;
      case 2:
        image[at] = static_cast<uint8_t>(below(2) == 0 ? old + 1 : old - 1);
        break;
      case 3:
        image[at] = static_cast<uint8_t>(below(2) == 0 ? 0 : 0xff);
        break;
      case 4:
        image[at] = static_cast<uint8_t>(below(2) == 0 ? 0x7f : 0x80);
        break;
      case 5:
        Store(image, at, 2 << below(3), number_to_write());
        break;
      case 6: {  // bytes from elsewhere in the file
        const uint64_t from = pick_offset();
        const uint64_t size = std::min<uint64_t>(
            1 + below(32), image.size() - std::max(at, from));
        std::memmove(image.data() + at, image_.data() + from, size);
        break;
      }
      default: {  // a run of one byte
        const uint64_t size =
            std::min<uint64_t>(1 + below(16), image.size() - at);
        std::memset(image.data() + at, below(2) == 0 ? 0 : 0xff, size);
        break;
      }
    }
  }
  return image;
}

}  // namespace dwreloc::internal
