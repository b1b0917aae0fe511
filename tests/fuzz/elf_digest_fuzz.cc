// Opens any bytes as an ELF file, decompresses and digests every section, and
// looks things up in the digests.
//
// Beyond "does not crash" it holds: an answer does not depend on the hint, the
// short cuts agree with the long way, and an evaluated record is either in the
// table or spoiled there.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "reloc/digest_team.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_table.h"

namespace dwreloc::internal {
namespace {

// Not assert: it must hold in release builds, too.
void Check(bool condition) {
  if (!condition) std::abort();
}

// Random enough, and the same for the same input.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed | 1) {}
  uint64_t Below(uint64_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return limit == 0 ? 0 : state_ % limit;
  }

 private:
  uint64_t state_;
};

bool IsSame(const RelocValue& a, const RelocValue& b) {
  return ComparePlace(a, b) == 0 && HashPlace(a) == HashPlace(b) &&
         a.has_record == b.has_record;
}

void LookAround(const RelocTable& table, uint64_t size, Numbers& numbers) {
  RelocHint hint;
  uint64_t offset = 0;
  for (int i = 0; i < 500; ++i) {
    offset = numbers.Below(4) == 0 ? numbers.Below(size + 8)
                                   : offset + numbers.Below(8);
    const int width = 1 << numbers.Below(4);
    const uint64_t in_place = numbers.Below(UINT64_MAX);
    RelocHint before = hint;
    const RelocValue value = table.Lookup(offset, width, in_place, hint);
    RelocHint fresh;
    Check(IsSame(value, table.Lookup(offset, width, in_place, fresh)));
    if (table.SurelyNone(offset, width, before.at4, before)) {
      Check(!value.has_record && value.value == in_place);
    }
    uint64_t number = 0;
    if (width == 4 && table.FindStatic4(offset, before.at4, &number)) {
      Check(value.is_constant() && value.value == number);
    }
  }
}

void CheckRecords(const RelocContext& context, uint32_t section,
                  const RelocTable& table) {
  for (const uint32_t index : context.sections.For(section)) {
    const auto records = RelocRecords::Open(context.file, index);
    if (!records.ok()) continue;
    RelocHint hint;
    RelocStream stream(*records);
    RawReloc record;
    while (stream.index() < 1000 && stream.Next(&record)) {
      const Howto howto = FindHowto(context.machine, record.type);
      if (howto.op == RelocOp::kNone || record.offset > UINT64_MAX - 8) {
        continue;
      }
      const int width = howto.width == 0 ? 1 : howto.width;
      const RelocValue found = table.Lookup(record.offset, width, 0, hint);
      // RELA needs no bytes to say what the record means.
      const bool has_bytes =
          context.machine != nullptr &&
          (context.machine->addend != RelocAddend::kStandard ||
           howto.op == RelocOp::kInPlace || IsSequencePart(howto));
      if (records->is_rela() && howto.width != 0 && !found.is_bad() &&
          !has_bytes) {
        Check(IsSame(found,
                     EvaluateRecord(context, section, record, true, howto, 0)));
      }
      Check(found.has_record);
    }
  }
}

void ReadSymbols(const SymbolTable& symbols) {
  const uint32_t count = std::min<uint32_t>(symbols.count(), 1000);
  for (uint32_t i = 0; i < count; ++i) {
    const Symbol symbol = symbols.Get(i);
    (void)symbols.Place(i, symbol);
    Check(symbols.Name(symbol).size() <= UINT32_MAX);
  }
}

void Run(Bytes image) {
  const auto opened = ElfFile::OpenMemory(image, "fuzz");
  if (!opened.ok()) {
    Check(GetDetail(opened.status()).code != ErrorCode::kOk);
    return;
  }
  const ElfFile& file = **opened;
  const SymbolTable symbols(file);
  const RelocSections sections(file);
  const RelocContext context{file, symbols, sections, FindMachine(file)};
  ReadSymbols(symbols);
  Numbers numbers(image.size());
  const uint32_t count = std::min<uint32_t>(file.section_count(), 200);
  // What a claim of the file may cost, all sections together.
  uint64_t budget = 64 << 20;
  for (uint32_t section = 0; section < count; ++section) {
    (void)file.Describe(section);
    (void)file.Group(section);
    const auto size = file.ContentsSize(section);
    if (!size.ok() || *size > budget) continue;
    budget -= *size;
    const auto contents = file.Contents(section);
    if (contents.ok()) Check(contents->size() == *size);
    if (sections.For(section).empty()) continue;
    DigestTeam team;
    const auto table = RelocTable::Digest(context, section, team);
    LookAround(*table, *size, numbers);
    CheckRecords(context, section, *table);
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dwreloc::internal::Run(dwreloc::internal::Bytes(data, size));
  return 0;
}
