// base/lazy_map: values computed once under a key.

#include "base/lazy_map.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dwreloc::internal {
namespace {

TEST(LazyMapTest, ComputesOncePerKey) {
  LazyMap<int, std::string> map;
  int calls = 0;
  const auto compute = [&] { return std::to_string(++calls); };
  EXPECT_EQ(map.Peek(7), nullptr);
  const std::string& seven = map.Get(7, compute);
  EXPECT_EQ(seven, "1");
  EXPECT_EQ(&map.Get(7, compute), &seven);
  EXPECT_EQ(map.Peek(7), &seven);
  EXPECT_EQ(map.Get(8, compute), "2");
  EXPECT_EQ(calls, 2);
}

// One value may need another one of the same map.
TEST(LazyMapTest, ComputingMayAskForAnotherKey) {
  LazyMap<int, int> map;
  const int value =
      map.Get(1, [&] { return map.Get(2, [] { return 5; }) + 1; });
  EXPECT_EQ(value, 6);
  EXPECT_EQ(*map.Peek(2), 5);
}

TEST(LazyMapTest, FailedComputationLeavesNoValue) {
  LazyMap<int, int> map;
  EXPECT_THROW(map.Get(1, []() -> int { throw std::bad_alloc(); }),
               std::bad_alloc);
  EXPECT_EQ(map.Peek(1), nullptr);
  EXPECT_EQ(map.Get(1, [] { return 3; }), 3);
}

TEST(LazyMapTest, ErasesByValueAndVisitsTheRest) {
  LazyMap<int, int> map;
  for (int i = 0; i < 10; ++i) map.Get(i, [i] { return i * i; });
  map.EraseIf([](int value) { return value % 2 == 0; });
  int sum = 0;
  map.ForEach([&](int value) { sum += value; });
  EXPECT_EQ(sum, 1 + 9 + 25 + 49 + 81);
  EXPECT_EQ(map.Peek(2), nullptr);
  EXPECT_EQ(map.Get(2, [] { return 1; }), 1);
}

TEST(LazyMapTest, ThreadsShareWhatOneComputes) {
  LazyMap<int, int> map;
  std::atomic<int> calls = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int key = 0; key < 100; ++key) {
        EXPECT_EQ(map.Get(key,
                          [&] {
                            ++calls;
                            return 2 * key;
                          }),
                  2 * key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 100);
}

}  // namespace
}  // namespace dwreloc::internal
