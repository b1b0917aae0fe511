// compare_lookup.cc - see compare_lookup.h.
#include "dwreloc_diff/compare_lookup.h"

#include <array>
#include <string>
#include <utility>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/compare_units.h"
#include "dwreloc_diff/describe.h"
#include "dwreloc_diff/item_sets.h"

namespace dwreloc_tools {
namespace {

using Items = std::vector<Item>;

// More bad sets than that say nothing new.
constexpr int kMaxErrors = 100;

// Reads the lookup tables of one file.
class LookupReader {
 public:
  LookupReader(Context& context, int side, const Graph& graph,
               const std::vector<std::uint32_t>& classes,
               const Partners& partners)
      : reader_{context, side},
        module_(context.findings.file(side).raw()),
        graph_(graph),
        classes_(classes),
        partners_(partners) {}

  static std::string DieText(const Graph& graph, const Item& item) {
    if (item.die.tree == kNone) return item.text;
    const std::string path = NodePath(graph, item.die.tree, item.die.node);
    return path.empty() ? "the unit" : path;
  }

  Items Aranges() {
    Items items;
    Dwreloc_Aranges aranges;
    Dwreloc_Arange tuple;
    if (!HasBegun(dwreloc_aranges_begin(module_, DWRELOC_NO_SECTION, &aranges)))
      return items;
    while (Next([&] { return dwreloc_aranges_next(&aranges, &tuple); })) {
      Item item;
      PutNumber(item.key, LabelOf(tuple.unit_section, tuple.unit_offset));
      PutValue(item.key, tuple.begin, tuple.section, tuple.offset);
      PutValue(item.value, tuple.length, tuple.section, tuple.offset);
      PutValue(item.value, tuple.segment, tuple.section, tuple.offset);
      item.path = ValueText(tuple.begin);
      item.text = "length " + ValueText(tuple.length) + " of unit " +
                  UnitText(tuple.unit_section, tuple.unit_offset);
      item.offset = tuple.offset;
      items.push_back(std::move(item));
    }
    return items;
  }

  Items Pubnames() {
    Items items;
    Dwreloc_Pubnames names;
    Dwreloc_Pubname name;
    if (!HasBegun(dwreloc_pubnames_begin(module_, DWRELOC_NO_SECTION, &names)))
      return items;
    while (Next([&] { return dwreloc_pubnames_next(&names, &name); })) {
      Item item;
      const std::string section = SectionName(module_, name.section);
      PutString(item.key, section);
      PutString(item.key, {name.name, name.name_length});
      PutNumber(item.value, name.flags);
      PutDie(name.unit_section, name.unit_offset, name.die_offset, item);
      item.path = section + " " + Escaped({name.name, name.name_length});
      item.offset = name.offset;
      items.push_back(std::move(item));
    }
    return items;
  }

  Items Names() {
    Items items;
    const Dwreloc_Name_Index* index = nullptr;
    while (Checked(dwreloc_name_indexes_next(module_, &index)) == 1) {
      Dwreloc_Name_Index_Info info;
      if (Checked(dwreloc_name_index_info(index, &info)) < 0) {
        reader_.TellError();
        continue;
      }
      for (std::uint32_t i = 1; i <= info.name_count; ++i)
        AddName(index, i, items);
    }
    for (std::uint32_t i = 0; Checked(dwreloc_name_index_error(module_, i)) < 0;
         ++i)
      reader_.TellError();
    return items;
  }

 private:
  bool HasBegun(int result) {
    if (Checked(result) < 0) reader_.TellError();
    errors_ = 0;
    return result == 1;
  }
  // Steps over what is bad.
  template <typename Step>
  bool Next(const Step& step) {
    int result = 0;
    while ((result = Checked(step())) < 0) {
      reader_.TellError();
      if (++errors_ > kMaxErrors) return false;
    }
    return result > 0;
  }

