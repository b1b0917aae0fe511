// places.cc - see places.h.
#include "dwreloc_addr2line/places.h"

#include <elf.h>

#include "common/answer.h"
#include "common/text.h"
#include "common/unique_addresses.h"

namespace dwreloc_tools {
Places::Places(dwreloc::File& file, const std::string& section)
    : file_(file),
      is_linked_(file.info().relocatable == 0),
      mask_(file.info().elf_class == 32 ? UINT32_MAX : UINT64_MAX) {
  if (!section.empty()) {
    if (const auto found = file.FindSection(section.c_str())) {
      section_ = found->index();
    } else {
      error_ = "no section " + section;
    }
  }
  if (is_linked_) return;
  PlaceUniquely(file);
  for (const dwreloc::Section& each : file.sections()) {
    if ((each.flags() & SHF_ALLOC) != 0)
      loaded_.push_back({each.index(), each.raw().file_size});
  }
}

void Places::Find(std::string_view text, Place* place) const {
  place->address = 0;
  place->candidates.clear();
  place->error.clear();
  text = Trim(text);
  if (const auto address = ParseHex(text)) {
    FindAddress(*address, place);
    return;
  }
  std::optional<std::uint64_t> size;
  if (const std::size_t slash = text.rfind('/');
      slash != std::string_view::npos) {
    size = ParseHex(text.substr(slash + 1));
    if (size) text = text.substr(0, slash);
  }
  std::uint64_t offset = 0;
  if (const std::size_t plus = text.rfind('+');
      plus != std::string_view::npos) {
    if (const auto number = ParseHex(text.substr(plus + 1))) {
      offset = *number;
      text = text.substr(0, plus);
    }
  }
  const std::string name(text);
  if (name.empty()) {
    place->error = "no address";
    return;
  }
  FindSymbol(name, offset, size, place);
  if (!place->candidates.empty()) return;
  if (const auto section = file_.FindSection(name.c_str())) {
    place->error.clear();
    place->address = offset + (is_linked_ ? section->raw().address : 0);
    AddSection(section->index(), offset, place);
  }
}

void Places::FindAddress(std::uint64_t address, Place* place) const {
  address &= mask_;
  place->address = address;
  if (section_) {
    AddSection(*section_, address, place);
  } else if (is_linked_) {
    place->candidates.push_back(dwreloc::Relocatable::Number(address));
  } else {
    for (const Loaded& section : loaded_)
      if (address < section.size) AddSection(section.index, address, place);
    if (!place->candidates.empty()) return;
    if (const auto found = file_.Locate(address))
      place->candidates.push_back(*found);
  }
}

void Places::FindSymbol(const std::string& name, std::uint64_t offset,
                        std::optional<std::uint64_t> size, Place* place) const {
  const NamedSymbols named = FindSymbols(file_, name.c_str(), size);
  for (const dwreloc::Symbol& symbol : named.symbols)
    place->candidates.push_back(
        file_.ValueOf(symbol.index(), static_cast<std::int64_t>(offset)));
  if (!named.symbols.empty())
    place->address = named.symbols.front().value() + offset;
  if (place->candidates.size() > 1) {
    place->error = std::to_string(place->candidates.size()) + " symbols are " +
                   "named " + name + ", the first one is meant";
    place->candidates.resize(1);
  } else if (place->candidates.empty()) {
    place->error = named.has_others ? "no symbol " + name + " has that size"
                                    : "no symbol or section " + name;
  }
}

void Places::AddSection(std::uint32_t section, std::uint64_t offset,
                        Place* place) const {
  place->candidates.push_back(file_.ValueAt(section, offset));
}

}  // namespace dwreloc_tools
