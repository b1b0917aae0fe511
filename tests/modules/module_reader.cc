#include "module_reader.h"

#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "support/line_rows.h"

namespace dwreloc_modules {
namespace {

std::string Hex(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "0x%" PRIx64, value);
  return text;
}

struct Closer {
  void operator()(Dwreloc_Module* module) const { dwreloc_close(module); }
};

class ModuleReader {
 public:
  ModuleReader(Dwreloc_Module* module, Complaints* complaints)
      : module_(module),
        complaints_(*complaints),
        attributes_(512),
        ops_(256) {}

  Totals Read() {
    totals_.modules = 1;
    ReadSections();
    ReadUnits();
    CheckReferences();
    ReadOwners();
    return totals_;
  }

 private:
  struct Section {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t reloc_count = 0;
    bool is_debug = false;
  };
  struct Reference {
    std::uint32_t section;
    std::uint64_t from;
    std::uint64_t to;
  };

  void ReadSections() {
    Dwreloc_File_Info info;
    if (dwreloc_file_info(module_, &info) != 0) {
      complaints_.AddError("file info");
      return;
    }
    sections_.resize(info.section_count);
    for (std::uint32_t i = 0; i < info.section_count; ++i) {
      Dwreloc_Section section;
      if (dwreloc_section(module_, i, &section) != 0) {
        complaints_.AddError("section header");
        continue;
      }
      sections_[i] = {section.name, section.file_size, section.reloc_count,
                      section.holds_dwarf != 0};
    }
  }

  void ReadUnits() {
    for (std::uint32_t n = 0; dwreloc_unit_error(module_, n) < 0; ++n)
      complaints_.AddError("unit header");
    const Dwreloc_Unit* unit = nullptr;
    int status;
    while ((status = dwreloc_units_next(module_, &unit)) == 1) ReadUnit(unit);
    if (status < 0) complaints_.AddError("next unit");
  }

  void ReadUnit(const Dwreloc_Unit* unit) {
    ++totals_.units;
    if (dwreloc_unit_info(unit, &unit_) != 0) {
      complaints_.AddError("unit info");
      return;
    }
    std::vector<bool>& starts = die_starts_[unit_.section];
    if (starts.size() < unit_.end) starts.resize(unit_.end);

    Dwreloc_Walk walk;
    if (dwreloc_walk_begin(unit, &walk) < 0) {
      complaints_.AddError("walk");
      return;
    }
    Dwreloc_Die die;
    std::size_t count;
    int status;
    while ((status = dwreloc_walk_next(&walk, &die, nullptr, attributes_.data(),
                                       attributes_.size(), &count)) == 1) {
      ++totals_.dies;
      if (die.offset < starts.size()) starts[die.offset] = true;
      if (count > attributes_.size()) {
        complaints_.Add("DIE with more attributes than this test has room for");
        count = attributes_.size();
      }
      for (std::size_t i = 0; i < count; ++i)
        ReadAttribute(die, attributes_[i]);
    }
    if (status < 0) complaints_.AddError("walk");
    ReadLines(unit);
  }

  void ReadAttribute(const Dwreloc_Die& die,
                     const Dwreloc_Attribute& attribute) {
    ++totals_.attributes;
    if (attribute.flags & DWRELOC_ATTR_BAD)
      complaints_.Add("bad relocation at " + Hex(attribute.offset));
    switch (attribute.attribute_class) {
      case DWRELOC_CLASS_STRING: {
        const char* string;
        std::size_t length;
        ++totals_.strings;
        if (dwreloc_formstring(&attribute, &string, &length) != 0)
          complaints_.AddError("string");
        else if (std::strlen(string) != length)
          complaints_.Add("length of the string of " + Hex(attribute.offset));
        break;
      }
      case DWRELOC_CLASS_REFERENCE: {
        Reference reference{0, die.offset, 0};
        ++totals_.references;
        if (dwreloc_formref(&attribute, &reference.section, &reference.to) != 0)
          complaints_.AddError("reference");
        else
          references_.push_back(reference);
        break;
      }
      case DWRELOC_CLASS_ADDRESS: {
        Dwreloc_Relocatable value;
        if (dwreloc_form_relocatable(&attribute, &value) != 0)
          complaints_.AddError("address");
        else
          CheckPlace(value, "attribute", attribute.offset);
        break;
      }
      case DWRELOC_CLASS_EXPRLOC:
      case DWRELOC_CLASS_LOCLIST:
        ReadLocations(attribute);
        break;
      case DWRELOC_CLASS_RNGLIST:
        if (attribute.name == DW_AT_ranges) ReadRanges(die);
        break;
      case DWRELOC_CLASS_CONSTANT:
      case DWRELOC_CLASS_FLAG: {
        std::uint64_t number;
        if (dwreloc_formudata(&attribute, &number) != 0)
          complaints_.AddError("number");
        break;
      }
      default:
        break;
    }
  }

