#include "support/elf_builder.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "elf/section.h"

namespace dwreloc::internal {
namespace {

constexpr uint32_t kElfCompressZstd = 2;

// Offset of a name in a string table, added if it is new.
uint32_t AddName(std::vector<uint8_t>& table, std::string_view name,
                 std::map<std::string, uint32_t, std::less<>>& known) {
  if (table.empty()) table.push_back(0);
  if (name.empty()) return 0;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  const uint32_t offset = static_cast<uint32_t>(table.size());
  table.insert(table.end(), name.begin(), name.end());
  table.push_back(0);
  known.emplace(name, offset);
  return offset;
}

}  // namespace

std::vector<uint8_t> BuildIdNote(const Target& target, std::string_view id) {
  Assembler note(target);
  note.U32(4).U32(id.size()).U32(NT_GNU_BUILD_ID).String("GNU");
  for (const char c : id) note.U8(static_cast<uint8_t>(c));
  return note.Align(4).bytes();
}

std::vector<uint8_t> CompressZlib(Bytes contents) {
  uLongf size = compressBound(contents.size());
  std::vector<uint8_t> output(size);
  if (compress(output.data(), &size, contents.data(), contents.size()) !=
      Z_OK) {
    std::abort();
  }
  output.resize(size);
  return output;
}

std::vector<uint8_t> CompressZstd(Bytes contents) {
  std::vector<uint8_t> output(ZSTD_compressBound(contents.size()));
  const size_t size = ZSTD_compress(output.data(), output.size(),
                                    contents.data(), contents.size(), 3);
  if (ZSTD_isError(size)) std::abort();
  output.resize(size);
  return output;
}

void Patch(std::vector<uint8_t>& image, uint64_t offset, int width,
           uint64_t value, ByteOrder order) {
  for (int i = 0; i < width; ++i) {
    const int byte = order == ByteOrder::kLittle ? i : width - 1 - i;
    image.at(offset + static_cast<uint64_t>(i)) =
        static_cast<uint8_t>(value >> (8 * byte));
  }
}

ElfBuilder::ElfBuilder(const Target& target, uint16_t e_type)
    : target_(target), e_type_(e_type) {
  sections_.push_back({.type = SHT_NULL, .align = 0});
  symbols_.push_back({});
}

uint32_t ElfBuilder::Add(ElfSection section) {
  sections_.push_back(std::move(section));
  return section_count() - 1;
}

uint32_t ElfBuilder::Add(std::string name, const Assembler& contents,
                         uint64_t flags) {
  const uint32_t index = Add({.name = std::move(name), .flags = flags});
  Fill(index, contents);
  return index;
}

void ElfBuilder::Fill(uint32_t index, const Assembler& contents) {
  sections_[index].contents = contents.bytes();
  for (const ElfReloc& reloc : contents.relocs()) Reloc(index, reloc);
}

uint32_t ElfBuilder::AddSymbol(ElfSymbol symbol) {
  symbols_.push_back(std::move(symbol));
  return static_cast<uint32_t>(symbols_.size() - 1);
}

uint32_t ElfBuilder::SectionSymbol(uint32_t section) {
  const auto found = section_symbols_.find(section);
  if (found != section_symbols_.end()) return found->second;
  const uint32_t symbol = AddSymbol({.section = section, .type = STT_SECTION});
  section_symbols_[section] = symbol;
  return symbol;
}

void ElfBuilder::Reloc(uint32_t target, const ElfReloc& reloc) {
  relocs_[target].push_back(reloc);
}

uint32_t ElfBuilder::AddRelocSection(uint32_t target,
                                     std::vector<ElfReloc> relocs) {
  return AddRelocSection(target, target_.is_rela, std::move(relocs));
}

uint32_t ElfBuilder::AddRelocSection(uint32_t target, bool is_rela,
                                     std::vector<ElfReloc> relocs) {
  const std::string of = target < section_count() ? section(target).name : "";
  std::string name = is_rela ? ".rela" : ".rel";
  name.append(of);
  return Add({.name = std::move(name),
              .type = static_cast<uint32_t>(is_rela ? SHT_RELA : SHT_REL),
              .flags = SHF_INFO_LINK,
              .info = target,
              .align = static_cast<uint64_t>(target_.address_size()),
              .entsize = static_cast<uint64_t>(target_.address_size()) *
                         (is_rela ? 3 : 2),
              .relocs = std::move(relocs)});
}

uint32_t ElfBuilder::AddGroup(std::vector<uint32_t> members, uint32_t flags) {
  Assembler words(target_);
  words.U32(flags);
  for (const uint32_t member : members) words.U32(member);
  return Add({.name = ".group",
              .type = SHT_GROUP,
              .contents = words.bytes(),
              .align = 4,
              .entsize = 4});
}

uint32_t ElfBuilder::symbol_section() {
  if (symbol_section_ == 0 && has_symbols_) {
    symbol_section_ =
        Add({.name = ".symtab",
             .type = SHT_SYMTAB,
             .align = static_cast<uint64_t>(target_.address_size()),
             .entsize = target_.is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym)});
    sections_[symbol_section_].link =
        Add({.name = ".strtab", .type = SHT_STRTAB});
  }
  return symbol_section_;
}

