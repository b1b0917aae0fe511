// supplement.cc - see supplement.h.
#include "dwreloc_compress/multifile/supplement.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/admit.h"
#include "dwreloc_compress/multifile/supplement_matcher.h"
#include "dwreloc_compress/shapes.h"
#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {
Supplement::Supplement(dwreloc::File file, std::string name)
    : file_(std::move(file)), name_(std::move(name)) {
  if (!IsCommonFile(file_)) throw std::runtime_error("it is not a common file");
  for (const dwreloc::Section section : file_.sections()) {
    const auto link = file_.link(section.index());
    if (!link || link->kind != DWRELOC_LINK_SUP) continue;
    forms_ = SupplementForms::kDwarf5;
    id_.assign(link->checksum, link->checksum + link->checksum_size);
  }
  if (const auto id = file_.build_id(); id && forms_ == SupplementForms::kGnu)
    id_.assign(id->begin(), id->end());
  if (id_.empty()) throw std::runtime_error("it has no build-id");
  graph_ = ReadGraph(file_);
  const Classes classes = FindClasses(graph_);
  const Identities identities = FindIdentities(graph_, classes);
  for (std::uint32_t number = 0; number < classes.count; ++number)
    if (identities.IsShareable(number))
      trees_.emplace_back(identities.of[number], identities.first_tree[number]);
  std::ranges::sort(trees_);
  for (const std::string& path : graph_.paths) paths_.Add(path);
  for (std::uint32_t i = 1; i < graph_.shapes.size(); ++i)
    shapes_[HashOf(graph_.shapes[i])].push_back(i);
  ReadUnits();
  ReadStrings();
}

void Supplement::ReadUnits() {
  units_.resize(graph_.units.size());
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    const GraphUnit& unit = graph_.units[i];
    units_[i].root_die = graph_.trees[unit.root].die;
    for (std::uint32_t tree = unit.root + 1; tree < unit.end; ++tree) {
      const std::uint32_t word = graph_.trees[tree].word;
      const Shape& shape = graph_.ShapeOf(word);
      const bool is_import = shape.tag == DW_TAG_imported_unit &&
                             shape.attributes.size() == 1 &&
                             shape.attributes[0].kind == Kind::kReference;
      if (is_import)
        units_[i].imports.push_back(
            graph_.trees[graph_.die_trees[graph_.words[word + 1]]].unit);
      else if (!graph_.trees[tree].is_namespace)
        ++units_[i].trees;
    }
  }
}

// By the last characters, so that what ends a string is found as well.
void Supplement::ReadStrings() {
  for (const dwreloc::Section section : file_.sections()) {
    if (section.name() != ".debug_str") continue;
    const std::span<const std::uint8_t> data = section.data();
    strings_ = {reinterpret_cast<const char*>(data.data()), data.size()};
  }
  for (std::size_t at = 0; at < strings_.size();) {
    const std::size_t end = strings_.find('\0', at);
    if (end == std::string_view::npos) break;
    endings_.push_back({.end = EndOf(strings_.substr(at, end - at)),
                        .offset = static_cast<std::uint32_t>(at),
                        .size = static_cast<std::uint32_t>(end - at)});
    at = end + 1;
  }
  std::ranges::sort(endings_, [&](const Ending& a, const Ending& b) {
    if (a.end != b.end) return a.end < b.end;
    return IsBefore(strings_.substr(a.offset, a.size),
                    strings_.substr(b.offset, b.size));
  });
}

std::uint32_t Supplement::FindString(std::string_view string) const {
  const std::uint64_t end = EndOf(string);
  const auto found =
      std::ranges::lower_bound(endings_, true, {}, [&](const Ending& ending) {
        if (ending.end != end) return ending.end > end;
        return !IsBefore(strings_.substr(ending.offset, ending.size), string);
      });
  if (found == endings_.end() ||
      !strings_.substr(found->offset, found->size).ends_with(string))
    return kNone;
  return found->offset + found->size -
         static_cast<std::uint32_t>(string.size());
}

std::uint32_t Supplement::FindTree(const Identity& identity) const {
  const auto found = std::ranges::lower_bound(
      trees_, identity, {}, [](const auto& tree) { return tree.first; });
  return found != trees_.end() && found->first == identity ? found->second
                                                           : kNone;
}

std::uint32_t Supplement::FindShape(const Shape& shape) const {
  const auto found = shapes_.find(HashOf(shape));
  if (found == shapes_.end()) return kNone;
  for (const std::uint32_t number : found->second)
    if (graph_.shapes[number] == shape) return number;
  return kNone;
}

bool Supplement::Fits(const dwreloc::FileInfo& info) const {
  const dwreloc::FileInfo own = file_.info();
  return info.e_machine == own.e_machine && info.elf_class == own.elf_class &&
         info.big_endian == own.big_endian;
}

SupplementPlan Supplement::PlanFor(const Graph& graph,
                                   const Classes& classes) const {
  return SupplementMatcher(*this, graph, classes).Run();
}

AddedSection Supplement::Link(const NumberWriter& numbers) const {
  return MakeLink(forms_, name_, id_, numbers);
}

}  // namespace dwreloc_tools::compress
