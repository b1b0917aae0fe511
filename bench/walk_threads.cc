// walk_threads: how two threads share the reading of modules.
//
//   walk_threads THREADS halves FILE    one module, its units in as many parts
//   walk_threads THREADS shared FILE    the same, digested by all threads first
//   walk_threads THREADS modules FILE   two modules (both FILE), one per thread
//   walk_threads THREADS control FILE   nothing is read; two loops that touch
//                                       no memory: what the machine has to give
//
// Either way the work is the same with one thread and with two; what counts is
// the ratio of the wall times.  Parts are equal in bytes of units, not in their
// number.  Prints one JSON line.  The public C API only.

#include <dwreloc/dwreloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "work.h"

namespace {

using dwreloc_bench::Fail;

int Check(int result) {
  if (result >= 0) return result;
  Dwreloc_Error error;
  dwreloc_error(&error);
  Fail(error.text);
}

// Of units: to the last one.  That their number is asked for by the thread
// that reads them matters: it is the first need of .debug_info's relocations.
constexpr uint32_t kAll = UINT32_MAX;

// A part of the units of a module, and what was found in them.
struct Part {
  const Dwreloc_Module* module;
  uint32_t begin;
  uint32_t end;
  uint64_t dies = 0;
  uint64_t attributes = 0;
  uint64_t sum = 0;
};

void Walk(Part* part) {
  std::vector<Dwreloc_Attribute> attributes(1024);
  // Of this thread until it is done: parts lie next to each other in memory.
  Part mine = *part;
  if (mine.end == kAll) Check(dwreloc_unit_count(mine.module, &mine.end));
  for (uint32_t i = mine.begin; i < mine.end; ++i) {
    const Dwreloc_Unit* unit;
    Check(dwreloc_unit(mine.module, i, &unit));
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk));
    Dwreloc_Die die;
    size_t count;
    while (Check(dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                   attributes.size(), &count)) == 1) {
      if (count > attributes.size()) Fail("a DIE of too many attributes");
      ++mine.dies;
      mine.attributes += count;
      for (size_t k = 0; k < count; ++k) mine.sum += attributes[k].value;
    }
  }
  *part = mine;
}

uint64_t UnitEnd(const Dwreloc_Module* module, uint32_t number) {
  const Dwreloc_Unit* unit;
  Check(dwreloc_unit(module, number, &unit));
  Dwreloc_Unit_Info info;
  Check(dwreloc_unit_info(unit, &info));
  return info.end;
}

// Splits the units of a module into `count` parts of about as many bytes.
std::vector<Part> Split(const Dwreloc_Module* module, uint32_t count) {
  uint32_t end;
  Check(dwreloc_unit_count(module, &end));
  const uint64_t bytes = UnitEnd(module, end - 1);
  std::vector<Part> parts;
  uint32_t begin = 0;
  for (uint32_t i = 0; i < end; ++i) {
    const bool is_full =
        UnitEnd(module, i) * count >= bytes * (parts.size() + 1);
    if (!is_full && i + 1 < end) continue;
    parts.push_back({module, begin, i + 1});
    begin = i + 1;
  }
  return parts;
}

// An executor of dwreloc_digest_all_with: that many threads (*user).
void Execute(void* user, size_t count, void (*run)(void* work, size_t index),
             void* work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t i = next++; i < count; i = next++) run(work, i);
  };
  std::vector<std::thread> others;
  for (uint32_t i = 1; i < *static_cast<uint32_t*>(user); ++i) {
    others.emplace_back(take);
  }
  take();
  for (std::thread& thread : others) thread.join();
}

Dwreloc_Module* Open(const char* path) {
  Dwreloc_Module* module;
  Check(dwreloc_open(path, &module));
  return module;
}

// About as long as a walk of xfs.ko, whatever the processor.
void Spin(Part* part) {
  uint64_t sum = 1;
  for (uint64_t i = 0; i < 50'000'000; ++i) {
    sum = sum * 6364136223846793005 + 1442695040888963407;
  }
  part->sum = sum;
}

// The parts of `shares[i]` are walked by thread i.
void Run(std::vector<std::vector<Part>>* shares) {
  const auto walk = [](std::vector<Part>* parts) {
    for (Part& part : *parts) {
      if (part.module == nullptr) {
        Spin(&part);
      } else {
        Walk(&part);
      }
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < shares->size(); ++i) {
    threads.emplace_back(walk, &(*shares)[i]);
  }
  walk(&shares->front());
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    Fail("usage: walk_threads THREADS halves|shared|modules|control FILE");
  }
  auto thread_count = static_cast<uint32_t>(strtoul(argv[1], nullptr, 10));
  const std::string_view mode = argv[2];
  if (thread_count == 0) Fail("no threads");

  dwreloc_bench::Line line;
  line.Text("reader", std::string("libdwreloc ") + dwreloc_version());
  line.Text("work", argv[2]);
  line.Number("threads", thread_count);
  dwreloc_bench::Stopwatch watch;
  watch.Start();
  std::vector<Dwreloc_Module*> modules = {Open(argv[3])};
  std::vector<std::vector<Part>> shares(thread_count);
  if (mode == "control") {
    for (uint32_t i = 0; i < 2; ++i) {
      shares[i % thread_count].push_back({nullptr, 0, 0});
    }
  } else if (mode == "halves" || mode == "shared") {
    if (mode == "shared") {
      Check(dwreloc_digest_all_with(modules[0], Execute, &thread_count));
    }
    const std::vector<Part> parts = Split(modules[0], thread_count);
    for (size_t i = 0; i < parts.size(); ++i) {
      shares[i % thread_count].push_back(parts[i]);
    }
  } else {
    modules.push_back(Open(argv[3]));
    for (size_t i = 0; i < modules.size(); ++i) {
      shares[i % thread_count].push_back({modules[i], 0, kAll});
    }
  }
  Run(&shares);
  watch.Stop();
  uint64_t dies = 0, attributes = 0, sum = 0;
  for (const std::vector<Part>& parts : shares) {
    for (const Part& part : parts) {
      dies += part.dies;
      attributes += part.attributes;
      sum += part.sum;
    }
  }
  watch.Print("walk", line);
  line.Number("dies", dies);
  line.Number("attrs", attributes);
  line.Number("sum", sum);
  line.Print();
  for (Dwreloc_Module* module : modules) dwreloc_close(module);
  return 0;
}
