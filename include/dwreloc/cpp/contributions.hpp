// cpp/contributions.hpp - addresses and strings that are referred to by index.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_CONTRIBUTIONS_HPP
#define DWRELOC_CPP_CONTRIBUTIONS_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <string_view>

namespace dwreloc {

// What one unit contributes to .debug_addr or .debug_str_offsets.
class Contribution {
 public:
  Contribution() = default;
  explicit Contribution(const Dwreloc_Contribution& contribution)
      : contribution_(contribution) {}

  const Dwreloc_Contribution& raw() const { return contribution_; }
  bool is_addresses() const { return contribution_.is_addresses != 0; }
  std::uint64_t size() const { return contribution_.count; }
  Relocatable value(std::uint64_t index) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_contribution_value(&contribution_, index, &value));
    return Relocatable(value);
  }
  std::string_view string(std::uint64_t index) const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(
        dwreloc_contribution_string(&contribution_, index, &string, &length));
    return std::string_view(string, length);
  }

 private:
  Dwreloc_Contribution contribution_{};
};

namespace detail {

class ContributionStepper {
 public:
  ContributionStepper(const Dwreloc_Module* module, std::uint32_t section)
      : module_(module), section_(section) {}
  Step Next() {
    if (offset_ == kNoOffset) return Step::kEnd;
    Dwreloc_Contribution contribution;
    contribution.next_offset = kNoOffset;
    const int result =
        dwreloc_contribution_at(module_, section_, offset_, &contribution);
    offset_ = result == 0 ? kNoOffset : contribution.next_offset;
    if (result > 0) current_ = Contribution(contribution);
    return result > 0 ? Step::kItem : result < 0 ? Step::kError : Step::kEnd;
  }
  Error error() const { return Error::Last(); }
  const Contribution& current() const { return current_; }

 private:
  const Dwreloc_Module* module_;
  std::uint32_t section_;
  std::uint64_t offset_ = 0;
  Contribution current_;
};

}  // namespace detail

using Contributions = detail::StepRange<detail::ContributionStepper>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_CONTRIBUTIONS_HPP
