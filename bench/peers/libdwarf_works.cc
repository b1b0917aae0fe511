// The works of work.h, done by libdwarf.
//
// libdwarf copies a section and relocates the copy when it first needs it, with
// all sections at 0.  Opening here goes as far as the first unit header, for
// which .debug_info, .debug_abbrev, .debug_rnglists and .debug_loclists are
// loaded; `digest` counts the records of these only.  dwarf_set_de_alloc_flag
// keeps libdwarf from recording every allocation in a tree; the caller frees
// what it was given, which is libdwarf's own advice for speed.
//
// Known difference: offsets of DW_FORM_line_strp cannot be had, lstrp_sum is
// left out.

#include <dwarf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libdwarf/libdwarf.h>
#include <string.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "work.h"

namespace {

using dwreloc_bench::Counts;
using dwreloc_bench::Fail;
using dwreloc_bench::Place;

// DW_DLV_OK or DW_DLV_NO_ENTRY; anything else ends the program.
int Check(int result, Dwarf_Error error, const char* what) {
  if (result == DW_DLV_ERROR) {
    Fail(std::string(what) + ": " + dwarf_errmsg(error));
  }
  return result;
}

// A symbol's value and the number of records, for which libdwarf has no call.
class ElfView {
 public:
  explicit ElfView(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    elf_version(EV_CURRENT);
    elf_ = elf_begin(fd_, ELF_C_READ_MMAP, nullptr);
    if (elf_ == nullptr) Fail("elf_begin: " + path);
    elf_getshdrstrndx(elf_, &names_);
  }
  ElfView(const ElfView&) = delete;
  ElfView& operator=(const ElfView&) = delete;
  ~ElfView() {
    elf_end(elf_);
    close(fd_);
  }

  // The records of the sections that opening loads.
  uint64_t LoadedRelocs() const {
    constexpr std::string_view kLoaded[] = {".debug_info", ".debug_rnglists",
                                            ".debug_loclists"};
    uint64_t count = 0;
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf_, section)) != nullptr) {
      GElf_Shdr header;
      gelf_getshdr(section, &header);
      if (header.sh_type != SHT_RELA && header.sh_type != SHT_REL) continue;
      GElf_Shdr target;
      if (gelf_getshdr(elf_getscn(elf_, header.sh_info), &target) == nullptr) {
        continue;
      }
      const char* name = elf_strptr(elf_, names_, target.sh_name);
      for (const std::string_view loaded : kLoaded) {
        if (loaded == name) count += header.sh_size / header.sh_entsize;
      }
    }
    return count;
  }

  uint64_t FunctionValue(const std::string& wanted) const {
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf_, section)) != nullptr) {
      GElf_Shdr header;
      gelf_getshdr(section, &header);
      if (header.sh_type != SHT_SYMTAB) continue;
      Elf_Data* data = elf_getdata(section, nullptr);
      for (int i = 0;
           static_cast<uint64_t>(i) * header.sh_entsize < header.sh_size; ++i) {
        GElf_Sym symbol;
        gelf_getsym(data, i, &symbol);
        const char* name = elf_strptr(elf_, header.sh_link, symbol.st_name);
        if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC && wanted == name) {
          return symbol.st_value;
        }
      }
    }
    Fail("no function of that name in the symbol table");
  }

 private:
  const int fd_;
  Elf* elf_ = nullptr;
  size_t names_ = 0;
};

class LibdwarfFile : public dwreloc_bench::File {
 public:
  LibdwarfFile(const std::string& path, bool with_relocs) : path_(path) {
    dwarf_set_reloc_application(with_relocs ? 1 : 0);
    Check(dwarf_init_path(path.c_str(), nullptr, 0, DW_DLC_READ,
                          DW_GROUPNUMBER_ANY, nullptr, nullptr, &dwarf_,
                          nullptr, 0, nullptr, &error_),
          error_, "dwarf_init_path");
  }
  LibdwarfFile(const LibdwarfFile&) = delete;
  LibdwarfFile& operator=(const LibdwarfFile&) = delete;
  ~LibdwarfFile() override { dwarf_finish(dwarf_, &error_); }

