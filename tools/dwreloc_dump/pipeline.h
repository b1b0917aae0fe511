// pipeline.h - work done by several threads, whose results come out in the
// order in which it was handed out.
//
// Pieces of work are taken one by one, in order, by any free thread.  The
// output of a piece is written directly while it is its turn, that is, once all
// pieces before it are finished; before that it is kept.  The amount kept is
// limited: a piece that would exceed the limit waits for its turn, so one slow
// piece stops the others after a while instead of filling the memory with their
// results.  The piece whose turn it is never waits, so there is always one that
// makes progress.
//
// Nothing here depends on what is printed.  Tested by
// tests/threads/pipeline_test.cc and tests/cli/jobs_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_PIPELINE_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_PIPELINE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/output.h"

namespace dwreloc_tools {

// Run is called once; everything else here is for it and the threads it starts.
class Pipeline {
 public:
  class Slot;

  // Done by the worker of that number, 0 to jobs - 1; each is one thread.
  using Work = std::function<void(int worker, Slot& slot)>;

  struct Piece {
    Work work;  // empty: there is no more work
    // Must not begin before everything before it is finished.
    bool in_turn = false;
  };

  // Results kept for their turn.
  struct Limits {
    std::size_t bytes = std::size_t{16} << 20;
    // Includes pieces begun and not yet written.
    std::size_t pieces = 64;
  };

  // `write` is called in order, by one thread at a time.
  Pipeline(int jobs, Limits limits, std::function<void(std::string_view)> write)
      : jobs_(jobs), limits_(limits), write_(std::move(write)) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Does all the work that `next` hands out, which is called by one thread at a
  // time, in order.  The calling thread is worker 0; others are started as
  // needed.  An exception of any of the functions ends it and is rethrown here.
  void Run(std::function<Piece()> next);

  // The largest number of bytes kept at a time.
  std::size_t peak() const { return peak_; }

 private:
  // Thrown through work that must not continue.
  struct Stopped {};

  void RunWorker(int number);
  // The next piece, or nullptr if there is none.
  Slot* Take();
  void StartWorker();
  void Do(int number, Slot& slot);
  // Returns true if it is the slot's turn.  Else waits until `bytes` may be
  // kept.
  bool IsTurnOrRoom(Slot& slot, std::size_t bytes);
  void WaitForTurn(const Slot& slot);
  // Returns a buffer that has been written, if there is one: fresh memory costs
  // more than it is worth.
  Buffer NewBuffer();
  // Writes what the slot kept.  REQUIRES: it is the slot's turn.
  void WriteKept(Slot& slot);
  void Finish(Slot& slot);
  void Fail(std::exception_ptr failure);

  const int jobs_;
  const Limits limits_;
  const std::function<void(std::string_view)> write_;

  // Held to take a piece; never taken while mutex_ is held.
  std::mutex next_mutex_;
  std::function<Piece()> next_;
  std::vector<std::thread> threads_;
  bool has_ended_ = false;

  // Held only briefly.
  std::mutex mutex_;
  std::condition_variable changed_;
  // Those begun and not yet written, in order: it is the first one's turn.
  std::deque<std::unique_ptr<Slot>> slots_;
  std::vector<Buffer> unused_;  // already written
  std::size_t kept_ = 0;
  std::size_t peak_ = 0;
  std::exception_ptr failure_;
};

// The place of one piece of work in the output.  For the thread that does the
// work.
class Pipeline::Slot {
 public:
  // Copies the text if it must wait.
  void Write(std::string_view text);
  // Keeps the buffer if it must wait, and replaces it by another one.
  void WriteBuffer(Buffer& buffer, std::size_t size);
  // Performs the action after what was written so far, and before what follows.
  void Do(std::function<void()> action);

 private:
  friend class Pipeline;
  // A text, a buffer full of text, or an action.
  struct Item {
    std::string text;
    Buffer buffer;
    std::size_t size = 0;
    std::function<void()> action;
    std::size_t cost() const;
  };

  Slot(Pipeline& pipeline, Piece piece)
      : pipeline_(pipeline), piece_(std::move(piece)) {}

  Pipeline& pipeline_;
  Piece piece_;
  std::vector<Item> items_;   // used by its worker, then by the thread whose
                              // turn it is
  bool is_finished_ = false;  // guarded by the pipeline's mutex_
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PIPELINE_H_
