#include "audit/owners.h"

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
  OwnerFinder(const Module& module, uint32_t wanted, Owners& owners)
      : module_(module), wanted_(wanted), owners_(owners) {}

  void Run() {
    for (const Unit& unit : module_.info().units()) ReadUnit(unit);
    ReadSkeletonLists();
    for (const DebugSection& section : module_.file().debug_sections()) {
      if (section.name.id == SectionId::kDebugAddr) {
        ReadTable(section, "debug_addr entry");
      } else if (section.name.id == SectionId::kDebugStrOffsets) {
        ReadTable(section, "debug_str_offsets entry");
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
      if (macros.ok() && macros->has_value()) {
        ReadMacros((*macros)->header().place);
      }
    }
    ReadLookupTables(module_, this, &owner_);
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

  void OnRelocatedLength(const char* field, uint32_t section, uint64_t offset,
                         int width) override {
    const char* const before = std::exchange(owner_.field, field);
    OnRelocated(section, offset, width);
    owner_.field = before;
  }

  void OnRelocated(uint32_t section, uint64_t offset, int width) override {
    if (cfi_ != nullptr) owner_.field = cfi_->field();
    if (wanted_ != kNoSection && wanted_ != section) return;
    std::vector<Owners::Claim>& claims = owners_.claims_[section];
    claims.push_back(owners_.Pack(offset, width, owner_));
    last_claims_ = &claims;
    ++pending_;
  }

 private:
  using Place = std::pair<uint32_t, uint64_t>;

  void ReadUnit(const Unit& unit) {
    owner_ = Owner{.field = "debug_abbrev_offset",
                   .unit = unit.offset(),
                   .section = unit.section()};
    module_.info().Observe(this, unit);
    absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
    if (walk.ok()) {
      walk->set_observer(this);
      Die die;
      uint32_t depth;
      // An attribute's records are consumed before its name is known: the
      // claims since the last attribute belong to it.
      pending_ = 0;
      const auto visit = [&](const Attribute& attribute) {
        const Owner owner = {.field = OrUnknown(FormName(attribute.form)),
                             .unit = unit.offset(),
                             .die = die.offset,
                             .section = unit.section(),
                             .attribute = attribute.name};
        for (; pending_ > 0; --pending_) {
          Owners::Claim& claim =
              (*last_claims_)[last_claims_->size() - pending_];
          claim = owners_.Pack(claim.offset, claim.width, owner);
        }
        ReadAttribute(owner, attribute);
        pending_ = 0;
      };
      while (walk->NextVisiting(&die, &depth, visit) || !walk->ok()) {
        pending_ = 0;
      }
    }
    ReadLines(unit);
  }

  void ReadAttribute(const Owner& owner, const Attribute& attribute) {
    const Unit& unit = *attribute.unit;
    owner_ = owner;
    switch (attribute.attribute_class) {
      case AttributeClass::kExprloc:
        ReadExpression(unit.encoding(), unit.view(), attribute.data,
                       attribute.value, 0);
        break;
      case AttributeClass::kRnglist: {
        absl::StatusOr<RangeList> list = RangeList::Of(attribute);
        if (list.ok()) ReadList(unit, *list);
        break;
      }
      case AttributeClass::kLoclist: {
        absl::StatusOr<LocationList> list = LocationList::Of(attribute);
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
      owner_.field =
          list.is_location_list() ? "location list entry" : "range list entry";
      if (!list.NextEntry(&entry) || entry.shape == ListShape::kEndOfList) {
        break;
      }
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
        owner_.field = OrUnknown(OpName(view.bytes[at]));
      }
      if (!reader.Next(&operation)) break;
      if (operation.has_block && (operation.atom == DW_OP_entry_value ||
                                  operation.atom == DW_OP_GNU_entry_value)) {
        ReadExpression(encoding, view, operation.block_offset,
                       operation.block_size, nesting + 1);
      }
    }
  }

  void ReadLines(const Unit& unit) {
    const std::optional<DebugLineOffset> offset = unit.bases().stmt_list;
    if (!offset.has_value()) return;
    const absl::StatusOr<SectionView>& view =
        unit.View(SectionId::kDebugLine, offset->section);
    if (!view.ok() || !read_.insert(Place(view->index, offset->value)).second) {
      return;
    }
    owner_ = Owner{.field = "file_names entry",
                   .unit = unit.offset(),
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
      owner_ = Owner{.field = "file_names entry", .list = span->offset};
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
    if (!table.ok()) return;
    owner_.field = "DW_LNE_set_address";
    LineProgram program(**table);
    program.set_observer(this);
    LineRow row;
    while (program.Next(&row)) {
    }
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
      cfi_ = &*reader;
      const absl::StatusOr<bool> found = reader->Next(&entry);
      cfi_ = nullptr;
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
      owner_.field = OrUnknown(CfaName(reader.PeekOpcode(), e_machine_));
      if (!reader.Next(&instruction)) return;
      if (!instruction.has_expression) continue;
      ReadExpression(cie.encoding, view, instruction.expression_offset,
                     instruction.expression_size, 0);
    }
  }

  // Returns where the next macro unit may be, or kNoOffset.
  uint64_t ReadMacros(SectionPlace place) {
    const absl::StatusOr<SectionView>& view =
        module_.sections().View(place.section);
    if (!view.ok() || !read_.insert({place.section, place.offset}).second) {
      return kNoOffset;
    }
    owner_ = Owner{.field = "debug_line_offset", .list = place.offset};
    absl::StatusOr<MacroReader> reader =
        MacroReader::At(module_.sections(), place, nullptr, this);
    if (!reader.ok()) return kNoOffset;
    const uint16_t version = reader->header().version;
    MacroEntry entry;
    do {
      // Named before it is read: the first byte is the operation.
      const uint64_t at = reader->next_offset();
      if (at < view->bytes.size()) {
        owner_.field = OrUnknown(MacroOpName(version, view->bytes[at]));
      }
    } while (reader->Next(&entry));
    return reader->ok() ? reader->next_offset() : kNoOffset;
  }

  // Reads whole tables, whether forms refer to their entries or not.
  void ReadTable(const DebugSection& section, const char* field) {
    const DwarfSections& sections = module_.sections();
    const absl::StatusOr<SectionView>& view = sections.View(section.index);
    if (!view.ok()) return;
    uint64_t offset = 0;
    while (const std::optional<ContributionIndex::Start> start =
               module_.contributions().Next({section.index, offset})) {
      owner_ = Owner{.field = field, .list = start->offset};
      Contribution table;
      const absl::Status status =
          ReadContribution(sections, {section.index, start->offset},
                           start->layout, &table, this);
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
  const uint16_t e_machine_ = module_.file().e_machine();
  Owner owner_;
  // Tells the field while an entry's header is read.
  const CfiReader* cfi_ = nullptr;
  std::vector<Owners::Claim>* last_claims_ = nullptr;
  size_t pending_ = 0;
  HashSet<Place> read_;  // list entries and line tables
};

Owners Owners::Find(const Module& module, uint32_t section) {
  Owners owners;
  OwnerFinder(module, section, owners).Run();
  return owners;
}

Owners::Claim Owners::Pack(uint64_t offset, int width, const Owner& owner) {
  const Source source = {.field = owner.field,
                         .unit = owner.unit,
                         .list = owner.list,
                         .section = owner.section};
  // It is usually among the last ones; if not, it is stored once more.
  constexpr size_t kNear = 16;
  size_t index = sources_.size();
  while (index > 0 && sources_.size() - index < kNear &&
         sources_[index - 1] != source) {
    --index;
  }
  if (index == 0 || sources_[index - 1] != source) {
    sources_.push_back(source);
    index = sources_.size();
  }
  return {.offset = offset,
          .die = owner.die,
          .source = static_cast<uint32_t>(index - 1),
          .attribute = owner.attribute,
          .width = static_cast<uint8_t>(width)};
}

Owner Owners::OwnerOf(const Claim& claim) const {
  const Source& source = sources_[claim.source];
  return {.field = source.field,
          .unit = source.unit,
          .die = claim.die,
          .list = source.list,
          .section = source.section,
          .attribute = claim.attribute};
}

Owners::Found Owners::Of(const Record& record) const {
  Found found;
  const auto claims = claims_.find(record.section);
  if (claims == claims_.end()) return found;
  constexpr uint64_t kWidest = 8;
  const uint64_t offset = record.raw.offset;
  const uint64_t from = offset < kWidest ? 0 : offset - kWidest;
  auto claim = std::lower_bound(
      claims->second.begin(), claims->second.end(), from,
      [](const Claim& entry, uint64_t value) { return entry.offset < value; });
  for (; claim != claims->second.end() && claim->offset <= offset; ++claim) {
    if (claim->offset + claim->width <= offset) continue;
    if (found.uses++ == 0) found.owner = OwnerOf(*claim);
  }
  return found;
}

absl::Status Owners::Visit(
    const Module& module, uint32_t section,
    absl::FunctionRef<bool(const Record& record, const Found& owner)> visit) {
  const Owners owners = Find(module, section);
  absl::Status failure;
  // Returns false if there is to be no other section.
  const auto visit_section = [&](uint32_t index) {
    RecordReader reader(module, index, 0, UINT64_MAX);
    while (true) {
      Record record;
      while (reader.Next(&record)) {
        if (!visit(record, owners.Of(record))) return false;
      }
      if (reader.status().ok()) return true;
      failure = reader.status();
    }
  };
  if (section != kNoSection) {
    visit_section(section);
    return failure;
  }
  for (const DebugSection& debug : module.file().debug_sections()) {
    if (!visit_section(debug.index)) break;
  }
  return failure;
}

}  // namespace dwreloc::internal