  void ReadLocations(const Dwreloc_Attribute& attribute) {
    Dwreloc_List list;
    if (dwreloc_locations_begin(&attribute, &list) < 0) {
      complaints_.AddError("locations");
      return;
    }
    Dwreloc_Relocatable begin, end;
    Dwreloc_Expression expression;
    int status;
    while ((status = dwreloc_locations_next(&list, &begin, &end, &expression)) >
           0) {
      ++totals_.locations;
      if (status == 1) {
        CheckPlace(begin, "location", attribute.offset);
        CheckPlace(end, "location", attribute.offset);
      }
      ReadExpression(expression);
    }
    if (status < 0) complaints_.AddError("location");
  }

  void ReadExpression(const Dwreloc_Expression& expression) {
    std::size_t count;
    if (dwreloc_expression_ops(&expression, ops_.data(), ops_.size(), &count) !=
        0) {
      complaints_.AddError("expression");
      return;
    }
    // Hashes that gcc describes in full run to thousands of operations.
    if (count > ops_.size()) {
      ops_.resize(count);
      dwreloc_expression_ops(&expression, ops_.data(), ops_.size(), &count);
    }
    if (count != 0 &&
        ops_[count - 1].offset + ops_[count - 1].size != expression.size)
      complaints_.Add("bytes left over in the expression at " +
                      Hex(expression.offset));
    totals_.operations += count;
    for (std::size_t i = 0; i < count; ++i) {
      if (!ops_[i].relocatable) continue;
      Dwreloc_Relocatable value;
      if (dwreloc_getlocation_relocatable_addr(&expression, &ops_[i], &value) !=
          0)
        complaints_.AddError("operand");
      else if (value.kind == DWRELOC_BAD)
        complaints_.Add("operand at " + Hex(ops_[i].operand_offset));
    }
  }

  void ReadRanges(const Dwreloc_Die& die) {
    Dwreloc_List list;
    if (dwreloc_ranges_begin(&die, &list) < 0) {
      complaints_.AddError("ranges");
      return;
    }
    Dwreloc_Relocatable begin, end;
    int status;
    while ((status = dwreloc_ranges_next(&list, &begin, &end)) == 1) {
      ++totals_.ranges;
      CheckPlace(begin, "range of DIE", die.offset);
      CheckPlace(end, "range of DIE", die.offset);
    }
    if (status < 0) complaints_.AddError("range");
  }

  void ReadLines(const Dwreloc_Unit* unit) {
    const Dwreloc_Line_Table* table;
    const int found = dwreloc_line_table(unit, &table);
    if (found == 0) return;
    Dwreloc_Line_Info info;
    if (found < 0 || dwreloc_line_info(table, &info) != 0) {
      complaints_.AddError("line table");
      return;
    }
    if (!line_tables_.insert({info.offset, info.section}).second) return;
    ++totals_.line_tables;

    std::vector<bool> file_is_there(info.first_file + info.file_count);
    for (std::uint32_t n = info.first_file; n < file_is_there.size(); ++n) {
      Dwreloc_Line_File file;
      if (dwreloc_line_file(table, n, &file) != 0)
        complaints_.AddError("line file");
      else if (file.directory == nullptr)
        complaints_.Add("line file without directory");
      else
        file_is_there[n] = true;
    }
    Dwreloc_Rows rows;
    if (dwreloc_rows_begin(table, &rows) < 0) {
      complaints_.AddError("line rows");
      return;
    }
    Dwreloc_Line lines[64];
    std::size_t count;
    int status;
    do {
      status = dwreloc_rows_next_many(&rows, lines, std::size(lines), &count);
      for (std::size_t i = 0; i < count; ++i) {
        ++totals_.rows;
        CheckPlace(lines[i].address, "line row", lines[i].offset);
        if (lines[i].file >= file_is_there.size() ||
            !file_is_there[lines[i].file])
          complaints_.Add("file of the row at " + Hex(lines[i].offset));
      }
    } while (status == 1);
    if (status < 0) complaints_.AddError("line row");
    const std::string wrong = dwreloc::internal::CompareLineInstructions(table);
    if (!wrong.empty()) complaints_.Add(wrong);
  }

