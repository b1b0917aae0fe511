#include "dwarf/form.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// What sec_offset, or before DWARF 4 data4 and data8, points at by attribute
// (DWARF 5 table 7.5).  kUnknown: nothing, it is a constant.
AttributeClass OffsetClass(uint16_t name) {
  switch (name) {
    case DW_AT_stmt_list:
      return AttributeClass::kLineptr;
    case DW_AT_location:
    case DW_AT_string_length:
    case DW_AT_return_addr:
    case DW_AT_frame_base:
    case DW_AT_segment:
    case DW_AT_static_link:
    case DW_AT_use_location:
    case DW_AT_vtable_elem_location:
      return AttributeClass::kLoclist;
    case DW_AT_ranges:
      return AttributeClass::kRnglist;
    case DW_AT_macro_info:
    case DW_AT_macros:
    case DW_AT_GNU_macros:
      return AttributeClass::kMacptr;
    default:
      return AttributeClass::kUnknown;
  }
}

AttributeClass SecOffsetClass(uint16_t name) {
  switch (name) {
    case DW_AT_str_offsets_base:
      return AttributeClass::kStroffsetsptr;
    case DW_AT_addr_base:
    case DW_AT_GNU_addr_base:
      return AttributeClass::kAddrptr;
    case DW_AT_rnglists_base:
    case DW_AT_GNU_ranges_base:
      return AttributeClass::kRnglistsptr;
    case DW_AT_loclists_base:
      return AttributeClass::kLoclistsptr;
    // Location lists by DWARF 4 and 5 besides those of older versions.
    case DW_AT_data_member_location:
    case DW_AT_call_value:
    case DW_AT_GNU_call_site_value:
      return AttributeClass::kLoclist;
    // A constant, and since DWARF 4 a range list as well.
    case DW_AT_start_scope:
      return AttributeClass::kRnglist;
    default: {
      const AttributeClass known = OffsetClass(name);
      return known == AttributeClass::kUnknown ? AttributeClass::kSecoffset
                                               : known;
    }
  }
}

// Before exprloc, expressions were blocks; the attribute tells.
bool IsLocationAttribute(uint16_t name) {
  switch (name) {
    case DW_AT_data_member_location:
    case DW_AT_data_location:
    case DW_AT_allocated:
    case DW_AT_associated:
    case DW_AT_byte_size:
    case DW_AT_bit_size:
    case DW_AT_bit_offset:
    case DW_AT_lower_bound:
    case DW_AT_upper_bound:
    case DW_AT_count:
    case DW_AT_byte_stride:
    case DW_AT_bit_stride:
    case DW_AT_call_value:
    case DW_AT_call_target:
    case DW_AT_call_target_clobbered:
    case DW_AT_call_data_location:
    case DW_AT_call_data_value:
    case DW_AT_GNU_call_site_value:
    case DW_AT_GNU_call_site_data_value:
    case DW_AT_GNU_call_site_target:
    case DW_AT_GNU_call_site_target_clobbered:
    case DW_AT_rank:
      return true;
    default:
      return OffsetClass(name) == AttributeClass::kLoclist;
  }
}

void SetValue(const RelocValue& value, Attribute* attribute) {
  attribute->value = value.value;
  if (value.has_record) attribute->flags |= kAttributeHasRecord;
  if (value.is_constant()) return;
  attribute->flags |= value.is_bad() ? kAttributeBad : kAttributeSymbolic;
  attribute->symbol = value.symbol;
  attribute->section = value.section;
}

}  // namespace

