// works: one well-defined piece of reading, with what it counted, so that
// different readers can be compared.
//
//   works WORK [--list=FILE] [options] FILE...
//
// prints one JSON line: counts, wrapping 64-bit sums, wall and CPU seconds per
// phase, peak and anonymous resident KiB.  Two readers did the same work only
// if their counts and sums agree.  WORK is one of
//
//   open     every file opened and ready, none read; all open to the end
//   walk     one file after another: every unit, DIE and attribute decoded,
//            addresses with every section at 0, strings located and their
//            first byte read, offsets relocated
//   lines    every row of every line table
//   ranges   walk, and every DW_AT_ranges list and every location list of
//            DW_AT_location and DW_AT_frame_base
//   digest   only what prepares the relocations of all debug sections
//   query    --target=SUBSTRING --symbol=NAME: open all, then the function,
//            file and line of one symbol's address
//   random   --reads=N: seeded random relocated reads of .debug_info
//
// --list=FILE names a file with one path per line.  The public C API only.

#include <dwreloc/dwreloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cinttypes>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr unsigned kAtName = 0x03;
constexpr unsigned kAtLocation = 0x02;
constexpr unsigned kAtFrameBase = 0x40;
constexpr unsigned kTagSubprogram = 0x2e;
constexpr unsigned kFormStrp = 0x0e;
constexpr unsigned kFormLineStrp = 0x1f;
constexpr unsigned kFormRefAddr = 0x10;
constexpr unsigned kFormRefSig8 = 0x20;
constexpr unsigned kFormSecOffset = 0x17;
constexpr unsigned kSttFunc = 2;

[[noreturn]] void Fail(const std::string& text) {
  fprintf(stderr, "works: %s\n", text.c_str());
  exit(1);
}

int Check(int result) {
  if (result >= 0) return result;
  Dwreloc_Error error;
  dwreloc_error(&error);
  Fail(error.text);
}

double Seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

uint64_t AnonymousKib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("RssAnon:")) return strtoull(&line[8], nullptr, 10);
  }
  return 0;
}

// The JSON line, in the order things are added.
class Line {
 public:
  void Text(const char* name, std::string_view value) {
    Key(name);
    text_ += '"';
    text_ += value;
    text_ += '"';
  }
  void Number(const char* name, uint64_t value) {
    Key(name);
    text_ += std::to_string(value);
  }
  void Real(const char* name, double value) {
    Key(name);
    char digits[32];
    snprintf(digits, sizeof(digits), "%.6f", value);
    text_ += digits;
  }
  void Print() const { printf("{%s}\n", text_.c_str()); }

 private:
  void Key(const char* name) {
    if (!text_.empty()) text_ += ',';
    text_ += '"';
    text_ += name;
    text_ += "\":";
  }
  std::string text_;
};

// Times the code between its making and Stop.
class Phase {
 public:
  Phase(Line& line, std::string name)
      : line_(line),
        name_(std::move(name)),
        wall_(Seconds(CLOCK_MONOTONIC)),
        cpu_(Seconds(CLOCK_PROCESS_CPUTIME_ID)) {}
  void Stop() {
    line_.Real((name_ + "_wall").c_str(), Seconds(CLOCK_MONOTONIC) - wall_);
    line_.Real((name_ + "_cpu").c_str(),
               Seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_);
  }

 private:
  Line& line_;
  std::string name_;
  double wall_;
  double cpu_;
};

struct Arguments {
  std::string work;
  std::vector<std::string> files;
  std::string target;
  std::string symbol;
  uint64_t reads = 1000000;
};

// Every section at 0: addresses are what stands in the sections of a file
// whose relocations were applied there.
Dwreloc_Answer AtZero(void*, const Dwreloc_Module*, const Dwreloc_Section*,
                      uint64_t* address) {
  *address = 0;
  return DWRELOC_PLACED;
}

