// The works of work.h, done by LLVM's DWARFContext.
//
// DWARFContext::create puts the relocations of every debug section into hash
// maps; that is what Open times.  Without a LoadedObjectInfo every section of a
// relocatable file is at 0, as the works define, and an address is its offset
// and the index of its section.

#include <llvm/Config/llvm-config.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/DWARF/DWARFDebugLine.h>
#include <llvm/DebugInfo/DWARF/DWARFDie.h>
#include <llvm/DebugInfo/DWARF/DWARFFormValue.h>
#include <llvm/DebugInfo/DWARF/DWARFUnit.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/Error.h>

#include <memory>
#include <string>
#include <utility>

#include "work.h"

namespace {

using dwreloc_bench::Counts;
using dwreloc_bench::Fail;
using dwreloc_bench::Place;

template <typename T>
T Check(llvm::Expected<T> value) {
  if (!value) Fail(llvm::toString(value.takeError()));
  return std::move(*value);
}

void Count(const llvm::DWARFFormValue& value, Counts& counts) {
  ++counts.attrs;
  switch (value.getForm()) {
    case llvm::dwarf::DW_FORM_addr:
      ++counts.addr_n;
      counts.addr_sum += *value.getAsAddress();
      break;
    case llvm::dwarf::DW_FORM_strp:
    case llvm::dwarf::DW_FORM_line_strp:
    case llvm::dwarf::DW_FORM_string:
      if (value.getForm() == llvm::dwarf::DW_FORM_strp) {
        ++counts.strp_n;
        counts.strp_sum += value.getRawUValue();
      } else if (value.getForm() == llvm::dwarf::DW_FORM_line_strp) {
        ++counts.lstrp_n;
        counts.lstrp_sum += value.getRawUValue();
      }
      ++counts.str_n;
      counts.strbyte_sum +=
          static_cast<unsigned char>(*Check(value.getAsCString()));
      break;
    case llvm::dwarf::DW_FORM_data1:
    case llvm::dwarf::DW_FORM_data2:
    case llvm::dwarf::DW_FORM_data4:
    case llvm::dwarf::DW_FORM_data8:
    case llvm::dwarf::DW_FORM_udata:
    case llvm::dwarf::DW_FORM_sdata:
    case llvm::dwarf::DW_FORM_implicit_const:
      // getAsUnsignedConstant refuses negative numbers.
      ++counts.const_n;
      counts.const_sum += value.getRawUValue();
      break;
    case llvm::dwarf::DW_FORM_flag:
    case llvm::dwarf::DW_FORM_flag_present:
      counts.flag_sum += value.getRawUValue();
      break;
    case llvm::dwarf::DW_FORM_ref1:
    case llvm::dwarf::DW_FORM_ref2:
    case llvm::dwarf::DW_FORM_ref4:
    case llvm::dwarf::DW_FORM_ref8:
    case llvm::dwarf::DW_FORM_ref_udata:
      ++counts.ref_n;
      counts.ref_sum += *value.getAsRelativeReference();
      break;
    case llvm::dwarf::DW_FORM_block:
    case llvm::dwarf::DW_FORM_block1:
    case llvm::dwarf::DW_FORM_block2:
    case llvm::dwarf::DW_FORM_block4:
    case llvm::dwarf::DW_FORM_exprloc:
      ++counts.blk_n;
      counts.blk_sum += value.getAsBlock()->size();
      break;
    case llvm::dwarf::DW_FORM_sec_offset:
      ++counts.secoff_n;
      counts.secoff_sum += *value.getAsSectionOffset();
      break;
    default:
      break;
  }
}

void ReadLists(llvm::DWARFUnit& unit, const llvm::DWARFAttribute& attribute,
               Counts& counts) {
  if (attribute.Value.getForm() != llvm::dwarf::DW_FORM_sec_offset) return;
  const uint64_t offset = *attribute.Value.getAsSectionOffset();
  if (attribute.Attr == llvm::dwarf::DW_AT_ranges) {
    ++counts.rng_list_n;
    for (const llvm::DWARFAddressRange& range :
         Check(unit.findRnglistFromOffset(offset))) {
      ++counts.rng_n;
      counts.rng_begin_sum += range.LowPC;
    }
  } else if (attribute.Attr == llvm::dwarf::DW_AT_location ||
             attribute.Attr == llvm::dwarf::DW_AT_frame_base) {
    ++counts.loc_list_n;
    for (const llvm::DWARFLocationExpression& location :
         Check(unit.findLoclistFromOffset(offset))) {
      ++counts.loc_n;
      if (location.Range) counts.loc_begin_sum += location.Range->LowPC;
    }
  }
}

using ProcessRelocs = llvm::DWARFContext::ProcessDebugRelocations;

class LlvmFile : public dwreloc_bench::File {
 public:
  // A file without a context, as llvm-symbolizer keeps it until it is asked.
  explicit LlvmFile(const std::string& path)
      : binary_(Check(llvm::object::ObjectFile::createObjectFile(path))) {}
  LlvmFile(const std::string& path, ProcessRelocs process) : LlvmFile(path) {
    MakeContext(process);
  }