AttributeClass ClassOf(uint16_t name, uint16_t form, uint16_t version) {
  switch (form) {
    case DW_FORM_addr:
    case DW_FORM_addrx:
    case DW_FORM_addrx1:
    case DW_FORM_addrx2:
    case DW_FORM_addrx3:
    case DW_FORM_addrx4:
    case DW_FORM_GNU_addr_index:
      return AttributeClass::kAddress;
    case DW_FORM_data4:
    case DW_FORM_data8:
      // DWARF 3 7.5.4: of the two classes this attribute may have, constants
      // are written as udata or sdata there.
      if (version == 3 && name == DW_AT_data_member_location) {
        return AttributeClass::kLoclist;
      }
      if (version <= 3) {
        const AttributeClass pointer = OffsetClass(name);
        if (pointer != AttributeClass::kUnknown) return pointer;
      }
      return AttributeClass::kConstant;
    case DW_FORM_data1:
    case DW_FORM_data2:
    case DW_FORM_data16:
    case DW_FORM_sdata:
    case DW_FORM_udata:
    case DW_FORM_implicit_const:
      return AttributeClass::kConstant;
    case DW_FORM_string:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
    case DW_FORM_GNU_str_index:
      return AttributeClass::kString;
    case DW_FORM_flag:
    case DW_FORM_flag_present:
      return AttributeClass::kFlag;
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata:
    case DW_FORM_ref_addr:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_GNU_ref_alt:
      return AttributeClass::kReference;
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
      return version <= 3 && IsLocationAttribute(name)
                 ? AttributeClass::kExprloc
                 : AttributeClass::kBlock;
    case DW_FORM_exprloc:
      return AttributeClass::kExprloc;
    case DW_FORM_loclistx:
      return AttributeClass::kLoclist;
    case DW_FORM_rnglistx:
      return AttributeClass::kRnglist;
    case DW_FORM_sec_offset:
      return SecOffsetClass(name);
    default:
      return AttributeClass::kUnknown;
  }
}

namespace {

// Inlined into both of its callers below: a call per attribute costs as much
// as decoding most of them.
[[gnu::always_inline]] inline bool Decode(RelocCursor& cursor,
                                          const AttributeSpec& spec,
                                          Encoding encoding,
                                          Attribute* attribute) {
  attribute->name = spec.name;
  attribute->form = spec.form;
  attribute->offset = cursor.offset();
  attribute->data = 0;
  attribute->symbol = kNoSymbol;
  attribute->flags = 0;
  attribute->width = 0;
  attribute->section = kNoSection;

  const auto fixed = [&](int width) {
    attribute->width = static_cast<uint8_t>(width);
    attribute->value = cursor.Unsigned(width);
  };
  const auto relocatable = [&](int width) {
    attribute->width = static_cast<uint8_t>(width);
    SetValue(cursor.Value(width), attribute);
  };
  const auto section_offset = [&](int width) {
    attribute->width = static_cast<uint8_t>(width);
    RelocValue other;
    const uint64_t offset = cursor.SectionOffset(width, &other);
    attribute->value = offset;
    if (other.has_record || !other.is_constant()) [[likely]] {
      if (other.is_constant()) {
        attribute->flags |= kAttributeHasRecord;
      } else {
        SetValue(other, attribute);
      }
    }
  };
  const auto block = [&](uint64_t size) {
    attribute->value = size;
    attribute->data = cursor.offset();
    cursor.Skip(size);
  };

  uint16_t form = spec.form;
  // An indirect form names another, which may not be indirect again.
  if (form == DW_FORM_indirect) {
    const uint64_t actual = cursor.Uleb();
    if (actual > UINT16_MAX || actual == DW_FORM_indirect ||
        actual == DW_FORM_implicit_const) {
      return false;
    }
    form = static_cast<uint16_t>(actual);
    attribute->form = form;
    attribute->offset = cursor.offset();
  }
  if (encoding.version >= 4 && form == spec.form) [[likely]] {
    attribute->attribute_class =
        static_cast<AttributeClass>(spec.attribute_class);
  } else {
    attribute->attribute_class = ClassOf(spec.name, form, encoding.version);
  }
  switch (form) {
    case DW_FORM_addr:
      relocatable(encoding.address_size);
      break;
    case DW_FORM_data1:
    case DW_FORM_data2:
      attribute->width = form == DW_FORM_data1 ? 1 : 2;
      SetValue(cursor.Small(attribute->width), attribute);
      break;
    // A constant may carry a record too (DW_AT_high_pc on RISC-V), or be an
    // offset (DWARF 2 and 3).
    case DW_FORM_data4:
      relocatable(4);
      break;
    case DW_FORM_data8:
      relocatable(8);
      break;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_GNU_ref_alt:
      section_offset(encoding.offset_size());
      break;
    case DW_FORM_ref_addr:
      section_offset(encoding.ref_addr_size());
      break;
    case DW_FORM_flag:
    case DW_FORM_ref1:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      fixed(1);
      break;
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      fixed(2);
      break;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      fixed(3);
      break;
    case DW_FORM_ref4:
    case DW_FORM_ref_sup4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
      fixed(4);
      break;
    case DW_FORM_ref8:
    case DW_FORM_ref_sup8:
    case DW_FORM_ref_sig8:
      fixed(8);
      break;
    case DW_FORM_data16: {
      attribute->width = 16;
      const uint64_t first = cursor.U64();
      const uint64_t second = cursor.U64();
      const bool is_little = cursor.order() == ByteOrder::kLittle;
      attribute->value = is_little ? first : second;
      attribute->data = is_little ? second : first;
      break;
    }
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      attribute->value = cursor.Uleb();
      break;
    case DW_FORM_sdata:
      attribute->flags |= kAttributeSigned;
      attribute->value = static_cast<uint64_t>(cursor.Sleb());
      break;
    case DW_FORM_implicit_const:
      attribute->flags |= kAttributeSigned;
      attribute->value = static_cast<uint64_t>(spec.implicit_const);
      attribute->offset = kNoOffset;
      break;
    case DW_FORM_flag_present:
      attribute->value = 1;
      break;
    case DW_FORM_string:
      attribute->value = attribute->offset;
      attribute->data = cursor.String().size();
      break;
    case DW_FORM_block1:
      block(cursor.U8());
      break;
    case DW_FORM_block2:
      block(cursor.U16());
      break;
    case DW_FORM_block4:
      block(cursor.U32());
      break;
    case DW_FORM_block:
    case DW_FORM_exprloc:
      block(cursor.Uleb());
      break;
    default:
      return false;
  }
  return cursor.ok();
}

}  // namespace