  // The first unit header loads .debug_info; walks begin with it.
  void Load() { has_unit_ = NextUnit(); }

  void Walk(bool with_lists, Counts& counts) override {
    counts.has_lstrp_sum = false;
    with_lists_ = with_lists;
    Dwarf_Signed length;
    char* string;
    if (dwarf_get_str(dwarf_, 0, &string, &length, &error_) == DW_DLV_OK) {
      strings_ = string;
    }
    for (; has_unit_; has_unit_ = NextUnit()) {
      ++counts.units;
      Dwarf_Die die;
      Check(dwarf_siblingof_b(dwarf_, nullptr, true, &die, &error_), error_,
            "dwarf_siblingof_b");
      WalkTree(die, counts);
    }
  }

  void Lines(Counts& counts) override {
    for (; has_unit_; has_unit_ = NextUnit()) {
      Dwarf_Die die;
      Check(dwarf_siblingof_b(dwarf_, nullptr, true, &die, &error_), error_,
            "dwarf_siblingof_b");
      Dwarf_Line_Context context;
      Dwarf_Line* rows;
      Dwarf_Signed count;
      if (GetRows(die, &context, &rows, &count)) {
        counts.row_n += static_cast<uint64_t>(count);
        for (Dwarf_Signed i = 0; i < count; ++i) {
          counts.row_addr_sum += Address(rows[i]);
          counts.row_line_sum += LineNumber(rows[i]);
        }
        dwarf_srclines_dealloc_b(context);
      }
      dwarf_dealloc_die(die);
    }
  }

  Place Query(const std::string& symbol) override {
    const uint64_t address = ElfView(path_).FunctionValue(symbol);
    Place place;
    Dwarf_Arange* aranges;
    Dwarf_Signed arange_count;
    Check(dwarf_get_aranges(dwarf_, &aranges, &arange_count, &error_), error_,
          "dwarf_get_aranges");
    Dwarf_Arange arange;
    if (Check(
            dwarf_get_arange(aranges, static_cast<Dwarf_Unsigned>(arange_count),
                             address, &arange, &error_),
            error_, "dwarf_get_arange") != DW_DLV_OK) {
      return place;
    }
    Dwarf_Off unit_offset;
    Check(dwarf_get_cu_die_offset(arange, &unit_offset, &error_), error_,
          "dwarf_get_cu_die_offset");
    Dwarf_Die unit;
    Check(dwarf_offdie_b(dwarf_, unit_offset, true, &unit, &error_), error_,
          "dwarf_offdie_b");
    Dwarf_Line_Context context;
    Dwarf_Line* rows;
    Dwarf_Signed count;
    if (GetRows(unit, &context, &rows, &count)) {
      uint64_t best = 0;
      for (Dwarf_Signed i = 0; i + 1 < count; ++i) {
        // The rows of a sequence ascend; another may begin anywhere.
        const uint64_t begin = Address(rows[i]);
        if (begin > address || begin < best ||
            Address(rows[i + 1]) <= address) {
          continue;
        }
        best = begin;
        char* file;
        Check(dwarf_linesrc(rows[i], &file, &error_), error_, "dwarf_linesrc");
        place.file = file;
        place.line = LineNumber(rows[i]);
      }
      dwarf_srclines_dealloc_b(context);
    }
    Dwarf_Die child;
    if (dwarf_child(unit, &child, &error_) == DW_DLV_OK) {
      place.function = FindFunction(child, address);
    }
    return place;
  }

  uint64_t DigestedCount() override { return ElfView(path_).LoadedRelocs(); }

