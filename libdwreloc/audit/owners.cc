#include "audit/owners.h"

#include <algorithm>

namespace dwreloc::internal {
namespace {

// Returns true if the section has a record there, or one that cannot be read.
bool HasRecords(const Module& module, ReadScope scope) {
  RecordReader reader(module, scope.section, scope.from, scope.to);
  Record record;
  return reader.Next(&record) || !reader.status().ok();
}

}  // namespace

// Remembers the owners of one section's data, or of all, and passes on the
// rest.
class Owners::Collector final : public ReadListener {
 public:
  Collector(const Module& module, uint32_t section, Owners& owners,
            ReadListener* listener)
      : module_(module),
        section_(section),
        owners_(owners),
        listener_(listener) {}

  void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
    if (section_ != kNoSection && section_ != datum.section) return;
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

 private:
  void BeginSection(uint32_t section) {
    claims_section_ = section;
    claims_ = &owners_.claims_[section];
    // One for each record, as a rule.
    if (claims_->empty()) {
      claims_->reserve(module_.sections().reloc_sections().CountRecords(
          module_.file(), section));
    }
  }

  const Module& module_;
  const uint32_t section_;
  Owners& owners_;
  ReadListener* const listener_;
  std::vector<Claim>* claims_ = nullptr;  // those of the last section
  uint32_t claims_section_ = kNoSection;
};

Owners Owners::Find(const Module& module, ReadScope scope,
                    ReadListener* listener) {
  Owners owners;
  Collector collector(module, scope.section, owners, listener);
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

Owners::Found Owners::Cursor::Of(const Record& record) {
  if (section_ != record.section) {
    const auto claims = owners_.claims_.find(record.section);
    section_ = record.section;
    claims_ = claims == owners_.claims_.end() ? nullptr : &claims->second;
    first_ = 0;
  }
  Found found;
  if (claims_ == nullptr) return found;
  const std::vector<Claim>& claims = *claims_;
  constexpr uint64_t kWidest = 8;
  const uint64_t offset = record.raw.offset;
  const uint64_t from = offset < kWidest ? 0 : offset - kWidest;
  constexpr size_t kNear = 8;
  for (size_t passed = 0;
       first_ < claims.size() && claims[first_].offset < from; ++first_) {
    if (++passed == kNear) break;
  }
  const bool is_passed = first_ != 0 && claims[first_ - 1].offset >= from;
  const bool is_far = first_ < claims.size() && claims[first_].offset < from;
  if (is_passed || is_far) {
    const auto search = [&](size_t begin, size_t end) {
      const auto at = claims.begin();
      return std::lower_bound(at + static_cast<std::ptrdiff_t>(begin),
                              at + static_cast<std::ptrdiff_t>(end), from,
                              [](const Claim& claim, uint64_t value) {
                                return claim.offset < value;
                              }) -
             at;
    };
    first_ = static_cast<size_t>(is_far ? search(first_, claims.size())
                                        : search(0, first_));
  }
  for (size_t i = first_; i < claims.size() && claims[i].offset <= offset;
       ++i) {
    if (claims[i].offset + claims[i].width <= offset) continue;
    if (found.uses++ == 0) found.owner = owners_.OwnerOf(claims[i]);
  }
  return found;
}

absl::Status Owners::Visit(const Module& module, ReadScope scope,
                           Visitor visit) {
  absl::Status failure;
  // Returns false if there is to be no other section.
  const auto visit_section = [&](uint32_t section, Cursor& owners) {
    RecordReader reader(module, section, scope.from, scope.to);
    while (true) {
      Record record;
      while (reader.Next(&record)) {
        if (!visit(record, owners.Of(record))) return false;
      }
      if (reader.status().ok()) return true;
      failure = reader.status();
    }
  };
  const auto visit_alone = [&](uint32_t section) {
    ReadScope alone = scope;
    alone.section = section;
    if (scope.is_bounded() && !HasRecords(module, alone)) return true;
    const Owners owners = Find(module, alone);
    Cursor cursor(owners);
    return visit_section(section, cursor);
  };
  if (scope.section != kNoSection) {
    visit_alone(scope.section);
    return failure;
  }
  const std::vector<DebugSection>& sections = module.file().debug_sections();
  if (scope.is_bounded()) {
    // Few of them have a record there.
    for (const DebugSection& debug : sections) {
      if (!visit_alone(debug.index)) break;
    }
    return failure;
  }
  const Owners owners = Find(module, scope);
  Cursor cursor(owners);
  for (const DebugSection& debug : sections) {
    if (!visit_section(debug.index, cursor)) break;
  }
  return failure;
}

}  // namespace dwreloc::internal
