#include "compress/sample.h"

#include <dwreloc/dwarf.h>

#include <dwreloc/dwreloc.hpp>
#include <functional>

#include "compress/segments.h"
#include "support/dwarf_builder.h"
#include "support/elf_builder.h"
#include "support/frame_builder.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::Assembler;
using dwreloc::internal::DieWriter;
using dwreloc::internal::DwarfBuilder;
using dwreloc::internal::ElfBuilder;
using dwreloc::internal::Format;
using dwreloc::internal::FrameBuilder;
using dwreloc::internal::kTargets;
using dwreloc::internal::Label;
using dwreloc::internal::LineWriter;
using dwreloc::internal::Target;
using dwreloc::internal::Zeros;

constexpr std::uint32_t kUnits = 3;
constexpr std::int64_t kFunctionSize = 0x20;

// The abbreviations' codes.
enum : std::uint64_t {
  kRoot = 1,
  kBase,
  kPointer,
  kStruct,
  kMember,
  kEnumeration,
  kEnumerator,
  kFunction,
  kParameter,
  kStatic,
  kConverted,
  kBlock,
  kTypeUnit,
  kNamespace,
};

struct UnitPlaces {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t function = 0;  // from the unit's header
};

class SampleBuilder {
 public:
  explicit SampleBuilder(const Sample& sample)
      : version_(sample.version),
        is_linked_(sample.is_linked),
        has_types_(sample.has_types),
        elf_(sample.target),
        headers_(elf_.Add({.name = ".headers",
                           .flags = SHF_ALLOC,
                           .contents = Zeros(sizeof(Elf64_Phdr))})),
        text_(elf_.Add({.name = ".text",
                        .flags = SHF_ALLOC | SHF_EXECINSTR,
                        .contents = Zeros(kUnits * kFunctionSize)})),
        symbol_(elf_.SectionSymbol(text_)),
        frames_(&elf_, ".debug_frame", sample.format),
        dwarf_(&elf_, {.address_size = static_cast<std::uint8_t>(
                           sample.target.address_size()),
                       .format = sample.format,
                       .version = sample.version}) {}

  std::vector<std::uint8_t> Build();

 private:
  std::vector<std::uint8_t> Link(const std::vector<std::uint8_t>& image) const;
  int offset_size() const { return dwarf_.encoding().offset_size(); }
  std::uint32_t offset_form() const {
    return version_ >= 4        ? DW_FORM_sec_offset
           : offset_size() == 8 ? DW_FORM_data8
                                : DW_FORM_data4;
  }
  void Abbrevs();
  void AddUnit(std::uint32_t number);
  void Types(DieWriter& die, Label integer, Label pointer);
  void Function(DieWriter& die, std::uint32_t number, std::uint64_t integer,
                Label pointer);
  void Expression(DieWriter& die, const std::function<void(Assembler&)>& ops);
  std::uint64_t LineTable(std::uint32_t number);
  std::uint64_t Macros(std::uint64_t lines);
  std::uint64_t LocationList(std::int64_t begin, std::uint64_t integer);
  std::uint64_t RangeList(std::int64_t begin);
  void AddType();
  void Aranges();
  void Pubnames();
  void Frames();
  std::int64_t Begin(std::uint32_t number) const {
    return number * kFunctionSize;
  }

  const std::uint16_t version_;
  const bool is_linked_;
  const bool has_types_;
  ElfBuilder elf_;
  const std::uint32_t headers_;
  const std::uint32_t text_;
  const std::uint32_t symbol_;
  FrameBuilder frames_;
  DwarfBuilder dwarf_;
  std::uint64_t strings_ = 0;  // DW_AT_str_offsets_base
  std::vector<UnitPlaces> units_;
};

