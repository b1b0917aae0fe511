#include "workloads/dwarf_inputs.h"

#include <functional>
#include <string>

#include "dwarf/constants.h"
#include "dwarf/lookup/names.h"
#include "support/dwarf_builder.h"
#include "support/elf_builder.h"
#include "support/frame_builder.h"
#include "workloads/workload.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kTextBytes = 1 << 20;
constexpr int kEntriesPerList = 6;

// An image to be: .text and what is written about it.
struct Image {
  explicit Image(uint16_t version = 5)
      : dwarf(&elf, {.address_size = 8, .version = version}) {}

  uint32_t symbol() { return elf.SectionSymbol(text); }
  std::vector<uint8_t> Build() {
    dwarf.Finish();
    return elf.Build();
  }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  const uint32_t text = elf.Add({.name = ".text",
                                 .type = SHT_NOBITS,
                                 .flags = SHF_ALLOC,
                                 .size = kTextBytes});
};

// A name as long as those of C programs are.
std::string Name(uint64_t number) {
  constexpr const char* kWords[] = {"meter", "put",   "ring_buffer", "x",
                                    "count", "inode", "i_mapping",   "flags"};
  return std::string(kWords[number % 8]) + "_" + std::to_string(number);
}

// The addresses of things in .text, 64 bytes each.
int64_t Place(uint64_t number) {
  return static_cast<int64_t>(number * 64 % kTextBytes);
}

// Abbreviations of eight attributes of one class.
void AttributeAbbrev(DwarfBuilder& dwarf, FormClass form_class) {
  switch (form_class) {
    case FormClass::kConstant:
      dwarf.Abbrev(2, DW_TAG_variable, false,
                   {{DW_AT_decl_file, DW_FORM_data1},
                    {DW_AT_decl_line, DW_FORM_data2},
                    {DW_AT_byte_size, DW_FORM_data4},
                    {DW_AT_const_value, DW_FORM_data8},
                    {DW_AT_upper_bound, DW_FORM_udata},
                    {DW_AT_lower_bound, DW_FORM_sdata},
                    {DW_AT_decl_column, DW_FORM_data1},
                    {DW_AT_encoding, DW_FORM_data1}});
      return;
    case FormClass::kImplicit:
      dwarf.Abbrev(2, DW_TAG_variable, false,
                   {{DW_AT_external, DW_FORM_flag_present},
                    {DW_AT_declaration, DW_FORM_flag_present},
                    {DW_AT_prototyped, DW_FORM_flag_present},
                    {DW_AT_artificial, DW_FORM_flag_present},
                    {DW_AT_decl_file, DW_FORM_implicit_const, 1},
                    {DW_AT_decl_line, DW_FORM_implicit_const, 300},
                    {DW_AT_decl_column, DW_FORM_implicit_const, 5},
                    {DW_AT_inline, DW_FORM_implicit_const, -1}});
      return;
    case FormClass::kIndex:
      dwarf.Abbrev(2, DW_TAG_variable, false,
                   {{DW_AT_name, DW_FORM_strx},
                    {DW_AT_linkage_name, DW_FORM_strx1},
                    {DW_AT_producer, DW_FORM_strx2},
                    {DW_AT_comp_dir, DW_FORM_strx1},
                    {DW_AT_low_pc, DW_FORM_addrx},
                    {DW_AT_entry_pc, DW_FORM_addrx},
                    {DW_AT_high_pc, DW_FORM_addrx1},
                    {DW_AT_call_pc, DW_FORM_addrx1}});
      return;
    default:
      break;
  }
  const auto eight = [&](uint16_t form) {
    dwarf.Abbrev(2, DW_TAG_variable, false,
                 {{DW_AT_low_pc, form},
                  {DW_AT_high_pc, form},
                  {DW_AT_name, form},
                  {DW_AT_linkage_name, form},
                  {DW_AT_type, form},
                  {DW_AT_sibling, form},
                  {DW_AT_location, form},
                  {DW_AT_ranges, form}});
  };
  switch (form_class) {
    case FormClass::kAddress:
      return eight(DW_FORM_addr);
    case FormClass::kString:
      return eight(DW_FORM_strp);
    case FormClass::kInline:
      return eight(DW_FORM_string);
    case FormClass::kReference:
      return eight(DW_FORM_ref4);
    case FormClass::kOffset:
      return eight(DW_FORM_sec_offset);
    default:
      return eight(DW_FORM_exprloc);
  }
}

