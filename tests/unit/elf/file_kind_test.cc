// Tests of elf/file_kind: each kind by its first bytes, whole and cut.

#include "elf/file_kind.h"

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

using namespace std::string_view_literals;  // NOLINT: magic numbers hold NULs
using ::testing::HasSubstr;

FileKind Of(std::string_view start) {
  return FileKindOf(
      Bytes(reinterpret_cast<const uint8_t*>(start.data()), start.size()));
}

TEST(FileKindTest, GoesByTheFirstBytes) {
  EXPECT_EQ(Of(""), FileKind::kEmpty);
  EXPECT_EQ(Of("\177ELF"sv), FileKind::kElf);
  EXPECT_EQ(Of("!<arch>\n"sv), FileKind::kArchive);
  EXPECT_EQ(Of("!<thin>\n"sv), FileKind::kThinArchive);
  EXPECT_EQ(Of("BC\xc0\xde"sv), FileKind::kBitcode);
  EXPECT_EQ(Of("\xde\xc0\x17\x0b"sv), FileKind::kBitcode);
  EXPECT_EQ(Of("rust\0\0\0\x9"sv), FileKind::kRustMetadata);
  EXPECT_EQ(Of("\xfe\xed\xfa\xcf"sv), FileKind::kMachO);
  EXPECT_EQ(Of("\xce\xfa\xed\xfe"sv), FileKind::kMachO);
  EXPECT_EQ(Of("MZ"sv), FileKind::kPe);
  EXPECT_EQ(Of("\0asm\1\0\0\0"sv), FileKind::kWasm);
  EXPECT_EQ(Of("int main;"), FileKind::kUnknown);
  EXPECT_EQ(Of("\177EL"sv), FileKind::kUnknown);
  EXPECT_EQ(Of("!<arch>"sv), FileKind::kUnknown);
}

TEST(FileKindTest, CompressedFiles) {
  EXPECT_EQ(Of("\x1f\x8b"sv), FileKind::kGzip);
  EXPECT_EQ(Of("\3757zXZ\0"sv), FileKind::kXz);
  EXPECT_EQ(Of("\x28\xb5\x2f\xfd"sv), FileKind::kZstd);
  EXPECT_EQ(Of("\x50\x2a\x4d\x18"sv), FileKind::kZstd);
  EXPECT_EQ(Of("\x5f\x2a\x4d\x18"sv), FileKind::kZstd);
  EXPECT_EQ(Of("\x60\x2a\x4d\x18"sv), FileKind::kUnknown);
  EXPECT_EQ(Of("\x28\xb5\x2f"sv), FileKind::kUnknown);
  EXPECT_EQ(Of("\x1f"sv), FileKind::kUnknown);
  EXPECT_TRUE(IsCompressedKind(FileKind::kGzip));
  EXPECT_TRUE(IsCompressedKind(FileKind::kXz));
  EXPECT_TRUE(IsCompressedKind(FileKind::kZstd));
  EXPECT_FALSE(IsCompressedKind(FileKind::kElf));
  EXPECT_FALSE(IsCompressedKind(FileKind::kArchive));
}

TEST(FileKindTest, CoffIsAMachineWithoutAnOptionalHeader) {
  std::string object(kFileKindBytes, '\0');
  object[0] = '\x64';
  object[1] = '\x86';
  EXPECT_EQ(Of(object), FileKind::kCoff);
  EXPECT_EQ(Of(object.substr(0, kFileKindBytes - 1)), FileKind::kUnknown);
  object[16] = '\xf0';
  EXPECT_EQ(Of(object), FileKind::kUnknown);
  EXPECT_EQ(Of("\0\0\xff\xff\2\0"sv), FileKind::kCoff);
}

TEST(FileKindTest, UniversalFilesAreNotClassFilesOfJava) {
  EXPECT_EQ(Of("\xca\xfe\xba\xbe\0\0\0\2"sv), FileKind::kUniversal);
  EXPECT_EQ(Of("\xca\xfe\xba\xbe\0\0\0\x41"sv), FileKind::kUnknown);
}

TEST(FileKindTest, TheErrorNamesWhatWasFound) {
  const absl::Status bitcode = NotElf(FileKind::kBitcode);
  EXPECT_EQ(GetDetail(bitcode).code, ErrorCode::kNotElf);
  EXPECT_EQ(bitcode.message(), "this is LLVM bitcode, not an ELF file");
  EXPECT_EQ(NotElf(FileKind::kUnknown).message(), "no ELF magic number");
  for (int kind = 1; kind <= static_cast<int>(FileKind::kWasm); ++kind) {
    EXPECT_STRNE(FileKindName(static_cast<FileKind>(kind)), "") << kind;
  }
}

}  // namespace
}  // namespace dwreloc::internal
