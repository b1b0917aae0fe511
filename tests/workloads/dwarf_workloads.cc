#include "workloads/dwarf_workloads.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/frames/cfi_rows.h"
#include "dwarf/lines/line_program.h"
#include "dwarf/lists/expr.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/names_entries.h"
#include "dwarf/tree/abbrev.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/value.h"
#include "module/module.h"
#include "support/module_file.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

using File = std::shared_ptr<ModuleFile>;

File Open(std::vector<uint8_t> image) {
  return std::make_shared<ModuleFile>(std::move(image));
}

uint64_t SizeOf(const Unit& unit) { return unit.end() - unit.offset(); }

// All attributes of the only unit that fit `want`.
template <typename Want>
std::vector<Attribute> Collect(ModuleFile& file, Want want) {
  std::vector<Attribute> found;
  DieWalk walk = Must(DieWalk::OfUnit(file.unit()));
  Die die;
  uint32_t depth;
  while (walk.NextVisiting(&die, &depth, [&](const Attribute& attribute) {
    if (want(attribute)) found.push_back(attribute);
  })) {
  }
  Check(walk.status());
  return found;
}

// Every DIE of the unit, all attributes of each into an array.
Work WalkUnit(const File& file) {
  return [file] {
    const Unit& unit = file->unit();
    DieWalk walk = Must(DieWalk::OfUnit(unit));
    std::array<Attribute, 64> attributes;
    Die die;
    uint32_t depth;
    size_t count;
    Done done{.bytes = SizeOf(unit)};
    while (
        walk.Next(&die, &depth, attributes.data(), attributes.size(), &count)) {
      done.items += count;
      for (size_t i = 0; i < count; ++i) done.sum += attributes[i].value;
    }
    Check(walk.status());
    return done;
  };
}

template <typename List>
Work ReadLists(const File& file, const char* section_name,
               AttributeClass list_class) {
  const uint64_t bytes =
      Must(file->module().file().ContentsSize(file->Find(section_name)));
  return [file, bytes,
          attributes = Collect(*file, [&](const Attribute& attribute) {
            return attribute.attribute_class == list_class;
          })] {
    Done done{.bytes = bytes};
    for (const Attribute& attribute : attributes) {
      List list = Must(List::Of(attribute));
      ListBounds bounds;
      while (list.NextBounded(&bounds)) {
        ++done.items;
        done.sum += bounds.begin.value;
      }
      Check(list.status());
    }
    return done;
  };
}

}  // namespace

Work ParseAbbrevs(uint64_t declarations) {
  const auto file = std::make_shared<OpenedFile>(BuildAbbrevs(declarations));
  return [file, view = file->View(".debug_abbrev")] {
    const std::unique_ptr<const AbbrevTable> table =
        Must(AbbrevTable::Parse(view, DebugAbbrevOffset{0}, Encoding{}));
    Check(table->status());
    uint64_t count = 0;
    for (const Abbrev& abbrev : table->abbrevs()) count += abbrev.count;
    return Done{.items = count, .bytes = view.bytes.size()};
  };
}

Work DecodeAttributes(FormClass form_class, uint64_t dies) {
  return WalkUnit(Open(BuildAttributes(form_class, dies)));
}

Work WalkDies(uint64_t functions) {
  return WalkUnit(Open(BuildDies(functions)));
}

Work VisitDies(uint64_t functions) {
  return [file = Open(BuildDies(functions))] {
    const Unit& unit = file->unit();
    DieWalk walk = Must(DieWalk::OfUnit(unit));
    Die die;
    uint32_t depth;
    Done done{.bytes = SizeOf(unit)};
    while (walk.NextVisiting(&die, &depth, [&](const Attribute& attribute) {
      ++done.items;
      done.sum += attribute.value;
    })) {
    }
    Check(walk.status());
    return done;
  };
}