// One attribute of a class whose eight are alike.
void PutAttribute(DieWriter& die, FormClass form_class, uint32_t symbol,
                  uint64_t number) {
  switch (form_class) {
    case FormClass::kAddress:
      die.Addr(symbol, Place(number));
      break;
    case FormClass::kString:
      die.Strp(Name(number));
      break;
    case FormClass::kInline:
      die.String(Name(number));
      break;
    case FormClass::kReference:
      die.Ref(4, die.unit());
      break;
    case FormClass::kOffset:
      die.SecOffset(".debug_loclists", 12 + number);
      break;
    default:
      die.Exprloc([](Assembler& out) { out.U8(DW_OP_fbreg).Sleb(-40); });
      break;
  }
}

void PutAttributes(DieWriter& die, FormClass form_class, uint32_t symbol,
                   uint64_t number) {
  switch (form_class) {
    case FormClass::kConstant:
      die.Data1(1).Data2(number).Data4(number).Data8(number);
      die.Udata(number).Sdata(-1).Data1(12).Data1(5);
      return;
    case FormClass::kImplicit:
      return;
    case FormClass::kIndex:
      die.Index(number % 300).Index(1, 1).Index(2, 2).Index(1, 3);
      die.Index(number % 300).Index(5).Index(1, 6).Index(1, 7);
      return;
    default:
      break;
  }
  for (uint64_t i = 0; i < 8; ++i) {
    PutAttribute(die, form_class, symbol, number + i);
  }
}

// Abbreviations 1, a unit of lists, and 2, a DIE with one.
void ListAbbrevs(DwarfBuilder& dwarf, uint16_t tag, uint16_t attribute) {
  dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(2, tag, false, {{attribute, DW_FORM_sec_offset}})
      .EndAbbrevs();
}

// A unit with a DIE for each of `offsets`.  What the lists hold counts from its
// code or, in pairs of addresses, from 0.
void ListUnit(Image& image, const char* section,
              const std::vector<uint64_t>& offsets) {
  image.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    if (image.dwarf.encoding().version >= 5) {
      die.Addr(image.symbol());
    } else {
      die.out().U64(0);
    }
    for (const uint64_t offset : offsets) {
      die.Die(2).SecOffset(section, offset);
    }
    die.End();
  });
}

// Lists of a version 5 section; `body` writes one.
std::vector<uint64_t> NewLists(Image& image, const char* section,
                               uint64_t lists,
                               const std::function<void(Assembler&)>& body) {
  std::vector<uint64_t> offsets;
  std::vector<std::function<void(Assembler&)>> writers(
      lists, [&](Assembler& out) {
        offsets.push_back(out.offset());
        body(out);
      });
  image.dwarf.Lists(section, writers, false);
  return offsets;
}

// An expression of one register, behind its length.
Assembler& Register(Assembler& out, int length_width) {
  return out.Number(1, length_width).U8(DW_OP_reg5);
}

}  // namespace

std::vector<uint8_t> BuildAbbrevs(uint64_t declarations) {
  Image image;
  for (uint64_t i = 0; i < declarations; ++i) {
    image.dwarf.Abbrev(i + 1, DW_TAG_subprogram, i % 2 == 0,
                       {{DW_AT_external, DW_FORM_flag_present},
                        {DW_AT_name, DW_FORM_strp},
                        {DW_AT_decl_file, DW_FORM_implicit_const, 1},
                        {DW_AT_decl_line, DW_FORM_data2},
                        {DW_AT_decl_column, DW_FORM_data1},
                        {DW_AT_prototyped, DW_FORM_flag_present},
                        {DW_AT_type, DW_FORM_ref4},
                        {DW_AT_low_pc, DW_FORM_addr},
                        {DW_AT_call_all_tail_calls, DW_FORM_flag_present},
                        {DW_AT_sibling, DW_FORM_ref4}});
  }
  image.dwarf.EndAbbrevs();
  return image.Build();
}