void SampleBuilder::Abbrevs() {
  const std::uint32_t offset = offset_form();
  const std::uint32_t expression =
      version_ >= 4 ? DW_FORM_exprloc : DW_FORM_block1;
  const std::uint32_t end = version_ >= 4 ? DW_FORM_data4 : DW_FORM_addr;
  const std::uint32_t macros = version_ >= 5   ? DW_AT_macros
                               : version_ == 4 ? DW_AT_GNU_macros
                                               : DW_AT_macro_info;
  if (version_ >= 5)
    dwarf_.Abbrev(kRoot, DW_TAG_compile_unit, true,
                  {{DW_AT_name, DW_FORM_strp},
                   {DW_AT_comp_dir, DW_FORM_line_strp},
                   {DW_AT_language, DW_FORM_data1},
                   {DW_AT_stmt_list, offset},
                   {macros, offset},
                   {DW_AT_low_pc, DW_FORM_addr},
                   {DW_AT_high_pc, end},
                   {DW_AT_str_offsets_base, offset}});
  else
    dwarf_.Abbrev(kRoot, DW_TAG_compile_unit, true,
                  {{DW_AT_name, DW_FORM_strp},
                   {DW_AT_comp_dir, DW_FORM_string},
                   {DW_AT_language, DW_FORM_data1},
                   {DW_AT_stmt_list, offset},
                   {macros, offset},
                   {DW_AT_low_pc, DW_FORM_addr},
                   {DW_AT_high_pc, end}});
  dwarf_
      .Abbrev(kBase, DW_TAG_base_type, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_byte_size, DW_FORM_data1},
               {DW_AT_encoding, DW_FORM_data1}})
      .Abbrev(kPointer, DW_TAG_pointer_type, false,
              {{DW_AT_byte_size, DW_FORM_data1}, {DW_AT_type, DW_FORM_ref4}})
      .Abbrev(kStruct, DW_TAG_structure_type, true,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_byte_size, DW_FORM_data1},
               {DW_AT_decl_file, DW_FORM_data1},
               {DW_AT_decl_line, DW_FORM_data2},
               {DW_AT_sibling, DW_FORM_ref4}})
      .Abbrev(kMember, DW_TAG_member, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_type, DW_FORM_ref4},
               {DW_AT_data_member_location, DW_FORM_data1}})
      .Abbrev(kEnumeration, DW_TAG_enumeration_type, true,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_byte_size, DW_FORM_data1}})
      .Abbrev(kEnumerator, DW_TAG_enumerator, false,
              {{DW_AT_name, DW_FORM_strp}, {DW_AT_const_value, DW_FORM_sdata}})
      .Abbrev(kFunction, DW_TAG_subprogram, true,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_external, DW_FORM_flag},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, end},
               {DW_AT_frame_base, expression}})
      .Abbrev(kParameter, DW_TAG_formal_parameter, false,
              {{DW_AT_name, version_ >= 5 ? DW_FORM_strx1 : DW_FORM_strp},
               {DW_AT_type, DW_FORM_ref4},
               {DW_AT_location, offset}})
      .Abbrev(kStatic, DW_TAG_variable, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_const_value, DW_FORM_data8},
               {DW_AT_location, expression}})
      .Abbrev(kConverted, DW_TAG_variable, false,
              {{DW_AT_location, expression}, {DW_AT_type, DW_FORM_ref_addr}})
      .Abbrev(kBlock, DW_TAG_lexical_block, false, {{DW_AT_ranges, offset}})
      .EndAbbrevs();
}

void SampleBuilder::Expression(DieWriter& die,
                               const std::function<void(Assembler&)>& ops) {
  if (version_ >= 4) {
    die.Exprloc(ops);
  } else {
    die.Block(1, ops);
  }
}

void SampleBuilder::Types(DieWriter& die, Label integer, Label pointer) {
  const Label node = die.Forward();
  const Label end = die.Forward();
  die.Bind(integer).Die(kBase).Strp("int").Data1(4).Data1(5);
  die.Bind(pointer).Die(kPointer).Data1(8).Ref(4, node);
  die.Bind(node).Die(kStruct).Strp("list_node").Data1(24).Data1(1).Data2(300);
  die.Ref(4, end);
  std::uint64_t at = 0;
  for (const char* name : {"previous_node", "node", "number_of_nodes", "id"}) {
    const bool is_node = std::string_view(name).ends_with("node");
    die.Die(kMember).Strp(name).Ref(4, is_node ? pointer : integer);
    die.Data1(at += is_node ? 8 : 4);
  }
  die.End().Bind(end);
  die.Die(kEnumeration).String("sign").Data1(4);
  die.Die(kEnumerator).Strp("sign_is_negative").Sdata(-1);
  die.Die(kEnumerator).Strp("sign_is_positive").Sdata(1);
  die.End();
}

