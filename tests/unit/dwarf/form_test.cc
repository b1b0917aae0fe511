// dwarf/tree/form: the size, value and class of every form (DWARF 5 table 7.6,
// DWARF 4 and older, GNU), relocated and not, and forms cut short.

#include "dwarf/tree/form.h"

#include <gtest/gtest.h>

#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

constexpr Encoding kV5 = {.address_size = 8, .version = 5};

// One section of data, with an allocated and a static section to refer to.
class Data {
 public:
  explicit Data(const Target& target = kX86_64) : out(target), elf_(target) {}

  uint32_t text_symbol() { return elf_.SectionSymbol(text_); }
  uint32_t text() const { return text_; }
  uint32_t str_symbol() { return elf_.SectionSymbol(str_); }
  ElfBuilder& elf() { return elf_; }

  // Decodes one attribute at the section's start.
  bool Decode(uint16_t name, uint16_t form, Encoding encoding,
              Attribute* attribute, int64_t implicit_const = 0) {
    if (file_ == nullptr) {
      index_ = elf_.Add(".debug_info", out);
      file_ = std::make_unique<OpenedFile>(elf_);
    }
    cursor_ = RelocCursor(file_->View(index_));
    // As AbbrevTable has it.
    AttributeSpec spec = MakeSpec(name, form, encoding);
    if (form == DW_FORM_implicit_const) spec.implicit_const = implicit_const;
    return DecodeAttribute(cursor_, spec, encoding, attribute);
  }
  // Of the last Decode.
  uint64_t consumed() const { return cursor_.offset(); }
  const RelocCursor& cursor() const { return cursor_; }

  Assembler out;

 private:
  ElfBuilder elf_;
  uint32_t text_ =
      elf_.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  uint32_t str_ = elf_.Add({.name = ".debug_str", .contents = Zeros(256)});
  uint32_t index_ = 0;
  std::unique_ptr<OpenedFile> file_;
  RelocCursor cursor_;
};

// Forms without relocations: size and value by the standard's table.
struct PlainForm {
  uint16_t form;
  std::vector<uint8_t> bytes;  // little-endian
  uint64_t value;
  uint8_t width;
};

const PlainForm kPlainForms[] = {
    {DW_FORM_data1, {0xfe}, 0xfe, 1},
    {DW_FORM_data2, {0xfe, 0xca}, 0xcafe, 2},
    {DW_FORM_data4, {1, 2, 3, 0x84}, 0x84030201, 4},
    {DW_FORM_data8, {1, 2, 3, 4, 5, 6, 7, 0x88}, 0x8807060504030201, 8},
    {DW_FORM_sdata, {0xff, 0x7e}, static_cast<uint64_t>(-129), 0},
    {DW_FORM_udata, {0xff, 0x7e}, 0x3f7f, 0},
    {DW_FORM_flag, {1}, 1, 1},
    {DW_FORM_flag, {0}, 0, 1},
    {DW_FORM_flag_present, {}, 1, 0},
    {DW_FORM_ref1, {0x80}, 0x80, 1},
    {DW_FORM_ref2, {0x34, 0x12}, 0x1234, 2},
    {DW_FORM_ref4, {0x78, 0x56, 0x34, 0x12}, 0x12345678, 4},
    {DW_FORM_ref8, {1, 0, 0, 0, 0, 0, 0, 1}, 0x0100000000000001, 8},
    {DW_FORM_ref_udata, {0x80, 0x01}, 0x80, 0},
    {DW_FORM_ref_sig8, {8, 7, 6, 5, 4, 3, 2, 1}, 0x0102030405060708, 8},
    {DW_FORM_ref_sup4, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_ref_sup8, {8, 7, 6, 5, 4, 3, 2, 1}, 0x0102030405060708, 8},
    {DW_FORM_strx, {0x80, 0x02}, 0x100, 0},
    {DW_FORM_strx1, {0xff}, 0xff, 1},
    {DW_FORM_strx2, {0xfe, 0xff}, 0xfffe, 2},
    {DW_FORM_strx3, {3, 2, 1}, 0x010203, 3},
    {DW_FORM_strx4, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_addrx, {0x80, 0x02}, 0x100, 0},
    {DW_FORM_addrx1, {0xff}, 0xff, 1},
    {DW_FORM_addrx2, {0xfe, 0xff}, 0xfffe, 2},
    {DW_FORM_addrx3, {3, 2, 1}, 0x010203, 3},
    {DW_FORM_addrx4, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_loclistx, {0x80, 0x02}, 0x100, 0},
    {DW_FORM_rnglistx, {0x81, 0x02}, 0x101, 0},
    {DW_FORM_GNU_addr_index, {0x80, 0x02}, 0x100, 0},
    {DW_FORM_LLVM_addrx_offset, {0x80, 0x02, 4, 3, 2, 1}, 0x100, 0},
    {DW_FORM_GNU_str_index, {0x80, 0x02}, 0x100, 0},
    {DW_FORM_addr, {1, 2, 3, 4, 5, 6, 7, 8}, 0x0807060504030201, 8},
    {DW_FORM_strp, {4, 3, 2, 0x81}, 0x81020304, 4},
    {DW_FORM_line_strp, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_strp_sup, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_sec_offset, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_ref_addr, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_GNU_ref_alt, {4, 3, 2, 1}, 0x01020304, 4},
    {DW_FORM_GNU_strp_alt, {4, 3, 2, 1}, 0x01020304, 4},
};

