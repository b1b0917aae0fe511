// What the handles and structures of dwreloc.h refer to, and the
// conversions between both sides.
//
// Structures that a caller allocates have the layout of the internal type
// (asserted here) or hold one in their opaque bytes.  A failure is kept per
// thread, with the file's and section's names added: here is the only place
// that knows them all.
// Tested by tests/api.

#ifndef LIBDWRELOC_CAPI_HANDLES_H_
#define LIBDWRELOC_CAPI_HANDLES_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/status.h"
#include "dwarf/lines/line.h"
#include "dwarf/lookup/names.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwreloc/dwreloc.h"
#include "module/module.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

// A structure of callbacks may be that of another release, with fewer members:
// the first release's is the smallest there can be.
inline constexpr char kSizeIsTooSmall[] = "has a `size` that is too small";
inline bool HasKnownSize(const Dwreloc_Callbacks& callbacks) {
  return callbacks.size >= offsetof(Dwreloc_Callbacks, find_file);
}
// Its members, those that it does not have being null.
inline Dwreloc_Callbacks KnownPart(const Dwreloc_Callbacks& callbacks) {
  Dwreloc_Callbacks known = {};
  std::memcpy(&known, &callbacks, std::min(callbacks.size, sizeof(known)));
  return known;
}

// The caller's callbacks.
class CallbackOracle final : public ModuleOracle {
 public:
  CallbackOracle(const Module& module, const Dwreloc_Callbacks& callbacks)
      : module_(module), callbacks_(callbacks) {}
  Answer SectionAddress(uint32_t section, uint64_t* address) override;
  Answer SymbolAddress(uint32_t symbol, uint64_t* address) override;
  Answer FindFile(const FileRequest& request, std::string* path) override;
  void Opened(const Module& other) override;
  void Digested(uint32_t section, uint64_t records) override;

 private:
  // What an event is about, besides a name.
  struct Subject {
    uint32_t section = kNoSection;
    uint32_t symbol = kNoSymbol;
    uint64_t records = 0;
  };
  void Tell(const Module& module, Dwreloc_Event_Kind kind, const char* name,
            Subject subject) const;

  const Module& module_;
  const Dwreloc_Callbacks callbacks_;
};

// Handles --------------------------------------------------------------------

inline Dwreloc_Module* Wrap(Module* module) {
  return reinterpret_cast<Dwreloc_Module*>(module);
}
inline const Dwreloc_Module* Wrap(const Module* module) {
  return reinterpret_cast<const Dwreloc_Module*>(module);
}
inline Module& Unwrap(Dwreloc_Module* module) {
  return *reinterpret_cast<Module*>(module);
}
inline const Module& Unwrap(const Dwreloc_Module* module) {
  return *reinterpret_cast<const Module*>(module);
}
inline const Dwreloc_Unit* Wrap(const Unit* unit) {
  return reinterpret_cast<const Dwreloc_Unit*>(unit);
}
inline const Unit& Unwrap(const Dwreloc_Unit* unit) {
  return *reinterpret_cast<const Unit*>(unit);
}
inline const Dwreloc_Line_Table* Wrap(const LineTable* table) {
  return reinterpret_cast<const Dwreloc_Line_Table*>(table);
}
inline const LineTable& Unwrap(const Dwreloc_Line_Table* table) {
  return *reinterpret_cast<const LineTable*>(table);
}
inline const Dwreloc_Name_Index* Wrap(const NameIndex* index) {
  return reinterpret_cast<const Dwreloc_Name_Index*>(index);
}
inline const NameIndex& Unwrap(const Dwreloc_Name_Index* index) {
  return *reinterpret_cast<const NameIndex*>(index);
}
inline const Module& ModuleOf(const DwarfSections& sections) {
  return Module::Of(sections);
}
inline const Module& ModuleOf(const Unit& unit) {
  return ModuleOf(unit.sections());
}

// Structures of equal layout -------------------------------------------------

static_assert(sizeof(Dwreloc_Die) == sizeof(Die));
static_assert(offsetof(Dwreloc_Die, attributes_offset) ==
              offsetof(Die, attributes_offset));
static_assert(offsetof(Dwreloc_Die, has_children) ==
              offsetof(Die, has_children));
static_assert(sizeof(Dwreloc_Die_Entry) == sizeof(DieEntry));
static_assert(offsetof(Dwreloc_Die_Entry, depth) == offsetof(DieEntry, depth));
static_assert(offsetof(Dwreloc_Die_Entry, attribute_count) ==
              offsetof(DieEntry, attribute_count));
static_assert(sizeof(Dwreloc_Attribute) == sizeof(Attribute));
static_assert(offsetof(Dwreloc_Attribute, data) == offsetof(Attribute, data));
static_assert(offsetof(Dwreloc_Attribute, form) == offsetof(Attribute, form));
static_assert(offsetof(Dwreloc_Attribute, symbol) ==
              offsetof(Attribute, symbol));
static_assert(offsetof(Dwreloc_Attribute, section) ==
              offsetof(Attribute, section));

