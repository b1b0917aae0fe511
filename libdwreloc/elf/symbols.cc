#include "elf/symbols.h"

#include <elf.h>

#include "elf/special_index.h"

namespace dwreloc::internal {

SymbolTable::SymbolTable(const ElfFile& file, const ElfFile* main)
    : file_(file), mode_rule_(FindModeRule(file.e_machine())) {
  const uint32_t index = file.symbol_section();
  if (TakeTable(file)) {
    section_ = index;
  } else if (main != nullptr && main->is_64() == file.is_64() &&
             main->order() == file.order() && TakeTable(*main)) {
    match_ = std::make_unique<const SectionMatch>(file, *main);
  }
}

bool SymbolTable::TakeTable(const ElfFile& file) {
  const uint32_t index = file.symbol_section();
  if (index == kNoSection) return false;
  absl::StatusOr<Bytes> symbols = file.RawContents(index);
  // A debug file may keep the header without the contents (SHT_NOBITS).
  if (!symbols.ok() || symbols->empty()) return false;
  const SectionHeader header = file.Header(index);
  const size_t entry = file.is_64() ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
  // Some writers leave 0.  Entries of any other size, or compressed ones,
  // cannot be read: then the file has no symbol table, and each record that
  // names a symbol is an error of its own.
  if ((header.sh_entsize != 0 && header.sh_entsize != entry) ||
      (header.sh_flags & SHF_COMPRESSED) != 0) {
    return false;
  }
  symbols_ = *symbols;
  const size_t count = symbols_.size() / entry;
  count_ = count < kNoSymbol ? static_cast<uint32_t>(count) : kNoSymbol - 1;

  if (header.sh_link < file.section_count()) {
    absl::StatusOr<Bytes> names = file.RawContents(header.sh_link);
    if (names.ok()) names_ = *names;
  }
  for (const uint32_t candidate : file.shndx_sections()) {
    if (file.Header(candidate).sh_link != index) continue;
    absl::StatusOr<Bytes> words = file.RawContents(candidate);
    if (words.ok()) extended_ = *words;
  }
  return true;
}

bool SymbolTable::IsNamedBy(uint32_t sh_link) const {
  if (match_ == nullptr) return sh_link == section_;
  // The table whose contents are missing, or none.
  return sh_link == SHN_UNDEF || (sh_link < file_.section_count() &&
                                  file_.Header(sh_link).sh_type == SHT_NOBITS);
}

Symbol SymbolTable::Get(uint32_t index) const {
  Symbol symbol;
  const ByteOrder order = file_.order();
  uint8_t info = 0;
  uint8_t other = 0;
  if (file_.is_64()) {
    const uint8_t* p = symbols_.data() + uint64_t{index} * sizeof(Elf64_Sym);
    symbol.name_offset = Load<uint32_t>(p, order);
    info = p[offsetof(Elf64_Sym, st_info)];
    other = p[offsetof(Elf64_Sym, st_other)];
    symbol.st_shndx = Load<uint16_t>(p + offsetof(Elf64_Sym, st_shndx), order);
    symbol.value = Load<uint64_t>(p + offsetof(Elf64_Sym, st_value), order);
    symbol.size = Load<uint64_t>(p + offsetof(Elf64_Sym, st_size), order);
  } else {
    const uint8_t* p = symbols_.data() + uint64_t{index} * sizeof(Elf32_Sym);
    symbol.name_offset = Load<uint32_t>(p, order);
    info = p[offsetof(Elf32_Sym, st_info)];
    other = p[offsetof(Elf32_Sym, st_other)];
    symbol.st_shndx = Load<uint16_t>(p + offsetof(Elf32_Sym, st_shndx), order);
    symbol.value = Load<uint32_t>(p + offsetof(Elf32_Sym, st_value), order);
    symbol.size = Load<uint32_t>(p + offsetof(Elf32_Sym, st_size), order);
  }
  symbol.type = ELF64_ST_TYPE(info);
  symbol.binding = ELF64_ST_BIND(info);
  symbol.visibility = ELF64_ST_VISIBILITY(other);
  symbol.other = other;
  if (symbol.st_shndx == SHN_XINDEX) {
    const uint64_t at = uint64_t{index} * sizeof(uint32_t);
    if (Fits(at, sizeof(uint32_t), extended_.size())) {
      symbol.section = Load<uint32_t>(extended_.data() + at, order);
    }
  } else if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < SHN_LORESERVE) {
    symbol.section = symbol.st_shndx;
  }
  if (match_ != nullptr && symbol.section != kNoSection) [[unlikely]] {
    symbol.section = match_->InFirst(symbol.section);
  }
  return symbol;
}

SymbolPlace SymbolTable::Place(uint32_t index, const Symbol& symbol) const {
  // Symbol 0 is no symbol: strip leaves such records, and the addend is then
  // the whole value.
  if (index == STN_UNDEF) return SymbolPlace::kAbsolute;
  if (symbol.type == STT_TLS) return SymbolPlace::kTls;
  if (symbol.section == kNoSection) {
    switch (FindSpecialIndex(file_.e_machine(), symbol.st_shndx).kind) {
      case SpecialIndexKind::kUndefined:
      case SpecialIndexKind::kCommon:
        return SymbolPlace::kUndefined;
      case SpecialIndexKind::kAbsolute:
        return SymbolPlace::kAbsolute;
      case SpecialIndexKind::kUnknown:
        return SymbolPlace::kBad;
    }
  }
  // SHN_XINDEX can give any number, but section 0 is not a section.
  if (symbol.section == 0 || symbol.section >= file_.section_count()) {
    return SymbolPlace::kBad;
  }
  const bool loaded = (file_.Header(symbol.section).sh_flags & SHF_ALLOC) != 0;
  return loaded || file_.IsSecondarySection(symbol.section)
             ? SymbolPlace::kSection
             : SymbolPlace::kStatic;
}

uint32_t SymbolTable::SectionSymbol(uint32_t section) const {
  const std::vector<uint32_t>& symbols = section_symbols_.Get([this] {
    std::vector<uint32_t> found(file_.section_count(), kNoSymbol);
    for (uint32_t i = 1; i < count_; ++i) {
      const Symbol symbol = Get(i);
      if (symbol.type != STT_SECTION || symbol.section >= found.size())
        continue;
      if (found[symbol.section] == kNoSymbol) found[symbol.section] = i;
    }
    return found;
  });
  return section < symbols.size() ? symbols[section] : kNoSymbol;
}

std::string_view SymbolTable::Name(const Symbol& symbol) const {
  if (symbol.type == STT_SECTION && symbol.section < file_.section_count()) {
    const bool unnamed = symbol.name_offset == 0;
    if (unnamed) return file_.Name(symbol.section);
  }
  if (symbol.name_offset >= names_.size()) return "";
  const uint8_t* begin = names_.data() + symbol.name_offset;
  const void* end = std::memchr(begin, 0, names_.size() - symbol.name_offset);
  if (end == nullptr) return "";
  return std::string_view(
      reinterpret_cast<const char*>(begin),
      static_cast<size_t>(static_cast<const uint8_t*>(end) - begin));
}

}  // namespace dwreloc::internal
