// A module: one open file and everything read of it.
//
// It owns the ELF image, the digests, the units, the line tables and the
// places; all else is a view borrowed from it.  Opening reads the ELF header;
// every part comes on first use.
// Tested by tests/unit/module/module_test.cc.

#ifndef LIBDWRELOC_MODULE_MODULE_H_
#define LIBDWRELOC_MODULE_MODULE_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/lazy.h"
#include "base/lazy_map.h"
#include "base/status.h"
#include "dwarf/frames/cfi_index.h"
#include "dwarf/lines/line.h"
#include "dwarf/lines/line_program.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/names.h"
#include "dwarf/macros/macro.h"
#include "dwarf/sections.h"
#include "dwarf/tree/abbrev_walk.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/unit.h"
#include "elf/elf_file.h"
#include "elf/section_match.h"
#include "module/debug_directories.h"
#include "module/split_files.h"
#include "module/supplementary_file.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

class Module;

// Knows what the file itself does not say: where its sections and symbols are,
// and where the other files are that it refers to.
class ModuleOracle : public PlacementOracle, public FileFinder {
 public:
  virtual ~ModuleOracle() = default;
  // Told what the module does: it reads another file, or has digested one of
  // its sections.
  virtual void Opened(const Module& other) = 0;
  virtual void Digested(uint32_t section, uint64_t records) = 0;
};

// What a layer above keeps of a module, for as long as the module lives or
// until it is trimmed.
class ModuleCompanion {
 public:
  virtual ~ModuleCompanion() = default;
};

// What surrounds a module, all of which outlives it.
struct ModuleContext {
  // Has the skeletons of the file's split units; nullptr: the file itself.
  const DebugInfo* skeletons = nullptr;
  // The stripped file whose debug file this is, or nullptr.
  const ElfFile* main_file = nullptr;
  // Where other files are searched for.
  const DebugDirectories* directories = &DebugDirectories::Usual();
  // Opens a supplementary file, or finds it among those that other modules have
  // opened; empty: it is this module's alone.
  SupplementaryFile::OpenFile open_supplementary{};
};

// Thread-safe for reading; see Resolver for placing.  SetOracle and Trim need
// the module to themselves.
class Module {
 public:
  explicit Module(std::unique_ptr<const ElfFile> file,
                  ModuleContext context = {});
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  // Modules by path, each opened once, when it is needed.
  using ByPath = LazyMap<std::string, absl::StatusOr<std::unique_ptr<Module>>>;
  // The units of the file at a path.
  static absl::StatusOr<const DebugInfo*> OpenIn(const ByPath& modules,
                                                 const std::string& path,
                                                 const ModuleContext& context);

  // The module that the sections belong to, which must be those of one.
  static const Module& Of(const DwarfSections& sections) {
    return static_cast<const Sections&>(sections).module;
  }

  const ElfFile& file() const { return *file_; }
  // The stripped file whose debug file this is, or nullptr.
  const ElfFile* main_file() const { return context_.main_file; }
  // The same section of the stripped file, or kNoSection.
  uint32_t SectionInMain(uint32_t section) const;
  const DwarfSections& sections() const { return parts().sections; }
  const SymbolTable& symbols() const { return sections().symbols(); }
  const DebugInfo& info() const { return parts().info; }
  const DebugNames& names() const { return parts().names; }
  // Sorted on first use.
  const ArangeIndex& aranges() const;
  // Where the tables of .debug_addr and .debug_str_offsets are.
  const ContributionIndex& contributions() const {
    const Parts& p = parts();
    return p.contributions.Get([&p] { return ContributionIndex(p.info); });
  }
  // Where units say that tables of .debug_abbrev are.
  const AbbrevStarts& abbrev_starts() const { return parts().abbrev_starts; }
  const Resolver& resolver() const { return parts().resolver; }
  Resolver& resolver() { return parts().resolver; }

  // Which FDE covers a place.
  const CfiIndex& cfi_index() const {
    const Parts& p = parts();
    return p.cfi_index.Get([&p] { return CfiIndex(p.sections); });
  }

  // Gives back what can be had again from the file: the digests, and the pages
  // of the file that were read.
  void Trim();

  // Asks it from now on, and nobody if it is nullptr.  Forgets all answers and
  // places; other files that were not found are searched for again.
  void SetOracle(std::unique_ptr<ModuleOracle> oracle);

