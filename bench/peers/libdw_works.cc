// The works of work.h, done by elfutils: libdwfl relocates, libdw reads.
//
// A module reported with dwfl_report_module is laid out by nobody but its
// section_address callback, which says 0 for every section: so addresses are
// offsets in sections, as the works define.  dwfl_module_getdwarf applies all
// relocations of all debug sections, to private pages of the mapped file; that
// is what Open times.  For `query` files are reported with dwfl_report_offline,
// as eu-addr2line does, and only the one that is asked is relocated.
//
// Known difference: dwarf_getlocations of elfutils 0.188 does not know
// DW_OP_GNU_uninit (gcc writes it), calls the expression invalid and gives up
// the rest of its list.  Such lists are counted as loc_lost; loc_n is too small
// by what was in them, 11 of 111,950 locations in Debian's xfs.ko.

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <string>

#include "work.h"

namespace {

using dwreloc_bench::Counts;
using dwreloc_bench::Fail;
using dwreloc_bench::Place;

void Check(bool is_good, const char* what) {
  if (is_good) return;
  const char* text = dwarf_errmsg(-1);
  Fail(std::string(what) + ": " + (text != nullptr ? text : "no reason given"));
}

void CheckDwfl(bool is_good, const char* what) {
  if (is_good) return;
  const char* text = dwfl_errmsg(-1);
  Fail(std::string(what) + ": " + (text != nullptr ? text : "no reason given"));
}

int FindElf(Dwfl_Module*, void** user, const char*, Dwarf_Addr,
            char** file_name, Elf**) {
  const char* path = static_cast<const char*>(*user);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail(std::string("cannot open ") + path);
  *file_name = strdup(path);
  return fd;
}

int NoDebugFile(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*,
                const char*, GElf_Word, char**) {
  return -1;
}

int AtZero(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*,
           GElf_Word, const GElf_Shdr*, Dwarf_Addr* address) {
  *address = 0;
  return 0;
}

// What the next function needs to know besides the DIE.
struct Visit {
  Counts* counts;
  Dwarf_Die* die;
  uint8_t offset_size;
  bool with_lists;
  bool is_big_endian;
};

// An offset as it stands in the relocated section: libdw's calls give what it
// refers to instead, and know no place for that of DW_AT_GNU_locviews.
uint64_t StoredOffset(const Dwarf_Attribute* attribute, const Visit& visit) {
  uint64_t value = 0;
  for (int i = 0; i < visit.offset_size; ++i) {
    const int byte = visit.is_big_endian ? i : visit.offset_size - 1 - i;
    value = value << 8 | attribute->valp[byte];
  }
  return value;
}

void ReadLists(Dwarf_Attribute* attribute, const Visit& visit) {
  Counts& counts = *visit.counts;
  const unsigned name = dwarf_whatattr(attribute);
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  ptrdiff_t step = 0;
  if (name == DW_AT_ranges) {
    ++counts.rng_list_n;
    while ((step = dwarf_ranges(visit.die, step, &base, &begin, &end)) > 0) {
      ++counts.rng_n;
      counts.rng_begin_sum += begin;
    }
    Check(step == 0, "dwarf_ranges");
  } else if (name == DW_AT_location || name == DW_AT_frame_base) {
    ++counts.loc_list_n;
    Dwarf_Op* ops;
    size_t op_count;
    while ((step = dwarf_getlocations(attribute, step, &base, &begin, &end,
                                      &ops, &op_count)) > 0) {
      ++counts.loc_n;
      counts.loc_begin_sum += begin;
    }
    // See the head of this file.
    if (step < 0) ++counts.loc_lost;
  }
}

int CountAttribute(Dwarf_Attribute* attribute, void* user) {
  const Visit& visit = *static_cast<Visit*>(user);
  Counts& counts = *visit.counts;
  ++counts.attrs;
  const unsigned form = dwarf_whatform(attribute);
  switch (form) {
    case DW_FORM_addr: {
      Dwarf_Addr value;
      Check(dwarf_formaddr(attribute, &value) == 0, "dwarf_formaddr");
      ++counts.addr_n;
      counts.addr_sum += value;
      break;
    }
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_string: {
      if (form == DW_FORM_strp) {
        ++counts.strp_n;
        counts.strp_sum += StoredOffset(attribute, visit);
      } else if (form == DW_FORM_line_strp) {
        ++counts.lstrp_n;
        counts.lstrp_sum += StoredOffset(attribute, visit);
      }
      const char* string = dwarf_formstring(attribute);
      Check(string != nullptr, "dwarf_formstring");
      ++counts.str_n;
      counts.strbyte_sum += static_cast<unsigned char>(*string);
      break;
    }
    case DW_FORM_data1:
    case DW_FORM_data2:
    case DW_FORM_data4:
    case DW_FORM_data8:
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_implicit_const: {
      Dwarf_Word value;
      Check(dwarf_formudata(attribute, &value) == 0, "dwarf_formudata");
      ++counts.const_n;
      counts.const_sum += value;
      break;
    }
    case DW_FORM_flag:
    case DW_FORM_flag_present: {
      bool value;
      Check(dwarf_formflag(attribute, &value) == 0, "dwarf_formflag");
      counts.flag_sum += value;
      break;
    }
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata: {
      // dwarf_formref_die would also find the DIE, which is more than asked.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
      Dwarf_Off value;
      Check(dwarf_formref(attribute, &value) == 0, "dwarf_formref");
#pragma GCC diagnostic pop
      ++counts.ref_n;
      counts.ref_sum += value;
      break;
    }
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
    case DW_FORM_exprloc: {
      Dwarf_Block block;
      Check(dwarf_formblock(attribute, &block) == 0, "dwarf_formblock");
      ++counts.blk_n;
      counts.blk_sum += block.length;
      break;
    }
    case DW_FORM_sec_offset:
      ++counts.secoff_n;
      counts.secoff_sum += StoredOffset(attribute, visit);
      if (visit.with_lists) ReadLists(attribute, visit);
      break;
    default:
      break;
  }
  return DWARF_CB_OK;
}

// A DIE, its later siblings, and all below: recursion over depth only.
void WalkTree(Dwarf_Die die, Visit* visit) {
  for (;;) {
    ++visit->counts->dies;
    visit->die = &die;
    Check(dwarf_getattrs(&die, CountAttribute, visit, 0) == 1,
          "dwarf_getattrs");
    Dwarf_Die next;
    if (dwarf_child(&die, &next) == 0) WalkTree(next, visit);
    const int result = dwarf_siblingof(&die, &next);
    Check(result >= 0, "dwarf_siblingof");
    if (result != 0) return;
    die = next;
  }
}

uint64_t CountDebugRelocs(Elf* elf) {
  uint64_t count = 0;
  size_t names;
  Check(elf_getshdrstrndx(elf, &names) == 0, "elf_getshdrstrndx");
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr header;
    gelf_getshdr(section, &header);
    if (header.sh_type != SHT_RELA && header.sh_type != SHT_REL) continue;
    GElf_Shdr target;
    if (gelf_getshdr(elf_getscn(elf, header.sh_info), &target) == nullptr) {
      continue;
    }
    const char* name = elf_strptr(elf, names, target.sh_name);
    if (name != nullptr && strncmp(name, ".debug_", 7) == 0) {
      count += header.sh_size / header.sh_entsize;
    }
  }
  return count;
}

