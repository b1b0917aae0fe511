// program_classes.cc - see program_classes.h.
#include "program_classes.h"

#include <elf.h>

#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

namespace dwreloc_tools {
namespace {

// The rows of kNames, in its order.
enum Row : std::uint8_t {
  kReadsRodata,
  kUsesData,
  kUsesBss,
  kCalls,
  kFunctionPointers,
  kCodePlaces,
  kDataPointers,
  kExternals,
  kThreadLocal,
  kGot,
  kDescriptors,
  kRowCount,
};

struct Name {
  std::string_view key;
  std::string_view text;
};
constexpr Name kNames[] = {
    {"reads_rodata", "code refers to read-only data"},
    {"uses_data", "code refers to data"},
    {"uses_bss", "code refers to zeroed data"},
    {"calls", "code refers to code (calls, addresses)"},
    {"function_pointers", "data hold addresses of functions"},
    {"code_places", "data hold other places of code (tables)"},
    {"data_pointers", "data hold addresses of data"},
    {"externals", "symbols of other files"},
    {"thread_local", "thread-local data"},
    {"got", "needs a global offset table"},
    {"function_descriptors", "needs function descriptors (FDPIC)"},
};
static_assert(std::size(kNames) == kRowCount);

class Classifier {
 public:
  explicit Classifier(const Footprint& footprint)
      : footprint_(footprint), symbols_(footprint.file().symbols()) {
    for (const dwreloc::Symbol& symbol : symbols_) {
      if (symbol.type() != STT_FUNC || !symbol.section()) continue;
      // Not st_value, which has a bit more in Thumb code.
      const dwreloc::Relocatable place =
          footprint.file().ValueOf(symbol.index());
      functions_.emplace(place.raw().section, place.value());
    }
  }

  void Take(ByteClass from, const dwreloc::Record& record) {
    const std::string_view type = record.type_name();
    const auto has = [type](std::string_view word) {
      return type.find(word) != std::string_view::npos;
    };
    if (record.symbol() == 0 || record.symbol() >= symbols_.size()) return;
    const dwreloc::Symbol symbol = symbols_[record.symbol()];
    if (has("FUNCDESC")) Count(kDescriptors, record);
    if (has("GOT")) Count(kGot, record);
    if (symbol.type() == STT_TLS || has("TLS")) {
      Count(kThreadLocal, record);
      return;
    }
    if (symbol.st_shndx() == SHN_UNDEF) {
      Count(kExternals, record);
      return;
    }
    Count(RowOf(from, symbol, record), record);
  }

  std::vector<ProgramClass> Classes() const {
    std::vector<ProgramClass> classes;
    for (std::size_t i = 0; i < kRowCount; ++i)
      classes.push_back(
          {kNames[i].key, kNames[i].text, records_[i], used_[i].size()});
    return classes;
  }

 private:
  void Count(Row row, const dwreloc::Record& record) {
    if (row == kRowCount) return;
    ++records_[row];
    used_[row].insert(record.symbol());
  }

  Row RowOf(ByteClass from, const dwreloc::Symbol& symbol,
            const dwreloc::Record& record) const {
    const bool is_code = from == ByteClass::kCode;
    // A common symbol will be zeroed data; an absolute one is a number.
    const ByteClass to = symbol.section()
                             ? footprint_.ClassOf(*symbol.section())
                         : symbol.st_shndx() == SHN_ABS ? ByteClass::kOther
                                                        : ByteClass::kBss;
    switch (to) {
      case ByteClass::kCode:
        if (is_code) return kCalls;
        return IsFunction(record) ? kFunctionPointers : kCodePlaces;
      case ByteClass::kRodata:
        return is_code ? kReadsRodata : kDataPointers;
      case ByteClass::kData:
        return is_code ? kUsesData : kDataPointers;
      case ByteClass::kBss:
        return is_code ? kUsesBss : kDataPointers;
      default:
        return kRowCount;
    }
  }

  // Returns true if the record's value is where a function begins.
  bool IsFunction(const dwreloc::Record& record) const {
    const Dwreloc_Relocatable& value = record.raw().value;
    return value.kind == DWRELOC_SECTION &&
           functions_.contains({value.section, value.value});
  }

  const Footprint& footprint_;
  const dwreloc::Symbols symbols_;
  std::set<std::pair<std::uint32_t, std::uint64_t>> functions_;
  std::uint64_t records_[kRowCount] = {};
  std::set<std::uint32_t> used_[kRowCount];
};

}  // namespace

std::vector<ProgramClass> ProgramClasses(const Footprint& footprint) {
  Classifier classifier(footprint);
  for (const dwreloc::Section& section : footprint.file().sections()) {
    const ByteClass from = footprint.ClassOf(section.index());
    // Tables for unwinding say nothing about the program.
    if (!IsLoaded(from) || section.holds_dwarf() || section.reloc_count() == 0)
      continue;
    for (const dwreloc::Record& record :
         footprint.file().records(section.index()))
      classifier.Take(from, record);
  }
  return classifier.Classes();
}

}  // namespace dwreloc_tools
