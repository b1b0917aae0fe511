// compare_frames.cc - see compare_frames.h.
#include "dwreloc_diff/compare_frames.h"

#include <dwreloc/dwarf.h>
#include <elf.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/expression_content.h"
#include "dwreloc_diff/item_sets.h"

namespace dwreloc_tools {
namespace {

// Reads the entries of one file.
class FrameReader {
 public:
  FrameReader(Context& context, int side, bool tells = false)
      : reader_{context, side, tells} {}

  std::vector<Item> ReadAll() {
    const dwreloc::FileView& file = reader_.context.findings.file(reader_.side);
    std::uint32_t section = 0;
    for (std::uint32_t from = 0;
         Checked(dwreloc_cfi_section(file.raw(), from, &section)) == 1;
         from = section + 1) {
      Dwreloc_Section found;
      if (Checked(dwreloc_section(file.raw(), section, &found)) < 0 ||
          (found.flags & SHF_ALLOC) != 0)
        continue;
      ReadSection(file.raw(), section);
    }
    return std::move(items_);
  }

  // An FDE with its CIE, for people.
  static std::string TextOf(Context& context, int side, const Item& item) {
    FrameReader reader(context, side);
    const Dwreloc_Module* module = context.findings.file(side).raw();
    Dwreloc_Cfi_Entry fde;
    Dwreloc_Cfi_Entry cie;
    if (Checked(dwreloc_cfi_at(module, item.section, *item.offset, &fde)) < 0 ||
        Checked(dwreloc_cfi_at(module, fde.cie_section, fde.cie, &cie)) < 0)
      return "";
    std::string bytes;
    std::string text =
        "range " + ValueText(fde.address_range) + "; CIE version " +
        std::to_string(fde.version) + " augmentation \"" +
        Escaped(fde.augmentation != nullptr ? fde.augmentation : "") +
        "\" factors " + std::to_string(fde.code_alignment_factor) + " " +
        std::to_string(fde.data_alignment_factor) + " return address " +
        std::to_string(fde.return_address_register);
    reader.PutInstructions(cie, bytes, &text);
    text += "; FDE";
    reader.PutInstructions(fde, bytes, &text);
    return text;
  }

 private:
  void ReadSection(const Dwreloc_Module* module, std::uint32_t section) {
    Dwreloc_Cfi cfi;
    if (Checked(dwreloc_cfi_begin(module, section, &cfi)) < 0) {
      reader_.TellError();
      return;
    }
    for (int errors = 0; errors < kMaxErrors;) {
      Dwreloc_Cfi_Entry entry;
      const int result = Checked(dwreloc_cfi_next(&cfi, &entry));
      if (result == 0) return;
      if (result < 0) {
        reader_.TellError();
        ++errors;
        continue;
      }
      if (entry.is_understood == 0)
        reader_.Tell(module, section, entry.offset,
                     "an augmentation that is not known");
      if (entry.is_cie == 0) AddFde(entry);
    }
  }

  void AddFde(const Dwreloc_Cfi_Entry& entry) {
    Item item;
    item.offset = entry.offset;
    PutValue(item.key, entry, entry.initial_location);
    item.path = ValueText(entry.initial_location);
    item.section = entry.section;
    PutValue(item.value, entry, entry.address_range);
    PutNumber(item.value, reader_.context.names.Id(CieOf(entry)));
    if (entry.has_lsda != 0) PutValue(item.value, entry, entry.lsda);
    PutNumber(item.value, entry.has_null_lsda);
    std::string instructions;
    PutInstructions(entry, instructions, nullptr);
    PutString(item.value, instructions);
    items_.push_back(std::move(item));
  }

  // What all FDEs of a CIE have of it.
  const std::string& CieOf(const Dwreloc_Cfi_Entry& entry) {
    std::string& bytes = cies_[{entry.cie_section, entry.cie}];
    if (!bytes.empty()) return bytes;
    for (const std::uint64_t number :
         {std::uint64_t{entry.version}, std::uint64_t{entry.address_size},
          std::uint64_t{entry.segment_selector_size},
          std::uint64_t{entry.is_signal_frame},
          std::uint64_t{entry.is_b_key_frame},
          std::uint64_t{entry.is_mte_tagged_frame}, entry.code_alignment_factor,
          static_cast<std::uint64_t>(entry.data_alignment_factor),
          entry.return_address_register})
      PutNumber(bytes, number);
    PutString(bytes, entry.augmentation != nullptr ? entry.augmentation : "");
    if (entry.personality_encoding != 0xff)
      PutValue(bytes, entry, entry.personality);
    Dwreloc_Cfi_Entry cie;
    if (Checked(dwreloc_cfi_at(entry.module, entry.cie_section, entry.cie,
                               &cie)) < 0) {
      reader_.TellError();
      return bytes;
    }
    PutInstructions(cie, bytes, nullptr);
    return bytes;
  }

