// The debug sections of a file, ready to be read: contents and digested
// relocations, each on first use.
//
// This is where a reader gets its SectionView.  Requesting one section reads
// only that section; its relocations are digested when data that they apply to
// are first read.  A file may hold several sections of one kind (COMDAT groups)
// and several sets of them (Family): a unit's own section is known by index,
// the others are looked up in its family.
// Tested by tests/unit/dwarf/sections_test.cc.

#ifndef LIBDWRELOC_DWARF_SECTIONS_H_
#define LIBDWRELOC_DWARF_SECTIONS_H_

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/lazy.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"
#include "reloc/lazy_digest.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {

class DebugInfo;

// Knows the file that several others share part of their DWARF in (DWARF 5
// 7.3.6; dwz), and opens it on first need.
class SupplementarySource {
 public:
  virtual absl::StatusOr<const DebugInfo*> Supplementary() const = 0;

 protected:
  ~SupplementarySource() = default;
};

// What the digests made so far have cost.
struct DigestStats {
  uint64_t sections = 0;
  uint64_t records = 0;
  uint64_t static_records = 0;  // whose values are numbers
  uint64_t sorted = 0;          // digests of records that were not in order
  uint64_t bytes = 0;
};

// Borrows the ElfFile; owns the digests.  Thread-safe except for DropDigests.
class DwarfSections {
 public:
  // Without a `source` nothing is found in a supplementary file.  `main`: the
  // stripped file whose debug file this is, or nullptr.
  explicit DwarfSections(const ElfFile& file,
                         const SupplementarySource* source = nullptr,
                         const ElfFile* main = nullptr);

  const ElfFile& file() const { return file_; }
  const SymbolTable& symbols() const { return symbols_; }
  const RelocSections& reloc_sections() const { return reloc_sections_; }
  const Machine* machine() const { return machine_; }
  const RelocContext& context() const { return context_; }
  // nullptr if there is none; see dwarf/tree/supplementary.h.
  const SupplementarySource* supplementary() const { return supplementary_; }
  // nullptr removes it.  REQUIRES: no other thread reads.
  void set_digest_listener(DigestListener* listener) {
    digest_listener_ = listener;
  }

  // Contents and relocations of a debug section.
  const absl::StatusOr<SectionView>& View(uint32_t index) const;
  // The primary section of that kind; kNotFound if there is none.
  const absl::StatusOr<SectionView>& View(SectionId id, Family family) const;
  uint32_t Find(SectionId id, Family family) const;
  // What the debug section holds; kNone for any other section.
  SectionName NameOf(uint32_t index) const;

  // The place that an offset into a section of that kind stands for.  A number
  // counts in the primary section of the family; an offset in any other one
  // (COMDAT groups) is relative to it.  Units are in both .debug_info and
  // .debug_types.
  absl::StatusOr<SectionPlace> PlaceOf(const RelocValue& offset, SectionId id,
                                       Family family) const;

  // The string at `offset` of a string section.
  absl::StatusOr<std::string_view> String(SectionId id, Family family,
                                          uint64_t offset) const;

  // The same for any section that holds strings.
  absl::StatusOr<std::string_view> String(SectionPlace place) const;

  // The same for the first string that begins at `offset`, without its length
  // and without errors: nullptr if String has to be called instead.
  const char* PeekString(SectionId id, Family family, uint64_t offset) const {
    const absl::StatusOr<StringSection>* strings = Strings(id, family).Peek();
    if (strings == nullptr || !strings->ok() ||
        offset >= (*strings)->terminated) [[unlikely]] {
      return nullptr;
    }
    return reinterpret_cast<const char*>((*strings)->bytes.data()) + offset;
  }

  // The primary section of strings as it is in the file; empty if it is
  // compressed.  Nothing is read.
  Bytes StringsInFile(Family family) const;

  // Returns the digest of a section if it has been made, else nullptr; never
  // makes one.
  const RelocTable* PeekDigest(uint32_t index) const;
  // Digests every section that holds DWARF; not .eh_frame, whose reader digests
  // it.  Goes on after an error and returns the last one.
  absl::Status DigestAll() const;
  // The same for one of them; its error is left to DigestAll.
  void Digest(uint32_t section) const;
  // The sections that DigestAll digests; large ones repeatedly, for as many
  // threads as can share them.
  std::vector<uint32_t> DigestParts() const;
  DigestStats digest_stats() const;
  // Returns what the existing digests could not use, by number, or nullptr.
  // Requesting one after the other costs one pass over all sections in total;
  // what is digested in the meantime may then be missed until number 0 is
  // requested again.
  const RelocDiagnostic* FindDiagnostic(size_t number, uint32_t* section) const;
  // Drops every digest; views stay valid, cursors do not.
  void DropDigests();

 private:
  struct Slot {
    Lazy<absl::StatusOr<SectionView>> view;
    std::unique_ptr<LazyDigest> relocs;  // written under `view`
  };

  // A string section's bytes, kept at hand: millions of strings are read.
  struct StringSection {
    uint32_t index = kNoSection;
    Bytes bytes;
    uint64_t terminated = 0;  // strings that begin before this have their NUL
  };
  using LazyStrings = Lazy<absl::StatusOr<StringSection>>;

  const LazyStrings& Strings(SectionId id, Family family) const {
    return strings_[id == SectionId::kDebugLineStr ? 1 : 0]
                   [static_cast<int>(family)];
  }
  Slot& SlotOf(const DebugSection& section) const;
  const Slot* FindSlot(uint32_t index) const;
  const absl::StatusOr<SectionView>& ViewOf(const DebugSection* section) const;
  const absl::StatusOr<StringSection>& FindStrings(SectionId id,
                                                   Family family) const;
  absl::StatusOr<SectionView> MakeView(uint32_t index, Slot& slot) const;
  absl::StatusOr<std::string_view> StringIn(SectionPlace place,
                                            Bytes bytes) const;

  const ElfFile& file_;
  const SupplementarySource* const supplementary_;
  DigestListener* digest_listener_ = nullptr;
  const SymbolTable symbols_;
  const RelocSections reloc_sections_;
  const Machine* const machine_;
  const RelocContext context_;
  const absl::StatusOr<SectionView> not_a_debug_section_;
  // One per entry of file_.debug_sections(), in the same order.
  mutable std::vector<Slot> slots_;
  // Where the last search for a diagnostic ended: the slot, and the number of
  // its first diagnostic.
  mutable std::mutex diagnostics_mutex_;
  mutable size_t diagnostics_slot_ = 0;
  mutable size_t diagnostics_first_ = 0;
  // .debug_str and .debug_line_str of each Family.
  LazyStrings strings_[2][3];
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_SECTIONS_H_