TEST(FormTest, PlainFormsHaveTheStandardsSizeAndValue) {
  for (const PlainForm& form : kPlainForms) {
    SCOPED_TRACE(FormName(form.form));
    Data data;
    data.out.Raw(form.bytes).U8(0xee);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_const_value, form.form, kV5, &attribute));
    EXPECT_EQ(data.consumed(), form.bytes.size());
    EXPECT_EQ(attribute.value, form.value);
    EXPECT_EQ(attribute.width, form.width);
    EXPECT_EQ(attribute.form, form.form);
    EXPECT_EQ(attribute.name, DW_AT_const_value);
    EXPECT_EQ(attribute.offset, 0u);
    EXPECT_EQ(attribute.flags & ~kAttributeSigned, 0);
    EXPECT_EQ((attribute.flags & kAttributeSigned) != 0,
              form.form == DW_FORM_sdata);
  }
}

TEST(FormTest, TruncatedAtEveryByte) {
  for (const PlainForm& form : kPlainForms) {
    SCOPED_TRACE(FormName(form.form));
    for (size_t size = 0; size < form.bytes.size(); ++size) {
      Data data;
      data.out.Raw(Bytes(form.bytes.data(), size));
      Attribute attribute;
      EXPECT_FALSE(data.Decode(DW_AT_const_value, form.form, kV5, &attribute));
      EXPECT_THAT(FormError(data.cursor(), attribute),
                  FailsWith(ErrorCode::kTruncated, ""));
    }
  }
}

TEST(FormTest, BigEndianNumbers) {
  Attribute attribute;
  const auto decode = [&](uint16_t form, std::initializer_list<uint8_t> bytes) {
    Data data(kS390x);
    data.out.Raw(bytes);
    EXPECT_TRUE(data.Decode(DW_AT_const_value, form, kV5, &attribute));
    return attribute.value;
  };
  EXPECT_EQ(decode(DW_FORM_data2, {0x12, 0x34}), 0x1234u);
  EXPECT_EQ(decode(DW_FORM_data4, {0x12, 0x34, 0x56, 0x78}), 0x12345678u);
  EXPECT_EQ(decode(DW_FORM_strx3, {1, 2, 3}), 0x010203u);
  EXPECT_EQ(decode(DW_FORM_addrx3, {0xff, 2, 3}), 0xff0203u);
  EXPECT_EQ(decode(DW_FORM_ref8, {1, 2, 3, 4, 5, 6, 7, 8}),
            0x0102030405060708u);
}

