// Why a section cannot be rewritten.
//
// A program that moves data must know every offset, address and string that
// refers to it, and everything that the moved data refer to.  So it has to
// leave a section alone if the section itself, or another one that may refer to
// it, holds something that cannot be understood: such a thing is an obstacle.
// Everything is read once, as for the owners of records.
// Tested by tests/unit/module/obstacles_test.cc, and over ordinary files by
// tests/cli/rewritable_test.py and tests/fixtures/fixtures_test.py.

#ifndef LIBDWRELOC_AUDIT_OBSTACLES_H_
#define LIBDWRELOC_AUDIT_OBSTACLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "module/module.h"

namespace dwreloc::internal {

enum class ObstacleKind : uint8_t {
  kNone,
  kFile,         // not relocatable, or of an unknown machine, or signed
  kLoaded,       // the section is loaded with the program
  kRole,         // it is unknown what the section holds
  kUnreadable,   // a form, operation, kind of entry ... is unknown, or damaged
  kAttribute,    // an offset whose attribute has an unknown meaning
  kRecordKind,   // a record is not a plain absolute one
  kRecordOwner,  // a record that no field owns, or that several own
};

// The first of those of one kind in one section, and their number.
struct Obstacle {
  ObstacleKind kind = ObstacleKind::kNone;
  uint32_t section = kNoSection;  // kNoSection: it concerns the file
  uint64_t offset = kNoOffset;
  uint64_t count = 0;
  std::string text;  // of the first one
};

// Made by one full read, then immutable.  Borrows the module.
class Obstacles {
 public:
  explicit Obstacles(const Module& module);
  Obstacles(const Obstacles&) = delete;
  Obstacles& operator=(const Obstacles&) = delete;

  // Those to rewriting a section: its own first, then those of the file, then
  // one of each kind of sections that may refer to it.
  std::vector<Obstacle> Of(uint32_t section) const;
  // That section, or all debug sections (kNoSection).
  std::vector<uint32_t> SectionsOf(uint32_t section) const;

 private:
  const Module& module_;
  std::vector<Obstacle> all_;  // by section and kind
  // Those in other sections: the first one of each kind in sections of each
  // role, for there may be thousands of a role.
  std::vector<const Obstacle*> first_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_OBSTACLES_H_
