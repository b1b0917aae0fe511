// works: the works of work.h, done by libdwreloc.
//
//   works WORK [--list=FILE] [options] FILE...
//
// The public C API only.  Tested by agreement_test.py.

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "work.h"

namespace {

using dwreloc_bench::Counts;
using dwreloc_bench::Fail;
using dwreloc_bench::Line;
using dwreloc_bench::Place;
using dwreloc_bench::Stopwatch;

constexpr unsigned kSttFunc = 2;

int Check(int result) {
  if (result >= 0) return result;
  Dwreloc_Error error;
  dwreloc_error(&error);
  Fail(error.text);
}

// Every section at 0: addresses are what stands in the sections of a file
// whose relocations were applied there.
int AtZero(void*, const Dwreloc_Module*, const Dwreloc_Section*,
           uint64_t* address) {
  *address = 0;
  return DWRELOC_PLACED;
}

int SymbolAtZero(void*, const Dwreloc_Module*, const Dwreloc_Symbol*,
                 uint64_t* address) {
  *address = 0;
  return DWRELOC_PLACED;
}

Dwreloc_Module* Open(const std::string& path) {
  Dwreloc_Module* module = nullptr;
  Check(dwreloc_open(path.c_str(), &module));
  Dwreloc_Callbacks callbacks = {};
  callbacks.size = sizeof(callbacks);
  callbacks.section_address = AtZero;
  callbacks.symbol_address = SymbolAtZero;
  Check(dwreloc_set_callbacks(module, &callbacks));
  return module;
}

// With every section at 0 an offset in a section is the address: nobody has to
// be asked where it is.
uint64_t AddressOf(const Dwreloc_Relocatable& value) {
  if (value.kind == DWRELOC_BAD) Fail("an address whose relocation is bad");
  return value.value;
}

uint64_t AddressOf(const Dwreloc_Attribute& attribute) {
  const bool is_plain = attribute.width != 0;
  if (is_plain && (attribute.flags & DWRELOC_ATTR_BAD) == 0) {
    return attribute.value;
  }
  Dwreloc_Relocatable value;
  Check(dwreloc_form_relocatable(&attribute, &value));
  return AddressOf(value);
}

// The number of attributes of each class, and the sums of their values.
struct CountsByClass {
  std::array<uint64_t, UINT8_MAX + 1> n = {};
  std::array<uint64_t, UINT8_MAX + 1> sum = {};
};

void CountString(const Dwreloc_Attribute& attribute, Counts& counts) {
  if (attribute.form == DW_FORM_strp) {
    ++counts.strp_n;
    counts.strp_sum += attribute.value;
  } else if (attribute.form == DW_FORM_line_strp) {
    ++counts.lstrp_n;
    counts.lstrp_sum += attribute.value;
  }
  const char* string = nullptr;
  Check(dwreloc_formstring(&attribute, &string, nullptr));
  ++counts.str_n;
  counts.strbyte_sum += static_cast<unsigned char>(*string);
}

// Most values are added up as they are, whatever the class.
void Count(const Dwreloc_Attribute& attribute, CountsByClass& by_class,
           Counts& counts) {
  ++by_class.n[attribute.attribute_class];
  by_class.sum[attribute.attribute_class] += attribute.value;
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
    case DWRELOC_CLASS_FLAG:
    case DWRELOC_CLASS_BLOCK:
    case DWRELOC_CLASS_EXPRLOC:
      break;
    case DWRELOC_CLASS_REFERENCE:
      if (attribute.form == DW_FORM_ref_addr ||
          attribute.form == DW_FORM_ref_sig8) {
        --counts.ref_n;
        counts.ref_sum -= attribute.value;
      }
      break;
    case DWRELOC_CLASS_ADDRESS:
      ++counts.addr_n;
      counts.addr_sum += AddressOf(attribute);
      break;
    case DWRELOC_CLASS_STRING:
      CountString(attribute, counts);
      break;
    default:
      if (attribute.form == DW_FORM_sec_offset) {
        ++counts.secoff_n;
        counts.secoff_sum += attribute.value;
      }
      break;
  }
}