Dwreloc_Answer SymbolAtZero(void*, const Dwreloc_Module*, const Dwreloc_Symbol*,
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

struct Counts {
  uint64_t units = 0, dies = 0, attrs = 0;
  uint64_t addr_n = 0, addr_sum = 0;
  uint64_t strp_n = 0, strp_sum = 0, lstrp_n = 0, lstrp_sum = 0;
  uint64_t str_n = 0, strbyte_sum = 0;
  uint64_t secoff_n = 0, secoff_sum = 0;
  uint64_t const_n = 0, const_sum = 0;
  uint64_t ref_n = 0, ref_sum = 0;
  uint64_t blk_n = 0, blk_sum = 0, flag_sum = 0;
  uint64_t rng_list_n = 0, rng_n = 0, rng_begin_sum = 0;
  uint64_t loc_list_n = 0, loc_n = 0, loc_begin_sum = 0;
  uint64_t row_n = 0, row_addr_sum = 0, row_line_sum = 0;

  void PrintWalk(Line& line) const {
    const std::pair<const char*, uint64_t> fields[] = {
        {"units", units},
        {"dies", dies},
        {"attrs", attrs},
        {"addr_n", addr_n},
        {"addr_sum", addr_sum},
        {"strp_n", strp_n},
        {"strp_sum", strp_sum},
        {"lstrp_n", lstrp_n},
        {"lstrp_sum", lstrp_sum},
        {"str_n", str_n},
        {"strbyte_sum", strbyte_sum},
        {"secoff_n", secoff_n},
        {"secoff_sum", secoff_sum},
        {"const_n", const_n},
        {"const_sum", const_sum},
        {"ref_n", ref_n},
        {"ref_sum", ref_sum},
        {"blk_n", blk_n},
        {"blk_sum", blk_sum},
        {"flag_sum", flag_sum},
    };
    for (const auto& [name, value] : fields) line.Number(name, value);
  }
  void PrintLists(Line& line) const {
    line.Number("rng_list_n", rng_list_n);
    line.Number("rng_n", rng_n);
    line.Number("rng_begin_sum", rng_begin_sum);
    line.Number("loc_list_n", loc_list_n);
    line.Number("loc_n", loc_n);
    line.Number("loc_begin_sum", loc_begin_sum);
  }
  void PrintRows(Line& line) const {
    line.Number("row_n", row_n);
    line.Number("row_addr_sum", row_addr_sum);
    line.Number("row_line_sum", row_line_sum);
  }
};

uint64_t AddressOf(const Dwreloc_Relocatable& value) {
  // With every section at 0 the offset is the address.
  return value.value;
}

uint64_t AddressOf(const Dwreloc_Attribute& attribute) {
  const bool is_plain = attribute.width != 0;
  if (is_plain) return attribute.value;
  Dwreloc_Relocatable value;
  Check(dwreloc_form_relocatable(&attribute, &value));
  return AddressOf(value);
}

void Count(const Dwreloc_Attribute& attribute, Counts& counts) {
  ++counts.attrs;
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_ADDRESS:
      ++counts.addr_n;
      counts.addr_sum += AddressOf(attribute);
      break;
    case DWRELOC_CLASS_STRING: {
      if (attribute.form == kFormStrp) {
        ++counts.strp_n;
        counts.strp_sum += attribute.value;
      } else if (attribute.form == kFormLineStrp) {
        ++counts.lstrp_n;
        counts.lstrp_sum += attribute.value;
      }
      const char* string = nullptr;
      Check(dwreloc_formstring(&attribute, &string, nullptr));
      ++counts.str_n;
      counts.strbyte_sum += static_cast<unsigned char>(*string);
      break;
    }
    case DWRELOC_CLASS_CONSTANT:
      ++counts.const_n;
      counts.const_sum += attribute.value;
      break;
    case DWRELOC_CLASS_FLAG:
      counts.flag_sum += attribute.value;
      break;
    case DWRELOC_CLASS_REFERENCE:
      if (attribute.form != kFormRefAddr && attribute.form != kFormRefSig8) {
        ++counts.ref_n;
        counts.ref_sum += attribute.value;
      }
      break;
    case DWRELOC_CLASS_BLOCK:
    case DWRELOC_CLASS_EXPRLOC:
      ++counts.blk_n;
      counts.blk_sum += attribute.value;
      break;
    default:
      if (attribute.form == kFormSecOffset) {
        ++counts.secoff_n;
        counts.secoff_sum += attribute.value;
      }
      break;
  }
}

