// FrameBuilder: .debug_frame or .eh_frame of one ELF image, entry by entry.
//
//   FrameBuilder frames(&elf, ".eh_frame");
//   uint64_t cie = frames.Cie({.augmentation = "zR",
//                              .augmentation_data = [](Assembler& a) {
//                                a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4); }});
//   frames.Fde(cie, [&](Assembler& a) {
//     a.Reloc(4, R_X86_64_PC32, text, 0).U32(0x20).Uleb(0);
//   });
//   frames.Finish();

#ifndef TESTS_SUPPORT_FRAME_BUILDER_H_
#define TESTS_SUPPORT_FRAME_BUILDER_H_

#include <elf.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "read/encoding.h"
#include "support/assembler.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {

class FrameBuilder {
 public:
  using Write = std::function<void(Assembler&)>;

  // A CIE's fields.
  struct CieFields {
    uint8_t version = 1;
    std::string augmentation{};
    uint64_t code_alignment_factor = 1;
    int64_t data_alignment_factor = -8;
    uint64_t return_address_register = 16;
    uint8_t segment_selector_size = 0;
    Write augmentation_data{};  // with its length, if the augmentation has a z
    Write instructions{};
  };

  FrameBuilder(ElfBuilder* elf, std::string name,
               Format format = Format::kDwarf32, uint64_t address = 0)
      : elf_(*elf),
        is_eh_frame_(name == ".eh_frame"),
        format_(format),
        section_(elf->Add({.name = std::move(name),
                           .flags = is_eh_frame_ ? uint64_t{SHF_ALLOC} : 0,
                           .addr = address})),
        out_(elf->target()) {}

  uint32_t section() const { return section_; }
  Assembler& out() { return out_; }

  // Each gives the offset of the entry.
  uint64_t Cie(const CieFields& fields) {
    const uint64_t offset = out_.offset();
    out_.Length(format_, [&] {
      out_.Number(is_eh_frame_ ? 0 : UINT64_MAX, id_size()).U8(fields.version);
      out_.String(fields.augmentation);
      if (fields.version >= 4) {
        out_.U8(static_cast<uint64_t>(elf_.target().address_size()));
        out_.U8(fields.segment_selector_size);
      }
      if (fields.augmentation == "eh") {
        out_.Number(0, elf_.target().address_size());
      }
      out_.Uleb(fields.code_alignment_factor);
      out_.Sleb(fields.data_alignment_factor);
      if (fields.version == 1) {
        out_.U8(fields.return_address_register);
      } else {
        out_.Uleb(fields.return_address_register);
      }
      if (fields.augmentation.starts_with('z')) {
        out_.Block([&](Assembler& data) {
          if (fields.augmentation_data) fields.augmentation_data(data);
        });
      }
      if (fields.instructions) fields.instructions(out_);
    });
    return offset;
  }
  // `rest` is all behind the CIE_pointer.
  uint64_t Fde(uint64_t cie, const Write& rest) {
    const uint64_t offset = out_.offset();
    out_.Length(format_, [&] {
      if (is_eh_frame_) {
        out_.U32(out_.offset() - cie);
      } else if (elf_.is_relocatable()) {
        out_.Offset(id_size(), elf_.SectionSymbol(section_),
                    static_cast<int64_t>(cie));
      } else {
        out_.Number(cie, id_size());
      }
      rest(out_);
    });
    return offset;
  }
  void Finish() { elf_.Fill(section_, out_); }

 private:
  int id_size() const {
    return format_ == Format::kDwarf64 && !is_eh_frame_ ? 8 : 4;
  }

  ElfBuilder& elf_;
  const bool is_eh_frame_;
  const Format format_;
  const uint32_t section_;
  Assembler out_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_FRAME_BUILDER_H_
