// Which field of which DIE, line table or list each relocation record belongs
// to.
//
// A record's owner is the field whose read consumed it in a full read
// (audit/full_read), not a guess from a description of the format.  A record
// that no field consumes is unowned; one that two fields consume is reported as
// such.
// Tested by tests/unit/module/owners_test.cc and, over real modules,
// tests/modules.

#ifndef LIBDWRELOC_AUDIT_OWNERS_H_
#define LIBDWRELOC_AUDIT_OWNERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "audit/full_read.h"
#include "audit/records.h"
#include "base/hash_map.h"
#include "base/status.h"
#include "module/module.h"
#include "reloc/evaluate.h"

namespace dwreloc::internal {

// Made by a full read, then immutable; only Visit uses them while it reads.
class Owners {
 public:
  // Remembers the owners of the records in scope.  `listener` may be nullptr;
  // it is told what the read for them finds.
  static Owners Find(const Module& module, ReadScope scope,
                     ReadListener* listener = nullptr);

  // The owner of a record, and the number of fields that consumed it.
  struct Found {
    Owner owner;
    uint32_t uses = 0;
  };
  Found Of(const Record& record) const;

  class Cursor;

  using Visitor =
      absl::FunctionRef<bool(const Record& record, const Found& owner)>;

  // Visits the records in scope, each with its owner, until `visit` returns
  // false.  Goes on after an error and returns the last one.
  static absl::Status Visit(const Module& module, ReadScope scope,
                            Visitor visit);

 private:
  class Collector;
  class Visits;

  // What neighbouring owners have in common: everything but the DIE and its
  // attribute.
  struct Source {
    const char* field;
    uint64_t unit;
    uint64_t list;
    uint32_t section;
    bool operator==(const Source&) const = default;
  };
  // A relocated datum that was read.  There is one per record, so they are kept
  // small.
  struct Claim {
    uint64_t offset;
    uint64_t die;
    uint32_t source;  // in sources_
    uint16_t attribute;
    uint8_t width;
  };

  // Those of a section, by offset.
  struct Claims {
    std::vector<Claim> all;
    bool are_disjoint = true;  // no two overlap
  };

  Claim Pack(uint64_t offset, int width, const Owner& owner);
  void Sort();
  static void Sort(Claims& claims);
  Owner OwnerOf(const Claim& claim) const;

  std::vector<Source> sources_;
  uint32_t last_source_ = 0;          // that of the last claim
  HashMap<uint32_t, Claims> claims_;  // by section
};

// The owners of records one after another.  Those that follow each other in the
// file usually do so in their section, too: then nothing is searched for.
// Borrows the owners.  Thread-safety: one thread.
class Owners::Cursor {
 public:
  explicit Cursor(const Owners& owners) : owners_(owners) {}
  Found Of(const Record& record);

 private:
  static constexpr uint64_t kWidest = kMaxFieldSize;  // of all claims

  Found Search(uint64_t offset);

  const Owners& owners_;
  const Claims* claims_ = nullptr;  // those of section_
  uint32_t section_ = kNoSection;
  // Of the last record's claim; after a search, of the first one behind it.
  size_t at_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_AUDIT_OWNERS_H_
