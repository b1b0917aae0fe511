#include "workloads/reloc_workloads.h"

#include <memory>
#include <numeric>
#include <utility>

#include "read/reloc_cursor.h"
#include "reloc/digest_team.h"
#include "reloc/reloc_table.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

// A record each kStride bytes leaves room for a 4-byte datum behind an 8-byte
// one, for lookups that find nothing.
constexpr uint64_t kStride = 12;
constexpr uint64_t kGap = 8;
constexpr uint64_t kStringBytes = 4096;
constexpr uint64_t kTextBytes = 4096;

int WidthOf(const RecordsSpec& spec, uint64_t index) {
  switch (spec.widths) {
    case RecordWidths::k4:
      return 4;
    case RecordWidths::k8:
      return 8;
    case RecordWidths::kMixed:
      break;
  }
  return index % 12 == 11 ? 8 : 4;
}

// An image whose .debug_info has the records of `spec`.  ElfBuilder keeps each
// record several times over; a hundred million are written into the image
// itself.
std::vector<uint8_t> BuildImage(const RecordsSpec& spec) {
  const Target& target = spec.target;
  const int word = target.address_size();
  const uint64_t record_size =
      static_cast<uint64_t>(word) * (target.is_rela ? 3 : 2);
  ElfBuilder elf(target);
  const uint32_t text = elf.Add(
      {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(kTextBytes)});
  const uint32_t strings =
      elf.Add({.name = ".debug_str", .contents = Zeros(kStringBytes)});
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t records = elf.AddRelocSection(info);
  const uint32_t text_symbol = elf.SectionSymbol(text);
  const uint32_t string_symbol = elf.SectionSymbol(strings);
  elf.section(info).size = spec.count * kStride;
  elf.section(records).size = spec.count * record_size;
  std::vector<uint8_t> image = elf.Build();

  // Both sections go behind everything else; their headers learn that now.
  const auto set_offset = [&](uint32_t section, uint64_t offset) {
    Patch(image, elf.header_offset(section) + (target.is_64 ? 24 : 16), word,
          offset, target.order);
  };
  const uint64_t info_offset = image.size();
  const uint64_t records_offset = info_offset + spec.count * kStride;
  set_offset(info, info_offset);
  set_offset(records, records_offset);
  image.resize(records_offset + spec.count * record_size);

  std::vector<uint32_t> order(spec.count);
  std::iota(order.begin(), order.end(), 0u);
  if (!spec.is_sorted) FixedRandom().Shuffle(order);
  uint64_t at = records_offset;
  const auto put = [&](uint64_t value) {
    Patch(image, at, word, value, target.order);
    at += static_cast<uint64_t>(word);
  };
  for (const uint32_t index : order) {
    const int width = WidthOf(spec, index);
    const uint64_t symbol = width == 4 ? string_symbol : text_symbol;
    const uint64_t offset = index * kStride;
    const uint64_t addend = index % kStringBytes;
    put(offset);
    put(target.is_64 ? symbol << 32 | target.abs(width)
                     : symbol << 8 | target.abs(width));
    if (target.is_rela) {
      put(addend);
    } else {
      Patch(image, info_offset + offset, width, addend, target.order);
    }
  }
  return image;
}

struct RecordFile {
  explicit RecordFile(const RecordsSpec& spec)
      : opened(BuildImage(spec)), info(opened.Find(".debug_info")) {}

  OpenedFile opened;
  const uint32_t info;
};

struct Read {
  uint64_t offset;
  int width;
};

std::vector<Read> Reads(const RecordsSpec& spec, LookupOrder order) {
  std::vector<Read> reads;
  const uint64_t step = order == LookupOrder::kStrided ? 16 : 1;
  for (uint64_t i = 0; i < spec.count; i += step) {
    if (order == LookupOrder::kMiss) {
      reads.push_back({i * kStride + kGap, 4});
    } else {
      reads.push_back({i * kStride, WidthOf(spec, i)});
    }
  }
  if (order == LookupOrder::kRandom) FixedRandom().Shuffle(reads);
  return reads;
}

}  // namespace

Work DigestRecords(const RecordsSpec& spec) {
  const auto file = std::make_shared<RecordFile>(spec);
  const uint64_t bytes =
      file->opened.file()
          .Header(file->opened.reloc_sections().For(file->info)[0])
          .sh_size;
  return [file, bytes] {
    DigestTeam team;
    const std::unique_ptr<const RelocTable> table =
        RelocTable::Digest(file->opened.context(), file->info, team);
    return Done{.items = table->record_count(),
                .bytes = bytes,
                .sum = table->static_count()};
  };
}

Work LookUpRecords(const RecordsSpec& spec, LookupOrder order) {
  const auto file = std::make_shared<RecordFile>(spec);
  const SectionView view = file->opened.View(file->info);
  return [file, view, reads = Reads(spec, order)] {
    RelocCursor cursor(view);
    uint64_t sum = 0;
    for (const Read& read : reads) {
      cursor.Seek(read.offset);
      if (read.width == 4) {
        RelocValue other;
        sum += cursor.SectionOffset(4, &other);
      } else {
        sum += cursor.Value(8).value;
      }
    }
    return Done{.items = reads.size(), .sum = sum};
  };
}

}  // namespace dwreloc::internal
