// Who asks for nothing pays for nothing: counted, not timed.
//
//   kernel_modules.py laziness_test
//
// Paths of the modules come on standard input, one per line.
//
// 1. All modules are open at once; sections, symbols and relocation types have
//    been looked at; no section has been digested or decompressed.
// 2. One question to one module digests the sections that hold the answer and
// no
//    other.  Which they are is written down below, for each kind of question.
// 3. Afterwards every other module is still as it was after open.

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

int failures = 0;

void Fail(const std::string& what) {
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
}

void FailWithError(const std::string& what) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  Fail(what + ": " + (error.text == nullptr ? "?" : error.text));
}

struct Closer {
  void operator()(Dwreloc_Module* module) const { dwreloc_close(module); }
};
using Module = std::unique_ptr<Dwreloc_Module, Closer>;

Module Open(const std::string& path) {
  Dwreloc_Module* module = nullptr;
  if (dwreloc_open(path.c_str(), &module) != 0) FailWithError(path);
  return Module(module);
}

// Names of the digested sections; the counter must agree with the flags.
std::set<std::string> Digested(const Dwreloc_Module* module) {
  std::set<std::string> names;
  Dwreloc_File_Info info;
  dwreloc_file_info(module, &info);
  for (std::uint32_t i = 0; i < info.section_count; ++i) {
    Dwreloc_Section section;
    if (dwreloc_is_digested(module, i) == 1 &&
        dwreloc_section(module, i, &section) == 0)
      names.insert(section.name);
  }
  Dwreloc_Stats stats;
  dwreloc_stats(module, &stats);
  if (stats.sections_digested != names.size())
    Fail("sections_digested is " + std::to_string(stats.sections_digested) +
         ", but " + std::to_string(names.size()) + " sections say so");
  if ((stats.records_digested == 0) != names.empty() ||
      (stats.digest_bytes == 0) != names.empty())
    Fail("records_digested or digest_bytes does not fit sections_digested");
  return names;
}

std::string Joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : " ") + name;
  return "{" + text + "}";
}

// A module that has all there is to ask for.
bool HasEverything(const Dwreloc_Module* module) {
  for (const char* name : {".debug_info", ".debug_line", ".debug_rnglists",
                           ".debug_loclists", ".debug_frame"}) {
    std::uint32_t index;
    Dwreloc_Section section;
    if (dwreloc_find_section(module, name, 0, &index) != 1 ||
        dwreloc_section(module, index, &section) != 0 ||
        section.reloc_count == 0)
      return false;
  }
  return true;
}

// The first DIE for which `wanted` returns true.
bool FindDie(const Dwreloc_Module* module,
             const std::function<bool(const Dwreloc_Die&)>& wanted) {
  const Dwreloc_Unit* unit = nullptr;
  while (dwreloc_units_next(module, &unit) == 1) {
    Dwreloc_Walk walk;
    Dwreloc_Die die;
    std::size_t count;
    if (dwreloc_walk_begin(unit, &walk) < 0) return false;
    while (dwreloc_walk_next(&walk, &die, nullptr, nullptr, 0, &count) == 1)
      if (wanted(die)) return true;
  }
  return false;
}

// The questions.  Each returns whether there was something to ask about.

bool NothingButHeaders(const Dwreloc_Module* module) {
  for (std::uint32_t i = 0; i < dwreloc_symbol_count(module); ++i) {
    Dwreloc_Symbol symbol;
    if (dwreloc_symbol(module, i, &symbol) != 0) return false;
  }
  const std::uint8_t* bytes;
  std::size_t size;
  return dwreloc_build_id(module, &bytes, &size) == 0;
}

// One record: its value is what a reader of the datum would get.
bool RawRecords(const Dwreloc_Module* module) {
  std::uint32_t index;
  if (dwreloc_find_section(module, ".debug_frame", 0, &index) != 1)
    return false;
  Dwreloc_Records records;
  Dwreloc_Record record;
  return dwreloc_records_begin(module, index, 0, UINT64_MAX, &records) == 1 &&
         dwreloc_records_next(&records, &record) == 1;
}

bool LowPcOfFunction(const Dwreloc_Module* module) {
  return FindDie(module, [](const Dwreloc_Die& die) {
    Dwreloc_Attribute attribute;
    Dwreloc_Relocatable value;
    Dwreloc_Relocatable_Info info;
    return die.tag == DW_TAG_subprogram &&
           dwreloc_attr(&die, DW_AT_low_pc, &attribute) == 1 &&
           dwreloc_form_relocatable(&attribute, &value) == 0 &&
           value.kind == DWRELOC_SECTION &&
           dwreloc_relocatable_info(&value, &info) == 0 &&
           info.section != nullptr;
  });
}