std::vector<uint8_t> BuildAttributes(FormClass form_class, uint64_t dies) {
  Image image;
  image.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {});
  AttributeAbbrev(image.dwarf, form_class);
  image.dwarf.EndAbbrevs();
  image.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (uint64_t i = 0; i < dies; ++i) {
      die.Die(2);
      PutAttributes(die, form_class, image.symbol(), i);
    }
    die.End();
  });
  return image.Build();
}

std::vector<uint8_t> BuildDies(uint64_t functions) {
  Image image;
  DwarfBuilder& dwarf = image.dwarf;
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_producer, DW_FORM_strp},
               {DW_AT_language, DW_FORM_data1},
               {DW_AT_name, DW_FORM_line_strp},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_data8}})
      .Abbrev(2, DW_TAG_structure_type, true,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_byte_size, DW_FORM_data1},
               {DW_AT_decl_file, DW_FORM_implicit_const, 1},
               {DW_AT_decl_line, DW_FORM_data2},
               {DW_AT_sibling, DW_FORM_ref4}})
      .Abbrev(3, DW_TAG_member, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_decl_file, DW_FORM_implicit_const, 1},
               {DW_AT_decl_line, DW_FORM_data2},
               {DW_AT_decl_column, DW_FORM_data1},
               {DW_AT_type, DW_FORM_ref4},
               {DW_AT_data_member_location, DW_FORM_data1}})
      .Abbrev(4, DW_TAG_subprogram, true,
              {{DW_AT_external, DW_FORM_flag_present},
               {DW_AT_name, DW_FORM_strp},
               {DW_AT_decl_file, DW_FORM_data1},
               {DW_AT_decl_line, DW_FORM_data2},
               {DW_AT_prototyped, DW_FORM_flag_present},
               {DW_AT_type, DW_FORM_ref4},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_data8},
               {DW_AT_frame_base, DW_FORM_exprloc},
               {DW_AT_sibling, DW_FORM_ref4}})
      .Abbrev(5, DW_TAG_formal_parameter, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_decl_file, DW_FORM_implicit_const, 1},
               {DW_AT_decl_line, DW_FORM_data2},
               {DW_AT_type, DW_FORM_ref4},
               {DW_AT_location, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Strp("GNU C11 12.2.0").Data1(DW_LANG_C11).LineStrp("meter.c");
    die.Addr(image.symbol()).Data8(kTextBytes);
    for (uint64_t i = 0; i < functions; ++i) {
      const Label type = die.Here();
      const Label function = die.Forward();
      die.Die(2).Strp(Name(i)).Data1(24).Data2(i).Ref(4, function);
      for (uint64_t k = 0; k < 3; ++k) {
        die.Die(3).Strp(Name(i + k)).Data2(i).Data1(5).Ref(4, type);
        die.Data1(8 * k);
      }
      die.End().Bind(function);
      const Label next = die.Forward();
      die.Die(4).Strp(Name(7 * i)).Data1(1).Data2(i).Ref(4, type);
      die.Addr(image.symbol(), Place(i)).Data8(60);
      die.Exprloc([](Assembler& out) { out.U8(DW_OP_call_frame_cfa); });
      die.Ref(4, next);
      for (uint64_t k = 0; k < 2; ++k) {
        die.Die(5).Strp(Name(i + k)).Data2(i).Ref(4, type);
        die.SecOffset(".debug_loclists", 12 + i);
      }
      die.End().Bind(next);
    }
    die.End();
  });
  return image.Build();
}