// The index in value, what is added to the address of that index in data.
TEST(FormTest, LlvmAddrxOffsetIsAnIndexAndAnOffset) {
  for (const Target& target : {kX86_64, kS390x}) {
    for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
      Data data(target);
      data.out.UlebPadded(3, 2).U32(0x12345678).U8(0xee);
      Attribute attribute;
      ASSERT_TRUE(data.Decode(
          DW_AT_low_pc, DW_FORM_LLVM_addrx_offset,
          {.address_size = 8, .format = format, .version = 5}, &attribute));
      EXPECT_EQ(attribute.attribute_class, AttributeClass::kAddress);
      EXPECT_EQ(attribute.value, 3u);
      EXPECT_EQ(attribute.data, 0x12345678u);
      EXPECT_EQ(data.consumed(), 6u);
    }
  }
}

TEST(FormTest, OffsetOfLlvmAddrxOffsetIsRelocated) {
  Data data(kRiscv64);
  data.out.Uleb(3)
      .Reloc(0, R_RISCV_ADD32, data.text_symbol(), 0x30)
      .Reloc(4, R_RISCV_SUB32, data.text_symbol(), 0x10);
  Attribute attribute;
  ASSERT_TRUE(
      data.Decode(DW_AT_low_pc, DW_FORM_LLVM_addrx_offset, kV5, &attribute));
  EXPECT_EQ(attribute.value, 3u);
  EXPECT_EQ(attribute.data, 0x20u);
  EXPECT_EQ(attribute.flags, kAttributeHasRecord);
}

TEST(FormTest, BadOffsetOfLlvmAddrxOffsetSpoilsIt) {
  Data data;
  data.out.Uleb(3).Reloc(4, R_X86_64_GOTPCREL, data.text_symbol(), 0);
  Attribute attribute;
  ASSERT_TRUE(
      data.Decode(DW_AT_low_pc, DW_FORM_LLVM_addrx_offset, kV5, &attribute));
  EXPECT_EQ(attribute.value, 3u);
  EXPECT_FALSE(IsNumber(attribute));
}

// Low half in value, high half in data.
TEST(FormTest, Data16InBothByteOrders) {
  const std::initializer_list<uint8_t> bytes = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
  Attribute attribute;
  Data little;
  little.out.Raw(bytes);
  ASSERT_TRUE(
      little.Decode(DW_AT_const_value, DW_FORM_data16, kV5, &attribute));
  EXPECT_EQ(attribute.value, 0x0706050403020100u);
  EXPECT_EQ(attribute.data, 0x0f0e0d0c0b0a0908u);
  EXPECT_EQ(attribute.width, 16);
  EXPECT_EQ(little.consumed(), 16u);
  Data big(kS390x);
  big.out.Raw(bytes);
  ASSERT_TRUE(big.Decode(DW_AT_const_value, DW_FORM_data16, kV5, &attribute));
  EXPECT_EQ(attribute.value, 0x08090a0b0c0d0e0fu);
  EXPECT_EQ(attribute.data, 0x0001020304050607u);
  Data cut;
  cut.out.Raw(bytes).Zeros(0);
  for (size_t size = 0; size < 16; ++size) {
    Data part;
    part.out.Raw(Bytes(std::data(bytes), size));
    EXPECT_FALSE(
        part.Decode(DW_AT_const_value, DW_FORM_data16, kV5, &attribute));
  }
}

TEST(FormTest, StringIsWhereItStands) {
  Data data;
  data.out.String("main").U8(0xee);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_name, DW_FORM_string, kV5, &attribute));
  EXPECT_EQ(attribute.attribute_class, AttributeClass::kString);
  EXPECT_EQ(attribute.value, 0u);
  EXPECT_EQ(attribute.data, 4u);
  EXPECT_EQ(data.consumed(), 5u);
  Data endless;
  endless.out.Raw({'m', 'a', 'i', 'n'});
  EXPECT_FALSE(endless.Decode(DW_AT_name, DW_FORM_string, kV5, &attribute));
}

