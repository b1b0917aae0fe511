// patch.cc - see patch.h.
#include "dwreloc_compress/patch.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dwreloc_compress/macro_units.h"
#include "dwreloc_compress/offset_map.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

constexpr std::string_view kInfo = ".debug_info";

// The section that a field leads to.
std::string_view NameOf(PatchTarget target) {
  return target == PatchTarget::kString       ? ".debug_str"
         : target == PatchTarget::kLineString ? ".debug_line_str"
                                              : kInfo;
}

LinkTarget LinkTargetOf(PatchTarget target) {
  return target == PatchTarget::kString       ? LinkTarget::kStrings
         : target == PatchTarget::kLineString ? LinkTarget::kLineStrings
                                              : LinkTarget::kInfo;
}

class PatchFinder {
 public:
  PatchFinder(const dwreloc::File& file, Graph& graph)
      : file_(file), graph_(graph), numbers_(file.info().big_endian != 0) {
    for (const DieOperand& operand : graph.list_operands)
      operands_.push_back({operand.section, operand.offset});
    std::ranges::sort(operands_);
  }

  PatchedSection Find(const dwreloc::Section& section);

 private:
  void AddSolved(const StaticRecord& record);
  void Add(std::uint64_t offset, unsigned width, PatchTarget target,
           std::uint64_t value);
  void AddString(std::uint64_t offset, unsigned width, PatchTarget target);
  void AddPaths();
  void AddUnits();
  void AddPubnames();
  void AddStringOffsets();
  void AddMacros();
  void AddFrames();
  void Claim(std::uint64_t offset, unsigned width, std::string_view section);
  void CheckFields() const;
  std::uint32_t StringAt(std::uint32_t section, std::uint64_t offset);
  std::uint32_t UnitAt(std::uint64_t offset) const;
  std::uint32_t SectionOf(PatchTarget target);

  struct Loose {
    std::uint32_t section;  // that it leads to
    std::uint8_t width;
  };

  const dwreloc::File& file_;
  Graph& graph_;
  const NumberWriter numbers_;
  PatchedSection found_;
  std::span<const std::uint8_t> bytes_;
  std::array<std::uint32_t, 6> sections_{};     // by target; 0: not known
  std::map<std::uint32_t, OffsetMap> strings_;  // by section: numbers
  // Fields of lists that hold a DIE's place.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> operands_;
  std::unordered_set<std::uint64_t> known_;  // offsets of patches
  // By offset, of records that are of no field so far: the section that each
  // leads to.
  std::unordered_map<std::uint64_t, Loose> loose_;
};

std::uint32_t PatchFinder::StringAt(std::uint32_t section,
                                    std::uint64_t offset) {
  // Line tables name the same directories again and again.
  OffsetMap& known = strings_[section];
  const bool is_small = offset < OffsetMap::kAbsent;
  const auto key = static_cast<std::uint32_t>(offset);
  if (const std::uint32_t string = is_small ? known.Find(key) : kNone;
      string != kNone)
    return string;
  const std::span<const std::uint8_t> bytes = file_.sections()[section].data();
  const auto begin =
      bytes.begin() + static_cast<std::ptrdiff_t>(
                          std::min<std::uint64_t>(offset, bytes.size()));
  const auto end = std::find(begin, bytes.end(), 0);
  if (end == bytes.end()) throw std::runtime_error("a string without an end");
  const std::uint32_t added =
      graph_.strings.Add({reinterpret_cast<const char*>(bytes.data()) + offset,
                          static_cast<std::size_t>(end - begin)});
  if (is_small) known.Add(key, added);
  return added;
}

std::uint32_t PatchFinder::UnitAt(std::uint64_t offset) const {
  const auto found = std::ranges::lower_bound(
      graph_.units, offset, {},
      [](const GraphUnit& unit) { return unit.offset; });
  if (found == graph_.units.end() || found->offset != offset ||
      found->section != 0)
    throw std::runtime_error("a reference leads to no unit");
  return static_cast<std::uint32_t>(found - graph_.units.begin());
}

std::uint32_t PatchFinder::SectionOf(PatchTarget target) {
  std::uint32_t& known = sections_[static_cast<std::size_t>(target)];
  if (known != 0) return known;
  const std::string_view name = NameOf(target);
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == name) return known = section.index();
  throw std::runtime_error("there is no section " + std::string(name));
}

