// html_report.cc - see html_report.h.
#include "dwreloc_compress/html_report.h"

#include <dwreloc/dwreloc.h>

#include "common/quote.h"

namespace dwreloc_tools::compress {
namespace {

// JSON that can stand in a script of HTML.
std::string Quoted(std::string_view text) {
  std::string quoted;
  for (const char c : JsonString(text)) {
    if (c == '<')
      quoted += "\\u003c";
    else
      quoted += c;
  }
  return quoted;
}

std::string Numbers(const SizeChange& size) {
  return std::to_string(size.before) + "," + std::to_string(size.after);
}

// Puts a comma where there is something before.
void Separate(std::string& json) {
  if (!json.empty() && json.back() != '[') json += ',';
}

}  // namespace

std::size_t HtmlReport::TagNumber(std::uint16_t tag) {
  const auto [found, is_new] = numbers_.try_emplace(tag, tags_.size());
  if (is_new) tags_.push_back(tag);
  return found->second;
}

void HtmlReport::Add(const std::string& path, const Footprint& footprint) {
  Separate(files_);
  files_ += "{\"path\":" + Quoted(path) + ",\"sections\":[";
  for (const auto& [name, size] : footprint.sections) {
    Separate(files_);
    files_ += "[" + Quoted(name) + "," + Numbers(size) + "]";
  }
  files_ += "],\"units\":[";
  for (const UnitFootprint& unit : footprint.units) {
    Separate(files_);
    files_ += "[" + Quoted(unit.name) + "," + Numbers(unit.size) + ",[";
    for (const auto& [tag, size] : unit.entries) {
      Separate(files_);
      files_ +=
          "[" + std::to_string(TagNumber(tag)) + "," + Numbers(size) + "]";
    }
    files_ += "]]";
  }
  files_ += "]}";
}

std::string HtmlReport::Page() const {
  std::string page(kPageBeforeData);
  page += "{\"files\":[" + files_ + "],\"tags\":[";
  for (const std::uint16_t tag : tags_) {
    Separate(page);
    const char* const name = dwreloc_tag_name(tag);
    page += Quoted(name != nullptr ? name : "tag " + std::to_string(tag));
  }
  page += "]}";
  page += kPageAfterData;
  return page;
}

}  // namespace dwreloc_tools::compress
