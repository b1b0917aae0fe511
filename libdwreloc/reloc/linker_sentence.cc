#include "reloc/linker_sentence.h"

#include <elf.h>

#include "absl/strings/str_cat.h"
#include "reloc/bpf_instruction.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// %S is the symbol, %T symbol and addend, %F the field.
constexpr std::string_view kDistance =
    "puts the distance from here to %T into the instruction";
constexpr std::string_view kDistanceHalfwords =
    "puts the distance from here to %T, in halfwords, into the instruction";
constexpr std::string_view kCall =
    "puts the distance from here to %T into the call";
constexpr std::string_view kCallPlt =
    "puts the distance from here to %T into the call or jump, or that to a "
    "stub (PLT) which goes there, if %S is in another module or too far away";
constexpr std::string_view kCallAbsolute =
    "puts the address of %T into the call or jump";
constexpr std::string_view kCallRegion =
    "puts the address of %T, within the 256 MiB that the instruction is in, "
    "into the call or jump";
constexpr std::string_view kJump =
    "puts the distance from here to %T into the jump";
constexpr std::string_view kJumpPlt =
    "puts the distance from here to %T into the jump, or that to a stub (PLT) "
    "which goes there, if %S is in another module or too far away";
constexpr std::string_view kPlt =
    "makes a stub (PLT) that goes to %S, and writes where that or its entry "
    "is";
constexpr std::string_view kPltFromGot =
    "makes a stub (PLT) that goes to %S, and writes its distance from the GOT";
constexpr std::string_view kGotLoad =
    "makes an entry of the GOT that holds the address of %S, and puts the "
    "distance from here to that entry into the instruction";
constexpr std::string_view kGotLoadRelaxed =
    "makes an entry of the GOT that holds the address of %S, and puts the "
    "distance from here to that entry into the instruction; if %S is in the "
    "same module, it may change the instruction into one that needs no entry";
constexpr std::string_view kGotAddress =
    "makes an entry of the GOT that holds the address of %S, and writes the "
    "address of that entry";
constexpr std::string_view kGotOffset =
    "makes an entry of the GOT that holds the address of %S, and writes where "
    "in the GOT that entry is";
constexpr std::string_view kGotPage =
    "makes an entry of the GOT that holds the address of %S, and puts the "
    "distance in pages from here to that entry into the instruction";
constexpr std::string_view kGotLow =
    "puts the low 12 bits of the address of the GOT's entry for %S into the "
    "instruction";
constexpr std::string_view kGotBase =
    "writes the distance from here to the GOT";
constexpr std::string_view kFromGotBase =
    "writes the distance from the GOT to %T";
constexpr std::string_view kBase =
    "writes the address of the segment that %S is in";
constexpr std::string_view kFromBase =
    "writes the distance to %T from the static base, the segment that holds "
    "it";
constexpr std::string_view kLowFromBase =
    "puts the low 16 bits of the distance from the static base to %T into the "
    "instruction";
constexpr std::string_view kHighFromBase =
    "puts the high 16 bits of the distance from the static base to %T into "
    "the instruction";
constexpr std::string_view kPartFromBase =
    "puts some bits of the distance from the static base to %T into the "
    "instruction";
constexpr std::string_view kFromGp =
    "writes the distance from the global pointer to %T";
constexpr std::string_view kTocBase = "writes the address of the TOC";
constexpr std::string_view kFromToc =
    "puts the distance from the TOC to %T, or some bits of it, into the "
    "instruction";
constexpr std::string_view kDescriptorInGot =
    "makes a descriptor of the function %S, its address and that of its GOT, "
    "and an entry of the GOT that holds the address of the descriptor, and "
    "writes where in the GOT that entry is";
constexpr std::string_view kDescriptorFromGot =
    "makes a descriptor of the function %S, its address and that of its GOT, "
    "and writes the distance from the GOT to it";
constexpr std::string_view kDescriptor =
    "makes a descriptor of the function %S, its address and that of its GOT, "
    "and writes the address of the descriptor into %F, again when the program "
    "is loaded";
