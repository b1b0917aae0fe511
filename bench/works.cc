// works: the works of work.h, done by libdwreloc.
//
//   works WORK [--list=FILE] [options] FILE...
//
// The public C API only.  Tested by agreement_test.py.

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
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

// The number of attributes of each form, and the sums of their values, by the
// low byte: of vendors' forms only DW_FORM_GNU_strp_alt shares one that counts.
struct CountsByForm {
  // Two of these must not be 4096 bytes apart, or the processor takes an
  // addition to the one for an addition to the other.
  static constexpr size_t kSize = UINT8_MAX + 9;
  std::array<uint64_t, kSize> n = {};
  std::array<uint64_t, kSize> sum = {};

  void Add(const Dwreloc_Attribute& attribute) {
    const auto form = static_cast<uint8_t>(attribute.form);
    ++n[form];
    sum[form] += attribute.value;
  }
};

// 0 for the classes whose values are only added up, 1 for those that are looked
// at one by one.
constexpr std::array<uint8_t, UINT8_MAX + 1> kIsLookedAt = [] {
  std::array<uint8_t, UINT8_MAX + 1> is_looked_at;
  is_looked_at.fill(1);
  for (const Dwreloc_Class plain :
       {DWRELOC_CLASS_CONSTANT, DWRELOC_CLASS_FLAG, DWRELOC_CLASS_REFERENCE,
        DWRELOC_CLASS_BLOCK, DWRELOC_CLASS_EXPRLOC}) {
    is_looked_at[plain] = 0;
  }
  return is_looked_at;
}();

void CountString(const Dwreloc_Attribute& attribute, Counts& counts) {
  const char* string = nullptr;
  Check(dwreloc_formstring(&attribute, &string, nullptr));
  ++counts.str_n;
  counts.strbyte_sum += static_cast<unsigned char>(*string);
  if (attribute.form == DW_FORM_GNU_strp_alt) {
    --counts.const_n;
    counts.const_sum -= attribute.value;
  }
}

void CountOne(const Dwreloc_Attribute& attribute, Counts& counts) {
  if (attribute.attribute_class == DWRELOC_CLASS_STRING) {
    CountString(attribute, counts);
  } else if (attribute.attribute_class == DWRELOC_CLASS_ADDRESS) {
    ++counts.addr_n;
    counts.addr_sum += AddressOf(attribute);
  }
}

void AddUp(const CountsByForm& by_form, Counts& counts) {
  const auto add = [&](std::initializer_list<int> forms, uint64_t* n,
                       uint64_t* sum) {
    for (const int form : forms) {
      if (n != nullptr) *n += by_form.n[form];
      *sum += by_form.sum[form];
    }
  };
  add({DW_FORM_data1, DW_FORM_data2, DW_FORM_data4, DW_FORM_data8,
       DW_FORM_udata, DW_FORM_sdata, DW_FORM_implicit_const},
      &counts.const_n, &counts.const_sum);
  add({DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8,
       DW_FORM_ref_udata},
      &counts.ref_n, &counts.ref_sum);
  add({DW_FORM_block, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4,
       DW_FORM_exprloc},
      &counts.blk_n, &counts.blk_sum);
  add({DW_FORM_flag, DW_FORM_flag_present}, nullptr, &counts.flag_sum);
  add({DW_FORM_sec_offset}, &counts.secoff_n, &counts.secoff_sum);
  add({DW_FORM_strp}, &counts.strp_n, &counts.strp_sum);
  add({DW_FORM_line_strp}, &counts.lstrp_n, &counts.lstrp_sum);
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

// One call's worth of a walk.
struct Batch {
  std::array<Dwreloc_Die_Entry, 32> dies;
  // Room for any DIE there is in practice; Fail below notices others.
  std::array<Dwreloc_Attribute, 1024> attributes;
  // Of those that are looked at.
  std::array<uint16_t, 1024> indices;
};

// Counts the attributes of so many DIEs; returns how many there were.
size_t CountBatch(Batch& batch, size_t dies, bool with_lists,
                  std::array<CountsByForm, 2>& by_form, Counts& counts) {
  size_t attributes = 0;
  for (size_t i = 0; i != dies; ++i) {
    attributes += batch.dies[i].attribute_count;
  }
  if (attributes > batch.attributes.size()) {
    Fail("a DIE of too many attributes");
  }
  // Without a branch on what an attribute is, for the processor cannot guess
  // it, and with two sums in turn, for an addition to memory waits for the one
  // before it.
  CountsByForm* now = &by_form[0];
  CountsByForm* next = &by_form[1];
  size_t looked_at = 0;
  for (size_t i = 0; i != attributes; ++i) {
    const Dwreloc_Attribute& attribute = batch.attributes[i];
    now->Add(attribute);
    std::swap(now, next);
    batch.indices[looked_at] = static_cast<uint16_t>(i);
    looked_at += kIsLookedAt[attribute.attribute_class];
  }
  const Dwreloc_Die_Entry* entry = batch.dies.data();
  size_t end = entry->attribute_count;
  for (size_t i = 0; i != looked_at; ++i) {
    const size_t index = batch.indices[i];
    const Dwreloc_Attribute& attribute = batch.attributes[index];
    CountOne(attribute, counts);
    if (!with_lists) continue;
    for (; index >= end; end += entry->attribute_count) ++entry;
    ReadLists(entry->die, attribute, counts);
  }
  return attributes;
}

void Walk(const Dwreloc_Module* module, bool with_lists, Counts& counts) {
  static Batch batch;
  static std::array<CountsByForm, 2> by_form;
  by_form = {};
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    ++counts.units;
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    size_t count = 0;
    while (
        Check(dwreloc_walk_next_many(&walk, batch.dies.data(),
                                     batch.dies.size(), batch.attributes.data(),
                                     batch.attributes.size(), &count)) == 1) {
      counts.dies += count;
      counts.attrs += CountBatch(batch, count, with_lists, by_form, counts);
    }
  }
  for (const CountsByForm& half : by_form) AddUp(half, counts);
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

// The unit of an address: from .debug_aranges, as dwfl_module_addrdie finds it;
// from the units themselves where that does not have it.
const Dwreloc_Unit* UnitOf(const Dwreloc_Module* module,
                           const Dwreloc_Relocatable& address) {
  Dwreloc_Die root;
  if (Check(dwreloc_addrdie_relocatable(module, &address, &root)) == 1) {
    return root.unit;
  }
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(module, &unit)) == 1) {
    Check(dwreloc_unit_die(unit, &root));
    if (Check(dwreloc_haspc_relocatable(&root, &address)) == 1) return unit;
  }
  return nullptr;
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
  const Dwreloc_Unit* const unit = UnitOf(module, address);
  if (unit == nullptr) Fail("no unit has that address");
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
  while (Check(dwreloc_walk_next(&walk, &die, nullptr, nullptr, 0, nullptr)) ==
         1) {
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
    break;
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
