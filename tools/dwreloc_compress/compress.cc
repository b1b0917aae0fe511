// compress.cc - see compress.h.
#include "dwreloc_compress/compress.h"

#include <elf.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/address_diet.h"
#include "dwreloc_compress/address_reader.h"
#include "dwreloc_compress/admit.h"
#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/elf_copy.h"
#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/forms.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/layout.h"
#include "dwreloc_compress/multifile/supplement.h"
#include "dwreloc_compress/patch.h"
#include "dwreloc_compress/plan.h"
#include "dwreloc_compress/records.h"
#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {
namespace {

// Returns the strings of other sections, in their order.
std::vector<std::uint32_t> UseStrings(
    const std::vector<PatchedSection>& sections, StringTable& strings,
    StringTable& line_strings) {
  std::vector<std::uint32_t> order;
  for (const PatchedSection& section : sections) {
    for (const Patch& patch : section.patches) {
      const auto string = static_cast<std::uint32_t>(patch.value);
      if (patch.target == PatchTarget::kString) {
        strings.Use(string);
      } else if (patch.target == PatchTarget::kLineString) {
        line_strings.Use(string);
      } else {
        continue;
      }
      order.push_back(string);
    }
  }
  return order;
}

// References do not lead into type units, and cost a record where links are
// kept.
bool MayJoin(const Graph& graph) {
  return !graph.links.are_kept() &&
         std::ranges::none_of(graph.units, [](const GraphUnit& unit) {
           return unit.type != kNone;
         });
}

class Compressor {
 public:
  Compressor(dwreloc::File& file, const CompressOptions& options)
      : file_(file),
        options_(options),
        info_(file.info()),
        numbers_(info_.big_endian != 0) {}

  Compressed Run();

 private:
  void Set(std::uint32_t index, std::vector<std::uint8_t> bytes);
  void Set(std::uint32_t index, Section section, const SectionRecords& records);
  // One of strings is added if it is not there.
  void Set(std::string_view name, std::vector<std::uint8_t> bytes);
  // Fills contents_; what it takes is gone when the file is copied.
  void Rewrite();
  Graph Read();
  void AddAddressTable();
  void EmitUnits(const Graph& graph, const Plan& plan, const Forms& forms,
                 const StringTable& strings, const StringTable& line_strings,
                 const Layout& layout);
  void Count(const Graph& graph, const Plan& plan, const Layout& layout);
  std::uint64_t SizeOfUnits(const Graph& graph) const;

  dwreloc::File& file_;
  const CompressOptions options_;
  const dwreloc::FileInfo info_;
  const NumberWriter numbers_;
  Contents contents_;
  std::vector<AddedSection> added_;
  std::optional<AddressDiet> address_diet_;
  Compressed result_;
};

void Compressor::Set(std::uint32_t index, std::vector<std::uint8_t> bytes) {
  // Records of debug sections are none, to other programs.
  contents_[index] = {
      .bytes = std::move(bytes),
      .may_be_compressed = file_.sections()[index].holds_dwarf()};
}

void Compressor::Set(std::uint32_t index, Section section,
                     const SectionRecords& records) {
  result_.records_before += file_.sections()[index].raw().reloc_count;
  result_.records_after += section.records.size();
  Set(index, std::move(section.bytes));
  if (records.reloc_section == 0 && !section.records.empty())
    throw std::runtime_error("there is no section for relocation records");
  if (records.reloc_section != 0)
    Set(records.reloc_section,
        EncodeRecords(section.records, info_.elf_class == 64, records.is_rela,
                      numbers_));
}

void Compressor::Set(std::string_view name, std::vector<std::uint8_t> bytes) {
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == name) return Set(section.index(), std::move(bytes));
  if (!bytes.empty())
    added_.push_back({.name = std::string(name),
                      .bytes = std::move(bytes),
                      .has_strings = true});
}

void Compressor::Count(const Graph& graph, const Plan& plan,
                       const Layout& layout) {
  result_.units = graph.units.size();
  result_.partial_units = plan.units.size() - graph.units.size();
  result_.dies_before = graph.die_offsets.size();
  for (const std::uint32_t offset : layout.offset_of_die)
    if (offset != kNone) ++result_.dies_after;
}