  // Kernel modules have neither undefined addresses nor TLS where code is
  // described.
  void CheckPlace(const Dwreloc_Relocatable& value, const char* what,
                  std::uint64_t where) {
    if (value.kind == DWRELOC_CONSTANT) return;
    if (value.kind != DWRELOC_SECTION || value.section >= sections_.size() ||
        value.value > sections_[value.section].size)
      complaints_.Add(std::string("address of ") + what + " at " + Hex(where));
  }

  void CheckReferences() {
    for (const Reference& reference : references_) {
      const std::vector<bool>& starts = die_starts_[reference.section];
      if (reference.to >= starts.size() || !starts[reference.to])
        complaints_.Add("reference of DIE " + Hex(reference.from) +
                        " leads to " + Hex(reference.to) + ", no DIE");
    }
  }

  void ReadOwners() {
    visited_.assign(sections_.size(), 0);
    const int status =
        dwreloc_owners(module_, DWRELOC_NO_SECTION, &Visit, this);
    if (status < 0) complaints_.AddError("owners");
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      if (!sections_[i].is_debug) continue;
      totals_.records += sections_[i].reloc_count;
      if (visited_[i] != sections_[i].reloc_count)
        complaints_.Add(sections_[i].name + ": " + std::to_string(visited_[i]) +
                        " of " + std::to_string(sections_[i].reloc_count) +
                        " relocation records visited");
    }
  }

  static int Visit(void* user, const Dwreloc_Record* record,
                   const Dwreloc_Owner* owner) {
    static_cast<ModuleReader*>(user)->VisitRecord(*record, *owner);
    return 0;
  }

  void VisitRecord(const Dwreloc_Record& record, const Dwreloc_Owner& owner) {
    if (record.section >= sections_.size()) {
      complaints_.Add("record of a section that is not there");
      return;
    }
    ++visited_[record.section];
    const std::string& name = sections_[record.section].name;
    if (owner.uses == 1 && owner.field != nullptr) {
      ++totals_.owned;
    } else {
      complaints_.Add(name + "+" + Hex(record.offset) +
                      ": record consumed by " + std::to_string(owner.uses) +
                      " fields");
    }
  }

  struct PairHash {
    std::size_t operator()(
        const std::pair<std::uint64_t, std::uint32_t>& pair) const {
      return pair.first * 31 + pair.second;
    }
  };

  Dwreloc_Module* module_;
  Complaints& complaints_;
  Totals totals_;
  Dwreloc_Unit_Info unit_{};
  std::vector<Dwreloc_Attribute> attributes_;
  std::vector<Dwreloc_Op> ops_;
  std::vector<Section> sections_;
  // By section: is offset the start of a DIE?
  std::unordered_map<std::uint32_t, std::vector<bool>> die_starts_;
  std::vector<Reference> references_;
  std::unordered_set<std::pair<std::uint64_t, std::uint32_t>, PairHash>
      line_tables_;
  std::vector<std::uint64_t> visited_;  // records, by section
};

}  // namespace

void Totals::Add(const Totals& other) {
  modules += other.modules;
  units += other.units;
  dies += other.dies;
  attributes += other.attributes;
  strings += other.strings;
  references += other.references;
  line_tables += other.line_tables;
  rows += other.rows;
  ranges += other.ranges;
  locations += other.locations;
  operations += other.operations;
  records += other.records;
  owned += other.owned;
  compared_modules += other.compared_modules;
}

void Complaints::Add(const std::string& what) {
  if (++count_ <= kShown) text_ += file_ + ": " + what + "\n";
}

void Complaints::AddError(const char* doing) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  Add(std::string(doing) + ": " + (error.text ? error.text : "?"));
}

Totals ReadModule(const std::string& path, Complaints* complaints) {
  Dwreloc_Module* opened = nullptr;
  if (dwreloc_open(path.c_str(), &opened) != 0) {
    complaints->AddError("open");
    return Totals();
  }
  const std::unique_ptr<Dwreloc_Module, Closer> module(opened);
  return ModuleReader(opened, complaints).Read();
}

}  // namespace dwreloc_modules
