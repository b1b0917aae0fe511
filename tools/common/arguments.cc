// arguments.cc - see arguments.h.
#include "common/arguments.h"

#include <cstddef>

#include "common/response_file.h"

namespace dwreloc_tools {
namespace {

// An argument that begins with a dash, taken apart.
struct Given {
  std::string argument;
  const Option* option = nullptr;
  bool has_value = false;
  std::string value;
};

Given TakeApart(const std::string& argument, std::span<const Option> options) {
  Given given = {.argument = argument, .value = {}};
  const std::size_t equals = argument.find('=');
  for (const Option& option : options) {
    if (argument.substr(0, equals) == option.name) {
      given.option = &option;
      given.has_value = equals != std::string::npos;
      if (given.has_value) given.value = argument.substr(equals + 1);
    } else if (!option.letter.empty() && argument[1] != '-' &&
               argument.starts_with(option.letter)) {
      given.option = &option;
      given.value = argument.substr(option.letter.size());
      given.has_value = !given.value.empty();
    }
  }
  return given;
}

std::string Apply(const Given& given) {
  const std::string quoted = "option '" + given.argument + "'";
  const std::string name = "option '" + std::string(given.option->name) + "'";
  if (const auto* take = std::get_if<TakeValue>(&given.option->effect)) {
    if (given.value.empty()) return name + " needs a value";
    const std::string expected = (*take)(given.value);
    return expected.empty() ? "" : quoted + ": expected " + expected;
  }
  if (given.has_value) return name + " takes no value";
  if (const auto* act = std::get_if<Do>(&given.option->effect))
    (*act)();
  else
    *std::get<bool*>(given.option->effect) = true;
  return "";
}

}  // namespace

std::string ParseArguments(int argc, const char* const* argv,
                           std::span<const Option> options,
                           std::vector<std::string>* files) {
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  std::string wrong;
  if (!ExpandResponseFiles(arguments, &wrong)) return wrong;
  bool only_files = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (only_files || argument.size() < 2 || argument[0] != '-') {
      files->push_back(argument);
      continue;
    }
    if (argument == "--") {
      only_files = true;
      continue;
    }
    Given given = TakeApart(argument, options);
    if (given.option == nullptr)
      return "unknown option '" + argument.substr(0, argument.find('=')) + "'";
    // "-o OUT".
    if (std::holds_alternative<TakeValue>(given.option->effect) &&
        !given.has_value && argument == given.option->letter &&
        i + 1 < arguments.size())
      given.value = arguments[++i];
    std::string error = Apply(given);
    if (!error.empty()) return error;
  }
  return "";
}

}  // namespace dwreloc_tools
