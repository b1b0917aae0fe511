#include "workloads/capi_workloads.h"

#include <dwreloc/dwreloc.h>

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "workloads/dwarf_inputs.h"

namespace dwreloc::internal {
namespace {

int Check(int result) {
  if (result >= 0) return result;
  Dwreloc_Error error;
  dwreloc_error(&error);
  GiveUp(error.text);
}

// A module, and the image behind it if it has no file.
struct OpenModule {
  OpenModule() = default;
  OpenModule(const OpenModule&) = delete;
  OpenModule& operator=(const OpenModule&) = delete;
  ~OpenModule() { dwreloc_close(module); }

  std::vector<uint8_t> image;
  Dwreloc_Module* module = nullptr;
};
using File = std::shared_ptr<const OpenModule>;

File Open(std::vector<uint8_t> image) {
  const auto file = std::make_shared<OpenModule>();
  file->image = std::move(image);
  Check(dwreloc_open_memory(file->image.data(), file->image.size(), "image",
                            &file->module));
  // For those who ask for numbers.
  Check(dwreloc_place(file->module, ".text", 0));
  return file;
}

File Open(const char* path) {
  const auto file = std::make_shared<OpenModule>();
  Check(dwreloc_open(path, &file->module));
  return file;
}

// Calls visit(die, attribute) for every attribute of the file.
template <typename Visit>
void VisitAttributes(const Dwreloc_Module* module, Visit visit) {
  std::array<Dwreloc_Attribute, 64> attributes;
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    size_t count;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                   attributes.size(), &count)) == 1) {
      for (size_t i = 0; i < count; ++i) visit(die, attributes[i]);
    }
  }
}

std::vector<Dwreloc_Attribute> Collect(const File& file, int wanted) {
  std::vector<Dwreloc_Attribute> found;
  VisitAttributes(file->module,
                  [&](const Dwreloc_Die&, const Dwreloc_Attribute& attribute) {
                    if (attribute.attribute_class == wanted) {
                      found.push_back(attribute);
                    }
                  });
  return found;
}

Work Walk(const File& file) {
  return [file] {
    Done done;
    VisitAttributes(file->module, [&](const Dwreloc_Die&,
                                      const Dwreloc_Attribute& attribute) {
      ++done.items;
      done.sum += attribute.value;
    });
    return done;
  };
}

Work WalkByMany(const File& file) {
  return [file] {
    Done done;
    std::array<Dwreloc_Die_Entry, 32> entries;
    std::array<Dwreloc_Attribute, 512> attributes;
    const Dwreloc_Unit* unit = nullptr;
    while (Check(dwreloc_units_next(file->module, &unit)) == 1) {
      Dwreloc_Walk walk;
      Check(dwreloc_walk_begin(unit, &walk));
      size_t count;
      while (Check(dwreloc_walk_next_many(&walk, entries.data(), entries.size(),
                                          attributes.data(), attributes.size(),
                                          &count)) == 1) {
        size_t all = 0;
        for (size_t i = 0; i < count; ++i) all += entries[i].attribute_count;
        done.items += all;
        for (size_t i = 0; i < all; ++i) done.sum += attributes[i].value;
      }
    }
    return done;
  };
}

Work Strings(const File& file) {
  return [file, attributes = Collect(file, DWRELOC_CLASS_STRING)] {
    Done done{.items = attributes.size()};
    for (const Dwreloc_Attribute& attribute : attributes) {
      const char* string;
      size_t length;
      Check(dwreloc_formstring(&attribute, &string, &length));
      done.bytes += length;
      done.sum += static_cast<uint8_t>(*string);
    }
    return done;
  };
}

