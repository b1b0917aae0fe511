#include "elf/decompress.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/no_memory.h"

namespace dwreloc::internal {
namespace {

// Deflate encodes at most 258 bytes in 2 bits (zlib, "Technical Details":
// 1032:1); a zstd block of 4 bytes can stand for 128 KiB (RFC 8878 3.1.1.2).
constexpr uint64_t kZlibMaxRatio = 1032;
constexpr uint64_t kZstdMaxRatio = uint64_t{128} * 1024 / 4;
constexpr uint64_t kSlack = uint64_t{128} * 1024;

absl::Status CheckClaim(Bytes input, uint64_t size, uint64_t max_ratio) {
  if (input.size() <
          (std::numeric_limits<uint64_t>::max() - kSlack) / max_ratio &&
      size > input.size() * max_ratio + kSlack) {
    return MakeError(
        ErrorCode::kBadElf,
        absl::StrCat(input.size(), " compressed bytes cannot hold the ", size,
                     " bytes that the header claims"));
  }
  return absl::OkStatus();
}

absl::Status WrongSize(uint64_t size) {
  return MakeError(ErrorCode::kBadElf,
                   absl::StrCat("compressed contents do not have the ", size,
                                " bytes that the header claims"));
}

// Makes room for more output, up to `size`; returns false when all of it is
// there.
bool Grow(std::vector<uint8_t>& output, uint64_t size) {
  if (output.size() == size) return false;
  constexpr uint64_t kFirst = uint64_t{16} << 20;
  const uint64_t next =
      std::min<uint64_t>(size, std::max<uint64_t>(kFirst, output.size() * 2));
  output.resize(static_cast<size_t>(next));
  return true;
}

// Bytes after the last stream may be padding.
bool IsPadding(Bytes rest) {
  return std::all_of(rest.begin(), rest.end(),
                     [](uint8_t byte) { return byte == 0; });
}

}  // namespace

// Both read until the last stream ends, into a single spare byte once the
// claimed size is reached: a claim that is too small and a bad checksum show
// only there.  Streams may follow each other (ld -r of .zdebug_ sections).

absl::StatusOr<std::vector<uint8_t>> DecompressZlib(Bytes input,
                                                    uint64_t size) {
  DWRELOC_RETURN_IF_ERROR(CheckClaim(input, size, kZlibMaxRatio));
  std::vector<uint8_t> output;
  z_stream stream = {};
  if (inflateInit(&stream) != Z_OK) OutOfMemory();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream,
                                                             inflateEnd);
  constexpr size_t kChunk = 1u << 30;  // avail_in and avail_out are 32 bits
  size_t consumed = 0;
  size_t produced = 0;
  uint8_t beyond = 0;
  while (true) {
    const bool is_full = produced == output.size() && !Grow(output, size);
    const size_t in = std::min(kChunk, input.size() - consumed);
    const size_t out = is_full ? 1 : std::min(kChunk, output.size() - produced);
    stream.next_in = const_cast<Bytef*>(input.data() + consumed);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = is_full ? &beyond : output.data() + produced;
    stream.avail_out = static_cast<uInt>(out);
    const int result = inflate(&stream, Z_NO_FLUSH);
    consumed += in - stream.avail_in;
    produced += out - stream.avail_out;
    if (produced > size) return WrongSize(size);
    if (result == Z_OK) continue;
    if (result == Z_MEM_ERROR) OutOfMemory();
    if (result != Z_STREAM_END) return WrongSize(size);
    if (produced == size && IsPadding(input.subspan(consumed))) return output;
    if (inflateReset(&stream) != Z_OK) return WrongSize(size);
  }
}

absl::StatusOr<std::vector<uint8_t>> DecompressZstd(Bytes input,
                                                    uint64_t size) {
  DWRELOC_RETURN_IF_ERROR(CheckClaim(input, size, kZstdMaxRatio));
  std::vector<uint8_t> output;
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) OutOfMemory();
  ZSTD_inBuffer in = {input.data(), input.size(), 0};
  size_t produced = 0;
  uint8_t beyond = 0;
  while (true) {
    const bool is_full = produced == output.size() && !Grow(output, size);
    ZSTD_outBuffer out = {
        is_full ? &beyond : output.data() + produced,
        is_full ? 1 : output.size() - produced,
        0,
    };
    const size_t before = in.pos;
    const size_t result = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(result)) {
      if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) {
        OutOfMemory();
      }
      return MakeError(ErrorCode::kBadElf,
                       absl::StrCat("zstd: ", ZSTD_getErrorName(result)));
    }
    produced += out.pos;
    if (produced > size) return WrongSize(size);
    if (result == 0 && produced == size && IsPadding(input.subspan(in.pos))) {
      return output;
    }
    if (in.pos == before && out.pos == 0) return WrongSize(size);
  }
}

}  // namespace dwreloc::internal
