// DieWalk where it cannot go on: what is wrong, and the way around it.

#include "dwarf/tree/detours.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {

void DieWalk::MoveTo(uint64_t offset, uint32_t depth) {
  RelocObserver* const observer = cursor_.observer();
  cursor_ = constants_.unit->CursorAt(offset);
  cursor_.set_observer(observer);
  depth_ = depth;
  error_ = ErrorCode::kOk;
  care_ &= static_cast<uint8_t>(~kFailed);
}

bool DieWalk::TakeDetour() {
  const Detour* detour = constants_.unit->detours().Find(error_die_);
  if (detour == nullptr || detour->up > error_depth_) return false;
  MoveTo(detour->to, error_depth_ - detour->up);
  return true;
}

void DieWalk::Fail(ErrorCode error, uint64_t die, uint32_t depth) {
  error_ = error;
  care_ |= kFailed;
  error_die_ = die;
  error_depth_ = depth;
  error_offset_ = die;
  read_before_error_ = 0;
}

void DieWalk::Fail(const Attribute& attribute, const Die& die,
                   const AttributeSpec& spec) {
  // depth_ is that of the children, if it may have any.
  Fail(cursor_.ok() ? ErrorCode::kUnsupported : ErrorCode::kTruncated,
       die.offset, depth_ - (die.has_children ? 1 : 0));
  error_offset_ = attribute.offset;
  error_form_ = attribute.form;
  error_name_ = attribute.name;
  read_before_error_ = static_cast<uint32_t>(&spec - die.abbrev->specs);
}

absl::Status DieWalk::status() const {
  if (error_ == ErrorCode::kOk) return absl::OkStatus();
  if (!cursor_.ok()) return cursor_.status();
  if (error_ == ErrorCode::kBadDwarf) {
    return UnknownAbbrev(*constants_.unit, error_offset_, error_code_);
  }
  Attribute attribute;
  attribute.offset = error_offset_;
  attribute.form = error_form_;
  attribute.name = error_name_;
  return FormError(cursor_, attribute);
}

}  // namespace dwreloc::internal
