// The symbols that the modules of a set define for one another: what an
// undefined symbol of a module refers to, if the kernel has no such symbol.
//
// A module that has exported a name has a symbol __ksymtab_NAME besides
// (include/linux/export.h); other global symbols serve as well, as they do for
// libdwfl.  A name that two modules define and none or both export is nobody's:
// a wrong address is worse than none.
// Tested by tests/unit/set/export_index_test.cc.

#ifndef LIBDWRELOC_SET_EXPORT_INDEX_H_
#define LIBDWRELOC_SET_EXPORT_INDEX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash_map.h"
#include "elf/symbols.h"

namespace dwreloc::internal {

// Immutable once all modules have been added.
class ExportIndex {
 public:
  struct Place {
    uint32_t module = 0;
    uint32_t symbol = 0;
  };

  // Adds the global symbols that a module defines.
  void Add(uint32_t module, const SymbolTable& symbols);

  // Nothing if no module defines the name, or several do; the module that asks
  // is not meant.
  std::optional<Place> Find(std::string_view name, uint32_t asker) const;

 private:
  struct Definition {
    Place place;
    bool is_exported = false;
    bool is_ambiguous = false;
  };

  HashMap<std::string, Definition> definitions_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_EXPORT_INDEX_H_
