#include "audit/owner_finder.h"

#include <algorithm>
#include <utility>

#include "audit/owners_lookup.h"
#include "base/hash_map.h"
#include "dwarf/constants.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/frames/cfi_instructions.h"
#include "dwarf/lists/expr.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/debug_info.h"

namespace dwreloc::internal {
namespace {

const char* OrUnknown(const char* name) {
  return name == nullptr ? "unknown" : name;
}

}  // namespace

// The full read.  Each cursor tells it about the data that records supplied;
// their owner is the current owner_.
class OwnerFinder final : public RelocObserver {
 public:
  OwnerFinder(const Module& module, uint32_t wanted, Owners& owners,
              ReadListener* listener)
      : module_(module),
        wanted_(wanted),
        owners_(owners),
        listener_(listener) {}

  void Run() {
    for (const absl::Status& error : module_.info().errors()) Tell(error);
    for (const Unit& unit : module_.info().units()) ReadUnit(unit);
    ReadSkeletonLists();
    for (const DebugSection& section : module_.file().debug_sections()) {
      if (section.name.id == SectionId::kDebugAddr ||
          section.name.id == SectionId::kDebugStrOffsets) {
        ReadTable(section);
      } else if (section.name.id == SectionId::kDebugMacro ||
                 section.name.id == SectionId::kDebugMacinfo) {
        ReadMacroSection(section.index);
      } else if (section.name.id == SectionId::kDebugLine) {
        ReadLoneLines(section);
      } else if (IsFrameSection(section.name)) {
        ReadFrames(section);
      }
    }
    // Macro units after one that cannot be read are only known from the units
    // that refer to them.
    for (const Unit& unit : module_.info().units()) {
      const auto macros = MacroReader::OfUnit(unit);
      if (!macros.ok()) {
        Tell(macros.status());
      } else if (macros->has_value()) {
        ReadMacros((*macros)->header().place);
      }
    }
    ReadLookupTables(module_, this, &owner_, listener_);
    for (auto& [section, claims] : owners_.claims_) {
      const auto before = [](const Owners::Claim& a, const Owners::Claim& b) {
        return a.offset < b.offset;
      };
      // Usually they are sorted: sorting would take as much memory again.
      if (!std::is_sorted(claims.begin(), claims.end(), before)) {
        std::stable_sort(claims.begin(), claims.end(), before);
      }
    }
  }

  void OnRelocated(const RelocatedDatum& datum) override {
    if (wanted_ != kNoSection && wanted_ != datum.section) return;
    Owner owner = owner_;
    owner.field = OrUnknown(datum.field != nullptr ? datum.field : field_);
    owners_.claims_[datum.section].push_back(
        owners_.Pack(datum.offset, datum.width, owner));
  }

 private:
  void Tell(const absl::Status& status) {
    if (listener_ != nullptr && !status.ok()) listener_->OnError(status);
  }

  using Place = std::pair<uint32_t, uint64_t>;

  void ReadUnit(const Unit& unit) {
    owner_ = Owner{.unit = unit.offset(), .section = unit.section()};
    module_.info().Observe(this, unit);
    absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
    Tell(walk.status());
    if (walk.ok()) {
      walk->set_observer(this);
      Die die;
      uint32_t depth;
      const auto begin = [&](const AttributeSpec& spec) {
        owner_ = Owner{.unit = unit.offset(),
                       .die = die.offset,
                       .section = unit.section(),
                       .attribute = spec.name};
      };
      const auto visit = [this](const Attribute& attribute) {
        ReadAttribute(attribute);
      };
      while (walk->NextObserved(&die, &depth, begin, visit) || !walk->ok()) {
        Tell(walk->status());
      }
    }
    ReadLines(unit);
  }

  void ReadAttribute(const Attribute& attribute) {
    const Unit& unit = *attribute.unit;
    if (listener_ != nullptr) listener_->OnAttribute(attribute);
    switch (attribute.attribute_class) {
      case AttributeClass::kExprloc:
        ReadExpression(unit.encoding(), unit.view(), attribute.data,
                       attribute.value, 0);
        break;
      case AttributeClass::kRnglist: {
        absl::StatusOr<RangeList> list = RangeList::Of(attribute);
        Tell(list.status());
        if (list.ok()) ReadList(unit, *list);
        break;
      }
      case AttributeClass::kLoclist: {
        absl::StatusOr<LocationList> list = LocationList::Of(attribute);
        Tell(list.status());
        if (list.ok()) ReadList(unit, *list);
        break;
      }
      default:
        break;
    }
  }

  void ReadList(const Unit& unit, ListReader& list) {
    list.set_observer(this);
    owner_.list = list.offset();
    ListEntry entry;
    // DIEs may share a list, and gcc lets a list begin inside another one, with
    // the same end: each entry is read once.
    while (read_.insert(Place(list.view().index, list.next_offset())).second) {
      if (!list.NextEntry(&entry)) Tell(list.status());
      if (!list.ok() || entry.shape == ListShape::kEndOfList) break;
      ReadExpression(unit.encoding(), list.view(), entry.expression_offset,
                     entry.expression_size, 0);
    }
  }

