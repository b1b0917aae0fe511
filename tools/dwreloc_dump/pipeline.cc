// pipeline.cc - see pipeline.h.
#include "pipeline.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>

namespace dwreloc_tools {
namespace {

// Shorter texts are copied rather than waste a buffer on them.
constexpr std::size_t kWorthKeeping = 64 << 10;

// Has the kernel supply the pages of a fresh buffer at once: one by one, when
// they are written to, they cost more.  Only a hint.
void Populate(char* buffer) {
#ifdef MADV_POPULATE_WRITE
  const std::uintptr_t page = static_cast<std::uintptr_t>(getpagesize());
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(buffer);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t end = (begin + Output::kBufferSize) / page * page;
  madvise(buffer + (first - begin), end - first, MADV_POPULATE_WRITE);
#else
  (void)buffer;
#endif
}

}  // namespace

void Pipeline::Run(std::function<Piece()> next) {
  next_ = std::move(next);
  RunWorker(0);
  // Workers start workers, so there may be new ones after a join.
  for (;;) {
    std::thread last;
    {
      const std::lock_guard lock(next_mutex_);
      if (threads_.empty()) break;
      last = std::move(threads_.back());
      threads_.pop_back();
    }
    last.join();
  }
  if (failure_) std::rethrow_exception(failure_);
}

void Pipeline::RunWorker(int number) {
  try {
    while (Slot* slot = Take()) Do(number, *slot);
  } catch (const Stopped&) {
    // Another one failed, and has reported it.
  } catch (...) {
    Fail(std::current_exception());
  }
}

Pipeline::Slot* Pipeline::Take() {
  const std::lock_guard next_lock(next_mutex_);
  if (has_ended_) return nullptr;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(
        lock, [this] { return slots_.size() < limits_.pieces || failure_; });
    if (failure_) return nullptr;
  }
  Piece piece = next_();
  if (!piece.work) {
    has_ended_ = true;
    return nullptr;
  }
  std::unique_ptr<Slot> slot(new Slot(*this, std::move(piece)));
  Slot* const taken = slot.get();
  {
    const std::lock_guard lock(mutex_);
    slots_.push_back(std::move(slot));
  }
  StartWorker();
  return taken;
}

// Starts one more, as long as there are pieces to take.  REQUIRES: next_mutex_
// is held.
void Pipeline::StartWorker() {
  const int number = static_cast<int>(threads_.size()) + 1;
  if (number >= jobs_) return;
  try {
    threads_.emplace_back([this, number] { RunWorker(number); });
  } catch (const std::system_error&) {
    // No more threads are available: the existing ones do the work.
  }
}

void Pipeline::Do(int number, Slot& slot) {
  if (slot.piece_.in_turn) WaitForTurn(slot);
  slot.piece_.work(number, slot);
  slot.piece_.work = nullptr;  // it may hold a file open
  Finish(slot);
}

bool Pipeline::IsTurnOrRoom(Slot& slot, std::size_t bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return failure_ || slots_.front().get() == &slot ||
           kept_ + bytes <= limits_.bytes;
  });
  if (failure_) throw Stopped();
  if (slots_.front().get() == &slot) return true;
  kept_ += bytes;
  peak_ = std::max(peak_, kept_);
  return false;
}

void Pipeline::WaitForTurn(const Slot& slot) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return failure_ || slots_.front().get() == &slot; });
  if (failure_) throw Stopped();
}

Buffer Pipeline::NewBuffer() {
  {
    const std::lock_guard lock(mutex_);
    if (!unused_.empty()) {
      Buffer buffer = std::move(unused_.back());
      unused_.pop_back();
      return buffer;
    }
  }
  Buffer buffer(new char[Output::kBufferSize]);
  Populate(buffer.get());
  return buffer;
}

void Pipeline::WriteKept(Slot& slot) {
  for (Slot::Item& item : slot.items_) {
    const std::size_t cost = item.cost();
    if (item.action)
      item.action();
    else if (item.buffer != nullptr)
      write_({item.buffer.get(), item.size});
    else
      write_(item.text);
    item.action = nullptr;
    {
      const std::lock_guard lock(mutex_);
      kept_ -= cost;
      if (item.buffer != nullptr) unused_.push_back(std::move(item.buffer));
    }
    changed_.notify_all();
  }
  slot.items_.clear();
}

void Pipeline::Finish(Slot& slot) {
  std::unique_lock lock(mutex_);
  slot.is_finished_ = true;
  // Whoever finishes the first one also writes those after it that wait.
  if (slots_.front().get() != &slot) return;
  while (!slots_.empty() && slots_.front()->is_finished_) {
    Slot& first = *slots_.front();
    lock.unlock();
    WriteKept(first);
    lock.lock();
    if (failure_) throw Stopped();
    slots_.pop_front();
    changed_.notify_all();
  }
}

void Pipeline::Fail(std::exception_ptr failure) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
  }
  changed_.notify_all();
}

std::size_t Pipeline::Slot::Item::cost() const {
  // An action usually holds a message.
  constexpr std::size_t kActionCost = 512;
  return sizeof(Item) + text.size() +
         (buffer != nullptr ? Output::kBufferSize : 0) +
         (action ? kActionCost : 0);
}

void Pipeline::Slot::Write(std::string_view text) {
  if (text.empty()) return;
  if (pipeline_.IsTurnOrRoom(*this, sizeof(Item) + text.size())) {
    pipeline_.WriteKept(*this);
    pipeline_.write_(text);
    return;
  }
  items_.push_back({std::string(text), nullptr, 0, nullptr});
}

void Pipeline::Slot::WriteBuffer(Buffer& buffer, std::size_t size) {
  if (size < kWorthKeeping) {
    Write({buffer.get(), size});
    return;
  }
  if (pipeline_.IsTurnOrRoom(*this, sizeof(Item) + Output::kBufferSize)) {
    pipeline_.WriteKept(*this);
    pipeline_.write_({buffer.get(), size});
    return;
  }
  items_.push_back({"", std::move(buffer), size, nullptr});
  buffer = pipeline_.NewBuffer();
}

void Pipeline::Slot::Do(std::function<void()> action) {
  Item item{"", nullptr, 0, std::move(action)};
  if (pipeline_.IsTurnOrRoom(*this, item.cost())) {
    pipeline_.WriteKept(*this);
    item.action();
    return;
  }
  items_.push_back(std::move(item));
}

}  // namespace dwreloc_tools