constexpr std::string_view kLow16 =
    "puts the low 16 bits of the address of %T into the instruction";
constexpr std::string_view kHigh16 =
    "puts the high 16 bits of the address of %T into the instruction";
constexpr std::string_view kLow16OfDistance =
    "puts the low 16 bits of the distance from here to %T into the "
    "instruction";
constexpr std::string_view kHigh16OfDistance =
    "puts the high 16 bits of the distance from here to %T into the "
    "instruction";
constexpr std::string_view kPage =
    "puts the distance in pages of 4 KiB from here to that of %T into the "
    "instruction";
constexpr std::string_view kLow12 =
    "puts the low 12 bits of the address of %T into the instruction";
constexpr std::string_view kUpper =
    "puts the upper bits of the address of %T, rounded because the lower ones "
    "are signed, into the instruction";
constexpr std::string_view kLower =
    "puts the lower bits of the address of %T into the instruction";
constexpr std::string_view kUpperOfDistance =
    "puts the upper bits of the distance from here to %T, rounded because the "
    "lower ones are signed, into the instruction";
constexpr std::string_view kLowerOfDistance =
    "puts the lower bits of the distance from here to %T into the instruction";
constexpr std::string_view kLocalEntry =
    "writes the address of the local entry point of %T";
constexpr std::string_view kTlsFromPointer =
    "writes the offset of %T from the thread pointer";
constexpr std::string_view kTlsInStorage =
    "writes the offset of %T in its module's thread-local storage";
constexpr std::string_view kLowerOfPartner =
    "puts the lower bits of the distance that the instruction at %S has the "
    "upper ones of into the instruction";
constexpr std::string_view kMipsHigh =
    "puts the upper 16 bits of what the name of the type says of %S, rounded "
    "because the lower ones are signed, into the instruction";
constexpr std::string_view kMipsLow =
    "puts the lower 16 bits of what the name of the type says of %S into the "
    "instruction";
constexpr std::string_view kPartOfAddress =
    "puts some bits of the address of %T into the instruction";
constexpr std::string_view kPartOfDistance =
    "puts some bits of the distance from here to %T into the instruction";
constexpr std::string_view kPartInSection =
    "puts the offset of %T in its section, or some bits of it, into the "
    "instruction";
constexpr std::string_view kSize = "writes the size of %S plus the addend";
constexpr std::string_view kTlsGeneral =
    "makes two entries of the GOT that say which module's thread-local storage "
    "%S is in and where in it, and writes where they are (or, in a program, "
    "puts the offset from the thread pointer into the code)";
constexpr std::string_view kTlsLocalDynamic =
    "makes two entries of the GOT for the thread-local storage of this module, "
    "and writes where they are";
constexpr std::string_view kTlsInitial =
    "makes an entry of the GOT that holds the offset of %S from the thread "
    "pointer, and writes where that entry is";
constexpr std::string_view kTlsLocal =
    "puts the offset of %T from the thread pointer, or some bits of it, into "
    "the instruction";
constexpr std::string_view kTlsInBlock =
    "puts the offset of %T in its module's thread-local storage, or some bits "
    "of it, into the instruction";
constexpr std::string_view kGotTlsInBlock =
    "makes an entry of the GOT that holds the offset of %S in its module's "
    "thread-local storage, and writes where in the GOT that entry is";
constexpr std::string_view kTlsDescriptor =
    "makes a descriptor of the thread-local %S in the GOT, a function and its "
    "argument, and writes where it is";
constexpr std::string_view kTlsMark =
    "writes nothing unless it makes access to the thread-local %S simpler: "
    "the record marks an instruction of it";
constexpr std::string_view kMark =
    "writes nothing unless it can simplify the instruction that the record "
    "marks";
constexpr std::string_view kV4Bx =
    "leaves the BX instruction, or replaces it for CPUs that have none";
constexpr std::string_view kTarget1 =
    "writes the address of %T, or on some platforms the distance to it";
