// elf_copy.cc - see elf_copy.h.
#include "dwreloc_compress/elf_copy.h"

#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/libelf.h"
#include "dwreloc_compress/linked_copy.h"
#include "dwreloc_compress/section_content.h"

namespace dwreloc_tools::compress {
namespace {

void CopyHeader(Elf* from, Elf* to) {
  GElf_Ehdr header;
  Checked(gelf_getehdr(from, &header));
  CheckLibelf(gelf_newehdr(to, header.e_ident[EI_CLASS]) != nullptr ? 1 : 0);
  header.e_shoff = 0;
  header.e_phnum = 0;
  header.e_phoff = 0;
  CheckLibelf(gelf_update_ehdr(to, &header));
}

class SectionCopier {
 public:
  SectionCopier(Elf* from, Elf* to, SectionPacking packing)
      : from_(from), to_(to), packing_(packing) {}

  // `content`: nullptr if it stays as it is.
  void Copy(Elf_Scn* from, Content* content) {
    GElf_Shdr header;
    Checked(gelf_getshdr(from, &header));
    Elf_Scn* const section = Checked(elf_newscn(to_));
    Elf_Data* const data = Checked(elf_newdata(section));
    data->d_type = ELF_T_BYTE;
    data->d_version = EV_CURRENT;
    if (content != nullptr) {
      SetContent(from_, from, *content, packing_, &header);
      data->d_buf = content->bytes.data();
      data->d_size = header.sh_size;
    } else if (header.sh_type == SHT_NOBITS) {
      data->d_size = header.sh_size;
    } else {
      const Elf_Data& original = *Checked(elf_rawdata(from, nullptr));
      data->d_buf = original.d_buf;
      data->d_size = original.d_size;
    }
    data->d_align = header.sh_addralign == 0 ? 1 : header.sh_addralign;
    CheckLibelf(gelf_update_shdr(section, &header));
  }

 private:
  Elf* const from_;
  Elf* const to_;
  const SectionPacking packing_;
};

// gABI, "ELF Header": where the number of the section of names has no room in
// the header, it is in sh_link of the first section.
void CopyNameSection(Elf* from, Elf* to) {
  GElf_Ehdr header;
  Checked(gelf_getehdr(from, &header));
  if (header.e_shstrndx != SHN_XINDEX) return;
  GElf_Shdr before;
  GElf_Shdr after;
  Checked(gelf_getshdr(Checked(elf_getscn(from, 0)), &before));
  Elf_Scn* const first = Checked(elf_getscn(to, 0));
  Checked(gelf_getshdr(first, &after));
  after.sh_link = before.sh_link;
  CheckLibelf(gelf_update_shdr(first, &after));
}

// libelf mends what it finds wrong in a header, as the size of entries: a file
// that needs it is not what it seems.
void CheckHeaders(Elf* from, Elf* to, const Contents& contents) {
  std::size_t count = 0;
  CheckLibelf(elf_getshdrnum(from, &count) == 0 ? 1 : 0);
  for (std::uint32_t i = 0; i < count; ++i) {
    GElf_Shdr before;
    GElf_Shdr after;
    Checked(gelf_getshdr(Checked(elf_getscn(from, i)), &before));
    Checked(gelf_getshdr(Checked(elf_getscn(to, i)), &after));
    // The rest of an inactive header says nothing (gABI, SHT_NULL).
    if (i != 0 && before.sh_type == SHT_NULL && after.sh_type == SHT_NULL)
      continue;
    bool is_same =
        before.sh_name == after.sh_name && before.sh_type == after.sh_type &&
        before.sh_addr == after.sh_addr &&
        before.sh_entsize == after.sh_entsize &&
        before.sh_link == after.sh_link && before.sh_info == after.sh_info;
    // Contents may be compressed now, or no longer.
    if (!contents.contains(i))
      is_same &= before.sh_flags == after.sh_flags &&
                 before.sh_addralign == after.sh_addralign &&
                 before.sh_size == after.sh_size;
    if (!is_same)
      throw std::runtime_error("a section header that cannot be copied");
  }
}

// libelf writes every byte between sections: asks it first how many there are.
void CheckLayout(Elf* to, std::uint64_t file_size) {
  Elf_Scn* section = nullptr;
  GElf_Shdr header;
  // The sum may wrap in libelf.
  while ((section = elf_nextscn(to, section)) != nullptr)
    CheckPadding(Checked(gelf_getshdr(section, &header))->sh_addralign,
                 file_size);
  const off_t size = elf_update(to, ELF_C_NULL);
  if (size < 0) FailOfLibelf();
  auto padding = static_cast<std::uint64_t>(size);
  while ((section = elf_nextscn(to, section)) != nullptr) {
    Checked(gelf_getshdr(section, &header));
    if (header.sh_type != SHT_NOBITS) padding -= header.sh_size;
  }
  CheckPadding(padding, file_size);
}

// `first`: the index of the first one that is added.
void AddSection(Elf* to, AddedSection& added, std::uint32_t name,
                SectionPacking packing, std::uint32_t first) {
  Elf_Scn* const section = Checked(elf_newscn(to));
  Content content = {.bytes = std::move(added.bytes),
                     .may_be_compressed = added.may_be_compressed};
  Elf_Data* const data = Checked(elf_newdata(section));
  data->d_type = ELF_T_BYTE;
  data->d_version = EV_CURRENT;
  GElf_Shdr header;
  Checked(gelf_getshdr(section, &header));
  header.sh_name = name;
  header.sh_type = SHT_PROGBITS;
  header.sh_flags = added.flags();
  header.sh_entsize = added.entry_size();
  header.sh_addralign = 1;
  if (added.records) {
    header.sh_type = added.records->is_rela ? SHT_RELA : SHT_REL;
    header.sh_link = added.records->symbols;
    header.sh_info =
        first + static_cast<std::uint32_t>(added.records->applied_to);
    header.sh_addralign = gelf_getclass(to) == ELFCLASS64 ? 8 : 4;
  }
  SetContent(to, section, content, packing, &header);
  added.bytes = std::move(content.bytes);
  data->d_buf = added.bytes.data();
  data->d_size = added.bytes.size();
  data->d_align = header.sh_addralign;
  CheckLibelf(gelf_update_shdr(section, &header));
}

// A name outside of the section would be in it when that is longer.
void CheckNames(Elf* file, Elf_Scn* holder, std::size_t size) {
  GElf_Shdr header;
  Checked(gelf_getshdr(holder, &header));
  bool is_usable = header.sh_type == SHT_STRTAB;
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(file, section)) != nullptr) {
    Checked(gelf_getshdr(section, &header));
    is_usable &= header.sh_name < size;
  }
  if (!is_usable)
    throw std::runtime_error("a section cannot be added to these names");
}