void ReadLists(const Dwreloc_Die& die, const Dwreloc_Attribute& attribute,
               Counts& counts) {
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_List list;
  if (attribute.attribute_class == DWRELOC_CLASS_RNGLIST) {
    if (Check(dwreloc_ranges_begin(&die, &list)) == 0) return;
    ++counts.rng_list_n;
    while (Check(dwreloc_ranges_relocatable(&list, &begin, &end)) == 1) {
      ++counts.rng_n;
      counts.rng_begin_sum += AddressOf(begin);
    }
  } else if (attribute.attribute_class == DWRELOC_CLASS_LOCLIST &&
             (attribute.name == kAtLocation ||
              attribute.name == kAtFrameBase)) {
    Check(dwreloc_locations_begin(&attribute, &list));
    ++counts.loc_list_n;
    Dwreloc_Expression expression;
    while (Check(dwreloc_getlocation_relocatable(&list, &begin, &end,
                                                 &expression)) > 0) {
      ++counts.loc_n;
      counts.loc_begin_sum += AddressOf(begin);
    }
  }
}

void Walk(const Dwreloc_Module* module, bool with_lists, Counts& counts) {
  // Room for any DIE there is in practice; Check below notices others.
  static std::vector<Dwreloc_Attribute> attributes(1024);
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_next_unit(module, &unit)) == 1) {
    ++counts.units;
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    size_t count = 0;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                   attributes.size(), &count)) == 1) {
      ++counts.dies;
      if (count > attributes.size()) Fail("a DIE of too many attributes");
      for (size_t i = 0; i < count; ++i) {
        Count(attributes[i], counts);
        if (with_lists) ReadLists(die, attributes[i], counts);
      }
    }
  }
}

void Lines(const Dwreloc_Module* module, Counts& counts) {
  static std::vector<Dwreloc_Line> lines(256);
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_next_unit(module, &unit)) == 1) {
    const Dwreloc_Line_Table* table = nullptr;
    if (Check(dwreloc_line_table(unit, &table)) == 0) continue;
    Dwreloc_Rows rows;
    Check(dwreloc_rows_begin(table, &rows));
    size_t count = 0;
    while (Check(dwreloc_lines_relocatable(&rows, lines.data(), lines.size(),
                                           &count)) == 1) {
      counts.row_n += count;
      for (size_t i = 0; i < count; ++i) {
        counts.row_addr_sum += AddressOf(lines[i].address);
        counts.row_line_sum += lines[i].line;
      }
    }
  }
}

// The function, file and line of a symbol's address.
void Query(const Arguments& arguments,
           const std::vector<Dwreloc_Module*>& modules, Line& line) {
  const Dwreloc_Module* module = nullptr;
  for (size_t i = 0; i < modules.size(); ++i) {
    if (arguments.files[i].find(arguments.target) != std::string::npos) {
      module = modules[i];
      break;
    }
  }
  if (module == nullptr) Fail("no file matches --target");
  Dwreloc_Relocatable address = {};
  bool is_found = false;
  for (uint32_t i = 1; i < dwreloc_symbol_count(module); ++i) {
    Dwreloc_Symbol symbol;
    Check(dwreloc_symbol(module, i, &symbol));
    if (symbol.type != kSttFunc || arguments.symbol != symbol.name) continue;
    address.module = module;
    address.kind = DWRELOC_SECTION;
    address.section = symbol.section;
    address.symbol = i;
    address.value = symbol.value;
    is_found = true;
  }
  if (!is_found) Fail("no function of that name in the symbol table");
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_next_unit(module, &unit)) == 1) {
    Dwreloc_Die root;
    Check(dwreloc_unit_die(unit, &root));
    if (Check(dwreloc_haspc_relocatable(&root, &address)) == 0) continue;
    Dwreloc_Line row;
    if (Check(dwreloc_getsrc_relocatable(unit, &address, &row)) == 1) {
      const Dwreloc_Line_Table* table = nullptr;
      Check(dwreloc_line_table(unit, &table));
      char path[4096];
      Check(dwreloc_line_file_path(table, row.file, path, sizeof(path)));
      line.Text("file", path);
      line.Number("line", row.line);
    }
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, nullptr, 0,
                                   nullptr)) == 1) {
      if (die.tag != kTagSubprogram ||
          Check(dwreloc_haspc_relocatable(&die, &address)) == 0) {
        continue;
      }
      Dwreloc_Attribute name;
      const char* string = "";
      if (Check(dwreloc_attr(&die, kAtName, &name)) == 1) {
        Check(dwreloc_formstring(&name, &string, nullptr));
      }
      line.Text("function", string);
      return;
    }
  }
}

