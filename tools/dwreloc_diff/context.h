// context.h - what all parts of a comparison write with, and where they tell
// what they cannot read.
//
// Tested by tests/diff/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_CONTEXT_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_CONTEXT_H_

#include <dwreloc/dwreloc.h>

#include <array>
#include <cstddef>
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
  explicit Context(Findings& findings_of) : findings(findings_of) {
    for (int side = 0; side < 2; ++side)
      Allow(side, findings.file(side).info().size + kLeastSize);
  }

  // A file of that many bytes is read: one of the two, or what it refers to.
  void Allow(int side, std::uint64_t size) {
    budgets[static_cast<std::size_t>(side)] += kMaxGrowth * size;
  }

  // Damaged files may lead to one long list, string or directory from
  // everywhere.  What is written of a file is at most that many times its size;
  // of real files it is less than their size.
  static constexpr std::uint64_t kMaxGrowth = 64;
  static constexpr std::uint64_t kLeastSize = 4096;

  Findings& findings;
  Interner names;  // sections
  Places places{names};
  std::array<std::uint64_t, 2> budgets{};  // bytes that may still be written
  std::array<bool, 2> has_told{};          // that there are none left
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
  // Takes that many bytes of the file's budget; false if there are none left,
  // which is told once.
  bool Spend(std::uint64_t bytes) const {
    std::uint64_t& budget = context.budgets[static_cast<std::size_t>(side)];
    if (bytes <= budget) {
      budget -= bytes;
      return true;
    }
    budget = 0;
    bool& has_told = context.has_told[static_cast<std::size_t>(side)];
    if (!has_told)
      context.findings.AddTrouble(side, nullptr, DWRELOC_NO_SECTION,
                                  DWRELOC_NO_OFFSET,
                                  "too much leads to the same data");
    has_told = true;
    return false;
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
