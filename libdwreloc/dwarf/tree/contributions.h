// Arrays of entries that units refer to by index: .debug_addr and
// .debug_str_offsets (DWARF 5 7.26, 7.27).
//
// Each unit has a contribution of its own, with a header since DWARF 5.  Before
// that, in the sections of GNU split DWARF, there are only entries.  Looking up
// an entry needs no header (DW_AT_addr_base and similar attributes point past
// it), so headers are read only when whole tables are.
// Invariant: base and end lie inside the section, a whole number of entries
// apart.
// Tested by tests/unit/dwarf/contributions_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_CONTRIBUTIONS_H_
#define LIBDWRELOC_DWARF_TREE_CONTRIBUTIONS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "base/status.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/unit.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

struct Contribution {
  SectionPlace place;         // of the header
  uint64_t base = 0;          // of the first entry
  uint64_t count = 0;         // of entries
  uint64_t next = kNoOffset;  // first byte after it; kNoOffset: unknown
  uint16_t version = 0;       // 5; 0: there is no header
  uint8_t entry_size = 0;     // an address or an offset
  Format format = Format::kDwarf32;
  SectionName name;
};

// How a section's entries are to be read if it has no headers.
struct TableLayout {
  bool has_headers = true;
  Encoding encoding;
  // Where the next table begins; one without a header ends there. kNoOffset:
  // unknown.
  uint64_t end = kNoOffset;
};

// The layout that the units of that family imply.
TableLayout LayoutOf(const DebugInfo& info, Family family);

// Reads the contribution at a place.  On an error `next` is still set if the
// contribution's length, or the start of the next one, is known.
absl::Status ReadContribution(const DwarfSections& sections, SectionPlace place,
                              const TableLayout& layout, Contribution* table,
                              RelocObserver* observer = nullptr);

// Where the tables of a section are: the ones that units refer to are known,
// the others follow each other.  Immutable, hence thread-safe.
class ContributionIndex {
 public:
  explicit ContributionIndex(const DebugInfo& info);

  struct Start {
    uint64_t offset = 0;
    TableLayout layout;
  };
  // The first table from `from` on, after the zeros left by alignment; none at
  // the end of the section.
  std::optional<Start> Next(SectionPlace from) const;

 private:
  void Add(const Unit& unit, SectionId id, uint64_t base);

  const DebugInfo& info_;
  TableLayout layouts_[3];  // by Family
  // By section, in order.
  HashMap<uint32_t, std::vector<Start>> known_;
};

// A cursor over all entries, each to be read with Value(entry_size).
inline RelocCursor EntriesOf(const SectionView& view,
                             const Contribution& table) {
  RelocCursor cursor(view, table.base,
                     table.base + table.count * table.entry_size);
  cursor.set_field(table.name.id == SectionId::kDebugAddr
                       ? "debug_addr entry"
                       : "debug_str_offsets entry");
  return cursor;
}

// A cursor at entry `index`, `width` bytes wide, of the entries that begin at
// `base`; `what` is for the message: "address".
absl::StatusOr<RelocCursor> CursorAtEntry(const SectionView& view,
                                          uint64_t base, uint64_t index,
                                          int width, std::string_view what);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_CONTRIBUTIONS_H_
