// Many threads ask one set of modules, each in an order of its own: the files
// are opened once, and every answer is that of a single thread.
//
// Run under TSan by .ci/run.

#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace dwreloc::internal {
namespace {

constexpr const char* kFiles[] = {"module/meter.ko", "split/split5.o",
                                  "tiny/tiny32.o", "tiny/tiny5.o"};

struct Free {
  void operator()(Dwreloc_Set* set) const { dwreloc_set_free(set); }
};
using SetPtr = std::unique_ptr<Dwreloc_Set, Free>;

SetPtr MakeSet() {
  Dwreloc_Set* set = nullptr;
  EXPECT_EQ(dwreloc_set_new(&set), 0);
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  for (const char* file : kFiles) {
    const std::string path =
        std::string(directory == nullptr ? "tests/data" : directory) + "/" +
        file;
    Dwreloc_Set_Entry entry = {};
    entry.path = path.c_str();
    EXPECT_EQ(dwreloc_set_add(set, &entry, nullptr), 0);
  }
  return SetPtr(set);
}

struct Question {
  uint32_t module = 0;
  uint32_t symbol = 0;
  int64_t offset = 0;
  std::string answer{};
};

std::string Text(const char* text) { return text == nullptr ? "?" : text; }

// The chain of functions, the symbol of the place, and the symbol's namesakes.
std::string Ask(const Dwreloc_Set* set, const Question& question) {
  Dwreloc_Module* module = nullptr;
  Dwreloc_Relocatable place;
  Dwreloc_Symbol symbol;
  if (dwreloc_set_module(set, question.module, &module) != 0 ||
      dwreloc_relocatable_of_symbol(module, question.symbol, question.offset,
                                    &place) != 0) {
    return "no place";
  }
  std::string answer;
  Dwreloc_Frames frames;
  Dwreloc_Frame frame;
  int result = dwreloc_frames_begin(module, &place, &frames);
  if (result != 1) return "no frames";
  while ((result = dwreloc_frames_next(&frames, &frame)) == 1) {
    answer += Text(frame.name) + " " + Text(frame.path) + ":" +
              std::to_string(frame.line) + ":" + std::to_string(frame.column) +
              " " + std::to_string(frame.is_inlined) + "\n";
  }
  uint32_t index = 0;
  uint64_t offset = 0;
  if (dwreloc_symbol_at(module, &place, &index, &offset) != 1 ||
      dwreloc_symbol(module, index, &symbol) != 0) {
    return answer;
  }
  answer += Text(symbol.name) + "+" + std::to_string(offset);
  for (uint32_t next = 0;
       dwreloc_find_symbol(module, symbol.name, next, &index) == 1;
       next = index + 1) {
    answer += " " + std::to_string(index);
  }
  return answer;
}

// One for each byte of every function, with the answers of this thread.
std::vector<Question> AskAll(const Dwreloc_Set* set) {
  std::vector<Question> questions;
  for (uint32_t i = 0; i < dwreloc_set_count(set); ++i) {
    Dwreloc_Module* module = nullptr;
    EXPECT_EQ(dwreloc_set_module(set, i, &module), 0);
    for (uint32_t s = 0; s < dwreloc_symbol_count(module); ++s) {
      Dwreloc_Symbol symbol;
      EXPECT_EQ(dwreloc_symbol(module, s, &symbol), 0);
      if (symbol.type != STT_FUNC) continue;
      for (uint64_t offset = 0; offset < symbol.size; ++offset) {
        questions.push_back({i, s, static_cast<int64_t>(offset)});
        questions.back().answer = Ask(set, questions.back());
      }
    }
  }
  return questions;
}

TEST(SetThreadsTest, QuestionsInAnyOrderHaveTheSameAnswers) {
  const SetPtr alone = MakeSet();
  const std::vector<Question> questions = AskAll(alone.get());
  ASSERT_GT(questions.size(), 500u);
  const auto has_frames = [](const Question& question) {
    return question.answer.find('\n') != std::string::npos;
  };
  EXPECT_EQ(std::ranges::count_if(questions, has_frames),
            static_cast<std::ptrdiff_t>(questions.size()));

  constexpr unsigned kThreads = 8;
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    const SetPtr set = MakeSet();
    std::barrier start(kThreads);
    std::atomic<size_t> wrong = 0;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        std::vector<Question> mine = questions;
        std::mt19937 random(i);
        std::shuffle(mine.begin(), mine.end(), random);
        start.arrive_and_wait();
        for (const Question& question : mine) {
          if (Ask(set.get(), question) != question.answer) ++wrong;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0u);
    EXPECT_EQ(dwreloc_set_opened(set.get()), std::size(kFiles));
  }
}

}  // namespace
}  // namespace dwreloc::internal
