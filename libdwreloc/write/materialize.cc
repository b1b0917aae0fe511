#include "write/materialize.h"

#include <elf.h>

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "write/apply_records.h"
#include "write/elf_copy.h"
#include "write/store.h"

namespace dwreloc::internal {
namespace {

class Materializer {
 public:
  Materializer(const Module& module, const MaterializeOptions& options)
      : module_(module),
        file_(module.file()),
        options_(options),
        copy_(module.file()) {}

  absl::StatusOr<Materialized> Run() && {
    if (options_.mode != MaterializeMode::kStatic) SetAddresses();
    if (options_.mode != MaterializeMode::kAddresses) {
      for (const DebugSection& section : file_.debug_sections()) {
        if (IsRelocated(section.index)) {
          DWRELOC_RETURN_IF_ERROR(Relocate(section.index));
        }
      }
    }
    if (options_.make_executable) {
      copy_.set_type(ET_EXEC);
      DWRELOC_RETURN_IF_ERROR(MakeSymbolsAbsolute());
    }
    if (options_.drop_code) DropCode();
    if (options_.is_strict && !result_.first_failure.ok()) {
      return result_.first_failure;
    }
    DWRELOC_ASSIGN_OR_RETURN(result_.image, copy_.Build());
    return std::move(result_);
  }

 private:
  bool IsLoaded(uint32_t section) const {
    return (file_.Header(section).sh_flags & SHF_ALLOC) != 0;
  }

  // .eh_frame is loaded; its records count from its own place.
  bool IsRelocated(uint32_t section) const {
    const bool has_records =
        !module_.sections().reloc_sections().For(section).empty();
    return has_records &&
           (options_.mode == MaterializeMode::kFull || !IsLoaded(section));
  }

  void SetAddresses() {
    for (uint32_t i = 1; i < file_.section_count(); ++i) {
      if (!IsLoaded(i)) continue;
      RelocValue start;
      start.kind = RelocKind::kSection;
      start.section = i;
      const absl::StatusOr<uint64_t> address =
          module_.resolver().Resolve(start);
      if (!address.ok()) continue;
      copy_.header(i).sh_addr = *address;
      ++result_.placed;
    }
  }

  absl::Status Relocate(uint32_t section) {
    const Applying applying = options_.mode == MaterializeMode::kStatic
                                  ? Applying::kStatic
                                  : Applying::kAll;
    absl::StatusOr<AppliedSection> applied =
        ApplyRecords(module_, section, applying);
    if (!applied.ok()) return applied.status();
    if (result_.first_failure.ok()) {
      result_.first_failure = applied->first_failure;
    }
    DWRELOC_ASSIGN_OR_RETURN(const bool stays, IsPartlyCrel(applied->records));
    if (stays) {
      for (const AppliedRecords& records : applied->records) {
        result_.left += records.applied + records.left.size();
      }
      return absl::OkStatus();
    }
    bool is_changed = false;
    for (const AppliedRecords& records : applied->records) {
      is_changed |= records.applied != 0;
      result_.applied += records.applied;
      result_.left += records.left.size();
      DWRELOC_RETURN_IF_ERROR(KeepWhatIsLeft(records));
    }
    if (!is_changed) return absl::OkStatus();
    if (file_.IsCompressed(section)) {
      DWRELOC_RETURN_IF_ERROR(MakeUncompressed(section));
    }
    copy_.SetContents(section, std::move(applied->bytes));
    return absl::OkStatus();
  }

  // The contents that are set next are those of an ordinary section.
  absl::Status MakeUncompressed(uint32_t section) {
    SectionHeader& header = copy_.header(section);
    header.sh_flags &= ~uint64_t{SHF_COMPRESSED};
    header.sh_addralign = 1;
    constexpr std::string_view kCompressed = ".zdebug_";
    const std::string_view name = file_.Name(section);
    if (!name.starts_with(kCompressed)) return absl::OkStatus();
    return copy_.Rename(section, std::string(".debug_").append(
                                     name.substr(kCompressed.size())));
  }

  // Of SHT_CREL, single records cannot be taken out; and what was applied must
  // not be applied again, where records add to what they find (R_RISCV_ADD32).
  absl::StatusOr<bool> IsPartlyCrel(
      const std::vector<AppliedRecords>& applied) const {
    for (const AppliedRecords& records : applied) {
      if (records.applied == 0 || records.left.empty()) continue;
      DWRELOC_ASSIGN_OR_RETURN(
          const RelocRecords stored,
          RelocRecords::Open(file_, records.reloc_section));
      if (stored.is_crel()) return true;
    }
    return false;
  }

  absl::Status KeepWhatIsLeft(const AppliedRecords& records) {
    if (records.is_unreadable || records.applied == 0) return absl::OkStatus();
    const uint32_t section = records.reloc_section;
    if (records.left.empty()) {
      copy_.Drop(section);
      return absl::OkStatus();
    }
    DWRELOC_ASSIGN_OR_RETURN(const RelocRecords stored,
                             RelocRecords::Open(file_, section));
    const uint64_t size = stored.bytes().size() / stored.count();
    std::vector<uint8_t> left;
    left.reserve(records.left.size() * size);
    for (const uint64_t index : records.left) {
      const uint8_t* const record = stored.data() + index * size;
      left.insert(left.end(), record, record + size);
    }
    copy_.SetContents(section, std::move(left));
    return absl::OkStatus();
  }

  // st_value of an unlinked file counts from the symbol's section.
  absl::Status MakeSymbolsAbsolute() {
    const uint32_t table = module_.symbols().section_index();
    if (table == kNoSection) return absl::OkStatus();
    DWRELOC_ASSIGN_OR_RETURN(const Bytes stored, file_.RawContents(table));
    std::vector<uint8_t> symbols(stored.begin(), stored.end());
    const size_t entry = file_.is_64() ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    const size_t at = file_.is_64() ? offsetof(Elf64_Sym, st_value)
                                    : offsetof(Elf32_Sym, st_value);
    for (uint32_t i = 1; i < module_.symbols().count(); ++i) {
      const Symbol symbol = module_.symbols().Get(i);
      // A thread's data have no address.
      if (symbol.section >= file_.section_count() || symbol.type == STT_TLS) {
        continue;
      }
      const uint64_t base = copy_.header(symbol.section).sh_addr;
      StoreWidth(symbols.data() + i * entry + at, file_.is_64() ? 8 : 4,
                 base + symbol.value, file_.order());
    }
    copy_.SetContents(table, std::move(symbols));
    return absl::OkStatus();
  }

  void DropCode() {
    for (uint32_t i = 1; i < file_.section_count(); ++i) {
      SectionHeader& header = copy_.header(i);
      // Readers need notes, and .eh_frame to unwind.
      if (!IsLoaded(i) || header.sh_type == SHT_NOTE ||
          file_.FindDebugSection(i) != nullptr) {
        continue;
      }
      if (header.sh_type != SHT_NULL) header.sh_type = SHT_NOBITS;
      for (const uint32_t reloc_section :
           module_.sections().reloc_sections().For(i)) {
        copy_.Drop(reloc_section);
      }
    }
  }

  const Module& module_;
  const ElfFile& file_;
  const MaterializeOptions options_;
  ElfCopy copy_;
  Materialized result_;
};

}  // namespace

absl::StatusOr<Materialized> Materialize(const Module& module,
                                         const MaterializeOptions& options) {
  if (!module.file().is_relocatable()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "the file is linked: there is nothing to relocate");
  }
  return Materializer(module, options).Run();
}

}  // namespace dwreloc::internal
