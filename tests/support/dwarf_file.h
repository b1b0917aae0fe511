// DwarfFile: a built image opened as far as dwarf/ goes, and the matchers that
// its tests share.
//
//   DwarfFile file(dwarf);  // Finish, Build, open
//   EXPECT_THAT(file.Value(DW_AT_low_pc), InSection(text, 0x10));
//   EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, "unit_length"));

#ifndef TESTS_SUPPORT_DWARF_FILE_H_
#define TESTS_SUPPORT_DWARF_FILE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dwarf/sections.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "support/dwarf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {

class DwarfFile {
 public:
  explicit DwarfFile(std::vector<uint8_t> image) : opened_(std::move(image)) {}
  explicit DwarfFile(ElfBuilder& elf) : DwarfFile(elf.Build()) {}
  // Finishes the builder.
  explicit DwarfFile(DwarfBuilder& dwarf)
      : DwarfFile((dwarf.Finish(), dwarf.elf().Build())) {}

  const OpenedFile& opened() const { return opened_; }
  const DwarfSections& sections() const { return sections_; }
  const DebugInfo& info() const { return info_; }
  uint32_t Find(std::string_view name) const { return opened_.Find(name); }

  const Unit& unit(size_t index = 0) const { return info_.units().at(index); }
  Die root(size_t index = 0) const { return RootDie(unit(index)).value(); }
  // An attribute of a unit's root DIE, which must be there.
  Attribute attribute(uint16_t name, size_t index = 0) const {
    return FindAttribute(root(index), name).value().value();
  }
  // The same, read as a number that may be symbolic.
  RelocValue Value(uint16_t name, size_t index = 0) const {
    const Attribute found = attribute(name, index);
    RelocCursor cursor = found.unit->CursorAt(found.offset);
    return cursor.Value(found.width);
  }

 private:
  OpenedFile opened_;
  DwarfSections sections_{opened_.file()};
  DebugInfo info_{sections_};
};

// Runs `test` on every machine, format and version there is.
inline void ForEachEncoding(
    const std::function<void(const Target&, Encoding)>& test) {
  for (const Target& machine : kTargets) {
    // What RELA leaves under its records must make no difference.
    const Target target = machine.WithFill(0xa5);
    for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
      // Without an 8-byte record a machine cannot relocate DWARF64.
      if (format == Format::kDwarf64 && target.abs64 == 0) continue;
      for (uint16_t version = 2; version <= 5; ++version) {
        SCOPED_TRACE(std::string(target.name) + ", DWARF" +
                     (format == Format::kDwarf64 ? "64" : "32") + ", version " +
                     std::to_string(version));
        test(target,
             {.address_size = static_cast<uint8_t>(target.address_size()),
              .format = format,
              .version = version});
      }
    }
  }
}

// The offset in an image of a section header's sh_size, for Patch.
inline uint64_t SizeField(const ElfBuilder& elf, uint32_t section) {
  return elf.header_offset(section) + (elf.target().is_64 ? 32 : 20);
}

// The image with a section cut to `size` bytes.
inline std::vector<uint8_t> CutSection(const ElfBuilder& elf,
                                       std::vector<uint8_t> image,
                                       uint32_t section, uint64_t size) {
  Patch(image, SizeField(elf, section), elf.target().address_size(), size,
        elf.target().order);
  return image;
}

inline void PrintTo(const RelocValue& value, std::ostream* out) {
  *out << "kind " << static_cast<int>(value.kind) << " section "
       << value.section << " symbol " << value.symbol << " value 0x" << std::hex
       << value.value << std::dec << " error " << static_cast<int>(value.error)
       << " detail " << value.detail;
}

MATCHER_P(IsNumber, number, "") {
  return arg.is_constant() && arg.value == static_cast<uint64_t>(number);
}

MATCHER_P2(InSection, section, offset, "") {
  return arg.kind == RelocKind::kSection && arg.section == section &&
         arg.value == static_cast<uint64_t>(offset);
}

MATCHER_P2(IsUndefined, symbol, addend, "") {
  return arg.kind == RelocKind::kUndefined && arg.symbol == symbol &&
         arg.value == static_cast<uint64_t>(addend);
}

MATCHER_P(IsTls, offset, "") {
  return arg.kind == RelocKind::kTls &&
         arg.value == static_cast<uint64_t>(offset);
}

MATCHER_P(IsBadWith, error, "") { return arg.is_bad() && arg.error == error; }

// A Status (or what has one) of that code whose text contains `text`.
MATCHER_P2(FailsWith, code, text, "") {
  absl::Status status;
  if constexpr (std::is_same_v<std::decay_t<arg_type>, absl::Status>) {
    status = arg;
  } else {
    status = arg.status();
  }
  *result_listener << status.ToString();
  return GetDetail(status).code == code &&
         std::string(status.message()).find(text) != std::string::npos;
}

MATCHER(IsOk, "") {
  absl::Status status;
  if constexpr (std::is_same_v<std::decay_t<arg_type>, absl::Status>) {
    status = arg;
  } else {
    status = arg.status();
  }
  *result_listener << status.ToString();
  return status.ok();
}

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_DWARF_FILE_H_
