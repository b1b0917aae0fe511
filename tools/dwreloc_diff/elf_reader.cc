// elf_reader.cc - see elf_reader.h.
#include "dwreloc_diff/elf_reader.h"

#include <elf.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/bytes.h"

namespace dwreloc_tools {
namespace {

// Records in a form that elf.h may not know yet.
constexpr std::uint32_t kShtCrel = 0x40000014;

bool HoldsRecords(const Dwreloc_Section& section) {
  return section.type == SHT_REL || section.type == SHT_RELA ||
         section.type == kShtCrel;
}

// The program headers of a linked file (gABI, "Program Header"), which say what
// is loaded; none if they are not in the file.
std::span<const std::uint8_t> ProgramHeaders(const dwreloc::FileView& file) {
  const std::span<const std::uint8_t> image = file.bytes();
  const bool is_64 = file.info().elf_class == 64;
  const bool is_big = file.info().big_endian != 0;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t{image[at + i]} << 8 * (is_big ? size - 1 - i : i);
    return value;
  };
  if (image.size() < sizeof(Elf64_Ehdr)) return {};
  const std::uint64_t offset = is_64 ? number(offsetof(Elf64_Ehdr, e_phoff), 8)
                                     : number(offsetof(Elf32_Ehdr, e_phoff), 4);
  const std::uint64_t count = number(
      is_64 ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum), 2);
  const std::uint64_t size =
      count * (is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr));
  if (offset > image.size() || size > image.size() - offset) return {};
  return image.subspan(offset, size);
}

}  // namespace

ElfReader::ElfReader(Context& context, int side)
    : reader_{context, side}, module_(context.findings.file(side).raw()) {
  Dwreloc_File_Info info;
  if (Checked(dwreloc_file_info(module_, &info)) < 0) {
    reader_.TellError();
    return;
  }
  program_headers_ = ProgramHeaders(context.findings.file(side));
  sections_.resize(info.section_count);
  for (std::uint32_t i = 0; i < info.section_count; ++i)
    if (Checked(dwreloc_section(module_, i, &sections_[i])) < 0)
      reader_.TellError();
}

Role ElfReader::RoleOf(const Dwreloc_Section& section) const {
  const std::string_view name = section.name != nullptr ? section.name : "";
  const bool is_loaded = (section.flags & SHF_ALLOC) != 0;
  if (section.type == SHT_NULL || section.is_debug != 0 ||
      section.type == SHT_SYMTAB_SHNDX ||
      (section.type == SHT_STRTAB && !is_loaded) || name == ".gnu_debugaltlink")
    return Role::kSkipped;
  if (section.type == SHT_SYMTAB) return Role::kSymbols;
  if (section.type == SHT_GROUP) return Role::kGroup;
  if (HoldsRecords(section) && !is_loaded)
    return IsDebug(section.info) ? Role::kSkipped : Role::kRecords;
  return name == ".gdb_index" ? Role::kUnread : Role::kBytes;
}

// Do program headers tell where it is?
bool ElfReader::StaysInFile(const Dwreloc_Section& section) const {
  return !program_headers_.empty() && (section.flags & SHF_ALLOC) != 0 &&
         section.type != SHT_NOBITS;
}

std::string ElfReader::HeaderOf(const Dwreloc_Section& section) {
  std::string bytes;
  const Role role = RoleOf(section);
  PutNumber(bytes, section.type);
  PutNumber(bytes, section.flags);
  PutNumber(bytes, section.address);
  PutNumber(bytes, section.alignment);
  PutNumber(bytes, section.entry_size);
  if (role == Role::kBytes) PutNumber(bytes, section.file_size);
  if (StaysInFile(section)) PutNumber(bytes, section.file_offset);
  PutNumber(bytes, section.link != 0 ? KeyOf(section.link) : 0);
  if (role == Role::kGroup)
    PutString(bytes, SymbolOf(section.info));
  else if (role == Role::kRecords || (section.flags & SHF_INFO_LINK) != 0)
    PutNumber(bytes, section.info != 0 ? KeyOf(section.info) : 0);
  else if (role != Role::kSymbols)
    PutNumber(bytes, section.info);
  PutNumber(bytes, section.group != DWRELOC_NO_SECTION ? KeyOf(section.group)
                                                       : UINT32_MAX);
  return bytes;
}

