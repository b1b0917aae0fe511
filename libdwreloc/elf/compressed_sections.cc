#include "elf/compressed_sections.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "elf/decompress.h"

// Newer than the elf.h of the oldest supported systems.
#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2
#endif

namespace dwreloc::internal {

CompressedSections::CompressedSections(const SectionTable& table,
                                       const std::vector<uint32_t>& sections,
                                       uint64_t file_size)
    : table_(table), file_size_(file_size) {
  for (const uint32_t index : sections) {
    sections_.push_back(std::make_unique<Section>());
    sections_.back()->index = index;
  }
}

const CompressedSections::Section* CompressedSections::Find(
    uint32_t index) const {
  const auto found = std::lower_bound(
      sections_.begin(), sections_.end(), index,
      [](const auto& entry, uint32_t value) { return entry->index < value; });
  return found == sections_.end() || (*found)->index != index ? nullptr
                                                              : found->get();
}

absl::StatusOr<Bytes> CompressedSections::Contents(uint32_t index) const {
  const absl::StatusOr<Buffer>& buffer =
      Find(index)->contents.Get([this, index] { return Decompress(index); });
  if (!buffer.ok()) return buffer.status();
  return Bytes(*buffer);
}

absl::StatusOr<uint64_t> CompressedSections::ContentsSize(
    uint32_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const Info info, ReadInfo(index));
  return info.size;
}

uint64_t CompressedSections::DecompressedBytes(uint32_t index) const {
  const Section* compressed = Find(index);
  if (compressed == nullptr) return 0;
  const absl::StatusOr<Buffer>* buffer = compressed->contents.Peek();
  return buffer != nullptr && buffer->ok() ? (*buffer)->size() : 0;
}

absl::StatusOr<CompressedSections::Info> CompressedSections::ReadInfo(
    uint32_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const Bytes raw, table_.RawContents(index));
  Info info;
  if ((table_.Header(index).sh_flags & SHF_COMPRESSED) == 0) {
    // .zdebug_: "ZLIB" and the size as a big-endian number, on all machines.
    constexpr size_t kHeader = 12;
    if (raw.size() < kHeader || std::memcmp(raw.data(), "ZLIB", 4) != 0) {
      if (!raw.empty()) {
        return MakeError(ErrorCode::kBadElf, index, 0,
                         "a .zdebug section must begin with \"ZLIB\"");
      }
      return info;
    }
    info.type = ELFCOMPRESS_ZLIB;
    info.size = Load<uint64_t>(raw.data() + 4, ByteOrder::kBig);
    info.payload = raw.subspan(kHeader);
    return info;
  }
  const size_t header_size =
      table_.is_64() ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
  if (raw.size() < header_size) {
    if (raw.empty()) return info;  // NOBITS
    return MakeError(ErrorCode::kBadElf, index, 0,
                     "section ends inside its compression header");
  }
  info.type = Load<uint32_t>(raw.data(), table_.order());
  info.size = table_.is_64()
                  ? Load<uint64_t>(raw.data() + offsetof(Elf64_Chdr, ch_size),
                                   table_.order())
                  : Load<uint32_t>(raw.data() + offsetof(Elf32_Chdr, ch_size),
                                   table_.order());
  info.payload = raw.subspan(header_size);
  return info;
}

// Debug sections shrink to a third, and to a thousandth if they are mostly
// zeros, as addresses in RELA files are.  The limits are those of the file as a
// whole, so that no number of sections gets around them; a section within its
// share is always read.
absl::Status CompressedSections::CheckClaim(const Info& info) const {
  constexpr uint64_t kMaxRatio = 64;
  constexpr uint64_t kFileSlack = 64 << 20;
  constexpr uint64_t kSectionSlack = 64 << 10;
  if (info.size <= info.payload.size() * kMaxRatio + kSectionSlack) {
    return absl::OkStatus();
  }
  // A size beyond what any format can hold is refused for that reason
  // (decompress.h).
  constexpr uint64_t kMaxOfAnyFormat = 1 << 15;
  if (info.size / kMaxOfAnyFormat > info.payload.size() + 4) {
    return absl::OkStatus();
  }
  const uint64_t limit = file_size_ * kMaxRatio + kFileSlack;
  const uint64_t claimed = claimed_bytes_.Get([this] {
    uint64_t sum = 0;
    for (const std::unique_ptr<Section>& section : sections_) {
      const absl::StatusOr<Info> one = ReadInfo(section->index);
      if (one.ok()) sum += std::min(one->size, UINT64_MAX - sum);
    }
    return sum;
  });
  if (claimed <= limit) return absl::OkStatus();
  return MakeError(
      ErrorCode::kUnsupported,
      absl::StrCat("the compressed sections would take ", claimed,
                   " bytes, more than ", kMaxRatio, " times the file's ",
                   file_size_, " bytes and 64 MiB"));
}

absl::StatusOr<CompressedSections::Buffer> CompressedSections::Decompress(
    uint32_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const Info info, ReadInfo(index));
  if (const absl::Status status = CheckClaim(info); !status.ok()) {
    return MakeError(
        ErrorDetail{
            .code = GetDetail(status).code, .section = index, .offset = 0},
        std::string_view(status.message().data(), status.message().size()));
  }
  absl::StatusOr<Buffer> result;
  if (info.payload.empty() && info.size == 0) {
    return Buffer();
  } else if (info.type == ELFCOMPRESS_ZLIB) {
    result = DecompressZlib(info.payload, info.size);
  } else if (info.type == ELFCOMPRESS_ZSTD) {
    result = DecompressZstd(info.payload, info.size);
  } else {
    result = MakeError(ErrorCode::kUnsupported,
                       absl::StrCat("unknown compression type ", info.type));
  }
  if (!result.ok()) {
    return MakeError(ErrorDetail{.code = GetDetail(result.status()).code,
                                 .section = index,
                                 .offset = 0},
                     std::string_view(result.status().message().data(),
                                      result.status().message().size()));
  }
  sections_decompressed_.fetch_add(1, std::memory_order_relaxed);
  decompressed_bytes_.fetch_add(result->size(), std::memory_order_relaxed);
  return result;
}

}  // namespace dwreloc::internal