void PatchFinder::AddSolved(const StaticRecord& record) {
  Patch patch = {.offset = record.raw.offset,
                 .value = record.value,
                 .old_value = record.value,
                 .record = record.raw,
                 .has_record = true,
                 .width = record.width};
  if (record.target == DWRELOC_NO_SECTION)
    throw std::runtime_error("a number of an unknown section");
  const dwreloc::Section target = file_.sections()[record.target];
  const std::string_view name = target.name();
  if (HoldsUnits(name) && record.target != graph_.sections[0].index)
    throw std::runtime_error("a reference into a section of types");
  if (name == ".debug_str" || name == ".debug_line_str") {
    patch.target =
        name == ".debug_str" ? PatchTarget::kString : PatchTarget::kLineString;
    patch.value = StringAt(record.target, record.value);
  } else if (name == kInfo) {
    if (std::ranges::binary_search(operands_,
                                   std::pair(found_.index, record.raw.offset)))
      return;
    patch.target = PatchTarget::kUnit;
    patch.value = UnitAt(record.value);
  }
  known_.insert(patch.offset);
  loose_.emplace(patch.offset, Loose{record.target, record.width});
  found_.patches.push_back(patch);
}

// The record there, if there is one, is that of a field that leads to that
// section. Readers take the number, wherever the record leads.
void PatchFinder::Claim(std::uint64_t offset, unsigned width,
                        std::string_view section) {
  const auto found = loose_.find(offset);
  if (found == loose_.end()) return;
  if (file_.sections()[found->second.section].name() != section)
    throw std::runtime_error(found_.name +
                             " has a record that leads to another section");
  if (found->second.width != width)
    throw std::runtime_error(found_.name +
                             " has a record that is not as wide as its field");
  loose_.erase(found);
}

// A field: its record is known, or it has none.
void PatchFinder::Add(std::uint64_t offset, unsigned width, PatchTarget target,
                      std::uint64_t value) {
  Claim(offset, width, NameOf(target));
  if (!known_.insert(offset).second) return;
  found_.patches.push_back({.offset = offset,
                            .value = value,
                            .record = {},
                            .target = target,
                            .width = static_cast<std::uint8_t>(width)});
}

void PatchFinder::AddString(std::uint64_t offset, unsigned width,
                            PatchTarget target) {
  if (known_.contains(offset)) {
    Claim(offset, width, NameOf(target));
    return;
  }
  Add(offset, width, target,
      StringAt(SectionOf(target), numbers_.Get(bytes_.data() + offset, width)));
}

// The paths of line tables.
void PatchFinder::AddPaths() {
  const Dwreloc_Line_Table* table = nullptr;
  std::uint64_t offset = 0;
  while (offset != DWRELOC_NO_OFFSET &&
         Check(dwreloc_line_table_at(file_.raw(), found_.index, offset, &table,
                                     &offset)) != 0) {
    for (const dwreloc::PathField& field :
         dwreloc::LineTable(table).path_fields()) {
      if (field.form == DW_FORM_string) continue;
      if (field.form != DW_FORM_line_strp && field.form != DW_FORM_strp)
        throw std::runtime_error("a path of an unusual form");
      AddString(field.offset, static_cast<unsigned>(field.size),
                field.form == DW_FORM_strp ? PatchTarget::kString
                                           : PatchTarget::kLineString);
    }
  }
}

// The units of the sets of .debug_aranges, .debug_pubnames, ...: DWARF 5 6.1.2.
void PatchFinder::AddUnits() {
  constexpr std::uint32_t kLong = 0xffffffff;
  for (std::uint64_t set = 0; set + 4 <= bytes_.size();) {
    std::uint64_t length = numbers_.Get(bytes_.data() + set, 4);
    const bool is_long = length == kLong;
    const unsigned size = is_long ? 8 : 4;
    const std::uint64_t version = set + (is_long ? 12 : 4);
    if (is_long && version <= bytes_.size())
      length = numbers_.Get(bytes_.data() + set + 4, 8);
    if (version + 2 + size > bytes_.size() || length > bytes_.size() - version)
      throw std::runtime_error(found_.name + " is cut off");
    Add(version + 2, size, PatchTarget::kUnit,
        known_.contains(version + 2)
            ? 0
            : UnitAt(numbers_.Get(bytes_.data() + version + 2, size)));
    set = version + length;
  }
}