TEST(FormTest, BlocksHaveLengthAndContents) {
  struct {
    uint16_t form;
    int length_width;  // 0: ULEB128
  } const blocks[] = {{DW_FORM_block1, 1},
                      {DW_FORM_block2, 2},
                      {DW_FORM_block4, 4},
                      {DW_FORM_block, 0},
                      {DW_FORM_exprloc, 0}};
  for (const auto& block : blocks) {
    SCOPED_TRACE(FormName(block.form));
    Data data;
    if (block.length_width == 0) {
      data.out.UlebPadded(3, 2);
    } else {
      data.out.Number(3, block.length_width);
    }
    const uint64_t start = data.out.offset();
    data.out.Raw({1, 2, 3, 0xee});
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_const_value, block.form, kV5, &attribute));
    EXPECT_EQ(attribute.value, 3u);
    EXPECT_EQ(attribute.data, start);
    EXPECT_EQ(data.consumed(), start + 3);
    EXPECT_TRUE(IsBlockForm(block.form));
    // One byte less than it says.
    Data cut;
    if (block.length_width == 0) {
      cut.out.UlebPadded(4, 2);
    } else {
      cut.out.Number(4, block.length_width);
    }
    cut.out.Raw({1, 2, 3});
    EXPECT_FALSE(cut.Decode(DW_AT_const_value, block.form, kV5, &attribute));
  }
  EXPECT_FALSE(IsBlockForm(DW_FORM_data16));
}

TEST(FormTest, HugeBlockIsTruncatedNotWrapped) {
  Data data;
  data.out.Uleb(UINT64_MAX).Zeros(8);
  Attribute attribute;
  EXPECT_FALSE(data.Decode(DW_AT_location, DW_FORM_exprloc, kV5, &attribute));
  EXPECT_THAT(FormError(data.cursor(), attribute),
              FailsWith(ErrorCode::kTruncated, ""));
}

TEST(FormTest, ImplicitConstTakesNoBytes) {
  Data data;
  data.out.U8(0xee);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_decl_line, DW_FORM_implicit_const, kV5,
                          &attribute, -5));
  EXPECT_EQ(data.consumed(), 0u);
  EXPECT_EQ(static_cast<int64_t>(attribute.value), -5);
  EXPECT_EQ(attribute.offset, kNoOffset);
  EXPECT_EQ(attribute.flags, kAttributeSigned);
  EXPECT_EQ(attribute.attribute_class, AttributeClass::kConstant);
}

TEST(FormTest, IndirectNamesItsForm) {
  Data data;
  data.out.Uleb(DW_FORM_data2).U16(0x1234).U8(0xee);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_byte_size, DW_FORM_indirect, kV5, &attribute));
  EXPECT_EQ(attribute.form, DW_FORM_data2);
  EXPECT_EQ(attribute.value, 0x1234u);
  EXPECT_EQ(attribute.offset, 1u);
  EXPECT_EQ(attribute.attribute_class, AttributeClass::kConstant);
  EXPECT_EQ(data.consumed(), 3u);
}

TEST(FormTest, IndirectToAnAddressIsRelocated) {
  Data data;
  data.out.Uleb(DW_FORM_addr).Address(data.text_symbol(), 7);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_low_pc, DW_FORM_indirect, kV5, &attribute));
  EXPECT_EQ(attribute.flags, kAttributeHasRecord | kAttributeSymbolic);
  EXPECT_EQ(attribute.section, data.text());
  EXPECT_EQ(attribute.value, 7u);
}

// The first would go on for ever; the second has its value elsewhere.
TEST(FormTest, IndirectMayNotBeIndirectOrImplicit) {
  for (const uint64_t form :
       {uint64_t{DW_FORM_indirect}, uint64_t{DW_FORM_implicit_const},
        uint64_t{0x10000 + DW_FORM_data1}}) {
    Data data;
    data.out.Uleb(form).Zeros(8);
    Attribute attribute;
    EXPECT_FALSE(
        data.Decode(DW_AT_byte_size, DW_FORM_indirect, kV5, &attribute));
    EXPECT_THAT(FormError(data.cursor(), attribute),
                FailsWith(ErrorCode::kUnsupported, "DW_AT_byte_size"));
  }
}