void Random(const Dwreloc_Module* module, uint64_t reads, Line& line) {
  std::vector<Dwreloc_Attribute> relocated;
  std::vector<Dwreloc_Attribute> attributes(1024);
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_next_unit(module, &unit)) == 1) {
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
          relocated.push_back(attribute);
        }
      }
    }
  }
  if (relocated.empty()) Fail("nothing is relocated");
  std::mt19937_64 random(1);
  uint64_t sum = 0;
  Phase phase(line, "random");
  for (uint64_t i = 0; i < reads; ++i) {
    Dwreloc_Relocatable value;
    Check(dwreloc_form_relocatable(&relocated[random() % relocated.size()],
                                   &value));
    sum += value.value;
  }
  phase.Stop();
  line.Number("reads", reads);
  line.Number("sum", sum);
}

void Run(const Arguments& arguments) {
  Line line;
  line.Text("reader", "libdwreloc");
  line.Text("work", arguments.work);
  line.Number("files", arguments.files.size());
  Counts counts;
  if (arguments.work == "open" || arguments.work == "query") {
    std::vector<Dwreloc_Module*> modules;
    Phase open(line, "open");
    for (const std::string& file : arguments.files) {
      modules.push_back(Open(file));
    }
    open.Stop();
    if (arguments.work == "query") {
      Phase query(line, "query");
      Query(arguments, modules, line);
      query.Stop();
    }
    line.Number("anonymous_kib", AnonymousKib());
    for (Dwreloc_Module* module : modules) dwreloc_close(module);
  } else {
    Phase phase(line, arguments.work);
    uint64_t relocs = 0;
    for (const std::string& file : arguments.files) {
      Dwreloc_Module* module = Open(file);
      if (arguments.work == "walk" || arguments.work == "ranges") {
        Walk(module, arguments.work == "ranges", counts);
      } else if (arguments.work == "lines") {
        Lines(module, counts);
      } else if (arguments.work == "digest") {
        Check(dwreloc_digest_all(module));
        Dwreloc_Stats stats;
        Check(dwreloc_stats(module, &stats));
        relocs += stats.records_digested;
      } else {
        Random(module, arguments.reads, line);
      }
      dwreloc_close(module);
    }
    phase.Stop();
    if (arguments.work == "walk") counts.PrintWalk(line);
    if (arguments.work == "ranges") {
      counts.PrintWalk(line);
      counts.PrintLists(line);
    }
    if (arguments.work == "lines") counts.PrintRows(line);
    if (arguments.work == "digest") line.Number("relocs", relocs);
    line.Number("anonymous_kib", AnonymousKib());
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  line.Number("peak_kib", static_cast<uint64_t>(usage.ru_maxrss));
  line.Print();
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  const std::string_view usage =
      "usage: works open|walk|lines|ranges|digest|query|random [--list=FILE] "
      "[--target=SUBSTRING --symbol=NAME] [--reads=N] FILE...";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&](std::string_view name) -> const char* {
      return argument.starts_with(name) ? argv[i] + name.size() : nullptr;
    };
    if (const char* list = value("--list=")) {
      std::ifstream paths(list);
      if (!paths) Fail(std::string("cannot open ") + list);
      std::string path;
      while (std::getline(paths, path)) arguments.files.push_back(path);
    } else if (const char* target = value("--target=")) {
      arguments.target = target;
    } else if (const char* symbol = value("--symbol=")) {
      arguments.symbol = symbol;
    } else if (const char* reads = value("--reads=")) {
      arguments.reads = strtoull(reads, nullptr, 10);
    } else if (argument.starts_with("--")) {
      Fail(std::string(usage));
    } else if (arguments.work.empty()) {
      arguments.work = argument;
    } else {
      arguments.files.emplace_back(argument);
    }
  }
  constexpr std::string_view kWorks[] = {"open",   "walk",  "lines", "ranges",
                                         "digest", "query", "random"};
  for (const std::string_view work : kWorks) {
    if (work == arguments.work && !arguments.files.empty()) return arguments;
  }
  Fail(std::string(usage));
}

}  // namespace

int main(int argc, char** argv) {
  Run(Parse(argc, argv));
  return 0;
}
