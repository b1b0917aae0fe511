// pack.cc - see pack.h.
#include "dwreloc_compress/pack.h"

#include <elf.h>
#include <lzma.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include <cstring>
#include <stdexcept>

#include "dwreloc_compress/emit.h"

namespace dwreloc_tools::compress {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The levels of gzip, xz and zstd where none is given.
constexpr int kGzipLevel = 6;
constexpr std::uint32_t kXzLevel = 6;
constexpr int kZstdLevel = 3;

Bytes Gzip(std::span<const std::uint8_t> bytes) {
  constexpr int kWindow = 15;
  constexpr int kGzipHeader = 16;
  constexpr int kMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kWindow + kGzipHeader,
                   kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib cannot begin");
  Bytes packed(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib cannot end");
  return packed;
}

Bytes Xz(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kDictionary = 1 << 20;
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, kXzLevel))
    throw std::runtime_error("liblzma cannot begin");
  options.dict_size = kDictionary;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options},
                           {LZMA_VLI_UNKNOWN, nullptr}};
  Bytes packed(lzma_stream_buffer_bound(bytes.size()));
  std::size_t size = 0;
  if (lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, nullptr,
                                bytes.data(), bytes.size(), packed.data(),
                                &size, packed.size()) != LZMA_OK)
    throw std::runtime_error("liblzma cannot compress");
  packed.resize(size);
  return packed;
}

Bytes Zstd(std::span<const std::uint8_t> bytes) {
  Bytes packed(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress(
      packed.data(), packed.size(), bytes.data(), bytes.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0)
    throw std::runtime_error("libzstd cannot compress");
  packed.resize(size);
  return packed;
}

Bytes Zlib(std::span<const std::uint8_t> bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  Bytes packed(size);
  if (compress2(packed.data(), &size, bytes.data(),
                static_cast<uLong>(bytes.size()), kGzipLevel) != Z_OK)
    throw std::runtime_error("zlib cannot compress");
  packed.resize(size);
  return packed;
}

}  // namespace

Packing PackingOf(const std::string& path) {
  unsigned char begin[6] = {};
  FILE* const file = fopen(path.c_str(), "rbe");
  if (file == nullptr) return Packing::kPlain;
  const std::size_t size = fread(begin, 1, sizeof(begin), file);
  fclose(file);
  const auto begins_with = [&](const char* magic, std::size_t length) {
    return size >= length && std::memcmp(begin, magic, length) == 0;
  };
  if (begins_with("\x1f\x8b", 2)) return Packing::kGzip;
  if (begins_with("\xfd"
                  "7zXZ\0",
                  6))
    return Packing::kXz;
  if (begins_with("\x28\xb5\x2f\xfd", 4)) return Packing::kZstd;
  return Packing::kPlain;
}

std::vector<std::uint8_t> Pack(std::span<const std::uint8_t> bytes,
                               Packing packing) {
  switch (packing) {
    case Packing::kGzip:
      return Gzip(bytes);
    case Packing::kXz:
      return Xz(bytes);
    case Packing::kZstd:
      return Zstd(bytes);
    case Packing::kPlain:
      break;
  }
  return {bytes.begin(), bytes.end()};
}

std::vector<std::uint8_t> PackSection(std::span<const std::uint8_t> bytes,
                                      std::uint64_t alignment, bool is_64,
                                      bool is_big_endian,
                                      SectionPacking packing) {
  if (packing == SectionPacking::kPlain || bytes.empty()) return {};
  const Bytes body =
      packing == SectionPacking::kZlib ? Zlib(bytes) : Zstd(bytes);
  const std::uint32_t type =
      packing == SectionPacking::kZlib ? ELFCOMPRESS_ZLIB : 2;
  // ch_type, reserved bytes of the 64-bit one, ch_size, ch_addralign.
  const unsigned word = is_64 ? 8 : 4;
  const std::size_t header_size =
      is_64 ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
  if (header_size + body.size() >= bytes.size()) return {};
  Bytes packed(header_size);
  const NumberWriter numbers(is_big_endian);
  numbers.Put(packed.data(), type, 4);
  numbers.Put(packed.data() + word, bytes.size(), word);
  numbers.Put(packed.data() + 2 * word, alignment, word);
  packed.insert(packed.end(), body.begin(), body.end());
  return packed;
}

}  // namespace dwreloc_tools::compress
