// base/lazy_array: values computed once under a number.

#include "base/lazy_array.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dwreloc::internal {
namespace {

TEST(LazyArrayTest, ComputesOncePerNumber) {
  const LazyArray<std::string> array(3);
  int calls = 0;
  const auto compute = [&] { return std::to_string(++calls); };
  const std::string& last = array.Get(2, compute);
  EXPECT_EQ(last, "1");
  EXPECT_EQ(&array.Get(2, compute), &last);
  EXPECT_EQ(array.Get(0, compute), "2");
  EXPECT_EQ(calls, 2);
}

TEST(LazyArrayTest, FailedComputationLeavesNoValue) {
  const LazyArray<int> array(1);
  EXPECT_THROW(array.Get(0, []() -> int { throw std::bad_alloc(); }),
               std::bad_alloc);
  EXPECT_EQ(array.Get(0, [] { return 3; }), 3);
}

TEST(LazyArrayTest, ValuesMoveAlong) {
  LazyArray<int> array(2);
  const int* const value = &array.Get(1, [] { return 5; });
  LazyArray<int> moved(std::move(array));
  LazyArray<int> assigned(7);
  assigned.Get(6, [] { return 1; });
  assigned = std::move(moved);
  EXPECT_EQ(&assigned.Get(1, [] { return 6; }), value);
  EXPECT_EQ(*value, 5);
}

TEST(LazyArrayTest, AllThreadsGetTheFirstResult) {
  constexpr size_t kSize = 100;
  const LazyArray<int> array(kSize);
  std::atomic<int> calls = 0;
  std::vector<std::vector<const int*>> found(8);
  std::vector<std::thread> threads;
  for (std::vector<const int*>& mine : found) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < kSize; ++i) {
        mine.push_back(&array.Get(i, [&] { return ++calls; }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<const int*>& one : found) {
    EXPECT_EQ(one, found.front());
  }
}

}  // namespace
}  // namespace dwreloc::internal
