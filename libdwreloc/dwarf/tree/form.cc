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

// The class of a form that some attributes give another one.
AttributeClass ClassByAttribute(AttributeClass otherwise, uint16_t name,
                                uint16_t version) {
  switch (otherwise) {
    case AttributeClass::kConstant: {
      // DWARF 3 7.5.4: this attribute may have two classes, and there its
      // constants are written as udata or sdata.
      if (version == 3 && name == DW_AT_data_member_location) {
        return AttributeClass::kLoclist;
      }
      const AttributeClass pointer = OffsetClass(name);
      return pointer == AttributeClass::kUnknown ? otherwise : pointer;
    }
    case AttributeClass::kBlock:
      return IsLocationAttribute(name) ? AttributeClass::kExprloc : otherwise;
    default:
      return SecOffsetClass(name);
  }
}

inline AttributeClass ClassOf(const FormRow& row, uint16_t name,
                              uint16_t version) {
  return row.has_class_of_attribute
             ? ClassByAttribute(row.attribute_class, name, version)
             : row.attribute_class;
}

// Sets op and width of a form whose width follows the encoding.
inline void FollowEncoding(FormWidth follows, Encoding encoding,
                           AttributeSpec* spec) {
  const int size = follows == FormWidth::kOffset    ? encoding.offset_size()
                   : follows == FormWidth::kAddress ? encoding.address_size
                                                    : encoding.ref_addr_size();
  const int step = size == 2 ? 0 : size == 4 ? 1 : 2;
  if (size != 2 << step) {
    spec->op = FormOp::kUnknown;
    spec->width = 0;
    return;
  }
  spec->op = static_cast<FormOp>(static_cast<int>(spec->op) + step);
  spec->width = static_cast<uint8_t>(size);
}
static_assert(static_cast<int>(FormOp::kValue8) ==
              static_cast<int>(FormOp::kValue2) + 2);
static_assert(static_cast<int>(FormOp::kOffset8) ==
              static_cast<int>(FormOp::kOffset2) + 2);

void ReadBlock(RelocCursor& cursor, uint64_t size, Attribute* attribute) {
  attribute->value = size;
  attribute->data = cursor.offset();
  cursor.Skip(size);
}

inline void ReadSixteen(RelocCursor& cursor, Attribute* attribute) {
  const Bytes bytes = cursor.Block(16);
  if (!cursor.ok()) return;
  const uint64_t first = Load<uint64_t>(bytes.data(), cursor.order());
  const uint64_t second = Load<uint64_t>(bytes.data() + 8, cursor.order());
  const bool is_little = cursor.order() == ByteOrder::kLittle;
  attribute->value = is_little ? first : second;
  attribute->data = is_little ? second : first;
}

inline void ReadOffset(RelocCursor& cursor, int width, Attribute* attribute) {
  RelocValue other;
  attribute->value = cursor.SectionOffset(width, &other);
  if (!other.is_constant()) {
    SetValue(other, attribute);
  } else if (other.has_record) {
    attribute->flags |= kAttributeHasRecord;
  }
}

inline void ReadIndexAndOffset(RelocCursor& cursor, Attribute* attribute) {
  const uint64_t index = cursor.Uleb();
  const RelocValue offset = cursor.Value(4);
  SetValue(offset, attribute);
  attribute->value = index;
  attribute->data = offset.is_constant() ? offset.value : 0;
}

inline bool DecodeIndirect(RelocCursor& cursor, uint16_t name,
                           Encoding encoding, Attribute* attribute) {
  // Must not be indirect again, nor a form whose value would have to be in the
  // declaration (DWARF 5 7.5.3).
  const uint64_t form = cursor.Uleb();
  if (form > UINT16_MAX || form == DW_FORM_indirect ||
      form == DW_FORM_implicit_const) {
    return false;
  }
  return DecodeAttribute(cursor,
                         MakeSpec(name, static_cast<uint16_t>(form), encoding),
                         encoding, attribute);
}

}  // namespace

AttributeClass ClassOf(uint16_t name, uint16_t form, uint16_t version) {
  return ClassOf(FormRowOf(form), name, version);
}

AttributeSpec MakeSpec(uint16_t name, uint16_t form, Encoding encoding) {
  const FormRow& row = FormRowOf(form);
  AttributeSpec spec;
  spec.name = name;
  spec.form = form;
  // Class, flags, width and op at once: their layout is the same in both.
  static_assert(offsetof(FormRow, attribute_class) == 0);
  static_assert(offsetof(FormRow, op) ==
                offsetof(AttributeSpec, op) -
                    offsetof(AttributeSpec, attribute_class));
  std::memcpy(&spec.attribute_class, &row, sizeof(uint32_t));
  if (row.follows != FormWidth::kForm) {
    FollowEncoding(row.follows, encoding, &spec);
  }
  if (row.has_class_of_attribute) {
    spec.attribute_class = static_cast<uint8_t>(
        ClassByAttribute(row.attribute_class, name, encoding.version));
  }
  if (row.op == FormOp::kFlagPresent) spec.implicit_const = 1;
  return spec;
}

bool DecodeAttribute(RelocCursor& cursor, const AttributeSpec& spec,
                     Encoding encoding, Attribute* attribute) {
  BeginAttribute(spec, cursor.offset(), attribute);
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
    case FormOp::kFixed16:
      ReadSixteen(cursor, attribute);
      break;
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
    case FormOp::kOffset8:
      ReadOffset(cursor, spec.width, attribute);
      break;
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
    case FormOp::kUlebValue4:
      ReadIndexAndOffset(cursor, attribute);
      break;
    case FormOp::kImplicitConst:
      attribute->offset = kNoOffset;
      [[fallthrough]];
    case FormOp::kFlagPresent:
      attribute->value = static_cast<uint64_t>(spec.implicit_const);
      break;
    case FormOp::kIndirect:
      return DecodeIndirect(cursor, spec.name, encoding, attribute);
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

}  // namespace dwreloc::internal
