#include "audit/obstacles.h"

#include <elf.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/owners.h"
#include "audit/records.h"
#include "dwarf/constants.h"
#include "dwarf/tree/number_section.h"
#include "elf/signature.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

bool HoldsUnits(SectionId id) {
  return id == SectionId::kDebugInfo || id == SectionId::kDebugTypes;
}

// Returns true if a section may hold offsets in another one.
bool MayRefer(SectionId from, SectionId to) {
  if (from == SectionId::kDebugOther || HoldsUnits(from)) return true;
  switch (to) {
    case SectionId::kDebugInfo:
    case SectionId::kDebugTypes:
      switch (from) {
        case SectionId::kDebugStr:
        case SectionId::kDebugLineStr:
        case SectionId::kDebugLine:
        case SectionId::kDebugRanges:
        case SectionId::kDebugRnglists:
        case SectionId::kDebugStrOffsets:
          return false;
        default:
          return true;
      }
    case SectionId::kDebugStr:
      return from == SectionId::kDebugLine || from == SectionId::kDebugMacro ||
             from == SectionId::kDebugStrOffsets ||
             from == SectionId::kDebugNames;
    case SectionId::kDebugLineStr:
      return from == SectionId::kDebugLine;
    case SectionId::kDebugLine:
      return from == SectionId::kDebugMacro;
    default:
      return false;
  }
}

// A record whose field holds a plain address or offset, which another program
// can compute anew.
bool IsPlain(RelocOp op) {
  switch (op) {
    case RelocOp::kNone:
    case RelocOp::kAbsolute:
    case RelocOp::kSectionOffset:
    case RelocOp::kTlsOffset:
      return true;
    default:
      return false;
  }
}

class ObstacleFinder final : public ReadListener {
 public:
  explicit ObstacleFinder(const Module& module) : module_(module) {}

  void Run() {
    CheckFile();
    for (const DebugSection& section : module_.file().debug_sections()) {
      CheckSection(section);
    }
    const Owners owners = Owners::Find(module_, {}, this);
    Owners::Cursor cursor(owners);
    for (const DebugSection& section : module_.file().debug_sections()) {
      CheckRecords(section.index, cursor);
    }
  }

  void OnError(const absl::Status& error) override {
    const ErrorDetail detail = GetDetail(error);
    Add(ObstacleKind::kUnreadable, detail.section, detail.offset,
        std::string(error.message()));
  }

  void OnAttribute(const Attribute& attribute) override {
    if (attribute.name == DW_AT_GNU_locviews) return;
    switch (attribute.attribute_class) {
      case AttributeClass::kSecoffset:
        if (NumberSection(attribute) != kNoSection) return;
        break;
      case AttributeClass::kConstant:
        if (!IsOffsetByRecord(attribute)) return;
        break;
      default:
        return;
    }
    const char* name = AttributeName(attribute.name);
    Add(ObstacleKind::kAttribute, attribute.unit->section(), attribute.offset,
        absl::StrCat("offset in an unknown section: ",
                     name == nullptr ? absl::StrCat("attribute 0x",
                                                    absl::Hex(attribute.name))
                                     : name));
  }

  // All of them, by section and kind.
  std::vector<Obstacle> Take() {
    std::vector<Obstacle> all;
    for (auto& [key, obstacle] : found_) all.push_back(std::move(obstacle));
    return all;
  }

 private:
  // A number that a record has made is an offset if the record's symbol is in a
  // section that is not loaded; differences of labels are none.
  bool IsOffsetByRecord(const Attribute& attribute) const {
    if ((attribute.flags & kAttributeHasRecord) == 0 || !IsNumber(attribute)) {
      return false;
    }
    RecordReader reader(module_, attribute.unit->section(), attribute.offset,
                        attribute.offset + 1);
    Record record;
    return reader.Next(&record) && IsPlain(record.howto.op) &&
           record.value.is_constant() && record.value.section != kNoSection;
  }

  void Add(ObstacleKind kind, uint32_t section, uint64_t offset,
           std::string text) {
    Obstacle& obstacle = found_[{section, kind}];
    const bool is_first = obstacle.count == 0 || offset < obstacle.offset;
    ++obstacle.count;
    if (!is_first) return;
    obstacle.kind = kind;
    obstacle.section = section;
    obstacle.offset = offset;
    obstacle.text = std::move(text);
  }