 private:
  bool NextUnit() {
    Dwarf_Half version, address_size, length_size, extension_size, unit_type;
    Dwarf_Unsigned length, type_offset, next;
    Dwarf_Off abbrevs;
    Dwarf_Sig8 signature;
    return Check(dwarf_next_cu_header_d(
                     dwarf_, true, &length, &version, &abbrevs, &address_size,
                     &length_size, &extension_size, &signature, &type_offset,
                     &next, &unit_type, &error_),
                 error_, "dwarf_next_cu_header_d") == DW_DLV_OK;
  }

  // A DIE, its later siblings, and all below; frees them.
  void WalkTree(Dwarf_Die die, Counts& counts) {
    for (;;) {
      ++counts.dies;
      CountAttributes(die, counts);
      Dwarf_Die child;
      if (Check(dwarf_child(die, &child, &error_), error_, "dwarf_child") ==
          DW_DLV_OK) {
        WalkTree(child, counts);
      }
      Dwarf_Die sibling;
      const int result =
          Check(dwarf_siblingof_b(dwarf_, die, true, &sibling, &error_), error_,
                "dwarf_siblingof_b");
      dwarf_dealloc_die(die);
      if (result != DW_DLV_OK) return;
      die = sibling;
    }
  }

  void CountAttributes(Dwarf_Die die, Counts& counts) {
    Dwarf_Attribute* attributes;
    Dwarf_Signed count;
    if (Check(dwarf_attrlist(die, &attributes, &count, &error_), error_,
              "dwarf_attrlist") != DW_DLV_OK) {
      return;
    }
    counts.attrs += static_cast<uint64_t>(count);
    for (Dwarf_Signed i = 0; i < count; ++i) {
      Count(attributes[i], counts);
      dwarf_dealloc_attribute(attributes[i]);
    }
    dwarf_dealloc(dwarf_, attributes, DW_DLA_LIST);
  }

  void Count(Dwarf_Attribute attribute, Counts& counts) {
    Dwarf_Half form;
    Check(dwarf_whatform(attribute, &form, &error_), error_, "dwarf_whatform");
    switch (form) {
      case DW_FORM_addr: {
        Dwarf_Addr value;
        Check(dwarf_formaddr(attribute, &value, &error_), error_,
              "dwarf_formaddr");
        ++counts.addr_n;
        counts.addr_sum += value;
        break;
      }
      case DW_FORM_strp:
      case DW_FORM_line_strp:
      case DW_FORM_string: {
        char* string;
        Check(dwarf_formstring(attribute, &string, &error_), error_,
              "dwarf_formstring");
        if (form == DW_FORM_strp) {
          ++counts.strp_n;
          counts.strp_sum += static_cast<uint64_t>(string - strings_);
        } else if (form == DW_FORM_line_strp) {
          ++counts.lstrp_n;
        }
        ++counts.str_n;
        counts.strbyte_sum += static_cast<unsigned char>(*string);
        break;
      }
      case DW_FORM_data1:
      case DW_FORM_data2:
      case DW_FORM_data4:
      case DW_FORM_data8:
      case DW_FORM_udata: {
        Dwarf_Unsigned value;
        Check(dwarf_formudata(attribute, &value, &error_), error_,
              "dwarf_formudata");
        ++counts.const_n;
        counts.const_sum += value;
        break;
      }
      case DW_FORM_sdata:
      case DW_FORM_implicit_const: {
        Dwarf_Signed value;
        Check(dwarf_formsdata(attribute, &value, &error_), error_,
              "dwarf_formsdata");
        ++counts.const_n;
        counts.const_sum += static_cast<uint64_t>(value);
        break;
      }
      case DW_FORM_flag:
      case DW_FORM_flag_present: {
        Dwarf_Bool value;
        Check(dwarf_formflag(attribute, &value, &error_), error_,
              "dwarf_formflag");
        counts.flag_sum += static_cast<uint64_t>(value);
        break;
      }
      case DW_FORM_ref1:
      case DW_FORM_ref2:
      case DW_FORM_ref4:
      case DW_FORM_ref8:
      case DW_FORM_ref_udata: {
        Dwarf_Off value;
        Check(dwarf_formref(attribute, &value, &error_), error_,
              "dwarf_formref");
        ++counts.ref_n;
        counts.ref_sum += value;
        break;
      }
      case DW_FORM_block:
      case DW_FORM_block1:
      case DW_FORM_block2:
      case DW_FORM_block4: {
        Dwarf_Block* block;
        Check(dwarf_formblock(attribute, &block, &error_), error_,
              "dwarf_formblock");
        ++counts.blk_n;
        counts.blk_sum += block->bl_len;
        dwarf_dealloc(dwarf_, block, DW_DLA_BLOCK);
        break;
      }
      case DW_FORM_exprloc: {
        Dwarf_Unsigned length;
        Dwarf_Ptr bytes;
        Check(dwarf_formexprloc(attribute, &length, &bytes, &error_), error_,
              "dwarf_formexprloc");
        ++counts.blk_n;
        counts.blk_sum += length;
        break;
      }
      case DW_FORM_sec_offset: {
        Dwarf_Off value;
        Check(dwarf_global_formref(attribute, &value, &error_), error_,
              "dwarf_global_formref");
        ++counts.secoff_n;
        counts.secoff_sum += value;
        if (with_lists_) ReadLists(attribute, value, counts);
        break;
      }
      default:
        break;
    }
  }

