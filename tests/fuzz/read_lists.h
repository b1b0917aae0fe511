// Reading lists and expressions in full, for the fuzz targets: what must hold
// of whatever is read.

#ifndef TESTS_FUZZ_READ_LISTS_H_
#define TESTS_FUZZ_READ_LISTS_H_

#include <cstdint>

#include "dwarf/lists/expr.h"
#include "dwarf/lists/list.h"
#include "dwarf/tree/die.h"
#include "fuzz_file.h"
#include "support/list_bounds.h"

namespace dwreloc::internal {

// Data that a file may have read again and again through many references, as
// lists are, are read this many times at most.
inline constexpr int kMaxReferences = 2000;

inline void ReadExpression(const Unit& unit, const SectionView& view,
                           uint64_t offset, uint64_t size, int nesting = 0) {
  ExpressionReader reader(unit, view, offset, size);
  Operation operation;
  uint64_t last = 0;
  while (reader.Next(&operation)) {
    Check(operation.offset == last && operation.size > 0);
    last += operation.size;
    Check(last <= size);
    Check(operation.operand_count <= 2);
    if (operation.is_index || operation.is_relocatable) {
      const absl::StatusOr<RelocValue> value = OperandValue(&unit, operation);
      if (!value.ok()) CheckError(value.status());
    }
    if (operation.has_block) {
      Check(Fits(operation.block_offset, operation.block_size,
                 view.bytes.size()));
      if (nesting < 4) {
        ReadExpression(unit, view, operation.block_offset, operation.block_size,
                       nesting + 1);
      }
    }
  }
  if (!reader.ok()) CheckError(reader.status());
}

template <typename List>
void ReadList(const Attribute& attribute) {
  absl::StatusOr<List> entries = List::Of(attribute);
  if (!entries.ok()) return CheckError(entries.status());
  const BoundsRead bounds = ReadBounds(*entries);
  const SectionView& view = entries->view();
  ListEntry entry;
  uint64_t last = entries->offset();
  while (entries->NextEntry(&entry)) {
    Check(entry.offset == last && entry.size > 0);
    last += entry.size;
    Check(last <= view.bytes.size());
    Check(Fits(entry.expression_offset, entry.expression_size, last));
    if (entry.expression_size > 0) {
      ReadExpression(*attribute.unit, view, entry.expression_offset,
                     entry.expression_size);
    }
  }
  Check(entries->status() == bounds.status);
  Check(bounds.is_same_observed);
  for (const ListBounds& bound : bounds.bounds) {
    Check(Fits(bound.expression_offset, bound.expression_size, last));
  }
  if (!entries->ok()) CheckError(entries->status());
}

// Calls visit(attribute) for every attribute of the file of that class.
template <typename Visit>
void ForEachOfClass(const FuzzFile& file, AttributeClass wanted,
                    Visit&& visit) {
  int count = 0;
  for (const Unit& unit : file.info().units()) {
    absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
    if (!walk.ok()) continue;
    Die die;
    uint32_t depth;
    while (count < kMaxReferences &&
           walk->NextVisiting(&die, &depth, [&](const Attribute& attribute) {
             if (attribute.attribute_class != wanted) return;
             if (++count < kMaxReferences) visit(attribute);
           })) {
    }
  }
}

}  // namespace dwreloc::internal

#endif  // TESTS_FUZZ_READ_LISTS_H_
