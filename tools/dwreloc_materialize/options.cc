// options.cc - see options.h.
#include "dwreloc_materialize/options.h"

#include <string_view>
#include <utility>

namespace dwreloc_tools {
namespace {

struct Mode {
  std::string_view name;
  Dwreloc_Materialize mode;
};
constexpr Mode kModes[] = {
    {"--debug-only", DWRELOC_MATERIALIZE_DEBUG},
    {"--addresses-only", DWRELOC_MATERIALIZE_ADDRESSES},
    {"--static-only", DWRELOC_MATERIALIZE_STATIC},
};

struct Flag {
  std::string_view name;
  std::uint32_t flag;
};
constexpr Flag kFlags[] = {
    {"--exec", DWRELOC_MATERIALIZE_EXEC},
    {"--strict", DWRELOC_MATERIALIZE_STRICT},
    {"--no-code", DWRELOC_MATERIALIZE_NO_CODE},
};

// Takes an option without a value; false if it is none.
bool ApplyFlag(Options& options, std::string_view name) {
  for (const Mode& mode : kModes) {
    if (mode.name != name) continue;
    options.mode = mode.mode;
    return true;
  }
  for (const Flag& flag : kFlags) {
    if (flag.name != name) continue;
    options.flags |= flag.flag;
    return true;
  }
  if (name == "--offline") {
    options.offline = true;
  } else if (name == "--help" || name == "-h") {
    options.help = true;
  } else if (name == "--version") {
    options.version = true;
  } else {
    return false;
  }
  return true;
}

// Returns an empty string or the error.
std::string ApplyValue(Options& options, const std::string& name,
                       const std::string& value) {
  if (value.empty()) return "option '" + name + "' needs a value";
  if (name == "--output") {
    options.output = value;
  } else if (name == "--place-from") {
    options.place_from = value;
  } else if (name == "--symbols-from") {
    options.symbols_from = value;
  } else {
    SectionPlacement place;
    if (!ParseSectionPlacement(value, &place)) {
      return "option '" + name + "=" + value +
             "': expected SECTION=ADDRESS such as .text=0xffffffffc0000000";
    }
    options.places.push_back(std::move(place));
  }
  return "";
}

std::string Apply(Options& options, const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  const bool has_value = equals != std::string::npos;
  if (!has_value && ApplyFlag(options, name)) return "";
  const bool takes_value = name == "--output" || name == "--place" ||
                           name == "--place-from" || name == "--symbols-from";
  if (!takes_value) {
    return ApplyFlag(options, name) ? "option '" + name + "' takes no value"
                                    : "unknown option '" + name + "'";
  }
  return ApplyValue(options, name,
                    has_value ? argument.substr(equals + 1) : "");
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  bool only_files = false;
  for (int i = 1; i < argc && error->empty(); ++i) {
    const std::string argument = argv[i];
    if (only_files || argument.size() < 2 || argument[0] != '-') {
      if (!options.file.empty()) *error = "one FILE at a time";
      options.file = argument;
    } else if (argument == "--") {
      only_files = true;
    } else if (argument == "-o") {
      if (++i == argc) {
        *error = "option '-o' needs a value";
      } else {
        options.output = argv[i];
      }
    } else {
      *error = Apply(options, argument);
    }
  }
  if (error->empty() && !options.help && !options.version) {
    if (options.file.empty()) {
      *error = "no FILE given";
    } else if (options.output.empty()) {
      *error = "no output given (-o OUT)";
    }
  }
  if (!error->empty()) return std::nullopt;
  return options;
}

std::string HelpText() {
  return "Usage: dwreloc-materialize [OPTION]... FILE -o OUT\n"
         "\n"
         "Copies an unlinked ELF file for readers that know no relocations:\n"
         "sections get the addresses of their places, and debugging\n"
         "information is what the linker would make of it.\n"
         "\n"
         "  -o OUT, --output=OUT  where the copy goes; - is standard output\n"
         "  --debug-only          leave .eh_frame as it is\n"
         "  --addresses-only      set addresses, apply nothing\n"
         "  --static-only         apply what is a number wherever the file is\n"
         "                        loaded; needs no places\n"
         "  --exec                make it ET_EXEC, with absolute symbols\n"
         "  --no-code             leave out the contents of loaded sections\n"
         "  --strict              fail if any relocation cannot be applied\n"
         "\n"
         "Places, as for dwreloc-dump:\n"
         "  --offline             one section behind the other, from 0x10000\n"
         "  --place=SECTION=ADDR  may be repeated\n"
         "  --place-from=PATH     /sys/module/NAME/sections, or lines of "
         "names\n"
         "                        and addresses\n"
         "  --symbols-from=FILE   undefined symbols: kallsyms, System.map\n"
         "\n"
         "  --help, --version\n"
         "\n"
         "Exit status: 0; 1 if anything could not be done; 2 for wrong "
         "usage.\n";
}

}  // namespace dwreloc_tools
