// options.cc - see options.h.
#include "dwreloc_materialize/options.h"

#include <utility>
#include <vector>

#include "common/arguments.h"

namespace dwreloc_tools {
namespace {

TakeValue AddPlace(Options* options) {
  return [options](const std::string& value) -> std::string {
    SectionPlacement place;
    if (!ParseSectionPlacement(value, &place))
      return "SECTION=ADDRESS such as .text=0xffffffffc0000000";
    options->places.push_back(std::move(place));
    return "";
  };
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  std::vector<std::string> files;
  const auto mode = [&](Dwreloc_Materialize one) {
    return Do([&options, one] { options.mode = one; });
  };
  const auto flag = [&](std::uint32_t one) {
    return Do([&options, one] { options.flags |= one; });
  };
  const Option known[] = {
      {"--output", "-o", StoreIn(&options.output)},
      {"--debug-only", "", mode(DWRELOC_MATERIALIZE_DEBUG)},
      {"--addresses-only", "", mode(DWRELOC_MATERIALIZE_ADDRESSES)},
      {"--static-only", "", mode(DWRELOC_MATERIALIZE_STATIC)},
      {"--exec", "", flag(DWRELOC_MATERIALIZE_EXEC)},
      {"--no-code", "", flag(DWRELOC_MATERIALIZE_NO_CODE)},
      {"--strict", "", flag(DWRELOC_MATERIALIZE_STRICT)},
      {"--offline", "", &options.offline},
      {"--place", "", AddPlace(&options)},
      {"--place-from", "", StoreIn(&options.place_from)},
      {"--symbols-from", "", StoreIn(&options.symbols_from)},
      {"--help", "-h", &options.help},
      {"--version", "", &options.version},
  };
  *error = ParseArguments(argc, argv, known, &files);
  if (error->empty() && files.size() > 1) *error = "one FILE at a time";
  if (!files.empty()) options.file = files[0];
  if (error->empty() && !options.help && !options.version) {
    if (files.empty()) {
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