std::uint64_t SampleBuilder::LineTable(std::uint32_t number) {
  const std::string own = "unit" + std::to_string(number) + ".c";
  const auto rows = [&](LineWriter& line) {
    line.SetAddress(symbol_, Begin(number)).AdvanceLine(9).Copy();
    line.SetFile(1).Special(2, 4).AdvancePc(kFunctionSize - 4).EndSequence();
  };
  if (version_ >= 5)
    return dwarf_.LineProgram(
        {.path_form = DW_FORM_line_strp, .files = {{own}, {"node.h"}}}, rows);
  return dwarf_.LineProgram({.files = {{"node.h", 1}, {own, 1}}}, rows);
}

std::uint64_t SampleBuilder::Macros(std::uint64_t lines) {
  if (version_ < 4) {
    Assembler& out = dwarf_.Section(".debug_macinfo");
    const std::uint64_t start = out.offset();
    out.U8(DW_MACINFO_start_file).Uleb(0).Uleb(1);
    out.U8(DW_MACINFO_define).Uleb(1).String("A 1");
    out.U8(DW_MACINFO_end_file).U8(0);
    return start;
  }
  Assembler& out = dwarf_.Section(".debug_macro");
  const std::uint64_t start = out.offset();
  out.U16(version_ >= 5 ? 5 : 4).U8(offset_size() == 8 ? 3 : 2);
  dwarf_.SectionOffset(out, ".debug_line", lines);
  out.U8(DW_MACRO_start_file).Uleb(0).Uleb(1);
  out.U8(DW_MACRO_define_strp).Uleb(300);
  dwarf_.SectionOffset(out, ".debug_str", dwarf_.Str("NODE_MAX 512"));
  out.U8(DW_MACRO_define).Uleb(2).String("B 2");
  out.U8(DW_MACRO_end_file).U8(0);
  return start;
}

std::uint64_t SampleBuilder::LocationList(std::int64_t begin,
                                          std::uint64_t integer) {
  const auto ops = [&](Assembler& out) {
    out.U8(DW_OP_breg0 + 3).Sleb(8).U8(DW_OP_convert).UlebPadded(integer, 2);
    out.U8(DW_OP_stack_value);
  };
  if (version_ >= 5)
    return dwarf_.Lists(".debug_loclists", {[&](Assembler& out) {
                          out.U8(DW_LLE_start_length);
                          dwarf_.Address(out, symbol_, begin);
                          out.Uleb(8).Block(ops).U8(DW_LLE_end_of_list);
                        }},
                        false);
  Assembler& out = dwarf_.Section(".debug_loc");
  const std::uint64_t start = out.offset();
  const int size = dwarf_.encoding().address_size;
  out.Number(4, size).Number(12, size);
  out.LengthOf(2, [&] { ops(out); });
  out.Zeros(static_cast<std::uint64_t>(2 * size));
  return start;
}

std::uint64_t SampleBuilder::RangeList(std::int64_t begin) {
  if (version_ >= 5)
    return dwarf_.Lists(".debug_rnglists", {[&](Assembler& out) {
                          out.U8(DW_RLE_start_length);
                          dwarf_.Address(out, symbol_, begin);
                          out.Uleb(8).U8(DW_RLE_end_of_list);
                        }},
                        false);
  Assembler& out = dwarf_.Section(".debug_ranges");
  const std::uint64_t start = out.offset();
  const int size = dwarf_.encoding().address_size;
  // The base of what follows, which is none of the unit's.
  out.Number(UINT64_MAX, size);
  dwarf_.Address(out, symbol_, begin);
  out.Number(4, size).Number(12, size);
  out.Zeros(static_cast<std::uint64_t>(2 * size));
  return start;
}

