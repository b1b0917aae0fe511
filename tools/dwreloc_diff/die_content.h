// die_content.h - what a DIE says by itself: tag and attributes by meaning.
//
// Attributes in the order of their names; strings by content, numbers by value,
// addresses as symbolic places, file numbers as paths, lists entry by entry,
// references as targets.  What only says how data are stored (DW_AT_sibling,
// the bases of tables) is left out; what is compared by itself (line tables,
// macros) is named only.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_DIE_CONTENT_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_DIE_CONTENT_H_

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "dwreloc_diff/context.h"

namespace dwreloc_tools {

// Writes the DIEs of one file, unit by unit.
// Thread-safety: one thread.
class DieWriter {
 public:
  explicit DieWriter(const Reader& reader) : reader_(reader) {}

  // The unit that the next DIEs are of.
  void SetUnit(const Dwreloc_Unit* unit);
  // Replaces `content` by a DIE's.  Returns true if it has an address or a
  // list: such a tree is one of a kind.
  bool Put(const Dwreloc_Die& die, std::span<const Dwreloc_Attribute> all,
           Content& content);
  // Appends one attribute of them.
  void PutAttribute(const Dwreloc_Die& die,
                    std::span<const Dwreloc_Attribute> all,
                    const Dwreloc_Attribute& attribute, Content& content);
  // Whether an attribute says anything.
  static bool IsOfMeaning(const Dwreloc_Attribute& attribute);
  // The path of a file number of the unit, as both files know it.
  void PutFile(std::uint64_t number, std::string& bytes);

 private:
  using Paths = std::vector<std::string>;

  void PutAddress(std::span<const Dwreloc_Attribute> all,
                  const Dwreloc_Die& die, const Dwreloc_Attribute& attribute,
                  Content& content);
  void PutConstant(const Dwreloc_Attribute& attribute, Content& content);
  void PutReference(const Dwreloc_Attribute& attribute, Content& content);
  void PutLocations(const Dwreloc_Attribute& attribute, Content& content);
  void PutViewPairs(const Dwreloc_Attribute& attribute, Content& content);
  void PutRanges(const Dwreloc_Die& die, Content& content);
  void PutViews(const Dwreloc_Die& die, Content& content);
  void PutValue(const Dwreloc_Attribute& attribute,
                const Dwreloc_Relocatable& value, Content& content);
  // What cannot be read: the number as stored.
  void PutUnread(const Dwreloc_Attribute& attribute, Content& content);

  const Reader reader_;
  const Dwreloc_Module* module_ = nullptr;
  Dwreloc_Unit_Info unit_{};
  const Dwreloc_Line_Table* table_ = nullptr;
  Paths* paths_ = nullptr;  // of table_
  std::map<const Dwreloc_Line_Table*, Paths> paths_of_;
  std::vector<const Dwreloc_Attribute*> sorted_;
  bool has_place_ = false;  // of the DIE that is written
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_DIE_CONTENT_H_
