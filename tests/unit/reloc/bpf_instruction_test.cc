// Tests of reloc/bpf_instruction: where instructions have what a record writes.

#include "reloc/bpf_instruction.h"

#include <elf.h>

#include <vector>

#include "gtest/gtest.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

constexpr Target kBpf = {"Bpf", EM_BPF, true, ByteOrder::kLittle, false, 3, 2};

const std::vector<uint8_t> kLoad = {0x18, 1, 0, 0, 0x10, 0, 0, 0x80,
                                    0,    0, 0, 0, 2,    0, 0, 0};

TEST(BpfInstructionTest, LoadHasHalvesInBothSlots) {
  const Bytes bytes(kLoad);
  EXPECT_EQ(BpfImmediate(bytes, 0, kBpfLoadType, ByteOrder::kLittle),
            0x280000010u);
  EXPECT_EQ(BpfImmediate(bytes, 0, kBpfLoadType, ByteOrder::kBig),
            0x0200000010000080u);
  EXPECT_EQ(BpfImmediate(bytes, 0, kBpfCallType, ByteOrder::kLittle),
            0x80000010u);
}

TEST(BpfInstructionTest, InstructionCutAnywhereHasNoImmediate) {
  const Bytes bytes(kLoad);
  for (size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(
        BpfImmediate(bytes.first(size), 0, kBpfLoadType, ByteOrder::kLittle)
            .has_value(),
        false);
    EXPECT_EQ(
        BpfImmediate(bytes.first(size), 0, kBpfCallType, ByteOrder::kLittle)
            .has_value(),
        size >= 8);
  }
  EXPECT_FALSE(BpfImmediate(bytes, UINT64_MAX, kBpfCallType, ByteOrder::kLittle)
                   .has_value());
}

TEST(BpfInstructionTest, CallsCountInstructionsFromTheNextOne) {
  EXPECT_EQ(BpfAddend(0xffffffff, kBpfCallType, true), 0);
  EXPECT_EQ(BpfAddend(2, kBpfCallType, true), 24);
  EXPECT_EQ(BpfAddend(0xfffffffe, kBpfCallType, true), -8);
  // Old GNU leaves the symbol's value there.
  EXPECT_EQ(BpfAddend(63, kBpfCallType, false), 0);
  EXPECT_EQ(BpfAddend(0x280000010, kBpfLoadType, false), 0x280000010);
}

TEST(BpfInstructionTest, DataOfTheSameTypesArePlain) {
  RelocFixture f(kBpf);
  f.elf.section(f.text_section).flags |= SHF_EXECINSTR;
  f.a.Zeros(16);
  const ElfFile& file = f.Open().file();
  EXPECT_TRUE(IsBpfInstruction(file, f.text_section, kBpfLoadType));
  EXPECT_TRUE(IsBpfInstruction(file, f.text_section, kBpfCallType));
  EXPECT_FALSE(IsBpfInstruction(file, f.text_section, 2));
  EXPECT_FALSE(IsBpfInstruction(file, f.info, kBpfLoadType));
  EXPECT_FALSE(IsBpfInstruction(file, 9999, kBpfLoadType));
}

}  // namespace
}  // namespace dwreloc::internal