std::vector<uint8_t> BuildLines(uint64_t rows) {
  Image image;
  const uint64_t line = image.dwarf.LineProgram({}, [&](LineWriter& out) {
    // Sixteen rows to a function; the last ends its sequence.
    for (uint64_t i = 0; i < rows; i += 16) {
      out.SetColumn(1).SetAddress(image.symbol(), Place(i / 16));
      out.AdvanceLine(static_cast<int64_t>(20 + i % 7)).Copy();
      for (int k = 0; k < 7; ++k) {
        out.SetColumn(2).Special(1, 0);
        out.SetColumn(9).Op(DW_LNS_negate_stmt).Special(-2, 4);
      }
      out.AdvancePc(5).EndSequence();
    }
  });
  image.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset}})
      .EndAbbrevs();
  image.dwarf.Unit(
      {}, [&](DieWriter& die) { die.Die(1).SecOffset(".debug_line", line); });
  return image.Build();
}

std::vector<uint8_t> BuildRanges(uint16_t version, uint64_t lists) {
  Image image(version);
  ListAbbrevs(image.dwarf, DW_TAG_lexical_block, DW_AT_ranges);
  const uint32_t text = image.symbol();
  if (version >= 5) {
    ListUnit(image, ".debug_rnglists",
             NewLists(image, ".debug_rnglists", lists, [&](Assembler& out) {
               out.U8(DW_RLE_base_address).Address(text, 64);
               for (uint64_t i = 1; i < kEntriesPerList; ++i) {
                 out.U8(DW_RLE_offset_pair).Uleb(40 * i).Uleb(40 * i + 9);
               }
               out.U8(DW_RLE_start_length).Address(text, 640).Uleb(16);
               out.U8(DW_RLE_end_of_list);
             }));
    return image.Build();
  }
  Assembler& out = image.dwarf.Section(".debug_ranges");
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < lists; ++i) {
    offsets.push_back(out.offset());
    for (int64_t k = 0; k < kEntriesPerList; ++k) {
      out.Address(text, 40 * k).Address(text, 40 * k + 9);
    }
    out.U64(0).U64(0);
  }
  ListUnit(image, ".debug_ranges", offsets);
  return image.Build();
}

std::vector<uint8_t> BuildLocations(uint16_t version, uint64_t lists) {
  Image image(version);
  ListAbbrevs(image.dwarf, DW_TAG_variable, DW_AT_location);
  const uint32_t text = image.symbol();
  if (version >= 5) {
    ListUnit(image, ".debug_loclists",
             NewLists(image, ".debug_loclists", lists, [&](Assembler& out) {
               out.U8(DW_LLE_base_address).Address(text, 64);
               for (uint64_t i = 1; i < kEntriesPerList; ++i) {
                 out.U8(DW_LLE_offset_pair).Uleb(40 * i).Uleb(40 * i + 9);
                 Register(out, 1);
               }
               out.U8(DW_LLE_start_length).Address(text, 640).Uleb(16);
               Register(out, 1).U8(DW_LLE_end_of_list);
             }));
    return image.Build();
  }
  Assembler& out = image.dwarf.Section(".debug_loc");
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < lists; ++i) {
    offsets.push_back(out.offset());
    for (int64_t k = 0; k < kEntriesPerList; ++k) {
      out.Address(text, 40 * k).Address(text, 40 * k + 9);
      Register(out, 2);
    }
    out.U64(0).U64(0);
  }
  ListUnit(image, ".debug_loc", offsets);
  return image.Build();
}

std::vector<uint8_t> BuildAranges(uint64_t ranges) {
  Image image;
  const uint32_t text = image.symbol();
  Assembler& out = image.dwarf.Section(".debug_aranges");
  out.Length(Format::kDwarf32, [&] {
    out.U16(2);
    image.dwarf.SectionOffset(out, ".debug_info", 0);
    out.U8(8).U8(0).Zeros(4);
    for (uint64_t i = 0; i < ranges; ++i) out.Address(text, Place(i)).U64(40);
    out.U64(0).U64(0);
  });
  return image.Build();
}