  void PutInstructions(const Dwreloc_Cfi_Entry& entry, std::string& bytes,
                       std::string* text) {
    if (entry.is_understood == 0) return;
    Dwreloc_Cfi_Instructions instructions;
    if (Checked(dwreloc_cfi_instructions_begin(&entry, &instructions)) < 0) {
      reader_.TellError();
      return;
    }
    Dwreloc_Cfi_Instruction instruction;
    int result = 0;
    while ((result = Checked(dwreloc_cfi_instructions_next(
                &instructions, &instruction))) == 1) {
      const unsigned opcode = OpcodeOf(instruction);
      if (opcode == DW_CFA_nop) continue;
      bytes.push_back(static_cast<char>(opcode));
      if (instruction.moves_location != 0)
        PutValue(bytes, entry, instruction.location);
      // The length of an expression says nothing of itself.
      const unsigned count = instruction.operand_count -
                             (instruction.has_expression != 0 ? 1U : 0);
      const unsigned first = instruction.moves_location != 0 ? 1 : 0;
      for (unsigned i = first; i < count && i < 3; ++i)
        PutSignedNumber(bytes, (instruction.is_signed >> i & 1) != 0,
                        instruction.operands[i]);
      if (instruction.has_expression != 0)
        PutExpressionOf(entry, instruction, bytes);
      if (text != nullptr) AppendText(instruction, opcode, first, text);
    }
    if (result < 0) reader_.TellError();
  }

  // However far a location moves, it moves.
  static unsigned OpcodeOf(const Dwreloc_Cfi_Instruction& instruction) {
    switch (instruction.opcode) {
      case DW_CFA_advance_loc1:
      case DW_CFA_advance_loc2:
      case DW_CFA_advance_loc4:
      case DW_CFA_MIPS_advance_loc8:
        if (instruction.moves_location != 0) return DW_CFA_advance_loc;
        break;
      default:
        break;
    }
    return instruction.opcode;
  }

  void PutExpressionOf(const Dwreloc_Cfi_Entry& entry,
                       const Dwreloc_Cfi_Instruction& instruction,
                       std::string& bytes) {
    Dwreloc_Expression expression;
    if (Checked(dwreloc_cfi_expression(&entry, instruction.expression_offset,
                                       instruction.expression_size,
                                       &expression)) < 0) {
      reader_.TellError();
      return;
    }
    Content content;
    PutExpression(reader_, expression, content);
    PutString(bytes, content.bytes);
  }

  void AppendText(const Dwreloc_Cfi_Instruction& instruction, unsigned opcode,
                  unsigned first, std::string* text) const {
    constexpr std::size_t kMaxText = 20000;
    if (text->size() > kMaxText) return;
    const char* name = dwreloc_cfa_name(opcode, 0);
    text->append("; ").append(name != nullptr ? name : HexText(opcode));
    if (instruction.moves_location != 0)
      text->append(" ").append(ValueText(instruction.location));
    for (unsigned i = first; i < instruction.operand_count && i < 3; ++i) {
      const bool is_signed = (instruction.is_signed >> i & 1) != 0;
      text->append(" ").append(is_signed
                                   ? std::to_string(static_cast<std::int64_t>(
                                         instruction.operands[i]))
                                   : std::to_string(instruction.operands[i]));
    }
  }

  void PutValue(std::string& bytes, const Dwreloc_Cfi_Entry& entry,
                const Dwreloc_Relocatable& value) {
    reader_.PutValue(bytes, value, entry.module, entry.section, entry.offset);
  }

  static constexpr int kMaxErrors = 100;

  const Reader reader_;
  std::vector<Item> items_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> cies_;
};

}  // namespace

void CompareFrames(Context& context) {
  std::array<std::vector<Item>, 2> items = {
      FrameReader(context, 0, true).ReadAll(),
      FrameReader(context, 1, true).ReadAll()};
  CompareItems(context, ".debug_frame", "call frame", Repeats::kCount, items,
               [&](int side, const Item& item) {
                 return FrameReader::TextOf(context, side, item);
               });
}

}  // namespace dwreloc_tools
