// options.cc - see options.h.
#include "dwreloc_oops/options.h"

#include "common/arguments.h"

namespace dwreloc_tools {
namespace {

std::string ParseColor(const std::string& value, Color* color) {
  *color = value == "always"  ? Color::kAlways
           : value == "never" ? Color::kNever
                              : Color::kAuto;
  return *color != Color::kAuto || value == "auto" ? ""
                                                   : "auto, always or never";
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  const Option known[] = {
      {"--modules", "", AddTo(&options.module_directories)},
      {"--debug-dir", "", AddTo(&options.debug_directories)},
      {"--vmlinux", "", StoreIn(&options.vmlinux)},
      {"--source", "", &options.source},
      {"--json", "", &options.json},
      {"--color", "",
       [&](const std::string& value) {
         return ParseColor(value, &options.color);
       }},
      {"--help", "-h", &options.help},
      {"--version", "", &options.version},
  };
  *error = ParseArguments(argc, argv, known, &options.files);
  if (!error->empty()) return std::nullopt;
  return options;
}

std::string HelpText() {
  return "Usage: dwreloc-oops [OPTION]... [FILE]...\n"
         "\n"
         "Copies kernel messages from FILEs or standard input, and after each\n"
         "line that names code (symbol+0x10/0x20 [module]) tells the "
         "function,\n"
         "file and line, and what it was inlined into.  Not a byte of the "
         "input\n"
         "is lost or moved.\n"
         "\n"
         "  --modules=DIR      modules are below DIR, with DWARF or stripped, "
         "also\n"
         "                     compressed; may be repeated\n"
         "  --vmlinux=FILE     the kernel itself\n"
         "  --debug-dir=DIR    debug files of stripped modules are below DIR, "
         "as\n"
         "                     they are below /usr/lib/debug\n"
         "  --source           print the lines of the source, where it is "
         "there\n"
         "  --json             print one JSON object per line of the input\n"
         "  --color=WHEN       auto (default), always or never\n"
         "  --help, --version\n"
         "\n"
         "Without --modules and --vmlinux the usual places are searched, for "
         "the\n"
         "kernel that the trace names, else for the running one:\n"
         "/usr/lib/debug/lib/modules, /lib/modules, /usr/lib/debug/boot.\n"
         "\n"
         "Exit status: 0 if every place was found, 1 if one was not, 2 for "
         "wrong\n"
         "usage.\n";
}

}  // namespace dwreloc_tools
