// compare_sections.cc - see compare_sections.h.
#include "dwreloc_diff/compare_sections.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/elf_reader.h"
#include "dwreloc_diff/item_sets.h"

namespace dwreloc_tools {
namespace {

constexpr std::size_t kShownBytes = 16;

class SectionComparer {
 public:
  explicit SectionComparer(Context& context)
      : context_(context), a_(context, 0), b_(context, 1) {}

  void CompareAll() {
    CompareFiles();
    std::map<std::uint32_t, const Dwreloc_Section*> in_b;
    for (const Dwreloc_Section& section : b_.sections())
      if (b_.RoleOf(section) != Role::kSkipped)
        in_b.emplace(b_.KeyOf(section.index), &section);
    std::uint32_t last = 0;
    for (const Dwreloc_Section& section : a_.sections()) {
      if (a_.RoleOf(section) == Role::kSkipped) continue;
      const auto found = in_b.find(a_.KeyOf(section.index));
      if (found == in_b.end()) {
        Tell(section, "section", a_.HeaderText(section), std::nullopt);
        continue;
      }
      const Dwreloc_Section& other = *found->second;
      in_b.erase(found);
      if (other.index < last)
        Tell(section, "order of sections", std::to_string(section.index),
             std::to_string(other.index));
      last = std::max(last, other.index);
      ComparePair(section, other);
    }
    for (const auto& [key, section] : in_b)
      Tell(*section, "section", std::nullopt, b_.HeaderText(*section));
    std::array<std::vector<Item>, 2> symbols = {a_.Symbols(), b_.Symbols()};
    CompareItems(context_, ".symtab", "symbol", Repeats::kCount, symbols);
  }

 private:
  void Tell(const Dwreloc_Section& section, const std::string& what,
            std::optional<std::string> a, std::optional<std::string> b,
            std::optional<std::uint64_t> offset = std::nullopt) {
    Difference difference;
    difference.section = section.name;
    difference.what = what;
    difference.offset_a = offset;
    difference.offset_b = offset;
    difference.a = std::move(a);
    difference.b = std::move(b);
    context_.findings.Add(std::move(difference));
  }

  // The ELF header, of which the library tells the most part.
  void CompareFiles() {
    const dwreloc::FileInfo a = context_.findings.file(0).info();
    const dwreloc::FileInfo b = context_.findings.file(1).info();
    const auto compare = [&](const char* what, std::uint64_t left,
                             std::uint64_t right) {
      if (left == right) return;
      Difference difference;
      difference.section = "ELF header";
      difference.what = what;
      difference.a = std::to_string(left);
      difference.b = std::to_string(right);
      context_.findings.Add(std::move(difference));
    };
    compare("e_type", a.e_type, b.e_type);
    compare("e_machine", a.e_machine, b.e_machine);
    compare("class", a.elf_class, b.elf_class);
    compare("byte order", a.big_endian, b.big_endian);
    CompareProgramHeaders();
  }

  void CompareProgramHeaders() {
    const std::span<const std::uint8_t> left = a_.program_headers();
    const std::span<const std::uint8_t> right = b_.program_headers();
    const auto [in_a, in_b] =
        std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (in_a == left.end() && in_b == right.end()) return;
    const auto offset = static_cast<std::size_t>(in_a - left.begin());
    Difference difference;
    difference.section = "ELF header";
    difference.what = "program headers";
    difference.offset_a = offset;
    difference.offset_b = offset;
    difference.a = Shown(left, offset);
    difference.b = Shown(right, offset);
    context_.findings.Add(std::move(difference));
  }

  void ComparePair(const Dwreloc_Section& a, const Dwreloc_Section& b) {
    if (a_.HeaderOf(a) != b_.HeaderOf(b))
      Tell(a, "header", a_.HeaderText(a), b_.HeaderText(b));
    switch (a_.RoleOf(a)) {
      case Role::kBytes:
      case Role::kUnread:
        CompareBytes(a, b);
        return;
      case Role::kGroup: {
        std::string left = a_.GroupText(a);
        std::string right = b_.GroupText(b);
        if (left != right) Tell(a, "group", std::move(left), std::move(right));
        return;
      }
      case Role::kRecords:
        CompareRecords(a, b);
        return;
      case Role::kSkipped:
      case Role::kSymbols:
        return;
    }
  }