void AddUp(const CountsByClass& by_class, Counts& counts) {
  const auto& [n, sum] = by_class;
  counts.const_n += n[DWRELOC_CLASS_CONSTANT];
  counts.const_sum += sum[DWRELOC_CLASS_CONSTANT];
  counts.flag_sum += sum[DWRELOC_CLASS_FLAG];
  counts.ref_n += n[DWRELOC_CLASS_REFERENCE];
  counts.ref_sum += sum[DWRELOC_CLASS_REFERENCE];
  counts.blk_n += n[DWRELOC_CLASS_BLOCK] + n[DWRELOC_CLASS_EXPRLOC];
  counts.blk_sum += sum[DWRELOC_CLASS_BLOCK] + sum[DWRELOC_CLASS_EXPRLOC];
}

void ReadLists(const Dwreloc_Die& die, const Dwreloc_Attribute& attribute,
               Counts& counts) {
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_List list;
  if (attribute.attribute_class == DWRELOC_CLASS_RNGLIST) {
    if (Check(dwreloc_ranges_begin(&die, &list)) == 0) return;
    ++counts.rng_list_n;
    while (Check(dwreloc_ranges_next(&list, &begin, &end)) == 1) {
      ++counts.rng_n;
      counts.rng_begin_sum += AddressOf(begin);
    }
  } else if (attribute.attribute_class == DWRELOC_CLASS_LOCLIST &&
             (attribute.name == DW_AT_location ||
              attribute.name == DW_AT_frame_base)) {
    Check(dwreloc_locations_begin(&attribute, &list));
    ++counts.loc_list_n;
    Dwreloc_Expression expression;
    while (Check(dwreloc_locations_next(&list, &begin, &end, &expression)) >
           0) {
      ++counts.loc_n;
      counts.loc_begin_sum += AddressOf(begin);
    }
  }
}

void Walk(const Dwreloc_Module* module, bool with_lists, Counts& counts) {
  // Room for any DIE there is in practice; Fail below notices others.
  static std::vector<Dwreloc_Attribute> memory(1024);
  const std::span<Dwreloc_Attribute> attributes = memory;
  CountsByClass by_class = {};
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    ++counts.units;
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    size_t count = 0;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                   attributes.size(), &count)) == 1) {
      ++counts.dies;
      counts.attrs += count;
      if (count > attributes.size()) Fail("a DIE of too many attributes");
      for (const Dwreloc_Attribute& attribute : attributes.first(count)) {
        Count(attribute, by_class, counts);
        if (with_lists) ReadLists(die, attribute, counts);
      }
    }
  }
  AddUp(by_class, counts);
}

void CountRows(const Dwreloc_Line_Table* table, Counts& counts) {
  static std::vector<Dwreloc_Line> memory(256);
  const std::span<Dwreloc_Line> lines = memory;
  Dwreloc_Rows rows;
  Check(dwreloc_rows_begin(table, &rows));
  size_t count = 0;
  while (Check(dwreloc_rows_next_many(&rows, lines.data(), lines.size(),
                                      &count)) == 1) {
    counts.row_n += count;
    uint64_t addresses = 0;
    uint64_t numbers = 0;
    for (const Dwreloc_Line& line : lines.first(count)) {
      addresses += AddressOf(line.address);
      numbers += line.line;
    }
    counts.row_addr_sum += addresses;
    counts.row_line_sum += numbers;
  }
}

// Table after table of the sections that hold them: which unit refers to which
// does not matter here, so .debug_info is not read.
void Lines(const Dwreloc_Module* module, Counts& counts) {
  uint32_t section = 0;
  while (dwreloc_find_section(module, ".debug_line", section, &section) == 1) {
    const Dwreloc_Line_Table* table = nullptr;
    uint64_t offset = 0;
    while (offset != DWRELOC_NO_OFFSET &&
           Check(dwreloc_line_table_at(module, section, offset, &table,
                                       &offset)) == 1) {
      CountRows(table, counts);
    }
    ++section;
  }
}

