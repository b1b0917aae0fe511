// footprint.cc - see footprint.h.
#include "footprint.h"

#include <elf.h>

#include "records.h"

namespace dwreloc_tools {
namespace {

constexpr std::uint32_t kCrel = 20;
constexpr std::uint32_t kCrelOfLlvm = 0x40000014;

constexpr ByteClassName kNames[kByteClassCount] = {
    {"code", "code"},
    {"rodata", "read-only data"},
    {"data", "data"},
    {"bss", "zeroed data (bss)"},
    {"loaded_relocations", "relocations of code and data"},
    {"debug", "debugging information"},
    {"debug_relocations", "relocations of it"},
    {"btf", "BTF"},
    {"btf_relocations", "relocations of BTF"},
    {"symbols", "symbols and strings"},
    {"headers", "headers"},
    {"other", "other sections"},
    {"padding", "between and after sections"},
};

}  // namespace

ByteClassName NameOf(ByteClass byte_class) {
  return kNames[static_cast<std::size_t>(byte_class)];
}

bool IsRelocSection(std::uint32_t sh_type) {
  return sh_type == SHT_REL || sh_type == SHT_RELA || sh_type == kCrel ||
         sh_type == kCrelOfLlvm;
}

Footprint::Footprint(const dwreloc::FileView& file)
    : file_(file), info_(file.info()) {
  const dwreloc::Sections sections = file_.sections();
  for (const dwreloc::Section& section : sections)
    classes_.push_back(Classify(section));
  // Relocation sections may stand before what they apply to.
  std::uint64_t sum = header_size();
  for (const dwreloc::Section& section : sections) {
    ByteClass& byte_class = classes_[section.index()];
    if (section.type() == SHT_NULL) continue;
    if (IsRelocSection(section.type()) && byte_class == ByteClass::kOther) {
      const ByteClass target = ClassOf(section.raw().info);
      if (IsLoaded(target)) byte_class = ByteClass::kLoadedRelocs;
      if (target == ByteClass::kDebug) byte_class = ByteClass::kDebugRelocs;
      if (target == ByteClass::kBtf) byte_class = ByteClass::kBtfRelocs;
    }
    ByteCount& count = counts_[static_cast<std::size_t>(byte_class)];
    ++count.sections;
    if (section.type() != SHT_NOBITS) {
      count.bytes += section.file_size();
      sum += section.file_size();
    }
    if (IsLoaded(byte_class)) count.memory += section.file_size();
    if (section.reloc_count() == 0) continue;
    if (IsLoaded(byte_class)) CountRecords(section, &loaded_records_);
    if (byte_class == ByteClass::kDebug) CountRecords(section, &debug_records_);
  }
  ByteCount& headers = counts_[static_cast<std::size_t>(ByteClass::kHeaders)];
  headers.bytes = header_size();
  if (!sections.empty()) {
    headers.bytes += sections.size() * section_header_size();
    sum += sections.size() * section_header_size();
  }
  ByteCount& padding = counts_[static_cast<std::size_t>(ByteClass::kPadding)];
  padding.bytes = info_.size > sum ? info_.size - sum : 0;
}

ByteClass Footprint::Classify(const dwreloc::Section& section) const {
  const std::uint64_t flags = section.flags();
  const std::uint32_t type = section.type();
  if (type == SHT_NULL) return ByteClass::kHeaders;
  if (IsRelocSection(type))
    return (flags & SHF_ALLOC) != 0 ? ByteClass::kLoadedRelocs
                                    : ByteClass::kOther;
  if ((flags & SHF_ALLOC) != 0) {
    if (type == SHT_NOBITS) return ByteClass::kBss;
    if ((flags & SHF_EXECINSTR) != 0) return ByteClass::kCode;
    return (flags & SHF_WRITE) != 0 ? ByteClass::kData : ByteClass::kRodata;
  }
  if (type == SHT_SYMTAB || type == SHT_STRTAB || type == SHT_SYMTAB_SHNDX)
    return ByteClass::kSymbols;
  if (section.is_debug()) return ByteClass::kDebug;
  return section.name().starts_with(".BTF") ? ByteClass::kBtf
                                            : ByteClass::kOther;
}

void Footprint::CountRecords(const dwreloc::Section& section,
                             RecordCount* count) {
  ++count->sections;
  ForEachRecord(file_, section.index(), [&](const Dwreloc_Record& record) {
    ++count->all;
    if (record.is_rela == 0)
      ++count->rel;
    else if (record.width == 8)
      ++count->rela8;
    if (record.value.kind == DWRELOC_CONSTANT) ++count->folded;
  });
}

std::uint64_t Footprint::loaded_memory() const {
  std::uint64_t memory = 0;
  for (const ByteCount& count : counts_) memory += count.memory;
  return memory;
}

std::uint64_t Footprint::writable_memory() const {
  return of(ByteClass::kData).memory + of(ByteClass::kBss).memory;
}

}  // namespace dwreloc_tools
