// cpp/die.hpp - DIEs: the tree, and the walk over all of a unit.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_DIE_HPP
#define DWRELOC_CPP_DIE_HPP

#include <dwreloc/dwreloc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/lists.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace dwreloc {

class Unit;
class Variable;

namespace detail {
class WalkStepper;
class ChildStepper;
}  // namespace detail

// Every DIE of a unit or subtree in order, each with all its attributes: the
// fastest way to read.  See DieEntry.
using Walk = detail::StepRange<detail::WalkStepper>;
using Children = detail::StepRange<detail::ChildStepper>;
using Variables = detail::NextRange<dwreloc_variables_next, Variable>;

class Die {
 public:
  Die() = default;
  explicit Die(const Dwreloc_Die& die) : die_(die) {}

  const Dwreloc_Die& raw() const { return die_; }
  std::uint64_t offset() const { return die_.offset; }
  std::uint16_t tag() const { return die_.tag; }  // DW_TAG_*
  bool has_children() const { return die_.has_children != 0; }
  inline Unit unit() const;

  std::optional<Die> first_child() const { return Step(dwreloc_child); }
  std::optional<Die> sibling() const { return Step(dwreloc_sibling); }
  // Costs a walk from the unit DIE.
  std::optional<Die> parent() const { return Step(dwreloc_parent); }
  inline Children children() const;
  // This DIE and its subtree.
  inline Walk walk() const;

  std::optional<Attribute> attribute(unsigned name) const {
    Dwreloc_Attribute attribute;
    if (detail::Check(dwreloc_attr(&die_, name, &attribute)) == 0)
      return std::nullopt;
    return Attribute(attribute);
  }
  // All attributes, in a vector of the caller's.  Whoever reads many DIEs
  // takes walk(), which reuses one vector.
  std::vector<Attribute> attributes() const {
    std::array<Dwreloc_Attribute, 32> few;
    std::vector<Dwreloc_Attribute> many;
    const Dwreloc_Attribute* found = few.data();
    std::size_t count = 0;
    detail::Check(dwreloc_attributes(&die_, few.data(), few.size(), &count));
    if (count > few.size()) {
      many.resize(count);
      detail::Check(
          dwreloc_attributes(&die_, many.data(), many.size(), &count));
      found = many.data();
    }
    std::vector<Attribute> attributes;
    attributes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) attributes.emplace_back(found[i]);
    return attributes;
  }

  // DW_AT_low_pc and DW_AT_high_pc as an interval, if it has both.
  std::optional<Range> pc() const {
    Dwreloc_Relocatable low, high;
    if (detail::Check(dwreloc_pc_relocatable(&die_, &low, &high)) == 0)
      return std::nullopt;
    return Range{Relocatable(low), Relocatable(high)};
  }
  // Is pc in its low/high pair or range list?
  bool HasPc(const Relocatable& pc) const {
    return detail::Check(dwreloc_haspc_relocatable(&die_, &pc.raw())) != 0;
  }
  // Its names, or those of what it is an instance or definition of; empty if it
  // has none.
  std::string_view name() const {
    const char* name = nullptr;
    detail::Check(dwreloc_die_name(&die_, &name, nullptr));
    return detail::View(name);
  }
  std::string_view linkage_name() const {
    const char* name = nullptr;
    detail::Check(dwreloc_die_name(&die_, nullptr, &name));
    return detail::View(name);
  }
  // The bytes of a type, or of a variable, if the DIEs tell.
  std::optional<std::uint64_t> byte_size() const {
    std::uint64_t size = 0;
    if (detail::Check(dwreloc_byte_size(&die_, &size)) == 0)
      return std::nullopt;
    return size;
  }
  // The variables and parameters among its children, as they are at a place.
  inline Variables VariablesAt(const Relocatable& place) const;
  // The ranges of its DW_AT_ranges; none if it has no such attribute.
  RangeList ranges() const {
    Dwreloc_List list;
    if (detail::Check(dwreloc_ranges_begin(&die_, &list)) == 0)
      return RangeList();
    return RangeList(list);
  }
  // The same list as stored.
  ListEntries range_entries() const {
    Dwreloc_List list;
    if (detail::Check(dwreloc_ranges_begin(&die_, &list)) == 0)
      return ListEntries();
    return ListEntries(list);
  }
  // The view numbers of its location list (DW_AT_GNU_locviews); none if it has
  // no such attribute.
  Views views() const {
    Dwreloc_Views views;
    if (detail::Check(dwreloc_views_begin(&die_, &views)) == 0) return Views();
    return Views(views);
  }

 private:
  std::optional<Die> Step(int (*step)(const Dwreloc_Die*, Dwreloc_Die*)) const {
    Dwreloc_Die result;
    if (detail::Check(step(&die_, &result)) == 0) return std::nullopt;
    return Die(result);
  }

  Dwreloc_Die die_{};
};