  void ReadLists(Dwarf_Attribute attribute, Dwarf_Off offset, Counts& counts) {
    Dwarf_Half name;
    Check(dwarf_whatattr(attribute, &name, &error_), error_, "dwarf_whatattr");
    if (name == DW_AT_ranges) {
      ReadRanges(attribute, offset, counts);
    } else if (name == DW_AT_location || name == DW_AT_frame_base) {
      ReadLocations(attribute, counts);
    }
  }

  void ReadRanges(Dwarf_Attribute attribute, Dwarf_Off offset, Counts& counts) {
    Dwarf_Rnglists_Head head;
    Dwarf_Unsigned count, list_offset;
    Check(dwarf_rnglists_get_rle_head(attribute, DW_FORM_sec_offset, offset,
                                      &head, &count, &list_offset, &error_),
          error_, "dwarf_rnglists_get_rle_head");
    ++counts.rng_list_n;
    for (Dwarf_Unsigned i = 0; i < count; ++i) {
      unsigned length, kind;
      Dwarf_Unsigned raw1, raw2, begin, end;
      Dwarf_Bool is_unavailable;
      Check(dwarf_get_rnglists_entry_fields_a(head, i, &length, &kind, &raw1,
                                              &raw2, &is_unavailable, &begin,
                                              &end, &error_),
            error_, "dwarf_get_rnglists_entry_fields_a");
      if (kind == DW_RLE_end_of_list || kind == DW_RLE_base_address ||
          kind == DW_RLE_base_addressx) {
        continue;
      }
      ++counts.rng_n;
      counts.rng_begin_sum += begin;
    }
    dwarf_dealloc_rnglists_head(head);
  }

  void ReadLocations(Dwarf_Attribute attribute, Counts& counts) {
    Dwarf_Loc_Head_c head;
    Dwarf_Unsigned count;
    const int result = dwarf_get_loclist_c(attribute, &head, &count, &error_);
    ++counts.loc_list_n;
    Check(result, error_, "dwarf_get_loclist_c");
    for (Dwarf_Unsigned i = 0; i < count; ++i) {
      Dwarf_Small kind, source;
      Dwarf_Unsigned raw1, raw2, op_count, expression, entry;
      Dwarf_Bool is_unavailable;
      Dwarf_Addr begin, end;
      Dwarf_Locdesc_c ops;
      Check(dwarf_get_locdesc_entry_d(
                head, i, &kind, &raw1, &raw2, &is_unavailable, &begin, &end,
                &op_count, &ops, &source, &expression, &entry, &error_),
            error_, "dwarf_get_locdesc_entry_d");
      if (kind == DW_LLE_end_of_list || kind == DW_LLE_base_address ||
          kind == DW_LLE_base_addressx) {
        continue;
      }
      ++counts.loc_n;
      if (kind != DW_LLE_default_location) counts.loc_begin_sum += begin;
    }
    dwarf_loc_head_c_dealloc(head);
  }

