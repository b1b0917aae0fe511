// address_reader.h - finds where a file has addresses for which an index into
// .debug_addr could stand: in attributes, expressions, and lists.
//
// Only what is certain: one record that makes an address of its field, in units
// of version 5. What it does not understand it leaves alone, or all.
//
// Tested by tests/compress/address_diet_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_READER_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_READER_H_

#include <array>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "dwreloc_compress/address_table.h"

namespace dwreloc_tools::compress {

enum class ListKind : std::uint8_t { kLocations, kRanges };

// An attribute that is an address.
struct AddressField {
  std::uint32_t field = 0;    // in Graph::fields
  std::uint32_t unit = 0;     // by number
  std::uint32_t address = 0;  // in the table
};

// An attribute that leads to a list, or to its views.
struct ListField {
  std::uint32_t field = 0;  // in Graph::fields
  ListKind kind = ListKind::kLocations;
};

// A DW_OP_addr.
struct AddressOp {
  std::uint64_t offset = 0;  // in its section
  std::uint32_t address = 0;
};

struct AddressExpression {
  std::uint32_t expression = 0;  // in Graph::expressions
  std::vector<AddressOp> ops{};
};

// Where an address is, if others in its section can be counted from it.
struct AddressPlace {
  static constexpr std::uint32_t kNowhere = UINT32_MAX;
  std::uint32_t section = kNowhere;
  std::uint64_t offset = 0;
};

struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  friend auto operator<=>(const Extent&, const Extent&) = default;
};

// An expression in a list that has addresses.
struct ListExpression {
  Extent length{};  // where its length is
  std::uint64_t size = 0;
  std::vector<AddressOp> ops{};
};

// What an entry is, whatever its list.
enum class EntryKind : std::uint8_t {
  kBase,
  kStartEnd,
  kStartLength,
  kPair,
  kUnbounded,  // a default, or the end
  kIndexed,    // of an address by index
  kOther,
};

// An entry without its expression: its kind, and what bounds it.
struct ListEntry {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  EntryKind kind = EntryKind::kOther;
  // Those of them that have a record each, or 0.
  std::uint8_t address_count = 0;
  std::array<std::uint32_t, 2> addresses{};
  std::array<std::uint64_t, 2> numbers{};  // the others
};

struct List {
  std::uint32_t unit = 0;         // by number
  std::uint32_t first_entry = 0;  // in Lists::entries; the next list's ends it
  bool is_alone = true;           // no other one begins or ends inside of it
};

struct Lists {
  std::uint32_t section = 0;      // its index; 0: there is none
  std::vector<Extent> extents{};  // of all that is known to be there
  std::vector<List> lists{};
  std::vector<ListEntry> entries{};
  std::vector<ListExpression> expressions{};
  // By offset of an entry: its list.
  std::unordered_map<std::uint64_t, std::uint32_t> list_of{};
};

struct AddressUses {
  AddressTable table;
  std::vector<AddressField> fields{};
  std::vector<AddressExpression> expressions{};
  std::vector<ListField> list_fields{};
  std::array<Lists, 2> lists{};        // by ListKind
  std::vector<AddressPlace> places{};  // by address
  // By address: uses in lists.
  std::vector<std::uint32_t> list_uses{};
  std::vector<bool> units_with_any{};  // by number
  // By number: what lists of a unit count from, or kNowhere.
  std::vector<AddressPlace> unit_bases{};
  std::uint8_t address_size = 0;  // of all units of version 5; 0: none
  std::uint8_t offset_size = 0;
  bool is_rela = true;
};

class AddressReader {
 public:
  explicit AddressReader(const dwreloc::File& file);

  // Of each unit, in order, and of its DIEs, attributes that are fields
  // (Graph::fields) or expressions.
  void BeginUnit(const Dwreloc_Unit_Info& unit);
  void AddDie(const Dwreloc_Die& die,
              std::span<const Dwreloc_Attribute> attributes);
  void AddField(const Dwreloc_Attribute& attribute, std::uint32_t field,
                bool keeps_records);
  void AddExpression(const Dwreloc_Attribute& attribute,
                     std::uint32_t expression);

  // Nothing if it cannot be done.
  std::optional<AddressUses> Take();

 private:
  void Refuse() { is_refused_ = true; }
  bool IsActive() const { return !is_refused_ && is_active_; }
  Lists& ListsOf(ListKind kind) {
    return uses_.lists[static_cast<std::size_t>(kind)];
  }
  struct Address {
    AddressKey key{};
    Dwreloc_Relocatable value{};
  };
  std::optional<Address> AddressAt(std::uint32_t section, std::uint64_t offset);
  std::uint32_t Use(const Address& address);
  std::uint32_t unit() const {
    return static_cast<std::uint32_t>(uses_.units_with_any.size() - 1);
  }
  void ReadList(ListKind kind, Dwreloc_List* list);
  void AddEntry(ListKind kind, const Dwreloc_List_Entry& entry);
  void AddExpressionOf(Lists& lists, const Dwreloc_List_Entry& entry);
  std::vector<AddressOp> ReadOps(const Dwreloc_Expression& expression);

  const dwreloc::File& file_;
  AddressUses uses_;
  bool is_refused_ = false;
  bool is_first_die_ = false;      // of its unit
  bool can_count_ = false;         // from one address to another
  bool is_active_ = false;         // the unit is one of those
  std::optional<bool> is_rela_{};  // of all records so far
  std::vector<Dwreloc_Op> ops_;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_READER_H_
