// DwarfBuilder: the debug sections of one ELF image, written by hand.
//
// One Assembler per section, and helpers that write headers, so that a test
// shows the bytes it is about and nothing else.  Every reference between
// sections is a relocation in ET_REL images and a plain number elsewhere.
// Numbers (tags, forms, opcodes) are the standard's, in any version's mix.
//
//   ElfBuilder elf(kX86_64);
//   uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC,
//                            .contents = Zeros(64)});
//   DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
//   dwarf.Abbrev(1, DW_TAG_compile_unit, true,
//                {{DW_AT_name, DW_FORM_strp}, {DW_AT_low_pc, DW_FORM_addr}});
//   dwarf.EndAbbrevs();
//   dwarf.Unit({}, [&](DieWriter& die) {
//     die.Die(1).Strp("a.c").Addr(elf.SectionSymbol(text), 0x10);
//     die.End();
//   });
//   dwarf.Finish();
//   OpenedFile file(elf);

#ifndef TESTS_SUPPORT_DWARF_BUILDER_H_
#define TESTS_SUPPORT_DWARF_BUILDER_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "read/encoding.h"
#include "support/assembler.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {

class DwarfBuilder;

// One attribute of an abbreviation.
struct AbbrevAttribute {
  uint32_t name;
  uint32_t form;
  int64_t implicit_const = 0;  // written for DW_FORM_implicit_const
};

// A unit header, versions 2 to 5.
struct UnitHeaderFields {
  uint8_t unit_type = 1;  // DW_UT_compile; version 5 only
  uint64_t abbrev_offset = 0;
  // Behind the header of type and skeleton units; version 4: of .debug_types.
  uint64_t signature = 0;  // type_signature or dwo_id
  Label type{};            // type_offset: a label, or 0
  std::string section = ".debug_info";
};

// Writes DIEs: the abbreviation's code, then one call per attribute, named by
// its form.
class DieWriter {
 public:
  DieWriter(DwarfBuilder* dwarf, Assembler* out, Label unit)
      : dwarf_(*dwarf), out_(*out), unit_(unit) {}

  DieWriter& Die(uint64_t abbrev_code);
  // The code 0 that ends a list of siblings.
  DieWriter& End() { return Die(0); }
  // The next DIE can be referred to by `label`.
  DieWriter& Bind(Label label);
  Label Forward() { return out_.Forward(); }
  Label Here() { return out_.Here(); }
  Label unit() const { return unit_; }
  // For what has no name here.
  Assembler& out() { return out_; }

  DieWriter& Addr(uint32_t symbol, int64_t addend = 0);
  DieWriter& Data1(uint64_t value);
  DieWriter& Data2(uint64_t value);
  DieWriter& Data4(uint64_t value);
  DieWriter& Data8(uint64_t value);
  // S + A in a data4 or data8.
  DieWriter& DataReloc(int width, uint32_t symbol, int64_t addend = 0);
  DieWriter& Udata(uint64_t value);
  DieWriter& Sdata(int64_t value);
  DieWriter& Flag(bool value);
  DieWriter& String(std::string_view text);
  DieWriter& Strp(std::string_view text);      // also in .debug_str
  DieWriter& LineStrp(std::string_view text);  // also in .debug_line_str
  DieWriter& SecOffset(std::string_view section, uint64_t offset);
  // Ref1, ref2, ref4, ref8, by width.
  DieWriter& Ref(int width, Label die);
  DieWriter& RefUdata(uint64_t offset_in_unit);
  DieWriter& RefAddr(uint64_t offset, std::string_view section = ".debug_info");
  DieWriter& RefSig8(uint64_t signature);
  // Strx, addrx, loclistx, rnglistx: a ULEB128, or 1 to 4 bytes.
  DieWriter& Index(uint64_t index);
  DieWriter& Index(int width, uint64_t index);
  DieWriter& Exprloc(const std::function<void(Assembler&)>& ops);
  // Block1, block2, block4, by width.
  DieWriter& Block(int width, const std::function<void(Assembler&)>& ops);

 private:
  DwarfBuilder& dwarf_;
  Assembler& out_;
  const Label unit_;
};

// One file or directory of a version 5 line header: one number or string per
// entry format.
struct LineEntry {
  std::string path{};
  uint64_t directory = 0;
  std::string md5{};  // 16 bytes if the header's `md5` is set
};

// A line program header, versions 2 to 5.
struct LineHeaderFields {
  uint8_t min_inst_length = 1;
  uint8_t max_ops_per_inst = 1;  // written from version 4 on
  bool default_is_stmt = true;
  int8_t line_base = -5;
  uint8_t line_range = 14;
  // Standard opcode lengths; opcode_base is one more than there are.
  std::vector<uint8_t> opcode_lengths = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
  // Version 5: DW_FORM_string, DW_FORM_line_strp or DW_FORM_strp.
  uint32_t path_form = 0x1f;
  bool md5 = false;
  // Before version 5 directory 0 and file 0 are not written.
  std::vector<std::string> directories = {"/src"};
  std::vector<LineEntry> files = {{"a.c"}};
};

