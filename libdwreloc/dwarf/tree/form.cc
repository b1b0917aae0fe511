#include "dwarf/tree/form.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// What sec_offset, or data4 and data8, points at, by attribute (DWARF 5 table
// 7.5). kUnknown: nothing, it is a constant.  The attributes listed here cannot
// be constants: data4 and data8 are offsets there even from producers that
// write them after version 3 (Free Pascal), where the standard has sec_offset.
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
    // Location lists in DWARF 4 and 5, in addition to those of older versions.
    case DW_AT_data_member_location:
    case DW_AT_call_value:
    case DW_AT_GNU_call_site_value:
      return AttributeClass::kLoclist;
    // A constant, and since DWARF 4 also a range list.
    case DW_AT_start_scope:
      return AttributeClass::kRnglist;
    default: {
      const AttributeClass known = OffsetClass(name);
      return known == AttributeClass::kUnknown ? AttributeClass::kSecoffset
                                               : known;
    }
  }
}

// Before exprloc, expressions were blocks, and some producers (Free Pascal)
// still write blocks; the attribute decides.  The attributes listed here cannot
// be plain blocks.
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
    case DW_FORM_LLVM_addrx_offset:
      return AttributeClass::kAddress;
    case DW_FORM_data4:
    case DW_FORM_data8:
      // DWARF 3 7.5.4: this attribute may have two classes, and there its
      // constants are written as udata or sdata.
      if (version == 3 && name == DW_AT_data_member_location) {
        return AttributeClass::kLoclist;
      }
      if (const AttributeClass pointer = OffsetClass(name);
          pointer != AttributeClass::kUnknown) {
        return pointer;
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
      return IsLocationAttribute(name) ? AttributeClass::kExprloc
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

// DWARF 5 table 7.6, and the forms of GNU and LLVM.
FormOp OpOf(uint16_t form, Encoding encoding) {
  const bool is_dwarf64 = encoding.format == Format::kDwarf64;
  switch (form) {
    case DW_FORM_addr:
      switch (encoding.address_size) {
        case 2:
          return FormOp::kValue2;
        case 4:
          return FormOp::kValue4;
        case 8:
          return FormOp::kValue8;
        default:
          return FormOp::kUnknown;
      }
    // A constant may have a record too (DW_AT_high_pc on RISC-V), or be an
    // offset (DWARF 2 and 3).
    case DW_FORM_data1:
      return FormOp::kValue1;
    case DW_FORM_data2:
      return FormOp::kValue2;
    case DW_FORM_data4:
      return FormOp::kValue4;
    case DW_FORM_data8:
      return FormOp::kValue8;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_GNU_ref_alt:
      return is_dwarf64 ? FormOp::kOffset8 : FormOp::kOffset4;
    case DW_FORM_ref_addr:
      switch (encoding.ref_addr_size()) {
        case 2:
          return FormOp::kOffset2;
        case 4:
          return FormOp::kOffset4;
        case 8:
          return FormOp::kOffset8;
        default:
          return FormOp::kUnknown;
      }
    case DW_FORM_flag:
    case DW_FORM_ref1:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return FormOp::kFixed1;
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return FormOp::kFixed2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return FormOp::kFixed3;
    case DW_FORM_ref4:
    case DW_FORM_ref_sup4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
      return FormOp::kFixed4;
    case DW_FORM_ref8:
    case DW_FORM_ref_sup8:
    case DW_FORM_ref_sig8:
      return FormOp::kFixed8;
    case DW_FORM_data16:
      return FormOp::kFixed16;
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      return FormOp::kUleb;
    case DW_FORM_sdata:
      return FormOp::kSleb;
    case DW_FORM_implicit_const:
      return FormOp::kImplicitConst;
    case DW_FORM_flag_present:
      return FormOp::kFlagPresent;
    case DW_FORM_string:
      return FormOp::kString;
    case DW_FORM_block1:
      return FormOp::kBlock1;
    case DW_FORM_block2:
      return FormOp::kBlock2;
    case DW_FORM_block4:
      return FormOp::kBlock4;
    case DW_FORM_block:
    case DW_FORM_exprloc:
      return FormOp::kBlockUleb;
    case DW_FORM_LLVM_addrx_offset:
      return FormOp::kUlebValue4;
    case DW_FORM_indirect:
      return FormOp::kIndirect;
    default:
      return FormOp::kUnknown;
  }
}

// The value of Attribute::width.
uint8_t WidthOf(FormOp op) {
  switch (op) {
    case FormOp::kFixed1:
    case FormOp::kValue1:
      return 1;
    case FormOp::kFixed2:
    case FormOp::kValue2:
    case FormOp::kOffset2:
      return 2;
    case FormOp::kFixed3:
      return 3;
    case FormOp::kFixed4:
    case FormOp::kValue4:
    case FormOp::kOffset4:
      return 4;
    case FormOp::kFixed8:
    case FormOp::kValue8:
    case FormOp::kOffset8:
      return 8;
    case FormOp::kFixed16:
      return 16;
    default:
      return 0;
  }
}

void ReadBlock(RelocCursor& cursor, uint64_t size, Attribute* attribute) {
  attribute->value = size;
  attribute->data = cursor.offset();
  cursor.Skip(size);
}

}  // namespace