void SampleBuilder::Function(DieWriter& die, std::uint32_t number,
                             std::uint64_t integer, Label pointer) {
  const std::int64_t begin = Begin(number);
  const auto end = [&] {
    if (version_ >= 4)
      die.Data4(kFunctionSize);
    else
      die.Addr(symbol_, begin + kFunctionSize);
  };
  die.Die(kFunction).Strp("function_of_unit" + std::to_string(number));
  die.Flag(true).Addr(symbol_, begin);
  end();
  Expression(die, [](Assembler& out) { out.U8(DW_OP_call_frame_cfa); });
  die.Die(kParameter);
  if (version_ >= 5)
    die.Index(1, number);
  else
    die.Strp("parameter");
  die.Ref(4, pointer);
  die.SecOffset(version_ >= 5 ? ".debug_loclists" : ".debug_loc",
                LocationList(begin, integer));
  die.Die(kStatic).Strp("id").Data8(0x8000000000000000 + number);
  Expression(die, [&](Assembler& out) {
    out.U8(DW_OP_addr).Address(symbol_, begin + 4);
  });
  die.Die(kConverted);
  Expression(die, [&](Assembler& out) {
    out.U8(DW_OP_lit0 + 3).U8(DW_OP_convert).UlebPadded(integer, 2);
    out.U8(DW_OP_stack_value);
  });
  die.RefAddr(units_.back().begin + integer);
  die.Die(kBlock).SecOffset(version_ >= 5 ? ".debug_rnglists" : ".debug_ranges",
                            RangeList(begin));
  die.End();
}

void SampleBuilder::AddUnit(std::uint32_t number) {
  Assembler& info = dwarf_.Section(".debug_info");
  units_.push_back({.begin = info.offset()});
  const std::uint64_t lines = LineTable(number);
  const std::uint64_t macros = Macros(lines);
  dwarf_.Unit({}, [&](DieWriter& die) {
    const std::string name = "unit" + std::to_string(number) + ".c";
    die.Die(kRoot).Strp(name);
    if (version_ >= 5)
      die.LineStrp("/src");
    else
      die.String("/src");
    die.Data1(DW_LANG_C99).SecOffset(".debug_line", lines);
    die.SecOffset(version_ >= 4 ? ".debug_macro" : ".debug_macinfo", macros);
    die.Addr(symbol_, Begin(number));
    if (version_ >= 4)
      die.Data4(kFunctionSize);
    else
      die.Addr(symbol_, Begin(number) + kFunctionSize);
    if (version_ >= 5) die.SecOffset(".debug_str_offsets", strings_);
    const Label integer = die.Forward();
    const Label pointer = die.Forward();
    Types(die, integer, pointer);
    const std::uint64_t begin = units_.back().begin;
    units_.back().function = info.offset() - begin;
    Function(die, number, info.Find(integer) - begin, pointer);
    die.End();
  });
  units_.back().end = info.offset();
}

void SampleBuilder::Aranges() {
  Assembler& out = dwarf_.Section(".debug_aranges");
  const int size = dwarf_.encoding().address_size;
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    out.Length(dwarf_.encoding().format, [&] {
      out.U16(2);
      dwarf_.SectionOffset(out, ".debug_info", units_[i].begin);
      out.U8(static_cast<std::uint64_t>(size)).U8(0);
      out.Align(static_cast<std::uint64_t>(2 * size));
      dwarf_.Address(out, symbol_, Begin(i));
      out.Number(kFunctionSize, size);
      out.Zeros(static_cast<std::uint64_t>(2 * size));
    });
  }
}

void SampleBuilder::Pubnames() {
  Assembler& out = dwarf_.Section(".debug_pubnames");
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    out.Length(dwarf_.encoding().format, [&] {
      out.U16(2);
      dwarf_.SectionOffset(out, ".debug_info", units_[i].begin);
      out.Number(units_[i].end - units_[i].begin, offset_size());
      out.Number(units_[i].function, offset_size());
      out.String("function_of_unit" + std::to_string(i));
      out.Number(0, offset_size());
    });
  }
}

