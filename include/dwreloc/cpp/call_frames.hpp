// cpp/call_frames.hpp - what a backtrace shows of one place of code.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_CALL_FRAMES_HPP
#define DWRELOC_CPP_CALL_FRAMES_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/die.hpp>
#include <dwreloc/cpp/lines.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <string_view>

namespace dwreloc {

// A function, and where in the sources: in the first frame of a place that is
// the place itself, in the others the call that was inlined.
class Frame {
 public:
  Frame() = default;
  explicit Frame(const Dwreloc_Frame& frame) : frame_(frame) {}

  const Dwreloc_Frame& raw() const { return frame_; }
  // None if no DIE has the place.
  std::optional<Die> die() const {
    if (frame_.die.unit == nullptr) return std::nullopt;
    return Die(frame_.die);
  }
  // Empty if there is none, or it cannot be read: raw().name_error.
  std::string_view name() const { return detail::View(frame_.name); }
  std::string_view linkage_name() const {
    return detail::View(frame_.linkage_name);
  }
  // In full.  Empty if it is unknown: raw().place_error.
  std::string_view path() const { return detail::View(frame_.path); }
  std::uint64_t line() const { return frame_.line; }      // 0: unknown
  std::uint64_t column() const { return frame_.column; }  // 0: unknown
  std::uint64_t discriminator() const { return frame_.discriminator; }
  // Does another frame follow, which has the call?
  bool is_inlined() const { return frame_.is_inlined != 0; }

 private:
  Dwreloc_Frame frame_{};
};

using Frames = detail::NextRange<dwreloc_frames_next, Frame>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_CALL_FRAMES_HPP
