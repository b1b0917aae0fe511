// The part of the full read that reads the lookup tables: .debug_aranges,
// .debug_pubnames and similar sections, .debug_names; and headers that no
// reader visits.

#include "audit/full_read.h"
#include "base/hash_map.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/names_entries.h"
#include "dwarf/lookup/pubnames.h"

namespace dwreloc::internal {
namespace {

bool HasHeaders(const DebugSection& section) {
  switch (section.name.id) {
    case SectionId::kDebugRnglists:
    case SectionId::kDebugLoclists:
    case SectionId::kDebugNames:
      return true;
    default:
      return false;
  }
}

}  // namespace

// Reads all sets of a section; those that cannot be read are skipped.
template <typename Reader, typename Item>
void FullReader::ReadSets(uint32_t section) {
  const absl::StatusOr<SectionView>& view = module_.sections().View(section);
  if (!view.ok()) return;
  Reader reader(module_.sections(), *view);
  reader.set_observer(this);
  owner_ = Owner();
  sets_ = &reader;
  Item item;
  while (reader.Next(&item) || !reader.ok()) Tell(reader.status());
  sets_ = nullptr;
}

void FullReader::ReadNames(const NameIndex& index) {
  const NameIndexHeader& header = index.header();
  owner_ = Owner{.list = header.offset};
  for (uint32_t i = 0; i < header.comp_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kCompile, i, this);
  }
  for (uint32_t i = 0; i < header.local_type_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kLocalType, i, this);
  }
  // Names may share a series of entries.
  HashSet<uint64_t> read;
  for (uint32_t i = 1; i <= header.name_count; ++i) {
    const IndexedName name = index.NameAt(i, this);
    NameEntryReader reader(index, name.entries, this);
    NameEntry entry;
    while (read.insert(reader.next_offset()).second && reader.Next(&entry)) {
    }
    Tell(reader.status());
  }
}

// Reads the headers of tables that no other reader visits: units refer to
// places after them.  Lists found by index also follow an array of offsets
// (DWARF 5 7.28, 7.29).
void FullReader::ReadHeaders(const DebugSection& section) {
  const absl::StatusOr<SectionView>& view =
      module_.sections().View(section.index);
  if (!view.ok()) return;
  const bool has_offsets = section.name.id == SectionId::kDebugRnglists ||
                           section.name.id == SectionId::kDebugLoclists;
  RelocCursor cursor(*view);
  cursor.set_observer(this);
  cursor.set_field("offset entry");
  while (true) {
    cursor.SkipPadding();
    if (cursor.at_end()) return;
    owner_ = Owner{.list = cursor.offset()};
    Format format;
    const uint64_t length = cursor.InitialLength(&format);
    if (!cursor.ok() || length > cursor.remaining()) return;
    const uint64_t end = cursor.offset() + length;
    constexpr uint64_t kFields = 8;
    if (has_offsets && length >= kFields) {
      cursor.Skip(kFields - 4);  // version to segment_selector_size
      const uint64_t size = static_cast<uint64_t>(format);
      uint64_t count = cursor.U32();
      for (; count > 0 && end - cursor.offset() >= size; --count) {
        cursor.Value(static_cast<int>(size));
      }
    }
    cursor.Seek(end);
  }
}

void FullReader::ReadLookupTables() {
  for (const DebugSection& section : module_.file().debug_sections()) {
    if (!ReadsSection(section)) continue;
    if (section.name.id == SectionId::kDebugAranges) {
      ReadSets<ArangeReader, Arange>(section.index);
    } else if (IsPubnamesSection(section.name.id)) {
      ReadSets<PubnamesReader, Pubname>(section.index);
    }
    if (HasHeaders(section)) {
      ReadHeaders(section);
    }
  }
  if (!Reads(kNames)) return;
  for (const absl::Status& error : module_.names().errors()) Tell(error);
  for (const auto& index : module_.names().indexes()) {
    ReadNames(*index);
  }
}

}  // namespace dwreloc::internal