// In a namespace, as those of C++ are.
void SampleBuilder::AddType() {
  const std::uint64_t abbrevs = dwarf_.BeginAbbrevs();
  dwarf_
      .Abbrev(kTypeUnit, DW_TAG_type_unit, true,
              {{DW_AT_language, DW_FORM_data1}})
      .Abbrev(kNamespace, DW_TAG_namespace, true, {{DW_AT_name, DW_FORM_strp}})
      .Abbrev(kBase, DW_TAG_base_type, false, {{DW_AT_name, DW_FORM_strp}})
      .EndAbbrevs();
  const Label type = dwarf_.Section(".debug_types").Forward();
  dwarf_.Unit({.unit_type = DW_UT_type,
               .abbrev_offset = abbrevs,
               .signature = 0x1122334455667788,
               .type = type,
               .section = ".debug_types"},
              [&](DieWriter& die) {
                die.Die(kTypeUnit).Data1(DW_LANG_C_plus_plus);
                die.Die(kNamespace).Strp("a_namespace_of_types");
                die.Bind(type).Die(kBase).Strp("the_type_of_that_signature");
                die.End().End();
              });
  const std::uint32_t section = dwarf_.SectionIndex(".debug_types");
  if (version_ >= 5) elf_.section(section).name = ".debug_info";
  elf_.AddGroup({section});
}

void SampleBuilder::Frames() {
  const std::uint64_t cie = frames_.Cie({});
  for (std::uint32_t i = 0; i < kUnits; ++i)
    frames_.Fde(cie, [&](Assembler& out) {
      out.Address(symbol_, Begin(i));
      out.Number(kFunctionSize, elf_.target().address_size());
      out.U8(DW_CFA_def_cfa).Uleb(7).Uleb(8);
    });
  frames_.Finish();
}

std::vector<std::uint8_t> SampleBuilder::Build() {
  Abbrevs();
  if (version_ >= 5) strings_ = dwarf_.StrOffsets({"first", "second", "third"});
  for (std::uint32_t i = 0; i < kUnits; ++i) AddUnit(i);
  if (has_types_) AddType();
  Aranges();
  Pubnames();
  Frames();
  dwarf_.Finish();
  const std::vector<std::uint8_t> image = elf_.Build();
  return is_linked_ ? Link(image) : image;
}

// As a linker would, with program headers.
std::vector<std::uint8_t> SampleBuilder::Link(
    const std::vector<std::uint8_t>& image) const {
  dwreloc::File file = dwreloc::File::FromMemory(image, "sample");
  file.Place(".headers", 0x10000);
  file.Place(".text", 0x11000);
  const dwreloc::Image linked(file, DWRELOC_MATERIALIZE_FULL,
                              DWRELOC_MATERIALIZE_EXEC);
  std::vector<std::uint8_t> bytes(linked.bytes().begin(), linked.bytes().end());
  const auto offset_of = [&](std::uint32_t section) {
    return dwreloc::File::FromMemory(bytes, "linked")
        .sections()[section]
        .raw()
        .file_offset;
  };
  SetSegments(
      elf_.target(), offset_of(headers_),
      {{.offset = 0, .file_size = offset_of(text_) + kUnits * kFunctionSize}},
      bytes);
  return bytes;
}

}  // namespace

std::vector<Sample> AllSamples() {
  std::vector<Sample> samples;
  for (const Target& target : kTargets) {
    for (std::uint16_t version = 2; version <= 5; ++version) {
      const std::string name =
          std::string(target.name) + "Version" + std::to_string(version);
      samples.push_back({.name = name, .target = target, .version = version});
      if (target.abs64 != 0 && version > 2)
        samples.push_back({.name = name + "Dwarf64",
                           .target = target,
                           .version = version,
                           .format = Format::kDwarf64});
      if (version >= 4)
        samples.push_back({.name = name + "Linked",
                           .target = target,
                           .version = version,
                           .is_linked = true});
      if (version >= 4)
        samples.push_back({.name = name + "Types",
                           .target = target,
                           .version = version,
                           .has_types = true});
    }
  }
  return samples;
}

std::vector<std::uint8_t> BuildSample(const Sample& sample) {
  return SampleBuilder(sample).Build();
}

}  // namespace dwreloc_tools::compress
