// dwreloc.hpp - the C++20 face of libdwreloc: RAII, ranges and exceptions.
//
// Header-only, over the C API of dwreloc.h, which is the only ABI: nothing
// here has a symbol in the library.  Handles become small values, step-by-step
// calls become input ranges, negative codes become dwreloc::Error.  A File owns
// all; everything else borrows from it and is valid until it is destroyed.
// Its parts are in dwreloc/cpp.
// Tested by tests/api/cpp_api_test.cc, cpp_steps_test.cc and
// tools/dwreloc_dump.
//
//   dwreloc::File file("xfs.ko");
//   for (const dwreloc::Unit& unit : file.units())
//     for (const dwreloc::DieEntry& entry : unit.dies())
//       for (const dwreloc::Attribute& attribute : entry.attributes()) ...
//
// Conventions
//  1. Functions that ask the library throw Error if it reports one.  What the
//     standards allow to be absent is a std::optional, not an exception.
//  2. Ranges named by a noun (units, dies, rows, ...) read as they are
//     iterated; an increment may throw.  They are views: `|` works on them.
//     Iterators of an input range are valid while the range stays in place.
//     Damaged input ends a loop by an Error, unless the range has a handler:
//     unit.dies().OnError(complain) goes on with what can still be read.
//  3. Values (Die, Attribute, Relocatable, ...) are copied freely; raw() gives
//     the C structure for calls of dwreloc.h.
//  4. A File may be read by any number of threads at once; ranges belong to
//     the thread that iterates them.  Non-const members of File need it to
//     themselves.  A FileView reads a file that is open, and cannot change it.
#ifndef DWRELOC_DWRELOC_HPP
#define DWRELOC_DWRELOC_HPP

// One message instead of a hundred: an older compiler sees nothing below.
#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "dwreloc.hpp needs C++20 (-std=c++20)"
#else

#include <dwreloc/dwreloc.h>

#include <dwreloc/cpp/abbrevs.hpp>
#include <dwreloc/cpp/archive.hpp>
#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/call_frames.hpp>
#include <dwreloc/cpp/callbacks.hpp>
#include <dwreloc/cpp/contributions.hpp>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/die.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/expression.hpp>
#include <dwreloc/cpp/file.hpp>
#include <dwreloc/cpp/file_view.hpp>
#include <dwreloc/cpp/frames.hpp>
#include <dwreloc/cpp/image.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <dwreloc/cpp/lines.hpp>
#include <dwreloc/cpp/links.hpp>
#include <dwreloc/cpp/lists.hpp>
#include <dwreloc/cpp/lookup.hpp>
#include <dwreloc/cpp/macros.hpp>
#include <dwreloc/cpp/names.hpp>
#include <dwreloc/cpp/records.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/scopes.hpp>
#include <dwreloc/cpp/section.hpp>
#include <dwreloc/cpp/set.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <dwreloc/cpp/symbol.hpp>
#include <dwreloc/cpp/unit.hpp>
#include <ranges>

namespace dwreloc {

static_assert(std::ranges::random_access_range<Symbols>);
static_assert(std::ranges::random_access_range<Sections>);
static_assert(std::ranges::random_access_range<AttributeList>);
static_assert(std::ranges::random_access_range<Units>);
static_assert(std::ranges::input_range<Walk> && std::ranges::view<Walk>);

}  // namespace dwreloc

#endif  // C++20
#endif  // DWRELOC_DWRELOC_HPP
