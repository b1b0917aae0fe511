// graph_reader.h - reads the graph of a file (graph.h): graph.cc reads units
// and trees, graph_attributes.cc what their DIEs say.
//
// Tested by tests/compress/graph_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_READER_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_READER_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dwreloc_compress/address_reader.h"
#include "dwreloc_compress/expressions.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/offset_map.h"
#include "dwreloc_compress/shapes.h"

namespace dwreloc_tools::compress {

class GraphReader {
 public:
  // `addresses`: nullptr if nobody wants them.
  GraphReader(const dwreloc::File& file, KeepLinks keep_links,
              AddressReader* addresses)
      : file_(file),
        keep_links_(keep_links),
        addresses_(addresses),
        expressions_(graph_),
        shapes_(graph_.shapes) {}

  Graph Read();

 private:
  // Is it about how DIEs are stored?
  bool IsStorage(std::uint16_t name) const {
    return name == DW_AT_sibling ||
           (name == DW_AT_str_offsets_base && !graph_.has_string_indexes);
  }
  void Reserve();
  void BeginUnit(const Dwreloc_Unit* unit, std::uint32_t section);
  void ReadUnits();
  void ResolveTypes();
  void ReadUnit();
  void ReadRoot(std::span<const Dwreloc_Attribute> attributes);
  void CloseTo(std::uint32_t depth);
  void BeginTree();
  void AddDie(const Dwreloc_Die& die, std::uint32_t depth,
              std::span<const Dwreloc_Attribute> attributes);
  void Add(std::uint32_t code, std::span<const Dwreloc_Attribute> attributes);
  void AddAttribute(const Dwreloc_Attribute& attribute);
  void AddConstant(const Dwreloc_Attribute& attribute);
  void AddString(const Dwreloc_Attribute& attribute);
  void AddReference(const Dwreloc_Attribute& attribute);
  void AddBlock(const Dwreloc_Attribute& attribute);
  void AddField(const Dwreloc_Attribute& attribute);
  std::uint16_t LebField(const Dwreloc_Attribute& attribute) const;
  bool KeepsRecord(const Dwreloc_Attribute& attribute) const;
  void BeginLinks();
  void Put(std::uint32_t word) { graph_.words.push_back(word); }
  void Put64(std::uint64_t value) {
    Put(static_cast<std::uint32_t>(value));
    Put(static_cast<std::uint32_t>(value >> 32));
  }
  void Put(const Dwreloc_Attribute& attribute, Kind kind,
           std::uint16_t form = 0) {
    shape_.attributes.push_back({attribute.name, form, kind});
  }
  void ReadFiles(GraphUnit& unit);
  void IndexDies();
  void ResolveReferences();

  const dwreloc::File& file_;
  const KeepLinks keep_links_;
  AddressReader* const addresses_;
  Graph graph_;
  std::span<const std::uint8_t> info_;  // the bytes of the unit's section
  ExpressionReader expressions_;
  Shape shape_;
  ShapeTable shapes_;
  OffsetMap known_[2];  // strings of .debug_str, .debug_line_str
  Interner paths_;      // the numbers of Graph::paths
  std::vector<std::uint32_t> references_;  // words that hold an offset
  std::uint32_t open_ = 0;                 // lists of children
  std::uint32_t base_ = 0;                 // those that are no part of the tree
  std::vector<std::uint32_t> namespaces_;  // trees around the next DIE
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sorts_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_READER_H_