std::vector<uint8_t> ElfBuilder::EncodeSymbols(
    std::vector<uint8_t>* names, std::vector<uint8_t>* extended) const {
  std::map<std::string, uint32_t, std::less<>> known;
  Assembler table(target_);
  Assembler words(target_);
  bool needs_words = false;
  for (const ElfSymbol& symbol : symbols_) {
    const uint32_t name = AddName(*names, symbol.name, known);
    const bool is_extended =
        symbol.special == 0 &&
        (symbol.extended || symbol.section >= SHN_LORESERVE);
    needs_words |= is_extended;
    words.U32(is_extended ? symbol.section : 0);
    const uint32_t shndx = symbol.special != 0 ? symbol.special
                           : is_extended       ? uint32_t{SHN_XINDEX}
                                               : symbol.section;
    const uint8_t info = ELF64_ST_INFO(symbol.binding, symbol.type);
    table.U32(name);
    if (target_.is_64) {
      table.U8(info).U8(symbol.visibility).U16(shndx);
      table.U64(symbol.value).U64(symbol.size);
    } else {
      table.U32(symbol.value).U32(symbol.size);
      table.U8(info).U8(symbol.visibility).U16(shndx);
    }
  }
  if (needs_words) *extended = words.bytes();
  return table.bytes();
}

uint32_t ElfBuilder::AddCrelSection(uint32_t target, bool is_rela, int shift,
                                    const std::vector<ElfReloc>& relocs) {
  Assembler table(target_);
  table.Uleb(relocs.size() * 8 + (is_rela ? 4u : 0u) +
             static_cast<uint64_t>(shift));
  const int flag_bits = is_rela ? 3 : 2;
  ElfReloc last = {};
  for (const ElfReloc& reloc : relocs) {
    const uint64_t delta = (reloc.offset >> shift) - (last.offset >> shift);
    const bool has_addend = is_rela && reloc.addend != last.addend;
    const uint64_t flags = (reloc.symbol != last.symbol ? 1 : 0) +
                           (reloc.type != last.type ? 2 : 0) +
                           (has_addend ? 4 : 0);
    // As one number, flags and difference may need more than 64 bits.
    const uint64_t in_first = delta & ((1u << (7 - flag_bits)) - 1);
    const uint64_t rest = delta >> (7 - flag_bits);
    table.U8(static_cast<uint8_t>(flags | in_first << flag_bits |
                                  (rest != 0 ? 0x80 : 0)));
    if (rest != 0) table.Uleb(rest);
    const auto difference = [](uint32_t a, uint32_t b) {
      return static_cast<int64_t>(static_cast<int32_t>(a - b));
    };
    if ((flags & 1) != 0) table.Sleb(difference(reloc.symbol, last.symbol));
    if ((flags & 2) != 0) table.Sleb(difference(reloc.type, last.type));
    if (has_addend) {
      table.Sleb(static_cast<int64_t>(static_cast<uint64_t>(reloc.addend) -
                                      static_cast<uint64_t>(last.addend)));
    }
    last = reloc;
  }
  return Add({.name = ".crel" + section(target).name,
              .type = kShtCrelLlvm,
              .flags = SHF_INFO_LINK,
              .contents = table.bytes(),
              .link = symbol_section(),
              .info = target});
}

std::vector<uint8_t> ElfBuilder::EncodeRelocs(const ElfSection& section) const {
  const bool is_rela = section.type == SHT_RELA;
  Assembler table(target_);
  for (const ElfReloc& reloc : section.relocs) {
    const int word = target_.address_size();
    table.Number(reloc.offset, word);
    if (target_.is_64 && target_.e_machine == EM_MIPS) {
      // The symbol, then the types in big-endian order, last one first.
      table.U32(reloc.symbol);
      for (const int shift : {24, 16, 8, 0}) {
        table.U8(static_cast<uint8_t>(reloc.type >> shift));
      }
    } else {
      table.Number(target_.is_64
                       ? uint64_t{reloc.symbol} << 32 | reloc.type
                       : uint64_t{reloc.symbol} << 8 | (reloc.type & 0xff),
                   word);
    }
    if (is_rela) table.Number(static_cast<uint64_t>(reloc.addend), word);
  }
  return table.bytes();
}