  // The files that hold the split units of this one's skeletons.
  const SplitFiles& split_files() const { return parts().split_files; }
  // The file that this one and others share part of their DWARF in.
  const SupplementaryFile& supplementary() const {
    return parts().supplementary;
  }

  // The companion, made by make() on first use: a std::unique_ptr.
  template <typename Make>
  const ModuleCompanion& Companion(Make&& make) const {
    return *parts().companion.Get(
        [&]() -> std::unique_ptr<const ModuleCompanion> { return make(); });
  }

  // A copy of a text that is made, not found in the file, for as long as the
  // module lives.  Each text is kept once.
  const char* Keep(std::string text) const;

  // The line table of a unit, or nullptr if it has none.  That of a split
  // compile unit is its skeleton's.
  absl::StatusOr<const LineTable*> LineTableOf(const Unit& unit) const;
  // The one at a place, whether a unit refers to it or not.
  absl::StatusOr<const LineTable*> LineTableAt(SectionPlace place) const;
  // The one whose files macros are in, or nullptr if that is unknown.
  absl::StatusOr<const LineTable*> LineTableOf(const MacroReader& macros) const;

  // The row of the unit's line table that covers an address.
  absl::StatusOr<std::optional<LineRow>> FindRow(
      const Unit& unit, const RelocValue& address) const;

 private:
  struct Sections final : public DwarfSections {
    Sections(const Module& owner, const SupplementaryFile& supplementary)
        : DwarfSections(owner.file(), &supplementary, owner.main_file()),
          module(owner) {}
    const Module& module;
  };

  // By section and offset.
  using LineTables = LazyMap<std::pair<uint32_t, uint64_t>,
                             absl::StatusOr<std::unique_ptr<const LineTable>>>;

  // Tells the oracle of digests.
  class Teller final : public DigestListener {
   public:
    explicit Teller(const Module& module) : module_(module) {}
    void Digested(uint32_t section, const RelocTable& table) override;

   private:
    const Module& module_;
  };

  // All that is read of the file.  Thousands of modules may be open of which
  // few are read: what these do not need is not made for them.
  struct Parts {
    explicit Parts(const Module& owner);
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    // Asks that one from now on, and forgets what was answered.
    void SetOracle(ModuleOracle* oracle);

    Teller teller;
    Lazy<SectionMatch> main_sections;
    SupplementaryFile supplementary;
    Sections sections;
    const DebugInfo info;
    const AbbrevStarts abbrev_starts{info};
    const DebugNames names;
    Lazy<ArangeIndex> aranges;
    Lazy<ContributionIndex> contributions;
    Resolver resolver;
    Lazy<CfiIndex> cfi_index;
    // Type units share their table.
    LineTables line_tables;
    mutable std::atomic<uint64_t> line_table_bytes = 0;  // of all of these
    // Of those that were asked for by place, and which units refer to them.
    LineTables placed_line_tables;
    Lazy<HashMap<std::pair<uint32_t, uint64_t>, const Unit*>> line_units;
    mutable std::mutex texts_mutex;
    mutable std::set<std::string> texts;
    SplitFiles split_files;
    // These borrow from this one.
    ByPath split_modules;
    ByPath supplementary_modules;  // that are this module's alone
    // The last member: it borrows from all of these.
    Lazy<std::unique_ptr<const ModuleCompanion>> companion;
  };
  Parts& parts() const {
    return *parts_.Get([this] { return std::make_unique<Parts>(*this); });
  }

  // Tells the oracle of a file that could be opened.
  absl::StatusOr<const DebugInfo*> Announce(
      absl::StatusOr<const DebugInfo*> other) const;

  // The one at an offset of the unit's.
  absl::StatusOr<const LineTable*> LineTableAt(const Unit& unit,
                                               DebugLineOffset offset) const;
  // The section that such an offset is in.
  uint32_t LineSectionOf(const Unit& unit, DebugLineOffset offset) const;
  // DW_AT_comp_dir of the unit that refers to a table.
  std::string_view CompDirOf(const LineTable& table) const;

  const std::unique_ptr<const ElfFile> file_;
  const ModuleContext context_;
  std::unique_ptr<ModuleOracle> oracle_;
  // The last member: they borrow from all of these.
  Lazy<std::unique_ptr<Parts>> parts_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_MODULE_H_
