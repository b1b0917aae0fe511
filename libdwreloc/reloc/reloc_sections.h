// Which relocation sections apply to which section, and their records as stored
// (gABI ch. 4 "Relocation": SHT_REL, SHT_RELA; SHT_CREL as proposed for the
// gABI and written by clang).
//
// Only this is kept: pairs of section indices matched by sh_info; a
// target may have several, in any order in the file.  Records are decoded from
// the file's bytes on demand.
// Tested by tests/unit/reloc/reloc_sections_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_SECTIONS_H_
#define LIBDWRELOC_RELOC_RELOC_SECTIONS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/elf_file.h"
#include "reloc/crel_reader.h"
#include "reloc/howto.h"
#include "reloc/raw_reloc.h"

namespace dwreloc::internal {

// The records of one relocation section.  Borrows the file's image.
class RelocRecords {
 public:
  // Fails for an unknown type or sh_entsize, for a number of CREL records that
  // the section cannot hold, for contents outside the file, and for records
  // that were removed from it (SHT_NOBITS).
  static absl::StatusOr<RelocRecords> Open(const ElfFile& file, uint32_t index);

  uint32_t section_index() const { return section_; }
  // Returns true if the records have addends.
  bool is_rela() const { return is_rela_; }
  bool is_crel() const { return is_crel_; }
  bool is_64() const { return is_64_; }
  ByteOrder order() const { return order_; }
  uint64_t count() const { return count_; }
  // r_info of a record as stored; 0 for CREL, which has none.
  // REQUIRES: index < count().
  uint64_t Info(uint64_t index) const;
  // The symbol table's section (sh_link).
  uint32_t symbol_section() const { return symbol_section_; }
  const uint8_t* data() const { return bytes_.data(); }
  Bytes bytes() const { return bytes_; }  // CREL: without the header
  // How r_info holds symbol and type; not that of CREL.
  RelocInfo info() const { return info_; }
  // REQUIRES: is_crel().
  CrelReader ReadCrel() const {
    return CrelReader(
        bytes_, count_,
        {.is_64 = is_64_, .is_rela = is_rela_, .shift = crel_shift_});
  }

 private:
  friend class RelocStream;

  absl::Status ReadCrelHeader();
  // For records that are not CREL: their size, and where one begins.
  uint64_t record_size() const { return RelocSize(is_64_, is_rela_); }
  const uint8_t* At(uint64_t index) const {
    return bytes_.data() + index * record_size();
  }
  // REQUIRES: !is_crel() and index < count().
  RawReloc Get(uint64_t index) const {
    return DecodeReloc(At(index), is_64_, is_rela_, order_, info_);
  }

  Bytes bytes_;
  uint64_t count_ = 0;
  uint32_t section_ = 0;
  uint32_t symbol_section_ = 0;
  bool is_64_ = true;
  bool is_rela_ = true;
  bool is_crel_ = false;
  uint8_t crel_shift_ = 0;
  RelocInfo info_ = RelocInfo::kStandard;
  ByteOrder order_ = ByteOrder::kLittle;
};

// Reads records of any form in order.  Borrows the file's image.  Not to be
// shared between threads.
class RelocStream {
 public:
  RelocStream() = default;
  explicit RelocStream(const RelocRecords& records)
      : records_(records),
        crel_(records.is_crel() ? records.ReadCrel() : CrelReader()) {}

  // Goes to the first record whose r_offset is not below `offset`.
  // REQUIRES: the records are sorted by it, and are not CREL.
  void Seek(uint64_t offset);

  // Reads the next record.  Returns false after the last one, and if the
  // numbers of a CREL record cannot be read: then ok() is false.
  bool Next(RawReloc* record);
  bool ok() const { return crel_.ok(); }
  // The index of the record that Next will read.
  uint64_t index() const { return index_; }

 private:
  RelocRecords records_;
  uint64_t index_ = 0;
  CrelReader crel_;
};

// The index of relocation sections by target.  Thread-safe.
class RelocSections {
 public:
  explicit RelocSections(const ElfFile& file);

  // The relocation sections of `target`, in file order.
  std::span<const uint32_t> For(uint32_t target) const;
  // How many records apply to it, of those sections that can be read.
  uint64_t CountRecords(const ElfFile& file, uint32_t target) const;
  // Relocation sections whose sh_info names no section that they can apply to.
  struct Orphan {
    uint32_t section;
    std::string why;
  };
  const std::vector<Orphan>& orphans() const { return orphans_; }

 private:
  // Parallel, sorted by (target, relocation section).
  std::vector<uint32_t> targets_;
  std::vector<uint32_t> sections_;
  std::vector<Orphan> orphans_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_SECTIONS_H_
