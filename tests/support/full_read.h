// FullRead: everything that dwreloc.h can read of an open module, read once.
//
// For tests that need "all of it" and not one datum: mutated files, many
// threads.  It knows nothing of the file.  It counts what it got, hashes it in
// order, and collects what went wrong:
//
//   failures    calls that returned an error, each with its text
//   complaints  broken promises of the library: an error without text, a text
//               without its place, a list that ends without its end
//
// Nothing here depends on GoogleTest: threads may read at once.

#ifndef TESTS_SUPPORT_FULL_READ_H_
#define TESTS_SUPPORT_FULL_READ_H_

#include <dwreloc/dwreloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dwreloc::internal {

// What there is to count.
enum class Item : uint8_t {
  kSections,
  kSectionBytes,
  kSymbols,
  kUnits,
  kDies,
  kAttributes,
  kStrings,
  kStringBytes,
  kBlocks,
  kReferences,
  kValues,
  kAddresses,  // of values
  kLineFiles,
  kRows,
  kRanges,
  kRangeEntries,
  kLocations,
  kLocationEntries,
  kViews,
  kOperations,
  kOperands,
  kFrames,  // CIEs and FDEs
  kFrameInstructions,
  kFrameRows,
  kAbbrevs,
  kAranges,
  kPubnames,
  kIndexedNames,
  kNameEntries,
  kMacros,
  kMacroStrings,
  kTableEntries,  // of .debug_addr and .debug_str_offsets
  kTableStrings,
  kIndexEntries,
  kLinks,
  kRecords,
  kOwnedRecords,
  kAskedFrames,  // what is at a few places: question_read.h
  kAskedScopes,
  kAskedVariables,
  kCount,
};
const char* ItemName(Item item);

struct Totals {
  std::array<uint64_t, static_cast<size_t>(Item::kCount)> counts{};

  uint64_t& operator[](Item item) { return counts[static_cast<size_t>(item)]; }
  uint64_t operator[](Item item) const {
    return counts[static_cast<size_t>(item)];
  }
  friend bool operator==(const Totals&, const Totals&) = default;
};

// "DIEs 12 instead of 15, rows 3 instead of 7": where a is less than b.
std::string DescribeLoss(const Totals& a, const Totals& b);
// The same of what hangs on units only: DIEs, lines, lists.
std::string DescribeUnitLoss(Totals a, const Totals& b);

struct FullRead {
  Totals totals;
  uint64_t hash = 0;  // of all values in the order of reading
  // Calls that returned an error; those for the address of a value that has
  // none (undefined, thread-local, ...) are counted apart.
  uint64_t failure_count = 0;
  uint64_t unplaced_count = 0;
  uint64_t no_memory_count = 0;  // of both
  // Of the failures those in units and what hangs on them.
  uint64_t unit_failure_count = 0;
  // Of the questions about places, which no other count has.
  uint64_t question_failure_count = 0;
  std::vector<std::string> failures;    // the first ones
  std::vector<std::string> complaints;  // the first ones
};

struct FullReadOptions {
  // Ends a read that meets this many items: overlapping lists multiply.
  uint64_t max_items = 4'000'000;
  // The bytes of all sections, too.
  bool sections = true;
  // dwreloc_owners reads everything once more.
  bool owners = true;
};

// Reads with the places as they are: the caller has placed what is to be
// placed.
FullRead ReadEverything(const Dwreloc_Module* module,
                        const FullReadOptions& options = {});

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_FULL_READ_H_
