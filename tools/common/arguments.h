// arguments.h - the command lines of the programs that have a few options each.
//
// "--name", "--name=VALUE", "-n", "-nVALUE", "-n VALUE"; "--" ends the options;
// "-" is a file. "@FILE" stands for what is in it (response_file.h).
// Tested by tests/cli/compress_test.py, materialize_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_ARGUMENTS_H_
#define DWRELOC_TOOLS_COMMON_ARGUMENTS_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dwreloc_tools {

// Takes a value; returns an empty string, or what was expected instead.
using TakeValue = std::function<std::string(const std::string& value)>;
using Do = std::function<void()>;

struct Option {
  std::string_view name;    // "--output"
  std::string_view letter;  // "-o", or empty
  // Without a value: what becomes true, or is done.
  std::variant<bool*, Do, TakeValue> effect;
};

// Stores the value of an option.
inline TakeValue StoreIn(std::string* text) {
  return [text](const std::string& value) {
    *text = value;
    return std::string();
  };
}
inline TakeValue AddTo(std::vector<std::string>* texts) {
  return [texts](const std::string& value) {
    texts->push_back(value);
    return std::string();
  };
}

// Returns an empty string, or what is wrong.
std::string ParseArguments(int argc, const char* const* argv,
                           std::span<const Option> options,
                           std::vector<std::string>* files);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_ARGUMENTS_H_