TEST(FormTest, UnknownFormsAreNamedByNumber) {
  for (const uint16_t form : {0, 0x02, 0x2d, 0x7fff}) {
    Data data;
    data.out.Zeros(16);
    Attribute attribute;
    EXPECT_FALSE(data.Decode(DW_AT_name, form, kV5, &attribute));
    EXPECT_THAT(FormError(data.cursor(), attribute),
                FailsWith(ErrorCode::kUnsupported, "unknown form 0x"));
  }
}

TEST(FormTest, OffsetsFollowTheFormat) {
  for (const uint16_t form :
       {DW_FORM_strp, DW_FORM_line_strp, DW_FORM_strp_sup, DW_FORM_sec_offset,
        DW_FORM_ref_addr, DW_FORM_GNU_ref_alt, DW_FORM_GNU_strp_alt}) {
    SCOPED_TRACE(FormName(form));
    Data data;
    data.out.U64(0x0102030405060708);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_name, form,
                            {.format = Format::kDwarf64, .version = 5},
                            &attribute));
    EXPECT_EQ(data.consumed(), 8u);
    EXPECT_EQ(attribute.value, 0x0102030405060708u);
    EXPECT_EQ(attribute.width, 8);
  }
}

// DWARF 2 7.5.4; from DWARF 3 on it has the size of an offset.
TEST(FormTest, RefAddrOfDwarf2HasTheSizeOfAnAddress) {
  for (const uint8_t address_size : {4, 8}) {
    for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
      for (uint16_t version = 2; version <= 5; ++version) {
        Data data;
        data.out.U64(0);
        Attribute attribute;
        ASSERT_TRUE(data.Decode(DW_AT_type, DW_FORM_ref_addr,
                                {address_size, format, version}, &attribute));
        EXPECT_EQ(data.consumed(), version == 2
                                       ? uint64_t{address_size}
                                       : static_cast<uint64_t>(format));
      }
    }
  }
}

TEST(FormTest, AddressesFollowTheAddressSize) {
  for (const uint8_t address_size : {2, 4, 8}) {
    Data data;
    data.out.U64(0x8877665544332211);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_low_pc, DW_FORM_addr,
                            {.address_size = address_size}, &attribute));
    EXPECT_EQ(data.consumed(), address_size);
    EXPECT_EQ(attribute.value, ZeroExtend(0x8877665544332211, address_size));
  }
}

TEST(FormTest, AddressIsSymbolPlusAddendOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    Data data(target);
    const uint32_t undefined = data.elf().AddSymbol(
        {.name = "away", .type = STT_NOTYPE, .binding = STB_GLOBAL});
    data.out.Address(data.text_symbol(), 0x10);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_low_pc, DW_FORM_addr, encoding, &attribute));
    EXPECT_EQ(attribute.flags, kAttributeHasRecord | kAttributeSymbolic);
    EXPECT_EQ(attribute.section, data.text());
    EXPECT_EQ(attribute.value, 0x10u);
    EXPECT_EQ(attribute.symbol, data.text_symbol());

    Data other(target);
    const uint32_t symbol = other.elf().AddSymbol(
        {.name = "away", .type = STT_NOTYPE, .binding = STB_GLOBAL});
    EXPECT_NE(undefined, 0u);
    other.out.Address(symbol, 8);
    ASSERT_TRUE(other.Decode(DW_AT_low_pc, DW_FORM_addr, encoding, &attribute));
    EXPECT_EQ(attribute.flags, kAttributeHasRecord | kAttributeSymbolic);
    EXPECT_EQ(attribute.section, kNoSection);
    EXPECT_EQ(attribute.symbol, symbol);
    EXPECT_EQ(attribute.value, 8u);
  });
}

