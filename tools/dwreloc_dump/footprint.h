// footprint.h - what the bytes of a file are for, for those who have few of
// them: code, data, records, debugging information, names.
//
// Each byte of a file is in one class, so the classes add up to its size.
// Classes follow from section headers (gABI ch. 4); .BTF is by name, as its
// readers have it.  Thread-safety: one thread.
// Tested by tests/cli/footprint_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_FOOTPRINT_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_FOOTPRINT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

enum class ByteClass : std::uint8_t {
  kCode,
  kRodata,
  kData,
  kBss,  // no bytes of the file
  kLoadedRelocs,
  kDebug,
  kDebugRelocs,
  kBtf,
  kBtfRelocs,
  kSymbols,
  kHeaders,
  kOther,
  kPadding,
};
inline constexpr std::size_t kByteClassCount = 13;

struct ByteClassName {
  std::string_view key;   // in JSON
  std::string_view text;  // in the table
};
ByteClassName NameOf(ByteClass byte_class);

// Loaded with the program, and not made of records.
constexpr bool IsLoaded(ByteClass byte_class) {
  return byte_class <= ByteClass::kBss;
}

struct ByteCount {
  std::uint64_t sections = 0;
  std::uint64_t bytes = 0;   // of the file
  std::uint64_t memory = 0;  // when loaded
};

// Records of one kind of sections.
struct RecordCount {
  std::uint64_t all = 0;
  std::uint64_t rel = 0;     // without addends of their own
  std::uint64_t rela8 = 0;   // RELA, of 8-byte fields
  std::uint64_t folded = 0;  // numbers that need no address
  std::uint64_t sections = 0;
};

class Footprint {
 public:
  explicit Footprint(const dwreloc::FileView& file);

  const dwreloc::FileView& file() const { return file_; }
  const dwreloc::FileInfo& info() const { return info_; }
  const ByteCount& of(ByteClass byte_class) const {
    return counts_[static_cast<std::size_t>(byte_class)];
  }
  // Of a section; kHeaders for those that have no bytes of a kind (SHT_NULL).
  ByteClass ClassOf(std::uint32_t section) const {
    return section < classes_.size() ? classes_[section] : ByteClass::kHeaders;
  }
  const RecordCount& loaded_records() const { return loaded_records_; }
  const RecordCount& debug_records() const { return debug_records_; }
  // What loading takes in memory, and what of it is written to while the
  // program runs.
  std::uint64_t loaded_memory() const;
  std::uint64_t writable_memory() const;

  // Sizes of ELF's structures in this file.
  std::uint64_t header_size() const { return is_64() ? 64 : 52; }
  std::uint64_t section_header_size() const { return is_64() ? 64 : 40; }
  std::uint64_t symbol_size() const { return is_64() ? 24 : 16; }
  std::uint64_t address_size() const { return is_64() ? 8 : 4; }
  std::uint64_t record_size(bool is_rela) const {
    return (is_rela ? 3 : 2) * address_size();
  }

 private:
  bool is_64() const { return info_.elf_class == 64; }
  ByteClass Classify(const dwreloc::Section& section) const;
  void CountRecords(const dwreloc::Section& section, RecordCount* count);

  const dwreloc::FileView file_;
  const dwreloc::FileInfo info_;
  std::vector<ByteClass> classes_;
  std::array<ByteCount, kByteClassCount> counts_{};
  RecordCount loaded_records_;
  RecordCount debug_records_;
};

// SHT_REL, SHT_RELA or SHT_CREL.
bool IsRelocSection(std::uint32_t sh_type);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_FOOTPRINT_H_
