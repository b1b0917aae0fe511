#include "query/variables.h"

#include "dwarf/constants.h"
#include "dwarf/lists/any_list.h"
#include "dwarf/tree/strings.h"
#include "query/die_reader.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// What the DIEs of a variable say; a nearer one goes before those behind it.
struct Found {
  std::optional<Attribute> name;
  std::optional<Attribute> type;
  std::optional<Attribute> location;
  std::optional<Attribute> constant;
};

void Take(const Attribute& attribute, std::optional<Attribute>& slot) {
  if (!slot.has_value()) slot = attribute;
}

absl::Status ReadAll(const Die& die, Found& found) {
  return VisitWithOrigins(die, [&](const Attribute& attribute) {
    switch (attribute.name) {
      case DW_AT_name:
        Take(attribute, found.name);
        break;
      case DW_AT_type:
        Take(attribute, found.type);
        break;
      case DW_AT_location:
        Take(attribute, found.location);
        break;
      case DW_AT_const_value:
        Take(attribute, found.constant);
        break;
      default:
        break;
    }
    return absl::OkStatus();
  });
}

void GiveLocation(const Found& found, const RelocValue& place,
                  Variable& variable) {
  if (found.location.has_value()) {
    const absl::StatusOr<VariableLocation> location =
        LocationAt(*found.location, place);
    if (!location.ok()) {
      variable.location_status = location.status();
      return;
    }
    variable.location = *location;
    // DWARF 5 2.6.1.1.4: an empty expression is a value that is nowhere.
    if (location->size > 0) variable.kind = VariableKind::kLocation;
  } else if (found.constant.has_value()) {
    variable.kind = VariableKind::kConstant;
    variable.constant = *found.constant;
  } else {
    variable.location_status = variable.status;  // what is missing may say it
  }
}

void Read(const RelocValue& place, Variable* variable) {
  Found found;
  variable->status = ReadAll(variable->die, found);
  GiveLocation(found, place, *variable);
  if (found.type.has_value()) variable->type = *found.type;
  if (!found.name.has_value()) return;
  const absl::StatusOr<std::string_view> name = StringOf(*found.name);
  if (name.ok()) {
    variable->name = *name;
  } else {
    variable->status = name.status();
  }
}

}  // namespace

absl::StatusOr<VariableLocation> LocationAt(const Attribute& attribute,
                                            const RelocValue& place) {
  DWRELOC_ASSIGN_OR_RETURN(AnyList list, AnyList::OfLocations(attribute));
  VariableLocation found;
  std::optional<RelocValue> bad;  // a bound of one that may count
  ListBounds bounds;
  VariableLocation next;
  while (list.NextBounded(&bounds)) {
    next.unit = &list.unit();
    next.view = &list.view();
    next.begin = bounds.begin;
    next.end = bounds.end;
    next.offset = bounds.expression_offset;
    next.size = bounds.expression_size;
    next.is_bounded = !bounds.is_default;
    if (bounds.is_default) {
      found = next;
    } else if (IsInRange(place, next.begin, next.end)) {
      return next;
    } else if (next.begin.is_bad() || next.end.is_bad()) {
      bad = next.begin.is_bad() ? next.begin : next.end;
    }
  }
  DWRELOC_RETURN_IF_ERROR(list.status());
  if (bad.has_value()) {
    return NoNumber(list.unit().address_unit().sections().context(), *bad);
  }
  return found;
}

absl::StatusOr<bool> VariableReader::Step() {
  absl::StatusOr<std::optional<Die>> next =
      has_begun_ ? NextSibling(last_) : FirstChild(last_);
  has_begun_ = true;
  if (!next.ok()) return next.status();
  if (!next->has_value()) return false;
  last_ = **next;
  return true;
}

absl::StatusOr<bool> VariableReader::Next(Variable* variable) {
  *variable = Variable();
  while (!is_done_) {
    absl::StatusOr<bool> result = Step();
    is_done_ = !result.ok() || !*result;
    if (is_done_) return result;
    if (last_.tag == DW_TAG_variable || last_.tag == DW_TAG_formal_parameter) {
      variable->die = last_;
      Read(place_, variable);
      return true;
    }
  }
  return false;
}

}  // namespace dwreloc::internal