TEST(FormTest, SectionOffsetsAreFoldedOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    for (const uint16_t form : {DW_FORM_strp, DW_FORM_line_strp,
                                DW_FORM_sec_offset, DW_FORM_ref_addr}) {
      Data data(target);
      const int width = form == DW_FORM_ref_addr ? encoding.ref_addr_size()
                                                 : encoding.offset_size();
      data.out.Offset(width, data.str_symbol(), 0x35);
      Attribute attribute;
      ASSERT_TRUE(data.Decode(DW_AT_producer, form, encoding, &attribute));
      EXPECT_EQ(attribute.flags, kAttributeHasRecord);
      EXPECT_EQ(attribute.value, 0x35u);
      EXPECT_EQ(attribute.symbol, kNoSymbol);
      EXPECT_EQ(attribute.section, kNoSection);
    }
  });
}

// RISC-V relocates DW_AT_high_pc; DWARF 2 and 3 have offsets in data4.
TEST(FormTest, FixedSizeConstantsAreRelocated) {
  for (const int width : {4, 8}) {
    Data data;
    data.out.Offset(width, data.text_symbol(), 3);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_high_pc,
                            width == 4 ? DW_FORM_data4 : DW_FORM_data8, kV5,
                            &attribute));
    EXPECT_EQ(attribute.flags, kAttributeHasRecord | kAttributeSymbolic);
    EXPECT_EQ(attribute.section, data.text());
    EXPECT_EQ(attribute.value, 3u);
  }
}

// A record that resolves to 0 is still a record.
TEST(FormTest, RecordOfValueZeroBeatsTheBytesInPlace) {
  Data data(kX86_64.WithFill(0x77));
  data.out.Offset(4, data.str_symbol(), 0);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_name, DW_FORM_strp, kV5, &attribute));
  EXPECT_EQ(attribute.value, 0u);
  EXPECT_EQ(attribute.flags, kAttributeHasRecord);
}

// Offsets of 2 to 4 GiB do not turn negative.
TEST(FormTest, OffsetBeyondTwoGigabytes) {
  Data data;
  data.out.Offset(4, data.str_symbol(), 0xfffffff0);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_name, DW_FORM_strp, kV5, &attribute));
  EXPECT_EQ(attribute.value, 0xfffffff0u);
}

TEST(FormTest, UnsupportedRelocationIsBadAndDecodingGoesOn) {
  for (const uint16_t form :
       {DW_FORM_addr, DW_FORM_data4, DW_FORM_data8, DW_FORM_strp,
        DW_FORM_sec_offset, DW_FORM_ref_addr}) {
    SCOPED_TRACE(FormName(form));
    Data data(kX86_64.WithFill(0x11));
    const int width = form == DW_FORM_addr || form == DW_FORM_data8 ? 8 : 4;
    data.out.Reloc(width, R_X86_64_GOTPCREL, data.text_symbol(), 0);
    Attribute attribute;
    ASSERT_TRUE(data.Decode(DW_AT_name, form, kV5, &attribute));
    EXPECT_EQ(attribute.flags & ~kAttributeHasRecord, kAttributeBad);
    EXPECT_EQ(data.consumed(), static_cast<uint64_t>(width));
  }
}

TEST(FormTest, OddRelocationOnASmallConstantIsBad) {
  Data data;
  data.out.Reloc(2, R_X86_64_GOTPCREL, data.text_symbol(), 0);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_byte_size, DW_FORM_data2, kV5, &attribute));
  EXPECT_EQ(attribute.flags & ~kAttributeHasRecord, kAttributeBad);
}

TEST(FormTest, RecordAtAnotherOffsetDoesNotConcern) {
  Data data;
  data.out.U32(0x1234).Offset(4, data.str_symbol(), 9);
  Attribute attribute;
  ASSERT_TRUE(data.Decode(DW_AT_name, DW_FORM_strp, kV5, &attribute));
  EXPECT_EQ(attribute.value, 0x1234u);
  EXPECT_EQ(attribute.flags, 0);
}