void PatchFinder::AddPubnames() {
  Dwreloc_Pubnames names;
  Dwreloc_Pubname name;
  Check(dwreloc_pubnames_begin(file_.raw(), found_.index, &names));
  while (Check(dwreloc_pubnames_next(&names, &name)) != 0) {
    const std::uint32_t die =
        graph_.FindDie(name.unit_offset + name.die_offset);
    if (die == kNone || graph_.die_offsets[die] >= graph_.sections[0].size)
      throw std::runtime_error("a name leads to no DIE");
    graph_.trees[graph_.die_trees[die]].is_named = true;
    Add(name.offset, name.offset_size, PatchTarget::kDie, die);
    // unit_length, version, debug_info_offset.
    const std::uint64_t length = name.set_offset +
                                 (name.offset_size == 8 ? 12 : 4) + 2 +
                                 name.offset_size;
    Add(length, name.offset_size, PatchTarget::kUnitLength,
        UnitAt(name.unit_offset));
  }
}

void PatchFinder::AddStringOffsets() {
  Dwreloc_Contribution part;
  std::uint64_t offset = 0;
  while (offset != DWRELOC_NO_OFFSET && offset < bytes_.size() &&
         Check(dwreloc_contribution_at(file_.raw(), found_.index, offset,
                                       &part)) != 0) {
    for (std::uint64_t i = 0; i < part.count; ++i)
      AddString(part.base + i * part.entry_size, part.entry_size,
                PatchTarget::kString);
    offset = part.next_offset;
  }
}

// DWARF 5 6.3.2.2: an opcode, a line, and the place of a string.
void PatchFinder::AddMacros() {
  VisitMacros(
      file_, found_.index,
      // version, flags, debug_line_offset.
      [&](const Dwreloc_Macro_Info& info) {
        Claim(info.offset + 3, info.offset_size, ".debug_line");
      },
      [&](const Dwreloc_Macro& macro, const Dwreloc_Macro_Info& info) {
        if (macro.opcode == DW_MACRO_import)
          Claim(macro.offset + 1, info.offset_size, found_.name);
        if (macro.opcode != DW_MACRO_define_strp &&
            macro.opcode != DW_MACRO_undef_strp)
          return;
        std::uint64_t at = macro.offset + 1;
        while ((bytes_[at] & 0x80) != 0) ++at;
        AddString(at + 1, info.offset_size, PatchTarget::kString);
      });
}

// The CIE_pointers: DWARF 5 6.4.1.
void PatchFinder::AddFrames() {
  constexpr std::uint32_t kLong = 0xffffffff;
  for (std::uint64_t entry = 0; entry + 4 <= bytes_.size();) {
    std::uint64_t length = numbers_.Get(bytes_.data() + entry, 4);
    std::uint64_t id = entry + 4;
    if (length == kLong && bytes_.size() - id >= 8) {
      length = numbers_.Get(bytes_.data() + id, 8);
      id += 8;
    }
    Claim(id, id == entry + 4 ? 4 : 8, found_.name);
    if (length > bytes_.size() - id) return;
    entry = id + length;
  }
}

// A record that writes elsewhere than into a field, or into a part of one, is
// none to readers, who take the bytes as they are.
void PatchFinder::CheckFields() const {
  if (!loose_.empty())
    throw std::runtime_error(found_.name + " has a record that is of no field");
  std::uint64_t end = 0;
  for (const Patch& patch : found_.patches) {
    if (patch.offset < end)
      throw std::runtime_error(found_.name + " has fields that overlap");
    end = patch.offset + patch.width;
    // One without a section to count in, which leads into what moves here.
    if (!patch.has_record && !found_.records.KeptIn(patch.offset, end).empty())
      throw std::runtime_error(found_.name + " has a record of no section");
  }
}

