// common_elf.cc - see common_elf.h.
#include "dwreloc_compress/multifile/common_elf.h"

#include <elf.h>
#include <gelf.h>

#include <algorithm>
#include <utility>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/leb128.h"
#include "dwreloc_compress/libelf.h"
#include "dwreloc_compress/section_content.h"

namespace dwreloc_tools::compress {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct NewSection {
  const char* name;
  Bytes bytes;
  std::uint32_t type = SHT_PROGBITS;
  std::uint64_t flags = 0;
  std::uint64_t entry_size = 0;
  std::uint64_t alignment = 1;
};

// As many bytes as linkers give, of what is in the file.
Bytes IdOf(const CommonSections& sections) {
  constexpr std::size_t kSize = 20;
  std::uint64_t hash = 0;
  for (const Bytes* bytes :
       {&sections.info, &sections.abbrevs, &sections.lines, &sections.strings})
    hash = Combine(hash, HashOf({reinterpret_cast<const char*>(bytes->data()),
                                 bytes->size()}));
  Bytes id(kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    if (i % 8 == 0) hash = Mix(hash + 1);
    id[i] = static_cast<std::uint8_t>(hash >> (8 * (i % 8)));
  }
  return id;
}

// gABI, "Note Section".
Bytes BuildIdNote(const Bytes& id, const NumberWriter& numbers) {
  Bytes note(16 + id.size());
  numbers.Put(note.data(), 4, 4);
  numbers.Put(note.data() + 4, id.size(), 4);
  numbers.Put(note.data() + 8, NT_GNU_BUILD_ID, 4);
  std::ranges::copy(std::string_view("GNU\0", 4), note.begin() + 12);
  std::ranges::copy(id, note.begin() + 16);
  return note;
}

// DWARF 5 7.3.6.
Bytes SupSection(bool is_supplementary, const std::string& name,
                 std::span<const std::uint8_t> id,
                 const NumberWriter& numbers) {
  Bytes bytes(2);
  numbers.Put(bytes.data(), 5, 2);
  bytes.push_back(is_supplementary ? 1 : 0);
  bytes.insert(bytes.end(), name.begin(), name.end());
  bytes.push_back(0);
  AppendUleb(bytes, id.size());
  bytes.insert(bytes.end(), id.begin(), id.end());
  return bytes;
}

class ElfMaker {
 public:
  ElfMaker(Elf* elf, const SpoolHeader& machine, SectionPacking packing)
      : elf_(elf), packing_(packing) {
    const unsigned char elf_class =
        machine.elf_class == 64 ? ELFCLASS64 : ELFCLASS32;
    Checked(gelf_newehdr(elf, elf_class));
    GElf_Ehdr header;
    Checked(gelf_getehdr(elf, &header));
    header.e_ident[EI_CLASS] = elf_class;
    header.e_ident[EI_DATA] =
        machine.big_endian != 0 ? ELFDATA2MSB : ELFDATA2LSB;
    header.e_type = ET_REL;
    header.e_machine = machine.machine;
    header.e_version = EV_CURRENT;
    CheckLibelf(gelf_update_ehdr(elf, &header));
  }

  void Add(NewSection& section) {
    Elf_Scn* const made = Checked(elf_newscn(elf_));
    Elf_Data* const data = Checked(elf_newdata(made));
    data->d_type = ELF_T_BYTE;
    data->d_version = EV_CURRENT;
    GElf_Shdr header;
    Checked(gelf_getshdr(made, &header));
    header.sh_name = static_cast<GElf_Word>(names_.size());
    header.sh_type = section.type;
    header.sh_flags = section.flags;
    header.sh_entsize = section.entry_size;
    header.sh_addralign = section.alignment;
    Content content = {.bytes = std::move(section.bytes),
                       .may_be_compressed = section.type == SHT_PROGBITS};
    SetContent(elf_, made, content, packing_, &header);
    section.bytes = std::move(content.bytes);
    data->d_buf = section.bytes.data();
    data->d_size = section.bytes.size();
    data->d_align = header.sh_addralign;
    CheckLibelf(gelf_update_shdr(made, &header));
    const std::string_view name = section.name;
    names_.insert(names_.end(), name.begin(), name.end());
    names_.push_back(0);
  }

  void AddNames(NewSection& section) {
    const std::string_view name = section.name;
    section.bytes = names_;
    section.bytes.insert(section.bytes.end(), name.begin(), name.end());
    section.bytes.push_back(0);
    Add(section);
    GElf_Ehdr header;
    Checked(gelf_getehdr(elf_, &header));
    std::size_t count = 0;
    CheckLibelf(elf_getshdrnum(elf_, &count) == 0 ? 1 : 0);
    header.e_shstrndx = static_cast<GElf_Half>(count - 1);
    CheckLibelf(gelf_update_ehdr(elf_, &header));
  }

 private:
  Elf* const elf_;
  const SectionPacking packing_;
  Bytes names_ = {0};
};

}  // namespace

Bytes MakeCommonElf(CommonSections sections, const SpoolHeader& machine,
                    SupplementForms forms, SectionPacking packing) {
  const NumberWriter numbers(machine.big_endian != 0);
  const Bytes id = IdOf(sections);
  std::vector<NewSection> all = {
      {.name = ".debug_info", .bytes = std::move(sections.info)},
      {.name = ".debug_abbrev", .bytes = std::move(sections.abbrevs)},
      {.name = ".debug_line", .bytes = std::move(sections.lines)},
      {.name = ".debug_str",
       .bytes = std::move(sections.strings),
       .flags = SHF_MERGE | SHF_STRINGS,
       .entry_size = 1}};
  if (forms == SupplementForms::kDwarf5)
    all.push_back(
        {.name = ".debug_sup", .bytes = SupSection(true, "", id, numbers)});
  // By it debuggers and servers find the file, whatever it is called.
  all.push_back({.name = ".note.gnu.build-id",
                 .bytes = BuildIdNote(id, numbers),
                 .type = SHT_NOTE,
                 .alignment = 4});
  NewSection names = {.name = ".shstrtab", .bytes = {}, .type = SHT_STRTAB};
  elf_version(EV_CURRENT);
  const MemoryFile file;
  const OpenElf elf(Checked(elf_begin(file.fd(), ELF_C_WRITE, nullptr)));
  ElfMaker maker(elf.get(), machine, packing);
  for (NewSection& section : all) maker.Add(section);
  maker.AddNames(names);
  const off_t size = elf_update(elf.get(), ELF_C_WRITE);
  if (size < 0) FailOfLibelf();
  return file.Bytes(static_cast<std::size_t>(size));
}

AddedSection MakeLink(SupplementForms forms, const std::string& name,
                      std::span<const std::uint8_t> id,
                      const NumberWriter& numbers) {
  if (forms == SupplementForms::kDwarf5)
    return {.name = ".debug_sup",
            .bytes = SupSection(false, name, id, numbers)};
  Bytes bytes(name.begin(), name.end());
  bytes.push_back(0);
  bytes.insert(bytes.end(), id.begin(), id.end());
  return {.name = ".gnu_debugaltlink", .bytes = std::move(bytes)};
}

}  // namespace dwreloc_tools::compress
