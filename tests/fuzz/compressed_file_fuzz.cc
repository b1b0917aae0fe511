// Unpacks any bytes as a file that is compressed as a whole, and reads the
// headers of what comes out.
//
// Beyond "does not crash" it holds: output never exceeds the limit, the limit
// alone decides once it is reached, and a failure says what it is.  Bytes that
// no format begins with are packed first, by each, and must come back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "elf/compressed_file.h"
#include "elf/elf_file.h"
#include "elf/file_kind.h"
#include "fuzz_file.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

// Small: a bomb must not be what takes the time.
constexpr uint64_t kLimit = 1 << 20;

void Unpack(Bytes file) {
  const absl::StatusOr<FileMemory> unpacked = UnpackFile(file, kLimit);
  if (!unpacked.ok()) {
    CheckError(unpacked.status());
    return;
  }
  const uint64_t size = unpacked->size();
  Check(size <= kLimit);
  const absl::StatusOr<FileMemory> again = UnpackFile(file, size);
  Check(again.ok() && again->size() == size);
  if (size != 0) {
    Check(GetDetail(UnpackFile(file, size - 1).status()).code ==
          ErrorCode::kUnsupported);
  }
  const auto opened = ElfFile::OpenMemory(file, "fuzz");
  if (!opened.ok()) {
    CheckError(opened.status());
    return;
  }
  Check((*opened)->unpacked_bytes() == size);
  Check(std::ranges::equal((*opened)->image(), unpacked->bytes()));
}

void PackAndUnpack(Bytes contents) {
  for (const Packer& packer : kPackers) {
    const std::vector<uint8_t> file = packer.pack(contents);
    const auto unpacked = UnpackFile(file, contents.size());
    Check(unpacked.ok() && std::ranges::equal(unpacked->bytes(), contents));
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const Bytes file(data, size);
  if (IsCompressedKind(FileKindOf(file))) {
    Unpack(file);
  } else {
    PackAndUnpack(file);
  }
  return 0;
}
