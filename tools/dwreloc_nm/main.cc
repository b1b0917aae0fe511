// main.cc - dwreloc-nm: the symbols of an ELF file by address, in the format of
// nm, with addresses that dwreloc-addr2line takes.
//
// For scripts that join the two, such as the kernel's decode_stacktrace.sh and
// faddr2line: see common/unique_addresses.h.  Written with the public headers
// only.  Tested by tests/cli/addr2line_test.py.
#include <elf.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "common/output.h"
#include "common/unique_addresses.h"

namespace dwreloc_tools {
namespace {

constexpr char kHelp[] =
    "Usage: dwreloc-nm [OPTION]... FILE\n"
    "\n"
    "Lists the symbols of an ELF file by address, as `nm -n` does.  In an\n"
    "unlinked file each section has addresses of its own, from 4 GiB on (of\n"
    "32 bits: 2 GiB), which dwreloc-addr2line takes.  So scripts that add an\n"
    "offset to an address of nm and give the sum to addr2line get right lines\n"
    "for kernel modules, when both are these programs:\n"
    "\n"
    "    PATH=/usr/libexec/dwreloc:$PATH scripts/decode_stacktrace.sh ...\n"
    "\n"
    "Options of nm are accepted and have no effect, but for --help and\n"
    "--version.\n"
    "\n"
    "Exit status: 0 if everything was read, 1 if not, 2 for wrong usage.\n";

struct Line {
  std::uint64_t address;
  char type;
  std::string_view name;
};

// As nm(1) has them; lower case for local symbols.
char TypeOf(const std::vector<dwreloc::Section>& sections,
            const dwreloc::Symbol& symbol) {
  const bool is_weak = symbol.binding() == STB_WEAK;
  if (!symbol.section()) {
    if (symbol.st_shndx() == SHN_ABS)
      return symbol.binding() == STB_LOCAL ? 'a' : 'A';
    if (symbol.st_shndx() == SHN_UNDEF) return is_weak ? 'w' : 'U';
    return 'C';
  }
  if (is_weak) return 'W';
  if (*symbol.section() >= sections.size()) return '?';
  const dwreloc::Section& section = sections[*symbol.section()];
  const std::uint64_t flags = section.flags();
  char letter = 'n';
  if ((flags & SHF_EXECINSTR) != 0)
    letter = 't';
  else if ((flags & SHF_ALLOC) == 0)
    letter = 'n';
  else if (section.raw().type == SHT_NOBITS)
    letter = 'b';
  else
    letter = (flags & SHF_WRITE) != 0 ? 'd' : 'r';
  return symbol.binding() == STB_LOCAL ? letter
                                       : static_cast<char>(letter - 'a' + 'A');
}

std::vector<Line> LinesOf(const dwreloc::FileView& file) {
  std::vector<dwreloc::Section> sections;  // each is asked for once
  for (const dwreloc::Section& section : file.sections())
    sections.push_back(section);
  std::vector<Line> lines;
  for (const dwreloc::Symbol& symbol : file.symbols()) {
    if (symbol.index() == 0 || symbol.type() == STT_SECTION ||
        symbol.type() == STT_FILE || symbol.name().empty())
      continue;
    const char type = TypeOf(sections, symbol);
    std::uint64_t address = symbol.value();
    if (symbol.section()) {
      const Dwreloc_Relocatable value = file.ValueOf(symbol.index()).raw();
      if (dwreloc_relocatable_address(&value, &address) < 0)
        address = symbol.value();
    }
    lines.push_back({address, type, symbol.name()});
  }
  const auto is_undefined = [](const Line& line) {
    return line.type == 'U' || line.type == 'w';
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& a, const Line& b) {
                     if (is_undefined(a) != is_undefined(b))
                       return is_undefined(a);
                     return a.address < b.address;
                   });
  return lines;
}

void Print(const std::string& path, Output& out) {
  dwreloc::File file(path);
  PlaceUniquely(file);
  const int digits = file.info().elf_class == 32 ? 8 : 16;
  for (const Line& line : LinesOf(file)) {
    if (line.type == 'U' || line.type == 'w')
      out.Spaces(static_cast<std::size_t>(digits));
    else
      out.Commit(PutHexDigits(out.Reserve(16), line.address, digits));
    out.Char(' ');
    out.Char(line.type);
    out.Char(' ');
    out.Text(line.name);
    out.Char('\n');
  }
}

int Main(int argc, const char* const* argv) {
  FileSink sink(STDOUT_FILENO, "dwreloc-nm");
  Output out(sink);
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help") {
      out.Text(kHelp);
      out.Flush();
      return 0;
    }
    if (argument == "--version") {
      out.Text("dwreloc-nm (libdwreloc) " + std::string(dwreloc_version()) +
               "\n");
      out.Flush();
      return 0;
    }
    if (argument.size() > 1 && argument[0] == '-') continue;
    if (!path.empty()) {
      fputs("dwreloc-nm: one file at a time; see dwreloc-nm --help\n", stderr);
      return 2;
    }
    path = argument;
  }
  if (path.empty()) {
    fputs("dwreloc-nm: no FILE given; see dwreloc-nm --help\n", stderr);
    return 2;
  }
  try {
    Print(path, out);
    out.Flush();
    return 0;
  } catch (const std::exception& exception) {
    out.Flush();
    fprintf(stderr, "dwreloc-nm: %s\n", exception.what());
  }
  return 1;
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }
