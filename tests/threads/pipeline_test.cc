// dwreloc-dump's pipeline: whatever threads do, results come out in order, and
// what waits for its turn is bounded.
//
// Run under TSan by .ci/run.

#include "pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dwreloc_tools {
namespace {

using std::chrono::milliseconds;

constexpr int kJobs = 8;

// Hands out pieces by number, and gathers what is written.
class PipelineTest : public testing::Test {
 protected:
  using Print = std::function<void(int piece, Pipeline::Slot& slot)>;

  std::unique_ptr<Pipeline> New(int jobs, Pipeline::Limits limits = {}) {
    return std::make_unique<Pipeline>(jobs, limits, [this](auto text) {
      const InUse use(writing_);
      written_ += text;
    });
  }

  // Runs `count` pieces of `print`, of which some begin in turn.
  void Run(Pipeline& pipeline, int count, Print print,
           std::function<bool(int)> in_turn = nullptr) {
    pipeline.Run([&, next = 0]() mutable -> Pipeline::Piece {
      const InUse use(handing_out_);
      if (next == count) return {};
      const int piece = next++;
      return {[this, print, piece](int worker, Pipeline::Slot& slot) {
                EXPECT_GE(worker, 0);
                EXPECT_LT(worker, kJobs);
                print(piece, slot);
                ++finished_;
              },
              in_turn != nullptr && in_turn(piece)};
    });
  }

  // Fails if two threads are there at once.
  class InUse {
   public:
    explicit InUse(std::atomic<int>& users) : users_(users) {
      EXPECT_EQ(++users_, 1);
    }
    ~InUse() { --users_; }

   private:
    std::atomic<int>& users_;
  };

