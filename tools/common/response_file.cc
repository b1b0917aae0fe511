// response_file.cc - see response_file.h.
#include "common/response_file.h"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace dwreloc_tools {
namespace {

constexpr int kMostFiles = 2000;  // as binutils has it

std::optional<std::string> Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  return text;
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quote == '\0' && IsSpace(c)) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == '\\' && i + 1 < text.size()) {
      *word += text[++i];
    } else if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      *word += c;
    }
  }
  if (word) words.push_back(*word);
  return words;
}

}  // namespace

bool ExpandResponseFiles(std::vector<std::string>& arguments,
                         std::string* error) {
  int files = 0;
  for (std::size_t i = 0; i < arguments.size();) {
    if (arguments[i].size() < 2 || arguments[i][0] != '@') {
      ++i;
      continue;
    }
    const std::optional<std::string> text = Read(arguments[i].substr(1));
    if (!text) {
      ++i;
      continue;
    }
    if (++files > kMostFiles) {
      *error = "'" + arguments[i] + "': files of options name one another";
      return false;
    }
    const std::vector<std::string> words = Words(*text);
    const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    arguments.insert(arguments.erase(at), words.begin(), words.end());
  }
  return true;
}

}  // namespace dwreloc_tools