Work SkipDies(uint64_t functions) {
  return [file = Open(BuildDies(functions))] {
    const Unit& unit = file->unit();
    DieWalk walk = Must(DieWalk::OfUnit(unit));
    Die die;
    uint32_t depth;
    size_t count;
    Done done{.bytes = SizeOf(unit)};
    while (walk.Next(&die, &depth, nullptr, 0, &count)) {
      ++done.items;
      done.sum += die.tag;
    }
    Check(walk.status());
    return done;
  };
}

Work StepDies(uint64_t functions) {
  return [file = Open(BuildDies(functions))] {
    Done done{.bytes = SizeOf(file->unit())};
    std::optional<Die> die = Must(FirstChild(file->root()));
    while (die.has_value()) {
      std::optional<Die> child = Must(FirstChild(*die));
      while (child.has_value()) {
        ++done.items;
        done.sum += child->offset;
        child = Must(NextSibling(*child));
      }
      ++done.items;
      done.sum += die->offset;
      die = Must(NextSibling(*die));
    }
    return done;
  };
}

Work FindNames(uint64_t functions) {
  const File file = Open(BuildDies(functions));
  std::vector<Die> dies;
  DieWalk walk = Must(DieWalk::OfUnit(file->unit()));
  Die die;
  uint32_t depth;
  while (walk.NextVisiting(&die, &depth, [](const Attribute&) {})) {
    dies.push_back(die);
  }
  Check(walk.status());
  return [file, dies] {
    Done done{.items = dies.size()};
    for (const Die& each : dies) {
      done.sum += Must(FindAttribute(each, DW_AT_name))->value;
    }
    return done;
  };
}

Work ReadStrings(uint64_t functions) {
  const File file = Open(BuildDies(functions));
  return [file, attributes = Collect(*file, [](const Attribute& attribute) {
                  return attribute.attribute_class == AttributeClass::kString;
                })] {
    Done done{.items = attributes.size()};
    for (const Attribute& attribute : attributes) {
      const std::string_view string = Must(StringOf(attribute));
      done.bytes += string.size();
      done.sum += static_cast<uint8_t>(string.front());
    }
    return done;
  };
}

Work ReadValues(uint64_t functions) {
  const File file = Open(BuildDies(functions));
  return [file, attributes = Collect(*file, [](const Attribute& attribute) {
                  return attribute.attribute_class == AttributeClass::kAddress;
                })] {
    Done done{.items = attributes.size()};
    for (const Attribute& attribute : attributes) {
      done.sum += Must(AttributeValue(attribute)).value;
    }
    return done;
  };
}

Work ReadLines(uint64_t rows, size_t at_a_time) {
  return [file = Open(BuildLines(rows)), at_a_time] {
    const LineTable& table = *Must(file->module().LineTableOf(file->unit()));
    LineProgram program(table);
    std::array<LineRow, 64> read;
    const size_t capacity = std::min(at_a_time, read.size());
    size_t count;
    Done done{.bytes = table.header().end - table.header().program};
    while ((count = program.NextRows(read.data(), sizeof(LineRow), capacity)) >
           0) {
      done.items += count;
      for (size_t i = 0; i < count; ++i) {
        done.sum += read[i].address.value + read[i].line;
      }
    }
    Check(program.status());
    return done;
  };
}

Work ReadRanges(uint16_t version, uint64_t lists) {
  return ReadLists<RangeList>(Open(BuildRanges(version, lists)),
                              version < 5 ? ".debug_ranges" : ".debug_rnglists",
                              AttributeClass::kRnglist);
}

Work ReadLocations(uint16_t version, uint64_t lists) {
  return ReadLists<LocationList>(Open(BuildLocations(version, lists)),
                                 version < 5 ? ".debug_loc" : ".debug_loclists",
                                 AttributeClass::kLoclist);
}

Work ReadAranges(uint64_t ranges) {
  const File file = Open(BuildAranges(ranges));
  const SectionView& view =
      *file->module().sections().View(file->Find(".debug_aranges"));
  return [file, &view] {
    ArangeReader reader(file->module().sections(), view);
    Arange arange;
    Done done{.bytes = view.bytes.size()};
    while (reader.Next(&arange)) {
      ++done.items;
      done.sum += arange.address.value + arange.length.value;
    }
    Check(reader.status());
    return done;
  };
}

