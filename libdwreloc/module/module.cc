#include "module/module.h"

#include <algorithm>
#include <utility>

#include "dwarf/constants.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/strings.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<const LineTable*> Pointer(
    const absl::StatusOr<std::unique_ptr<const LineTable>>& table) {
  if (!table.ok()) return table.status();
  return table->get();
}

}  // namespace

Module::Module(std::unique_ptr<const ElfFile> file, ModuleContext context)
    : file_(std::move(file)), context_(std::move(context)) {}

Module::Parts::Parts(const Module& owner)
    : teller(owner),
      supplementary(owner.file(), *owner.context_.directories,
                    [this, &owner](const std::string& path) {
                      const auto& open = owner.context_.open_supplementary;
                      return owner.Announce(
                          open != nullptr
                              ? open(path)
                              : OpenIn(supplementary_modules, path, {}));
                    }),
      sections(owner, supplementary),
      info(sections, owner.context_.skeletons),
      names(sections),
      resolver(owner.file(), sections.symbols()),
      split_files(info, [this, &owner](const std::string& path) {
        return owner.Announce(
            OpenIn(split_modules, path, {.skeletons = &info}));
      }) {
  if (owner.oracle_ != nullptr) SetOracle(owner.oracle_.get());
}

void Module::Parts::SetOracle(ModuleOracle* oracle) {
  resolver.SetOracle(oracle);
  split_files.SetFinder(oracle);
  supplementary.SetFinder(oracle);
  for (ByPath* modules : {&split_modules, &supplementary_modules}) {
    modules->EraseIf([](const auto& module) { return !module.ok(); });
  }
  companion.Reset();
  sections.set_digest_listener(oracle == nullptr ? nullptr : &teller);
}

Module::~Module() = default;

absl::StatusOr<const DebugInfo*> Module::OpenIn(const ByPath& modules,
                                                const std::string& path,
                                                const ModuleContext& context) {
  const auto& module =
      modules.Get(path, [&]() -> absl::StatusOr<std::unique_ptr<Module>> {
        DWRELOC_ASSIGN_OR_RETURN(std::unique_ptr<const ElfFile> file,
                                 ElfFile::OpenPath(path.c_str()));
        return std::make_unique<Module>(std::move(file), context);
      });
  if (!module.ok()) return module.status();
  return &(*module)->info();
}

absl::StatusOr<const DebugInfo*> Module::Announce(
    absl::StatusOr<const DebugInfo*> other) const {
  if (other.ok() && oracle_ != nullptr) {
    oracle_->Opened(Of((*other)->sections()));
  }
  return other;
}

uint32_t Module::SectionInMain(uint32_t section) const {
  if (main_file() == nullptr) return kNoSection;
  return parts()
      .main_sections.Get([this] { return SectionMatch(file(), *main_file()); })
      .InSecond(section);
}

void Module::Teller::Digested(uint32_t section, const RelocTable& table) {
  module_.oracle_->Digested(section, table.record_count());
}

void Module::SetOracle(std::unique_ptr<ModuleOracle> oracle) {
  if (parts_.Peek() != nullptr) parts().SetOracle(oracle.get());
  oracle_ = std::move(oracle);
}

const char* Module::Keep(std::string text) const {
  const Parts& p = parts();
  const std::lock_guard lock(p.texts_mutex);
  return p.texts.insert(std::move(text)).first->c_str();
}

void Module::Trim() {
  file_->ReleasePages();
  if (parts_.Peek() == nullptr) return;
  Parts& p = parts();
  p.companion.Reset();
  p.sections.DropDigests();
  p.cfi_index.Reset();
  for (const ByPath* modules : {&p.split_modules, &p.supplementary_modules}) {
    modules->ForEach([](const auto& module) {
      if (module.ok()) (*module)->Trim();
    });
  }
}

const ArangeIndex& Module::aranges() const {
  const Parts& p = parts();
  return p.aranges.Get([&p] { return ArangeIndex::Build(p.sections); });
}

absl::StatusOr<const LineTable*> Module::LineTableOf(const Unit& unit) const {
  if (const Unit& home = unit.line_unit(); &home != &unit) {
    return Of(home.sections()).LineTableOf(home);
  }
  const std::optional<DebugLineOffset> offset = unit.bases().stmt_list;
  if (!offset.has_value()) return nullptr;
  if (offset->value == kNoOffset) {
    return NoOffset(unit, {DW_AT_stmt_list}, SectionId::kDebugLine,
                    "line table");
  }
  return LineTableAt(unit, *offset);
}

