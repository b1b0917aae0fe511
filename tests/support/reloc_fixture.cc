#include "support/reloc_fixture.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

std::string Signed(uint64_t value) {
  const bool is_negative = static_cast<int64_t>(value) < 0;
  return absl::StrCat(is_negative ? "-0x" : "+0x",
                      absl::Hex(is_negative ? 0 - value : value));
}

}  // namespace

std::string Show(const RelocValue& value) {
  switch (value.kind) {
    case RelocKind::kConstant:
      return absl::StrCat("0x", absl::Hex(value.value));
    case RelocKind::kSection:
      return absl::StrCat("[", value.section, "]", Signed(value.value));
    case RelocKind::kUndefined:
      return absl::StrCat("undefined ", value.symbol, Signed(value.value));
    case RelocKind::kTls:
      return absl::StrCat("tls", Signed(value.value));
    case RelocKind::kDifference:
      return absl::StrCat("symbol ", value.symbol, " - symbol ", value.detail,
                          Signed(value.value));
    case RelocKind::kBad:
      return absl::StrCat("bad: ", ErrorText(value.error));
  }
  return "?";
}

RelocFixture::RelocFixture(const Target& target)
    : elf(target),
      a(target),
      text_section(elf.Add({.name = ".text",
                            .flags = SHF_ALLOC | SHF_EXECINSTR,
                            .contents = Zeros(4096)})),
      tdata_section(elf.Add({.name = ".tdata",
                             .flags = SHF_ALLOC | SHF_WRITE | SHF_TLS,
                             .contents = Zeros(64)})),
      str_section(elf.Add({.name = ".debug_str", .contents = Zeros(64)})),
      info(elf.Add({.name = ".debug_info"})),
      text(elf.SectionSymbol(text_section)),
      function(elf.AddSymbol({.name = "function",
                              .value = 0x100,
                              .section = text_section,
                              .type = STT_FUNC})),
      str(elf.SectionSymbol(str_section)),
      string(elf.AddSymbol(
          {.name = ".LASF1", .value = 0x20, .section = str_section})),
      undefined(elf.AddSymbol({.name = "printk", .binding = STB_GLOBAL})),
      common(elf.AddSymbol({.name = "common",
                            .value = 16,
                            .size = 4,
                            .special = SHN_COMMON,
                            .type = STT_OBJECT,
                            .binding = STB_GLOBAL})),
      absolute(elf.AddSymbol(
          {.name = "absolute", .value = 0x5000, .special = SHN_ABS})),
      tls(elf.AddSymbol({.name = "counter",
                         .value = 0x18,
                         .section = tdata_section,
                         .type = STT_TLS})) {}

OpenedFile& RelocFixture::Open() {
  if (file_ == nullptr) {
    elf.Fill(info, a);
    file_ = std::make_unique<OpenedFile>(elf);
  }
  return *file_;
}

RelocValue RelocFixture::Lookup(uint64_t offset, int width) {
  const SectionView view = Open().View(info);
  RelocHint hint;
  return Table().Lookup(
      offset, width, LoadWidth(view.bytes.data() + offset, width, view.order),
      hint);
}

}  // namespace dwreloc::internal