void ElfBuilder::Compress(ElfSection& section) const {
  if (section.compression == Compression::kNone) return;
  const bool is_zstd = section.compression == Compression::kZstd;
  const uint64_t size = section.claimed_size.value_or(section.contents.size());
  if (section.compression == Compression::kZdebug) {
    Assembler header(kS390x);  // big-endian in every file
    header.Raw({'Z', 'L', 'I', 'B'}).U64(size);
    header.Raw(CompressZlib(section.contents));
    section.contents = header.bytes();
    const size_t at = section.name.find(".debug");
    if (at != std::string::npos) section.name.insert(at + 1, "z");
    return;
  }
  Assembler header(target_);
  header.U32(is_zstd ? kElfCompressZstd : uint32_t{ELFCOMPRESS_ZLIB});
  if (target_.is_64) header.U32(0);
  header.Number(size, target_.address_size());
  header.Number(section.align, target_.address_size());
  header.Raw(is_zstd ? CompressZstd(section.contents)
                     : CompressZlib(section.contents));
  section.contents = header.bytes();
  section.flags |= SHF_COMPRESSED;
}

uint64_t ElfBuilder::header_offset(uint32_t index) const {
  return section_table_ +
         uint64_t{index} *
             (target_.is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
}

std::vector<uint8_t> ElfBuilder::Build() {
  for (auto& [target, relocs] : relocs_) {
    default_relocs_[target] = AddRelocSection(target, std::move(relocs));
  }
  relocs_.clear();
  if (symbol_section() != 0) {
    std::vector<uint8_t> names;
    std::vector<uint8_t> extended;
    sections_[symbol_section_].contents = EncodeSymbols(&names, &extended);
    const auto global = std::find_if(
        symbols_.begin() + 1, symbols_.end(),
        [](const ElfSymbol& symbol) { return symbol.binding != STB_LOCAL; });
    sections_[symbol_section_].info =
        static_cast<uint32_t>(global - symbols_.begin());
    sections_[sections_[symbol_section_].link].contents = std::move(names);
    if (!extended.empty()) {
      Add({.name = ".symtab_shndx",
           .type = SHT_SYMTAB_SHNDX,
           .contents = std::move(extended),
           .link = symbol_section_,
           .align = 4,
           .entsize = 4});
    }
  }
  for (ElfSection& section : sections_) {
    const bool is_records = section.type == SHT_REL || section.type == SHT_RELA;
    if (is_records || !section.relocs.empty()) {
      if (section.link == 0) section.link = symbol_section_;
      const std::vector<uint8_t> records = EncodeRelocs(section);
      section.contents.insert(section.contents.end(), records.begin(),
                              records.end());
      section.relocs.clear();
    }
    Compress(section);
  }
  const uint32_t names_index = Add({.name = ".shstrtab", .type = SHT_STRTAB});
  std::map<std::string, uint32_t, std::less<>> known;
  std::vector<uint32_t> names;
  std::vector<uint8_t> name_table;
  for (const ElfSection& section : sections_) {
    names.push_back(AddName(name_table, section.name, known));
  }
  sections_[names_index].contents = std::move(name_table);

  const uint32_t count = section_count();
  Assembler body(target_);
  const uint64_t header_size =
      target_.is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
  body.Zeros(header_size);
  offsets_.clear();
  for (const ElfSection& section : sections_) {
    body.Align(std::max<uint64_t>(section.align, 1));
    offsets_.push_back(section.type == SHT_NULL ? 0 : body.offset());
    if (section.type != SHT_NOBITS) body.Raw(section.contents);
  }
  body.Align(8);
  section_table_ = body.offset();
  const bool is_count_extended = count >= SHN_LORESERVE;
  const bool is_names_extended = names_index >= SHN_LORESERVE;
  const int word = target_.address_size();
  for (uint32_t i = 0; i < count; ++i) {
    const ElfSection& section = sections_[i];
    uint64_t size = section.size.value_or(section.contents.size());
    uint32_t link = section.link;
    if (i == 0 && is_count_extended) size = count;
    if (i == 0 && is_names_extended) link = names_index;
    body.U32(names[i]).U32(section.type);
    body.Number(section.flags, word).Number(section.addr, word);
    body.Number(section.offset.value_or(offsets_[i]), word);
    body.Number(size, word).U32(link).U32(section.info);
    body.Number(section.align, word).Number(section.entsize, word);
  }

  Assembler header(target_);
  header.Raw({0x7f, 'E', 'L', 'F'});
  header.U8(target_.is_64 ? ELFCLASS64 : ELFCLASS32);
  header.U8(target_.order == ByteOrder::kLittle ? ELFDATA2LSB : ELFDATA2MSB);
  header.U8(EV_CURRENT).Zeros(9);
  header.U16(e_type_).U16(target_.e_machine).U32(EV_CURRENT);
  header.Number(0, word).Number(0, word).Number(section_table_, word);
  header.U32(0).U16(header_size).U16(0).U16(0);
  header.U16(target_.is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
  header.U16(is_count_extended ? 0 : count);
  header.U16(is_names_extended ? uint32_t{SHN_XINDEX} : names_index);

  std::vector<uint8_t> image = body.bytes();
  const std::vector<uint8_t> header_bytes = header.bytes();
  std::copy(header_bytes.begin(), header_bytes.end(), image.begin());
  return image;
}

}  // namespace dwreloc::internal