// Writes the opcodes of a line program.
class LineWriter {
 public:
  LineWriter(Assembler* out, const LineHeaderFields& header)
      : out_(*out), header_(header) {}

  LineWriter& Op(uint8_t opcode);  // a standard opcode without operands
  LineWriter& Op(uint8_t opcode, uint64_t uleb);
  LineWriter& Special(int line, int op_advance);
  LineWriter& Extended(uint8_t opcode,
                       const std::function<void(Assembler&)>& operands);
  LineWriter& SetAddress(uint32_t symbol, int64_t addend = 0);
  LineWriter& EndSequence();
  LineWriter& Copy() { return Op(1); }
  LineWriter& AdvancePc(uint64_t advance) { return Op(2, advance); }
  LineWriter& AdvanceLine(int64_t advance);
  LineWriter& SetFile(uint64_t file) { return Op(4, file); }
  LineWriter& SetColumn(uint64_t column) { return Op(5, column); }
  LineWriter& FixedAdvancePc(uint16_t advance);
  Assembler& out() { return out_; }

 private:
  Assembler& out_;
  const LineHeaderFields& header_;
};

class DwarfBuilder {
 public:
  // With a suffix, ".dwo", the image's sections are named with it, and their
  // references to one another are plain numbers in every file.
  DwarfBuilder(ElfBuilder* elf, Encoding encoding, std::string suffix = "")
      : elf_(*elf), encoding_(encoding), suffix_(std::move(suffix)) {}

  const Encoding& encoding() const { return encoding_; }
  // For units of different encodings in one file.
  void set_encoding(Encoding encoding) { encoding_ = encoding; }
  ElfBuilder& elf() { return elf_; }

  // The assembler of a section, which exists from the first call on.
  Assembler& Section(std::string_view name);
  uint32_t SectionIndex(std::string_view name);
  // The section's STT_SECTION symbol.
  uint32_t SectionSymbol(std::string_view name);

  // .debug_str, .debug_line_str: offset of a string, added if it is new.
  uint64_t Str(std::string_view text);
  uint64_t LineStr(std::string_view text);

  // An offset (4 or 8 bytes by format) into another debug section.
  DwarfBuilder& SectionOffset(Assembler& out, std::string_view section,
                              uint64_t offset);
  // An address of the encoding's address size.
  DwarfBuilder& Address(Assembler& out, uint32_t symbol, int64_t addend = 0);

  // .debug_abbrev.  EndAbbrevs writes the table's 0; the next Abbrev begins
  // another table, at the offset that BeginAbbrevs returns.
  uint64_t BeginAbbrevs() { return Section(".debug_abbrev").offset(); }
  DwarfBuilder& Abbrev(uint64_t code, uint64_t tag, bool has_children,
                       std::initializer_list<AbbrevAttribute> attributes);
  DwarfBuilder& EndAbbrevs();

  // A unit: its header, then what `body` writes.  Returns its offset.
  uint64_t Unit(const UnitHeaderFields& header,
                const std::function<void(DieWriter&)>& body);

  // .debug_line: header and program.  Returns its offset.
  uint64_t LineProgram(const LineHeaderFields& header,
                       const std::function<void(LineWriter&)>& body);

  // .debug_rnglists, .debug_loclists: header, the offset table, then the
  // lists, one function each, in order.  Returns the base: behind the header.
  uint64_t Lists(std::string_view section,
                 const std::vector<std::function<void(Assembler&)>>& lists,
                 bool with_offsets = true);
  // .debug_addr, version 5: header and addresses.  Returns the base.
  uint64_t AddrTable(std::vector<std::pair<uint32_t, int64_t>> addresses);
  // .debug_str_offsets, version 5: header and offsets.  Returns the base.
  uint64_t StrOffsets(std::initializer_list<std::string_view> strings);

  // Hands the sections to the ElfBuilder.  Call once, before Build.
  void Finish();

 private:
  struct Output {
    uint32_t index;
    Assembler bytes;
  };
  uint64_t AddString(std::string_view section, std::string_view text);

  ElfBuilder& elf_;
  Encoding encoding_;
  const std::string suffix_;
  // Assemblers keep their address: callers hold references.
  std::map<std::string, std::unique_ptr<Output>, std::less<>> outputs_;
  std::map<std::pair<std::string, std::string>, uint64_t> strings_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_DWARF_BUILDER_H_
