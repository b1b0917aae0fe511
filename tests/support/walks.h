// Are the two ways of walking a unit one?  DieWalk::Next reads fast what
// NextVisiting reads attribute by attribute.

#ifndef TESTS_SUPPORT_WALKS_H_
#define TESTS_SUPPORT_WALKS_H_

#include <string>

#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

// Walks the unit with NextVisiting and, with room for all, one and no
// attributes, with Next.  What differs first, or "".
std::string DifferenceOfWalks(const Unit& unit);

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_WALKS_H_
