// dump_gdb_script.cc - --gdb-script: the add-symbol-file line by which gdb
// knows where every section of an unlinked file is (GDB manual, "Commands to
// Specify Files").
//
// Sections that have no place are named in a comment: gdb would take them to be
// near 0.  Tested by tests/cli/gdb_script_test.py and tests/gdb.
#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

// A word as gdb takes it apart (buildargv of libiberty).
std::string Quoted(std::string_view word) {
  if (!word.empty() &&
      word.find_first_of(" \t\n'\"\\") == std::string_view::npos)
    return std::string(word);
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

struct Placed {
  std::string name;
  std::uint64_t address;
};

class GdbScriptPrinter {
 public:
  explicit GdbScriptPrinter(Context& context) : context_(context) { Collect(); }

  void Text() {
    Output& out = context_.out;
    if (!absent_.empty()) {
      out.Text("# not placed:");
      for (const std::string& name : absent_) out.Text(" " + name);
      out.Char('\n');
    }
    out.Text(Command() + '\n');
  }
  void Json() {
    JsonObject json(context_.out, "gdb_command");
    json.String("command", Command());
    json.Key("not_placed");
    context_.out.Char('[');
    JsonComma comma(context_.out);
    for (const std::string& name : absent_) {
      comma();
      AppendJsonString(context_.out, name);
    }
    context_.out.Char(']');
    json.EndLine();
  }

 private:
  void Collect() {
    for (const dwreloc::Section& section : context_.file.sections()) {
      const Dwreloc_Section& raw = section.raw();
      // Data of threads are where each thread has them.
      if ((raw.flags & SHF_ALLOC) == 0 || (raw.flags & SHF_TLS) != 0 ||
          raw.file_size == 0)
        continue;
      const std::optional<std::uint64_t> address = AddressOf(section.index());
      if (!address)
        absent_.emplace_back(raw.name);
      else
        placed_.push_back({raw.name, *address});
    }
    // gdb's users, and older versions of it, expect that one first.
    std::stable_partition(
        placed_.begin(), placed_.end(),
        [](const Placed& section) { return section.name == ".text"; });
  }

  std::optional<std::uint64_t> AddressOf(std::uint32_t section) const {
    Dwreloc_Relocatable start;
    std::uint64_t address = 0;
    if (dwreloc_relocatable_in_section(context_.module(), section, 0, &start) <
            0 ||
        dwreloc_address_of(&start, &address) < 0)
      return std::nullopt;
    return address;
  }

  std::string Command() const {
    std::string command =
        "add-symbol-file " + Quoted(context_.file.info().name);
    for (const Placed& section : placed_) {
      char address[32];
      snprintf(address, sizeof(address), " 0x%llx",
               static_cast<unsigned long long>(section.address));
      command += " -s " + Quoted(section.name) + address;
    }
    return command;
  }

  Context& context_;
  std::vector<Placed> placed_;
  std::vector<std::string> absent_;
};

}  // namespace

void DumpGdbScript(Context& context) {
  GdbScriptPrinter printer(context);
  if (context.json())
    printer.Json();
  else
    printer.Text();
}

}  // namespace dwreloc_tools
