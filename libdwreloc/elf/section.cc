#include "elf/section.h"

#include <algorithm>
#include <iterator>

namespace dwreloc::internal {
namespace {

struct KnownSection {
  std::string_view suffix;  // after ".debug_"
  SectionId id;
};

// In the order of SectionId.
constexpr KnownSection kKnownSections[] = {
    {"abbrev", SectionId::kDebugAbbrev},
    {"addr", SectionId::kDebugAddr},
    {"aranges", SectionId::kDebugAranges},
    {"frame", SectionId::kDebugFrame},
    {"info", SectionId::kDebugInfo},
    {"line", SectionId::kDebugLine},
    {"line_str", SectionId::kDebugLineStr},
    {"loc", SectionId::kDebugLoc},
    {"loclists", SectionId::kDebugLoclists},
    {"macinfo", SectionId::kDebugMacinfo},
    {"macro", SectionId::kDebugMacro},
    {"names", SectionId::kDebugNames},
    {"pubnames", SectionId::kDebugPubnames},
    {"pubtypes", SectionId::kDebugPubtypes},
    {"gnu_pubnames", SectionId::kDebugGnuPubnames},
    {"gnu_pubtypes", SectionId::kDebugGnuPubtypes},
    {"ranges", SectionId::kDebugRanges},
    {"rnglists", SectionId::kDebugRnglists},
    {"str", SectionId::kDebugStr},
    {"str_offsets", SectionId::kDebugStrOffsets},
    {"sup", SectionId::kDebugSup},
    {"types", SectionId::kDebugTypes},
    {"cu_index", SectionId::kDebugCuIndex},
    {"tu_index", SectionId::kDebugTuIndex},
};

constexpr std::string_view kFullNames[] = {
    "",
    ".debug_abbrev",
    ".debug_addr",
    ".debug_aranges",
    ".debug_frame",
    ".debug_info",
    ".debug_line",
    ".debug_line_str",
    ".debug_loc",
    ".debug_loclists",
    ".debug_macinfo",
    ".debug_macro",
    ".debug_names",
    ".debug_pubnames",
    ".debug_pubtypes",
    ".debug_gnu_pubnames",
    ".debug_gnu_pubtypes",
    ".debug_ranges",
    ".debug_rnglists",
    ".debug_str",
    ".debug_str_offsets",
    ".debug_sup",
    ".debug_types",
    ".debug_cu_index",
    ".debug_tu_index",
    ".eh_frame",
    "",
};
static_assert(std::size(kFullNames) ==
              static_cast<size_t>(SectionId::kDebugOther) + 1);

}  // namespace

SectionName ClassifySectionName(std::string_view name) {
  SectionName result;
  if (name == ".eh_frame") {
    result.id = SectionId::kEhFrame;
    return result;
  }
  constexpr std::string_view kLtoPrefix = ".gnu.debuglto_";
  if (name.starts_with(kLtoPrefix)) {
    result.family = Family::kLto;
    name.remove_prefix(kLtoPrefix.size());
  }
  if (name.starts_with(".debug_")) {
    name.remove_prefix(7);
  } else if (name.starts_with(".zdebug_")) {
    name.remove_prefix(8);
    result.zdebug = true;
  } else {
    return SectionName();
  }
  constexpr std::string_view kDwoSuffix = ".dwo";
  if (name.ends_with(kDwoSuffix)) {
    result.family = Family::kDwo;
    name.remove_suffix(kDwoSuffix.size());
  }
  const auto* known = std::find_if(
      std::begin(kKnownSections), std::end(kKnownSections),
      [name](const KnownSection& entry) { return entry.suffix == name; });
  result.id =
      known == std::end(kKnownSections) ? SectionId::kDebugOther : known->id;
  return result;
}

bool IsSectionNamed(std::string_view name, std::string_view wanted) {
  constexpr std::string_view kCompressed = ".zdebug_";
  constexpr std::string_view kPlain = ".debug_";
  return name == wanted ||
         (name.starts_with(kCompressed) && wanted.starts_with(kPlain) &&
          name.substr(kCompressed.size()) == wanted.substr(kPlain.size()));
}

std::string_view SectionIdName(SectionId id) {
  return kFullNames[static_cast<size_t>(id)];
}

}  // namespace dwreloc::internal
