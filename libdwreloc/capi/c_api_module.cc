// Modules, sections, records, counters: one-line forwards.
// Tested by tests/api.

#include <elf.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/owners.h"
#include "audit/records.h"
#include "capi/arguments.h"
#include "capi/zero.h"
#include "dwarf/sections.h"
#include "elf/notes.h"
#include "reloc/explain.h"
#include "reloc/linker_sentence.h"

namespace dwreloc::internal {
namespace {

int Open(absl::StatusOr<std::unique_ptr<ElfFile>> file, const char* name,
         Dwreloc_Module** module) {
  if (!file.ok()) return Fail(nullptr, file.status(), name);
  *module = Wrap(new Module(*std::move(file)));
  return DWRELOC_OK;
}

const char* NameOr(const char* name, const char* fallback) {
  return name == nullptr ? fallback : name;
}

// REQUIRES: what is reserved is zero.
void FillRecord(const Module& module, const Record& record,
                Dwreloc_Record* result) {
  result->offset = record.raw.offset;
  result->section = record.section;
  result->reloc_section = record.reloc_section;
  result->index = record.index;
  result->type = record.raw.type;
  result->symbol = record.raw.symbol;
  result->addend = record.addend;
  result->in_place = record.in_place;
  result->type_name = record.howto.name;
  result->width = static_cast<uint8_t>(record.size);
  result->is_rela = record.is_rela ? 1 : 0;
  result->value = Wrap(module, record.value);
  result->r_info = record.info;
}

void DescribeRecord(const Module& module, const Record& record,
                    Dwreloc_Record* result) {
  SetZero(result);
  FillRecord(module, record, result);
}

// 1 and the record, 0 or a failure.
int RecordAt(const Module& module, uint32_t section, uint64_t offset,
             Dwreloc_Record* record) {
  *record = {};
  if (section >= module.file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  RecordReader reader(module, section, offset,
                      offset == kNoOffset ? offset : offset + 1);
  Record found;
  if (!reader.Next(&found)) {
    const absl::Status status = reader.status();
    return status.ok() ? 0 : Fail(module, status);
  }
  DescribeRecord(module, found, record);
  return 1;
}

// REQUIRES: what is reserved is zero.
void FillOwner(const Owners::Found& found, Dwreloc_Owner* result) {
  result->field = found.owner.field;
  result->uses = found.uses;
  result->attribute = found.owner.attribute;
  result->unit = found.owner.unit;
  result->die = found.owner.die;
  result->list = found.owner.list;
  result->section = found.owner.section;
}

int VisitOwners(const Dwreloc_Module* module, ReadScope scope,
                int (*visit)(void* user, const Dwreloc_Record* record,
                             const Dwreloc_Owner* owner),
                void* user) {
  if (scope.section != kNoSection &&
      scope.section >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  int result = 0;
  Dwreloc_Record c_record = {};
  Dwreloc_Owner c_owner = {};
  const absl::Status status =
      Owners::Visit(Unwrap(module), scope,
                    [&](const Record& record, const Owners::Found& owner) {
                      FillRecord(Unwrap(module), record, &c_record);
                      FillOwner(owner, &c_owner);
                      result = visit(user, &c_record, &c_owner);
                      return result == 0;
                    });
  if (result != 0) return result;
  return status.ok() ? DWRELOC_OK : Fail(module, status);
}

}  // namespace

void DescribeSection(const Module& module, uint32_t index,
                     Dwreloc_Section* section) {
  const ElfFile& file = module.file();
  const SectionHeader header = file.Header(index);
  const std::string_view name = file.Name(index);
  *section = {};
  section->index = index;
  section->type = header.sh_type;
  section->name = name.data();
  section->flags = header.sh_flags;
  section->address = header.sh_addr;
  section->file_offset = header.sh_offset;
  section->file_size = header.sh_size;
  section->alignment = header.sh_addralign;
  section->entry_size = header.sh_entsize;
  section->link = header.sh_link;
  section->info = header.sh_info;
  section->group = file.Group(index);
  section->holds_dwarf = file.FindDebugSection(index) != nullptr ? 1 : 0;
  const bool is_loaded = (header.sh_flags & SHF_ALLOC) != 0;
  section->is_debug = is_loaded ? 0 : section->holds_dwarf;
  section->is_compressed = file.IsCompressed(index) ? 1 : 0;
  section->reloc_count =
      module.sections().reloc_sections().CountRecords(file, index);
  section->main_index = module.SectionInMain(index);
}

}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_open(const char* path, Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(path, module);
  *module = nullptr;
  return Open(ElfFile::OpenPath(path), path, module);
} catch (...) {
  return FailCaught();
}

int dwreloc_open_limited(const char* path, uint64_t limit,
                         Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(path, module);
  *module = nullptr;
  return Open(ElfFile::OpenPath(path, limit), path, module);
} catch (...) {
  return FailCaught();
}

int dwreloc_open_fd(int fd, const char* name, Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(module);
  *module = nullptr;
  DWRELOC_EXPECT(fd >= 0, fd, "is negative");
  name = NameOr(name, "(file descriptor)");
  return Open(ElfFile::OpenFd(fd, name), name, module);
} catch (...) {
  return FailCaught();
}

int dwreloc_open_memory(const void* image, size_t size, const char* name,
                        Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(module);
  *module = nullptr;
  DWRELOC_EXPECT(image != nullptr || size == 0, image, "is NULL");
  name = NameOr(name, "(memory)");
  return Open(ElfFile::OpenMemory(
                  Bytes(static_cast<const uint8_t*>(image), size), name),
              name, module);
} catch (...) {
  return FailCaught();
}

int dwreloc_open_elf(struct Elf* elf, const char* name,
                     Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(elf, module);
  *module = nullptr;
  name = NameOr(name, "(Elf)");
  return Open(ElfFile::OpenElf(elf, name), name, module);
} catch (...) {
  return FailCaught();
}

void dwreloc_close(Dwreloc_Module* module) {
  if (module != nullptr) delete &Unwrap(module);
}

int dwreloc_file_bytes(const Dwreloc_Module* module, const uint8_t** bytes,
                       size_t* size) try {
  DWRELOC_NOT_NULL(module, bytes, size);
  const Bytes image = Unwrap(module).file().image();
  *bytes = image.data();
  *size = image.size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_file_info(const Dwreloc_Module* module,
                      Dwreloc_File_Info* info) try {
  DWRELOC_NOT_NULL(module, info);
  const ElfFile& file = Unwrap(module).file();
  *info = {};
  info->name = file.name().c_str();
  const ElfFile* const main = Unwrap(module).main_file();
  info->main_name = main == nullptr ? nullptr : main->name().c_str();
  info->e_type = file.e_type();
  info->e_machine = file.e_machine();
  info->elf_class = file.is_64() ? 64 : 32;
  info->big_endian = file.order() == ByteOrder::kBig ? 1 : 0;
  info->relocatable = file.is_relocatable() ? 1 : 0;
  info->machine_known = Unwrap(module).sections().machine() != nullptr ? 1 : 0;
  info->machine = MachineName(file.e_machine());
  if (info->machine == nullptr) {
    info->machine = Unwrap(module).Keep(absl::StrCat(file.e_machine()));
  }
  info->section_count = file.section_count();
  info->symbol_count = Unwrap(module).symbols().count();
  info->size = file.image().size();
  const Machine* machine = Unwrap(module).sections().machine();
  info->absolute32_type = AbsoluteType(machine, 4, file.order());
  info->absolute64_type = AbsoluteType(machine, 8, file.order());
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_build_id(const Dwreloc_Module* module, const uint8_t** bytes,
                     size_t* size) try {
  DWRELOC_NOT_NULL(module, bytes, size);
  const absl::StatusOr<Bytes> id = BuildId(Unwrap(module).file());
  if (!id.ok()) return Fail(module, id.status());
  *bytes = id->data();
  *size = id->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_section(const Dwreloc_Module* module, uint32_t index,
                    Dwreloc_Section* section) try {
  DWRELOC_NOT_NULL(module, section);
  if (index >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  DescribeSection(Unwrap(module), index, section);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_section_data(const Dwreloc_Module* module, uint32_t index,
                         const uint8_t** bytes, size_t* size) try {
  DWRELOC_NOT_NULL(module, bytes, size);
  const absl::StatusOr<Bytes> contents = Unwrap(module).file().Contents(index);
  if (!contents.ok()) return Fail(module, contents.status());
  *bytes = contents->data();
  *size = contents->size();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_find_section(const Dwreloc_Module* module, const char* name,
                         uint32_t from, uint32_t* index) try {
  DWRELOC_NOT_NULL(module, name, index);
  const uint32_t found = Unwrap(module).file().FindSection(name, from);
  if (found == kNoSection) return 0;
  *index = found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_records_begin(const Dwreloc_Module* module, uint32_t section,
                          uint64_t from, uint64_t to,
                          Dwreloc_Records* records) try {
  DWRELOC_NOT_NULL(module, records);
  Clear(records);
  if (section >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  Emplace(records, RecordReader(Unwrap(module), section, from, to));
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_records_next(Dwreloc_Records* records, Dwreloc_Record* record) try {
  DWRELOC_NOT_NULL(records, record);
  RecordReader* reader = In<RecordReader>(records);
  DWRELOC_BEGUN(reader, records);
  const Module& module = reader->module();
  Record next;
  if (!reader->Next(&next)) {
    const absl::Status status = reader->status();
    return status.ok() ? 0 : Fail(module, status);
  }
  DescribeRecord(module, next, record);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_record_at(const Dwreloc_Module* module, uint32_t section,
                      uint64_t offset, Dwreloc_Record* record) try {
  DWRELOC_NOT_NULL(module, record);
  return RecordAt(Unwrap(module), section, offset, record);
} catch (...) {
  return FailCaught();
}

int dwreloc_form_record(const Dwreloc_Attribute* attribute,
                        Dwreloc_Record* record) try {
  DWRELOC_NOT_NULL(attribute, record);
  *record = {};
  DWRELOC_FILLED(attribute);
  const Attribute& a = Unwrap(attribute);
  if (a.offset == kNoOffset || (a.flags & kAttributeHasRecord) == 0) return 0;
  return RecordAt(ModuleOf(*a.unit), a.unit->section(), a.offset, record);
} catch (...) {
  return FailCaught();
}

int dwreloc_record_sentence(const Dwreloc_Module* module,
                            const Dwreloc_Record* record, char* buffer,
                            size_t size) try {
  DWRELOC_NOT_NULL(module, record);
  DWRELOC_EXPECT(buffer != nullptr || size == 0, buffer, "is NULL");
  // Records stand in a section of their own, which is not the first.
  DWRELOC_EXPECT(record->reloc_section != 0, record, "was not filled in");
  const std::string text = LinkerSentence(Unwrap(module).sections().context(),
                                          {.raw = {.offset = record->offset,
                                                   .type = record->type,
                                                   .symbol = record->symbol,
                                                   .addend = record->addend},
                                           .section = record->section,
                                           .is_rela = record->is_rela != 0,
                                           .addend = record->addend,
                                           .size = record->width});
  CopyText(text, buffer, size);
  return static_cast<int>(text.size());
} catch (...) {
  return FailCaught();
}

int dwreloc_owners(const Dwreloc_Module* module, uint32_t section,
                   int (*visit)(void* user, const Dwreloc_Record* record,
                                const Dwreloc_Owner* owner),
                   void* user) try {
  DWRELOC_NOT_NULL(module, visit);
  return VisitOwners(module, {.section = section}, visit, user);
} catch (...) {
  return FailCaught();
}

int dwreloc_owners_between(const Dwreloc_Module* module, uint32_t section,
                           uint64_t from, uint64_t to,
                           int (*visit)(void* user,
                                        const Dwreloc_Record* record,
                                        const Dwreloc_Owner* owner),
                           void* user) try {
  DWRELOC_NOT_NULL(module, visit);
  return VisitOwners(module, {section, from, to}, visit, user);
} catch (...) {
  return FailCaught();
}

int dwreloc_stats(const Dwreloc_Module* module, Dwreloc_Stats* stats) try {
  DWRELOC_NOT_NULL(module, stats);
  *stats = {};
  const DigestStats digests = Unwrap(module).sections().digest_stats();
  stats->sections_digested = digests.sections;
  stats->records_digested = digests.records;
  stats->records_static = digests.static_records;
  stats->digests_sorted = digests.sorted;
  stats->digest_bytes = digests.bytes;
  stats->sections_decompressed = Unwrap(module).file().sections_decompressed();
  stats->decompressed_bytes = Unwrap(module).file().decompressed_bytes();
  stats->sections_asked = Unwrap(module).resolver().sections_asked();
  stats->symbols_asked = Unwrap(module).resolver().symbols_asked();
  stats->unpacked_bytes = Unwrap(module).file().unpacked_bytes();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_is_digested(const Dwreloc_Module* module, uint32_t section) try {
  DWRELOC_NOT_NULL(module);
  return Unwrap(module).sections().PeekDigest(section) != nullptr ? 1 : 0;
} catch (...) {
  return FailCaught();
}

int dwreloc_section_memory(const Dwreloc_Module* module, uint32_t section,
                           Dwreloc_Section_Memory* memory) try {
  DWRELOC_NOT_NULL(module, memory);
  if (section >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  *memory = {};
  const RelocTable* table = Unwrap(module).sections().PeekDigest(section);
  if (table != nullptr) {
    memory->records_digested = table->record_count();
    memory->digest_bytes = table->memory();
  }
  memory->decompressed_bytes = Unwrap(module).file().DecompressedBytes(section);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_trim(Dwreloc_Module* module) try {
  DWRELOC_NOT_NULL(module);
  Unwrap(module).Trim();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_diagnostic(const Dwreloc_Module* module, size_t index,
                       Dwreloc_Diagnostic* diagnostic) try {
  DWRELOC_NOT_NULL(module, diagnostic);
  *diagnostic = {};
  uint32_t section = kNoSection;
  const RelocDiagnostic* found =
      Unwrap(module).sections().FindDiagnostic(index, &section);
  if (found == nullptr) return 0;
  std::string text =
      DescribeDiagnostic(Unwrap(module).sections().machine(), *found);
  diagnostic->code = -static_cast<int>(found->code);
  diagnostic->section = section;
  diagnostic->reloc_type = found->type;
  diagnostic->count = found->count;
  diagnostic->offset = found->first_offset;
  diagnostic->text = Unwrap(module).Keep(std::move(text));
  return 1;
} catch (...) {
  return FailCaught();
}

namespace {

struct DigestWork {
  const DwarfSections& sections;
  std::vector<uint32_t> parts;  // the sections to digest, some repeatedly
};

// What fails here fails again in dwreloc_digest_all, which reports it.
void DigestPart(void* work, size_t index) {
  try {
    const DigestWork& all = *static_cast<const DigestWork*>(work);
    all.sections.Digest(all.parts[index]);
  } catch (...) {
  }
}

}  // namespace

int dwreloc_digest_all_with(
    const Dwreloc_Module* module,
    void (*execute)(void* user, size_t count,
                    void (*run)(void* work, size_t index), void* work),
    void* user) try {
  DWRELOC_NOT_NULL(module);
  DWRELOC_NOT_NULL(execute);
  const DwarfSections& sections = Unwrap(module).sections();
  DigestWork work = {.sections = sections, .parts = sections.DigestParts()};
  execute(user, work.parts.size(), DigestPart, &work);
  return dwreloc_digest_all(module);
} catch (...) {
  return FailCaught();
}

int dwreloc_digest_all(const Dwreloc_Module* module) try {
  DWRELOC_NOT_NULL(module);
  const absl::Status status = Unwrap(module).sections().DigestAll();
  return status.ok() ? DWRELOC_OK : Fail(module, status);
} catch (...) {
  return FailCaught();
}
