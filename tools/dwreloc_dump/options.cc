// options.cc - see options.h.
#include "options.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "common/text.h"

namespace dwreloc_tools {
namespace {

// Decimal, or hexadecimal after 0x.
// Each reader of a value returns an empty string, or a text that says what it
// expected.

template <auto Member>
std::string ReadNumber(Options& options, std::string_view value) {
  std::uint64_t number = 0;
  if (!ParseNumber(value, &number)) return "a number such as 45 or 0x2d";
  options.*Member = number;
  return "";
}

std::string ReadRecordNs(Options& options, std::string_view value) {
  std::uint64_t number = 0;
  if (!ParseNumber(value, &number) || number > 1000000000)
    return "a number of nanoseconds, a second at most";
  options.record_ns = number;
  return "";
}

template <auto Member>
std::string ReadText(Options& options, std::string_view value) {
  options.*Member = std::string(value);
  return "";
}

std::string ReadOffset(Options& options, std::string_view value) {
  OffsetRange range{0, UINT64_MAX};
  const std::size_t dots = value.find("..");
  if (dots == std::string_view::npos) return "a range such as 0x10..0x20";
  const std::string_view begin = value.substr(0, dots);
  const std::string_view end = value.substr(dots + 2);
  if ((!begin.empty() && !ParseNumber(begin, &range.begin)) ||
      (!end.empty() && !ParseNumber(end, &range.end)))
    return "a range such as 0x10..0x20";
  if (range.begin > range.end)
    return "a range whose end is not below its begin";
  options.offset = range;
  return "";
}

std::string ReadPlace(Options& options, std::string_view value) {
  SectionPlacement place;
  if (!ParseSectionPlacement(value, &place))
    return "SECTION=ADDRESS such as .text=0xffffffffc0000000";
  options.places.push_back(std::move(place));
  return "";
}

template <typename Enum>
struct Choice {
  std::string_view word;
  Enum value;
};

template <typename Enum, std::size_t N>
std::string ReadChoice(const Choice<Enum> (&choices)[N], std::string_view value,
                       Enum* result) {
  std::string expected;
  for (const Choice<Enum>& choice : choices) {
    if (choice.word == value) {
      *result = choice.value;
      return "";
    }
    if (!expected.empty())
      expected += &choice == &choices[N - 1] ? " or " : ", ";
    expected += choice.word;
  }
  return expected;
}

std::string ReadAddresses(Options& options, std::string_view value) {
  static constexpr Choice<Addresses> kChoices[] = {
      {"symbolic", Addresses::kSymbolic},
      {"numeric", Addresses::kNumeric},
      {"both", Addresses::kBoth}};
  return ReadChoice(kChoices, value, &options.addresses);
}

std::string ReadFormat(Options& options, std::string_view value) {
  static constexpr Choice<Format> kChoices[] = {{"text", Format::kText},
                                                {"json", Format::kJson}};
  return ReadChoice(kChoices, value, &options.format);
}

// The number of processors that this process may use.
int ProcessorCount() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return CPU_COUNT(&set);
  // There are more than a cpu_set_t can hold.
  return static_cast<int>(std::thread::hardware_concurrency());
}

std::string ReadJobs(Options& options, std::string_view value) {
  constexpr std::uint64_t kMaxJobs = 1024;
  std::uint64_t jobs = 0;
  if (!ParseNumber(value, &jobs) || jobs > kMaxJobs)
    return "a number up to 1024, or 0 for that of the processors";
  options.jobs = static_cast<int>(jobs);
  if (jobs == 0)
    options.jobs = std::clamp(ProcessorCount(), 1, static_cast<int>(kMaxJobs));
  return "";
}

// A number of bytes: "1000", "512M".
std::string ReadMaxInput(Options& options, std::string_view value) {
  static constexpr std::pair<char, int> kUnits[] = {
      {'K', 10}, {'M', 20}, {'G', 30}, {'T', 40}};
  int shift = 0;
  for (const auto& [unit, unit_shift] : kUnits)
    if (value.ends_with(unit)) shift = unit_shift;
  if (shift != 0) value.remove_suffix(1);
  std::uint64_t number = 0;
  if (!ParseNumber(value, &number) || number > UINT64_MAX >> shift)
    return "a number of bytes, or one with K, M, G or T (of 1024)";
  options.max_input = number << shift;
  return "";
}

std::string ReadColor(Options& options, std::string_view value) {
  static constexpr Choice<Color> kChoices[] = {{"auto", Color::kAuto},
                                               {"always", Color::kAlways},
                                               {"never", Color::kNever}};
  return ReadChoice(kChoices, value, &options.color);
}

template <auto Member>
void Set(Options& options) {
  options.*Member = true;
}

struct Option {
  std::string_view name;
  std::string_view value;  // how --help names it; empty: takes no value
  std::string_view help;   // lines after the first are indented by HelpText
  std::function<void(Options&)> set;
  std::string (*read)(Options&, std::string_view value);
};

struct Group {
  std::string_view title;
  std::vector<Option> options;
};

// What --all prints, --all, and what it does not print.
std::vector<Option> SelectorOptions() {
  const std::span<const Selector> selectors = AllSelectors();
  std::vector<Option> options;
  const auto add = [&](bool is_in_all) {
    for (std::size_t i = 0; i < selectors.size(); ++i) {
      if (selectors[i].is_in_all != is_in_all) continue;
      options.push_back({selectors[i].name, "", selectors[i].help,
                         [i](Options& parsed) { parsed.selectors.set(i); },
                         nullptr});
    }
  };
  add(true);
  const auto select_all = [selectors](Options& parsed) {
    for (std::size_t i = 0; i < selectors.size(); ++i)
      if (selectors[i].is_in_all) parsed.selectors.set(i);
  };
  options.push_back({"all", "", "all of these", select_all, nullptr});
  add(false);
  return options;
}

bool IsSelected(const Options& options, std::string_view name) {
  const std::span<const Selector> selectors = AllSelectors();
  for (std::size_t i = 0; i < selectors.size(); ++i)
    if (selectors[i].name == name) return options.selectors.test(i);
  return false;
}

const std::vector<Group>& Groups() {
  static const std::vector<Group> groups = {
      {"Selectors", SelectorOptions()},
      {"As stored",
       {{"instructions", "",
         "with --lines: the instructions of line programs, instead\n"
         "of the rows that they make",
         Set<&Options::instructions>, nullptr},
        {"raw", "",
         "with --ranges and --locations: the entries of lists\n"
         "without their bases, where they are, and view numbers",
         Set<&Options::raw>, nullptr},
        {"explain", "",
         "with --relocs: one sentence for each record, on what a\n"
         "linker does with it",
         Set<&Options::explain>, nullptr},
        {"record-ns", "N",
         "with --footprint: one record takes N nanoseconds on the\n"
         "device",
         nullptr, ReadRecordNs}}},
      {"Filters",
       {{"unit", "OFF", "only the unit that holds offset OFF", nullptr,
         ReadNumber<&Options::unit>},
        {"die", "OFF", "only the DIE at offset OFF and what is below it",
         nullptr, ReadNumber<&Options::die>},
        {"name", "NAME",
         "only DIEs of that name and what is below them; symbols\n"
         "and records against symbols of that name",
         nullptr, ReadText<&Options::name>},
        {"section", "NAME", "only what is in sections of that name", nullptr,
         ReadText<&Options::section>},
        {"offset", "A..B", "only what is at offsets A <= offset < B", nullptr,
         ReadOffset}}},
      {"Other files",
       {{"dwo", "",
         "print the files with the split units of FILE too (.dwo,\n"
         ".dwp), each behind it",
         Set<&Options::dwo>, nullptr}}},
      {"Values",
       {{"offline", "",
         "lay the loaded sections out as libdwfl does, from 0x10000",
         Set<&Options::offline>, nullptr},
        {"place", "SECTION=ADDR",
         "say where a section is loaded, NAME or, of several of that\n"
         "name, NAME[INDEX]; may be repeated",
         nullptr, ReadPlace},
        {"place-from", "PATH",
         "say where sections are loaded as /sys/module/NAME/sections\n"
         "does, or a copy of it, or a file with a line \"NAME ADDRESS\"\n"
         "for each",
         nullptr, ReadText<&Options::place_from>},
        {"symbols-from", "FILE",
         "say where undefined symbols are, as /proc/kallsyms and\n"
         "System.map do",
         nullptr, ReadText<&Options::symbols_from>},
        {"addresses", "HOW",
         "symbolic, numeric or both (default: symbolic; numeric\n"
         "where something is placed)",
         nullptr, ReadAddresses}}},
      {"Output",
       {{"format", "HOW", "text (default) or json, one object per line",
         nullptr, ReadFormat},
        {"color", "WHEN", "auto (default), always or never", nullptr,
         ReadColor},
        {"jobs", "N",
         "read with N threads; 0: as many as there are processors\n"
         "(default: 1)",
         nullptr, ReadJobs},
        {"max-input", "SIZE",
         "the most memory that a compressed file or a pipe may take,\n"
         "in bytes or with K, M, G, T (default: 4G)",
         nullptr, ReadMaxInput},
        {"help", "", "print this text", Set<&Options::help>, nullptr},
        {"version", "", "print the version", Set<&Options::version>, nullptr}}},
  };
  return groups;
}

const Option* FindOption(std::string_view name) {
  for (const Group& group : Groups())
    for (const Option& option : group.options)
      if (option.name == name) return &option;
  return nullptr;
}

// Applies one "--name" or "--name=value"; returns an empty string or the error.
std::string Apply(Options& options, std::string_view argument) {
  const std::string quoted = "'" + std::string(argument) + "'";
  const std::size_t equals = argument.find('=');
  const std::string_view spelling = argument.substr(0, equals);
  const std::string_view name = spelling.substr(2);
  const Option* option = FindOption(name);
  if (option == nullptr) return "unknown option " + quoted;
  if (option->value.empty()) {
    if (equals != std::string_view::npos)
      return "option " + quoted + " takes no value";
    option->set(options);
    return "";
  }
  if (equals == std::string_view::npos)
    return "option " + quoted + " needs a value: --" +
           std::string(option->name) + "=" + std::string(option->value);
  const std::string expected =
      option->read(options, argument.substr(equals + 1));
  if (!expected.empty()) return "option " + quoted + ": expected " + expected;
  return "";
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  bool only_files = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (only_files || !argument.starts_with('-') || argument == "-") {
      options.files.emplace_back(argument);
      continue;
    }
    if (argument == "--") {
      only_files = true;
      continue;
    }
    if (!argument.starts_with("--")) {
      *error = "unknown option '" + std::string(argument) + "'";
      return std::nullopt;
    }
    *error = Apply(options, argument);
    if (!error->empty()) return std::nullopt;
  }
  if (options.selectors.none()) options.selectors.set(0);
  if (options.instructions && !IsSelected(options, "lines")) {
    *error = "option '--instructions' needs --lines";
    return std::nullopt;
  }
  if (options.raw && !IsSelected(options, "ranges") &&
      !IsSelected(options, "locations")) {
    *error = "option '--raw' needs --ranges or --locations";
    return std::nullopt;
  }
  if (options.explain && !IsSelected(options, "relocs") &&
      !IsSelected(options, "coverage")) {
    *error = "option '--explain' needs --relocs or --coverage";
    return std::nullopt;
  }
  if (options.record_ns && !IsSelected(options, "footprint")) {
    *error = "option '--record-ns' needs --footprint";
    return std::nullopt;
  }
  if (options.files.empty() && !options.help && !options.version) {
    *error = "no FILE given";
    return std::nullopt;
  }
  return options;
}

std::string HelpText() {
  constexpr std::size_t kColumn = 25;
  std::string text =
      "Usage: dwreloc-dump [SELECTORS] [OPTIONS] FILE...\n"
      "Prints the DWARF of relocatable (and other) ELF files; addresses stay\n"
      "symbol + addend until they are placed.  Of an archive (.a) every member "
      "is\n"
      "read; archive.a(member.o) names one.\n";
  for (const Group& group : Groups()) {
    text += "\n" + std::string(group.title) + ":\n";
    for (const Option& option : group.options) {
      std::string line = "  --" + std::string(option.name);
      if (!option.value.empty()) line += "=" + std::string(option.value);
      line.resize(std::max(line.size() + 1, kColumn), ' ');
      for (const char c : option.help) {
        line += c;
        if (c == '\n') line += std::string(kColumn, ' ');
      }
      text += line + "\n";
    }
  }
  text +=
      "\nNumbers are decimal, or hexadecimal after 0x.\n"
      "Exit status: 0 all read; 1 something in the input was bad, or a number\n"
      "was asked for that nobody could give (all else is printed); 2 usage.\n";
  return text;
}

}  // namespace dwreloc_tools
