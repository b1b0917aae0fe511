// The full read: everything that can have a relocation record, once.
//
// Every reader of the library reads all that there is to read, each with the
// same observer, or, of DIEs, so that what it would have heard is known.  So
// the listener is told of every datum that records supply (see
// read/reloc_observer.h for what that promises), together with its owner: what
// the readers were reading then.  What several refer to (lists, line
// tables, macro units) belongs to the first of them.
// Tested by tests/unit/module/owners_test.cc and, over real modules,
// tests/modules.

#ifndef LIBDWRELOC_AUDIT_FULL_READ_H_
#define LIBDWRELOC_AUDIT_FULL_READ_H_

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "base/status.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/lines/line.h"
#include "dwarf/lists/list.h"
#include "dwarf/lookup/lookup_set.h"
#include "dwarf/lookup/names.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "module/module.h"
#include "read/reloc_observer.h"

namespace dwreloc::internal {

// A field that consumed a record.
struct Owner {
  const char* field = nullptr;  // static text; nullptr: none
  uint64_t unit = kNoOffset;    // header of the unit or table
  uint64_t die = kNoOffset;
  uint64_t list = kNoOffset;      // list or line table
  uint32_t section = kNoSection;  // of unit and die
  uint16_t attribute = 0;
};

// What a full read tells.
class ReadListener {
 public:
  virtual ~ReadListener() = default;
  // A datum that records supply.
  virtual void OnDatum(const RelocatedDatum& /*datum*/,
                       const Owner& /*owner*/) {}
  // All data of the unit's DIEs have been told.  Returns false if nothing more
  // is to be read.
  virtual bool OnUnitRead(const Unit& /*unit*/) { return true; }
  // Something that cannot be read to its end.
  virtual void OnError(const absl::Status& /*error*/) {}
  // Every attribute of every DIE; some may be left out for a listener that does
  // not need to hear of them.
  virtual void OnAttribute(const Attribute& /*attribute*/) {}
  virtual bool HearsAttributes() const { return true; }
};

// The records that a full read is for: those of one section, or of all debug
// sections (kNoSection), whose r_offset is in [from, to); kNoOffset: all from
// there on.
struct ReadScope {
  uint32_t section = kNoSection;
  uint64_t from = 0;
  uint64_t to = kNoOffset;

  bool is_bounded() const { return from != 0 || to != kNoOffset; }
  bool EndsBefore(uint64_t offset) const {
    return offset >= to && to != kNoOffset;
  }
  bool Overlaps(uint64_t begin, uint64_t end) const {
    return !EndsBefore(begin) && end > from;
  }
};

// Borrows the module and the listener.
class FullReader final : public RelocObserver {
 public:
  // A read may be done in two halves: no section has data in both.  What is
  // wrong with headers of units is told in each.
  enum class Half {
    kBoth,
    kDies,  // DIEs, with their expressions and lists
    kRest,
  };

  // What has no record in scope may be left out, with its errors and
  // attributes; some other data are told, too.
  FullReader(const Module& module, ReadListener& listener, ReadScope scope = {},
             Half half = Half::kBoth);

  // To be called once.
  void Run();

  // Returns true if the data of such a section are found with the DIEs.
  static bool IsReadWithDies(const SectionName& name) {
    return (PartOf(name) & kDieParts) != 0;
  }

  void OnRelocated(const RelocatedDatum& datum) override;

 private:
  using Place = std::pair<uint32_t, uint64_t>;

  // What the records of a section are read with.
  using Parts = uint32_t;
  enum Part : Parts {
    kDies = 1 << 0,
    kLists = 1 << 1,
    kLines = 1 << 2,
    kMacros = 1 << 3,
    kFrames = 1 << 4,
    kTables = 1 << 5,  // .debug_addr, .debug_str_offsets
    kSets = 1 << 6,    // .debug_aranges, .debug_pubnames and similar ones
    kNames = 1 << 7,
    kAll = (1 << 8) - 1,  // of a section of an unknown kind
  };
  static constexpr Parts kDieParts = kDies | kLists;
  static Part PartOf(const SectionName& name);
  Parts PartsInScope() const;
  static Parts PartsOf(Half half);
  bool HasRecords(uint32_t section) const;
  bool Reads(Part part) const { return (parts_ & part) != 0; }
  bool ReadsIndex(uint32_t section) const {
    return in_scope_ == kAll || scope_.section == kNoSection ||
           scope_.section == section;
  }
  bool ReadsSection(const DebugSection& section) const {
    return ReadsIndex(section.index) && Reads(PartOf(section.name));
  }
  // Returns true if the DIEs of the unit are to be read.
  bool ReadsDies(const Unit& unit) const;

  void Tell(const absl::Status& status);
  // Returns true if no list entry there has been read.
  bool IsUnreadEntry(const SectionView& view, uint64_t offset);

  // full_read_units.cc
  void ReadDies(const Unit& unit);
  bool ReadSomeDies(DieWalk& walk);
  bool ReadObserved(DieWalk& walk, size_t count);
  void ReadOwned(std::span<const DieEntry> dies, const Attribute* attributes);
  // Of what is read next: the header of a unit, or an attribute of a DIE there.
  void SetOwner(const Unit& unit, uint64_t die = kNoOffset,
                uint16_t attribute = 0);
  void ReadAttribute(const Attribute& attribute);
  void ReadList(const Unit& unit, ListReader& list);
  void ReadSkeletonLists();
  void ReadListsFrom(const Unit& skeleton, Place base, uint64_t end);
  void ReadListTable(const Unit& skeleton);
  void ReadSkeletonList(const Unit& skeleton, ListReader& list,
                        uint16_t attribute);
  void ReadExpression(Encoding encoding, const SectionView& view,
                      uint64_t offset, uint64_t size, int nesting);

  // full_read_tables.cc
  void ReadLines(const Unit& unit);
  void ReadLoneLines(const DebugSection& section);
  void ReadLineTable(const LineTableContext& context, DebugLineOffset offset);
  void ReadMacroSection(uint32_t section);
  uint64_t ReadMacros(SectionPlace place);
  void ReadMacrosOfUnits();
  void ReadFrames(const DebugSection& section);
  void ReadInstructions(const SectionView& view, const CfiEntry& entry);
  void ReadTable(const DebugSection& section);

  // full_read_lookup.cc
  void ReadLookupTables();
  template <typename Reader, typename Item>
  void ReadSets(uint32_t section);
  void ReadNames(const NameIndex& index);
  void ReadHeaders(const DebugSection& section);

  const Module& module_;
  ReadListener& listener_;
  const ReadScope scope_;
  const Parts in_scope_;
  const Parts parts_;  // of them, those of this half
  Owner owner_;        // of what is being read
  // DIEs that are read at once.
  std::array<DieEntry, 32> dies_;
  std::array<Attribute, 256> attributes_;
  // Tells the set while sets are read.
  const LookupSets* sets_ = nullptr;
  HashSet<Place> read_;  // line tables and macro units
  // List entries, a bit for each byte of a section up to the last one read.
  HashMap<uint32_t, std::vector<bool>> read_entries_;
  std::vector<bool>* entries_ = nullptr;  // those of the last section
  uint32_t entries_section_ = kNoSection;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_FULL_READ_H_