  void AddName(const Dwreloc_Name_Index* index, std::uint32_t number,
               Items& items) {
    Dwreloc_Name name;
    const char* text = nullptr;
    std::size_t length = 0;
    Dwreloc_Name_Entries entries;
    if (Checked(dwreloc_name(index, number, &name)) < 0 ||
        Checked(dwreloc_name_string(&name, &text, &length)) < 0 ||
        Checked(dwreloc_name_entries_begin(&name, &entries)) < 0) {
      reader_.TellError();
      return;
    }
    Dwreloc_Name_Entry entry;
    int result = 0;
    while ((result = Checked(dwreloc_name_entries_next(&entries, &entry))) ==
           1) {
      Item item;
      PutString(item.key, {text, length});
      PutNumber(item.value, entry.tag);
      PutNumber(item.value, entry.linkage);
      item.path = Escaped({text, length});
      item.offset = entry.offset;
      if (entry.unit.kind == DWRELOC_NAME_UNIT_FOREIGN_TYPE) {
        PutNumber(item.value, entry.unit.signature);
        PutNumber(item.value, entry.die_offset);
        item.text = "type unit " + HexText(entry.unit.signature);
      } else {
        PutDie(entry.unit.unit_section, entry.unit.unit_offset,
               entry.die_offset, item);
      }
      items.push_back(std::move(item));
    }
    if (result < 0) reader_.TellError();
  }

  std::uint32_t UnitAt(std::uint32_t section, std::uint64_t offset) const {
    if (offset == DWRELOC_NO_OFFSET) return kNone;
    const std::uint32_t unit =
        graph_.FindUnit(reader_.side, module_, section, offset);
    return unit != kNone && graph_.units[unit].offset == offset ? unit : kNone;
  }
  // 0: no unit, or none that stands for itself.
  std::uint32_t LabelOf(std::uint32_t section, std::uint64_t offset) const {
    const std::uint32_t unit = UnitAt(section, offset);
    if (unit == kNone) return 0;
    const Span trees = graph_.TreesOf(unit);
    return trees.begin != trees.end ? graph_.trees[trees.begin].label : 0;
  }
  std::string UnitText(std::uint32_t section, std::uint64_t offset) const {
    const std::uint32_t unit = UnitAt(section, offset);
    return unit != kNone ? Escaped(UnitName(graph_.units[unit])) : "(none)";
  }

  void PutDie(std::uint32_t section, std::uint64_t unit_offset,
              std::uint64_t die_offset, Item& item) const {
    const std::uint32_t unit = UnitAt(section, unit_offset);
    Edge die{kNone, 0};
    if (unit != kNone && die_offset != DWRELOC_NO_OFFSET)
      die = graph_.FindDie(unit, unit_offset + die_offset);
    if (die.tree == kNone) {
      item.value.push_back('?');
      item.text = "no DIE";
      return;
    }
    item.value.push_back('>');
    std::uint32_t of = classes_[die.tree];
    if (reader_.side == 0) {
      const auto partner = partners_.find(of);
      if (partner != partners_.end()) of = partner->second;
    }
    PutNumber(item.value, of);
    PutNumber(item.value, die.node);
    item.die = die;
  }
  void PutValue(std::string& bytes, const Dwreloc_Relocatable& value,
                std::uint32_t section, std::uint64_t offset) const {
    reader_.PutValue(bytes, value, module_, section, offset);
  }

  const Reader reader_;
  const Dwreloc_Module* const module_;
  const Graph& graph_;
  const std::vector<std::uint32_t>& classes_;
  const Partners& partners_;
  int errors_ = 0;
};

}  // namespace

void CompareLookup(Context& context, const Graph& graph,
                   const std::vector<std::uint32_t>& classes,
                   const Partners& partners) {
  LookupReader a(context, 0, graph, classes, partners);
  LookupReader b(context, 1, graph, classes, partners);
  std::array<Items, 2> aranges = {a.Aranges(), b.Aranges()};
  CompareItems(context, ".debug_aranges", "range of a unit", Repeats::kCount,
               aranges);
  const auto text_of = [&](int /*side*/, const Item& item) {
    return LookupReader::DieText(graph, item);
  };
  std::array<Items, 2> pubnames = {a.Pubnames(), b.Pubnames()};
  CompareItems(context, ".debug_pubnames", "public name", Repeats::kDoNotCount,
               pubnames, text_of);
  std::array<Items, 2> names = {a.Names(), b.Names()};
  CompareItems(context, ".debug_names", "name", Repeats::kDoNotCount, names,
               text_of);
}

}  // namespace dwreloc_tools
