#include "support/dwarf_builder.h"

#include <dwreloc/dwarf.h>

namespace dwreloc::internal {

DieWriter& DieWriter::Die(uint64_t abbrev_code) {
  out_.Uleb(abbrev_code);
  return *this;
}

DieWriter& DieWriter::Bind(Label label) {
  out_.Bind(label);
  return *this;
}

DieWriter& DieWriter::Addr(uint32_t symbol, int64_t addend) {
  dwarf_.Address(out_, symbol, addend);
  return *this;
}

DieWriter& DieWriter::Data1(uint64_t value) {
  out_.U8(value);
  return *this;
}

DieWriter& DieWriter::Data2(uint64_t value) {
  out_.U16(value);
  return *this;
}

DieWriter& DieWriter::Data4(uint64_t value) {
  out_.U32(value);
  return *this;
}

DieWriter& DieWriter::Data8(uint64_t value) {
  out_.U64(value);
  return *this;
}

DieWriter& DieWriter::DataReloc(int width, uint32_t symbol, int64_t addend) {
  out_.Offset(width, symbol, addend);
  return *this;
}

DieWriter& DieWriter::Udata(uint64_t value) {
  out_.Uleb(value);
  return *this;
}

DieWriter& DieWriter::Sdata(int64_t value) {
  out_.Sleb(value);
  return *this;
}

DieWriter& DieWriter::Flag(bool value) {
  out_.U8(value ? 1 : 0);
  return *this;
}

DieWriter& DieWriter::String(std::string_view text) {
  out_.String(text);
  return *this;
}

DieWriter& DieWriter::Strp(std::string_view text) {
  return SecOffset(".debug_str", dwarf_.Str(text));
}

DieWriter& DieWriter::LineStrp(std::string_view text) {
  return SecOffset(".debug_line_str", dwarf_.LineStr(text));
}

DieWriter& DieWriter::SecOffset(std::string_view section, uint64_t offset) {
  dwarf_.SectionOffset(out_, section, offset);
  return *this;
}

DieWriter& DieWriter::Ref(int width, Label die) {
  out_.Delta(width, unit_, die);
  return *this;
}

DieWriter& DieWriter::RefUdata(uint64_t offset_in_unit) {
  out_.Uleb(offset_in_unit);
  return *this;
}

DieWriter& DieWriter::RefAddr(uint64_t offset, std::string_view section) {
  out_.Offset(dwarf_.encoding().ref_addr_size(), dwarf_.SectionSymbol(section),
              static_cast<int64_t>(offset));
  return *this;
}

DieWriter& DieWriter::RefSig8(uint64_t signature) { return Data8(signature); }

DieWriter& DieWriter::Index(uint64_t index) { return Udata(index); }

DieWriter& DieWriter::Index(int width, uint64_t index) {
  out_.Number(index, width);
  return *this;
}

DieWriter& DieWriter::Exprloc(const std::function<void(Assembler&)>& ops) {
  out_.Block(ops);
  return *this;
}

DieWriter& DieWriter::Block(int width,
                            const std::function<void(Assembler&)>& ops) {
  out_.LengthOf(width, [&] { ops(out_); });
  return *this;
}

LineWriter& LineWriter::Op(uint8_t opcode) {
  out_.U8(opcode);
  return *this;
}

LineWriter& LineWriter::Op(uint8_t opcode, uint64_t uleb) {
  out_.U8(opcode).Uleb(uleb);
  return *this;
}

LineWriter& LineWriter::Special(int line, int op_advance) {
  const int opcode_base = static_cast<int>(header_.opcode_lengths.size()) + 1;
  out_.U8(static_cast<uint64_t>(line - header_.line_base +
                                header_.line_range * op_advance + opcode_base));
  return *this;
}

LineWriter& LineWriter::Extended(
    uint8_t opcode, const std::function<void(Assembler&)>& operands) {
  out_.U8(0).Block([&](Assembler& out) {
    out.U8(opcode);
    operands(out);
  });
  return *this;
}

LineWriter& LineWriter::SetAddress(uint32_t symbol, int64_t addend) {
  return Extended(2, [&](Assembler& out) { out.Address(symbol, addend); });
}

LineWriter& LineWriter::EndSequence() {
  return Extended(1, [](Assembler&) {});
}

LineWriter& LineWriter::AdvanceLine(int64_t advance) {
  out_.U8(3).Sleb(advance);
  return *this;
}

LineWriter& LineWriter::FixedAdvancePc(uint16_t advance) {
  out_.U8(9).U16(advance);
  return *this;
}

Assembler& DwarfBuilder::Section(std::string_view name) {
  const auto found = outputs_.find(name);
  if (found != outputs_.end()) return found->second->bytes;
  const uint32_t index = elf_.Add({.name = std::string(name) + suffix_});
  const auto [added, unused] = outputs_.emplace(
      std::string(name),
      std::make_unique<Output>(Output{index, Assembler(elf_.target())}));
  return added->second->bytes;
}

uint32_t DwarfBuilder::SectionIndex(std::string_view name) {
  Section(name);
  return outputs_.find(name)->second->index;
}

uint32_t DwarfBuilder::SectionSymbol(std::string_view name) {
  return elf_.SectionSymbol(SectionIndex(name));
}

uint64_t DwarfBuilder::AddString(std::string_view section,
                                 std::string_view text) {
  Assembler& out = Section(section);
  const auto [found, is_new] = strings_.emplace(
      std::pair(std::string(section), std::string(text)), out.offset());
  if (is_new) out.String(text);
  return found->second;
}

uint64_t DwarfBuilder::Str(std::string_view text) {
  return AddString(".debug_str", text);
}

uint64_t DwarfBuilder::LineStr(std::string_view text) {
  return AddString(".debug_line_str", text);
}

DwarfBuilder& DwarfBuilder::SectionOffset(Assembler& out,
                                          std::string_view section,
                                          uint64_t offset) {
  const int width = encoding_.offset_size();
  if (elf_.is_relocatable() && suffix_.empty()) {
    out.Offset(width, SectionSymbol(section), static_cast<int64_t>(offset));
  } else {
    out.Number(offset, width);
  }
  return *this;
}

DwarfBuilder& DwarfBuilder::Address(Assembler& out, uint32_t symbol,
                                    int64_t addend) {
  out.Offset(encoding_.address_size, symbol, addend);
  return *this;
}

DwarfBuilder& DwarfBuilder::Abbrev(
    uint64_t code, uint64_t tag, bool has_children,
    std::initializer_list<AbbrevAttribute> attributes) {
  Assembler& out = Section(".debug_abbrev");
  out.Uleb(code).Uleb(tag).U8(has_children ? 1 : 0);
  for (const AbbrevAttribute& attribute : attributes) {
    out.Uleb(attribute.name).Uleb(attribute.form);
    if (attribute.form == DW_FORM_implicit_const) {
      out.Sleb(attribute.implicit_const);
    }
  }
  out.Uleb(0).Uleb(0);
  return *this;
}

DwarfBuilder& DwarfBuilder::EndAbbrevs() {
  Section(".debug_abbrev").Uleb(0);
  return *this;
}

uint64_t DwarfBuilder::Unit(const UnitHeaderFields& header,
                            const std::function<void(DieWriter&)>& body) {
  Assembler& out = Section(header.section);
  const uint64_t start = out.offset();
  const Label unit = out.Here();
  out.Length(encoding_.format, [&] {
    out.U16(encoding_.version);
    const bool is_v5 = encoding_.version >= 5;
    if (is_v5) out.U8(header.unit_type).U8(encoding_.address_size);
    SectionOffset(out, ".debug_abbrev", header.abbrev_offset);
    if (!is_v5) out.U8(encoding_.address_size);
    const bool has_type = is_v5 ? header.unit_type == DW_UT_type ||
                                      header.unit_type == DW_UT_split_type
                                : header.section == ".debug_types";
    const bool has_id = is_v5 && (header.unit_type == DW_UT_skeleton ||
                                  header.unit_type == DW_UT_split_compile);
    if (has_type || has_id) out.U64(header.signature);
    if (has_type && header.type.id != UINT32_MAX) {
      out.Delta(encoding_.offset_size(), unit, header.type);
    } else if (has_type) {
      out.Number(0, encoding_.offset_size());
    }
    DieWriter writer(this, &out, unit);
    body(writer);
  });
  return start;
}

uint64_t DwarfBuilder::LineProgram(
    const LineHeaderFields& header,
    const std::function<void(LineWriter&)>& body) {
  Assembler& out = Section(".debug_line");
  const uint64_t start = out.offset();
  const auto path = [&](std::string_view text) {
    if (header.path_form == DW_FORM_line_strp) {
      SectionOffset(out, ".debug_line_str", LineStr(text));
    } else if (header.path_form == DW_FORM_strp) {
      SectionOffset(out, ".debug_str", Str(text));
    } else {
      out.String(text);
    }
  };
  const auto tables_v5 = [&] {
    out.U8(1).Uleb(DW_LNCT_path).Uleb(header.path_form);
    out.Uleb(header.directories.size());
    for (const std::string& directory : header.directories) path(directory);
    out.U8(header.md5 ? 3 : 2).Uleb(DW_LNCT_path).Uleb(header.path_form);
    out.Uleb(DW_LNCT_directory_index).Uleb(DW_FORM_udata);
    if (header.md5) out.Uleb(DW_LNCT_MD5).Uleb(DW_FORM_data16);
    out.Uleb(header.files.size());
    for (const LineEntry& file : header.files) {
      path(file.path);
      out.Uleb(file.directory);
      std::string md5 = file.md5;
      md5.resize(16);
      if (header.md5) {
        out.Raw(Bytes(reinterpret_cast<const uint8_t*>(md5.data()), 16));
      }
    }
  };
  const auto tables_v2 = [&] {
    for (const std::string& directory : header.directories) {
      out.String(directory);
    }
    out.U8(0);
    for (const LineEntry& file : header.files) {
      out.String(file.path).Uleb(file.directory).Uleb(0).Uleb(0);
    }
    out.U8(0);
  };
  out.Length(encoding_.format, [&] {
    out.U16(encoding_.version);
    if (encoding_.version >= 5) out.U8(encoding_.address_size).U8(0);
    out.LengthOf(encoding_.offset_size(), [&] {
      out.U8(header.min_inst_length);
      if (encoding_.version >= 4) out.U8(header.max_ops_per_inst);
      out.U8(header.default_is_stmt ? 1 : 0);
      out.U8(static_cast<uint8_t>(header.line_base)).U8(header.line_range);
      out.U8(header.opcode_lengths.size() + 1).Raw(header.opcode_lengths);
      if (encoding_.version >= 5) {
        tables_v5();
      } else {
        tables_v2();
      }
    });
    LineWriter writer(&out, header);
    body(writer);
  });
  return start;
}

uint64_t DwarfBuilder::Lists(
    std::string_view section,
    const std::vector<std::function<void(Assembler&)>>& lists,
    bool with_offsets) {
  Assembler& out = Section(section);
  uint64_t base = 0;
  out.Length(encoding_.format, [&] {
    out.U16(5).U8(encoding_.address_size).U8(0);
    out.U32(with_offsets ? lists.size() : 0);
    base = out.offset();
    const Label first = out.Here();
    std::vector<Label> starts;
    for (size_t i = 0; i < lists.size(); ++i) {
      starts.push_back(out.Forward());
      if (with_offsets) out.Delta(encoding_.offset_size(), first, starts[i]);
    }
    for (size_t i = 0; i < lists.size(); ++i) {
      out.Bind(starts[i]);
      lists[i](out);
    }
  });
  return base;
}

uint64_t DwarfBuilder::AddrTable(
    std::vector<std::pair<uint32_t, int64_t>> addresses) {
  Assembler& out = Section(".debug_addr");
  uint64_t base = 0;
  out.Length(encoding_.format, [&] {
    out.U16(5).U8(encoding_.address_size).U8(0);
    base = out.offset();
    for (const auto& [symbol, addend] : addresses) {
      Address(out, symbol, addend);
    }
  });
  return base;
}

uint64_t DwarfBuilder::StrOffsets(
    std::initializer_list<std::string_view> strings) {
  Assembler& out = Section(".debug_str_offsets");
  uint64_t base = 0;
  out.Length(encoding_.format, [&] {
    out.U16(5).U16(0);
    base = out.offset();
    for (const std::string_view text : strings) {
      SectionOffset(out, ".debug_str", Str(text));
    }
  });
  return base;
}

void DwarfBuilder::Finish() {
  for (const auto& [name, output] : outputs_) {
    elf_.Fill(output->index, output->bytes);
  }
}

}  // namespace dwreloc::internal