std::vector<uint8_t> BuildNames(uint64_t names) {
  // As LLVM: half as many buckets as names.
  const uint64_t bucket_count = names / 2;
  std::vector<std::vector<uint64_t>> buckets(bucket_count);
  for (uint64_t i = 0; i < names; ++i) {
    buckets[*NameHash(Name(i)) % bucket_count].push_back(i);
  }
  Image image;
  DwarfBuilder& dwarf = image.dwarf;
  Assembler& out = dwarf.Section(".debug_names");
  out.Length(Format::kDwarf32, [&] {
    out.U16(5).U16(0).U32(1).U32(0).U32(0).U32(bucket_count).U32(names);
    out.U32(9).U32(8);
    for (const char c : {'L', 'L', 'V', 'M', '0', '7', '0', '0'}) {
      out.U8(static_cast<uint8_t>(c));
    }
    dwarf.SectionOffset(out, ".debug_info", 0);
    uint64_t next = 1;
    for (const std::vector<uint64_t>& bucket : buckets) {
      out.U32(bucket.empty() ? 0 : next);
      next += bucket.size();
    }
    for (const std::vector<uint64_t>& bucket : buckets) {
      for (const uint64_t name : bucket) out.U32(*NameHash(Name(name)));
    }
    for (const std::vector<uint64_t>& bucket : buckets) {
      for (const uint64_t name : bucket) {
        dwarf.SectionOffset(out, ".debug_str", dwarf.Str(Name(name)));
      }
    }
    constexpr uint64_t kEntrySize = 6;
    for (uint64_t i = 0; i < names; ++i) out.U32(i * kEntrySize);
    out.Uleb(1).Uleb(DW_TAG_subprogram).Uleb(DW_IDX_die_offset);
    out.Uleb(DW_FORM_ref4).Uleb(DW_IDX_parent).Uleb(DW_FORM_flag_present);
    out.Zeros(3);
    for (uint64_t i = 0; i < names; ++i) out.Uleb(1).U32(i).U8(0);
  });
  return image.Build();
}

std::vector<uint8_t> BuildExpressions(uint64_t expressions) {
  Image image;
  image.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  image.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (uint64_t i = 0; i < expressions; ++i) {
      die.Die(2).Exprloc([&](Assembler& out) {
        if (i % 2 == 0) {
          out.U8(DW_OP_addr).Address(image.symbol(), Place(i));
        } else {
          out.U8(DW_OP_fbreg).Sleb(-40);
        }
        out.U8(DW_OP_plus_uconst).Uleb(i).U8(DW_OP_deref);
        out.U8(DW_OP_stack_value);
      });
    }
    die.End();
  });
  return image.Build();
}

std::vector<uint8_t> BuildFrames(uint64_t fdes) {
  constexpr uint64_t kSize = 64;  // of a function
  ElfBuilder elf(kX86_64);
  const uint32_t text = elf.SectionSymbol(elf.Add({.name = ".text",
                                                   .type = SHT_NOBITS,
                                                   .flags = SHF_ALLOC,
                                                   .size = fdes * kSize}));
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t cie = frames.Cie({.instructions = [](Assembler& a) {
    a.U8(DW_CFA_def_cfa).Uleb(7).Uleb(8).U8(DW_CFA_offset | 16).Uleb(1);
  }});
  for (uint64_t i = 0; i < fdes; ++i) {
    frames.Fde(cie, [&](Assembler& a) {
      a.Address(text, static_cast<int64_t>(i * kSize)).U64(kSize);
      a.U8(DW_CFA_advance_loc | 2).U8(DW_CFA_def_cfa_offset).Uleb(16);
      a.U8(DW_CFA_offset | 12).Uleb(2).U8(DW_CFA_advance_loc | 1);
      a.U8(DW_CFA_def_cfa_offset).Uleb(24).U8(DW_CFA_offset | 6).Uleb(3);
      a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_def_cfa_offset).Uleb(32);
      a.U8(DW_CFA_offset | 3).Uleb(4).U8(DW_CFA_advance_loc | 40);
      a.U8(DW_CFA_remember_state).U8(DW_CFA_def_cfa_offset).Uleb(24);
      a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_def_cfa_offset).Uleb(8);
      a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_restore_state);
      a.Align(8);
    });
  }
  frames.Finish();
  return elf.Build();
}

}  // namespace dwreloc::internal
