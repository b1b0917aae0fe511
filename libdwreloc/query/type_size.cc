#include "query/type_size.h"

#include <limits>

#include "dwarf/constants.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/value.h"
#include "query/die_reader.h"

namespace dwreloc::internal {
namespace {

// What a DIE says of a size; a bound that is an expression or a reference is
// known when the program runs only.
struct Facts {
  std::optional<Attribute> type;
  std::optional<Attribute> signature;  // of the whole type (DWARF 5 5.7.1)
  std::optional<uint64_t> byte_size;
  std::optional<uint64_t> byte_stride;
  std::optional<uint64_t> count;
  std::optional<int64_t> lower_bound;
  std::optional<int64_t> upper_bound;
};

bool IsConstant(const Attribute& attribute) {
  return attribute.attribute_class == AttributeClass::kConstant;
}

absl::Status Take(const Attribute& attribute, std::optional<uint64_t>& fact) {
  if (!IsConstant(attribute)) return absl::OkStatus();
  DWRELOC_ASSIGN_OR_RETURN(fact, UnsignedValue(attribute));
  return absl::OkStatus();
}

// Of a bound, whose form does not say whether it is signed: 255 is 255 in one
// byte, too, and the greatest number of 4 or 8 bytes is -1, the last index of
// an array without elements.
absl::Status Take(const Attribute& attribute, std::optional<int64_t>& fact) {
  if (!IsConstant(attribute)) return absl::OkStatus();
  const bool is_signed =
      attribute.form == DW_FORM_sdata ||
      attribute.form == DW_FORM_implicit_const ||
      (attribute.form == DW_FORM_data4 && attribute.value == UINT32_MAX);
  if (is_signed) {
    DWRELOC_ASSIGN_OR_RETURN(fact, SignedValue(attribute));
  } else {
    DWRELOC_ASSIGN_OR_RETURN(const uint64_t number, UnsignedValue(attribute));
    fact = static_cast<int64_t>(number);
  }
  return absl::OkStatus();
}

absl::StatusOr<Facts> FactsOf(const Die& die) {
  Facts facts;
  const absl::Status status =
      VisitAttributes(die, [&](const Attribute& attribute) -> absl::Status {
        switch (attribute.name) {
          case DW_AT_type:
            facts.type = attribute;
            return absl::OkStatus();
          case DW_AT_signature:
            facts.signature = attribute;
            return absl::OkStatus();
          case DW_AT_byte_size:
            return Take(attribute, facts.byte_size);
          case DW_AT_byte_stride:
            return Take(attribute, facts.byte_stride);
          case DW_AT_count:
            return Take(attribute, facts.count);
          case DW_AT_lower_bound:
            return Take(attribute, facts.lower_bound);
          case DW_AT_upper_bound:
            return Take(attribute, facts.upper_bound);
          default:
            return absl::OkStatus();
        }
      });
  if (!status.ok()) return status;
  return facts;
}

// DWARF 5 5.2, 5.3: what has the size of the type that it is of.
bool IsOfItsType(uint16_t tag) {
  switch (tag) {
    case DW_TAG_typedef:
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
    case DW_TAG_immutable_type:
    case DW_TAG_packed_type:
    case DW_TAG_shared_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_subrange_type:
    case DW_TAG_template_alias:
      return true;
    default:
      return false;
  }
}

bool IsAddress(uint16_t tag) {
  return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type ||
         tag == DW_TAG_rvalue_reference_type;
}

// Where arrays begin to count (DWARF 5 7.12, table 7.17).
int64_t FirstIndexOf(uint64_t language) {
  switch (language) {
    case DW_LANG_Ada83:
    case DW_LANG_Ada95:
    case DW_LANG_Cobol74:
    case DW_LANG_Cobol85:
    case DW_LANG_Fortran77:
    case DW_LANG_Fortran90:
    case DW_LANG_Fortran95:
    case DW_LANG_Fortran03:
    case DW_LANG_Fortran08:
    case DW_LANG_Modula2:
    case DW_LANG_Modula3:
    case DW_LANG_Pascal83:
    case DW_LANG_PLI:
    case DW_LANG_Julia:
      return 1;
    default:
      return 0;
  }
}

absl::StatusOr<int64_t> FirstIndexIn(const Unit& unit) {
  DWRELOC_ASSIGN_OR_RETURN(const Die root, RootDie(unit));
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> language,
                           FindAttribute(root, DW_AT_language));
  if (!language.has_value() || !IsConstant(*language)) return 0;
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t number, UnsignedValue(*language));
  return FirstIndexOf(number);
}

