#include "dwarf/tree/package.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<UnitIndex> OpenIndex(const DwarfSections& sections,
                                    SectionId id) {
  const uint32_t section = sections.Find(id, Family::kPlain);
  if (section == kNoSection) {
    return MakeError(ErrorCode::kNotFound, "the file has no such unit index");
  }
  return UnitIndex::Open(sections, section);
}

}  // namespace

std::optional<uint32_t> PackagePart::Column(SectionId id) const {
  const uint32_t count = std::min(index_->section_count(), kMaxColumns);
  for (uint32_t column = 0; column < count; ++column) {
    if (SectionOf(index_->version(), index_->SectionIdentifier(column)) == id) {
      return column;
    }
  }
  return std::nullopt;
}

const absl::StatusOr<SectionView>& PackagePart::View(SectionId id) const {
  const std::optional<uint32_t> column = Column(id);
  // The string sections are not divided by any index.
  if (!column.has_value()) return sections_->View(id, Family::kDwo);
  const std::unique_ptr<Views>& views =
      views_.Get([] { return std::make_unique<Views>(); });
  return views->by_column[*column].Get([&] { return MakeView(id, *column); });
}

absl::StatusOr<SectionView> PackagePart::MakeView(SectionId id,
                                                  uint32_t column) const {
  const absl::StatusOr<SectionView>& whole = sections_->View(id, Family::kDwo);
  if (!whole.ok()) return whole.status();
  DWRELOC_ASSIGN_OR_RETURN(const UnitContribution part,
                           index_->Contribution(row_, column));
  const uint64_t size = whole->bytes.size();
  if (part.offset > size || part.size > size - part.offset) {
    return MakeError(
        ErrorCode::kBadDwarf, index_->section(), kNoOffset,
        absl::StrCat("the part of row ", row_, " at 0x", absl::Hex(part.offset),
                     " of ", part.size, " bytes exceeds ",
                     sections_->file().Describe(whole->index), " of ", size));
  }
  SectionView view = *whole;
  view.bytes = view.bytes.first(uint64_t{part.offset} + part.size);
  return view;
}

uint64_t PackagePart::Origin(SectionId id) const {
  const std::optional<uint32_t> column = Column(id);
  if (!column.has_value()) return 0;
  const absl::StatusOr<UnitContribution> part =
      index_->Contribution(row_, *column);
  return part.ok() ? part->offset : 0;
}

Package::Package(const DwarfSections& sections,
                 std::vector<absl::Status>& errors)
    : sections_(sections),
      cu_index_(OpenIndex(sections, SectionId::kDebugCuIndex)),
      tu_index_(OpenIndex(sections, SectionId::kDebugTuIndex)) {
  for (const absl::StatusOr<UnitIndex>* index : {&cu_index_, &tu_index_}) {
    const absl::Status status =
        index->ok() ? ReadRows(**index) : index->status();
    if (!status.ok() && GetDetail(status).code != ErrorCode::kNotFound) {
      errors.push_back(status);
    }
  }
  std::sort(rows_.begin(), rows_.end(),
            [](const Row& a, const Row& b) { return a.begin < b.begin; });
}

absl::Status Package::ReadRows(const UnitIndex& index) {
  for (uint32_t column = 0;
       column < std::min(index.section_count(), PackagePart::kMaxColumns);
       ++column) {
    const SectionId id =
        SectionOf(index.version(), index.SectionIdentifier(column));
    if (id != SectionId::kDebugInfo && id != SectionId::kDebugTypes) continue;
    const uint32_t section = sections_.Find(id, Family::kDwo);
    if (section == kNoSection) continue;
    for (uint32_t row = 1; row <= index.unit_count(); ++row) {
      DWRELOC_ASSIGN_OR_RETURN(const UnitContribution part,
                               index.Contribution(row, column));
      if (part.size == 0) continue;
      rows_.push_back(
          {.begin = {section, part.offset},
           .size = part.size,
           .part = std::make_unique<PackagePart>(sections_, index, row)});
    }
  }
  return absl::OkStatus();
}

const PackagePart* Package::FindPart(SectionPlace place) const {
  const auto behind =
      std::upper_bound(rows_.begin(), rows_.end(), place,
                       [](const SectionPlace& value, const Row& row) {
                         return value < row.begin;
                       });
  if (behind == rows_.begin()) return nullptr;
  const Row& row = *std::prev(behind);
  return row.begin.section == place.section &&
                 place.offset - row.begin.offset < row.size
             ? row.part.get()
             : nullptr;
}

absl::StatusOr<std::optional<SectionPlace>> Package::FindUnit(
    uint64_t id) const {
  if (!cu_index_.ok()) return cu_index_.status();
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<UnitContribution> part,
                           cu_index_->Find(id, SectionId::kDebugInfo));
  if (!part.has_value()) return std::nullopt;
  return SectionPlace{sections_.Find(SectionId::kDebugInfo, Family::kDwo),
                      part->offset};
}

}  // namespace dwreloc::internal
