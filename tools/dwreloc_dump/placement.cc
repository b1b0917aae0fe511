// placement.cc - see placement.h.
#include "placement.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "common/checked.h"
#include "placeable_sections.h"

namespace dwreloc_tools {
namespace {

class Placement {
 public:
  Placement(const Options& options, dwreloc::File& file,
            std::vector<Complaint>& complaints)
      : options_(options), file_(file), complaints_(complaints) {}

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

  void Complain(std::string text) {
    complaints_.push_back(
        [text = std::move(text)](Report& report) { report.Fact({}, text); });
  }

 private:
  void Check(int result) {
    if (Checked(result) >= 0) return;
    complaints_.push_back([error = dwreloc::Error::Last()](Report& report) {
      report.Failure(error);
    });
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

  const Options& options_;
  dwreloc::File& file_;
  std::vector<Complaint>& complaints_;
};

}  // namespace

void PlaceAll(const Options& options, dwreloc::File& file,
              std::vector<Complaint>& complaints) {
  Placement placement(options, file, complaints);
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
