// OpenedFile: an image with all that reading and relocating it takes.
//
// Owns the image and what was opened over it, so that a test is: build, open,
// look.  A digest is made on demand and kept.

#ifndef TESTS_SUPPORT_OPENED_FILE_H_
#define TESTS_SUPPORT_OPENED_FILE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "read/reloc_cursor.h"
#include "reloc/lazy_digest.h"
#include "reloc/reloc_sections.h"
#include "reloc/reloc_table.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {

class OpenedFile {
 public:
  // The image must open; the program ends with a message if it does not.
  explicit OpenedFile(std::vector<uint8_t> image);
  explicit OpenedFile(ElfBuilder& builder) : OpenedFile(builder.Build()) {}

  const std::vector<uint8_t>& image() const { return image_; }
  const ElfFile& file() const { return *file_; }
  const SymbolTable& symbols() const { return *symbols_; }
  const RelocSections& reloc_sections() const { return *reloc_sections_; }
  const RelocContext& context() const { return *context_; }

  // The first section of that name; kNoSection if there is none.
  uint32_t Find(std::string_view name) const;
  // The digest of a section's records.
  const RelocTable& Table(uint32_t section);
  const LazyDigest& Digest(uint32_t section);
  // A section as the readers above see it: decompressed, with its digest if
  // records apply to it and the file is ET_REL.
  SectionView View(uint32_t section);
  SectionView View(std::string_view name) { return View(Find(name)); }

 private:
  std::vector<uint8_t> image_;
  std::unique_ptr<ElfFile> file_;
  std::unique_ptr<SymbolTable> symbols_;
  std::unique_ptr<RelocSections> reloc_sections_;
  std::unique_ptr<RelocContext> context_;
  std::map<uint32_t, std::unique_ptr<LazyDigest>> digests_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_OPENED_FILE_H_