// DWARF 5 table 7.5 and 7.5.5.
TEST(FormTest, ClassesByForm) {
  const auto class_of = [](uint16_t form) {
    return ClassOf(DW_AT_const_value, form, 5);
  };
  for (const uint16_t form :
       {DW_FORM_addr, DW_FORM_addrx, DW_FORM_addrx1, DW_FORM_addrx2,
        DW_FORM_addrx3, DW_FORM_addrx4, DW_FORM_GNU_addr_index,
        DW_FORM_LLVM_addrx_offset}) {
    EXPECT_EQ(class_of(form), AttributeClass::kAddress) << FormName(form);
  }
  for (const uint16_t form :
       {DW_FORM_data1, DW_FORM_data2, DW_FORM_data4, DW_FORM_data8,
        DW_FORM_data16, DW_FORM_sdata, DW_FORM_udata, DW_FORM_implicit_const}) {
    EXPECT_EQ(class_of(form), AttributeClass::kConstant) << FormName(form);
  }
  for (const uint16_t form :
       {DW_FORM_string, DW_FORM_strp, DW_FORM_line_strp, DW_FORM_strp_sup,
        DW_FORM_strx, DW_FORM_strx1, DW_FORM_strx2, DW_FORM_strx3,
        DW_FORM_strx4, DW_FORM_GNU_str_index, DW_FORM_GNU_strp_alt}) {
    EXPECT_EQ(class_of(form), AttributeClass::kString) << FormName(form);
  }
  for (const uint16_t form :
       {DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8,
        DW_FORM_ref_udata, DW_FORM_ref_addr, DW_FORM_ref_sig8, DW_FORM_ref_sup4,
        DW_FORM_ref_sup8, DW_FORM_GNU_ref_alt}) {
    EXPECT_EQ(class_of(form), AttributeClass::kReference) << FormName(form);
  }
  EXPECT_EQ(class_of(DW_FORM_flag), AttributeClass::kFlag);
  EXPECT_EQ(class_of(DW_FORM_flag_present), AttributeClass::kFlag);
  EXPECT_EQ(class_of(DW_FORM_exprloc), AttributeClass::kExprloc);
  EXPECT_EQ(class_of(DW_FORM_block1), AttributeClass::kBlock);
  EXPECT_EQ(class_of(DW_FORM_loclistx), AttributeClass::kLoclist);
  EXPECT_EQ(class_of(DW_FORM_rnglistx), AttributeClass::kRnglist);
  EXPECT_EQ(class_of(0x7777), AttributeClass::kUnknown);
}

TEST(FormTest, SecOffsetPointsAtWhatTheAttributeSays) {
  const auto class_of = [](uint16_t name) {
    return ClassOf(name, DW_FORM_sec_offset, 5);
  };
  EXPECT_EQ(class_of(DW_AT_stmt_list), AttributeClass::kLineptr);
  EXPECT_EQ(class_of(DW_AT_ranges), AttributeClass::kRnglist);
  EXPECT_EQ(class_of(DW_AT_start_scope), AttributeClass::kRnglist);
  EXPECT_EQ(class_of(DW_AT_macros), AttributeClass::kMacptr);
  EXPECT_EQ(class_of(DW_AT_macro_info), AttributeClass::kMacptr);
  EXPECT_EQ(class_of(DW_AT_addr_base), AttributeClass::kAddrptr);
  EXPECT_EQ(class_of(DW_AT_str_offsets_base), AttributeClass::kStroffsetsptr);
  EXPECT_EQ(class_of(DW_AT_rnglists_base), AttributeClass::kRnglistsptr);
  EXPECT_EQ(class_of(DW_AT_loclists_base), AttributeClass::kLoclistsptr);
  for (const uint16_t name :
       {DW_AT_location, DW_AT_string_length, DW_AT_return_addr,
        DW_AT_data_member_location, DW_AT_frame_base, DW_AT_segment,
        DW_AT_static_link, DW_AT_use_location, DW_AT_vtable_elem_location}) {
    EXPECT_EQ(class_of(name), AttributeClass::kLoclist) << AttributeName(name);
  }
  EXPECT_EQ(class_of(0x3333), AttributeClass::kSecoffset);
}