constexpr std::string_view kTarget2 =
    "writes the address of %T, the distance to it, or that to an entry of the "
    "GOT, as the platform has it";
constexpr std::string_view kHint =
    "puts where the jump is likely to go, %T, into the instruction, which "
    "only makes it faster";
constexpr std::string_view kGpDistance =
    "puts the distance from here to the global pointer into the pair of "
    "instructions that load it";
constexpr std::string_view kInSegment =
    "writes the offset of %T in its segment";
constexpr std::string_view kAsInstruction =
    "puts the address of %T or the distance to it, as the instruction has it, "
    "into the instruction";
constexpr std::string_view kAddressInCode =
    "puts the address of %T into the instruction";
constexpr std::string_view kVirtualTable =
    "writes nothing: the record says how the virtual table %S is used, so that "
    "unused functions can be left out";
constexpr std::string_view kStack =
    "takes it as a step of a calculation on a stack, the result of which a "
    "later record writes";
constexpr std::string_view kStep =
    "takes it as one of the steps that the records at this place are together";
constexpr std::string_view kDynamic =
    "makes such records itself, for the loader of linked files; in a file that "
    "is not linked they have no meaning";

struct Row {
  std::string_view name;
  std::string_view what;
};
constexpr Row kRows[] = {
#define X(name, what) {name, what},
#include "reloc/linker_sentence.inc"
#undef X
};

// '*' stands for any characters.
constexpr bool Fits(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() != '*') {
    return !name.empty() && pattern.front() == name.front() &&
           Fits(pattern.substr(1), name.substr(1));
  }
  for (size_t skipped = 0; skipped <= name.size(); ++skipped) {
    if (Fits(pattern.substr(1), name.substr(skipped))) return true;
  }
  return false;
}

std::string FieldText(const Howto& howto, uint64_t size) {
  if (howto.field == RelocField::kLow6) return "the low 6 bits of this byte";
  if (howto.field == RelocField::kUleb128) return "this ULEB128 number";
  if (size == 1) return "this byte";
  return absl::StrCat("these ", size == 0 ? "" : absl::StrCat(size, " "),
                      "bytes");
}

// What the record is against. `is_loaded`: it has an address.
struct Target {
  std::string symbol;
  std::string place;
  bool is_loaded = true;
};

Target TargetOf(const RelocContext& context, const RecordInWords& record,
                const Howto& howto) {
  Target target;
  const std::string addend =
      record.addend == 0 ? "" : SignedHex(static_cast<uint64_t>(record.addend));
  if (record.raw.symbol == 0) {
    target.symbol = "no symbol";
    target.place = addend.empty() ? "0" : addend;
    return target;
  }
  target.symbol = SymbolName(context, record.raw.symbol);
  target.place = target.symbol + addend;
  if (record.raw.symbol >= context.symbols.count()) return target;
  const Symbol symbol = context.symbols.Get(record.raw.symbol);
  if (symbol.section == kNoSection && symbol.st_shndx == SHN_UNDEF) {
    target.place += " (of another file)";
  }
  if (!record.is_rela && howto.width == 0 &&
      howto.field == RelocField::kBytes) {
    target.place += " plus what the instruction has";
  }
  if (symbol.section < context.file.section_count()) {
    target.is_loaded =
        (context.file.Header(symbol.section).sh_flags & SHF_ALLOC) != 0;
  }
  return target;
}

// Where the addend is, for fields that hold data.
std::string AddendText(const RelocContext& context,
                       const RecordInWords& record) {
  if (!record.is_rela) return "; REL: the addend is what they hold";
  if (HasAddendInField(context, record.is_rela)) {
    return "; what they hold is added";
  }
  return "; RELA, so the bytes in the file do not count";
}

