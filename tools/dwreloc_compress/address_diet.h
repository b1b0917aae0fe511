// address_diet.h - addresses by index: each is in .debug_addr once, with its
// record, and attributes, expressions and lists say which one they mean (DWARF
// 5 7.5.5, 7.7.1, 7.25, 7.27).
//
// Lists have another layout then. Bytes between them, as the views of gcc, and
// lists that begin inside of others stay what they are: entries change, and all
// else moves with them.
//
// Tested by tests/compress/address_diet_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_DIET_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_DIET_H_

#include <array>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <span>
#include <vector>

#include "dwreloc_compress/address_reader.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/list_edits.h"
#include "dwreloc_compress/records.h"
#include "dwreloc_compress/relayout.h"

namespace dwreloc_tools::compress {

class AddressDiet {
 public:
  // Nothing, and the graph is as it was, if it cannot be done or saves nothing.
  static std::optional<AddressDiet> Of(const dwreloc::File& file,
                                       AddressUses uses, Graph& graph);

  // A section of lists, as it would be without; any other stays as it is.
  Section Lists(std::uint32_t index, Section section);
  // The records of .debug_info that have gone; returns how many.
  std::size_t TakeInfo(const SectionRecords& records,
                       std::span<const std::uint8_t> bytes);
  // .debug_addr. Throws std::runtime_error if it does not have just the
  // addresses of all records that have gone.
  Section Table() const;
  bool is_rela() const { return uses_.is_rela; }

 private:
  AddressDiet(const dwreloc::File& file, AddressUses uses)
      : file_(file),
        numbers_(file.info().big_endian != 0),
        uses_(std::move(uses)) {}

  bool IsWorthIt(std::uint64_t record_count) const;
  void AddExpression(const ListExpression& expression, Relayout& layout) const;
  bool AddHeaders(compress::Lists& lists, Relayout& layout);
  bool LayOutLists(ListKind kind, std::span<const ListEdit> edits);
  bool CanMapFields(const Graph& graph) const;
  void SetFields(Graph& graph) const;
  void SetExpressions(Graph& graph) const;
  void SetRoots(Graph& graph) const;
  void SetForms(Graph& graph) const;
  void Take(const RawRecord& record, std::span<const std::uint8_t> bytes);

  const dwreloc::File& file_;
  const NumberWriter numbers_;
  AddressUses uses_;
  std::array<Relayout, 2> layouts_{};  // by ListKind
  std::vector<std::uint64_t> taken_;   // offsets of fields of .debug_info
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_DIET_H_
