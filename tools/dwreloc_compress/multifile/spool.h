// spool.h - what one file has to share with others: its shareable classes, its
// strings, and which of its units have what.
//
// Trees are written as the graph has them (graph.h), but for what is of that
// file alone: shapes, strings and paths are numbers in the spool's own tables,
// references are entries of it.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SPOOL_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SPOOL_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/identity.h"

namespace dwreloc_tools::compress {

constexpr std::string_view kSpoolKind = "dwrspool";

struct SpoolHeader {
  Identity self{};  // of all that is in it
  std::uint32_t unit_count = 0;
  std::uint32_t comp_dir = 0;  // string, or kNone: of the first unit
  std::uint16_t machine = 0;   // EM_*
  std::uint8_t elf_class = 0;  // 32 or 64
  std::uint8_t big_endian = 0;
  std::uint32_t reserved = 0;
};

// How DIEs of a unit are stored, and what their language is.
struct UnitSort {
  std::uint32_t language = 0;
  std::uint16_t version = 0;
  std::uint8_t address_size = 0;
  std::uint8_t offset_size = 0;
  friend auto operator<=>(const UnitSort&, const UnitSort&) = default;
};

// A shareable class; they are in the order of their identities.
struct SpoolEntry {
  Identity identity;
  UnitSort sort;
  std::uint32_t set = 0;    // the units that have it, and could do without
  std::uint32_t size = 0;   // about as many bytes as it takes in a unit
  std::uint32_t begin = 0;  // of its tree, in the table of bytes
  std::uint32_t length = 0;
  std::uint32_t dies = 0;
  std::uint32_t space = 0;  // the namespace that it is in, and one; 0: none
};

// A namespace; the one around it comes before it.
struct SpoolNamespace {
  std::uint32_t name = 0;    // string
  std::uint32_t parent = 0;  // namespace and one, or 0
  std::uint32_t is_inline = 0;
  std::uint32_t reserved = 0;
};

// A string that DIEs have as a value, where it may be worth to share it; they
// are in the order of their hashes.
struct SpoolValue {
  std::uint64_t hash = 0;
  std::uint32_t string = 0;
  std::uint32_t reserved = 0;
};

// A range of a table.
struct TableRange {
  std::uint32_t begin = 0;
  std::uint32_t length = 0;
};

struct Spool {
  SpoolHeader header;
  std::span<const SpoolEntry> entries;
  std::span<const TableRange> sets;      // of `units`
  std::span<const std::uint32_t> units;  // ascending in each set
  std::span<const TableRange> strings;   // of `characters`
  std::span<const SpoolValue> values;
  std::span<const char> characters;
  std::span<const SpoolNamespace> namespaces;
  std::span<const std::uint32_t> shapes;  // see ReadShapes
  std::span<const std::uint8_t> trees;

  std::string_view StringAt(std::uint32_t number) const;
  std::span<const std::uint32_t> UnitsOf(std::uint32_t set) const;
};

std::vector<std::uint8_t> MakeSpool(const dwreloc::File& file,
                                    const Graph& graph, const Classes& classes,
                                    const Identities& identities);

// Of a spool whose tables may be damaged.
SpoolHeader ReadSpoolHeader(std::span<const std::uint8_t> bytes);

// Refers to the bytes. Throws std::runtime_error if they are not a spool, or
// one that is damaged.
Spool OpenSpool(std::span<const std::uint8_t> bytes);

// A tree of a spool in words, as a graph has them; but shapes, strings and
// paths are numbers of the spool (of a path: of its string and one, or 0 for no
// file), and references and blobs are numbers in these.
struct SpooledTree {
  struct Reference {
    std::uint32_t entry;  // kNone: the tree itself
    std::uint32_t ordinal;
  };
  std::vector<std::uint32_t> words{};
  std::vector<Reference> references{};
  std::vector<std::string_view> blobs{};
};

// `shapes`: those of the spool. Throws std::runtime_error if it is damaged.
void ReadTree(const Spool& spool, std::span<const Shape> shapes,
              const SpoolEntry& entry, SpooledTree* tree);

// [0] is none, as in a graph.
std::vector<Shape> ReadShapes(const Spool& spool);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_SPOOL_H_
