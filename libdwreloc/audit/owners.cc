#include "audit/owners.h"

#include <algorithm>
#include <optional>

namespace dwreloc::internal {

namespace {

// Those that may have records in scope, in the order in which they are visited.
std::vector<uint32_t> SectionsInScope(const Module& module, ReadScope scope) {
  if (scope.section != kNoSection) return {scope.section};
  std::vector<uint32_t> sections;
  for (const DebugSection& debug : module.file().debug_sections()) {
    const bool has_records =
        !module.sections().reloc_sections().For(debug.index).empty();
    if (has_records) sections.push_back(debug.index);
  }
  return sections;
}

bool IsReadWithDies(const Module& module, uint32_t section) {
  const DebugSection* debug = module.file().FindDebugSection(section);
  return debug == nullptr || FullReader::IsReadWithDies(debug->name);
}

}  // namespace

// Visits records with their owners, section by section.
class Owners::Visits {
 public:
  Visits(const Module& module, ReadScope scope, const Owners& owners,
         Visitor visit)
      : module_(module), scope_(scope), owners_(owners), visit_(visit) {}

  const absl::Status& failure() const { return failure_; }

  // The section whose records are visited next.
  void Begin(uint32_t section) {
    section_ = section;
    reader_.emplace(module_, section, scope_.from, scope_.to);
    has_record_ = false;
  }
  uint32_t section() const { return section_; }
  bool is_sorted() const { return reader_->is_sorted(); }

  // Visits those of the section that are left, or of them those below `end`.
  // Returns false if there is to be no other visit.
  bool VisitRest() { return VisitUntil(std::nullopt); }
  bool VisitBelow(uint64_t end) { return VisitUntil(end); }

 private:
  bool VisitUntil(std::optional<uint64_t> end) {
    Cursor cursor(owners_);
    while (has_record_ || Next()) {
      has_record_ = end.has_value() && record_.raw.offset >= *end;
      if (has_record_) return true;
      if (!visit_(record_, cursor.Of(record_))) return false;
    }
    return true;
  }

  bool Next() {
    while (!reader_->Next(&record_)) {
      if (reader_->status().ok()) return false;
      failure_ = reader_->status();
    }
    return true;
  }

  const Module& module_;
  const ReadScope scope_;
  const Owners& owners_;
  const Visitor visit_;
  uint32_t section_ = kNoSection;
  std::optional<RecordReader> reader_;
  Record record_;
  bool has_record_ = false;  // record_ is to be visited
  absl::Status failure_;     // the last one
};

// Remembers the owners of the data in scope, and tells the listener the rest.
class Owners::Collector final : public ReadListener {
 public:
  Collector(const Module& module, ReadScope scope, Owners& owners)
      : module_(module), scope_(scope), owners_(owners) {}

  void set_listener(ReadListener* listener) { listener_ = listener; }
  // The records of the section that was begun are visited as soon as its units
  // are read, whose claims are then forgotten.
  void set_visits(Visits* visits) { visits_ = visits; }
  bool has_ended() const { return has_ended_; }

  void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
    if (scope_.section != kNoSection && scope_.section != datum.section) return;
    if (!scope_.Overlaps(datum.offset, datum.offset + datum.width)) return;
    if (claims_ == nullptr || claims_section_ != datum.section) {
      BeginSection(datum.section);
    }
    claims_->push_back(owners_.Pack(datum.offset, datum.width, owner));
  }
  bool OnUnitRead(const Unit& unit) override {
    if (visits_ == nullptr || visits_->section() != unit.section()) return true;
    Claims& claims = owners_.claims_[unit.section()];
    Sort(claims);
    has_ended_ = !visits_->VisitBelow(unit.end());
    claims.all.clear();
    claims_ = nullptr;
    return !has_ended_;
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
    claims_ = &owners_.claims_[section].all;
    // One for each record, as a rule.
    const bool is_visited = visits_ != nullptr && visits_->section() == section;
    if (claims_->empty() && !scope_.is_bounded() && !is_visited) {
      claims_->reserve(module_.sections().reloc_sections().CountRecords(
          module_.file(), section));
    }
  }

