// context.h - what all parts of a comparison write with, and where they tell
// what they cannot read.
//
// Tested by tests/diff/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_CONTEXT_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_CONTEXT_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>
#include <vector>

#include "dwreloc_diff/findings.h"
#include "dwreloc_diff/interner.h"
#include "dwreloc_diff/places.h"

namespace dwreloc_tools {

// Shared by both files of a comparison.
// Thread-safety: one thread.
struct Context {
  explicit Context(Findings& findings_of) : findings(findings_of) {}

  Findings& findings;
  Interner names;  // sections
  Places places{names};
};

// A DIE that something leads to.
struct Target {
  const Dwreloc_Module* module;
  std::uint64_t offset;
  std::uint32_t section;
};

// A datum that is written: its bytes, and the DIEs that it leads to, for each
// of which the bytes have a mark.  DIEs have other offsets in the other file,
// and are compared by themselves.
struct Content {
  std::string bytes;
  std::vector<Target> targets;

  void Clear() {
    bytes.clear();
    targets.clear();
  }
};

// One file of a comparison, for whoever writes what it says.
struct Reader {
  Context& context;
  int side;
  // False where something is read once more: what is bad was told before.
  bool tells = true;

  void TellError() const {
    const dwreloc::Error error = dwreloc::Error::Last();
    // An index that only a skeleton knows says as much in both files.
    if (error.code() == DWRELOC_E_NO_SKELETON) return;
    if (tells || error.code() == DWRELOC_E_NO_MEMORY)
      context.findings.AddError(side, error);
  }
  void Tell(const Dwreloc_Module* module, std::uint32_t section,
            std::uint64_t offset, const std::string& text) const {
    if (tells) context.findings.AddTrouble(side, module, section, offset, text);
  }
  // Appends a value that was read at a place.
  void PutValue(std::string& bytes, const Dwreloc_Relocatable& value,
                const Dwreloc_Module* module, std::uint32_t section,
                std::uint64_t offset) const {
    context.places.Put(bytes, value);
    const bool is_index = value.error == -DWRELOC_E_NO_SKELETON;
    if (value.kind == DWRELOC_BAD && !is_index && tells)
      context.findings.AddBad(side, module, section, offset, value);
  }
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_CONTEXT_H_
