// graph.h - the DIEs of a file as a graph: trees with what they say by value,
// and edges where they refer to each other.
//
// A tree is a DIE directly below a unit's DIE, with all that is below it; the
// unit's DIE alone is one, too. A namespace is a tree without those below it,
// which are trees of their own in it: members of one namespace may be moved
// apart. Forms, abbreviations and offsets are gone: what remains of an
// attribute is its kind (Kind) and, in `words`, its value. Two trees say the
// same if their words are equal, they are in the same namespace, and what their
// references lead to says the same (classes.h).
//
// Namespaces are the same if they have the same name, in the same one: where
// each unit opens them is not what they are.
//
// Type units are found by their signature, and may be in a section group that
// a linker drops: their trees stay in them.
//
// A tree is pinned if it has an address, a list, or an expression that refers
// to something: then it says something of its unit alone and stays where it is.
//
// Tested by tests/compress/graph_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dwreloc_compress/info_sections.h"
#include "dwreloc_compress/interner.h"
#include "dwreloc_compress/leb128.h"
#include "dwreloc_compress/links.h"

namespace dwreloc_tools::compress {

// What a value is, and what its words hold.
enum class Kind : std::uint8_t {
  kTrue,         // no word
  kFalse,        // no word
  kNumber,       // one: a number that is not negative, whoever reads it
  kNumber64,     // two, low one first
  kNegative,     // two
  kExact,        // one: of a fixed size, its top bit set: sign unknown
  kExact64,      // two
  kFile,         // one: a number in the unit's line table
  kString,       // one: a number in Graph::strings
  kReference,    // one: the number of a DIE
  kBlob,         // one: a number in Graph::blobs; block, expression or data16
  kRaw,          // two: a number of that very form
  kField,        // one: a number in Graph::fields
  kExpression,   // one: a number in Graph::expressions
  kAddressBase,  // no word: where .debug_addr has entry 0 (address_diet.h)
};

constexpr unsigned WordsOf(Kind kind) {
  switch (kind) {
    case Kind::kTrue:
    case Kind::kFalse:
    case Kind::kAddressBase:
      return 0;
    case Kind::kNumber64:
    case Kind::kNegative:
    case Kind::kExact64:
    case Kind::kRaw:
      return 2;
    default:
      return 1;
  }
}

struct ShapeAttribute {
  std::uint16_t name;  // DW_AT_*
  std::uint16_t form;  // where the kind alone does not tell what to write, or 0
  Kind kind;
  friend bool operator==(const ShapeAttribute&,
                         const ShapeAttribute&) = default;
};

// What DIEs have in common that are alike but for their values.
struct Shape {
  std::uint16_t tag = 0;
  bool has_children = false;
  std::uint16_t word_count = 0;  // of the values
  std::vector<ShapeAttribute> attributes{};
  friend bool operator==(const Shape&, const Shape&) = default;
};

// The word that ends the children of a DIE, as a shape's number does a DIE.
constexpr std::uint32_t kEndOfChildren = 0;

constexpr std::uint32_t kNone = UINT32_MAX;

// Bytes of .debug_info that are copied: a field that records supply, or an
// offset into a section that stays as it is.
struct Field {
  std::uint32_t offset = 0;
  std::uint16_t width = 0;  // bytes
  bool keeps_records = false;
  bool is_leb = false;      // an index, maybe with what is added to it
  bool is_index = false;    // in place of an address: a ULEB128 number
  std::uint64_t value = 0;  // unless it keeps its records
};

// An operand that holds the place of a DIE.
struct DieOperand {
  std::uint32_t section = 0;
  std::uint32_t offset = 0;
  std::uint32_t die = 0;  // its number
  std::uint8_t size = 0;
  bool is_uleb = false;
  bool is_of_unit = false;  // counts from the unit's header
  bool keeps_record = false;
};

// An expression that has operands of this kind, or addresses: copied, then the
// operands are set.
struct PinnedExpression {
  std::uint32_t offset = 0;  // of its bytes in .debug_info
  std::uint32_t size = 0;
  std::uint32_t written_size = 0;
  std::uint32_t first_operand = 0;  // in Graph::operands
  std::uint32_t operand_count = 0;
  std::uint32_t first_index = 0;  // in Graph::indexes
  std::uint32_t index_count = 0;
};

// DW_OP_addrx in place of DW_OP_addr.
struct IndexOperation {
  std::uint32_t offset = 0;  // of the operation in .debug_info
  std::uint32_t size = 0;    // that it had
  std::uint32_t index = 0;

  std::uint32_t written_size() const { return 1 + UlebSize(index); }
};

struct Tree {
  std::uint32_t word = 0;  // its first one; it ends where the next one begins
  std::uint32_t die = 0;   // likewise
  std::uint32_t unit = 0;
  std::uint32_t parent = kNone;  // the namespace that it is in
  bool is_namespace = false;
  bool is_pinned = false;
  bool is_dropped = false;  // nothing leads to it, and it is not written
  bool is_named = false;    // an index of names says where it is
  bool is_operand = false;  // an expression does, of any unit
  // The least bytes in which an expression of its unit counts up to it, so that
  // it is needed there; 0: none does.
  std::uint8_t operand_size = 0;