  bool GetRows(Dwarf_Die unit, Dwarf_Line_Context* context, Dwarf_Line** rows,
               Dwarf_Signed* count) {
    Dwarf_Unsigned version;
    Dwarf_Small table_count;
    if (Check(dwarf_srclines_b(unit, &version, &table_count, context, &error_),
              error_, "dwarf_srclines_b") != DW_DLV_OK) {
      return false;
    }
    Check(dwarf_srclines_from_linecontext(*context, rows, count, &error_),
          error_, "dwarf_srclines_from_linecontext");
    return true;
  }

  uint64_t Address(Dwarf_Line row) {
    Dwarf_Addr address;
    Check(dwarf_lineaddr(row, &address, &error_), error_, "dwarf_lineaddr");
    return address;
  }

  uint64_t LineNumber(Dwarf_Line row) {
    Dwarf_Unsigned line;
    Check(dwarf_lineno(row, &line, &error_), error_, "dwarf_lineno");
    return line;
  }

  std::string FindFunction(Dwarf_Die die, uint64_t address) {
    for (;;) {
      Dwarf_Half tag, form;
      Dwarf_Addr low, high;
      enum Dwarf_Form_Class high_class;
      Check(dwarf_tag(die, &tag, &error_), error_, "dwarf_tag");
      if (tag == DW_TAG_subprogram &&
          dwarf_lowpc(die, &low, &error_) == DW_DLV_OK &&
          dwarf_highpc_b(die, &high, &form, &high_class, &error_) ==
              DW_DLV_OK) {
        if (high_class == DW_FORM_CLASS_CONSTANT) high += low;
        char* name;
        if (low <= address && address < high &&
            dwarf_diename(die, &name, &error_) == DW_DLV_OK) {
          return name;
        }
      }
      Dwarf_Die sibling;
      if (dwarf_siblingof_b(dwarf_, die, true, &sibling, &error_) !=
          DW_DLV_OK) {
        return {};
      }
      die = sibling;
    }
  }

  const std::string path_;
  Dwarf_Debug dwarf_ = nullptr;
  Dwarf_Error error_ = nullptr;
  bool has_unit_ = false;
  bool with_lists_ = false;
  const char* strings_ = nullptr;
};

class LibdwarfReader : public dwreloc_bench::Reader {
 public:
  LibdwarfReader() { dwarf_set_de_alloc_flag(0); }
  std::string Name() const override {
    return std::string("libdwarf ") + dwarf_package_version();
  }
  std::unique_ptr<dwreloc_bench::File> Open(const std::string& path) override {
    return Opened(path, true);
  }
  // What dwarf_init_path reads of a file already is libdwarf's choice.
  std::unique_ptr<dwreloc_bench::File> OpenLazily(
      const std::string& path) override {
    return std::make_unique<LibdwarfFile>(path, true);
  }
  std::unique_ptr<dwreloc_bench::File> OpenBare(
      const std::string& path) override {
    return Opened(path, false);
  }

 private:
  std::unique_ptr<dwreloc_bench::File> Opened(const std::string& path,
                                              bool with_relocs) {
    auto file = std::make_unique<LibdwarfFile>(path, with_relocs);
    file->Load();
    return file;
  }
};

}  // namespace

int main(int argc, char** argv) {
  LibdwarfReader reader;
  return dwreloc_bench::RunWork(reader, argc, argv);
}