  void CheckFile() {
    const ElfFile& file = module_.file();
    const auto add = [this](std::string text) {
      Add(ObstacleKind::kFile, kNoSection, kNoOffset, std::move(text));
    };
    if (!file.is_relocatable()) {
      add("the file is not relocatable: its addresses are final");
    } else if (module_.sections().machine() == nullptr) {
      add(absl::StrCat("relocation types of machine ", file.e_machine(),
                       " are unknown"));
    }
    const absl::StatusOr<std::optional<FileSignature>> signature =
        FindSignature(file);
    if (!signature.ok()) add(std::string(signature.status().message()));
    if (signature.ok() && signature->has_value()) {
      add("the file is signed: its signature would become invalid");
    }
  }

  void CheckSection(const DebugSection& section) {
    const absl::StatusOr<SectionView>& view =
        module_.sections().View(section.index);
    if (!view.ok()) {
      Add(ObstacleKind::kUnreadable, section.index, kNoOffset,
          std::string(view.status().message()));
    }
    if (section.name.id == SectionId::kDebugOther) {
      Add(ObstacleKind::kRole, section.index, kNoOffset,
          "it is unknown what a section of this name holds");
    }
    if ((module_.file().Header(section.index).sh_flags & SHF_ALLOC) != 0) {
      Add(ObstacleKind::kLoaded, section.index, kNoOffset,
          "the section is loaded with the program");
    }
  }

  void CheckRecords(uint32_t section, Owners::Cursor& owners) {
    RecordReader reader(module_, section, 0, UINT64_MAX);
    while (true) {
      Record record;
      while (reader.Next(&record)) CheckRecord(record, owners);
      if (reader.status().ok()) return;
      OnError(reader.status());
    }
  }

  void CheckRecord(const Record& record, Owners::Cursor& owners) {
    const uint32_t section = record.section;
    const uint64_t offset = record.raw.offset;
    const auto name = [&record] {
      return record.howto.name == nullptr
                 ? absl::StrCat("relocation type ", record.raw.type)
                 : std::string(record.howto.name);
    };
    if (record.howto.op == RelocOp::kNone) return;
    if (record.value.is_bad()) {
      Add(ObstacleKind::kRecordKind, section, offset,
          WhyNoNumber(module_.sections().context(), record.value));
    } else if (!IsPlain(record.howto.op) ||
               record.howto.field != RelocField::kBytes) {
      Add(ObstacleKind::kRecordKind, section, offset,
          absl::StrCat(name(), " is no plain absolute relocation"));
    }
    const Owners::Found found = owners.Of(record);
    if (found.uses == 1 && found.owner.field != nullptr) return;
    Add(ObstacleKind::kRecordOwner, section, offset,
        found.uses > 1
            ? absl::StrCat(name(), ": ", found.uses, " fields own the record")
            : absl::StrCat(name(), ": no field owns the record"));
  }

  const Module& module_;
  std::map<std::pair<uint32_t, ObstacleKind>, Obstacle> found_;
};

}  // namespace

Obstacles::Obstacles(const Module& module) : module_(module) {
  ObstacleFinder finder(module);
  finder.Run();
  all_ = finder.Take();
  std::set<std::pair<SectionId, ObstacleKind>> known;
  for (const Obstacle& obstacle : all_) {
    // These concern only the section that they are in.
    if (obstacle.kind == ObstacleKind::kLoaded ||
        obstacle.kind == ObstacleKind::kRecordKind) {
      continue;
    }
    const SectionId id = module.sections().NameOf(obstacle.section).id;
    if (known.insert({id, obstacle.kind}).second) first_.push_back(&obstacle);
  }
}

std::vector<Obstacle> Obstacles::Of(uint32_t section) const {
  const DwarfSections& sections = module_.sections();
  const SectionId id = sections.NameOf(section).id;
  if (id == SectionId::kNone) {
    return {{.kind = ObstacleKind::kRole,
             .section = section,
             .count = 1,
             .text = "the section holds no DWARF"}};
  }
  std::vector<Obstacle> found;
  auto own = std::lower_bound(all_.begin(), all_.end(), section,
                              [](const Obstacle& obstacle, uint32_t wanted) {
                                return obstacle.section < wanted;
                              });
  for (; own != all_.end() && own->section == section; ++own) {
    found.push_back(*own);
  }
  std::vector<Obstacle> others;
  for (const Obstacle* obstacle : first_) {
    if (obstacle->section == kNoSection) {
      found.push_back(*obstacle);
    } else if (obstacle->section != section &&
               MayRefer(sections.NameOf(obstacle->section).id, id)) {
      others.push_back(*obstacle);
    }
  }
  found.insert(found.end(), others.begin(), others.end());
  return found;
}

std::vector<uint32_t> Obstacles::SectionsOf(uint32_t section) const {
  if (section != kNoSection) return {section};
  std::vector<uint32_t> all;
  for (const DebugSection& debug : module_.file().debug_sections()) {
    all.push_back(debug.index);
  }
  return all;
}

}  // namespace dwreloc::internal
