#include "set/module_set.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "elf/notes.h"
#include "placing/section_addresses.h"
#include "set/debug_file.h"
#include "set/kernel_files.h"
#include "set/module_name.h"

namespace dwreloc::internal {

class ModuleSet::MemberOracle final : public ModuleOracle {
 public:
  MemberOracle(const ModuleSet& set, uint32_t index, const Module& module,
               std::unique_ptr<ModuleOracle> user)
      : set_(set), index_(index), module_(module), user_(std::move(user)) {}

  Answer SectionAddress(uint32_t section, uint64_t* address) override {
    return user_ == nullptr ? Answer::kUnknown
                            : user_->SectionAddress(section, address);
  }
  Answer SymbolAddress(uint32_t symbol, uint64_t* address) override {
    if (user_ != nullptr) {
      const Answer answer = user_->SymbolAddress(symbol, address);
      if (answer != Answer::kUnknown) return answer;
    }
    const SymbolTable& symbols = module_.symbols();
    const std::optional<uint64_t> found =
        set_.FindSymbol(symbols.Name(symbols.Get(symbol)), index_);
    if (!found.has_value()) return Answer::kUnknown;
    *address = *found;
    return Answer::kPlaced;
  }
  Answer FindFile(const FileRequest& request, std::string* path) override {
    return user_ == nullptr ? Answer::kUnknown : user_->FindFile(request, path);
  }

  void Opened(const Module& other) override {
    if (user_ != nullptr) user_->Opened(other);
  }
  void Digested(uint32_t section, uint64_t records) override {
    if (user_ != nullptr) user_->Digested(section, records);
  }

