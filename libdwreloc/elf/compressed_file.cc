#include "elf/compressed_file.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/no_memory.h"
#include "elf/file_kind.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kMaxRatio = 2000;
constexpr uint64_t kSlack = 16 * kMiB;

// How much of its output a decoder may keep: what `zstd --ultra -22` needs, and
// twice what `xz -9` does.  The kernel's build limits xz to 1 MiB.
constexpr int kMaxWindowLog = 27;
constexpr uint64_t kMaxWindow = uint64_t{1} << kMaxWindowLog;

// `offset`: how much of the file the decoder had consumed.  It reads ahead, so
// the damage is there or earlier.
absl::Status Damaged(const char* format, uint64_t offset, const char* fact) {
  return MakeError(
      ErrorCode::kBadElf,
      absl::StrCat(format, " data damaged before offset ", offset, ": ", fact));
}

absl::Status Truncated(const char* format, Bytes file) {
  return MakeError(ErrorCode::kTruncated,
                   absl::StrCat(format, " data ends at offset ", file.size(),
                                ", before its end is reached"));
}

absl::Status TooBig(const char* format, Bytes file, uint64_t limit) {
  return MakeError(
      ErrorCode::kUnsupported,
      absl::StrCat(file.size(), " bytes of ", format, " data unpack to more ",
                   "than ", limit, " bytes, the most that is accepted"));
}

absl::Status UnpackGzip(Bytes file, uint64_t limit, FileMemory& output) {
  constexpr const char* kFormat = "gzip";
  constexpr int kGzipOnly = 16;  // added to the window's size (zlib.h)
  z_stream stream = {};
  if (inflateInit2(&stream, MAX_WBITS + kGzipOnly) != Z_OK) {
    OutOfMemory();
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream,
                                                             inflateEnd);
  constexpr size_t kChunk = 1u << 30;  // avail_in and avail_out are 32 bits
  size_t taken = 0;
  while (true) {
    const FileSpace space(output, limit);
    const size_t in = std::min(kChunk, file.size() - taken);
    const size_t out = std::min(kChunk, space.room().size());
    stream.next_in = const_cast<Bytef*>(file.data() + taken);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = space.room().data();
    stream.avail_out = static_cast<uInt>(out);
    const int result = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    const size_t got = out - stream.avail_out;
    if (space.is_beyond() && got != 0) {
      return TooBig(kFormat, file, limit);
    }
    output.Use(got);
    if (result == Z_OK) continue;
    if (result == Z_MEM_ERROR) OutOfMemory();
    // There is room for output, so the decoder can only lack input.
    if (result == Z_BUF_ERROR) return Truncated(kFormat, file);
    if (result != Z_STREAM_END) {
      return Damaged(kFormat, taken,
                     stream.msg != nullptr ? stream.msg : zError(result));
    }
    // gzip(1) accepts zeros as padding.
    const Bytes rest = file.subspan(taken);
    if (std::all_of(rest.begin(), rest.end(),
                    [](uint8_t byte) { return byte == 0; })) {
      return absl::OkStatus();
    }
    if (FileKindOf(rest) != FileKind::kGzip) {
      return MakeError(
          ErrorCode::kBadElf,
          absl::StrCat("neither padding nor a gzip member at offset ", taken,
                       ", behind the last one"));
    }
    if (inflateReset(&stream) != Z_OK) OutOfMemory();
  }
}

const char* XzFact(lzma_ret result) {
  switch (result) {
    case LZMA_FORMAT_ERROR:
      return "not the header of a stream";
    case LZMA_DATA_ERROR:
      return "bad data or checksum";
    case LZMA_OPTIONS_ERROR:
      return "filters or options that liblzma does not know";
    default:
      return "liblzma refuses it";
  }
}

absl::Status UnpackXz(Bytes file, uint64_t limit, FileMemory& output) {
  constexpr const char* kFormat = "xz";
  // The dictionary and, much smaller, the decoder itself.
  constexpr uint64_t kMaxMemory = kMaxWindow + kMiB;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kMaxMemory, LZMA_CONCATENATED) != LZMA_OK) {
    OutOfMemory();
  }
  const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> closer(&stream,
                                                                    lzma_end);
  stream.next_in = file.data();
  stream.avail_in = file.size();
  while (true) {
    const FileSpace space(output, limit);
    stream.next_out = space.room().data();
    stream.avail_out = space.room().size();
    const lzma_ret result = lzma_code(&stream, LZMA_FINISH);
    const size_t got = space.room().size() - stream.avail_out;
    if (space.is_beyond() && got != 0) {
      return TooBig(kFormat, file, limit);
    }
    output.Use(got);
    switch (result) {
      case LZMA_OK:
        continue;
      case LZMA_STREAM_END:
        return absl::OkStatus();
      case LZMA_BUF_ERROR:
        return Truncated(kFormat, file);
      case LZMA_MEM_ERROR:
        OutOfMemory();
      case LZMA_MEMLIMIT_ERROR:
        return MakeError(
            ErrorCode::kUnsupported,
            absl::StrCat("xz data at offset ", stream.total_in, " take ",
                         lzma_memusage(&stream), " bytes to unpack, ",
                         kMaxMemory, " are accepted"));
      default:
        return Damaged(kFormat, stream.total_in, XzFact(result));
    }
  }
}

absl::Status UnpackZstd(Bytes file, uint64_t limit, FileMemory& output) {
  constexpr const char* kFormat = "zstd";
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr ||
      ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax,
                                          kMaxWindowLog))) {
    OutOfMemory();
  }
  ZSTD_inBuffer in = {file.data(), file.size(), 0};
  while (true) {
    const FileSpace space(output, limit);
    ZSTD_outBuffer out = {space.room().data(), space.room().size(), 0};
    const size_t before = in.pos;
    const size_t result = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(result)) {
      switch (ZSTD_getErrorCode(result)) {
        case ZSTD_error_memory_allocation:
          OutOfMemory();
        case ZSTD_error_frameParameter_windowTooLarge:
          return MakeError(
              ErrorCode::kUnsupported,
              absl::StrCat("zstd frame before offset ", in.pos,
                           " has a window of more than the ", kMaxWindow,
                           " bytes that are accepted"));
        default:
          return Damaged(kFormat, in.pos, ZSTD_getErrorName(result));
      }
    }
    if (space.is_beyond() && out.pos != 0) {
      return TooBig(kFormat, file, limit);
    }
    output.Use(out.pos);
    if (result == 0 && in.pos == in.size) return absl::OkStatus();
    if (in.pos == before && out.pos == 0) return Truncated(kFormat, file);
  }
}

}  // namespace

uint64_t MaxUnpackedSize(uint64_t size) {
  return size >= (UINT64_MAX - kSlack) / kMaxRatio ? UINT64_MAX
                                                   : size * kMaxRatio + kSlack;
}

absl::StatusOr<FileMemory> UnpackFile(Bytes file, uint64_t limit) {
  const FileKind kind = FileKindOf(file);
  const auto unpack = kind == FileKind::kGzip ? UnpackGzip
                      : kind == FileKind::kXz ? UnpackXz
                                              : UnpackZstd;
  FileMemory output;
  DWRELOC_RETURN_IF_ERROR(unpack(file, limit, output));
  output.Finish();
  return output;
}

}  // namespace dwreloc::internal
