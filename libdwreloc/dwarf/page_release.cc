#include "dwarf/page_release.h"

#include <algorithm>

namespace dwreloc::internal {

void PageRelease::Release(uint64_t offset) {
  const absl::StatusOr<SectionView>& view = sections_.View(section_);
  if (view.ok()) {
    const Bytes bytes = view->bytes;
    const uint64_t end = std::min<uint64_t>(offset, bytes.size());
    const uint64_t begin = std::min(released_, end);
    sections_.file().ReleasePages(bytes.subspan(begin, end - begin));
  }
  // Which records these were is not worth a search.
  const RelocTable* records = sections_.PeekDigest(section_);
  if (records != nullptr)
    sections_.file().ReleasePages(records->bytes_in_file());
  released_ = offset;
}

}  // namespace dwreloc::internal