// Of types with a meaning in data; "" for others.
std::string DataAction(const RelocContext& context, const RecordInWords& record,
                       const Howto& howto) {
  const auto with_addend = [&](const char* what) {
    return std::string(what) + " into %F" + AddendText(context, record);
  };
  switch (howto.op) {
    case RelocOp::kNone:
      return "changes nothing here";
    case RelocOp::kInPlace:
      return "leaves the difference that %F hold, unless it moves code between "
             "the two labels";
    case RelocOp::kAbsolute:
      return with_addend("writes the address of %T");
    case RelocOp::kPcRelative:
      return with_addend("writes the distance from here to %T");
    case RelocOp::kTlsOffset:
      return with_addend(
          "writes the offset of %T in its module's thread-local storage");
    case RelocOp::kSectionOffset:
      return with_addend("writes the offset of %T in its section");
    case RelocOp::kAdd:
      return "adds the address of %T to %F, of which another record subtracts "
             "one";
    case RelocOp::kSub:
      return "subtracts the address of %T from what the other record here "
             "gives, which makes a difference that stays right if code between "
             "moves";
    case RelocOp::kSet:
      return "writes the address of %T into %F, of which another record "
             "subtracts one";
    case RelocOp::kUnsupported:
    case RelocOp::kFromGot:
    case RelocOp::kFromGp:
      break;
  }
  return "";
}

// The types of a record that has several (MIPS64); "" of others.
std::string StepsOf(const RelocContext& context, uint32_t type) {
  constexpr uint32_t kOneType = 0xff;
  if (context.machine == nullptr ||
      context.machine->info != RelocInfo::kMips64 || type <= kOneType) {
    return "";
  }
  std::string steps;
  for (int shift = 0; shift < 24; shift += 8) {
    const Howto howto = FindHowto(context.machine, type >> shift & kOneType);
    if (howto.op == RelocOp::kNone) continue;
    absl::StrAppend(&steps, steps.empty() ? "" : ", ",
                    howto.name == nullptr ? "an unknown one" : howto.name);
  }
  return steps;
}

std::string ActionOf(const RelocContext& context, const RecordInWords& record,
                     const Howto& howto, bool is_loaded) {
  if (IsBpfInstruction(context.file, record.section, record.raw.type)) {
    return record.raw.type == kBpfLoadType
               ? "puts the address of %T into the two halves of this 16-byte "
                 "instruction, bytes 4 to 7 and 12 to 15"
               : "puts the distance from the next instruction to %T, in "
                 "instructions of 8 bytes, into bytes 4 to 7 of the call";
  }
  if (howto.op == RelocOp::kAbsolute && !is_loaded) {
    return "writes the offset of %T in its section, which has no address, into "
           "%F" +
           AddendText(context, record);
  }
  std::string action = DataAction(context, record, howto);
  if (!action.empty()) return action;
  const std::string steps = StepsOf(context, record.raw.type);
  if (!steps.empty()) return "takes several steps with %T: " + steps;
  const std::string_view name = howto.name == nullptr ? "" : howto.name;
  action = std::string(InstructionAction(name));
  if (!action.empty()) return action;
  return absl::StrCat(
      "applies ",
      name.empty() ? absl::StrCat("type ", record.raw.type) : std::string(name),
      " to %T, for which there are no words here: see the "
      "machine's psABI");
}

}  // namespace

std::string_view InstructionAction(std::string_view type) {
  for (const Row& row : kRows) {
    if (Fits(row.name, type)) return row.what;
  }
  return "";
}

std::string LinkerSentence(const RelocContext& context,
                           const RecordInWords& record) {
  if (!context.file.is_relocatable()) {
    return "The linker has applied it: the bytes are final.";
  }
  const Howto howto = FindHowto(context.machine, record.raw.type);
  const Target target = TargetOf(context, record, howto);
  const std::string action = ActionOf(context, record, howto, target.is_loaded);
  std::string sentence = "The linker ";
  for (size_t at = 0; at < action.size(); ++at) {
    if (action[at] != '%') {
      sentence += action[at];
      continue;
    }
    switch (action[++at]) {
      case 'S':
        sentence += target.symbol;
        break;
      case 'T':
        sentence += target.place;
        break;
      default:
        sentence += FieldText(howto, record.size);
    }
  }
  return sentence + ".";
}

}  // namespace dwreloc::internal