// A split file has a table of its own for its macros and types (DWARF 5 7.3.2,
// appendix F); .debug_macinfo.dwo means that one and does not say so.
absl::StatusOr<const LineTable*> Module::LineTableOf(
    const MacroReader& macros) const {
  if (macros.unit() == nullptr) return nullptr;
  const Unit& unit = *macros.unit();
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<SectionPlace> named,
                           macros.LinePlace());
  if (named.has_value()) {
    const bool is_primary =
        named->section == sections().Find(SectionId::kDebugLine, unit.family());
    return LineTableAt(unit,
                       {.value = named->offset,
                        .section = is_primary ? kNoSection : named->section});
  }
  if (unit.is_split() && unit.View(SectionId::kDebugLine).ok()) {
    return LineTableAt(unit,
                       DebugLineOffset{unit.Origin(SectionId::kDebugLine)});
  }
  return LineTableOf(unit);
}

uint32_t Module::LineSectionOf(const Unit& unit, DebugLineOffset offset) const {
  return offset.section != kNoSection
             ? offset.section
             : sections().Find(SectionId::kDebugLine, unit.family());
}

std::string_view Module::CompDirOf(const LineTable& table) const {
  const auto& units = parts().line_units.Get([this] {
    HashMap<std::pair<uint32_t, uint64_t>, const Unit*> found;
    for (const Unit& unit : info().units()) {
      if (unit.is_types()) continue;  // shares its table, and has no directory
      if (const auto offset = unit.bases().stmt_list; offset.has_value()) {
        found.try_emplace({LineSectionOf(unit, *offset), offset->value}, &unit);
      }
    }
    return found;
  });
  const auto unit =
      units.find({table.view().index, table.header().offset.value});
  return unit == units.end() ? std::string_view()
                             : RootString(*unit->second, DW_AT_comp_dir);
}

absl::StatusOr<const LineTable*> Module::LineTableAt(
    const Unit& unit, DebugLineOffset offset) const {
  const uint32_t section = LineSectionOf(unit, offset);
  const Parts& p = parts();
  return Pointer(p.line_tables.Get(
      {section, offset.value},
      [&]() -> absl::StatusOr<std::unique_ptr<const LineTable>> {
        const absl::StatusOr<SectionView>& view =
            unit.View(SectionId::kDebugLine, offset.section);
        // Tables stand one after the other.  Where thousands of units each
        // name another byte of one table, reading them would take quadratic
        // time and memory.
        constexpr uint64_t kMaxReadings = 64;
        if (view.ok() &&
            p.line_table_bytes / kMaxReadings >
                std::max(view->bytes.size(), file().image().size())) {
          return MakeError(ErrorCode::kBadDwarf, view->index, offset.value,
                           "too many line tables overlap");
        }
        auto parsed =
            LineTable::Parse({.sections = p.sections,
                              .family = unit.family(),
                              .address_size = unit.encoding().address_size,
                              .comp_dir =
                                  [&unit](const LineTable&) {
                                    return RootString(unit, DW_AT_comp_dir);
                                  },
                              .part = &view},
                             offset);
        if (parsed.ok()) {
          p.line_table_bytes += (*parsed)->header().end - offset.value;
        }
        return parsed;
      }));
}

absl::StatusOr<const LineTable*> Module::LineTableAt(SectionPlace place) const {
  const Parts& p = parts();
  return Pointer(p.placed_line_tables.Get({place.section, place.offset}, [&] {
    const uint8_t address_size = file_->is_64() ? 8 : 4;
    return LineTable::Parse(
        {.sections = p.sections,
         .family = p.sections.NameOf(place.section).family,
         .address_size = address_size,
         .comp_dir =
             [this](const LineTable& table) { return CompDirOf(table); },
         .part = &p.sections.View(place.section)},
        DebugLineOffset{place.offset});
  }));
}

absl::StatusOr<std::optional<LineRow>> Module::FindRow(
    const Unit& unit, const RelocValue& address) const {
  DWRELOC_ASSIGN_OR_RETURN(const LineTable* table, LineTableOf(unit));
  if (table == nullptr) return std::nullopt;
  LineProgram program(*table);
  LineRow previous;
  LineRow row;
  bool have_previous = false;
  while (program.Next(&row)) {
    if (have_previous && IsInRange(address, previous.address, row.address)) {
      return previous;
    }
    // A sequence ends with a row that covers nothing.
    have_previous = !row.end_sequence;
    previous = row;
  }
  DWRELOC_RETURN_IF_ERROR(program.status());
  return std::nullopt;
}

}  // namespace dwreloc::internal
