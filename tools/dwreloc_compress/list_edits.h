// list_edits.h - how entries of lists are written that have addresses: by
// index, or counted from another address.
//
// What nothing but lists needs can be counted from the unit's DW_AT_low_pc, or
// from an address of the unit that is in the table anyway: then it needs
// neither entry nor record. That is so for a list all of whose addresses are in
// one section, which no other list begins inside of.
//
// Tested by tests/compress/address_diet_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LIST_EDITS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LIST_EDITS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "dwreloc_compress/address_reader.h"
#include "dwreloc_compress/relayout.h"

namespace dwreloc_tools::compress {

// What stands for the bytes of an entry in front of its expression.
struct ListEdit {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t base = kNone;  // an entry in front of it that sets the base
  std::uint8_t code = 0;       // DW_LLE_*, DW_RLE_*; 0: no entry any more
  std::uint8_t address_count = 0;
  std::uint8_t number_count = 0;
  std::array<std::uint32_t, 2> addresses{};
  std::array<std::uint64_t, 2> numbers{};
};

// Sets which uses of the table are none any more.
std::vector<ListEdit> PlanLists(AddressUses& uses, ListKind kind);

// When the table is sorted.
Replacement WriteEdit(const ListEdit& edit, const AddressTable& table);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LIST_EDITS_H_