enum class Layout { kZero, kOffline };

class DwflFile : public dwreloc_bench::File {
 public:
  DwflFile(const std::string& path, Layout layout) : path_(path) {
    callbacks_.find_elf = FindElf;
    callbacks_.find_debuginfo = NoDebugFile;
    callbacks_.section_address =
        layout == Layout::kZero ? AtZero : dwfl_offline_section_address;
    dwfl_ = dwfl_begin(&callbacks_);
    CheckDwfl(dwfl_ != nullptr, "dwfl_begin");
    if (layout == Layout::kOffline) {
      module_ = dwfl_report_offline(dwfl_, "", path_.c_str(), -1);
    } else {
      // The range is not looked at, but empty ones are not allowed.
      module_ = dwfl_report_module(dwfl_, "module", 0, 1);
    }
    CheckDwfl(module_ != nullptr, "dwfl_report");
    if (layout == Layout::kZero) {
      void** user;
      dwfl_module_info(module_, &user, nullptr, nullptr, nullptr, nullptr,
                       nullptr, nullptr);
      *user = path_.data();
    }
    dwfl_report_end(dwfl_, nullptr, nullptr);
    if (layout == Layout::kZero) Relocate();
  }
  DwflFile(const DwflFile&) = delete;
  DwflFile& operator=(const DwflFile&) = delete;
  ~DwflFile() override { dwfl_end(dwfl_); }

