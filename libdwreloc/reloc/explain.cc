#include "reloc/explain.h"

#include <elf.h>

#include <string_view>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

std::string TypeName(const Machine* machine, uint32_t type) {
  const char* name = FindHowto(machine, type).name;
  return name == nullptr ? absl::StrCat(type) : name;
}

// The rule that is broken; "" if the error's own text says everything.
std::string_view Rule(RelocFault fault) {
  switch (fault) {
    case RelocFault::kOverlap:
      return "overlaps another record";
    case RelocFault::kSymbolIndex:
      return "its symbol index is beyond the symbol table";
    case RelocFault::kSymbolTable:
      return "its symbols are not of the file's symbol table";
    case RelocFault::kSymbolSection:
      return "its symbol is in no section of the file";
    case RelocFault::kBeyondSection:
      return "its field ends beyond the section";
    case RelocFault::kNoContents:
      return "the bytes that hold its addend cannot be read";
    case RelocFault::kSequence:
      return "it cannot be taken together with the others at its place";
    case RelocFault::kOtherField:
      return "it writes other bytes than those of the value";
    case RelocFault::kOtherFile:
      return "its symbol is of another file than the bounds";
    case RelocFault::kFromItsPlace:
      return "it counts from its own place, and the value does not";
    case RelocFault::kFromGot:
      return "counts from the GOT, which an unlinked file does not have";
    case RelocFault::kFromGp:
      return "counts from the global pointer, which an unlinked file does not "
             "have";
    case RelocFault::kNone:
      break;
  }
  return "";
}

bool HasBase(RelocFault fault) {
  return fault == RelocFault::kFromGot || fault == RelocFault::kFromGp;
}

// The rule with details beyond the fault.
std::string RuleOf(const RelocContext& context, const RelocValue& value) {
  std::string rule(Rule(value.fault()));
  switch (value.fault()) {
    case RelocFault::kOverlap:
      return absl::StrCat("overlaps the record at 0x", absl::Hex(value.value));
    case RelocFault::kSymbolIndex:
      return absl::StrCat("its symbol index ", value.symbol,
                          " is beyond the symbol table of ",
                          context.symbols.count());
    case RelocFault::kSymbolSection: {
      if (value.symbol >= context.symbols.count()) return rule;
      const Symbol symbol = context.symbols.Get(value.symbol);
      return absl::StrCat(
          "its symbol ", SymbolName(context, value.symbol), " is in section ",
          symbol.section == kNoSection ? symbol.st_shndx : symbol.section,
          ", which the file does not have");
    }
    default:
      return rule;
  }
}

std::string DescribeBad(const RelocContext& context, const RelocValue& value) {
  const std::string type = TypeName(context.machine, value.detail);
  if (HasBase(value.fault())) {
    return absl::StrCat("relocation ", type, " against ",
                        SymbolName(context, value.symbol),
                        value.value == 0 ? "" : SignedHex(value.value), " ",
                        RuleOf(context, value));
  }
  std::string text = ErrorText(value.error);
  if (value.blamed_type() != 0 || value.error == ErrorCode::kRelocType) {
    absl::StrAppend(&text, " ", type);
  }
  if (value.error == ErrorCode::kRelocType && context.machine == nullptr) {
    const uint16_t e_machine = context.file.e_machine();
    const char* name = MachineName(e_machine);
    absl::StrAppend(&text, " of machine ",
                    name == nullptr ? absl::StrCat(e_machine) : name);
  }
  if (value.error == ErrorCode::kUnsupported) {
    absl::StrAppend(&text, ": the section that holds its relocation");
  }
  const std::string rule = RuleOf(context, value);
  if (!rule.empty()) absl::StrAppend(&text, ": ", rule);
  return text;
}

}  // namespace

