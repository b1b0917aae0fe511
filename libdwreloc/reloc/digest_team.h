// DigestTeam: where threads meet that need the digest of one section at once.
//
// One of them makes it.  What it does in parts, the others help with: the
// library has no threads of its own.
// Tested by tests/threads.

#ifndef LIBDWRELOC_RELOC_DIGEST_TEAM_H_
#define LIBDWRELOC_RELOC_DIGEST_TEAM_H_

#include <memory>
#include <mutex>
#include <utility>

#include "reloc/ordered_check.h"

namespace dwreloc::internal {

// Thread-safe.
class DigestTeam {
 public:
  // While it exists, those who come can help.
  class Meeting {
   public:
    Meeting(DigestTeam& team, std::shared_ptr<OrderedCheck> work)
        : team_(team) {
      team_.Set(std::move(work));
    }
    ~Meeting() { team_.Set(nullptr); }
    Meeting(const Meeting&) = delete;
    Meeting& operator=(const Meeting&) = delete;

   private:
    DigestTeam& team_;
  };

  // Takes a share of the work, if there is any.
  void Help() {
    std::shared_ptr<OrderedCheck> work;
    {
      const std::lock_guard lock(mutex_);
      work = work_;
    }
    if (work != nullptr) work->Help();
  }

 private:
  void Set(std::shared_ptr<OrderedCheck> work) {
    const std::lock_guard lock(mutex_);
    work_.swap(work);
  }

  std::mutex mutex_;
  std::shared_ptr<OrderedCheck> work_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_DIGEST_TEAM_H_
