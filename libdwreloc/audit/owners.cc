#include "audit/owners.h"

#include <algorithm>

#include "audit/owner_finder.h"

namespace dwreloc::internal {

Owners Owners::Find(const Module& module, uint32_t section,
                    ReadListener* listener) {
  Owners owners;
  FindOwners(module, section, owners, listener);
  return owners;
}

Owners::Claim Owners::Pack(uint64_t offset, int width, const Owner& owner) {
  const Source source = {.field = owner.field,
                         .unit = owner.unit,
                         .list = owner.list,
                         .section = owner.section};
  // It is usually among the last ones; if not, it is stored once more.
  constexpr size_t kNear = 16;
  size_t index = sources_.size();
  while (index > 0 && sources_.size() - index < kNear &&
         sources_[index - 1] != source) {
    --index;
  }
  if (index == 0 || sources_[index - 1] != source) {
    sources_.push_back(source);
    index = sources_.size();
  }
  return {.offset = offset,
          .die = owner.die,
          .source = static_cast<uint32_t>(index - 1),
          .attribute = owner.attribute,
          .width = static_cast<uint8_t>(width)};
}

Owner Owners::OwnerOf(const Claim& claim) const {
  const Source& source = sources_[claim.source];
  return {.field = source.field,
          .unit = source.unit,
          .die = claim.die,
          .list = source.list,
          .section = source.section,
          .attribute = claim.attribute};
}

Owners::Found Owners::Of(const Record& record) const {
  Found found;
  const auto claims = claims_.find(record.section);
  if (claims == claims_.end()) return found;
  constexpr uint64_t kWidest = 8;
  const uint64_t offset = record.raw.offset;
  const uint64_t from = offset < kWidest ? 0 : offset - kWidest;
  auto claim = std::lower_bound(
      claims->second.begin(), claims->second.end(), from,
      [](const Claim& entry, uint64_t value) { return entry.offset < value; });
  for (; claim != claims->second.end() && claim->offset <= offset; ++claim) {
    if (claim->offset + claim->width <= offset) continue;
    if (found.uses++ == 0) found.owner = OwnerOf(*claim);
  }
  return found;
}

absl::Status Owners::Visit(
    const Module& module, uint32_t section,
    absl::FunctionRef<bool(const Record& record, const Found& owner)> visit) {
  const Owners owners = Find(module, section);
  absl::Status failure;
  // Returns false if there is to be no other section.
  const auto visit_section = [&](uint32_t index) {
    RecordReader reader(module, index, 0, UINT64_MAX);
    while (true) {
      Record record;
      while (reader.Next(&record)) {
        if (!visit(record, owners.Of(record))) return false;
      }
      if (reader.status().ok()) return true;
      failure = reader.status();
    }
  };
  if (section != kNoSection) {
    visit_section(section);
    return failure;
  }
  for (const DebugSection& debug : module.file().debug_sections()) {
    if (!visit_section(debug.index)) break;
  }
  return failure;
}

}  // namespace dwreloc::internal
