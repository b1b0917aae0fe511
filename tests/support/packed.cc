#include "support/packed.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>

namespace dwreloc::internal {

std::vector<uint8_t> PackGzip(Bytes contents) {
  constexpr int kGzip = 16;  // beside the window's size
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                   MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    std::abort();
  }
  std::vector<uint8_t> output(deflateBound(&stream, contents.size()));
  stream.next_in = const_cast<Bytef*>(contents.data());
  stream.avail_in = static_cast<uInt>(contents.size());
  stream.next_out = output.data();
  stream.avail_out = static_cast<uInt>(output.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

std::vector<uint8_t> PackXz(Bytes contents) {
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, 1)) std::abort();
  options.dict_size = 1 << 20;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options},
                           {LZMA_VLI_UNKNOWN, nullptr}};
  std::vector<uint8_t> output(lzma_stream_buffer_bound(contents.size()));
  size_t size = 0;
  if (lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, nullptr,
                                contents.data(), contents.size(), output.data(),
                                &size, output.size()) != LZMA_OK) {
    std::abort();
  }
  output.resize(size);
  return output;
}

std::vector<uint8_t> PackZstd(Bytes contents) {
  std::vector<uint8_t> output(ZSTD_compressBound(contents.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const size_t size = ZSTD_compress2(context, output.data(), output.size(),
                                     contents.data(), contents.size());
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size)) std::abort();
  output.resize(size);
  return output;
}

}  // namespace dwreloc::internal
