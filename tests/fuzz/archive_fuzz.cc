// Opens any bytes as an archive, opens its members, and looks for a signature
// after each.  Bytes that no archive begins with become the one member of one.
//
// Beyond "does not crash" it holds: members stand in the archive one after the
// other, what a member says of itself is what opening it gives, and a failure
// says what it is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "elf/archive.h"
#include "elf/file_kind.h"
#include "elf/signature.h"
#include "fuzz_file.h"
#include "support/archive_builder.h"

namespace dwreloc::internal {
namespace {

// Small: a bomb must not be what takes the time.
constexpr uint64_t kLimit = 1 << 20;

void CheckSignature(const ElfFile& file) {
  const auto signature = FindSignature(file);
  if (!signature.ok()) {
    CheckError(signature.status());
  } else if (signature->has_value()) {
    Check((*signature)->elf_size <= (*signature)->offset);
    Check(Fits((*signature)->offset, (*signature)->size, file.image().size()));
  }
}

void CheckMember(const Archive& archive, size_t index, Bytes image) {
  const ArchiveMember& member = archive.members()[index];
  Check(Fits(member.header_offset, 60, image.size()));
  if (index > 0) {
    Check(archive.members()[index - 1].header_offset < member.header_offset);
  }
  const auto kind = archive.Kind(index);
  const auto file = archive.OpenMember(index);
  if (!kind.ok()) {
    CheckError(kind.status());
    Check(GetDetail(file.status()).code == GetDetail(kind.status()).code);
    return;
  }
  if (!archive.is_thin()) Check(Fits(member.offset, member.size, image.size()));
  if (!file.ok()) {
    CheckError(file.status());
    return;
  }
  Check(*kind == FileKind::kElf || IsCompressedKind(*kind));
  CheckSignature(**file);
}

void Run(Bytes image) {
  const auto archive = Archive::OpenMemory(image, "none/fuzz.a", kLimit);
  if (!archive.ok()) {
    CheckError(archive.status());
    return;
  }
  if (!(*archive)->status().ok()) CheckError((*archive)->status());
  // A member is 60 bytes of the file, so there are few.
  for (size_t i = 0; i < (*archive)->members().size(); ++i) {
    CheckMember(**archive, i, image);
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const Bytes input(data, size);
  const FileKind kind = FileKindOf(input);
  if (kind == FileKind::kArchive || kind == FileKind::kThinArchive) {
    Run(input);
    return 0;
  }
  for (const ArchiveFormat format :
       {ArchiveFormat::kGnu, ArchiveFormat::kBsd}) {
    Run(ArchiveBuilder(format).Add("a rather long name.o", input).Build());
  }
  return 0;
}