  void Walk(bool with_lists, Counts& counts) override {
    for (const std::unique_ptr<llvm::DWARFUnit>& unit :
         context_->normal_units()) {
      ++counts.units;
      for (const llvm::DWARFDebugInfoEntry& entry : unit->dies()) {
        // The ends of lists of siblings are entries, too.
        if (entry.getAbbreviationDeclarationPtr() == nullptr) continue;
        ++counts.dies;
        const llvm::DWARFDie die(unit.get(), &entry);
        for (const llvm::DWARFAttribute& attribute : die.attributes()) {
          Count(attribute.Value, counts);
          if (with_lists) ReadLists(*unit, attribute, counts);
        }
      }
      // Otherwise the DIEs of all units would be kept.
      unit->clear();
    }
  }

  void Lines(Counts& counts) override {
    for (const std::unique_ptr<llvm::DWARFUnit>& unit :
         context_->normal_units()) {
      const llvm::DWARFDebugLine::LineTable* table =
          context_->getLineTableForUnit(unit.get());
      if (table == nullptr) continue;
      counts.row_n += table->Rows.size();
      for (const llvm::DWARFDebugLine::Row& row : table->Rows) {
        counts.row_addr_sum += row.Address.Address;
        counts.row_line_sum += row.Line;
      }
      context_->clearLineTableForUnit(unit.get());
    }
  }

  Place Query(const std::string& symbol) override {
    MakeContext(ProcessRelocs::Process);
    Place place;
    for (const llvm::object::SymbolRef& candidate :
         binary_.getBinary()->symbols()) {
      llvm::Expected<llvm::StringRef> name = candidate.getName();
      if (!name) {
        llvm::consumeError(name.takeError());
        continue;
      }
      if (*name != symbol ||
          Check(candidate.getType()) != llvm::object::SymbolRef::ST_Function) {
        continue;
      }
      const llvm::object::SectionedAddress address = {
          Check(candidate.getAddress()),
          Check(candidate.getSection())->getIndex()};
      using Kind = llvm::DILineInfoSpecifier;
      const llvm::DILineInfo info = context_->getLineInfoForAddress(
          address,
          {Kind::FileLineInfoKind::RawValue, llvm::DINameKind::ShortName});
      place.function = info.FunctionName;
      place.file = info.FileName;
      place.line = info.Line;
    }
    return place;
  }

  uint64_t DigestedCount() override {
    uint64_t count = 0;
    for (const llvm::object::SectionRef& section :
         binary_.getBinary()->sections()) {
      const llvm::object::ELFSectionRef elf(section);
      if (elf.getType() != llvm::ELF::SHT_RELA &&
          elf.getType() != llvm::ELF::SHT_REL) {
        continue;
      }
      const auto target = Check(section.getRelocatedSection());
      if (target == binary_.getBinary()->section_end() ||
          !Check(target->getName()).starts_with(".debug_")) {
        continue;
      }
      count += static_cast<uint64_t>(std::distance(
          section.relocations().begin(), section.relocations().end()));
    }
    return count;
  }

 private:
  void MakeContext(ProcessRelocs process) {
    context_ = llvm::DWARFContext::create(*binary_.getBinary(), process);
  }

  const llvm::object::OwningBinary<llvm::object::ObjectFile> binary_;
  std::unique_ptr<llvm::DWARFContext> context_;
};

class LlvmReader : public dwreloc_bench::Reader {
 public:
  std::string Name() const override { return "LLVM " LLVM_VERSION_STRING; }
  std::unique_ptr<dwreloc_bench::File> Open(const std::string& path) override {
    return std::make_unique<LlvmFile>(path, ProcessRelocs::Process);
  }
  std::unique_ptr<dwreloc_bench::File> OpenLazily(
      const std::string& path) override {
    return std::make_unique<LlvmFile>(path);
  }
  std::unique_ptr<dwreloc_bench::File> OpenBare(
      const std::string& path) override {
    return std::make_unique<LlvmFile>(path, ProcessRelocs::Ignore);
  }
};

}  // namespace

int main(int argc, char** argv) {
  LlvmReader reader;
  return dwreloc_bench::RunWork(reader, argc, argv);
}