  static std::optional<std::span<const std::uint8_t>> BytesOf(
      const ElfReader& file, const Dwreloc_Section& section) {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (Checked(dwreloc_section_data(file.module(), section.index, &bytes,
                                     &size)) < 0) {
      file.reader().TellError();
      return std::nullopt;
    }
    return std::span(bytes, size);
  }

  void CompareBytes(const Dwreloc_Section& a, const Dwreloc_Section& b) {
    const auto left = BytesOf(a_, a);
    const auto right = BytesOf(b_, b);
    if (!left || !right) return;
    const auto [in_a, in_b] =
        std::mismatch(left->begin(), left->end(), right->begin(), right->end());
    if (in_a == left->end() && in_b == right->end()) return;
    if (a_.RoleOf(a) == Role::kUnread) {
      for (const ElfReader* file : {&a_, &b_})
        file->reader().Tell(file->module(), (file == &a_ ? a : b).index,
                            DWRELOC_NO_OFFSET,
                            "differs, and what it says is not compared");
      return;
    }
    const auto offset = static_cast<std::size_t>(in_a - left->begin());
    Tell(a, "bytes", Shown(*left, offset), Shown(*right, offset), offset);
  }
  static std::optional<std::string> Shown(std::span<const std::uint8_t> bytes,
                                          std::size_t offset) {
    if (offset >= bytes.size()) return std::nullopt;
    const std::size_t size = std::min(kShownBytes, bytes.size() - offset);
    return HexString(
        {reinterpret_cast<const char*>(bytes.data() + offset), size});
  }

  // The records that stand in one section, in its order.
  class RecordReader {
   public:
    RecordReader(ElfReader& file, const Dwreloc_Section& section)
        : file_(file), section_(section) {
      more_ = Checked(dwreloc_records_begin(file.module(), section.info, 0,
                                            DWRELOC_NO_OFFSET, &records_)) == 1;
    }
    bool Next() {
      while (more_) {
        const int result = Checked(dwreloc_records_next(&records_, &record_));
        if (result < 0) file_.reader().TellError();
        more_ = result == 1;
        if (more_ && record_.reloc_section == section_.index) return true;
      }
      return false;
    }
    std::string Bytes() {
      std::string bytes;
      PutNumber(bytes, record_.offset);
      PutNumber(bytes, record_.type);
      PutNumber(bytes, static_cast<std::uint64_t>(record_.addend));
      PutString(bytes, file_.SymbolOf(record_.symbol));
      return bytes;
    }
    std::string Text() const {
      return "at " + HexText(record_.offset) + " " +
             (record_.type_name != nullptr ? record_.type_name
                                           : HexText(record_.type)) +
             " addend " + std::to_string(record_.addend) + " symbol " +
             file_.SymbolText(record_.symbol);
    }
    std::uint64_t offset() const { return record_.offset; }

   private:
    ElfReader& file_;
    const Dwreloc_Section& section_;
    Dwreloc_Records records_{};
    Dwreloc_Record record_{};
    bool more_ = false;
  };

  void CompareRecords(const Dwreloc_Section& a, const Dwreloc_Section& b) {
    RecordReader left(a_, a);
    RecordReader right(b_, b);
    for (;;) {
      const bool is_in_a = left.Next();
      const bool is_in_b = right.Next();
      if (!is_in_a && !is_in_b) return;
      if (is_in_a && is_in_b && left.Bytes() == right.Bytes()) continue;
      Tell(a, "first record that differs",
           is_in_a ? std::optional(left.Text()) : std::nullopt,
           is_in_b ? std::optional(right.Text()) : std::nullopt,
           is_in_a ? left.offset() : right.offset());
      return;
    }
  }

  Context& context_;
  ElfReader a_;
  ElfReader b_;
};

}  // namespace

void CompareSections(Context& context) {
  SectionComparer(context).CompareAll();
}

}  // namespace dwreloc_tools
