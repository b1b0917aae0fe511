// attributes.cc - see attributes.h.
#include "dwreloc_compress/attributes.h"

#include <dwreloc/dwarf.h>

namespace dwreloc_tools::compress {
namespace {

// Is the number signed if the type says so that it is of, or may it be less
// than none?
bool MayBeSigned(std::uint16_t name) {
  switch (name) {
    case DW_AT_const_value:
    case DW_AT_lower_bound:
    case DW_AT_upper_bound:
    case DW_AT_count:
    case DW_AT_discr_value:
    case DW_AT_default_value:
    case DW_AT_bit_offset:
    case DW_AT_byte_stride:
    case DW_AT_bit_stride:
    case DW_AT_binary_scale:
    case DW_AT_decimal_scale:
      return true;
    default:
      return name >= DW_AT_lo_user;
  }
}

}  // namespace

bool IsFileNumber(std::uint16_t name) {
  return name == DW_AT_decl_file || name == DW_AT_call_file;
}

bool IsPlain(std::uint16_t name, std::uint64_t value, unsigned width) {
  return width == 0 || width > 8 || (value >> (width * 8 - 1)) == 0 ||
         !MayBeSigned(name);
}

bool IsRelocated(const Dwreloc_Attribute& attribute) {
  if (attribute.attribute_class == DWRELOC_CLASS_EXPRLOC) return false;
  const bool is_number = attribute.attribute_class == DWRELOC_CLASS_ADDRESS ||
                         attribute.attribute_class == DWRELOC_CLASS_CONSTANT;
  const int flags = is_number ? DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_HAS_RECORD
                              : DWRELOC_ATTR_SYMBOLIC;
  return (attribute.flags & flags) != 0;
}

bool KeepsRecords(const Dwreloc_Attribute& attribute) {
  if ((attribute.flags & DWRELOC_ATTR_SYMBOLIC) != 0) return true;
  if (!IsRelocated(attribute)) return false;
  // What the attribute is for does not matter: records.h.
  Dwreloc_Record record;
  return dwreloc::detail::Check(dwreloc_form_record(&attribute, &record)) !=
             0 &&
         record.value.section == DWRELOC_NO_SECTION;
}

bool IsInSupplement(std::uint16_t form) {
  switch (form) {
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return true;
    default:
      return false;
  }
}

}  // namespace dwreloc_tools::compress