  // Does an expression of its unit or an index count up to it there?
  bool IsBound() const { return operand_size != 0 || is_named; }
};

// What a namespace is, besides which one it is in.
struct NamespaceIdentity {
  std::uint32_t name = kNone;  // in Graph::strings
  bool is_inline = false;
  friend bool operator==(const NamespaceIdentity&,
                         const NamespaceIdentity&) = default;
};

struct GraphUnit {
  const Dwreloc_Unit* unit = nullptr;
  Dwreloc_Unit_Info info;
  std::uint32_t section = 0;  // in Graph::sections
  // Of its header, in all sections of units.
  std::uint64_t offset = 0;
  std::uint32_t type = kNone;  // the DIE that a type unit is there for
  // Units of one sort can share trees.
  std::uint32_t sort = 0;
  std::uint32_t root = 0;  // its DIE's tree; those below follow
  std::uint32_t end = 0;   // the first tree of the next unit
  // By number in its line table: a number in Graph::paths, or kNone.
  std::vector<std::uint32_t> files{};
  bool has_line_table = false;
  std::uint64_t line_table = 0;    // offset, if it has one
  std::uint32_t comp_dir = kNone;  // in Graph::strings
  std::uint32_t language = 0;      // DW_LANG_*; 0: none
  // Where links are kept: by string, its number in the unit's part of
  // .debug_str_offsets.
  std::unordered_map<std::uint32_t, std::uint32_t> string_indexes{};
};

struct Graph {
  std::vector<std::uint32_t> words{};
  std::vector<Shape> shapes{};               // [0] is none
  std::vector<Tree> trees{};                 // and one more, where they end
  std::vector<std::uint32_t> die_offsets{};  // in all `sections`, ascending
  std::vector<std::uint32_t> die_words{};    // where each begins
  std::vector<std::uint32_t> die_trees{};
  std::vector<InfoSection> sections{};
  Links links;
  std::vector<GraphUnit> units{};
  Interner strings;
  Interner blobs;
  std::deque<std::string> paths{};  // of source files, each once
  std::vector<Field> fields{};
  std::vector<PinnedExpression> expressions{};
  std::vector<DieOperand> operands{};     // of expressions
  std::vector<IndexOperation> indexes{};  // likewise
  // The same in lists: to be set where they are.
  std::vector<DieOperand> list_operands{};

  bool has_namespaces = false;

  // Is .debug_str_offsets needed? Not by attributes, unless links are kept.
  bool has_string_indexes = false;

  // The number that begins at a word.
  std::uint64_t NumberAt(Kind kind, std::uint32_t at) const {
    return WordsOf(kind) == 2 ? words[at] | std::uint64_t{words[at + 1]} << 32
                              : words[at];
  }
  // Bytes of a kBlob or kExpression.
  std::uint32_t BlockSize(Kind kind, std::uint32_t at) const {
    return kind == Kind::kBlob
               ? static_cast<std::uint32_t>(blobs[words[at]].size())
               : expressions[words[at]].written_size;
  }
  const Shape& ShapeOf(std::uint32_t word) const { return shapes[words[word]]; }
  std::uint32_t DieCount(std::uint32_t tree) const {
    return trees[tree + 1].die - trees[tree].die;
  }
  // Does the tree consist of one DIE, whose children are other trees?
  bool IsOpen(std::uint32_t tree) const {
    return trees[tree].is_namespace && ShapeOf(trees[tree].word).has_children;
  }
  // Units of the first section, which all others follow.
  std::size_t MainUnitCount() const;
  NamespaceIdentity IdentityOf(std::uint32_t tree) const;
  std::uint32_t tree_count() const {
    return static_cast<std::uint32_t>(trees.size() - 1);
  }
  // gdb 13 dies of references and imports between units if there are type units
  // before DWARF 5.
  bool KeepsUnitsApart() const {
    return std::ranges::any_of(units, [](const GraphUnit& unit) {
      return unit.type != kNone && unit.info.version < 5;
    });
  }
  // What a unit means by a file number: a number in `paths`; kNoFile if it
  // means none, kNone if its line table has no such file.
  static constexpr std::uint32_t kNoFile = kNone - 1;
  std::uint32_t PathOf(std::uint32_t unit, std::uint32_t number) const;
  // The number of the DIE at an offset of `sections`, or kNone.
  std::uint32_t FindDie(std::uint64_t offset) const;
  // By offset in `sections`, in units of kDieBlock: the first DIE from there
  // on.
  std::vector<std::uint32_t> die_blocks;
  static constexpr std::uint64_t kDieBlock = 32;
};

class AddressReader;

// Reads a file that may be rewritten (admit.h), and shows all that may hold an
// address to `addresses`, unless it is nullptr. Throws dwreloc::Error.
Graph ReadGraph(const dwreloc::File& file,
                KeepLinks keep_links = KeepLinks::kInGroups,
                AddressReader* addresses = nullptr);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_GRAPH_H_
