#include "audit/owners_lookup.h"

#include "base/hash_map.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/names_entries.h"
#include "dwarf/lookup/pubnames.h"

namespace dwreloc::internal {
namespace {

// Adds which set is being read, and passes the datum on.
class SetObserver final : public RelocObserver {
 public:
  SetObserver(const LookupSets& reader, RelocObserver* observer, Owner* owner)
      : reader_(reader), observer_(observer), owner_(owner) {}

  void OnRelocated(const RelocatedDatum& datum) override {
    *owner_ = Owner{.list = reader_.set().offset};
    observer_->OnRelocated(datum);
  }

 private:
  const LookupSets& reader_;
  RelocObserver* const observer_;
  Owner* const owner_;
};

// Reads all sets of a section; those that cannot be read are skipped.
template <typename Reader, typename Item>
void ReadSets(const Module& module, uint32_t section, RelocObserver* observer,
              Owner* owner, ReadListener* listener) {
  const absl::StatusOr<SectionView>& view = module.sections().View(section);
  if (!view.ok()) return;
  Reader reader(module.sections(), *view);
  SetObserver sets(reader, observer, owner);
  reader.set_observer(&sets);
  Item item;
  while (reader.Next(&item) || !reader.ok()) {
    if (listener != nullptr && !reader.ok()) {
      listener->OnError(reader.status());
    }
  }
}

void ReadNames(const NameIndex& index, RelocObserver* observer, Owner* owner,
               ReadListener* listener) {
  const NameIndexHeader& header = index.header();
  *owner = Owner{.list = header.offset};
  for (uint32_t i = 0; i < header.comp_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kCompile, i, observer);
  }
  for (uint32_t i = 0; i < header.local_type_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kLocalType, i, observer);
  }
  // Names may share a series of entries.
  HashSet<uint64_t> read;
  for (uint32_t i = 1; i <= header.name_count; ++i) {
    const IndexedName name = index.NameAt(i, observer);
    NameEntryReader reader(index, name.entries, observer);
    NameEntry entry;
    while (read.insert(reader.next_offset()).second && reader.Next(&entry)) {
    }
    if (listener != nullptr && !reader.status().ok()) {
      listener->OnError(reader.status());
    }
  }
}

// Reads the headers of tables that no other reader visits: units refer to
// places after them.  Lists found by index also follow an array of offsets
// (DWARF 5 7.28, 7.29).
void ReadHeaders(const Module& module, const DebugSection& section,
                 RelocObserver* observer, Owner* owner) {
  const absl::StatusOr<SectionView>& view =
      module.sections().View(section.index);
  if (!view.ok()) return;
  const bool has_offsets = section.name.id == SectionId::kDebugRnglists ||
                           section.name.id == SectionId::kDebugLoclists;
  RelocCursor cursor(*view);
  cursor.set_observer(observer);
  cursor.set_field("offset entry");
  while (true) {
    cursor.SkipPadding();
    if (cursor.at_end()) return;
    *owner = Owner{.list = cursor.offset()};
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

void ReadLookupTables(const Module& module, RelocObserver* observer,
                      Owner* owner, ReadListener* listener) {
  for (const DebugSection& section : module.file().debug_sections()) {
    if (section.name.id == SectionId::kDebugAranges) {
      ReadSets<ArangeReader, Arange>(module, section.index, observer, owner,
                                     listener);
    } else if (IsPubnamesSection(section.name.id)) {
      ReadSets<PubnamesReader, Pubname>(module, section.index, observer, owner,
                                        listener);
    }
    if (HasHeaders(section)) {
      ReadHeaders(module, section, observer, owner);
    }
  }
  for (const absl::Status& error : module.names().errors()) {
    if (listener != nullptr) listener->OnError(error);
  }
  for (const auto& index : module.names().indexes()) {
    ReadNames(*index, observer, owner, listener);
  }
}

}  // namespace dwreloc::internal