bool DecodeAttribute(RelocCursor& cursor, const AttributeSpec& spec,
                     Encoding encoding, Attribute* attribute) {
  return Decode(cursor, spec, encoding, attribute);
}

size_t DecodeAttributes(RelocCursor& cursor,
                        std::span<const AttributeSpec> specs, const Unit& unit,
                        Encoding encoding, Attribute* attributes,
                        size_t capacity, Attribute* last) {
  size_t count = 0;
  for (const AttributeSpec& spec : specs) {
    Attribute* attribute = count < capacity ? &attributes[count] : last;
    if (!Decode(cursor, spec, encoding, attribute)) [[unlikely]] {
      *last = *attribute;
      return count;
    }
    attribute->unit = &unit;
    ++count;
  }
  return count;
}

absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute) {
  if (!cursor.ok()) return cursor.status();
  const char* name = AttributeName(attribute.name);
  return MakeError(
      ErrorCode::kUnsupported, cursor.section(), attribute.offset,
      absl::StrCat("unknown form 0x", absl::Hex(attribute.form), " of ",
                   name == nullptr ? "an unknown attribute" : name));
}

bool IsBlockForm(uint16_t form) {
  switch (form) {
    case DW_FORM_block:
    case DW_FORM_block1:
    case DW_FORM_block2:
    case DW_FORM_block4:
    case DW_FORM_exprloc:
      return true;
    default:
      return false;
  }
}

bool IsUnitReferenceForm(uint16_t form) {
  return form >= DW_FORM_ref1 && form <= DW_FORM_ref_udata;
}

bool IsAddressIndexForm(uint16_t form) {
  return form == DW_FORM_addrx || form == DW_FORM_GNU_addr_index ||
         (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

bool IsStringIndexForm(uint16_t form) {
  return form == DW_FORM_strx || form == DW_FORM_GNU_str_index ||
         (form >= DW_FORM_strx1 && form <= DW_FORM_strx4);
}

}  // namespace dwreloc::internal