// DWARF 2 and 3 7.5.4: there was no sec_offset.  Free Pascal writes these in
// DWARF 4, too.
TEST(FormTest, Data4AndData8AreOffsetsWhereNoConstantMayBe) {
  for (const uint16_t form : {DW_FORM_data4, DW_FORM_data8}) {
    for (const uint16_t version : {2, 3, 4, 5}) {
      EXPECT_EQ(ClassOf(DW_AT_stmt_list, form, version),
                AttributeClass::kLineptr);
      EXPECT_EQ(ClassOf(DW_AT_location, form, version),
                AttributeClass::kLoclist);
      EXPECT_EQ(ClassOf(DW_AT_frame_base, form, version),
                AttributeClass::kLoclist);
      EXPECT_EQ(ClassOf(DW_AT_ranges, form, version), AttributeClass::kRnglist);
      EXPECT_EQ(ClassOf(DW_AT_macro_info, form, version),
                AttributeClass::kMacptr);
      EXPECT_EQ(ClassOf(DW_AT_byte_size, form, version),
                AttributeClass::kConstant);
      EXPECT_EQ(ClassOf(DW_AT_high_pc, form, version),
                AttributeClass::kConstant);
      // A range list only since DWARF 4.
      EXPECT_EQ(ClassOf(DW_AT_start_scope, form, version),
                AttributeClass::kConstant);
    }
    // gcc and clang take udata for constants in DWARF 3, because of this.
    EXPECT_EQ(ClassOf(DW_AT_data_member_location, form, 3),
              AttributeClass::kLoclist);
    for (const uint16_t version : {4, 5}) {
      EXPECT_EQ(ClassOf(DW_AT_data_member_location, form, version),
                AttributeClass::kConstant);
    }
  }
  EXPECT_EQ(ClassOf(DW_AT_location, DW_FORM_data2, 2),
            AttributeClass::kConstant);
}

TEST(FormTest, BlocksAreExpressionsWhereNoBlockMayBe) {
  for (const uint16_t form :
       {DW_FORM_block, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4}) {
    for (const uint16_t name : {DW_AT_location, DW_AT_data_member_location,
                                DW_AT_frame_base, DW_AT_vtable_elem_location,
                                DW_AT_upper_bound, DW_AT_GNU_call_site_value}) {
      for (const uint16_t version : {2, 3, 4, 5}) {
        EXPECT_EQ(ClassOf(name, form, version), AttributeClass::kExprloc);
      }
    }
    EXPECT_EQ(ClassOf(DW_AT_const_value, form, 3), AttributeClass::kBlock);
    EXPECT_EQ(ClassOf(DW_AT_const_value, form, 5), AttributeClass::kBlock);
  }
}

TEST(FormTest, KindsOfForms) {
  EXPECT_TRUE(IsAddressIndexForm(DW_FORM_addrx));
  EXPECT_TRUE(IsAddressIndexForm(DW_FORM_addrx1));
  EXPECT_TRUE(IsAddressIndexForm(DW_FORM_addrx4));
  EXPECT_TRUE(IsAddressIndexForm(DW_FORM_GNU_addr_index));
  EXPECT_TRUE(IsAddressIndexForm(DW_FORM_LLVM_addrx_offset));
  EXPECT_FALSE(IsAddressIndexForm(DW_FORM_addr));
  EXPECT_FALSE(IsAddressIndexForm(DW_FORM_strx4));
  EXPECT_TRUE(IsStringIndexForm(DW_FORM_strx));
  EXPECT_TRUE(IsStringIndexForm(DW_FORM_strx1));
  EXPECT_TRUE(IsStringIndexForm(DW_FORM_strx4));
  EXPECT_TRUE(IsStringIndexForm(DW_FORM_GNU_str_index));
  EXPECT_FALSE(IsStringIndexForm(DW_FORM_strp));
  EXPECT_FALSE(IsStringIndexForm(DW_FORM_addrx1));
  EXPECT_TRUE(IsUnitReferenceForm(DW_FORM_ref1));
  EXPECT_TRUE(IsUnitReferenceForm(DW_FORM_ref_udata));
  EXPECT_FALSE(IsUnitReferenceForm(DW_FORM_ref_addr));
  EXPECT_FALSE(IsUnitReferenceForm(DW_FORM_ref_sig8));
}

}  // namespace
}  // namespace dwreloc::internal