  // Range lists that only split units refer to: in version 4 (GNU DebugFission)
  // all lists from the skeleton's base on that are not yet owned, in version 5
  // (gcc 8 to 10) those of its offset table.
  void ReadSkeletonLists() {
    std::vector<const Unit*> skeletons;
    for (const Unit& unit : module_.info().units()) {
      if (unit.unit_type() == DW_UT_skeleton) ReadListTable(unit);
      if (unit.encoding().version < 5 && !unit.is_split() &&
          unit.bases().gnu_ranges.has_value()) {
        skeletons.push_back(&unit);
      }
    }
    const auto base_of = [](const Unit* unit) {
      const DebugRngListsBase base = *unit->bases().gnu_ranges;
      return Place(base.section, base.value);
    };
    std::stable_sort(
        skeletons.begin(), skeletons.end(),
        [&](const Unit* a, const Unit* b) { return base_of(a) < base_of(b); });
    for (size_t i = 0; i < skeletons.size(); ++i) {
      const Place base = base_of(skeletons[i]);
      const Place next = i + 1 < skeletons.size() ? base_of(skeletons[i + 1])
                                                  : Place(base.first + 1, 0);
      ReadListsFrom(*skeletons[i], base,
                    next.first == base.first ? next.second : kNoOffset);
    }
  }

  void ReadListsFrom(const Unit& skeleton, Place base, uint64_t end) {
    const uint64_t entry_size = uint64_t{2} * skeleton.encoding().address_size;
    uint64_t offset = base.second;
    while (offset < end) {
      absl::StatusOr<RangeList> list =
          RangeList::At(skeleton, {.value = offset, .section = base.first});
      if (!list.ok()) return;
      ReadSkeletonList(skeleton, *list, DW_AT_GNU_ranges_base);
      // If the list of another attribute begins here, nothing was read.
      offset = std::max(list->next_offset(), offset + entry_size);
    }
  }

  void ReadListTable(const Unit& skeleton) {
    for (uint64_t index = 0;; ++index) {
      absl::StatusOr<RangeList> list = RangeList::OfIndex(skeleton, index);
      if (!list.ok()) return;
      ReadSkeletonList(skeleton, *list, DW_AT_rnglists_base);
    }
  }

  void ReadSkeletonList(const Unit& skeleton, ListReader& list,
                        uint16_t attribute) {
    owner_ = Owner{.unit = skeleton.offset(),
                   .die = skeleton.first_die(),
                   .section = skeleton.section(),
                   .attribute = attribute};
    ReadList(skeleton, list);
  }

  void ReadExpression(Encoding encoding, const SectionView& view,
                      uint64_t offset, uint64_t size, int nesting) {
    // DW_OP_entry_value holds an expression, which holds no more of them in
    // valid files.
    constexpr int kMaxNesting = 8;
    if (nesting > kMaxNesting || size == 0) return;
    ExpressionReader reader(module_.sections(), encoding, view, offset, size);
    reader.set_observer(this);
    Operation operation;
    while (true) {
      // Named before it is read: the first byte is the operation.
      const uint64_t at = reader.offset();
      if (at < view.bytes.size()) {
        field_ = OpName(view.bytes[at]);
      }
      if (!reader.Next(&operation)) break;
      if (operation.has_block && (operation.atom == DW_OP_entry_value ||
                                  operation.atom == DW_OP_GNU_entry_value)) {
        ReadExpression(encoding, view, operation.block_offset,
                       operation.block_size, nesting + 1);
      }
    }
    field_ = nullptr;
    if (!reader.ok()) Tell(reader.status());
  }

  void ReadLines(const Unit& unit) {
    const std::optional<DebugLineOffset> offset = unit.bases().stmt_list;
    if (!offset.has_value()) return;
    const absl::StatusOr<SectionView>& view =
        unit.View(SectionId::kDebugLine, offset->section);
    Tell(view.status());
    if (!view.ok() || !read_.insert(Place(view->index, offset->value)).second) {
      return;
    }
    owner_ = Owner{.unit = unit.offset(),
                   .list = offset->value,
                   .section = unit.section()};
    ReadLineTable({.sections = module_.sections(),
                   .family = unit.family(),
                   .address_size = unit.encoding().address_size,
                   .comp_dir = {},
                   .part = &view},
                  *offset);
  }

