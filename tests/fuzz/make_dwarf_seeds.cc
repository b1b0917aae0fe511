// Writes the seeds of the DWARF fuzz targets: one small file of each machine
// and version with a bit of everything, and inputs in the built format of
// fuzz_file.h.  Run by hand when there is more to show:
//
//   ninja -C build tests/fuzz/make_dwarf_seeds
//   build/tests/fuzz/make_dwarf_seeds tests/fuzz/corpus

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_builder.h"
#include "support/frame_builder.h"

namespace dwreloc::internal {
namespace {

namespace fs = std::filesystem;

void Write(const fs::path& path, const std::vector<uint8_t>& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

// A unit with lines, a range list, a location list and an expression.
std::vector<uint8_t> WholeFile(const Target& target, Encoding encoding) {
  ElfBuilder elf(target);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  const uint32_t symbol = elf.SectionSymbol(text);
  const uint32_t away = elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
  DwarfBuilder dwarf(&elf, encoding);
  const bool is_v5 = encoding.version >= 5;
  const int size = encoding.address_size;
  const uint32_t offset = encoding.version >= 4         ? DW_FORM_sec_offset
                          : encoding.offset_size() == 8 ? DW_FORM_data8
                                                        : DW_FORM_data4;
  const uint64_t line = dwarf.LineProgram(
      {.path_form = is_v5 ? uint32_t{DW_FORM_line_strp} : 8u, .md5 = is_v5},
      [&](LineWriter& out) {
        out.SetAddress(symbol, 1).Copy().Special(1, 2).AdvancePc(3);
        out.AdvanceLine(-1).SetColumn(4).FixedAdvancePc(2).Copy();
        out.EndSequence();
      });
  uint64_t ranges = 0;
  uint64_t locations = 0;
  const auto expression = [&](Assembler& out) {
    out.U8(DW_OP_addr).Address(away, 4).U8(DW_OP_plus_uconst).Uleb(200);
  };
  if (is_v5) {
    ranges = dwarf.Lists(".debug_rnglists", {[&](Assembler& out) {
                           out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
                           out.U8(DW_RLE_base_addressx).Uleb(0);
                           out.U8(DW_RLE_start_length).Address(symbol, 3);
                           out.Uleb(4).U8(DW_RLE_end_of_list);
                         }});
    locations = dwarf.Lists(".debug_loclists", {[&](Assembler& out) {
                              out.U8(DW_LLE_GNU_view_pair).Uleb(0).Uleb(1);
                              out.U8(DW_LLE_startx_length).Uleb(0).Uleb(2);
                              out.Block(expression);
                              out.U8(DW_LLE_end_of_list);
                            }});
  } else {
    Assembler& range = dwarf.Section(".debug_ranges");
    range.Number(UINT64_MAX, size).Address(symbol, 1);
    range.Number(1, size).Number(2, size).Zeros(2 * size);
    Assembler& location = dwarf.Section(".debug_loc");
    location.Address(symbol, 1).Address(symbol, 2);
    location.LengthOf(2, [&] { expression(location); }).Zeros(2 * size);
  }
  const uint64_t addresses = dwarf.AddrTable({{symbol, 1}, {away, 2}});
  const uint64_t strings = dwarf.StrOffsets({"x", "y"});
  dwarf.Abbrev(1, DW_TAG_compile_unit, true,
               {{DW_AT_name, DW_FORM_strp},
                {DW_AT_stmt_list, offset},
                {DW_AT_low_pc, DW_FORM_addr},
                {DW_AT_ranges, is_v5 ? uint32_t{DW_FORM_rnglistx} : offset},
                {DW_AT_addr_base, offset},
                {DW_AT_str_offsets_base, offset},
                {DW_AT_rnglists_base, offset},
                {DW_AT_loclists_base, offset}});
  dwarf.Abbrev(2, DW_TAG_subprogram, true,
               {{DW_AT_sibling, DW_FORM_ref4},
                {DW_AT_name, DW_FORM_strx},
                {DW_AT_low_pc, DW_FORM_addrx},
                {DW_AT_decl_line, DW_FORM_implicit_const, -7},
                {DW_AT_external, DW_FORM_flag_present}});
  dwarf.Abbrev(3, DW_TAG_variable, false,
               {{DW_AT_name, DW_FORM_string},
                {DW_AT_location,
                 encoding.version >= 4 ? DW_FORM_exprloc : DW_FORM_block1},
                {DW_AT_type, DW_FORM_ref_addr},
                {DW_AT_byte_size, DW_FORM_indirect}});
  dwarf.Abbrev(4, DW_TAG_variable, false,
               {{DW_AT_location, is_v5 ? uint32_t{DW_FORM_loclistx} : offset},
                {DW_AT_signature, DW_FORM_ref_sig8}});
  dwarf.EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    const Label next = die.Forward();
    die.Die(1).Strp("a.c").SecOffset(".debug_line", line).Addr(symbol, 1);
    if (is_v5) {
      die.Index(0);
    } else {
      die.SecOffset(".debug_ranges", ranges);
    }
    die.SecOffset(".debug_addr", addresses);
    die.SecOffset(".debug_str_offsets", strings);
    die.SecOffset(".debug_rnglists", ranges);
    die.SecOffset(".debug_loclists", locations);
    die.Die(2).Ref(4, next).Index(1).Index(0);
    die.Die(3).String("v").Exprloc(expression).RefAddr(11);
    die.Udata(DW_FORM_data2).Data2(4);
    die.End().Bind(next).Die(4);
    if (is_v5) {
      die.Index(0);
    } else {
      die.SecOffset(".debug_loc", locations);
    }
    die.RefSig8(7).End();
  });
  dwarf.Finish();
  return elf.Build();
}

// The lookup tables: one set or index of each, and a unit's header for them.
std::vector<uint8_t> LookupFile(const Target& target, Format format) {
  ElfBuilder elf(target);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  const uint32_t symbol = elf.SectionSymbol(text);
  const int size = target.address_size();
  const int width = static_cast<int>(format);
  DwarfBuilder dwarf(&elf, {.address_size = static_cast<uint8_t>(size),
                            .format = format,
                            .version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  Assembler& aranges = dwarf.Section(".debug_aranges");
  aranges.Length(format, [&] {
    aranges.U16(2);
    dwarf.SectionOffset(aranges, ".debug_info", 0);
    aranges.U8(static_cast<uint64_t>(size)).U8(0);
    aranges.Align(static_cast<uint64_t>(2 * size));
    aranges.Address(symbol).Number(4, size).Address(symbol, 4).Number(9, size);
    aranges.Zeros(static_cast<uint64_t>(2 * size));
  });
  for (const bool has_flags : {false, true}) {
    Assembler& names =
        dwarf.Section(has_flags ? ".debug_gnu_pubnames" : ".debug_pubtypes");
    names.Length(format, [&] {
      names.U16(2);
      dwarf.SectionOffset(names, ".debug_info", 0);
      names.Number(0x20, width).Number(0x10, width);
      if (has_flags) names.U8(0xb0);
      names.String("f").Number(0, width);
    });
  }
  Assembler& index = dwarf.Section(".debug_names");
  index.Length(format, [&] {
    index.U16(5).U16(0).U32(1).U32(1).U32(1).U32(1).U32(1).U32(12).U32(4);
    index.String("abc");
    dwarf.SectionOffset(index, ".debug_info", 0);
    dwarf.SectionOffset(index, ".debug_info", 0);
    index.U64(0x1234).U32(1).U32(177670);
    dwarf.SectionOffset(index, ".debug_str", dwarf.Str("a"));
    index.Number(0, width);
    index.Uleb(1).Uleb(DW_TAG_variable).Uleb(DW_IDX_type_unit);
    index.Uleb(DW_FORM_data1).Uleb(DW_IDX_die_offset).Uleb(DW_FORM_ref4);
    index.Uleb(DW_IDX_parent).Uleb(DW_FORM_flag_present).Zeros(4);
    index.U8(1).U8(0).U32(0xc).U8(1).U8(1).U32(0xd).U8(0);
  });
  dwarf.Finish();
  return elf.Build();
}

// The built format: two records, one section's contents.
std::vector<uint8_t> Built(const Target& target, uint8_t machine,
                           uint8_t control,
                           const std::function<void(Assembler&)>& body) {
  Assembler contents(target);
  body(contents);
  Assembler out(kX86_64);
  out.U8(machine).U8(control).U8(2);
  out.U16(1).U8(1 << 2).U8(4).U16(20).U8(1 << 2 | 1).U8(8);
  out.U16(contents.offset()).Raw(contents.bytes());
  out.Zeros(16);  // what follows: .debug_addr and others
  return out.bytes();
}

// Macro units of a file with both kinds of them.
std::vector<uint8_t> Macros(const Target& target, uint16_t version) {
  ElfBuilder elf(target);
  DwarfBuilder dwarf(
      &elf, {.address_size = static_cast<uint8_t>(target.address_size()),
             .version = version});
  dwarf.Section(".debug_line").Zeros(4);
  dwarf.StrOffsets({"A 1"});
  Assembler& out = dwarf.Section(".debug_macro");
  out.U16(version).U8(6);
  dwarf.SectionOffset(out, ".debug_line", 0);
  out.U8(1).U8(0xe0).Uleb(2).U8(DW_FORM_udata).U8(DW_FORM_block1);
  out.U8(DW_MACRO_start_file).Uleb(0).Uleb(1);
  out.U8(DW_MACRO_define)
      .Uleb(1)
      .String("A 1")
      .U8(DW_MACRO_define_strp)
      .Uleb(2);
  dwarf.SectionOffset(out, ".debug_str", dwarf.Str("B 2"));
  out.U8(0xe0).Uleb(300).U8(1).U8(2).U8(DW_MACRO_end_file).U8(DW_MACRO_import);
  dwarf.SectionOffset(out, ".debug_macro", out.offset() + 5);
  out.U8(0);
  out.U16(version).U8(0).U8(DW_MACRO_undef).Uleb(3).String("A");
  if (version >= 5) out.U8(DW_MACRO_define_strx).Uleb(4).Uleb(0);
  out.U8(0);
  dwarf.Section(".debug_macinfo")
      .U8(DW_MACINFO_start_file)
      .Uleb(0)
      .Uleb(1)
      .U8(DW_MACINFO_define)
      .Uleb(1)
      .String("A 1")
      .U8(DW_MACINFO_vendor_ext)
      .Uleb(1)
      .String("x")
      .U8(DW_MACINFO_end_file)
      .U8(0);
  dwarf.Abbrev(1, DW_TAG_compile_unit, false,
               {{DW_AT_macros, DW_FORM_sec_offset}});
  dwarf.EndAbbrevs();
  dwarf.Unit({},
             [](DieWriter& die) { die.Die(1).SecOffset(".debug_macro", 0); });
  dwarf.Finish();
  return elf.Build();
}

// An index with one unit in two slots, in the built format.
std::vector<uint8_t> Index(uint16_t version) {
  Assembler contents(kX86_64);
  contents.U16(version).U16(0).U32(2).U32(1).U32(2);
  contents.U64(0).U64(7).U32(0).U32(1);
  contents.U32(DW_SECT_INFO).U32(DW_SECT_LINE).U32(1).U32(2).U32(3).U32(4);
  Assembler out(kX86_64);
  out.Zeros(3).U16(contents.offset()).Raw(contents.bytes());
  Assembler sup(kX86_64);
  sup.U16(5).U8(0).String("a.sup").Uleb(2).U16(0x102);
  out.U16(sup.offset()).Raw(sup.bytes());
  out.U16(8).String("a.dwz").U16(0x304).String("debug").Zeros(2).U32(9);
  return out.bytes();
}

// A section with a bit of every instruction, in a file of its own.
void AddFrames(ElfBuilder& elf, const char* name, uint8_t version,
               Format format) {
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  const int size = elf.target().address_size();
  FrameBuilder frames(&elf, name, format);
  const auto initial = [](Assembler& a) {
    a.U8(DW_CFA_def_cfa).Uleb(7).Uleb(8).U8(DW_CFA_offset | 16).Uleb(1);
  };
  const auto address = [&](Assembler& a) {
    if (elf.is_relocatable()) {
      a.Address(elf.SectionSymbol(text), 4);
    } else {
      a.Number(4, size);
    }
  };
  const uint64_t plain =
      frames.Cie({.version = version, .instructions = initial});
  frames.Fde(plain, [&](Assembler& a) {
    address(a);
    a.Number(8, size).U8(DW_CFA_advance_loc | 1);
    a.U8(DW_CFA_remember_state).U8(DW_CFA_def_cfa_offset).Uleb(200);
    a.U8(DW_CFA_advance_loc1).U8(1).U8(DW_CFA_restore_state);
    a.U8(DW_CFA_expression).Uleb(3).Uleb(2).Raw({DW_OP_breg7, 8});
    a.U8(DW_CFA_def_cfa_expression).Uleb(1).U8(DW_OP_lit0);
    a.U8(DW_CFA_advance_loc4).U32(1).U8(DW_CFA_restore | 16);
    a.U8(DW_CFA_register).Uleb(1).Uleb(2).U8(DW_CFA_set_loc);
    address(a);
    a.U8(DW_CFA_GNU_args_size).Uleb(16);
  });
  frames.out().U32(0);
  const uint64_t augmented =
      frames.Cie({.version = version,
                  .augmentation = "zPLRS",
                  .augmentation_data =
                      [](Assembler& a) {
                        a.U8(DW_EH_PE_pcrel | DW_EH_PE_udata4).U32(1);
                        a.U8(DW_EH_PE_funcrel | DW_EH_PE_sdata4);
                        a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
                      },
                  .instructions = initial});
  frames.Fde(augmented, [](Assembler& a) {
    a.U32(4).U32(8).Uleb(4).U32(1).U8(DW_CFA_advance_loc2).U16(2);
    a.U8(DW_CFA_val_offset_sf).Uleb(3).Sleb(-1).U8(DW_CFA_same_value).Uleb(9);
  });
  frames.Finish();
}

void WriteFrames(const fs::path& corpus) {
  for (const Target& target : {kX86_64, kI386, kS390x, kAArch64}) {
    for (const uint8_t version : {1, 3, 4}) {
      for (const char* name : {".debug_frame", ".eh_frame"}) {
        ElfBuilder elf(target);
        AddFrames(elf, name, version, Format::kDwarf32);
        Write(corpus / (std::string(target.name) + name + "-v" +
                        std::to_string(version)),
              elf.Build());
        // The built format: no records, the rest is the section.
        ElfBuilder linked(kX86_64, ET_EXEC);
        AddFrames(linked, name, version, Format::kDwarf64);
        std::vector<uint8_t> built = {
            0x80, static_cast<uint8_t>(name[1] == 'e' ? 1 : 0), 0};
        const std::vector<uint8_t>& bytes =
            linked.section(linked.section_count() - 1).contents;
        built.insert(built.end(), bytes.begin(), bytes.end());
        Write(corpus / (std::string("built") + name + "-v" +
                        std::to_string(version)),
              built);
      }
    }
  }
}

void WriteAll(const fs::path& corpus) {
  WriteFrames(corpus / "cfi_fuzz");
  const char* const names[] = {"expr_fuzz", "info_fuzz", "line_fuzz",
                               "locations_fuzz", "ranges_fuzz"};
  for (const Target& target : {kX86_64, kI386, kS390x}) {
    for (uint16_t version = 2; version <= 5; ++version) {
      const std::vector<uint8_t> image = WholeFile(
          target, {.address_size = static_cast<uint8_t>(target.address_size()),
                   .version = version});
      for (const char* name : names) {
        Write(corpus / name /
                  (std::string(target.name) + "-v" + std::to_string(version)),
              image);
      }
    }
  }
  for (const char* name : names) {
    Write(corpus / name / "dwarf64",
          WholeFile(kX86_64, {.format = Format::kDwarf64, .version = 5}));
  }
  for (const char* name : {"aranges_fuzz", "names_fuzz", "pubnames_fuzz"}) {
    for (const Target& target : {kX86_64, kI386, kS390x}) {
      Write(corpus / name / target.name, LookupFile(target, Format::kDwarf32));
    }
    Write(corpus / name / "dwarf64", LookupFile(kS390x, Format::kDwarf64));
  }
  for (uint8_t control = 0; control < 16; ++control) {
    const std::string name = "built-" + std::to_string(control);
    const bool is_v5 = (control & 3) == 3;
    Write(corpus / "ranges_fuzz" / name,
          Built(kX86_64, 0, control, [&](Assembler& out) {
            if (is_v5) {
              out.U8(DW_RLE_start_length).U64(0).Uleb(3);
              out.U8(DW_RLE_startx_endx).Uleb(0).Uleb(1);
              out.U8(DW_RLE_end_of_list);
            } else {
              out.U64(UINT64_MAX).U64(8).U64(1).U64(2).Zeros(16);
            }
          }));
    Write(corpus / "locations_fuzz" / name,
          Built(kX86_64, 0, control, [&](Assembler& out) {
            if (is_v5) {
              out.U8(DW_LLE_start_length).U64(0).Uleb(3).Uleb(2);
              out.Raw({DW_OP_reg0, DW_OP_stack_value});
              out.U8(DW_LLE_default_location).Uleb(0).U8(DW_LLE_end_of_list);
            } else {
              out.U64(1).U64(2).U16(1).U8(DW_OP_reg0).Zeros(16);
            }
          }));
  }
  Write(corpus / "aranges_fuzz" / "built",
        Built(kX86_64, 0, 0, [](Assembler& out) {
          out.U32(44).U16(2).U32(0).U8(8).U8(0).Zeros(4);
          out.U64(0).U64(4).Zeros(16);
        }));
  Write(corpus / "pubnames_fuzz" / "built",
        Built(kX86_64, 0, 0, [](Assembler& out) {
          out.U32(21).U16(2).U32(0).U32(0x20).U32(0x10).U8(0xb0);
          out.String("f").U32(0);
        }));
  Write(corpus / "names_fuzz" / "built",
        Built(kX86_64, 0, 0, [](Assembler& out) {
          out.Length(Format::kDwarf32, [&] {
            out.U16(5).U16(0).U32(1).U32(0).U32(0).U32(1).U32(1).U32(7).U32(0);
            out.U32(0).U32(1).U32(5381).U32(0).U32(0);
            out.Uleb(1).Uleb(DW_TAG_variable).Uleb(DW_IDX_die_offset);
            out.Uleb(DW_FORM_ref1).Zeros(3);
            out.U8(1).U8(0x10).U8(0);
          });
        }));
  for (const Target& target : {kX86_64, kI386, kS390x}) {
    for (const uint16_t version : {uint16_t{4}, uint16_t{5}}) {
      Write(corpus / "macro_fuzz" /
                (std::string(target.name) + "-v" + std::to_string(version)),
            Macros(target, version));
    }
  }
  for (uint8_t control = 0; control < 4; ++control) {
    const std::string name = "built-" + std::to_string(control);
    if (control < 2) {
      Write(corpus / "macro_fuzz" / name,
            Built(kX86_64, 0, control, [&](Assembler& out) {
              if (control == 0) out.U16(5).U8(0);
              out.U8(DW_MACRO_start_file).Uleb(1).Uleb(1);
              out.U8(DW_MACRO_define).Uleb(1).String("A");
              if (control == 0) out.U8(DW_MACRO_import).U32(0);
              out.U8(DW_MACRO_end_file).U8(0);
            }));
    }
    Write(corpus / "contributions_fuzz" / name,
          Built(kX86_64, 0, control, [&](Assembler& out) {
            if ((control & 2) == 0) out.U32(20).U16(5).U16(8);
            out.U64(0).U64(1);
          }));
  }
  Write(corpus / "unit_index_fuzz" / "version-2", Index(2));
  Write(corpus / "unit_index_fuzz" / "version-5", Index(5));
  Write(corpus / "expr_fuzz" / "built",
        Built(kX86_64, 0, 3, [](Assembler& out) {
          out.U8(DW_OP_addr).U64(0).U8(DW_OP_const4u).U32(1);
          out.U8(DW_OP_entry_value).Uleb(1).U8(DW_OP_reg0);
          out.U8(DW_OP_GNU_const_type).Uleb(1).U8(1).U8(9);
          out.U8(DW_OP_addrx).Uleb(0).U8(DW_OP_implicit_pointer).U32(0).Sleb(1);
        }));
}

}  // namespace
}  // namespace dwreloc::internal

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  dwreloc::internal::WriteAll(argv[1]);
  return 0;
}
