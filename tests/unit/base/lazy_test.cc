// Tests of base/lazy: computed once, however many ask.

#include "base/lazy.h"

#include <atomic>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "base/status.h"
#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

TEST(LazyTest, ComputesOnFirstUseAndKeepsTheValue) {
  const Lazy<std::string> lazy;
  int computed = 0;
  const auto compute = [&computed] {
    ++computed;
    return std::string("value");
  };
  EXPECT_EQ(lazy.Peek(), nullptr);
  EXPECT_EQ(computed, 0);
  const std::string& first = lazy.Get(compute);
  EXPECT_EQ(first, "value");
  EXPECT_EQ(&lazy.Get(compute), &first);
  EXPECT_EQ(lazy.Peek(), &first);
  EXPECT_EQ(computed, 1);
}

TEST(LazyTest, AnErrorIsKeptToo) {
  const Lazy<absl::StatusOr<int>> lazy;
  int computed = 0;
  const auto compute = [&computed]() -> absl::StatusOr<int> {
    ++computed;
    return MakeError(ErrorCode::kBadElf, "bad");
  };
  EXPECT_FALSE(lazy.Get(compute).ok());
  EXPECT_FALSE(lazy.Get(compute).ok());
  EXPECT_EQ(computed, 1);
}

TEST(LazyTest, AfterResetItIsComputedAgain) {
  Lazy<std::string> lazy;
  lazy.Reset();  // of what was never computed
  EXPECT_EQ(lazy.Get([] { return "first"; }), "first");
  lazy.Reset();
  EXPECT_EQ(lazy.Peek(), nullptr);
  EXPECT_EQ(lazy.Get([] { return "second"; }), "second");
  EXPECT_EQ(lazy.Get([] { return "third"; }), "second");
}

TEST(LazyTest, WhatAnExceptionEndsIsComputedByTheNextOneWhoAsks) {
  const Lazy<std::string> lazy;
  const auto fail = []() -> std::string { throw std::bad_alloc(); };
  EXPECT_THROW(lazy.Get(fail), std::bad_alloc);
  EXPECT_EQ(lazy.Peek(), nullptr);
  EXPECT_THROW(lazy.Get(fail), std::bad_alloc);
  EXPECT_EQ(lazy.Get([] { return "value"; }), "value");
  EXPECT_EQ(lazy.Get(fail), "value");
}

TEST(LazyTest, WhoWaitedForWhatAnExceptionEndedComputes) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 50; ++round) {
    const Lazy<int> lazy;
    std::atomic<int> computed = 0;
    std::atomic<int> thrown = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        try {
          EXPECT_EQ(lazy.Get([&] {
            std::this_thread::yield();
            if (computed++ < 3) throw std::bad_alloc();
            return 7;
          }),
                    7);
        } catch (const std::bad_alloc&) {
          ++thrown;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(thrown, 3);
    EXPECT_EQ(computed, 4);
    ASSERT_NE(lazy.Peek(), nullptr);
  }
}

TEST(LazyTest, ManyThreadsComputeOnce) {
  constexpr int kRounds = 50;
  constexpr int kThreads = 8;
  for (int round = 0; round < kRounds; ++round) {
    const Lazy<std::vector<int>> lazy;
    std::atomic<int> computed = 0;
    std::atomic<int> waiting = kThreads;
    std::vector<const std::vector<int>*> seen(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        seen[static_cast<size_t>(i)] = &lazy.Get([&] {
          ++computed;
          return std::vector<int>(100, round);
        });
        EXPECT_EQ(seen[static_cast<size_t>(i)]->at(99), round);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(computed, 1);
    for (const std::vector<int>* value : seen) EXPECT_EQ(value, lazy.Peek());
  }
}

}  // namespace
}  // namespace dwreloc::internal