std::string SymbolName(const RelocContext& context, uint32_t index) {
  if (index >= context.symbols.count()) return absl::StrCat("symbol ", index);
  const std::string_view name =
      context.symbols.Name(context.symbols.Get(index));
  return name.empty() ? absl::StrCat("symbol ", index) : std::string(name);
}

std::string SignedHex(uint64_t value) {
  const bool is_negative = static_cast<int64_t>(value) < 0;
  return absl::StrCat(is_negative ? "-0x" : "+0x",
                      absl::Hex(is_negative ? 0 - value : value));
}

std::string WhyNoNumber(const RelocContext& context, const RelocValue& value) {
  if (value.is_bad()) return DescribeBad(context, value);
  const std::string text =
      absl::StrCat(ErrorText(ErrorCode::kNeedsRelocation), ": it ");
  switch (value.kind) {
    case RelocKind::kSection:
      return absl::StrCat(text, "counts in ",
                          context.file.Describe(value.section));
    case RelocKind::kUndefined:
      return absl::StrCat(text, "counts from ",
                          SymbolName(context, value.symbol),
                          ", which the file does not define");
    case RelocKind::kTls:
      return absl::StrCat(text, "counts in thread-local storage, from ",
                          SymbolName(context, value.symbol));
    default:
      return absl::StrCat(text, "is a difference that linking decides");
  }
}

absl::Status NoNumber(const RelocContext& context, const RelocValue& value) {
  const bool is_bad = value.is_bad();
  return MakeError(
      ErrorDetail{.code = is_bad ? value.error : ErrorCode::kNeedsRelocation,
                  .reloc_type = value.blamed_type(),
                  .symbol = value.symbol},
      WhyNoNumber(context, value));
}

std::string ValueText(const RelocContext& context, const RelocValue& value) {
  const auto plus = [](uint64_t addend) {
    return addend == 0 ? "" : SignedHex(addend);
  };
  if (value.is_bad()) {
    return absl::StrCat("<", WhyNoNumber(context, value), ">");
  }
  if (value.is_constant()) return absl::StrCat("0x", absl::Hex(value.value));
  if (value.kind == RelocKind::kDifference) {
    return absl::StrCat(SymbolName(context, value.symbol), plus(value.value),
                        "-", SymbolName(context, value.detail));
  }
  const bool is_place =
      value.kind != RelocKind::kUndefined && value.section != kNoSection;
  if (!is_place) {
    return absl::StrCat(SymbolName(context, value.symbol), plus(value.value));
  }
  if (value.symbol != 0 && value.symbol < context.symbols.count()) {
    const Symbol symbol = context.symbols.Get(value.symbol);
    if (symbol.type != STT_SECTION) {
      const uint64_t addend =
          value.kind == RelocKind::kSection
              ? context.symbols.AddendOf(symbol, {value.value, value.mode()})
              : value.value - symbol.value;
      return absl::StrCat(SymbolName(context, value.symbol), plus(addend));
    }
  }
  return absl::StrCat(std::string(context.file.Name(value.section)), "+0x",
                      absl::Hex(value.value));
}

std::string DescribeDiagnostic(const Machine* machine,
                               const RelocDiagnostic& diagnostic) {
  const std::string_view rule = Rule(diagnostic.fault);
  std::string text = diagnostic.code == ErrorCode::kOk
                         ? "duplicate relocation record"
                     : HasBase(diagnostic.fault) ? "relocation"
                                                 : ErrorText(diagnostic.code);
  if (diagnostic.type != 0 || diagnostic.code == ErrorCode::kRelocType) {
    absl::StrAppend(&text, " ", diagnostic.type);
    const char* name = FindHowto(machine, diagnostic.type).name;
    if (name != nullptr) absl::StrAppend(&text, " (", name, ")");
  }
  if (!rule.empty()) {
    absl::StrAppend(&text, HasBase(diagnostic.fault) ? " " : ": ",
                    absl::string_view(rule.data(), rule.size()));
  }
  return text;
}

}  // namespace dwreloc::internal