void Compressor::EmitUnits(const Graph& graph, const Plan& plan,
                           const Forms& forms, const StringTable& strings,
                           const StringTable& line_strings,
                           const Layout& layout) {
  std::vector<InfoSource> sources;
  for (const InfoSection& section : graph.sections)
    sources.push_back({.bytes = file_.sections()[section.index].data(),
                       .records = ReadRecords(file_, section.index,
                                              graph.links.are_kept()
                                                  ? StaticRecords::kKept
                                                  : StaticRecords::kUnwanted)});
  std::vector<Section> emitted = EmitInfo(
      graph, plan, forms, strings, line_strings, layout, sources, numbers_);
  for (std::size_t i = 0; i < emitted.size(); ++i) {
    // Every address is of a tree that stays: none may be lost, or be there
    // twice.
    const std::size_t taken =
        address_diet_ && i == 0
            ? address_diet_->TakeInfo(sources[i].records, sources[i].bytes)
            : 0;
    if (emitted[i].copied_records + taken != sources[i].records.kept.size())
      throw std::runtime_error("a relocation record belongs to no value");
    Set(graph.sections[i].index, std::move(emitted[i]), sources[i].records);
  }
}

std::uint64_t Compressor::SizeOfUnits(const Graph& graph) const {
  const InfoSection& last = graph.sections.back();
  return last.base + file_.sections()[last.index].data().size();
}

Graph Compressor::Read() {
  if (!options_.diets.has_address_table)
    return ReadGraph(file_, options_.keep_links);
  AddressReader addresses(file_);
  Graph graph = ReadGraph(file_, options_.keep_links, &addresses);
  std::optional<AddressUses> uses = addresses.Take();
  // There is no symbol by which a linker could be told of the table.
  if (!uses || graph.links.are_kept() || graph.sections.size() > 1)
    return graph;
  std::optional<AddressDiet> diet =
      AddressDiet::Of(file_, std::move(*uses), graph);
  if (diet) address_diet_.emplace(std::move(*diet));
  return graph;
}

// .debug_addr and its records.
void Compressor::AddAddressTable() {
  Section table = address_diet_->Table();
  const bool is_rela = address_diet_->is_rela();
  result_.records_after += table.records.size();
  std::vector<std::uint8_t> records =
      EncodeRecords(table.records, info_.elf_class == 64, is_rela, numbers_);
  std::uint32_t symbols = 0;
  for (const dwreloc::Section section : file_.sections())
    if (section.type() == SHT_SYMTAB) symbols = section.index();
  const std::size_t number = added_.size();
  const std::uint64_t entry_size = records.size() / table.records.size();
  added_.push_back({.name = ".debug_addr",
                    .bytes = std::move(table.bytes),
                    .may_be_compressed = true});
  added_.push_back({.name = is_rela ? ".rela.debug_addr" : ".rel.debug_addr",
                    .bytes = std::move(records),
                    .records = AddedSection::Records{.applied_to = number,
                                                     .symbols = symbols,
                                                     .entry_size = entry_size,
                                                     .is_rela = is_rela}});
}