// The function, file and line of a symbol's address.
Place Query(const Dwreloc_Module* module, const std::string& name) {
  Place place;
  Dwreloc_Relocatable address = {};
  bool is_found = false;
  for (uint32_t i = 1; i < dwreloc_symbol_count(module); ++i) {
    Dwreloc_Symbol symbol;
    Check(dwreloc_symbol(module, i, &symbol));
    if (symbol.type != kSttFunc || name != symbol.name) continue;
    Check(dwreloc_relocatable_of_symbol(module, i, 0, &address));
    is_found = true;
  }
  if (!is_found) Fail("no function of that name in the symbol table");
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    Dwreloc_Die root;
    Check(dwreloc_unit_die(unit, &root));
    if (Check(dwreloc_haspc_relocatable(&root, &address)) == 0) continue;
    Dwreloc_Line row;
    if (Check(dwreloc_getsrc_relocatable(unit, &address, &row)) == 1) {
      const Dwreloc_Line_Table* table = nullptr;
      Check(dwreloc_line_table(unit, &table));
      char path[4096];
      Check(dwreloc_line_file_full_path(table, row.file, path, sizeof(path)));
      place.file = path;
      place.line = row.line;
    }
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, nullptr, 0,
                                   nullptr)) == 1) {
      if (die.tag != DW_TAG_subprogram ||
          Check(dwreloc_haspc_relocatable(&die, &address)) == 0) {
        continue;
      }
      Dwreloc_Attribute attribute;
      const char* string = "";
      if (Check(dwreloc_attr(&die, DW_AT_name, &attribute)) == 1) {
        Check(dwreloc_formstring(&attribute, &string, nullptr));
      }
      place.function = string;
      return place;
    }
  }
  return place;
}

void Random(const Dwreloc_Module* module, uint64_t reads, Line& line) {
  std::vector<Dwreloc_Attribute> attributes(1024);
  std::vector<uint64_t> offsets;
  uint32_t section = DWRELOC_NO_SECTION;
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    Dwreloc_Unit_Info info;
    Check(dwreloc_unit_info(unit, &info));
    section = info.section;
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    size_t count = 0;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                   attributes.size(), &count)) == 1) {
      for (size_t i = 0; i < count; ++i) {
        const Dwreloc_Attribute& attribute = attributes[i];
        if (attribute.width == 4 &&
            (attribute.flags & DWRELOC_ATTR_HAS_RECORD) != 0) {
          offsets.push_back(attribute.offset);
        }
      }
    }
  }
  if (offsets.empty()) Fail("nothing is relocated");
  std::mt19937_64 random(1);
  std::vector<uint64_t> order(reads);
  for (uint64_t& offset : order) offset = offsets[random() % offsets.size()];
  uint64_t sum = 0;
  Stopwatch watch;
  watch.Start();
  for (const uint64_t offset : order) {
    Dwreloc_Relocatable value;
    Check(dwreloc_section_value(module, section, offset, 4, &value));
    sum += value.value;
  }
  watch.Stop();
  watch.Print("random", line);
  line.Number("reads", reads);
  line.Number("sum", sum);
}

class OurFile : public dwreloc_bench::File {
 public:
  explicit OurFile(const std::string& path) : module_(Open(path)) {}
  OurFile(const OurFile&) = delete;
  OurFile& operator=(const OurFile&) = delete;
  ~OurFile() override { dwreloc_close(module_); }

  void Walk(bool with_lists, Counts& counts) override {
    ::Walk(module_, with_lists, counts);
  }
  void Lines(Counts& counts) override { ::Lines(module_, counts); }
  Place Query(const std::string& symbol) override {
    return ::Query(module_, symbol);
  }
  void Digest() override { Check(dwreloc_digest_all(module_)); }
  uint64_t DigestedCount() override {
    Dwreloc_Stats stats;
    Check(dwreloc_stats(module_, &stats));
    return stats.records_digested;
  }
  const Dwreloc_Module* module() const { return module_; }

 private:
  Dwreloc_Module* const module_;
};

class OurReader : public dwreloc_bench::Reader {
 public:
  std::string Name() const override {
    return std::string("libdwreloc ") + dwreloc_version();
  }
  std::unique_ptr<dwreloc_bench::File> Open(const std::string& path) override {
    return std::make_unique<OurFile>(path);
  }
  std::unique_ptr<dwreloc_bench::File> OpenBare(
      const std::string& path) override {
    return Open(path);
  }
  bool Random(const std::string& path, uint64_t reads, Line& line) override {
    ::Random(OurFile(path).module(), reads, line);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  OurReader reader;
  return dwreloc_bench::RunWork(reader, argc, argv);
}