 private:
  const ModuleSet& set_;
  const uint32_t index_;
  const Module& module_;
  const std::unique_ptr<ModuleOracle> user_;
};

std::unique_ptr<ModuleOracle> ModuleSet::OracleFor(uint32_t index,
                                                   const Module& module) const {
  std::unique_ptr<ModuleOracle> user;
  if (make_oracle_ != nullptr) user = make_oracle_(module);
  return std::make_unique<MemberOracle>(*this, index, module, std::move(user));
}

void ModuleSet::SetOracles(MakeOracle make) {
  make_oracle_ = std::move(make);
  for (uint32_t i = 0; i < count(); ++i) {
    const absl::StatusOr<Files>* const files = members_[i].files.Peek();
    if (files == nullptr || !files->ok()) continue;
    Module& module = *(*files)->module;
    module.SetOracle(OracleFor(i, module));
  }
}

const ExportIndex& ModuleSet::exports() const {
  return exports_.Get([this] {
    ExportIndex index;
    for (uint32_t i = 0; i < count(); ++i) {
      // Of the others nobody knows where they are.
      if (members_[i].report.places.empty() && !IsPlaced(i)) continue;
      const absl::StatusOr<Module*> module = Get(i);
      if (module.ok()) index.Add(i, (*module)->symbols());
    }
    return index;
  });
}

std::optional<uint64_t> ModuleSet::FindSymbol(std::string_view name,
                                              uint32_t asker) const {
  if (kernel_symbols_ != nullptr) {
    const std::optional<uint64_t> address = kernel_symbols_->Find(name);
    if (address.has_value()) return address;
  }
  if (!uses_exports_) return std::nullopt;
  const std::optional<ExportIndex::Place> place = exports().Find(name, asker);
  if (!place.has_value()) return std::nullopt;
  const absl::StatusOr<Module*> module = Get(place->module);
  if (!module.ok()) return std::nullopt;
  const Symbol symbol = (*module)->symbols().Get(place->symbol);
  if (symbol.section == kNoSection) return symbol.value;
  RelocValue value;
  value.kind = RelocKind::kSection;
  value.section = symbol.section;
  value.symbol = place->symbol;
  value.value = symbol.value;
  const absl::StatusOr<uint64_t> address = (*module)->resolver().AddressOf(
      (*module)->file().is_relocatable() ? value
                                         : RelocValue::Constant(symbol.value));
  if (!address.ok()) return std::nullopt;
  return *address;
}

uint32_t ModuleSet::FindBuildId(Bytes build_id, uint32_t from) const {
  for (uint32_t i = from; i < count(); ++i) {
    const std::vector<uint8_t>& known = members_[i].report.build_id;
    if (!known.empty()) {
      if (std::ranges::equal(known, build_id)) return i;
      continue;
    }
    const absl::StatusOr<Module*> module = Get(i);
    if (module.ok() && HasBuildId((*module)->file(), build_id)) return i;
  }
  return count();
}

uint32_t ModuleSet::Add(ModuleReport report) {
  if (report.name.empty()) report.name = ModuleNameOf(report.path);
  const uint32_t index = count();
  by_name_[ModuleKey(report.name)].push_back(index);
  members_.emplace_back().report = std::move(report);
  ranges_.Reset();
  exports_.Reset();
  return index;
}

absl::StatusOr<uint32_t> ModuleSet::AddDirectory(const std::string& path) {
  DWRELOC_ASSIGN_OR_RETURN(std::vector<std::string> paths,
                           FindModuleFiles(path));
  for (std::string& found : paths) {
    ModuleReport report;
    report.path = std::move(found);
    Add(std::move(report));
  }
  return static_cast<uint32_t>(paths.size());
}

absl::StatusOr<uint32_t> ModuleSet::AddLive(const std::string& root) {
  DWRELOC_ASSIGN_OR_RETURN(const std::vector<LoadedModule> loaded,
                           ReadLoadedModules(root));
  for (const LoadedModule& module : loaded) {
    ModuleReport report;
    report.name = module.name;
    report.begin = module.begin;
    report.end = module.end;
    report.places =
        absl::StrCat(root, "/sys/module/", module.name, "/sections");
    report.notes = absl::StrCat(root, "/sys/module/", module.name, "/notes");
    const uint32_t known = Find(module.name, 0);
    if (known != count()) report.path = members_[known].report.path;
    Add(std::move(report));
  }
  return static_cast<uint32_t>(loaded.size());
}

uint32_t ModuleSet::Find(std::string_view name, uint32_t from) const {
  const auto found = by_name_.find(ModuleKey(name));
  if (found == by_name_.end()) return count();
  const std::vector<uint32_t>& indexes = found->second;
  const auto at = std::lower_bound(indexes.begin(), indexes.end(), from);
  return at == indexes.end() ? count() : *at;
}

absl::StatusOr<std::unique_ptr<const ElfFile>> ModuleSet::OpenMain(
    const ModuleReport& report) const {
  if (report.path.empty()) {
    // The notes are those of a running kernel, in the order of its machine.
    const std::vector<uint8_t> build_id =
        !report.build_id.empty()
            ? report.build_id
            : ReadLoadedBuildId(report.notes, kNativeOrder);
    std::unique_ptr<const ElfFile> found =
        FindDebugFileOf(build_id, directories_);
    if (found != nullptr) return found;
    return MakeError(
        ErrorCode::kNotFound,
        absl::StrCat("no file of module ", report.name, " is known"));
  }
  DWRELOC_ASSIGN_OR_RETURN(std::unique_ptr<const ElfFile> file,
                           ElfFile::OpenPath(report.path.c_str()));
  const std::vector<uint8_t> expected =
      !report.build_id.empty() ? report.build_id
                               : ReadLoadedBuildId(report.notes, file->order());
  if (expected.empty() || HasBuildId(*file, expected)) return file;
  return MakeError(ErrorCode::kNotFound,
                   absl::StrCat("another build of module ", report.name,
                                ": its build-id differs"));
}

absl::StatusOr<ModuleSet::Files> ModuleSet::Open(uint32_t index) const {
  const ModuleReport& report = members_[index].report;
  DWRELOC_ASSIGN_OR_RETURN(std::unique_ptr<const ElfFile> file,
                           OpenMain(report));
  Files files;
  if (!HasDwarf(*file)) {
    std::unique_ptr<const ElfFile> debug = FindDebugFile(*file, directories_);
    if (debug != nullptr) {
      files.main = std::move(file);
      file = std::move(debug);
    }
  }
  files.module = std::make_unique<Module>(
      std::move(file),
      ModuleContext{.main_file = files.main.get(),
                    .directories = &directories_,
                    .open_supplementary = [this](const std::string& path) {
                      return Module::OpenIn(supplementary_, path,
                                            {.directories = &directories_});
                    }});
  opened_.fetch_add(1, std::memory_order_relaxed);
  files.module->SetOracle(OracleFor(index, *files.module));
  if (!report.places.empty()) {
    DWRELOC_RETURN_IF_ERROR(PlaceFromDirectory(files.module->file(),
                                               files.module->resolver(),
                                               report.places.c_str())
                                .status());
  }
  return files;
}

absl::StatusOr<Module*> ModuleSet::Get(uint32_t index) const {
  const Member& member = members_[index];
  const absl::StatusOr<Files>& files =
      member.files.Get([&] { return Open(index); });
  if (!files.ok()) return files.status();
  return files->module.get();
}

const ElfFile* ModuleSet::main_file(uint32_t index) const {
  const absl::StatusOr<Files>* files = members_[index].files.Peek();
  return files == nullptr || !files->ok() ? nullptr : (*files)->main.get();
}

bool ModuleSet::IsPlaced(uint32_t index) const {
  const absl::StatusOr<Files>* const files = members_[index].files.Peek();
  return files != nullptr && files->ok() &&
         (*files)->module->resolver().HasPlaces();
}

std::vector<ModuleSet::Range> ModuleSet::FindRanges() const {
  std::vector<Range> ranges;
  for (uint32_t i = 0; i < count(); ++i) {
    const ModuleReport& report = members_[i].report;
    if (report.begin < report.end) {
      ranges.push_back({report.begin, report.end, i});
    }
  }
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return std::pair(a.begin, a.index) < std::pair(b.begin, b.index);
  });
  return ranges;
}