void Compressor::Rewrite() {
  Graph graph = Read();
  if (graph.units.empty()) throw std::runtime_error("there are no units");
  const std::vector<PatchedSection> patched = FindPatches(file_, graph);
  // From here on little of it is needed.
  file_.Trim();
  StringTable strings(graph.strings);
  StringTable line_strings(graph.strings);
  std::vector<std::uint32_t> order = UseStrings(patched, strings, line_strings);
  if (options_.diets.joins_declarations && MayJoin(graph))
    JoinDeclarations(graph);
  const Classes classes = FindClasses(graph);
  SupplementPlan supplement;
  if (options_.supplement != nullptr && !graph.links.are_kept() &&
      !graph.KeepsUnitsApart())
    supplement = options_.supplement->PlanFor(graph, classes);
  const Plan plan = MakePlan(classes, graph, std::move(supplement),
                             !options_.diets.has_no_partial_units);
  Forms forms =
      ChooseForms(graph, plan, strings, line_strings, std::move(order));
  const Layout layout = LayOut(graph, plan, forms);
  EmitUnits(graph, plan, forms, strings, line_strings, layout);
  Set(".debug_abbrev", std::move(forms.bytes));
  Set(".debug_str", strings.bytes());
  Set(".debug_line_str", line_strings.bytes());
  for (const PatchedSection& other : patched) {
    Section applied = ApplyPatches(file_, other, graph, plan, strings,
                                   line_strings, layout, numbers_);
    if (address_diet_)
      applied = address_diet_->Lists(other.index, std::move(applied));
    Set(other.index, std::move(applied), other.records);
  }
  if (address_diet_) AddAddressTable();
  Count(graph, plan, layout);
  if (options_.footprint != nullptr)
    options_.footprint->units =
        FootprintOf(graph, plan, layout, SizeOfUnits(graph));
  result_.has_supplement = plan.supplement.IsUsed();
  if (result_.has_supplement)
    added_.push_back(options_.supplement->Link(numbers_));
}

Compressed Compressor::Run() {
  Rewrite();
  result_.image = CopyElf(file_.bytes(), options_.packing, contents_, added_);
  for (const auto& [index, content] : contents_) {
    const dwreloc::Section changed = file_.sections()[index];
    result_.sections.push_back({.name = std::string(changed.name()),
                                .before = changed.file_size(),
                                .after = content.bytes.size()});
  }
  for (const AddedSection& added : added_)
    if (added.may_be_compressed || added.records)
      result_.sections.push_back(
          {.name = added.name, .before = 0, .after = added.bytes.size()});
  return std::move(result_);
}

// Sections that are not of debugging information are as one.
std::string PartOf(const dwreloc::Section& section) {
  std::string name(section.name());
  if (name.find("debug") != std::string::npos) return name;
  return (section.flags() & SHF_ALLOC) != 0 ? "(loaded)" : "(all else)";
}

// `changes`: of the sections that have changed.
void AddSections(const dwreloc::File& file, const Compressed& result,
                 Footprint* footprint) {
  std::map<std::string, const SectionChange*> changed;
  for (const SectionChange& change : result.sections)
    changed[change.name] = &change;
  SizeChange headers = {
      .before = file.bytes().size(),
      .after = result.has_changed ? result.image.size() : file.bytes().size()};
  for (const dwreloc::Section section : file.sections()) {
    const std::uint64_t stored =
        section.type() == SHT_NOBITS ? 0 : section.file_size();
    SizeChange size = {.before = stored, .after = stored};
    const auto found = changed.find(std::string(section.name()));
    if (result.has_changed && found != changed.end() &&
        found->second->before == size.before)
      size.after = found->second->after;
    headers.before -= std::min(headers.before, size.before);
    headers.after -= std::min(headers.after, size.after);
    footprint->sections[PartOf(section)].Add(size);
  }
  footprint->sections["(headers)"].Add(headers);
}

}  // namespace

Compressed Compress(dwreloc::File& file, const CompressOptions& options) {
  Compressed result;
  try {
    result.why = WhyNot(file);
    if (!result.why.empty()) return result;
    CompressOptions possible = options;
    // One that has a common file already keeps that.
    if (options.supplement != nullptr &&
        (!options.supplement->Fits(file.info()) || HasSupplement(file)))
      possible.supplement = nullptr;
    result = Compressor(file, possible).Run();
  } catch (const std::runtime_error& error) {
    result.why = error.what();
    if (options.footprint != nullptr)
      AddSections(file, result, options.footprint);
    return result;
  }
  if (result.image.size() >= file.bytes().size()) {
    result.image.clear();
    result.is_small = true;
    result.has_supplement = false;
    result.why = "it would not be smaller";
  }
  result.has_changed = !result.is_small;
  if (options.footprint != nullptr)
    AddSections(file, result, options.footprint);
  return result;
}

}  // namespace dwreloc_tools::compress
