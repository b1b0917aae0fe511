#include "elf/notes.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace dwreloc::internal {
namespace {

uint64_t PaddingAfter(uint64_t size) { return -size & 3; }

// Returns the descriptor of the note at *offset if it is a build-id. *offset
// becomes that of the next note, or the end of the notes if one is truncated.
std::optional<Bytes> NextBuildId(Bytes notes, ByteOrder order,
                                 uint64_t* offset) {
  constexpr uint64_t kHeaderSize = 12;
  const uint64_t at = *offset;
  *offset = notes.size();
  const std::optional<Bytes> header = Slice(notes, at, kHeaderSize);
  if (!header.has_value()) return std::nullopt;
  const uint64_t name_size = Load<uint32_t>(header->data(), order);
  const uint64_t descriptor_size = Load<uint32_t>(header->data() + 4, order);
  const uint32_t type = Load<uint32_t>(header->data() + 8, order);
  // Name and descriptor are padded to 4 bytes.
  const uint64_t descriptor_at =
      at + kHeaderSize + name_size + PaddingAfter(name_size);
  const std::optional<Bytes> descriptor =
      Slice(notes, descriptor_at, descriptor_size);
  if (!descriptor.has_value()) return std::nullopt;
  *offset = descriptor_at + descriptor_size + PaddingAfter(descriptor_size);
  const uint8_t* const name = header->data() + kHeaderSize;
  const bool is_build_id = type == NT_GNU_BUILD_ID && name_size == 4 &&
                           std::memcmp(name, "GNU", 4) == 0;
  return is_build_id ? descriptor : std::nullopt;
}

}  // namespace

Bytes BuildIdIn(Bytes notes, ByteOrder order) {
  uint64_t offset = 0;
  while (offset < notes.size()) {
    const std::optional<Bytes> id = NextBuildId(notes, order, &offset);
    if (id.has_value()) return *id;
  }
  return {};
}

absl::StatusOr<Bytes> BuildId(const ElfFile& file) {
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (file.Header(i).sh_type != SHT_NOTE) continue;
    const absl::StatusOr<Bytes> notes = file.Contents(i);
    if (!notes.ok()) continue;
    const Bytes id = BuildIdIn(*notes, file.order());
    if (!id.empty()) return id;
  }
  return MakeError(ErrorCode::kNotFound, "the file has no build-id");
}

bool HasBuildId(const ElfFile& file, Bytes build_id) {
  const absl::StatusOr<Bytes> found = BuildId(file);
  return found.ok() && std::ranges::equal(*found, build_id);
}

}  // namespace dwreloc::internal