inline Die Attribute::AsReference() const {
  Dwreloc_Die die;
  detail::Check(dwreloc_formref_die(&attribute_, &die));
  return Die(die);
}

// A DIE met by a walk.  Its attributes are the walk's and are gone with the
// next step; copy what must stay.
class DieEntry {
 public:
  const Die& die() const { return die_; }
  // 0: where the walk began.
  std::uint32_t depth() const { return depth_; }
  AttributeList attributes() const { return attributes_; }
  // Its attributes end where one could not be read.  Only a walk that goes on
  // after errors gives such a DIE.
  bool is_cut() const { return is_cut_; }
  // The attribute of that name, if it has one.
  std::optional<Attribute> find(unsigned name) const {
    for (const Attribute& attribute : attributes_)
      if (attribute.name() == name) return attribute;
    return std::nullopt;
  }

 private:
  friend class detail::WalkStepper;
  Die die_;
  std::uint32_t depth_ = 0;
  bool is_cut_ = false;
  AttributeList attributes_;
};

namespace detail {

class WalkStepper {
 public:
  explicit WalkStepper(const Dwreloc_Unit* unit) : attributes_(kFirst) {
    Check(dwreloc_walk_begin(unit, &walk_));
  }
  explicit WalkStepper(const Dwreloc_Die& die) : attributes_(kFirst) {
    Check(dwreloc_walk_begin_at(&die, &walk_));
  }

  Step Next() {
    Dwreloc_Die die;
    std::size_t count = 0;
    const int result =
        dwreloc_walk_next(&walk_, &die, &entry_.depth_, attributes_.data(),
                          attributes_.size(), &count);
    if (result == 0) return Step::kEnd;
    if (result < 0) {
      if (count == 0) return Step::kError;
      count = std::min(count, attributes_.size());
    } else if (count > attributes_.size()) {
      // The walk went on; this DIE alone is read again.
      attributes_.resize(count);
      if (dwreloc_attributes(&die, attributes_.data(), attributes_.size(),
                             &count) < 0)
        return Step::kError;
    }
    entry_.die_ = Die(die);
    entry_.attributes_ =
        AttributeList(AttributeArray{attributes_.data()}, count);
    entry_.is_cut_ = result < 0;
    return result < 0 ? Step::kErrorInItem : Step::kItem;
  }
  Error error() const { return Error::Last(); }
  const DieEntry& current() const { return entry_; }

 private:
  // More than the DIEs of gcc and clang have.
  static constexpr std::size_t kFirst = 64;

  Dwreloc_Walk walk_;
  // Grows to the largest DIE met; moving the stepper moves no element.
  std::vector<Dwreloc_Attribute> attributes_;
  DieEntry entry_;
};

class ChildStepper {
 public:
  explicit ChildStepper(const Die& parent) : child_(parent.first_child()) {}
  Step Next() {
    if (!child_) return Step::kEnd;
    if (!std::exchange(has_begun_, true)) return Step::kItem;
    Dwreloc_Die next;
    const int result = dwreloc_sibling(&child_->raw(), &next);
    if (result > 0)
      child_ = Die(next);
    else
      child_.reset();
    return result > 0 ? Step::kItem : result < 0 ? Step::kError : Step::kEnd;
  }
  const Die& current() const { return *child_; }
  Error error() const { return Error::Last(); }

 private:
  std::optional<Die> child_;
  bool has_begun_ = false;
};

}  // namespace detail

inline Children Die::children() const { return Children(*this); }
inline Walk Die::walk() const { return Walk(die_); }

}  // namespace dwreloc

#endif  // DWRELOC_CPP_DIE_HPP