  std::atomic<int> writing_ = 0;
  std::atomic<int> handing_out_ = 0;
  std::atomic<int> finished_ = 0;
  std::string written_;
};

// Pieces of unlike length, in time and in text.
void Uneven(int piece, Pipeline::Slot& slot) {
  for (int i = 0; i <= piece % 5; ++i) {
    slot.Write(std::to_string(piece) + "." + std::to_string(i) + " ");
    if (piece % 7 == i) std::this_thread::sleep_for(milliseconds(1));
  }
}

TEST_F(PipelineTest, ResultsComeOutInOrder) {
  constexpr int kPieces = 300;
  const auto alone = New(1);
  Run(*alone, kPieces, Uneven);
  const std::string expected = std::move(written_);
  EXPECT_TRUE(expected.starts_with("0.0 1.0 1.1 2.0 2.1 2.2 3.0 "));
  EXPECT_EQ(alone->peak(), 0u);
  for (const int jobs : {2, 3, kJobs}) {
    written_.clear();
    Run(*New(jobs), kPieces, Uneven);
    EXPECT_EQ(written_, expected) << jobs;
  }
}

TEST_F(PipelineTest, ActionsStandWhereTheyWereAsked) {
  Run(*New(kJobs), 100, [this](int piece, Pipeline::Slot& slot) {
    slot.Write("<");
    slot.Do([this, piece] { written_ += std::to_string(piece); });
    slot.Write(">");
    if (piece % 3 == 0) std::this_thread::sleep_for(milliseconds(1));
  });
  std::string expected;
  for (int i = 0; i < 100; ++i) expected += "<" + std::to_string(i) + ">";
  EXPECT_EQ(written_, expected);
}

TEST_F(PipelineTest, BuffersAreExchanged) {
  constexpr int kPieces = 40;
  constexpr int kBuffers = 3;
  Run(*New(kJobs), kPieces, [](int piece, Pipeline::Slot& slot) {
    Buffer buffer(new char[Output::kBufferSize]);
    for (int i = 0; i < kBuffers; ++i) {
      std::memset(buffer.get(), 'a' + piece % 26, Output::kBufferSize);
      // A short one, too, which is copied.
      slot.WriteBuffer(buffer, i == 1 ? 10 : Output::kBufferSize);
      ASSERT_NE(buffer, nullptr);
    }
  });
  const std::size_t size = 2 * Output::kBufferSize + 10;
  ASSERT_EQ(written_.size(), kPieces * size);
  for (int i = 0; i < kPieces; ++i) {
    const std::string piece =
        written_.substr(static_cast<std::size_t>(i) * size, size);
    EXPECT_EQ(piece, std::string(size, static_cast<char>('a' + i % 26))) << i;
  }
}

// One slow piece does not let the results of the others pile up.
TEST_F(PipelineTest, WhatWaitsIsBounded) {
  constexpr Pipeline::Limits kLimits{.bytes = 20'000, .pieces = 1000};
  const auto pipeline = New(kJobs, kLimits);
  Run(*pipeline, 200, [](int piece, Pipeline::Slot& slot) {
    if (piece == 0) std::this_thread::sleep_for(milliseconds(50));
    for (int i = 0; i < 10; ++i) slot.Write(std::string(1000, 'x'));
  });
  EXPECT_EQ(written_.size(), 200u * 10'000);
  EXPECT_GT(pipeline->peak(), 0u);
  EXPECT_LE(pipeline->peak(), kLimits.bytes);
}

TEST_F(PipelineTest, WhatIsLargerThanTheBoundWaitsForItsTurn) {
  constexpr Pipeline::Limits kLimits{.bytes = 100, .pieces = 4};
  const auto pipeline = New(kJobs, kLimits);
  Run(*pipeline, 50, [](int, Pipeline::Slot& slot) {
    slot.Write(std::string(5000, 'x'));
    slot.Do([] {});
  });
  EXPECT_EQ(written_.size(), 50u * 5000);
  EXPECT_LE(pipeline->peak(), kLimits.bytes);
}

TEST_F(PipelineTest, PiecesBegunAheadAreBounded) {
  constexpr Pipeline::Limits kLimits{.bytes = 1 << 20, .pieces = 5};
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  Run(*New(kJobs, kLimits), 100, [&](int, Pipeline::Slot& slot) {
    EXPECT_LE(++begun - ended, 5);
    slot.Do([&ended] { ++ended; });
  });
  EXPECT_EQ(ended, 100);
}

TEST_F(PipelineTest, SomePiecesBeginInTurn) {
  std::atomic<int> wrong = 0;
  Run(
      *New(kJobs), 100,
      [&](int piece, Pipeline::Slot& slot) {
        if (piece % 10 == 9 && finished_ < piece) ++wrong;
        if (piece % 10 == 3) std::this_thread::sleep_for(milliseconds(1));
        slot.Write(".");
      },
      [](int piece) { return piece % 10 == 9; });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(written_.size(), 100u);
}

TEST_F(PipelineTest, NothingToDo) {
  Run(*New(kJobs), 0, Uneven);
  EXPECT_EQ(written_, "");
}

TEST_F(PipelineTest, OneJobStaysOnTheThread) {
  const std::thread::id here = std::this_thread::get_id();
  Run(*New(1), 20, [here](int, Pipeline::Slot&) {
    EXPECT_EQ(std::this_thread::get_id(), here);
  });
}

// An exception ends it, wherever it comes from; what was written before it
// stands.
TEST_F(PipelineTest, FailureOfAPieceIsThrown) {
  const auto print = [](int piece, Pipeline::Slot& slot) {
    if (piece == 50) throw std::bad_alloc();
    Uneven(piece, slot);
  };
  EXPECT_THROW(Run(*New(kJobs), 1000, print), std::bad_alloc);
  EXPECT_LT(finished_, 1000);
}

TEST_F(PipelineTest, FailureOfAnActionIsThrown) {
  const auto print = [](int piece, Pipeline::Slot& slot) {
    slot.Do([piece] {
      if (piece == 20) throw std::runtime_error("action");
    });
    slot.Write("x");
  };
  EXPECT_THROW(Run(*New(kJobs), 1000, print), std::runtime_error);
  EXPECT_EQ(written_, std::string(20, 'x'));
}

TEST_F(PipelineTest, FailureOfThePlanIsThrown) {
  int count = 0;
  const auto pipeline = New(kJobs);
  EXPECT_THROW(pipeline->Run([&]() -> Pipeline::Piece {
    if (++count == 30) throw std::runtime_error("plan");
    return {[](int, Pipeline::Slot& slot) { slot.Write("x"); }, false};
  }),
               std::runtime_error);
  EXPECT_LT(written_.size(), 30u);
}

TEST_F(PipelineTest, FailureOfTheWriterIsThrown) {
  Pipeline pipeline(kJobs, {}, [count = 0](std::string_view) mutable {
    if (++count == 10) throw std::runtime_error("writer");
  });
  EXPECT_THROW(Run(pipeline, 1000, Uneven), std::runtime_error);
}

}  // namespace
}  // namespace dwreloc_tools
