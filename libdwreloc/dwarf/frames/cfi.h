// Call frame information: CIEs and FDEs of .debug_frame (DWARF 5 6.4, 7.24) and
// of .eh_frame (LSB 10.6).
//
// A section is read entry by entry, and nothing of it is kept: an FDE comes
// with its CIE, which is read again if it differs from that of the previous
// FDE; the CIE may be in another section of the same name.  The instructions
// after the header are decoded by dwarf/frames/cfi_instructions.  An entry that
// cannot be read is an error of its own; reading continues after it if its
// length is known.
// Invariant: an entry that was read lies inside its section, its instructions
// inside the entry.
// Tested by tests/unit/dwarf/cfi_test.cc.

#ifndef LIBDWRELOC_DWARF_FRAMES_CFI_H_
#define LIBDWRELOC_DWARF_FRAMES_CFI_H_

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "dwarf/constants.h"
#include "dwarf/sections.h"
#include "read/encoding.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Returns true for .debug_frame and .eh_frame, of any family.
bool IsFrameSection(const SectionName& name);

// A Common Information Entry, with the standards' names.
struct Cie {
  uint32_t section = kNoSection;
  uint64_t offset = kNoOffset;
  uint64_t end = 0;
  uint64_t instructions = 0;  // initial_instructions: from here to `end`
  Encoding encoding;          // of all entries that use it
  uint8_t segment_selector_size = 0;
  uint8_t fde_encoding = DW_EH_PE_absptr;        // "R"
  uint8_t lsda_encoding = DW_EH_PE_omit;         // "L"
  uint8_t personality_encoding = DW_EH_PE_omit;  // "P"
  bool has_augmentation_data = false;            // "z"
  bool is_signal_frame = false;                  // "S"
  bool is_b_key_frame = false;                   // "B", AArch64
  bool is_mte_tagged_frame = false;              // "G", AArch64
  // With a "z" augmentation: the first unknown letter.  Its data and those of
  // later letters cannot be interpreted.
  char unknown_augmentation = '\0';
  // With any other augmentation: false if it is unknown.  Then what follows it
  // is unknown as well, and neither CIE nor FDEs have instructions.
  bool is_understood = true;
  std::string_view augmentation;
  uint64_t augmentation_data = 0;  // offset of the data
  uint64_t augmentation_size = 0;
  uint64_t code_alignment_factor = 1;
  int64_t data_alignment_factor = 1;
  uint64_t return_address_register = 0;
  RelocValue personality;  // the routine, or where its address is stored
};

// A Frame Description Entry.
struct Fde {
  uint64_t offset = kNoOffset;
  uint64_t end = 0;
  uint64_t instructions = 0;  // from here to `end`
  RelocValue initial_location;
  RelocValue address_range;
  RelocValue lsda;  // language-specific data area
  bool has_lsda = false;
  bool has_null_lsda = false;  // the pointer is present, and null
  uint64_t augmentation_data = 0;
  uint64_t augmentation_size = 0;
};

struct CfiEntry {
  bool is_cie = false;
  Cie cie;  // for an FDE, the one that it names
  Fde fde;
};

// The entries of one frame section in order.  Borrows the sections.  Not to be
// shared between threads.
class CfiReader {
 public:
  CfiReader() = default;
  // Fails for a section that is not .debug_frame or .eh_frame.
  static absl::StatusOr<CfiReader> Of(const DwarfSections& sections,
                                      uint32_t section, uint64_t offset = 0);

  const DwarfSections& sections() const { return *sections_; }
  const SectionView& view() const { return *view_; }
  bool is_eh_frame() const { return is_eh_frame_; }
  // The offset of the next entry.
  uint64_t offset() const { return cursor_.offset(); }

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }

  // Reads the next entry; returns false at the end.  An error is that of one
  // entry: the next call continues after it, or reports the end if its length
  // is unknown.
  absl::StatusOr<bool> Next(CfiEntry* entry);

 private:
  // The part of a header that distinguishes CIE and FDE.
  struct Start {
    uint64_t offset;
    uint64_t end;
    Format format;
    bool is_cie;
    SectionPlace cie;  // for an FDE
  };

  void SkipTerminators();
  absl::Status ReadStart(RelocCursor& cursor, Start* start);
  absl::Status ReadCie(RelocCursor& cursor, const Start& start, Cie* cie);
  absl::Status ReadVersion(RelocCursor& cursor, Cie* cie);
  absl::Status ReadAugmentation(RelocCursor& cursor, Cie* cie);
  absl::Status ReadFde(RelocCursor& cursor, const Start& start,
                       CfiEntry* entry);
  absl::Status FindCie(const Start& start, Cie* cie);
  absl::Status ReadNamedCie(SectionPlace place, Cie* cie);
  absl::Status ReadEncoding(RelocCursor& cursor, uint8_t* encoding) const;
  absl::Status Error(ErrorCode code, uint64_t offset,
                     std::string_view text) const;

  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  RelocCursor cursor_;
  bool is_eh_frame_ = false;
  bool is_primary_ = false;  // the primary one of its name
  Cie cie_;                  // the last one read; no offset if there is none
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FRAMES_CFI_H_
