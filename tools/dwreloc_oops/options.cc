// options.cc - see options.h.
#include "dwreloc_oops/options.h"

#include <string_view>

namespace dwreloc_tools {
namespace {

// Returns an empty string or the error.
std::string Apply(Options& options, const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  const bool has_value = equals != std::string::npos;
  const std::string value = has_value ? argument.substr(equals + 1) : "";
  const auto flag = [&](bool Options::*member) -> std::string {
    if (has_value) return "option '" + name + "' takes no value";
    options.*member = true;
    return "";
  };
  if (name == "--help" || name == "-h") return flag(&Options::help);
  if (name == "--version") return flag(&Options::version);
  if (name == "--json") return flag(&Options::json);
  if (name == "--source") return flag(&Options::source);
  const bool is_known = name == "--modules" || name == "--debug-dir" ||
                        name == "--vmlinux" || name == "--color";
  if (!is_known) return "unknown option '" + name + "'";
  if (value.empty()) return "option '" + name + "' needs a value";
  if (name == "--modules") {
    options.module_directories.push_back(value);
  } else if (name == "--debug-dir") {
    options.debug_directories.push_back(value);
  } else if (name == "--vmlinux") {
    options.vmlinux = value;
  } else if (value == "auto" || value == "always" || value == "never") {
    options.color = value == "auto"     ? Color::kAuto
                    : value == "always" ? Color::kAlways
                                        : Color::kNever;
  } else {
    return "option '" + argument + "': expected auto, always or never";
  }
  return "";
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  bool only_files = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (only_files || argument.size() < 2 || argument[0] != '-') {
      options.files.push_back(argument);
    } else if (argument == "--") {
      only_files = true;
    } else {
      *error = Apply(options, argument);
      if (!error->empty()) return std::nullopt;
    }
  }
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
