// Macro information: .debug_macro (DWARF 5 6.3, 7.23, and GNU's version 4 of
// it) and .debug_macinfo (DWARF 4 6.3, 7.22).
//
// A macro unit is a list of operations that ends with a 0; only the requested
// operation is read.  Compilers put the definitions of a header file into a
// section of its own, in a COMDAT group, and import it: such a unit is named by
// section and offset, and entered only on request.
// Invariant: operations are returned up to the first that cannot be read.
// Tested by tests/unit/dwarf/macro_test.cc.

#ifndef LIBDWRELOC_DWARF_MACROS_MACRO_H_
#define LIBDWRELOC_DWARF_MACROS_MACRO_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "dwarf/tree/unit.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Operations by meaning, independent of where their string is stored.
enum class MacroKind : uint8_t {
  kDefine = 1,
  kUndef = 2,
  kStartFile = 3,
  kEndFile = 4,
  kImport = 5,
  kVendor = 6,  // DW_MACINFO_vendor_ext, or one that the header describes
};

// What the operand of an operation is.
enum class MacroOperand : uint8_t {
  kNone,
  kString,     // the offset of a string in the same section
  kStrp,       // an offset in .debug_str
  kStrx,       // an index into .debug_str_offsets
  kUnit,       // an offset in .debug_macro
  kSupString,  // offsets in the supplementary file: in its .debug_str,
  kSupUnit,    // in its .debug_macro
};

struct MacroHeader {
  SectionPlace place;
  uint64_t first = 0;  // offset of the first operation
  // kNoOffset: there is none.
  uint64_t opcode_operands_table = kNoOffset;
  std::optional<RelocValue> debug_line_offset;
  uint16_t version = 0;  // 4 or 5; 0: .debug_macinfo, which has no header
  uint8_t flags = 0;
  Format format = Format::kDwarf32;
  Family family = Family::kPlain;
};

struct MacroEntry {
  const Unit* unit = nullptr;  // the unit these macros belong to, if known
  uint64_t offset = 0;         // of the opcode in its section
  uint64_t line = 0;           // of define, undef, start_file
  uint64_t file = 0;           // start_file: its number in the line table
  RelocValue operand;
  uint32_t section = kNoSection;
  uint32_t depth = 0;         // files open at this point
  uint32_t import_depth = 0;  // imports followed to get there
  uint16_t version = 0;       // of its macro unit
  uint8_t opcode = 0;
  MacroKind kind = MacroKind::kVendor;
  MacroOperand operand_kind = MacroOperand::kNone;
};

// "DW_MACRO_define_strp", "DW_MACRO_GNU_...", "DW_MACINFO_..."; or nullptr.
const char* MacroOpName(uint16_t version, uint64_t opcode);

// The macro's name and text, for an operation that has one.
absl::StatusOr<std::string_view> MacroStringOf(const DwarfSections& sections,
                                               const MacroEntry& entry);
// The macro unit that an import stands for.
absl::StatusOr<SectionPlace> ImportPlaceOf(const DwarfSections& sections,
                                           const MacroEntry& entry);

// Reads the operations of one macro unit.  Borrows sections and unit.  Not to
// be shared between threads.
class MacroReader {
 public:
  MacroReader() = default;

  // For the macro unit that a unit's root DIE refers to, if it does.
  static absl::StatusOr<std::optional<MacroReader>> OfUnit(const Unit& unit);
  // For the macro unit at that place.  `unit` is the one whose macros these
  // are, for its string indices, or nullptr.
  static absl::StatusOr<MacroReader> At(const DwarfSections& sections,
                                        SectionPlace place, const Unit* unit,
                                        RelocObserver* observer = nullptr);

  const DwarfSections& sections() const { return *sections_; }
  const MacroHeader& header() const { return header_; }
  const Unit* unit() const { return unit_; }
  // The offset of the next operation; past the end if there are no more.
  uint64_t next_offset() const { return cursor_.offset(); }

  // Also returns the operations of each imported unit, after the import.  A
  // unit that is already being read, or that cannot be begun, is not entered.
  void set_follows_imports(bool follows) { follows_imports_ = follows; }

  // Reads the next operation.  Returns false at the end or on an error; see
  // status().
  bool Next(MacroEntry* entry);
  bool ok() const { return cursor_.ok() && failure_ == Failure::kNone; }
  absl::Status status() const;

  // The line number program in which files are counted; nothing if the header
  // does not say.
  absl::StatusOr<std::optional<SectionPlace>> LinePlace() const;

 private:
  enum class Failure : uint8_t {
    kNone,
    kNoEnd,
    kUnknownOpcode,
    kUnknownForm,
    kNesting,
    kTooMany,
  };
  // An import that is being followed.
  struct Frame {
    SectionPlace importer;  // the macro unit
    uint64_t next = 0;      // the operation after the import
  };
  // Units that compilers import do not import others.
  static constexpr uint32_t kMaxImportDepth = 16;

  absl::Status Begin(SectionPlace place, RelocObserver* observer);
  absl::Status ReadHeader();
  RelocValue ReadOffset();
  void ReadOperation(MacroEntry* entry);
  void ReadString(MacroEntry* entry);
  void SkipVendor(MacroEntry* entry);
  void Follow(const MacroEntry& entry);
  bool Return();
  void Fail(Failure failure, uint64_t offset, uint64_t number);

  const DwarfSections* sections_ = nullptr;
  const Unit* unit_ = nullptr;
  MacroHeader header_;
  RelocCursor cursor_;
  Frame frames_[kMaxImportDepth];
  uint32_t import_depth_ = 0;
  uint32_t depth_ = 0;
  uint32_t followed_entries_ = 0;
  bool follows_imports_ = false;
  bool is_done_ = false;
  Failure failure_ = Failure::kNone;
  uint64_t failure_offset_ = 0;
  uint64_t failure_number_ = 0;  // the opcode or form
};

// Where a macro unit begins, from `offset` on, after the zeros left by
// alignment.  None if there is nothing but zeros.  An empty unit of
// .debug_macinfo is itself a 0: it can only be found by a reference to it.
std::optional<uint64_t> NextMacroUnit(const SectionView& view, SectionId id,
                                      uint64_t offset);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_MACROS_MACRO_H_