// Adds their names to the section of names; returns where each is.
std::vector<std::uint32_t> AddNames(Elf* from, Contents& contents,
                                    std::span<const AddedSection> added) {
  std::size_t index = 0;
  CheckLibelf(elf_getshdrstrndx(from, &index) == 0 ? 1 : 0);
  Elf_Scn* const holder = Checked(elf_getscn(from, index));
  const Elf_Data& names = *Checked(elf_rawdata(holder, nullptr));
  CheckNames(from, holder, names.d_size);
  const auto* const begin = static_cast<const std::uint8_t*>(names.d_buf);
  std::vector<std::uint8_t> bytes(begin, begin + names.d_size);
  std::vector<std::uint32_t> places;
  for (const AddedSection& section : added) {
    places.push_back(static_cast<std::uint32_t>(bytes.size()));
    bytes.insert(bytes.end(), section.name.begin(), section.name.end());
    bytes.push_back(0);
  }
  contents[static_cast<std::uint32_t>(index)] = {.bytes = std::move(bytes)};
  return places;
}

}  // namespace

std::vector<std::uint8_t> CopyElf(std::span<const std::uint8_t> image,
                                  SectionPacking packing, Contents& contents,
                                  std::span<AddedSection> added) {
  elf_version(EV_CURRENT);
  const OpenElf from(Checked(
      elf_memory(const_cast<char*>(reinterpret_cast<const char*>(image.data())),
                 image.size())));
  std::vector<std::uint32_t> names;
  if (!added.empty()) names = AddNames(from.get(), contents, added);
  if (IsLinked(from.get()))
    return CopyLinked(from.get(), image, packing, contents, added, names);
  const MemoryFile file;
  const OpenElf to(Checked(elf_begin(file.fd(), ELF_C_WRITE, nullptr)));
  CopyHeader(from.get(), to.get());
  SectionCopier copier(from.get(), to.get(), packing);
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(from.get(), section)) != nullptr) {
    const auto found =
        contents.find(static_cast<std::uint32_t>(elf_ndxscn(section)));
    copier.Copy(section, found == contents.end() ? nullptr : &found->second);
  }
  std::size_t first = 0;
  CheckLibelf(elf_getshdrnum(from.get(), &first) == 0 ? 1 : 0);
  for (std::size_t i = 0; i < added.size(); ++i)
    AddSection(to.get(), added[i], names[i], packing,
               static_cast<std::uint32_t>(first));
  CopyNameSection(from.get(), to.get());
  CheckLayout(to.get(), image.size());
  const off_t size = elf_update(to.get(), ELF_C_WRITE);
  if (size < 0) FailOfLibelf();
  CheckHeaders(from.get(), to.get(), contents);
  return file.Bytes(static_cast<std::size_t>(size));
}

std::vector<std::uint8_t> EncodeRecords(std::span<const RawRecord> records,
                                        bool is_64, bool is_rela,
                                        const NumberWriter& numbers) {
  const unsigned word = is_64 ? 8 : 4;
  const unsigned size = word * (is_rela ? 3 : 2);
  std::vector<std::uint8_t> bytes(records.size() * size);
  std::uint8_t* at = bytes.data();
  for (const RawRecord& record : records) {
    numbers.Put(at, record.offset, word);
    numbers.Put(at + word, record.info, word);
    if (is_rela)
      numbers.Put(at + word + word, static_cast<std::uint64_t>(record.addend),
                  word);
    at += size;
  }
  return bytes;
}

}  // namespace dwreloc_tools::compress
