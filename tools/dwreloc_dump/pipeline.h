// pipeline.h - work done by several threads, whose results come out in the
// order in which it was handed out.
//
// Pieces of work are taken one by one, in order, by whichever thread is free.
// What a piece writes goes straight out while it is its turn, that is, while
// all pieces before it are finished; before that it is kept.  What is kept is
// bounded: a piece that would exceed the bound waits for its turn, so one
// slow piece stops the others after a while instead of filling the memory with
// their results.  The piece whose turn it is never waits, so there is always
// one that goes on.
// Nothing here knows what is printed.  Tested by tests/threads/pipeline_test.cc
// and tests/cli/jobs_test.py.
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

#include "output.h"

namespace dwreloc_dump {

// Run is called once; all else here is for it and the threads it starts.
class Pipeline {
 public:
  class Slot;

  // Done by the worker of that number, 0 to jobs - 1; each is one thread.
  using Work = std::function<void(int worker, Slot& slot)>;

  struct Piece {
    Work work;  // empty: there is nothing more to do
    // Not to be begun before everything before it is finished.
    bool in_turn = false;
  };

  // Results kept for their turn.
  struct Limits {
    std::size_t bytes = std::size_t{16} << 20;
    // Pieces begun and not yet written, too.
    std::size_t pieces = 64;
  };

  // `write` is called in order, by one thread at a time.
  Pipeline(int jobs, Limits limits, std::function<void(std::string_view)> write)
      : jobs_(jobs), limits_(limits), write_(std::move(write)) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Does all that `next` hands out, which is called by one thread at a time, in
  // order.  The calling thread is worker 0; others are started as there is work
  // for them.  An exception of any of the functions ends it and is thrown here.
  void Run(std::function<Piece()> next);

  // The most bytes that were kept at a time.
  std::size_t peak() const { return peak_; }

 private:
  // Thrown through work that is not to go on.
  struct Stopped {};

  void RunWorker(int number);
  // The next piece, or nullptr if there is none.
  Slot* Take();
  void StartWorker();
  void Do(int number, Slot& slot);
  // True if it is the slot's turn.  Else waits until `bytes` may be kept.
  bool IsTurnOrRoom(Slot& slot, std::size_t bytes);
  void WaitForTurn(const Slot& slot);
  // One that was written, if there is one: fresh memory costs more than it is
  // worth.
  Buffer NewBuffer();
  // Writes what the slot kept.  It is the slot's turn.
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

  // Held for moments.
  std::mutex mutex_;
  std::condition_variable changed_;
  // Those begun and not yet written, in order: it is the first one's turn.
  std::deque<std::unique_ptr<Slot>> slots_;
  std::vector<Buffer> unused_;  // were written
  std::size_t kept_ = 0;
  std::size_t peak_ = 0;
  std::exception_ptr failure_;
};

// The place of one piece of work in the output.  For the thread that does it.
class Pipeline::Slot {
 public:
  // Copies the text if it must wait.
  void Write(std::string_view text);
  // Keeps the buffer if it must wait, and leaves another one.
  void WriteBuffer(Buffer& buffer, std::size_t size);
  // To be done behind what was written so far, and before what follows.
  void Do(std::function<void()> action);

 private:
  friend class Pipeline;
  // A text, a buffer's worth of it, or an action.
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
  std::vector<Item> items_;   // its worker's, then whoever's turn it is
  bool is_finished_ = false;  // guarded by the pipeline's mutex_
};

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PIPELINE_H_
