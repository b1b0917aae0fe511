#include "elf/file_kind.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

using namespace std::string_view_literals;  // NOLINT: magic numbers hold NULs

struct Magic {
  std::string_view bytes;
  FileKind kind;
};

constexpr Magic kMagics[] = {
    {"\177ELF"sv, FileKind::kElf},
    {"\x1f\x8b"sv, FileKind::kGzip},
    {"\3757zXZ\0"sv, FileKind::kXz},
    {"\x28\xb5\x2f\xfd"sv, FileKind::kZstd},
    {"!<arch>\n"sv, FileKind::kArchive},
    {"!<thin>\n"sv, FileKind::kThinArchive},
    {"BC\xc0\xde"sv, FileKind::kBitcode},
    {"\xde\xc0\x17\x0b"sv, FileKind::kBitcode},  // in its wrapper
    {"rust\0\0\0"sv, FileKind::kRustMetadata},   // then a version
    {"\xfe\xed\xfa\xce"sv, FileKind::kMachO},
    {"\xfe\xed\xfa\xcf"sv, FileKind::kMachO},
    {"\xce\xfa\xed\xfe"sv, FileKind::kMachO},
    {"\xcf\xfa\xed\xfe"sv, FileKind::kMachO},
    {"\0\0\xff\xff"sv, FileKind::kCoff},  // with more than 65,279 sections
    {"MZ"sv, FileKind::kPe},
    {"\0asm"sv, FileKind::kWasm},
};

bool BeginsWith(Bytes start, std::string_view magic) {
  return start.size() >= magic.size() &&
         std::memcmp(start.data(), magic.data(), magic.size()) == 0;
}

// RFC 8878 3.1.2: sixteen magic numbers of frames that are skipped.
bool IsSkippableZstd(Bytes start) {
  return start.size() >= 4 && (start[0] & 0xf0) == 0x50 &&
         BeginsWith(start.subspan(1), "\x2a\x4d\x18"sv);
}

// Java class files begin with the same four bytes; there their version follows,
// from 45 on, here the number of files.
bool IsUniversal(Bytes start) {
  constexpr uint32_t kFirstJava = 45;
  return start.size() >= 8 && BeginsWith(start, "\xca\xfe\xba\xbe"sv) &&
         Load<uint32_t>(start.data() + 4, ByteOrder::kBig) < kFirstJava;
}

// COFF has no magic number; it starts with a machine, and an object has no
// optional header.
bool IsCoff(Bytes start) {
  constexpr uint16_t kMachines[] = {
      0x014c,  // i386
      0x01c4,  // ARM, Thumb-2
      0x5032,  // RISC-V, 32 bits
      0x5064,  // RISC-V, 64 bits
      0x6264,  // LoongArch, 64 bits
      0x8664,  // x86-64
      0xa641,  // ARM64EC
      0xaa64,  // ARM64
  };
  if (start.size() < kFileKindBytes) return false;
  const uint16_t machine = Load<uint16_t>(start.data(), ByteOrder::kLittle);
  const uint16_t optional_header =
      Load<uint16_t>(start.data() + 16, ByteOrder::kLittle);
  return optional_header == 0 &&
         std::find(std::begin(kMachines), std::end(kMachines), machine) !=
             std::end(kMachines);
}

}  // namespace

FileKind FileKindOf(Bytes start) {
  if (start.empty()) return FileKind::kEmpty;
  for (const Magic& magic : kMagics) {
    if (BeginsWith(start, magic.bytes)) return magic.kind;
  }
  if (IsSkippableZstd(start)) return FileKind::kZstd;
  if (IsUniversal(start)) return FileKind::kUniversal;
  if (IsCoff(start)) return FileKind::kCoff;
  return FileKind::kUnknown;
}

const char* FileKindName(FileKind kind) {
  switch (kind) {
    case FileKind::kUnknown:
      return "";
    case FileKind::kEmpty:
      return "an empty file";
    case FileKind::kElf:
      return "ELF";
    case FileKind::kGzip:
      return "gzip data";
    case FileKind::kXz:
      return "xz data";
    case FileKind::kZstd:
      return "zstd data";
    case FileKind::kArchive:
      return "an archive";
    case FileKind::kThinArchive:
      return "a thin archive";
    case FileKind::kBitcode:
      return "LLVM bitcode";
    case FileKind::kRustMetadata:
      return "metadata of Rust";
    case FileKind::kMachO:
      return "a Mach-O file";
    case FileKind::kUniversal:
      return "a Mach-O universal file";
    case FileKind::kCoff:
      return "a COFF object";
    case FileKind::kPe:
      return "a PE or DOS program";
    case FileKind::kWasm:
      return "a WebAssembly module";
  }
  return "";
}

bool IsCompressedKind(FileKind kind) {
  return kind == FileKind::kGzip || kind == FileKind::kXz ||
         kind == FileKind::kZstd;
}

absl::Status NotElf(FileKind kind) {
  if (kind == FileKind::kUnknown) {
    return MakeError(ErrorCode::kNotElf, "no ELF magic number");
  }
  return MakeError(
      ErrorCode::kNotElf,
      absl::StrCat("this is ", FileKindName(kind), ", not an ELF file"));
}

absl::Status NotArchive(FileKind kind) {
  if (kind == FileKind::kUnknown) {
    return MakeError(ErrorCode::kNotElf, "no magic number of an archive");
  }
  return MakeError(
      ErrorCode::kNotElf,
      absl::StrCat("this is ", FileKindName(kind), ", not an archive"));
}

}  // namespace dwreloc::internal
