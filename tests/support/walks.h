// Are the ways of walking a unit one?  DieWalk::Next reads fast what
// NextVisiting reads attribute by attribute, NextMany reads several DIEs, and
// NextOf passes what it need not read.

#ifndef TESTS_SUPPORT_WALKS_H_
#define TESTS_SUPPORT_WALKS_H_

#include <string>

#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

// Walks the unit with NextVisiting, with room for all, one and no attributes
// with Next, for few and many DIEs and attributes with NextMany, and with
// NextOf for some declarations and none.  What differs first, or "".
std::string DifferenceOfWalks(const Unit& unit);

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_WALKS_H_
