#include "capi/arguments.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {
namespace {

bool IsAddressSize(int size) { return size == 2 || size == 4 || size == 8; }

constexpr int kLastError = -DWRELOC_E_NO_SKELETON;

// Has the module what the value counts from?
const char* FaultOfBase(const Dwreloc_Relocatable& value) {
  const Module& module = Unwrap(value.module);
  const bool has_section = value.section < module.file().section_count();
  const bool has_symbol = value.symbol < module.symbols().count();
  constexpr const char* kNoSuchSection =
      "is in a section that its module does not have";
  constexpr const char* kNoSuchSymbol =
      "is relative to a symbol that its module does not have";
  switch (static_cast<RelocKind>(value.kind)) {
    case RelocKind::kConstant:
      return nullptr;
    case RelocKind::kSection:
      return has_section ? nullptr : kNoSuchSection;
    case RelocKind::kUndefined:
      return has_symbol ? nullptr : kNoSuchSymbol;
    case RelocKind::kTls:
      if (value.section == DWRELOC_NO_SECTION) {
        return has_symbol ? nullptr : kNoSuchSymbol;
      }
      return has_section ? nullptr : kNoSuchSection;
    case RelocKind::kDifference:
      return has_symbol && value.detail < module.symbols().count()
                 ? nullptr
                 : kNoSuchSymbol;
    case RelocKind::kBad:
      return value.error != 0 && value.error <= kLastError
                 ? nullptr
                 : "has an error code that there is not";
  }
  return "is of a kind that there is not";
}

}  // namespace

int BadArgument(const char* function, const char* argument, const char* what) {
  return Fail(nullptr,
              MakeError(ErrorCode::kInvalidArgument,
                        absl::StrCat(function, ": `", argument, "` ", what)));
}

int NullArgument(const char* function, const char* names, int first) {
  std::string_view rest(names);
  for (; first > 0; --first) rest.remove_prefix(rest.find(", ") + 2);
  const std::string name(rest.substr(0, rest.find(',')));
  return BadArgument(function, name.c_str(), "is NULL");
}

bool IsFilled(const Dwreloc_Expression& expression) {
  return expression.unit != nullptr || (expression.module != nullptr &&
                                        IsAddressSize(expression.address_size));
}

bool IsFilled(const Dwreloc_Cfi_Entry& entry) {
  return entry.module != nullptr && IsAddressSize(entry.address_size) &&
         IsKnownPointerEncoding(entry.fde_encoding);
}

const char* FaultOf(const Dwreloc_Relocatable& value) {
  if (value.module != nullptr) return FaultOfBase(value);
  // A number needs no module.  One that was made has no section and no symbol;
  // a structure full of zeros has number 0 of both.
  const bool is_number = value.kind == DWRELOC_CONSTANT &&
                         value.section == DWRELOC_NO_SECTION &&
                         value.symbol == DWRELOC_NO_SYMBOL;
  return is_number ? nullptr : "was not filled in";
}

const char* FaultOf(const Dwreloc_Relocatable& value, const Module& module) {
  if (const char* fault = FaultOf(value); fault != nullptr) return fault;
  return value.module == nullptr || value.module == Wrap(&module)
             ? nullptr
             : "is of another module";
}

const char* FaultOf(const Dwreloc_Relocatable& value, const Unit& unit) {
  const char* fault = FaultOf(value, ModuleOf(unit));
  return fault == nullptr || !unit.is_split()
             ? fault
             : FaultOf(value, ModuleOf(unit.address_unit()));
}

}  // namespace dwreloc::internal
