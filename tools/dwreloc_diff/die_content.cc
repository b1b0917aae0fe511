// die_content.cc - see die_content.h.
#include "dwreloc_diff/die_content.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <string>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/expression_content.h"
#include "dwreloc_diff/line_paths.h"

namespace dwreloc_tools {
namespace {

bool IsFileNumber(std::uint16_t name) {
  return name == DW_AT_decl_file || name == DW_AT_call_file;
}

// The number itself is signed or not as the type says that it is of: a byte
// 0xff may be -1, so a wider form of 255 says something else.
bool IsSignedByType(std::uint16_t name) {
  switch (name) {
    case DW_AT_const_value:
    case DW_AT_lower_bound:
    case DW_AT_upper_bound:
    case DW_AT_count:
    case DW_AT_discr_value:
    case DW_AT_default_value:
      return true;
    default:
      return false;
  }
}

bool IsFixedData(std::uint16_t form) {
  return form == DW_FORM_data1 || form == DW_FORM_data2 ||
         form == DW_FORM_data4 || form == DW_FORM_data8;
}

bool IsUnitReference(std::uint16_t form) {
  return form >= DW_FORM_ref1 && form <= DW_FORM_ref_udata;
}

const Dwreloc_Attribute* Find(std::span<const Dwreloc_Attribute> all,
                              std::uint16_t name) {
  for (const Dwreloc_Attribute& attribute : all)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

}  // namespace

void DieWriter::SetUnit(const Dwreloc_Unit* unit) {
  module_ = dwreloc_unit_module(unit);
  if (Checked(dwreloc_unit_info(unit, &unit_)) < 0) reader_.TellError();
  // What is wrong with the table is told where tables are compared.
  if (Checked(dwreloc_line_table(unit, &table_)) != 1) table_ = nullptr;
  paths_ = table_ != nullptr ? &paths_of_[table_] : nullptr;
}

void DieWriter::PutFile(std::uint64_t number, std::string& bytes) {
  Dwreloc_Line_Info info;
  if (table_ == nullptr || Checked(dwreloc_line_info(table_, &info)) < 0 ||
      number < info.first_file || number - info.first_file >= info.file_count) {
    bytes.push_back('#');
    PutNumber(bytes, number);
    return;
  }
  if (paths_->size() <= number) paths_->resize(number + 1);
  std::string& path = (*paths_)[number];
  if (path.empty()) {
    path = LinePath(table_, static_cast<std::uint32_t>(number));
    if (!reader_.Spend(path.size())) path = "?";
  }
  bytes.push_back('/');
  PutString(bytes, path);
}

bool DieWriter::IsOfMeaning(const Dwreloc_Attribute& attribute) {
  switch (attribute.name) {
    case DW_AT_sibling:
    case DW_AT_str_offsets_base:
    case DW_AT_addr_base:
    case DW_AT_rnglists_base:
    case DW_AT_loclists_base:
    case DW_AT_GNU_addr_base:
    case DW_AT_GNU_ranges_base:
      return false;
    default:
      // A flag of zero says that the attribute is not there (DWARF 5 7.5.5).
      return attribute.attribute_class != DWRELOC_CLASS_FLAG ||
             attribute.value != 0;
  }
}

bool DieWriter::Put(const Dwreloc_Die& die,
                    std::span<const Dwreloc_Attribute> all, Content& content) {
  content.Clear();
  has_place_ = false;
  PutNumber(content.bytes, die.tag);
  sorted_.clear();
  bool is_sorted = true;
  for (const Dwreloc_Attribute& attribute : all) {
    if (!IsOfMeaning(attribute)) continue;
    if (!sorted_.empty() && sorted_.back()->name > attribute.name)
      is_sorted = false;
    sorted_.push_back(&attribute);
  }
  if (!is_sorted) {
    std::stable_sort(
        sorted_.begin(), sorted_.end(),
        [](const Dwreloc_Attribute* a, const Dwreloc_Attribute* b) {
          return a->name < b->name;
        });
  }
  for (const Dwreloc_Attribute* attribute : sorted_)
    PutAttribute(die, all, *attribute, content);
  if (!reader_.Spend(content.bytes.size())) content.Clear();
  return has_place_;
}

void DieWriter::PutAttribute(const Dwreloc_Die& die,
                             std::span<const Dwreloc_Attribute> all,
                             const Dwreloc_Attribute& attribute,
                             Content& content) {
  std::string& bytes = content.bytes;
  PutNumber(bytes, attribute.name);
  if (attribute.name == DW_AT_high_pc) {
    PutAddress(all, die, attribute, content);
    return;
  }
  if (attribute.name == DW_AT_GNU_locviews) {
    PutViews(die, content);
    return;
  }
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_ADDRESS:
      PutAddress(all, die, attribute, content);
      return;
    case DWRELOC_CLASS_CONSTANT:
      PutConstant(attribute, content);
      return;
    case DWRELOC_CLASS_STRING: {
      const char* text = nullptr;
      std::size_t length = 0;
      if (Checked(dwreloc_formstring(&attribute, &text, &length)) < 0) {
        PutUnread(attribute, content);
        return;
      }
      bytes.push_back('S');
      PutString(bytes, {text, length});
      return;
    }
    case DWRELOC_CLASS_FLAG:
      bytes.push_back('F');
      return;
    case DWRELOC_CLASS_REFERENCE:
      PutReference(attribute, content);
      return;
    case DWRELOC_CLASS_BLOCK: {
      const std::uint8_t* block = nullptr;
      std::size_t size = 0;
      if (Checked(dwreloc_formblock(&attribute, &block, &size)) < 0) {
        PutUnread(attribute, content);
        return;
      }
      bytes.push_back('B');
      PutString(bytes, {reinterpret_cast<const char*>(block), size});
      return;
    }
    case DWRELOC_CLASS_EXPRLOC:
    case DWRELOC_CLASS_LOCLIST:
      PutLocations(attribute, content);
      return;
    case DWRELOC_CLASS_RNGLIST:
      if (attribute.name == DW_AT_ranges) {
        PutRanges(die, content);
        return;
      }
      reader_.Tell(module_, unit_.section, attribute.offset,
                   "a range list of this attribute is not compared");
      return;
    case DWRELOC_CLASS_LINEPTR:
    case DWRELOC_CLASS_MACPTR:
      bytes.push_back('P');
      return;
    default: {
      Dwreloc_Relocatable value;
      if (Checked(dwreloc_form_relocatable(&attribute, &value)) < 0) {
        PutUnread(attribute, content);
        return;
      }
      reader_.Tell(module_, unit_.section, attribute.offset,
                   "it is unknown what this offset leads to");
      PutValue(attribute, value, content);
      return;
    }
  }
}

void DieWriter::PutUnread(const Dwreloc_Attribute& attribute,
                          Content& content) {
  reader_.TellError();
  content.bytes.push_back('!');
  PutNumber(content.bytes, attribute.value);
}

void DieWriter::PutValue(const Dwreloc_Attribute& attribute,
                         const Dwreloc_Relocatable& value, Content& content) {
  content.bytes.push_back('A');
  reader_.PutValue(content.bytes, value, module_, unit_.section,
                   attribute.offset);
}

void DieWriter::PutAddress(std::span<const Dwreloc_Attribute> all,
                           const Dwreloc_Die& die,
                           const Dwreloc_Attribute& attribute,
                           Content& content) {
  has_place_ = true;
  Dwreloc_Relocatable value;
  if (Checked(dwreloc_form_relocatable(&attribute, &value)) < 0) {
    PutUnread(attribute, content);
    return;
  }
  // An end that is stored as a size is the end all the same.
  if (attribute.name == DW_AT_high_pc &&
      attribute.attribute_class != DWRELOC_CLASS_ADDRESS &&
      Find(all, DW_AT_low_pc) != nullptr) {
    Dwreloc_Relocatable low;
    Dwreloc_Relocatable high;
    const int result = Checked(dwreloc_pc_relocatable(&die, &low, &high));
    if (result < 0) {
      PutUnread(attribute, content);
      return;
    }
    if (result == 1) value = high;
  }
  PutValue(attribute, value, content);
}

void DieWriter::PutConstant(const Dwreloc_Attribute& attribute,
                            Content& content) {
  std::string& bytes = content.bytes;
  if ((attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) != 0) {
    PutAddress({}, {}, attribute, content);
    return;
  }
  if (IsFileNumber(attribute.name)) {
    PutFile(attribute.value, bytes);
    return;
  }
  if (attribute.form == DW_FORM_data16) {
    bytes.push_back('D');
    PutNumber(bytes, attribute.value);
    PutNumber(bytes, attribute.data);
    return;
  }
  const bool is_signed = (attribute.flags & DWRELOC_ATTR_SIGNED) != 0;
  if (!is_signed && IsSignedByType(attribute.name) &&
      IsFixedData(attribute.form) && attribute.width != 0 &&
      (attribute.value >> (8 * attribute.width - 1)) != 0) {
    bytes.push_back('W');
    PutNumber(bytes, attribute.width);
    PutNumber(bytes, attribute.value);
    return;
  }
  PutSignedNumber(bytes, is_signed, attribute.value);
}

void DieWriter::PutReference(const Dwreloc_Attribute& attribute,
                             Content& content) {
  Target target{module_, 0, unit_.section};
  if (IsUnitReference(attribute.form) &&
      (attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) == 0) {
    target.offset = unit_.offset + attribute.value;
  } else {
    Dwreloc_Die die;
    const int result = dwreloc_formref_die(&attribute, &die);
    if (result == DWRELOC_E_NOT_FOUND && attribute.form == DW_FORM_ref_sig8) {
      // The type is in another file, and this is its name.
      content.bytes.push_back('Q');
      PutNumber(content.bytes, attribute.value);
      return;
    }
    if (Checked(result) < 0) {
      PutUnread(attribute, content);
      return;
    }
    Dwreloc_Unit_Info unit;
    if (Checked(dwreloc_unit_info(die.unit, &unit)) < 0) {
      PutUnread(attribute, content);
      return;
    }
    target = {dwreloc_unit_module(die.unit), die.offset, unit.section};
  }
  content.bytes.push_back('>');
  content.targets.push_back(target);
}

void DieWriter::PutLocations(const Dwreloc_Attribute& attribute,
                             Content& content) {
  if (attribute.attribute_class == DWRELOC_CLASS_LOCLIST) has_place_ = true;
  content.bytes.push_back('L');
  Dwreloc_List list;
  int result = Checked(dwreloc_locations_begin(&attribute, &list));
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_Expression expression;
  while (result > 0) {
    result = Checked(dwreloc_locations_next(&list, &begin, &end, &expression));
    if (result <= 0) break;
    content.bytes.push_back(static_cast<char>(result));
    if (result == 1) {
      reader_.PutValue(content.bytes, begin, module_, expression.section,
                       expression.offset);
      reader_.PutValue(content.bytes, end, module_, expression.section,
                       expression.offset);
    }
    if (PutExpression(reader_, expression, content)) has_place_ = true;
  }
  if (result < 0) reader_.TellError();
  content.bytes.push_back(0);
  if (attribute.attribute_class == DWRELOC_CLASS_LOCLIST && unit_.version >= 5)
    PutViewPairs(attribute, content);
}

void DieWriter::PutViewPairs(const Dwreloc_Attribute& attribute,
                             Content& content) {
  Dwreloc_List list;
  Dwreloc_List_Entry entry;
  if (Checked(dwreloc_locations_begin(&attribute, &list)) != 1) return;
  while (Checked(dwreloc_list_next(&list, &entry)) == 1) {
    if (entry.kind != DW_LLE_GNU_view_pair || entry.is_pair != 0) continue;
    PutNumber(content.bytes, entry.first.value);
    PutNumber(content.bytes, entry.second.value);
  }
}

void DieWriter::PutRanges(const Dwreloc_Die& die, Content& content) {
  has_place_ = true;
  content.bytes.push_back('R');
  Dwreloc_List list;
  int result = Checked(dwreloc_ranges_begin(&die, &list));
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  while (result > 0) {
    result = Checked(dwreloc_ranges_next(&list, &begin, &end));
    if (result <= 0) break;
    content.bytes.push_back(1);
    reader_.PutValue(content.bytes, begin, module_, unit_.section, die.offset);
    reader_.PutValue(content.bytes, end, module_, unit_.section, die.offset);
  }
  if (result < 0) reader_.TellError();
  content.bytes.push_back(0);
}

void DieWriter::PutViews(const Dwreloc_Die& die, Content& content) {
  content.bytes.push_back('V');
  Dwreloc_Views views;
  Dwreloc_View_Pair pair;
  int result = Checked(dwreloc_views_begin(&die, &views));
  while (result > 0) {
    result = Checked(dwreloc_views_next(&views, &pair));
    if (result <= 0) break;
    content.bytes.push_back(1);
    PutNumber(content.bytes, pair.begin.value.value);
    PutNumber(content.bytes, pair.end.value.value);
  }
  if (result < 0) reader_.TellError();
  content.bytes.push_back(0);
}

}  // namespace dwreloc_tools