Work Lines(const File& file) {
  return [file] {
    Done done;
    std::array<Dwreloc_Line, 64> lines;
    const Dwreloc_Unit* unit = nullptr;
    while (Check(dwreloc_units_next(file->module, &unit)) == 1) {
      const Dwreloc_Line_Table* table;
      if (Check(dwreloc_line_table(unit, &table)) == 0) continue;
      Dwreloc_Rows rows;
      Check(dwreloc_rows_begin(table, &rows));
      size_t count;
      while (Check(dwreloc_rows_next_many(&rows, lines.data(), lines.size(),
                                          &count)) == 1) {
        done.items += count;
        for (size_t i = 0; i < count; ++i) {
          done.sum += lines[i].address.value + lines[i].line;
        }
      }
    }
    return done;
  };
}

void ReadRangeList(const Dwreloc_Die& die, Done* done) {
  Dwreloc_List list;
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  if (Check(dwreloc_ranges_begin(&die, &list)) == 0) return;
  while (Check(dwreloc_ranges_next(&list, &begin, &end)) == 1) {
    ++done->items;
    done->sum += begin.value;
  }
}

void ReadLocationList(const Dwreloc_Attribute& attribute, Done* done) {
  Dwreloc_List list;
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_Expression expression;
  Check(dwreloc_locations_begin(&attribute, &list));
  while (Check(dwreloc_locations_next(&list, &begin, &end, &expression)) > 0) {
    ++done->items;
    done->sum += begin.value;
  }
}

// The DIEs with range lists and the attributes with location lists.
Work Lists(const File& file) {
  std::vector<Dwreloc_Die> dies;
  VisitAttributes(file->module, [&](const Dwreloc_Die& die,
                                    const Dwreloc_Attribute& attribute) {
    if (attribute.attribute_class == DWRELOC_CLASS_RNGLIST) dies.push_back(die);
  });
  return [file, dies, attributes = Collect(file, DWRELOC_CLASS_LOCLIST)] {
    Done done;
    for (const Dwreloc_Die& die : dies) ReadRangeList(die, &done);
    for (const Dwreloc_Attribute& attribute : attributes) {
      ReadLocationList(attribute, &done);
    }
    return done;
  };
}

}  // namespace

Work WalkDiesC(uint64_t functions) { return Walk(Open(BuildDies(functions))); }

Work WalkManyDiesC(uint64_t functions) {
  return WalkByMany(Open(BuildDies(functions)));
}

Work ReadStringsC(uint64_t functions) {
  return Strings(Open(BuildDies(functions)));
}

Work ReadValuesC(uint64_t functions) {
  const File file = Open(BuildDies(functions));
  return [file, attributes = Collect(file, DWRELOC_CLASS_ADDRESS)] {
    Done done{.items = attributes.size()};
    for (const Dwreloc_Attribute& attribute : attributes) {
      Dwreloc_Relocatable value;
      Check(dwreloc_form_relocatable(&attribute, &value));
      done.sum += value.value;
    }
    return done;
  };
}

Work ReadAddressesC(uint64_t functions) {
  const File file = Open(BuildDies(functions));
  return [file, attributes = Collect(file, DWRELOC_CLASS_ADDRESS)] {
    Done done{.items = attributes.size()};
    for (const Dwreloc_Attribute& attribute : attributes) {
      uint64_t address;
      Check(dwreloc_formaddr(&attribute, &address));
      done.sum += address;
    }
    return done;
  };
}

Work ReadLinesC(uint64_t rows) { return Lines(Open(BuildLines(rows))); }

Work ReadRangesC(uint16_t version, uint64_t lists) {
  return Lists(Open(BuildRanges(version, lists)));
}

Work ReadLocationsC(uint16_t version, uint64_t lists) {
  return Lists(Open(BuildLocations(version, lists)));
}

Work OpenFile(const char* path) {
  return [path] {
    const File file = Open(path);
    Dwreloc_File_Info info;
    Check(dwreloc_file_info(file->module, &info));
    return Done{.items = info.section_count, .sum = info.section_count};
  };
}

Work WalkFile(const char* path) { return Walk(Open(path)); }
Work ReadFileLines(const char* path) { return Lines(Open(path)); }
Work ReadFileStrings(const char* path) { return Strings(Open(path)); }
Work ReadFileLists(const char* path) { return Lists(Open(path)); }

}  // namespace dwreloc::internal