bool NameOfFunction(const Dwreloc_Module* module) {
  return FindDie(module, [](const Dwreloc_Die& die) {
    Dwreloc_Attribute attribute;
    const char* name;
    std::size_t length;
    return die.tag == DW_TAG_subprogram &&
           dwreloc_attr(&die, DW_AT_name, &attribute) == 1 &&
           dwreloc_formstring(&attribute, &name, &length) == 0 && length > 0;
  });
}

bool LineRow(const Dwreloc_Module* module) {
  const Dwreloc_Unit* unit = nullptr;
  const Dwreloc_Line_Table* table;
  Dwreloc_Rows rows;
  Dwreloc_Line line;
  return dwreloc_units_next(module, &unit) == 1 &&
         dwreloc_line_table(unit, &table) == 1 &&
         dwreloc_rows_begin(table, &rows) == 1 &&
         dwreloc_rows_next(&rows, &line) == 1 &&
         line.address.kind == DWRELOC_SECTION;
}

bool Range(const Dwreloc_Module* module) {
  return FindDie(module, [](const Dwreloc_Die& die) {
    Dwreloc_List list;
    Dwreloc_Relocatable begin, end;
    return dwreloc_ranges_begin(&die, &list) == 1 &&
           dwreloc_ranges_next(&list, &begin, &end) == 1;
  });
}

bool LocationOfVariable(const Dwreloc_Module* module) {
  return FindDie(module, [](const Dwreloc_Die& die) {
    Dwreloc_Attribute attribute;
    Dwreloc_List list;
    Dwreloc_Relocatable begin, end;
    Dwreloc_Expression expression;
    return dwreloc_attr(&die, DW_AT_location, &attribute) == 1 &&
           attribute.attribute_class == DWRELOC_CLASS_LOCLIST &&
           dwreloc_locations_begin(&attribute, &list) == 1 &&
           dwreloc_locations_next(&list, &begin, &end, &expression) == 1;
  });
}

bool SourceOfAddress(const Dwreloc_Module* module) {
  return FindDie(module, [](const Dwreloc_Die& die) {
    Dwreloc_Relocatable low, high;
    Dwreloc_Line line;
    return die.tag == DW_TAG_subprogram &&
           dwreloc_pc_relocatable(&die, &low, &high) == 1 &&
           dwreloc_getsrc_relocatable(die.unit, &low, &line) == 1;
  });
}

struct Question {
  const char* what;
  bool (*ask)(const Dwreloc_Module*);
  std::set<std::string> digests;
};

const Question kQuestions[] = {
    {"headers, symbols and build-id", NothingButHeaders, {}},
    {"a record and its value", RawRecords, {".debug_frame"}},
    {"DW_AT_low_pc of a function", LowPcOfFunction, {".debug_info"}},
    {"the name of a function", NameOfFunction, {".debug_info"}},
    {"the first line row", LineRow, {".debug_info", ".debug_line"}},
    {"the source line of a function",
     SourceOfAddress,
     {".debug_info", ".debug_line"}},
    {"a range", Range, {".debug_info", ".debug_rnglists"}},
    {"the location of a variable",
     LocationOfVariable,
     {".debug_info", ".debug_loclists"}},
};

}  // namespace

int main() {
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty()) paths.push_back(line);
  if (paths.empty()) {
    std::puts("no modules on standard input");
    return 1;
  }

  std::vector<Module> modules;
  for (const std::string& path : paths) {
    modules.push_back(Open(path));
    if (modules.back() == nullptr) return 1;
  }
  const auto check_untouched = [&](const char* when) {
    std::size_t digests = 0;
    for (const Module& module : modules) {
      digests += Digested(module.get()).size();
      Dwreloc_Stats stats;
      dwreloc_stats(module.get(), &stats);
      if (stats.sections_decompressed != 0) Fail("section decompressed");
    }
    std::printf("%s: %zu modules open, %zu sections digested\n", when,
                modules.size(), digests);
    if (digests != 0) Fail("digests made though nothing was asked");
  };
  check_untouched("after open");

  const std::string* asked = nullptr;
  for (std::size_t i = 0; i < modules.size() && asked == nullptr; ++i)
    if (HasEverything(modules[i].get())) asked = &paths[i];
  if (asked == nullptr) {
    Fail("no module has all the sections to ask for");
    return 1;
  }
  for (const Question& question : kQuestions) {
    // A module of its own: what an earlier question digested does not count.
    const Module module = Open(*asked);
    if (module == nullptr) return 1;
    if (!question.ask(module.get()))
      FailWithError(std::string("no answer: ") + question.what);
    const std::set<std::string> digested = Digested(module.get());
    std::printf("%s: digests %s\n", question.what, Joined(digested).c_str());
    if (digested != question.digests)
      Fail("expected " + Joined(question.digests));
  }
  check_untouched("afterwards");
  if (failures != 0) std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