  const Module& module_;
  const ReadScope scope_;
  Owners& owners_;
  ReadListener* listener_ = nullptr;
  Visits* visits_ = nullptr;
  bool has_ended_ = false;
  std::vector<Claim>* claims_ = nullptr;  // those of the last section
  uint32_t claims_section_ = kNoSection;
};

Owners Owners::Find(const Module& module, ReadScope scope,
                    ReadListener* listener) {
  Owners owners;
  Collector collector(module, scope, owners);
  collector.set_listener(listener);
  FullReader(module, collector, scope).Run();
  owners.Sort();
  return owners;
}

void Owners::Sort() {
  for (auto& [section, claims] : claims_) Sort(claims);
}

void Owners::Sort(Claims& claims) {
  std::vector<Claim>& all = claims.all;
  const auto follow = [&all] {
    return std::adjacent_find(
               all.begin(), all.end(), [](const Claim& a, const Claim& b) {
                 const uint64_t width = a.width;
                 return b.offset < a.offset + std::max<uint64_t>(width, 1);
               }) == all.end();
  };
  // Usually they follow each other: sorting would take as much memory again.
  claims.are_disjoint = follow();
  if (claims.are_disjoint) return;
  std::stable_sort(all.begin(), all.end(), [](const Claim& a, const Claim& b) {
    return a.offset < b.offset;
  });
  claims.are_disjoint = follow();
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
    at_ = 0;
  }
  if (claims_ == nullptr) return {};
  const std::vector<Claim>& all = claims_->all;
  const uint64_t offset = record.raw.offset;
  // Usually the record is of the next datum, or one more of the same.
  if (claims_->are_disjoint) {
    for (const size_t index : {at_ + 1, at_}) {
      if (index >= all.size() || all[index].offset != offset) continue;
      at_ = index;
      return {.owner = owners_.OwnerOf(all[index]), .uses = 1};
    }
  }
  return Search(offset);
}

Owners::Found Owners::Cursor::Search(uint64_t offset) {
  Found found;
  const std::vector<Claim>& all = claims_->all;
  const uint64_t from = offset < kWidest ? 0 : offset - kWidest;
  auto claim = std::lower_bound(
      all.begin(), all.end(), from,
      [](const Claim& one, uint64_t value) { return one.offset < value; });
  for (; claim != all.end() && claim->offset <= offset; ++claim) {
    if (claim->offset + claim->width <= offset) continue;
    if (found.uses++ == 0) found.owner = owners_.OwnerOf(*claim);
  }
  at_ = static_cast<size_t>(claim - all.begin());
  return found;
}

absl::Status Owners::Visit(const Module& module, ReadScope scope,
                           Visitor visit) {
  using Half = FullReader::Half;
  const std::vector<uint32_t> sections = SectionsInScope(module, scope);
  Owners owners;
  Collector collector(module, scope, owners);
  FullReader(module, collector, scope, Half::kRest).Run();
  owners.Sort();
  Visits visits(module, scope, owners, visit);
  auto section = sections.begin();
  for (; section != sections.end(); ++section) {
    visits.Begin(*section);
    if (IsReadWithDies(module, *section)) break;
    if (!visits.VisitRest()) return visits.failure();
  }
  if (section == sections.end()) return visits.failure();
  // Most records are those of .debug_info, which is usually the next section:
  // their owners are kept for a unit, not for all.
  if (visits.is_sorted()) collector.set_visits(&visits);
  FullReader(module, collector, scope, Half::kDies).Run();
  if (collector.has_ended()) return visits.failure();
  owners.Sort();
  while (visits.VisitRest() && ++section != sections.end()) {
    visits.Begin(*section);
  }
  return visits.failure();
}

}  // namespace dwreloc::internal
