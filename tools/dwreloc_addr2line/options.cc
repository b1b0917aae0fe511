// options.cc - see options.h.
#include "dwreloc_addr2line/options.h"

#include <string_view>

#include "common/response_file.h"

namespace dwreloc_tools {
namespace {

struct Option {
  char letter;  // NUL: there is none
  std::string_view name;
  std::string_view value;  // what it needs; empty: nothing
  std::string_view help;
  bool Options::*flag;         // nullptr: it has a value, or no effect
  std::string Options::*text;  // the same
};

constexpr Option kOptions[] = {
    {'a', "addresses", "", "show the address before each place",
     &Options::addresses, nullptr},
    {'b', "target", "BFDNAME", "for compatibility: has no effect", nullptr,
     nullptr},
    {'e', "exe", "FILE", "the file to read (default: a.out)", nullptr,
     &Options::file},
    {'i', "inlines", "", "show the functions that inlined the code, too",
     &Options::inlines, nullptr},
    {'j', "section", "NAME", "addresses are offsets in this section", nullptr,
     &Options::section},
    {'p', "pretty-print", "", "one line for each place", &Options::pretty,
     nullptr},
    {'s', "basenames", "", "file names without directories",
     &Options::basenames, nullptr},
    {'f', "functions", "", "show names of functions", &Options::functions,
     nullptr},
    {'C', "demangle", "", "show names as the source has them",
     &Options::demangle, nullptr},
    {'R', "recurse-limit", "", "for compatibility: has no effect", nullptr,
     nullptr},
    {'r', "no-recurse-limit", "", "for compatibility: has no effect", nullptr,
     nullptr},
    {'\0', "json", "", "print one JSON object per address", &Options::json,
     nullptr},
    {'h', "help", "", "print this text", &Options::help, nullptr},
    {'v', "version", "", "print the version", &Options::version, nullptr},
};

const Option* FindLetter(char letter) {
  // The capital letters are binutils', too.
  if (letter == 'H') letter = 'h';
  if (letter == 'V') letter = 'v';
  for (const Option& option : kOptions)
    if (option.letter == letter && letter != '\0') return &option;
  return nullptr;
}

// A beginning that only one option has will do, as for getopt_long.
const Option* FindName(std::string_view name) {
  const Option* found = nullptr;
  for (const Option& option : kOptions) {
    if (option.name == name) return &option;
    if (!option.name.starts_with(name) || name.empty()) continue;
    if (found != nullptr) return nullptr;
    found = &option;
  }
  return found;
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments)
      : arguments_(arguments) {}

  bool Parse() {
    bool only_places = false;
    while (at_ < arguments_.size()) {
      const std::string& argument = arguments_[at_++];
      if (only_places || argument.size() < 2 || argument[0] != '-') {
        options_.places.push_back(argument);
      } else if (argument == "--") {
        only_places = true;
      } else if (argument.starts_with("--")) {
        if (!ParseLong(argument)) return false;
      } else if (!ParseShort(argument)) {
        return false;
      }
    }
    return true;
  }

  Options& options() { return options_; }
  const std::string& error() const { return error_; }

 private:
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool ParseLong(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string spelling = argument.substr(0, equals);
    const Option* option = FindName(std::string_view(spelling).substr(2));
    if (option == nullptr) return Fail("unknown option '" + spelling + "'");
    std::optional<std::string> value;
    if (equals != std::string::npos) value = argument.substr(equals + 1);
    return Apply(*option, spelling, std::move(value));
  }

  // Letters may be joined: -fpie FILE.
  bool ParseShort(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const std::string spelling = std::string("-") + argument[i];
      const Option* option = FindLetter(argument[i]);
      if (option == nullptr) return Fail("unknown option '" + spelling + "'");
      std::optional<std::string> value;
      if (!option->value.empty() && i + 1 < argument.size()) {
        value = argument.substr(i + 1);
        i = argument.size();
      }
      if (!Apply(*option, spelling, std::move(value))) return false;
    }
    return true;
  }

  bool Apply(const Option& option, const std::string& spelling,
             std::optional<std::string> value) {
    if (option.value.empty()) {
      // binutils names the style of names here: --demangle=gnu-v3.
      if (value && option.flag != &Options::demangle)
        return Fail("option '" + spelling + "' takes no value");
      if (option.flag != nullptr) options_.*option.flag = true;
      return true;
    }
    if (!value) {
      if (at_ == arguments_.size())
        return Fail("option '" + spelling + "' needs a value");
      value = arguments_[at_++];
    }
    if (option.text != nullptr) options_.*option.text = *value;
    return true;
  }

  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
  Options options_;
  std::string error_;
};

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (!ExpandResponseFiles(arguments, error)) return std::nullopt;
  Parser parser(arguments);
  if (parser.Parse()) return std::move(parser.options());
  *error = parser.error();
  return std::nullopt;
}

std::string HelpText() {
  std::string text =
      "Usage: dwreloc-addr2line [OPTION]... [PLACE]...\n"
      "\n"
      "Prints the file and line of each place in the code of an ELF file, of\n"
      "kernel modules and object files, too.  Options and output are those of\n"
      "binutils' addr2line.  Without a PLACE, places are read from standard\n"
      "input, one per line, and answered one by one.\n"
      "\n"
      "A PLACE is an address in hexadecimal, SYMBOL+OFFSET, SECTION+OFFSET, "
      "or\n"
      "SYMBOL+OFFSET/SIZE as kernels print it, where SIZE tells functions of\n"
      "one name apart.\n"
      "\n";
  for (const Option& option : kOptions) {
    std::string line = "  ";
    line += option.letter == '\0' ? std::string("    ")
                                  : std::string("-") + option.letter + ", ";
    line += "--" + std::string(option.name);
    if (!option.value.empty()) line += "=" + std::string(option.value);
    line.resize(std::max<std::size_t>(line.size() + 1, 28), ' ');
    text += line + std::string(option.help) + "\n";
  }
  text +=
      "  @FILE                     read options from FILE\n"
      "\n"
      "Exit status: 0 if everything was read, 1 if something was bad or is "
      "not\n"
      "there, 2 for wrong usage.\n";
  return text;
}

}  // namespace dwreloc_tools