AttributeSpec MakeSpec(uint16_t name, uint16_t form, Encoding encoding) {
  AttributeSpec spec;
  spec.name = name;
  spec.form = form;
  spec.op = OpOf(form, encoding);
  spec.width = WidthOf(spec.op);
  spec.attribute_class =
      static_cast<uint8_t>(ClassOf(name, form, encoding.version));
  if (spec.op == FormOp::kFlagPresent) spec.implicit_const = 1;
  if (spec.op == FormOp::kSleb || spec.op == FormOp::kImplicitConst) {
    spec.flags = kAttributeSigned;
  }
  return spec;
}

bool DecodeAttribute(RelocCursor& cursor, const AttributeSpec& spec,
                     Encoding encoding, Attribute* attribute) {
  BeginAttribute(spec, cursor.offset(), attribute);
  attribute->data = 0;
  switch (spec.op) {
    case FormOp::kUnknown:
      return false;
    case FormOp::kFixed1:
    case FormOp::kFixed2:
    case FormOp::kFixed3:
    case FormOp::kFixed4:
    case FormOp::kFixed8:
      attribute->value = cursor.Unsigned(spec.width);
      break;
    case FormOp::kFixed16: {
      const uint64_t first = cursor.U64();
      const uint64_t second = cursor.U64();
      const bool is_little = cursor.order() == ByteOrder::kLittle;
      attribute->value = is_little ? first : second;
      attribute->data = is_little ? second : first;
      break;
    }
    case FormOp::kValue1:
    case FormOp::kValue2:
      SetValue(cursor.Small(spec.width), attribute);
      break;
    case FormOp::kValue4:
    case FormOp::kValue8:
      SetValue(cursor.Value(spec.width), attribute);
      break;
    case FormOp::kOffset2:
    case FormOp::kOffset4:
    case FormOp::kOffset8: {
      RelocValue other;
      attribute->value = cursor.SectionOffset(spec.width, &other);
      if (!other.is_constant()) {
        SetValue(other, attribute);
      } else if (other.has_record) {
        attribute->flags |= kAttributeHasRecord;
      }
      break;
    }
    case FormOp::kUleb:
      SetValue(cursor.UlebValue(), attribute);
      break;
    case FormOp::kSleb:
      attribute->value = static_cast<uint64_t>(cursor.Sleb());
      break;
    case FormOp::kString:
      attribute->value = attribute->offset;
      attribute->data = cursor.String().size();
      break;
    case FormOp::kBlock1:
      ReadBlock(cursor, cursor.U8(), attribute);
      break;
    case FormOp::kBlock2:
      ReadBlock(cursor, cursor.U16(), attribute);
      break;
    case FormOp::kBlock4:
      ReadBlock(cursor, cursor.U32(), attribute);
      break;
    case FormOp::kBlockUleb:
      ReadBlock(cursor, cursor.Uleb(), attribute);
      break;
    case FormOp::kUlebValue4: {
      const uint64_t index = cursor.Uleb();
      const RelocValue offset = cursor.Value(4);
      SetValue(offset, attribute);
      attribute->value = index;
      attribute->data = offset.is_constant() ? offset.value : 0;
      break;
    }
    case FormOp::kImplicitConst:
      attribute->offset = kNoOffset;
      [[fallthrough]];
    case FormOp::kFlagPresent:
      attribute->value = static_cast<uint64_t>(spec.implicit_const);
      break;
    case FormOp::kIndirect: {
      // Must not be indirect again, nor a form whose value would have to be in
      // the declaration (DWARF 5 7.5.3).
      const uint64_t form = cursor.Uleb();
      if (form > UINT16_MAX || form == DW_FORM_indirect ||
          form == DW_FORM_implicit_const) {
        return false;
      }
      return DecodeAttribute(
          cursor, MakeSpec(spec.name, static_cast<uint16_t>(form), encoding),
          encoding, attribute);
    }
  }
  return cursor.ok();
}

RelocValue FieldOf(const Attribute& attribute) {
  RelocValue value = RelocValue::Constant(attribute.value);
  const bool has_record = (attribute.flags & kAttributeHasRecord) != 0;
  if (IsNumber(attribute)) {
    if (attribute.offset != kNoOffset && attribute.width != 0) {
      value.width = attribute.width;
      value.has_record = has_record;
    }
    return value;
  }
  value.section = attribute.section;
  value.symbol = attribute.symbol;
  std::memcpy(reinterpret_cast<uint8_t*>(&value) + offsetof(RelocValue, detail),
              &attribute.data, sizeof(attribute.data));
  value.has_record = has_record;
  return value;
}

absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute,
                       std::string_view of) {
  if (!cursor.ok()) return cursor.status();
  return MakeError(ErrorCode::kUnsupported, cursor.section(), attribute.offset,
                   absl::StrCat("unknown form 0x", absl::Hex(attribute.form),
                                " of ", absl::string_view(of.data(), of.size()),
                                ": where its value ends is not known"));
}

absl::Status FormError(const RelocCursor& cursor, const Attribute& attribute) {
  const char* name = AttributeName(attribute.name);
  return FormError(cursor, attribute,
                   name == nullptr ? "an unknown attribute" : name);
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
         form == DW_FORM_LLVM_addrx_offset ||
         (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

bool IsStringIndexForm(uint16_t form) {
  return form == DW_FORM_strx || form == DW_FORM_GNU_str_index ||
         (form >= DW_FORM_strx1 && form <= DW_FORM_strx4);
}

}  // namespace dwreloc::internal
