#include "audit/owners.h"

#include <algorithm>

namespace dwreloc::internal {

// Remembers the owners of the data in scope, and passes on the rest.
class Owners::Collector final : public ReadListener {
 public:
  Collector(const Module& module, ReadScope scope, Owners& owners,
            ReadListener* listener)
      : module_(module), scope_(scope), owners_(owners), listener_(listener) {}

  void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
    if (scope_.section != kNoSection && scope_.section != datum.section) return;
    if (!scope_.Overlaps(datum.offset, datum.offset + datum.width)) return;
    if (claims_ == nullptr || claims_section_ != datum.section) {
      BeginSection(datum.section);
    }
    claims_->push_back(owners_.Pack(datum.offset, datum.width, owner));
  }
  void OnError(const absl::Status& error) override {
    if (listener_ != nullptr) listener_->OnError(error);
  }
  void OnAttribute(const Attribute& attribute) override {
    if (listener_ != nullptr) listener_->OnAttribute(attribute);
  }
  bool HearsAttributes() const override {
    return listener_ != nullptr && listener_->HearsAttributes();
  }

 private:
  void BeginSection(uint32_t section) {
    claims_section_ = section;
    claims_ = &owners_.claims_[section];
    // One for each record, as a rule.
    if (claims_->empty() && !scope_.is_bounded()) {
      claims_->reserve(module_.sections().reloc_sections().CountRecords(
          module_.file(), section));
    }
  }

  const Module& module_;
  const ReadScope scope_;
  Owners& owners_;
  ReadListener* const listener_;
  std::vector<Claim>* claims_ = nullptr;  // those of the last section
  uint32_t claims_section_ = kNoSection;
};

Owners Owners::Find(const Module& module, ReadScope scope,
                    ReadListener* listener) {
  Owners owners;
  Collector collector(module, scope, owners, listener);
  FullReader(module, collector, scope).Run();
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
  // It is usually the last one, or near it; if not, it is stored once more.
  if (last_source_ >= sources_.size() || sources_[last_source_] != source) {
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
    last_source_ = static_cast<uint32_t>(index - 1);
  }
  return {.offset = offset,
          .die = owner.die,
          .source = last_source_,
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
  return Cursor(*this).Of(record);
}

// Returns true if the claim of that index begins at `offset`, and certainly no
// other claim contains that byte.
bool Owners::Cursor::IsAlone(size_t index, uint64_t offset) const {
  const std::vector<Claim>& claims = *claims_;
  if (index >= claims.size() || claims[index].offset != offset) return false;
  if (index + 1 < claims.size() && claims[index + 1].offset == offset) {
    return false;
  }
  if (index == 0) return true;
  const Claim& before = claims[index - 1];
  return before.offset + before.width <= offset &&
         (index == 1 || claims[index - 2].offset + kWidest <= offset);
}

Owners::Found Owners::Cursor::Of(const Record& record) {
  if (section_ != record.section) {
    const auto claims = owners_.claims_.find(record.section);
    section_ = record.section;
    claims_ = claims == owners_.claims_.end() ? nullptr : &claims->second;
    at_ = 0;
  }
  Found found;
  if (claims_ == nullptr) return found;
  const std::vector<Claim>& claims = *claims_;
  const uint64_t offset = record.raw.offset;
  // Usually the record is of the next datum, or one more of the same.
  for (const size_t index : {at_ + 1, at_}) {
    if (!IsAlone(index, offset)) continue;
    at_ = index;
    found.owner = owners_.OwnerOf(claims[index]);
    found.uses = 1;
    return found;
  }
  const uint64_t from = offset < kWidest ? 0 : offset - kWidest;
  auto claim = std::lower_bound(
      claims.begin(), claims.end(), from,
      [](const Claim& one, uint64_t value) { return one.offset < value; });
  for (; claim != claims.end() && claim->offset <= offset; ++claim) {
    if (claim->offset + claim->width <= offset) continue;
    if (found.uses++ == 0) found.owner = owners_.OwnerOf(*claim);
  }
  at_ = static_cast<size_t>(claim - claims.begin());
  return found;
}

absl::Status Owners::Visit(const Module& module, ReadScope scope,
                           Visitor visit) {
  const Owners owners = Find(module, scope);
  absl::Status failure;
  // Returns false if there is to be no other section.
  Cursor cursor(owners);
  const auto visit_section = [&](uint32_t section) {
    RecordReader reader(module, section, scope.from, scope.to);
    while (true) {
      Record record;
      while (reader.Next(&record)) {
        if (!visit(record, cursor.Of(record))) return false;
      }
      if (reader.status().ok()) return true;
      failure = reader.status();
    }
  };
  if (scope.section != kNoSection) {
    visit_section(scope.section);
    return failure;
  }
  for (const DebugSection& debug : module.file().debug_sections()) {
    if (!visit_section(debug.index)) break;
  }
  return failure;
}

}  // namespace dwreloc::internal