Work FindAranges(uint64_t ranges) {
  const File file = Open(BuildAranges(ranges));
  std::vector<RelocValue> places;
  ArangeReader reader(
      file->module().sections(),
      *file->module().sections().View(file->Find(".debug_aranges")));
  Arange arange;
  while (reader.Next(&arange)) {
    arange.address.value += arange.length.value - 1;
    places.push_back(arange.address);
  }
  FixedRandom().Shuffle(places);
  return [file, places] {
    const ArangeIndex& index = file->module().aranges();
    Done done{.items = places.size()};
    for (const RelocValue& place : places) {
      const ArangeIndex::Entry* entry = index.Find(place);
      if (entry == nullptr) GiveUp("an address range is not found");
      done.sum += entry->offset;
    }
    return done;
  };
}

Work ReadNames(uint64_t names) {
  return [file = Open(BuildNames(names))] {
    const NameIndex& index = *file->module().names().indexes().at(0);
    Done done{.items = index.header().name_count, .bytes = index.header().end};
    for (uint32_t i = 1; i <= done.items; ++i) {
      const IndexedName name = index.NameAt(i);
      done.sum += Must(index.String(name)).size();
      NameEntryReader reader(index, name.entries);
      NameEntry entry;
      while (reader.Next(&entry)) done.sum += entry.die_offset;
      Check(reader.status());
    }
    return done;
  };
}

Work FindIndexedNames(uint64_t names) {
  const File file = Open(BuildNames(names));
  const NameIndex& index = *file->module().names().indexes().at(0);
  std::vector<std::string_view> strings;
  for (uint32_t i = 1; i <= index.header().name_count; ++i) {
    strings.push_back(Must(index.String(index.NameAt(i))));
  }
  FixedRandom().Shuffle(strings);
  return [file, &index, strings] {
    Done done{.items = strings.size()};
    for (const std::string_view string : strings) {
      done.sum += Must(index.Find(string))->number;
    }
    return done;
  };
}

Work ReadExpressions(uint64_t expressions) {
  const File file = Open(BuildExpressions(expressions));
  return [file, attributes = Collect(*file, [](const Attribute& attribute) {
                  return attribute.attribute_class == AttributeClass::kExprloc;
                })] {
    const Unit& unit = file->unit();
    Done done;
    for (const Attribute& attribute : attributes) {
      ExpressionReader reader(unit, unit.view(), attribute.data,
                              attribute.value);
      Operation operation;
      while (reader.Next(&operation)) {
        ++done.items;
        done.sum += operation.atom + operation.number;
      }
      Check(reader.status());
      done.bytes += attribute.value;
    }
    return done;
  };
}

namespace {

// Calls visit(reader, entry) for each entry; the items are for it to count.
template <typename Visit>
Work VisitFrames(uint64_t fdes, Visit visit) {
  return [file = Open(BuildFrames(fdes)), visit] {
    const DwarfSections& sections = file->module().sections();
    CfiReader reader =
        Must(CfiReader::Of(sections, file->Find(".debug_frame")));
    Done done{.bytes = reader.view().bytes.size()};
    CfiEntry entry;
    while (Must(reader.Next(&entry))) visit(reader, entry, &done);
    return done;
  };
}

}  // namespace

Work ReadFrames(uint64_t fdes) {
  return VisitFrames(fdes,
                     [](const CfiReader&, const CfiEntry& entry, Done* done) {
                       ++done->items;
                       done->sum += entry.fde.initial_location.value;
                     });
}

Work ReadFrameRows(uint64_t fdes) {
  return VisitFrames(
      fdes, [](const CfiReader& reader, const CfiEntry& entry, Done* done) {
        CfiRows rows(reader.sections(), reader.view(), entry);
        CfiRow row;
        while (rows.Next(&row)) {
          ++done->items;
          done->sum += row.begin.value + row.cfa.value + row.registers.size();
        }
        Check(rows.status());
      });
}

}  // namespace dwreloc::internal
