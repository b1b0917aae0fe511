// Workloads of dwarf/: abbreviations, attributes, DIEs, strings, line programs,
// lists, expressions, call frames; over the images of dwarf_inputs.h.

#ifndef TESTS_WORKLOADS_DWARF_WORKLOADS_H_
#define TESTS_WORKLOADS_DWARF_WORKLOADS_H_

#include <cstddef>
#include <cstdint>

#include "workloads/dwarf_inputs.h"
#include "workloads/workload.h"

namespace dwreloc::internal {

// One call parses one table; items are attribute declarations.
Work ParseAbbrevs(uint64_t declarations = 64);

// DIEs of eight attributes of one class; items are attributes.
Work DecodeAttributes(FormClass form_class, uint64_t dies = 128);

// A unit of types and functions as a compiler writes them.  Items of
// WalkDies and VisitDies are attributes, of the others DIEs, strings, values.
Work WalkDies(uint64_t functions = 32);     // DieWalk::Next
Work VisitDies(uint64_t functions = 32);    // DieWalk::NextVisiting
Work SkipDies(uint64_t functions = 32);     // Next, values skipped
Work StepDies(uint64_t functions = 32);     // FirstChild, NextSibling
Work FindNames(uint64_t functions = 32);    // FindAttribute(DW_AT_name)
Work ReadStrings(uint64_t functions = 32);  // StringOf
// AttributeValue of addresses.
Work ReadValues(uint64_t functions = 32);

// Items are rows; up to 64 at a time.
Work ReadLines(uint64_t rows = 1024, size_t at_a_time = 64);

// Items are the bounded entries of lists of six, each list found through its
// attribute.  Versions 4 (.debug_ranges, .debug_loc) and 5.
Work ReadRanges(uint16_t version, uint64_t lists = 64);
Work ReadLocations(uint16_t version, uint64_t lists = 64);

// Items are tuples; addresses looked up; names, each with its string and
// entries; names looked up.
Work ReadAranges(uint64_t ranges = 256);
Work FindAranges(uint64_t ranges = 256);
Work ReadNames(uint64_t names = 256);
Work FindIndexedNames(uint64_t names = 256);

// Items are operations.
Work ReadExpressions(uint64_t expressions = 128);

// Headers of CIEs and FDEs; items are these.
Work ReadFrames(uint64_t fdes = 128);
// Their rows; items are these.
Work ReadFrameRows(uint64_t fdes = 128);

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_DWARF_WORKLOADS_H_