  void Walk(bool with_lists, Counts& counts) override {
    const char* const ident = elf_getident(dwarf_getelf(dwarf_), nullptr);
    const bool is_big_endian = ident[EI_DATA] == ELFDATA2MSB;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, nullptr, &die,
                           nullptr) == 0) {
      ++counts.units;
      Visit visit = {&counts, &die, 0, with_lists, is_big_endian};
      Dwarf_Die unit_die;
      Check(dwarf_cu_die(unit, &unit_die, nullptr, nullptr, nullptr,
                         &visit.offset_size, nullptr, nullptr) != nullptr,
            "dwarf_cu_die");
      WalkTree(die, &visit);
    }
  }

  void Lines(Counts& counts) override {
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, nullptr, &die,
                           nullptr) == 0) {
      if (!dwarf_hasattr(&die, DW_AT_stmt_list)) continue;
      Dwarf_Lines* lines;
      size_t count;
      Check(dwarf_getsrclines(&die, &lines, &count) == 0, "dwarf_getsrclines");
      counts.row_n += count;
      for (size_t i = 0; i < count; ++i) {
        Dwarf_Line* row = dwarf_onesrcline(lines, i);
        Dwarf_Addr address = 0;
        int line = 0;
        dwarf_lineaddr(row, &address);
        dwarf_lineno(row, &line);
        counts.row_addr_sum += address;
        counts.row_line_sum += static_cast<uint64_t>(line);
      }
    }
  }

  Place Query(const std::string& symbol) override {
    Relocate();
    Place place;
    const int count = dwfl_module_getsymtab(module_);
    for (int i = 1; i < count; ++i) {
      GElf_Sym sym;
      GElf_Addr address;
      const char* name = dwfl_module_getsym_info(module_, i, &sym, &address,
                                                 nullptr, nullptr, nullptr);
      if (name == nullptr || GELF_ST_TYPE(sym.st_info) != STT_FUNC ||
          symbol != name) {
        continue;
      }
      Dwarf_Addr bias;
      Dwarf_Die* unit = dwfl_module_addrdie(module_, address, &bias);
      CheckDwfl(unit != nullptr, "dwfl_module_addrdie");
      Dwfl_Line* row = dwfl_module_getsrc(module_, address);
      CheckDwfl(row != nullptr, "dwfl_module_getsrc");
      int line = 0;
      const char* file =
          dwfl_lineinfo(row, nullptr, &line, nullptr, nullptr, nullptr);
      place.file = file != nullptr ? file : "";
      place.line = static_cast<uint64_t>(line);
      Dwarf_Die* scopes = nullptr;
      const int depth = dwarf_getscopes(unit, address - bias, &scopes);
      for (int k = 0; k < depth; ++k) {
        if (dwarf_tag(&scopes[k]) != DW_TAG_subprogram) continue;
        place.function = dwarf_diename(&scopes[k]);
        break;
      }
      free(scopes);
    }
    return place;
  }

  // From the file: libdwfl empties relocation sections when it is done.
  uint64_t DigestedCount() override {
    const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    Elf* elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
    const uint64_t count = CountDebugRelocs(elf);
    elf_end(elf);
    close(fd);
    return count;
  }

 private:
  void Relocate() {
    Dwarf_Addr bias;
    dwarf_ = dwfl_module_getdwarf(module_, &bias);
    CheckDwfl(dwarf_ != nullptr, "dwfl_module_getdwarf");
  }

  std::string path_;
  Dwfl_Callbacks callbacks_ = {};
  Dwfl* dwfl_ = nullptr;
  Dwfl_Module* module_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

// libdw without libdwfl: sections are found, and nothing is relocated.
class BareFile : public dwreloc_bench::File {
 public:
  explicit BareFile(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)),
        dwarf_(dwarf_begin(fd_, DWARF_C_READ)) {
    Check(dwarf_ != nullptr, "dwarf_begin");
  }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  ~BareFile() override {
    dwarf_end(dwarf_);
    close(fd_);
  }
  void Walk(bool, Counts&) override {}
  void Lines(Counts&) override {}
  Place Query(const std::string&) override { return {}; }
  uint64_t DigestedCount() override { return 0; }

 private:
  const int fd_;
  Dwarf* const dwarf_;
};

class LibdwReader : public dwreloc_bench::Reader {
 public:
  std::string Name() const override {
    return std::string("libdw ") + dwfl_version(nullptr);
  }
  std::unique_ptr<dwreloc_bench::File> Open(const std::string& path) override {
    return std::make_unique<DwflFile>(path, Layout::kZero);
  }
  std::unique_ptr<dwreloc_bench::File> OpenLazily(
      const std::string& path) override {
    return std::make_unique<DwflFile>(path, Layout::kOffline);
  }
  std::unique_ptr<dwreloc_bench::File> OpenBare(
      const std::string& path) override {
    return std::make_unique<BareFile>(path);
  }
};

}  // namespace

int main(int argc, char** argv) {
  LibdwReader reader;
  return dwreloc_bench::RunWork(reader, argc, argv);
}