inline const Die& Unwrap(const Dwreloc_Die* die) {
  return *reinterpret_cast<const Die*>(die);
}
inline Die* Unwrap(Dwreloc_Die* die) { return reinterpret_cast<Die*>(die); }
inline DieEntry* Unwrap(Dwreloc_Die_Entry* entries) {
  return reinterpret_cast<DieEntry*>(entries);
}
inline const Attribute& Unwrap(const Dwreloc_Attribute* attribute) {
  return *reinterpret_cast<const Attribute*>(attribute);
}
inline Attribute* Unwrap(Dwreloc_Attribute* attribute) {
  return reinterpret_cast<Attribute*>(attribute);
}

// A Dwreloc_Relocatable is the module's address and a RelocValue.
static_assert(sizeof(Dwreloc_Relocatable) ==
              sizeof(void*) + sizeof(RelocValue));
static_assert(offsetof(Dwreloc_Relocatable, value) ==
              sizeof(void*) + offsetof(RelocValue, value));
static_assert(offsetof(Dwreloc_Relocatable, detail) ==
              sizeof(void*) + offsetof(RelocValue, detail));
static_assert(offsetof(Dwreloc_Relocatable, has_record) ==
              sizeof(void*) + offsetof(RelocValue, has_record));

inline Dwreloc_Relocatable Wrap(const Module& module, const RelocValue& value) {
  Dwreloc_Relocatable result;
  result.module = Wrap(&module);
  std::memcpy(&result.value, &value, sizeof(value));
  return result;
}
// The same for `value` plus a number, given `width` as its width.
inline void Give(const Module& module, const RelocValue& value, uint64_t number,
                 uint8_t width, Dwreloc_Relocatable* to) {
  to->module = Wrap(&module);
  to->value = value.value + number;
  constexpr size_t kAfterValue = offsetof(RelocValue, section);
  std::memcpy(&to->section, &value.section, sizeof(value) - kAfterValue);
  to->width = width;
}
// Member by member, for a caller may have written anything into it.
inline RelocValue Unwrap(const Dwreloc_Relocatable& value) {
  return RelocValue{.value = value.value,
                    .section = value.section,
                    .symbol = value.symbol,
                    .detail = value.detail,
                    .kind = static_cast<RelocKind>(value.kind),
                    .error = static_cast<ErrorCode>(value.error),
                    .width = value.width,
                    .has_record = value.has_record != 0};
}

// Writes a text and a NUL as far as they fit `size` bytes.
void CopyText(std::string_view text, char* buffer, size_t size);

// The place that a caller means by a pc: a number in an unlinked file is looked
// up among its sections' places.
RelocValue PcOf(const Module& module, const Dwreloc_Relocatable& pc);
// What a call returns that found nothing there: 0, or a failure if the pc is a
// number and no section has a place, so that it cannot be anywhere.
int NothingAt(const Module& module, const Dwreloc_Relocatable& pc);

// Readers in opaque bytes ----------------------------------------------------

// The first word of the opaque bytes tells whether there is a reader in the
// others: a caller's memory may hold anything.
inline constexpr uint64_t kBegun = 0x6e756765;

// Storage from now on without a reader: every _begin starts with that, so that
// one that fails leaves none.
template <typename Storage>
void Clear(Storage* storage) {
  storage->opaque[0] = 0;
}
// Where the reader is to be made.
template <typename Reader, typename Storage>
void* Prepare(Storage* storage) {
  static_assert(sizeof(Reader) <=
                sizeof(storage->opaque) - sizeof(storage->opaque[0]));
  static_assert(alignof(Reader) <= alignof(Storage));
  static_assert(std::is_trivially_copyable_v<Reader>);
  static_assert(std::is_trivially_destructible_v<Reader>);
  storage->opaque[0] = kBegun;
  return storage->opaque + 1;
}
// The caller's storage is never destroyed and may be copied bytewise.
template <typename Reader, typename Storage>
Reader* Emplace(Storage* storage, Reader reader) {
  return new (Prepare<Reader>(storage)) Reader(reader);
}
// The reader in it, or nullptr if none was begun.
template <typename Reader, typename Storage>
Reader* In(Storage* storage) {
  if (storage->opaque[0] != kBegun) [[unlikely]]
    return nullptr;
  return std::launder(reinterpret_cast<Reader*>(storage->opaque + 1));
}

// Failures -------------------------------------------------------------------

// Remembers the failure for dwreloc_error and returns its code.
int Fail(const Module& module, const absl::Status& status);
int Fail(const Module& module, ErrorCode code, const char* text);
// `module` may be nullptr; `file` names one that could not be opened.
int Fail(const Dwreloc_Module* module, const absl::Status& status,
         const char* file = nullptr);
int Fail(const Dwreloc_Module* module, ErrorCode code, const char* text);
// The failure of a call that an exception has left, to be called where it is
// caught: DWRELOC_E_NO_MEMORY, or what a callback threw.  Every function of
// dwreloc.h that returns a code has a function-try-block for it; without an
// exception that costs nothing.
int FailCaught();
// The same for the reader of a datum, whose place becomes that of a failure
// that has none: a table that is not there.
int FailAt(const Module& module, SectionPlace place,
           const absl::Status& status);
int FailAt(const Unit& unit, const absl::Status& status);
int FailAt(const Die& die, const absl::Status& status);
int FailAt(const Attribute& attribute, const absl::Status& status);

Dwreloc_Symbol DescribeSymbol(const Module& module, uint32_t index);
void DescribeSection(const Module& module, uint32_t index,
                     Dwreloc_Section* section);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_CAPI_HANDLES_H_