PatchedSection PatchFinder::Find(const dwreloc::Section& section) {
  found_ = {
      .index = section.index(),
      .name = std::string(section.name()),
      .records = ReadRecords(file_, section.index(), StaticRecords::kWanted)};
  bytes_ = section.data();
  known_.clear();
  loose_.clear();
  const bool is_dropped =
      found_.name == ".debug_str_offsets" && !graph_.has_string_indexes;
  if (!is_dropped)
    for (const StaticRecord& record : found_.records.solved) AddSolved(record);
  found_.is_dropped = is_dropped;
  found_.records.solved.clear();
  found_.records.solved.shrink_to_fit();
  if (found_.name == ".debug_line") {
    AddPaths();
  } else if (found_.name == ".debug_aranges") {
    AddUnits();
  } else if (found_.name.find("pub") != std::string::npos) {
    AddUnits();
    AddPubnames();
  } else if (found_.name == ".debug_str_offsets") {
    if (!is_dropped) AddStringOffsets();
  } else if (found_.name == ".debug_macro") {
    AddMacros();
  } else if (found_.name == ".debug_frame") {
    AddFrames();
  }
  std::ranges::stable_sort(found_.patches, {}, &Patch::offset);
  CheckFields();
  return std::move(found_);
}

// Sections that are written anew, or have nothing that leads anywhere.
bool IsPatched(std::string_view name) {
  return !HoldsUnits(name) && name != ".debug_abbrev" && name != ".debug_str" &&
         name != ".debug_line_str";
}

}  // namespace

std::vector<PatchedSection> FindPatches(const dwreloc::File& file,
                                        Graph& graph) {
  PatchFinder finder(file, graph);
  std::vector<PatchedSection> found;
  for (const dwreloc::Section section : file.sections())
    if (section.is_debug() && section.holds_dwarf() &&
        IsPatched(section.name()))
      found.push_back(finder.Find(section));
  return found;
}

Section ApplyPatches(const dwreloc::File& file, const PatchedSection& section,
                     const Graph& graph, const Plan& plan,
                     const StringTable& strings,
                     const StringTable& line_strings, const Layout& layout,
                     const NumberWriter& numbers) {
  if (section.is_dropped) return {};
  const std::span<const std::uint8_t> bytes =
      file.sections()[section.index].data();
  Section result = {.bytes = {bytes.begin(), bytes.end()},
                    .records = section.records.kept};
  const Links& links = graph.links;
  const bool keeps_records =
      links.are_kept() || section.name == ".debug_aranges";
  for (const Patch& patch : section.patches) {
    std::uint64_t value = patch.value;
    const auto number = static_cast<std::uint32_t>(value);
    if (patch.target == PatchTarget::kString) {
      value = strings.OffsetOf(number);
    } else if (patch.target == PatchTarget::kLineString) {
      value = line_strings.OffsetOf(number);
    } else if (patch.target == PatchTarget::kUnit) {
      value = layout.units[number].offset;
    } else if (patch.target == PatchTarget::kUnitLength) {
      value = layout.units[number].end - layout.units[number].offset;
    } else if (patch.target == PatchTarget::kDie) {
      const std::uint32_t die = HomeOf(graph, plan, number);
      value = layout.offset_of_die[die] -
              layout.units[plan.unit_of[graph.die_trees[die]]].offset;
    }
    if (keeps_records && patch.has_record) {
      RawRecord record = patch.record;
      record.addend += static_cast<std::int64_t>(value - patch.old_value);
      const bool is_new =
          links.are_kept() && patch.target != PatchTarget::kSame;
      if (is_new)
        record = links.RecordOf(LinkTargetOf(patch.target), patch.offset, value,
                                patch.width);
      result.records.push_back(record);
      // Some machines add what is in the field.
      if (is_new && section.records.is_rela) value = 0;
      if (!is_new && section.records.is_rela) continue;
    }
    numbers.Put(result.bytes.data() + patch.offset, value, patch.width);
  }
  for (const DieOperand& operand : graph.list_operands) {
    if (operand.section != section.index) continue;
    const std::uint32_t die = HomeOf(graph, plan, operand.die);
    const std::uint32_t unit = plan.unit_of[graph.die_trees[die]];
    std::uint8_t* const at = result.bytes.data() + operand.offset;
    SetOperand(operand, layout.offset_of_die[die], layout.units[unit].offset,
               numbers, at);
    if (!links.are_kept() || operand.is_of_unit) continue;
    result.records.push_back(links.RecordOf(LinkTarget::kInfo, operand.offset,
                                            layout.offset_of_die[die],
                                            operand.size));
    if (section.records.is_rela) numbers.Put(at, 0, operand.size);
  }
  std::ranges::stable_sort(result.records, {}, &RawRecord::offset);
  return result;
}

}  // namespace dwreloc_tools::compress
