// join.cc - see join.h.
#include "dwreloc_compress/multifile/join.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/forms.h"
#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/layout.h"
#include "dwreloc_compress/multifile/common_choice.h"
#include "dwreloc_compress/multifile/common_elf.h"
#include "dwreloc_compress/multifile/common_graph.h"
#include "dwreloc_compress/multifile/table_file.h"
#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {
namespace {

// The directory that most files were compiled in.
std::string CompDirOf(std::span<const OpenedSpool> spools) {
  std::map<std::string_view, std::size_t> counts;
  for (const OpenedSpool& opened : spools)
    if (opened.spool.header.comp_dir != kNone)
      ++counts[opened.spool.StringAt(opened.spool.header.comp_dir)];
  const auto most = std::ranges::max_element(
      counts, {}, [](const auto& count) { return count.second; });
  return most == counts.end() ? "" : std::string(most->first);
}

CommonFile Write(CommonGraph& common, const SpoolHeader& machine,
                 const NumberWriter& numbers, SupplementForms supplement,
                 SectionPacking packing) {
  // All units are in .debug_info.
  common.graph.sections.resize(1);
  const Graph& graph = common.graph;
  StringTable strings(graph.strings);
  StringTable line_strings(graph.strings);
  for (const std::uint32_t string : common.values) strings.Use(string);
  const Forms forms =
      ChooseForms(graph, common.plan, strings, line_strings, common.values);
  const Layout layout = LayOut(graph, common.plan, forms);
  Section info =
      std::move(EmitInfo(graph, common.plan, forms, strings, line_strings,
                         layout, {InfoSource{}}, numbers)
                    .front());
  CommonFile file = {.units = common.plan.units.size(),
                     .dies = graph.die_words.size()};
  file.image = MakeCommonElf({.info = std::move(info.bytes),
                              .abbrevs = forms.bytes,
                              .lines = common.lines,
                              .strings = strings.bytes()},
                             machine, supplement, packing);
  return file;
}

}  // namespace

CommonFile JoinParts(std::span<const std::string> paths, const Identity& all,
                     std::span<const Part> parts, SupplementForms forms,
                     SectionPacking packing) {
  if (parts.empty()) throw std::runtime_error("a part is missing");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].spools != all)
      throw std::runtime_error("a part is of other spools");
    if (parts[i].range != i || parts[i].range_count != parts.size())
      throw std::runtime_error("a part is missing, or there twice");
  }
  const SharedEntries shared(parts);
  std::vector<MappedFile> files;
  std::vector<OpenedSpool> spools;
  for (const std::string& path : paths) {
    files.emplace_back(path);
    spools.push_back({.spool = OpenSpool(files.back().bytes())});
    spools.back().shapes = ReadShapes(spools.back().spool);
  }
  const SourcePaths source_paths(CompDirOf(spools));
  const std::vector<CommonUnit> units =
      ChooseCommon(spools, parts, shared, source_paths);
  if (units.empty()) return {};
  const SpoolHeader& machine = spools[0].spool.header;
  const NumberWriter numbers(machine.big_endian != 0);
  CommonGraph common =
      MakeCommonGraph(spools, parts, shared, units, source_paths, numbers);
  return Write(common, machine, numbers, forms, packing);
}

}  // namespace dwreloc_tools::compress
