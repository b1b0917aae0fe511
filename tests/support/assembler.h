// Assembler: writes bytes one datum after the other, as a picture of them.
//
// Every call appends and returns the assembler.  Relocatable data go through
// one call, which records the relocation and leaves in the bytes what the
// target's format leaves there: the addend for REL, target.rela_fill for RELA.
//
//   Assembler a(kX86_64);
//   a.Length(Format::kDwarf32, [&] {
//     a.U16(5).U8(DW_UT_compile).U8(8);
//     a.Offset(4, abbrev_symbol, 0);
//   });

#ifndef TESTS_SUPPORT_ASSEMBLER_H_
#define TESTS_SUPPORT_ASSEMBLER_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "read/encoding.h"
#include "support/target.h"

namespace dwreloc::internal {

// A record to be: Elf32_Rel to Elf64_Rela in one shape.
struct ElfReloc {
  uint64_t offset = 0;
  uint32_t type = 0;
  uint32_t symbol = 0;
  int64_t addend = 0;
};

// A place in one assembler's output, bound before or after it is used.
struct Label {
  uint32_t id = UINT32_MAX;
};

class Assembler {
 public:
  explicit Assembler(const Target& target = kX86_64) : target_(target) {}

  const Target& target() const { return target_; }
  uint64_t offset() const { return bytes_.size(); }

  // Plain data.
  Assembler& U8(uint64_t value) { return Number(value, 1); }
  Assembler& U16(uint64_t value) { return Number(value, 2); }
  Assembler& U24(uint64_t value) { return Number(value, 3); }
  Assembler& U32(uint64_t value) { return Number(value, 4); }
  Assembler& U64(uint64_t value) { return Number(value, 8); }
  Assembler& Number(uint64_t value, int width);
  Assembler& Uleb(uint64_t value);
  // A ULEB128 of exactly `width` bytes, padded.
  Assembler& UlebPadded(uint64_t value, int width);
  Assembler& Sleb(int64_t value);
  Assembler& String(std::string_view text);  // with its NUL
  Assembler& Raw(std::initializer_list<uint8_t> bytes);
  Assembler& Raw(Bytes bytes);
  Assembler& Zeros(uint64_t count);
  Assembler& Align(uint64_t alignment);

  // Relocatable data.  `symbol` is ElfBuilder's index.
  Assembler& Reloc(int width, uint32_t type, uint32_t symbol, int64_t addend);
  // An address: the target's S + A of the target's address size.
  Assembler& Address(uint32_t symbol, int64_t addend = 0) {
    return Offset(target_.address_size(), symbol, addend);
  }
  // S + A in `width` bytes: a section offset, DW_OP_const4u, ...
  Assembler& Offset(int width, uint32_t symbol, int64_t addend = 0) {
    return Reloc(width, target_.abs(width), symbol, addend);
  }

  // Labels: a.Bind(&end), a.Delta(4, start, end).
  Label Here();     // a label bound to this place
  Label Forward();  // a label to be bound later
  Assembler& Bind(Label label);
  // `to` - `from`, as a plain number.
  Assembler& Delta(int width, Label from, Label to);
  // The offset of a label in this output (DW_FORM_ref4 counts from the unit:
  // use Delta).
  uint64_t Find(Label label) const { return labels_[label.id]; }

  // unit_length (4, or 0xffffffff and 8), then what `body` writes.
  Assembler& Length(Format format, const std::function<void()>& body);
  // A plain length of `width` bytes (header_length), then what `body` writes.
  Assembler& LengthOf(int width, const std::function<void()>& body);
  // ULEB128 length, then what `body` writes into the assembler it is given
  // (DW_FORM_exprloc, extended line opcodes).
  Assembler& Block(const std::function<void(Assembler&)>& body);
  // Another assembler's bytes and records.  Its labels stay its own.
  Assembler& Append(const Assembler& other);

  // Bytes, with all label differences filled in.
  std::vector<uint8_t> bytes() const;
  const std::vector<ElfReloc>& relocs() const { return relocs_; }

 private:
  struct Fixup {
    uint64_t offset;
    int width;
    Label from;
    Label to;
  };
  void Store(std::vector<uint8_t>& bytes, uint64_t offset, int width,
             uint64_t value) const;

  Target target_;
  std::vector<uint8_t> bytes_;
  std::vector<ElfReloc> relocs_;
  std::vector<uint64_t> labels_;
  std::vector<Fixup> fixups_;
};

std::vector<uint8_t> Zeros(size_t count);

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_ASSEMBLER_H_