  // Line tables that no unit refers to.
  void ReadLoneLines(const DebugSection& section) {
    const absl::StatusOr<SectionView>& view =
        module_.sections().View(section.index);
    if (!view.ok()) return;
    uint64_t offset = 0;
    while (const std::optional<LineTableSpan> span =
               NextLineTable(*view, offset)) {
      offset = span->next;
      if (!read_.insert(Place(section.index, span->offset)).second) continue;
      const uint8_t address_size = module_.file().is_64() ? 8 : 4;
      owner_ = Owner{.list = span->offset};
      ReadLineTable({.sections = module_.sections(),
                     .family = section.name.family,
                     .address_size = address_size,
                     .comp_dir = {},
                     .part = &view},
                    DebugLineOffset{span->offset});
    }
  }

  void ReadLineTable(const LineTableContext& context, DebugLineOffset offset) {
    const absl::StatusOr<std::unique_ptr<const LineTable>> table =
        LineTable::Parse(context, offset, this);
    Tell(table.ok() ? (*table)->entries_status() : table.status());
    if (!table.ok()) return;
    LineProgram program(**table);
    program.set_observer(this);
    LineRow row;
    while (program.Next(&row)) {
    }
    if (!program.ok()) Tell(program.status());
  }

  // Macro units follow each other.
  void ReadMacroSection(uint32_t section) {
    const absl::StatusOr<SectionView>& view = module_.sections().View(section);
    if (!view.ok()) return;
    const SectionId id = module_.sections().NameOf(section).id;
    uint64_t offset = 0;
    while (const std::optional<uint64_t> start =
               NextMacroUnit(*view, id, offset)) {
      offset = ReadMacros({section, *start});
    }
  }

  // .debug_frame and .eh_frame.
  void ReadFrames(const DebugSection& section) {
    absl::StatusOr<CfiReader> reader =
        CfiReader::Of(module_.sections(), section.index);
    if (!reader.ok()) return;
    reader->set_observer(this);
    CfiEntry entry;
    while (true) {
      owner_ = Owner{.list = reader->offset()};
      const absl::StatusOr<bool> found = reader->Next(&entry);
      Tell(found.status());
      if (!found.ok()) continue;
      if (!*found) return;
      ReadInstructions(reader->view(), entry);
    }
  }

  void ReadInstructions(const SectionView& view, const CfiEntry& entry) {
    const Cie& cie = entry.cie;
    CfaInstructionReader reader(
        module_.sections(), view, cie,
        entry.is_cie ? cie.instructions : entry.fde.instructions,
        entry.is_cie ? cie.end : entry.fde.end);
    reader.set_observer(this);
    CfaInstruction instruction;
    while (true) {
      field_ = CfaName(reader.PeekOpcode(), e_machine_);
      if (!reader.Next(&instruction)) break;
      if (!instruction.has_expression) continue;
      ReadExpression(cie.encoding, view, instruction.expression_offset,
                     instruction.expression_size, 0);
    }
    field_ = nullptr;
    Tell(reader.status());
  }

  // Returns where the next macro unit may be, or kNoOffset.
  uint64_t ReadMacros(SectionPlace place) {
    const absl::StatusOr<SectionView>& view =
        module_.sections().View(place.section);
    if (!view.ok() || !read_.insert({place.section, place.offset}).second) {
      return kNoOffset;
    }
    owner_ = Owner{.list = place.offset};
    absl::StatusOr<MacroReader> reader =
        MacroReader::At(module_.sections(), place, nullptr, this);
    Tell(reader.status());
    if (!reader.ok()) return kNoOffset;
    MacroEntry entry;
    while (reader->Next(&entry)) {
    }
    if (!reader->ok()) Tell(reader->status());
    return reader->ok() ? reader->next_offset() : kNoOffset;
  }

  // Reads whole tables, whether forms refer to their entries or not.
  void ReadTable(const DebugSection& section) {
    const DwarfSections& sections = module_.sections();
    const absl::StatusOr<SectionView>& view = sections.View(section.index);
    if (!view.ok()) return;
    uint64_t offset = 0;
    while (const std::optional<ContributionIndex::Start> start =
               module_.contributions().Next({section.index, offset})) {
      owner_ = Owner{.list = start->offset};
      Contribution table;
      const absl::Status status =
          ReadContribution(sections, {section.index, start->offset},
                           start->layout, &table, this);
      Tell(status);
      if (status.ok()) {
        RelocCursor cursor = EntriesOf(*view, table);
        cursor.set_observer(this);
        while (!cursor.at_end()) cursor.Value(table.entry_size);
      }
      offset = table.next;
    }
  }

  const Module& module_;
  const uint32_t wanted_;
  Owners& owners_;
  ReadListener* const listener_;
  const uint16_t e_machine_ = module_.file().e_machine();
  Owner owner_;
  // What is being read, for readers that do not say.
  const char* field_ = nullptr;
  HashSet<Place> read_;  // list entries and line tables
};

void FindOwners(const Module& module, uint32_t section, Owners& owners,
                ReadListener* listener) {
  OwnerFinder(module, section, owners, listener).Run();
}

}  // namespace dwreloc::internal
