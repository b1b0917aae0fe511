// FuzzFile: the file that the DWARF fuzz targets read.
//
// Bytes that begin as ELF does are taken as they are.  Any others become the
// contents of the sections a target names, in an ELF file of one of the
// machines in support/target.h, so that mutation works on DWARF and not on
// headers of ELF:
//
//   byte 0       machine, by index in kTargets; bit 7: ET_EXEC
//   byte 1       for the target to use
//   byte 2       number of records: each 4 bytes, offset (2, little-endian),
//                kind, addend; they are for the first section
//   then         for each section but the last: size (2), contents
//   the rest     the last section

#ifndef TESTS_FUZZ_FUZZ_FILE_H_
#define TESTS_FUZZ_FUZZ_FILE_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dwarf/constants.h"
#include "dwarf/sections.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/unit.h"
#include "elf/elf_file.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {

// Not assert: it must hold in release builds, too.
inline void Check(bool condition) {
  if (!condition) std::abort();
}

// A failure says what it is.
inline void CheckError(const absl::Status& status) {
  Check(!status.ok() && GetDetail(status).code != ErrorCode::kOk &&
        !status.message().empty());
}

template <typename T>
void CheckResult(const absl::StatusOr<T>& result) {
  if (!result.ok()) CheckError(result.status());
}

class FuzzFile {
 public:
  // What else a target wants in the file it builds.
  using Extra = void (*)(ElfBuilder& elf, uint8_t control);

  FuzzFile(const uint8_t* data, size_t size,
           const std::vector<std::string>& names, Extra extra = nullptr) {
    is_built_ = size < SELFMAG || std::memcmp(data, ELFMAG, SELFMAG) != 0;
    rest_ = Bytes(data, size);
    image_ = is_built_ ? Build(names, extra)
                       : std::vector<uint8_t>(data, data + size);
    absl::StatusOr<std::unique_ptr<ElfFile>> file =
        ElfFile::OpenMemory(image_, "fuzz");
    if (!file.ok()) {
      CheckError(file.status());
      return;
    }
    file_ = *std::move(file);
    sections_ = std::make_unique<DwarfSections>(*file_);
    info_ = std::make_unique<DebugInfo>(*sections_);
  }

  bool ok() const { return file_ != nullptr; }
  bool is_built() const { return is_built_; }
  uint8_t control() const { return control_; }
  const std::vector<uint8_t>& image() const { return image_; }
  const DwarfSections& sections() const { return *sections_; }
  const DebugInfo& info() const { return *info_; }

 private:
  uint64_t Take(size_t width) {
    width = std::min(width, rest_.size());
    const uint64_t value =
        width == 0 ? 0
                   : LoadWidth(rest_.data(), static_cast<int>(width),
                               ByteOrder::kLittle);
    rest_ = rest_.subspan(width);
    return value;
  }

  std::vector<uint8_t> Build(const std::vector<std::string>& names,
                             Extra extra) {
    const uint64_t machine = Take(1);
    control_ = static_cast<uint8_t>(Take(1));
    const Target target = kTargets[(machine & 0x7f) % std::size(kTargets)];
    ElfBuilder elf(target, (machine & 0x80) != 0 ? ET_EXEC : ET_REL);
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
    const uint32_t symbols[] = {
        elf.SectionSymbol(text),
        elf.AddSymbol({.name = "away", .binding = STB_GLOBAL}),
        elf.AddSymbol({.name = "tls", .section = text, .type = STT_TLS}),
        elf.AddSymbol({.name = "abs", .value = 3, .special = SHN_ABS}),
    };
    std::vector<ElfReloc> relocs;
    for (uint64_t count = Take(1); count > 0 && !rest_.empty(); --count) {
      const uint64_t offset = Take(2);
      const uint64_t kind = Take(1);
      const uint32_t types[] = {target.abs32, target.abs(target.address_size()),
                                target.tls, static_cast<uint32_t>(kind)};
      relocs.push_back({.offset = offset,
                        .type = types[kind >> 2 & 3],
                        .symbol = symbols[kind & 3],
                        .addend = static_cast<int8_t>(Take(1))});
    }
    for (size_t i = 0; i < names.size(); ++i) {
      const size_t room = rest_.size();
      const size_t size = i + 1 == names.size()
                              ? room
                              : std::min<size_t>(Take(2), rest_.size());
      const Bytes contents = rest_.first(std::min(size, rest_.size()));
      rest_ = rest_.subspan(contents.size());
      const uint32_t index = elf.Add(
          {.name = names[i], .contents = {contents.begin(), contents.end()}});
      if (i == 0) {
        for (const ElfReloc& reloc : relocs) elf.Reloc(index, reloc);
      }
    }
    if (extra != nullptr) extra(elf, control_);
    return elf.Build();
  }

  bool is_built_ = false;
  uint8_t control_ = 0;
  Bytes rest_;
  std::vector<uint8_t> image_;
  std::unique_ptr<ElfFile> file_;
  std::unique_ptr<DwarfSections> sections_;
  std::unique_ptr<DebugInfo> info_;
};

// A unit of version 2 to 5, DWARF32 or DWARF64 by `control`, whose root has
// DW_AT_low_pc and the attribute `name`: a list at offset 0, and in version 5
// with bit 3 set the list of index 0.
inline void AddListUnit(ElfBuilder& elf, uint8_t control, uint16_t name) {
  const uint16_t version = static_cast<uint16_t>(2 + (control & 3));
  const Format format =
      (control & 4) != 0 ? Format::kDwarf64 : Format::kDwarf32;
  const int width = static_cast<int>(format);
  const bool is_index = version == 5 && (control & 8) != 0;
  const uint16_t old_form = width == 8 ? DW_FORM_data8 : DW_FORM_data4;
  const uint16_t index_form =
      name == DW_AT_ranges ? DW_FORM_rnglistx : DW_FORM_loclistx;
  elf.Add(".debug_abbrev", Assembler(elf.target())
                               .Uleb(1)
                               .Uleb(DW_TAG_compile_unit)
                               .U8(0)
                               .Uleb(DW_AT_low_pc)
                               .Uleb(DW_FORM_addr)
                               .Uleb(name)
                               .Uleb(is_index       ? index_form
                                     : version >= 4 ? DW_FORM_sec_offset
                                                    : old_form)
                               .Zeros(3));
  const uint8_t address_size =
      static_cast<uint8_t>(elf.target().address_size());
  Assembler info(elf.target());
  info.Length(format, [&] {
    info.U16(version);
    if (version >= 5) info.U8(DW_UT_compile).U8(address_size);
    info.Number(0, width);
    if (version < 5) info.U8(address_size);
    info.U8(1).Number(0x10, address_size).Number(0, is_index ? 1 : width);
  });
  elf.Add(".debug_info", info);
}

// Takes an input of two files apart: the size of the first one (4 bytes,
// little-endian), that file, and the other one.  Both are empty if it is less.
inline std::pair<Bytes, Bytes> TwoFiles(const uint8_t* data, size_t size) {
  if (size < 4) return {};
  const Bytes rest(data + 4, size - 4);
  const size_t length = Load<uint32_t>(data, ByteOrder::kLittle);
  if (length > rest.size()) return {};
  return {rest.first(length), rest.subspan(length)};
}

}  // namespace dwreloc::internal

#endif  // TESTS_FUZZ_FUZZ_FILE_H_
