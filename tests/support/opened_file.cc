#include "support/opened_file.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace dwreloc::internal {

OpenedFile::OpenedFile(std::vector<uint8_t> image) : image_(std::move(image)) {
  absl::StatusOr<std::unique_ptr<ElfFile>> file =
      ElfFile::OpenMemory(image_, "test");
  if (!file.ok()) {
    std::fprintf(stderr, "cannot open the test's image: %s\n",
                 file.status().ToString().c_str());
    std::abort();
  }
  file_ = *std::move(file);
  symbols_ = std::make_unique<SymbolTable>(*file_);
  reloc_sections_ = std::make_unique<RelocSections>(*file_);
  context_ = std::make_unique<RelocContext>(
      RelocContext{*file_, *symbols_, *reloc_sections_, FindMachine(*file_)});
}

uint32_t OpenedFile::Find(std::string_view name) const {
  for (uint32_t i = 1; i < file_->section_count(); ++i) {
    if (file_->Name(i) == name) return i;
  }
  return kNoSection;
}

const LazyDigest& OpenedFile::Digest(uint32_t section) {
  std::unique_ptr<LazyDigest>& digest = digests_[section];
  if (digest == nullptr) {
    digest = std::make_unique<LazyDigest>(*context_, section);
  }
  return *digest;
}

const RelocTable& OpenedFile::Table(uint32_t section) {
  return *Digest(section).Get();
}

SectionView OpenedFile::View(uint32_t section) {
  SectionView view;
  view.index = section;
  view.order = file_->order();
  if (section >= file_->section_count()) return view;
  absl::StatusOr<Bytes> bytes = file_->Contents(section);
  if (bytes.ok()) view.bytes = *bytes;
  if (file_->is_relocatable() && !reloc_sections_->For(section).empty()) {
    view.relocs = &Digest(section);
  }
  return view;
}

}  // namespace dwreloc::internal
