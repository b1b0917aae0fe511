// findings.cc - see findings.h.
#include "dwreloc_diff/findings.h"

#include <algorithm>
#include <utility>

#include "common/checked.h"
#include "common/output.h"

namespace dwreloc_tools {

std::string SectionName(const Dwreloc_Module* module, std::uint32_t section) {
  Dwreloc_Section found;
  if (section == DWRELOC_NO_SECTION || module == nullptr ||
      Checked(dwreloc_section(module, section, &found)) < 0)
    return "";
  return found.name;
}

std::string HexText(std::uint64_t value) {
  char text[18];
  return {text, PutHex(text, value)};
}

namespace {

// Long texts begin shortly before the first thing that they do not have in
// common, and end soon after it.
constexpr std::size_t kLongText = 300;

void Shorten(std::string& a, std::string& b) {
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (same < size && a[same] == b[same]) ++same;
  const std::size_t begin = a.rfind("; ", same);
  for (std::string* text : {&a, &b}) {
    if (begin != std::string::npos && text->size() > kLongText)
      text->replace(0, begin, "...");
    if (text->size() > kLongText) {
      text->resize(kLongText);
      text->append("...");
    }
  }
}

}  // namespace

void Findings::Add(Difference difference) {
  ++result_.difference_count;
  if (!WantsDifference()) return;
  std::string nothing;
  std::string& a = difference.a ? *difference.a : nothing;
  Shorten(a, difference.b ? *difference.b : nothing);
  result_.differences.push_back(std::move(difference));
}

void Findings::Keep(Trouble trouble) {
  ++result_.trouble_count;
  if (result_.troubles.size() < limit_)
    result_.troubles.push_back(std::move(trouble));
}

void Findings::AddError(int side, const dwreloc::Error& error) {
  if (error.code() == DWRELOC_E_NO_MEMORY) throw std::bad_alloc();
  Trouble trouble;
  trouble.file = side;
  trouble.text = error.what();
  trouble.section = SectionName(file(side).raw(), error.section());
  if (error.offset() != DWRELOC_NO_OFFSET) trouble.offset = error.offset();
  Keep(std::move(trouble));
}

void Findings::AddTrouble(int side, const Dwreloc_Module* module,
                          std::uint32_t section, std::uint64_t offset,
                          const std::string& text) {
  Trouble trouble;
  trouble.file = side;
  trouble.section = SectionName(module, section);
  trouble.text = file(side).info().name;
  if (!trouble.section.empty())
    trouble.text.append(": ").append(trouble.section);
  if (offset != DWRELOC_NO_OFFSET) {
    trouble.text.append("+").append(HexText(offset));
    trouble.offset = offset;
  }
  trouble.text.append(": ").append(text);
  Keep(std::move(trouble));
}

void Findings::AddBad(int side, const Dwreloc_Module* module,
                      std::uint32_t section, std::uint64_t offset,
                      const Dwreloc_Relocatable& value) {
  AddTrouble(side, module, section, offset, dwreloc::Relocatable(value).why());
}

}  // namespace dwreloc_tools
