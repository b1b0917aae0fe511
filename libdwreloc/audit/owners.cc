#include "audit/owners.h"

#include <algorithm>

namespace dwreloc::internal {

// Remembers the owners of one section's data, or of all, and passes on the
// rest.
class Owners::Collector final : public ReadListener {
 public:
  Collector(uint32_t section, Owners& owners, ReadListener* listener)
      : section_(section), owners_(owners), listener_(listener) {}

  void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
    if (section_ != kNoSection && section_ != datum.section) return;
    owners_.claims_[datum.section].push_back(
        owners_.Pack(datum.offset, datum.width, owner));
  }
  void OnError(const absl::Status& error) override {
    if (listener_ != nullptr) listener_->OnError(error);
  }
  void OnAttribute(const Attribute& attribute) override {
    if (listener_ != nullptr) listener_->OnAttribute(attribute);
  }

 private:
  const uint32_t section_;
  Owners& owners_;
  ReadListener* const listener_;
};

Owners Owners::Find(const Module& module, uint32_t section,
                    ReadListener* listener) {
  Owners owners;
  Collector collector(section, owners, listener);
  FullReader(module, collector).Run();
  owners.Sort();
  return owners;
}

void Owners::Sort() {
  for (auto& [section, claims] : claims_) {
    const auto before = [](const Claim& a, const Claim& b) {
      return a.offset < b.offset;
    };
    // Usually they are sorted: sorting would take as much memory again.
    if (!std::is_sorted(claims.begin(), claims.end(), before)) {
      std::stable_sort(claims.begin(), claims.end(), before);
    }
  }
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