// Of a DW_TAG_subrange_type; an array without bounds has none.
absl::StatusOr<std::optional<uint64_t>> CountOf(const Unit& unit,
                                                const Facts& facts) {
  if (facts.count.has_value()) return facts.count;
  if (!facts.upper_bound.has_value()) return std::nullopt;
  int64_t first = 0;
  if (facts.lower_bound.has_value()) {
    first = *facts.lower_bound;
  } else {
    DWRELOC_ASSIGN_OR_RETURN(first, FirstIndexIn(unit));
  }
  if (*facts.upper_bound < first) return 0;
  return static_cast<uint64_t>(*facts.upper_bound) -
         static_cast<uint64_t>(first) + 1;
}

std::optional<uint64_t> Product(uint64_t a, uint64_t b) {
  if (a != 0 && b > std::numeric_limits<uint64_t>::max() / a) {
    return std::nullopt;
  }
  return a * b;
}

}  // namespace

TypeSizes::Size TypeSizes::FindArray(const Die& array,
                                     std::optional<uint64_t> element) {
  std::optional<uint64_t> size = element;
  absl::StatusOr<std::optional<Die>> next = FirstChild(array);
  while (size.has_value()) {
    if (!next.ok()) return next.status();
    if (!next->has_value()) return size;
    const Die dimension = **next;
    // Passing over the children of one would cost a walk.
    if (dimension.has_children) return std::nullopt;
    if (dimension.tag == DW_TAG_subrange_type) {
      DWRELOC_ASSIGN_OR_RETURN(const Facts facts, FactsOf(dimension));
      DWRELOC_ASSIGN_OR_RETURN(const std::optional<uint64_t> count,
                               CountOf(*array.unit, facts));
      if (!count.has_value()) return std::nullopt;
      if (facts.byte_stride.has_value()) size = facts.byte_stride;
      size = Product(*size, *count);
    } else if (dimension.tag == DW_TAG_enumeration_type) {
      return std::nullopt;  // Pascal's and Ada's
    }
    next = NextSibling(dimension);
  }
  return size;
}

TypeSizes::Size TypeSizes::Find(const Die& type, int depth) {
  constexpr int kMostTypes = 32;  // a circle ends, too
  if (depth > kMostTypes) return std::nullopt;
  const std::pair key(type.unit, type.offset);
  if (const auto known = known_.find(key); known != known_.end()) {
    return known->second;
  }
  DWRELOC_ASSIGN_OR_RETURN(const Facts facts, FactsOf(type));
  std::optional<uint64_t> size = facts.byte_size;
  const bool is_array = type.tag == DW_TAG_array_type;
  if (!size.has_value() && IsAddress(type.tag)) {
    size = type.unit->encoding().address_size;
  } else if (!size.has_value() && facts.signature.has_value()) {
    DWRELOC_ASSIGN_OR_RETURN(const Die whole,
                             FollowReference(*facts.signature));
    DWRELOC_ASSIGN_OR_RETURN(size, Find(whole, depth + 1));
  } else if (!size.has_value() && facts.type.has_value() &&
             (is_array || IsOfItsType(type.tag))) {
    DWRELOC_ASSIGN_OR_RETURN(const Die of, FollowReference(*facts.type));
    DWRELOC_ASSIGN_OR_RETURN(size, Find(of, depth + 1));
    if (is_array && facts.byte_stride.has_value()) size = facts.byte_stride;
    if (is_array) {
      DWRELOC_ASSIGN_OR_RETURN(size, FindArray(type, size));
    }
  }
  known_.emplace(key, size);
  return size;
}

TypeSizes::Size TypeSizes::Of(const Die& die) {
  if (die.tag != DW_TAG_variable && die.tag != DW_TAG_formal_parameter &&
      die.tag != DW_TAG_member && die.tag != DW_TAG_constant) {
    return Find(die, 0);
  }
  std::optional<Attribute> type;
  const absl::Status status =
      VisitWithOrigins(die, [&type](const Attribute& attribute) {
        if (attribute.name == DW_AT_type && !type.has_value()) type = attribute;
        return absl::OkStatus();
      });
  if (!type.has_value()) {
    if (!status.ok()) return status;
    return std::nullopt;
  }
  DWRELOC_ASSIGN_OR_RETURN(const Die of, FollowReference(*type));
  return Find(of, 0);
}

}  // namespace dwreloc::internal
