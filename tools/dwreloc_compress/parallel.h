// parallel.h - the same work for many items, by several threads.
//
// Tested by tests/cli/multifile_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_PARALLEL_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_PARALLEL_H_

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace dwreloc_tools::compress {

// Calls work(i) for each i below `count`, of `jobs` threads; returns when all
// are done. The first exception is thrown then, and no more items begin.
template <typename Work>
void ForEach(std::size_t count, unsigned jobs, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;  // guarded by mutex
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (failure == nullptr) failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_PARALLEL_H_
