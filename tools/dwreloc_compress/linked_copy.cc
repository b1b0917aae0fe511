// linked_copy.cc - see linked_copy.h.
#include "dwreloc_compress/linked_copy.h"

#include <gelf.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "dwreloc_compress/section_content.h"

namespace dwreloc_tools::compress {
namespace {

GElf_Ehdr HeaderOf(Elf* file) {
  GElf_Ehdr header;
  Checked(gelf_getehdr(file, &header));
  return header;
}

class LinkedCopier {
 public:
  LinkedCopier(Elf* file, std::span<const std::uint8_t> image,
               SectionPacking packing, Contents& contents,
               std::span<const AddedSection> added,
               std::span<const std::uint32_t> names)
      : file_(file),
        image_(image),
        packing_(packing),
        contents_(contents),
        added_(added),
        names_(names),
        header_(HeaderOf(file)),
        is_64_(header_.e_ident[EI_CLASS] == ELFCLASS64),
        numbers_(header_.e_ident[EI_DATA] == ELFDATA2MSB) {}

  std::vector<std::uint8_t> Run();

 private:
  struct Section {
    Elf_Scn* section = nullptr;
    GElf_Shdr header{};
    std::uint32_t index = 0;
    bool has_bytes = false;  // in the file
    bool is_loaded = false;
  };

  void ReadSections();
  void FixLoaded();
  void FixSegments();
  void Fix(std::uint64_t offset, std::uint64_t size);
  void CheckBegin() const;
  void CheckEnd() const;
  void Place(Section& section);
  void PutHeader(const Section& section);
  void AddSections();
  void PutTable();
  void Align(std::uint64_t alignment);
  std::uint64_t table_size() const {
    return std::uint64_t{header_.e_shentsize} * sections_.size();
  }