absl::StatusOr<std::optional<std::pair<uint32_t, RelocValue>>>
ModuleSet::Locate(uint64_t address) const {
  using Found = std::optional<std::pair<uint32_t, RelocValue>>;
  const auto in_member = [&](uint32_t index) -> absl::StatusOr<Found> {
    DWRELOC_ASSIGN_OR_RETURN(const Module* module, Get(index));
    if (!module->file().is_relocatable() && !module->resolver().HasPlaces()) {
      const uint64_t slide = members_[index].report.slide;
      return std::pair(index, RelocValue::Constant(address - slide));
    }
    const std::optional<RelocValue> place = module->resolver().Locate(address);
    if (!place.has_value()) return Found();
    return std::pair(index, *place);
  };
  const std::vector<Range>& ranges =
      ranges_.Get([this] { return FindRanges(); });
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), address,
      [](uint64_t value, const Range& range) { return value < range.begin; });
  if (after != ranges.begin() && address < (after - 1)->end) {
    DWRELOC_ASSIGN_OR_RETURN(Found found, in_member((after - 1)->index));
    if (found.has_value()) return found;
  }
  // Since Linux 6.4 the parts of a module lie apart, and the range is that of
  // one part.
  for (uint32_t i = 0; i < count(); ++i) {
    const Member& member = members_[i];
    if (member.report.places.empty() && member.files.Peek() == nullptr) {
      continue;
    }
    absl::StatusOr<Found> found = in_member(i);
    if (!found.ok()) continue;
    // A linked module of which nothing is placed could be anywhere.
    if (found->has_value() && IsPlaced(i)) return *found;
  }
  return Found();
}

void ModuleSet::Close(uint32_t index) {
  if (members_[index].files.Peek() == nullptr) return;
  members_[index].files.Reset();
  exports_.Reset();
}

}  // namespace dwreloc::internal