std::string ElfReader::HeaderText(const Dwreloc_Section& section) const {
  std::string text = "type " + HexText(section.type) + " flags " +
                     HexText(section.flags) + " address " +
                     HexText(section.address) + " size " +
                     HexText(section.file_size) + " align " +
                     std::to_string(section.alignment) + " entsize " +
                     std::to_string(section.entry_size);
  if (StaysInFile(section)) text += " at " + HexText(section.file_offset);
  if (section.link != 0)
    text += " link " + Escaped(SectionName(module_, section.link));
  if (HoldsRecords(section) && section.info != 0)
    text += " info " + Escaped(SectionName(module_, section.info));
  else if (section.info != 0)
    text += " info " + std::to_string(section.info);
  if (section.group != DWRELOC_NO_SECTION) text += " in a group";
  return text;
}

std::string ElfReader::GroupText(const Dwreloc_Section& section) const {
  std::string text = "signature " + SymbolText(section.info) + ":";
  for (const Dwreloc_Section& member : sections_) {
    if (member.group != section.index || RoleOf(member) == Role::kSkipped)
      continue;
    text.append(" ").append(Escaped(member.name));
  }
  return text;
}

const std::string& ElfReader::SymbolOf(std::uint32_t symbol) {
  static const std::string kNoSymbol = "?";
  if (symbols_.empty()) symbols_.resize(dwreloc_symbol_count(module_));
  if (symbol >= symbols_.size()) return kNoSymbol;
  std::string& bytes = symbols_[symbol];
  if (!bytes.empty()) return bytes;
  Dwreloc_Symbol found;
  if (Checked(dwreloc_symbol(module_, symbol, &found)) < 0) {
    reader_.TellError();
    return kNoSymbol;
  }
  PutString(bytes, found.name);
  PutNumber(bytes, found.type);
  PutNumber(bytes, found.binding);
  PutNumber(bytes, found.visibility);
  PutNumber(bytes, found.value);
  PutNumber(bytes, found.size);
  // Special indexes are the same in all files.
  PutNumber(bytes, found.section == DWRELOC_NO_SECTION ? 0 : 1);
  PutNumber(bytes, found.section == DWRELOC_NO_SECTION ? found.st_shndx
                                                       : KeyOf(found.section));
  return bytes;
}

std::string ElfReader::SymbolText(std::uint32_t symbol) const {
  Dwreloc_Symbol found;
  if (Checked(dwreloc_symbol(module_, symbol, &found)) < 0) return "?";
  std::string text =
      "\"" + Escaped(found.name) + "\" value " + HexText(found.value) +
      " size " + std::to_string(found.size) + " type " +
      std::to_string(found.type) + " binding " + std::to_string(found.binding) +
      " visibility " + std::to_string(found.visibility);
  text += found.section == DWRELOC_NO_SECTION
              ? " index " + HexText(found.st_shndx)
              : " in " + Escaped(SectionName(module_, found.section));
  return text;
}

std::vector<Item> ElfReader::Symbols() {
  std::vector<Item> items;
  std::string file;  // STT_FILE is of the local symbols after it
  const std::uint32_t count = dwreloc_symbol_count(module_);
  for (std::uint32_t i = 1; i < count; ++i) {
    Dwreloc_Symbol symbol;
    if (Checked(dwreloc_symbol(module_, i, &symbol)) < 0) {
      reader_.TellError();
      continue;
    }
    if (symbol.is_of_main_file != 0) break;
    if (symbol.section != DWRELOC_NO_SECTION &&
        symbol.section < sections_.size() &&
        RoleOf(sections_[symbol.section]) == Role::kSkipped)
      continue;
    if (symbol.type == STT_FILE) file = symbol.name;
    Item item;
    PutString(item.key, symbol.name);
    item.value = SymbolOf(i);
    item.path = Escaped(symbol.name);
    item.text = SymbolText(i);
    if (symbol.binding == STB_LOCAL && symbol.type != STT_SECTION) {
      PutString(item.value, file);
      item.text.append(" of ").append(Escaped(file));
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace dwreloc_tools