  Elf* const file_;
  const std::span<const std::uint8_t> image_;
  const SectionPacking packing_;
  Contents& contents_;
  const std::span<const AddedSection> added_;
  const std::span<const std::uint32_t> names_;
  const GElf_Ehdr header_;
  const bool is_64_;
  const NumberWriter numbers_;
  std::vector<Section> sections_;
  std::vector<std::uint8_t> table_;  // section headers
  std::uint64_t fixed_end_ = 0;      // what ends before it stays
  std::vector<std::uint8_t> result_;
  std::uint64_t padding_ = 0;  // of the sections in it
};

void LinkedCopier::ReadSections() {
  std::size_t count = 0;
  if (elf_getshdrnum(file_, &count) != 0) FailOfLibelf();
  const std::size_t size = is_64_ ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  if (header_.e_shentsize != size)
    throw std::runtime_error("section headers of an unusual size");
  if (header_.e_shoff > image_.size() ||
      count > (image_.size() - header_.e_shoff) / size)
    throw std::runtime_error("section headers that are cut off");
  const std::uint8_t* const table = image_.data() + header_.e_shoff;
  table_.assign(table, table + count * size);
  for (std::uint32_t i = 0; i < count; ++i) {
    Section& section = sections_.emplace_back();
    section.index = i;
    section.section = Checked(elf_getscn(file_, i));
    GElf_Shdr& header = section.header;
    Checked(gelf_getshdr(section.section, &header));
    section.has_bytes =
        header.sh_type != SHT_NULL && header.sh_type != SHT_NOBITS;
    section.is_loaded =
        header.sh_type != SHT_NULL && (header.sh_flags & SHF_ALLOC) != 0;
    if (section.has_bytes &&
        (header.sh_offset > image_.size() ||
         header.sh_size > image_.size() - header.sh_offset))
      throw std::runtime_error("a section outside of the file");
    if (!section.has_bytes || section.is_loaded) {
      if (contents_.contains(i))
        throw std::runtime_error("contents of a section that stays");
    }
  }
}

void LinkedCopier::Fix(std::uint64_t offset, std::uint64_t size) {
  if (size == 0) return;
  if (offset > image_.size() || size > image_.size() - offset)
    throw std::runtime_error("a segment outside of the file");
  fixed_end_ = std::max(fixed_end_, offset + size);
}

// The ELF header tells where the section headers are: it is no part of anything
// else.
void LinkedCopier::CheckBegin() const {
  const std::uint64_t end = is_64_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
  bool holds_header = header_.e_ehsize != end ||
                      (header_.e_phnum != 0 && header_.e_phoff < end) ||
                      header_.e_shoff < end;
  for (const Section& section : sections_)
    holds_header |= section.has_bytes && section.header.sh_size != 0 &&
                    section.header.sh_offset < end;
  if (holds_header)
    throw std::runtime_error("something overlaps the ELF header");
}

void LinkedCopier::FixLoaded() {
  Fix(0, header_.e_ehsize);
  bool has_contents = false;
  for (const Section& section : sections_) {
    if (!section.is_loaded || !section.has_bytes) continue;
    Fix(section.header.sh_offset, section.header.sh_size);
    has_contents |= section.header.sh_type != SHT_NOTE;
  }
  std::size_t count = 0;
  if (elf_getphdrnum(file_, &count) != 0) FailOfLibelf();
  if (count == 0) return;
  Fix(header_.e_phoff, count * header_.e_phentsize);
  // Notes are all that a file for debugging has of what is loaded.
  if (has_contents) FixSegments();
}

void LinkedCopier::FixSegments() {
  std::size_t count = 0;
  if (elf_getphdrnum(file_, &count) != 0) FailOfLibelf();
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    Checked(gelf_getphdr(file_, static_cast<int>(i), &segment));
    // A part of others by its address; what it says of the file can be more.
    if (segment.p_type == PT_NULL || segment.p_type == PT_GNU_RELRO) continue;
    Fix(segment.p_offset, segment.p_filesz);
  }
}

// What was appended to the file, as archives of programs that unpack
// themselves, is found by its place.
void LinkedCopier::CheckEnd() const {
  std::uint64_t end =
      std::max(fixed_end_, header_.e_shoff + std::uint64_t{table_.size()});
  for (const Section& section : sections_)
    if (section.has_bytes)
      end = std::max(end, section.header.sh_offset + section.header.sh_size);
  const std::uint64_t word = is_64_ ? 8 : 4;
  if (image_.size() >= end + word)
    throw std::runtime_error("there is something behind all sections");
}

void LinkedCopier::Align(std::uint64_t alignment) {
  if (alignment <= 1) return;
  const std::uint64_t beyond = result_.size() % alignment;
  if (beyond == 0) return;
  padding_ += alignment - beyond;
  CheckPadding(padding_, image_.size());
  result_.resize(result_.size() + (alignment - beyond), 0);
}

// sh_flags, sh_offset, sh_size, sh_addralign.
void LinkedCopier::PutHeader(const Section& section) {
  std::uint8_t* const at =
      table_.data() + std::size_t{section.index} * header_.e_shentsize;
  const GElf_Shdr& header = section.header;
  if (is_64_) {
    numbers_.Put(at + offsetof(Elf64_Shdr, sh_flags), header.sh_flags, 8);
    numbers_.Put(at + offsetof(Elf64_Shdr, sh_offset), header.sh_offset, 8);
    numbers_.Put(at + offsetof(Elf64_Shdr, sh_size), header.sh_size, 8);
    numbers_.Put(at + offsetof(Elf64_Shdr, sh_addralign), header.sh_addralign,
                 8);
  } else {
    numbers_.Put(at + offsetof(Elf32_Shdr, sh_flags), header.sh_flags, 4);
    numbers_.Put(at + offsetof(Elf32_Shdr, sh_offset), header.sh_offset, 4);
    numbers_.Put(at + offsetof(Elf32_Shdr, sh_size), header.sh_size, 4);
    numbers_.Put(at + offsetof(Elf32_Shdr, sh_addralign), header.sh_addralign,
                 4);
  }
}

void LinkedCopier::Place(Section& section) {
  const auto found = contents_.find(section.index);
  GElf_Shdr& header = section.header;
  std::span<const std::uint8_t> bytes;
  if (found != contents_.end()) {
    SetContent(file_, section.section, found->second, packing_, &header);
    bytes = found->second.bytes;
  } else {
    bytes = image_.subspan(header.sh_offset, header.sh_size);
  }
  Align(header.sh_addralign);
  header.sh_offset = result_.size();
  result_.insert(result_.end(), bytes.begin(), bytes.end());
  PutHeader(section);
}

// Sections that were not there, and their headers.
void LinkedCopier::AddSections() {
  if (added_.empty()) return;
  std::uint64_t count = sections_.size();
  if (count + added_.size() >= SHN_LORESERVE)
    throw std::runtime_error("it has no room for one more section");
  for (std::size_t i = 0; i < added_.size(); ++i, ++count) {
    table_.resize(table_.size() + header_.e_shentsize);
    std::uint8_t* const at = table_.data() + count * header_.e_shentsize;
    Section section{.index = static_cast<std::uint32_t>(count)};
    section.header.sh_addralign = 1;
    section.header.sh_flags = added_[i].flags();
    section.header.sh_offset = result_.size();
    section.header.sh_size = added_[i].bytes.size();
    numbers_.Put(at, names_[i], 4);         // sh_name
    numbers_.Put(at + 4, SHT_PROGBITS, 4);  // sh_type
    numbers_.Put(at + (is_64_ ? offsetof(Elf64_Shdr, sh_entsize)
                              : offsetof(Elf32_Shdr, sh_entsize)),
                 added_[i].entry_size(), is_64_ ? 8 : 4);
    result_.insert(result_.end(), added_[i].bytes.begin(),
                   added_[i].bytes.end());
    PutHeader(section);
  }
  numbers_.Put(result_.data() + (is_64_ ? offsetof(Elf64_Ehdr, e_shnum)
                                        : offsetof(Elf32_Ehdr, e_shnum)),
               count, 2);
}

// The section headers, behind all if they were not among what stays.
void LinkedCopier::PutTable() {
  std::uint64_t offset = header_.e_shoff;
  if (!added_.empty() || offset + table_.size() > fixed_end_) {
    Align(is_64_ ? 8 : 4);
    offset = result_.size();
    result_.resize(result_.size() + table_.size());
  }
  std::ranges::copy(table_,
                    result_.begin() + static_cast<std::ptrdiff_t>(offset));
  if (is_64_) {
    numbers_.Put(result_.data() + offsetof(Elf64_Ehdr, e_shoff), offset, 8);
  } else {
    numbers_.Put(result_.data() + offsetof(Elf32_Ehdr, e_shoff), offset, 4);
  }
}

std::vector<std::uint8_t> LinkedCopier::Run() {
  ReadSections();
  CheckBegin();
  FixLoaded();
  CheckEnd();
  std::vector<Section*> moved;
  for (Section& section : sections_) {
    if (!section.has_bytes || section.is_loaded) continue;
    const GElf_Shdr& header = section.header;
    const bool is_changed = contents_.contains(section.index);
    if (header.sh_offset >= fixed_end_ || (is_changed && header.sh_size == 0))
      moved.push_back(&section);
    else if (is_changed || header.sh_size > fixed_end_ - header.sh_offset)
      throw std::runtime_error("a section among what is loaded");
  }
  std::ranges::stable_sort(moved, {}, [](const Section* section) {
    return section->header.sh_offset;
  });
  result_.assign(image_.begin(),
                 image_.begin() + static_cast<std::ptrdiff_t>(fixed_end_));
  for (Section* section : moved) Place(*section);
  AddSections();
  PutTable();
  return std::move(result_);
}

}  // namespace

bool IsLinked(Elf* file) {
  const GElf_Ehdr header = HeaderOf(file);
  return header.e_phnum != 0 || header.e_type != ET_REL;
}

std::vector<std::uint8_t> CopyLinked(Elf* file,
                                     std::span<const std::uint8_t> image,
                                     SectionPacking packing, Contents& contents,
                                     std::span<const AddedSection> added,
                                     std::span<const std::uint32_t> names) {
  return LinkedCopier(file, image, packing, contents, added, names).Run();
}

}  // namespace dwreloc_tools::compress
