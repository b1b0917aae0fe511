// findings.cc - see findings.h.
#include "dwreloc_diff/findings.h"

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
