// admit.cc - see admit.h.
#include "dwreloc_compress/admit.h"

#include <dwreloc/dwarf.h>
#include <elf.h>

#include <cstdint>
#include <set>
#include <string_view>

#include "dwreloc_compress/info_sections.h"

namespace dwreloc_tools::compress {
namespace {

// Sections that are read, written, or do not refer to any of these.
bool IsKnown(std::string_view name) {
  constexpr std::string_view kKnown[] = {
      ".debug_abbrev",      ".debug_addr",         ".debug_aranges",
      ".debug_frame",       ".debug_info",         ".debug_line",
      ".debug_line_str",    ".debug_loc",          ".debug_loclists",
      ".debug_macinfo",     ".debug_macro",        ".debug_pubnames",
      ".debug_pubtypes",    ".debug_gnu_pubnames", ".debug_gnu_pubtypes",
      ".debug_ranges",      ".debug_rnglists",     ".debug_str",
      ".debug_str_offsets", ".debug_types",        ".debug_gdb_scripts",
      ".debug_sup"};
  for (const std::string_view known : kKnown)
    if (name == known) return true;
  return false;
}

std::string WhyNotSections(const dwreloc::File& file) {
  std::set<std::string_view> names;
  bool has_info = false;
  for (const dwreloc::Section section : file.sections()) {
    const std::string name(section.name());
    if (name.starts_with(".zdebug"))
      return name + " is compressed in the old way of GNU";
    // It holds places of units, and nothing here makes one.
    if (name == ".gdb_index") return name + ": it would have to be made anew";
    if (!name.starts_with(".debug")) continue;
    if (!IsKnown(name))
      return name + ": it is not known what this section holds";
    // What refers to it is not written anew.
    if (!section.is_debug() && name != ".debug_gdb_scripts")
      return name + " is loaded";
    // Macros of one header, in a group for all files that include it; types.
    const bool is_in_group = section.raw().group != DWRELOC_NO_SECTION;
    if (name == ".debug_macro" || (HoldsUnits(name) && is_in_group)) continue;
    if (is_in_group) return name + " is in a section group";
    if (!names.insert(section.name()).second)
      return "there are several sections " + name;
    has_info |= name == ".debug_info" && section.raw().file_size > 0;
  }
  return has_info ? "" : "there is no .debug_info";
}

}  // namespace

std::string WhyNot(const dwreloc::File& file) {
  const dwreloc::FileInfo info = file.info();
  if (info.e_type != ET_REL && info.e_type != ET_EXEC && info.e_type != ET_DYN)
    return "it is neither an object nor a program";
  if (info.relocatable != 0 && info.machine_known == 0)
    return "its machine is not known";
  if (file.signature()) return "it is signed";
  std::string why = WhyNotSections(file);
  if (!why.empty()) return why;
  for (const dwreloc::Unit unit : file.units()) {
    const std::uint8_t type = unit.info().unit_type;
    if (type != DW_UT_compile && type != DW_UT_partial && type != DW_UT_type)
      return "it has units of split files";
  }
  if (IsCommonFile(file)) return "it is a common file, others refer to it";
  return "";
}

bool IsCommonFile(const dwreloc::File& file) {
  bool has_units = false;
  for (const dwreloc::Unit unit : file.units()) {
    has_units = true;
    if (unit.die().tag() != DW_TAG_partial_unit) return false;
  }
  return has_units;
}

bool HasSupplement(const dwreloc::File& file) {
  for (const dwreloc::Section section : file.sections()) {
    const auto link = file.link(section.index());
    if (link && link->kind != DWRELOC_LINK_DEBUGLINK) return true;
  }
  return false;
}

}  // namespace dwreloc_tools::compress
