// placement.cc - see placement.h.
#include "common/placement.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "common/checked.h"
#include "common/placeable_sections.h"
#include "common/text.h"

namespace dwreloc_tools {
namespace {

class Placement {
 public:
  Placement(const PlacementOptions& options, dwreloc::File& file,
            const PlacementListener& listener)
      : options_(options), file_(file), listener_(listener) {}

  void Offline() {
    constexpr std::uint64_t kBase = 0x10000;  // libdwfl's
    std::uint64_t end = 0;
    Check(dwreloc_place_offline(file_.raw(), kBase, &end));
  }

  // A directory such as /sys/module/NAME/sections, or a file of lines.
  void SectionsFrom(const std::string& path) {
    struct stat info;
    if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      Placed(dwreloc_place_from_directory(file_.raw(), path.c_str()), path,
             "places no section of the file");
      return;
    }
    const std::optional<std::string> text = Read(path);
    if (!text) return;
    Placed(dwreloc_place_from_text(file_.raw(), text->data(), text->size()),
           path, "places no section of the file");
  }

  void SymbolsFrom(const std::string& path) {
    const std::optional<std::string> text = Read(path);
    if (!text) return;
    Placed(dwreloc_place_symbols_from_text(file_.raw(), text->data(),
                                           text->size()),
           path, "has none of the file's undefined symbols");
  }

  void Explicit() {
    const PlaceableSections sections(file_);
    for (const SectionPlacement& place : options_.places) {
      const PlaceableSections::Named named = sections.Find(place.section);
      if (!named.is_there)
        Complain("no section " + place.section + " to place");
      if (named.is_there && named.loaded.empty())
        Complain("section " + place.section +
                 " is not loaded: it has no place");
      for (const std::uint32_t index : named.loaded)
        Check(dwreloc_place_section(file_.raw(), index, place.address));
    }
    if (const auto overlap = file_.FindOverlap(); overlap.has_value()) {
      const std::string first = sections.Label(overlap->first);
      Complain("sections " + first + " and " + sections.Label(overlap->second) +
               " overlap where they are placed (--place=" + first +
               "=ADDR places the first alone)");
    }
  }

  void Complain(const std::string& text) { listener_.fact(text); }

 private:
  void Check(int result) {
    if (Checked(result) < 0) listener_.failure(dwreloc::Error::Last());
  }

  void Placed(int result, const std::string& path, const char* if_none) {
    Check(result);
    if (result == 0) Complain(path + " " + if_none);
  }

  std::optional<std::string> Read(const std::string& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.is_open() && !in.bad()) return text;
    Complain("cannot read " + path + ": " +
             std::strerror(errno != 0 ? errno : EIO));
    return std::nullopt;
  }

  const PlacementOptions& options_;
  dwreloc::File& file_;
  const PlacementListener& listener_;
};

}  // namespace

bool ParseSectionPlacement(std::string_view value, SectionPlacement* place) {
  // The last "=": a section's name may contain one.
  const std::size_t equals = value.rfind('=');
  if (equals == std::string_view::npos || equals == 0 ||
      !ParseNumber(value.substr(equals + 1), &place->address))
    return false;
  place->section = value.substr(0, equals);
  return true;
}

void PlaceAll(const PlacementOptions& options, dwreloc::File& file,
              const PlacementListener& listener) {
  Placement placement(options, file, listener);
  if (options.offline) placement.Offline();
  const bool is_linked = file.info().relocatable == 0;
  const char* const option = !options.place_from.empty()     ? "--place-from"
                             : !options.symbols_from.empty() ? "--symbols-from"
                             : !options.places.empty()       ? "--place"
                                                             : nullptr;
  if (option == nullptr) return;
  if (is_linked) {
    placement.Complain(std::string(option) +
                       ": the addresses of a linked file are final");
    return;
  }
  if (!options.place_from.empty()) placement.SectionsFrom(options.place_from);
  if (!options.symbols_from.empty()) {
    placement.SymbolsFrom(options.symbols_from);
  }
  if (!options.places.empty()) placement.Explicit();
}

}  // namespace dwreloc_tools
