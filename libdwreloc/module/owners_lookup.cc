#include "module/owners_lookup.h"

#include "absl/container/flat_hash_set.h"
#include "dwarf/aranges.h"
#include "dwarf/names_entries.h"
#include "dwarf/pubnames.h"

namespace dwreloc::internal {
namespace {

// Puts in what a reader of sets says of the datum, and passes it on.
class SetObserver final : public RelocObserver {
 public:
  SetObserver(RelocObserver* observer, Owner* owner)
      : observer_(observer), owner_(owner) {}

  LookupField* field() { return &field_; }

  void OnRelocated(uint32_t section, uint64_t offset, int width) override {
    *owner_ = Owner{.field = field_.name, .list = field_.set_offset};
    observer_->OnRelocated(section, offset, width);
  }

 private:
  RelocObserver* const observer_;
  Owner* const owner_;
  LookupField field_;
};

// All sets of a section; what cannot be read is left out.
template <typename Reader, typename Item>
void ReadSets(const Module& module, uint32_t section, SetObserver* observer) {
  const absl::StatusOr<SectionView>& view = module.sections().View(section);
  if (!view.ok()) return;
  Reader reader(module.sections(), *view);
  reader.set_observer(observer, observer->field());
  Item item;
  while (reader.Next(&item) || !reader.ok()) {
  }
}

void ReadNames(const NameIndex& index, RelocObserver* observer, Owner* owner) {
  const NameIndexHeader& header = index.header();
  *owner = Owner{.field = "CU offset", .list = header.offset};
  for (uint32_t i = 0; i < header.comp_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kCompile, i, observer);
  }
  owner->field = "local TU offset";
  for (uint32_t i = 0; i < header.local_type_unit_count; ++i) {
    (void)index.UnitAt(NameUnitKind::kLocalType, i, observer);
  }
  // Names may share a series of entries.
  absl::flat_hash_set<uint64_t> read;
  for (uint32_t i = 1; i <= header.name_count; ++i) {
    owner->field = "string offset";
    const IndexedName name = index.NameAt(i, observer);
    owner->field = "name index entry";
    NameEntryReader reader(index, name.entries, observer);
    NameEntry entry;
    while (read.insert(reader.next_offset()).second && reader.Next(&entry)) {
    }
  }
}

}  // namespace

void ReadLookupTables(const Module& module, RelocObserver* observer,
                      Owner* owner) {
  SetObserver sets(observer, owner);
  for (const DebugSection& section : module.file().debug_sections()) {
    if (section.name.id == SectionId::kDebugAranges) {
      ReadSets<ArangeReader, Arange>(module, section.index, &sets);
    } else if (IsPubnamesSection(section.name.id)) {
      ReadSets<PubnamesReader, Pubname>(module, section.index, &sets);
    }
  }
  for (const auto& index : module.names().indexes()) {
    ReadNames(*index, observer, owner);
  }
}

}  // namespace dwreloc::internal
