#include "work.h"

#include <stdio.h>
#include <stdlib.h>

#include <fstream>
#include <utility>

namespace dwreloc_bench {
namespace {

double Seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

uint64_t StatusKib(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) {
      return strtoull(&line[name.size()], nullptr, 10);
    }
  }
  return 0;
}

uint64_t AnonymousKib() { return StatusKib("RssAnon:"); }

struct Arguments {
  std::string work;
  std::vector<std::string> files;
  std::string target;
  std::string symbol;
  uint64_t reads = 1000000;
};

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  const std::string usage =
      std::string("usage: ") + argv[0] +
      " open|walk|lines|ranges|digest|query|random [--list=FILE] "
      "[--target=SUBSTRING --symbol=NAME] [--reads=N] FILE...";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&](std::string_view name) -> const char* {
      return argument.starts_with(name) ? argv[i] + name.size() : nullptr;
    };
    if (const char* list = value("--list=")) {
      std::ifstream paths(list);
      if (!paths) Fail(std::string("cannot open ") + list);
      std::string path;
      while (std::getline(paths, path)) arguments.files.push_back(path);
    } else if (const char* target = value("--target=")) {
      arguments.target = target;
    } else if (const char* symbol = value("--symbol=")) {
      arguments.symbol = symbol;
    } else if (const char* reads = value("--reads=")) {
      arguments.reads = strtoull(reads, nullptr, 10);
    } else if (argument.starts_with("--")) {
      Fail(usage);
    } else if (arguments.work.empty()) {
      arguments.work = argument;
    } else {
      arguments.files.emplace_back(argument);
    }
  }
  constexpr std::string_view kWorks[] = {"open",   "walk",  "lines", "ranges",
                                         "digest", "query", "random"};
  for (const std::string_view work : kWorks) {
    if (work == arguments.work && !arguments.files.empty()) return arguments;
  }
  Fail(usage);
}

void RunOpen(Reader& reader, const Arguments& arguments, Line& line) {
  std::vector<std::unique_ptr<File>> files;
  Stopwatch open;
  open.Start();
  for (const std::string& path : arguments.files) {
    files.push_back(reader.Open(path));
  }
  open.Stop();
  open.Print("open", line);
  line.Number("anonymous_kib", AnonymousKib());
}

void RunQuery(Reader& reader, const Arguments& arguments, Line& line) {
  std::vector<std::unique_ptr<File>> files;
  Stopwatch open;
  open.Start();
  for (const std::string& path : arguments.files) {
    files.push_back(reader.OpenLazily(path));
  }
  open.Stop();
  open.Print("open", line);
  size_t i = 0;
  while (i < files.size() &&
         arguments.files[i].find(arguments.target) == std::string::npos) {
    ++i;
  }
  if (i == files.size()) Fail("no file matches --target");
  Stopwatch query;
  query.Start();
  const Place place = files[i]->Query(arguments.symbol);
  query.Stop();
  query.Print("query", line);
  line.Text("function", place.function);
  line.Text("file", place.file);
  line.Number("line", place.line);
  line.Number("anonymous_kib", AnonymousKib());
}

void RunDigest(Reader& reader, const Arguments& arguments, Line& line) {
  Stopwatch digest;
  uint64_t relocs = 0;
  uint64_t memory = 0;
  // Asking for the memory costs time, and what an earlier file left in the
  // heap hides what a later one needs.
  const bool is_single = arguments.files.size() == 1;
  const uint64_t memory_before = is_single ? AnonymousKib() : 0;
  for (const std::string& path : arguments.files) {
    digest.Start();
    std::unique_ptr<File> file = reader.Open(path);
    file->Digest();
    digest.Stop();
    if (is_single) memory = AnonymousKib() - memory_before;
    relocs += file->DigestedCount();
    digest.Start();
    file.reset();
    digest.Stop();
  }
  Stopwatch bare;
  bare.Start();
  for (const std::string& path : arguments.files) reader.OpenBare(path);
  bare.Stop();
  digest.Print("digest", line);
  bare.Print("bare", line);
  line.Number("relocs", relocs);
  if (is_single) line.Number("digest_kib", memory);
}

void RunRead(Reader& reader, const Arguments& arguments, Line& line) {
  const std::string& work = arguments.work;
  Counts counts;
  Stopwatch read;
  read.Start();
  for (const std::string& path : arguments.files) {
    const std::unique_ptr<File> file = reader.Open(path);
    if (work == "lines") {
      file->Lines(counts);
    } else {
      file->Walk(work == "ranges", counts);
    }
  }
  read.Stop();
  read.Print(work.c_str(), line);
  if (work == "lines") {
    counts.PrintRows(line);
  } else {
    counts.PrintWalk(line);
    if (work == "ranges") counts.PrintLists(line);
  }
  line.Number("anonymous_kib", AnonymousKib());
}

}  // namespace

void Fail(const std::string& text) {
  fprintf(stderr, "works: %s\n", text.c_str());
  exit(1);
}

void Line::Text(const char* name, std::string_view value) {
  Key(name);
  text_ += '"';
  text_ += value;
  text_ += '"';
}

void Line::Number(const char* name, uint64_t value) {
  Key(name);
  text_ += std::to_string(value);
}

void Line::Real(const char* name, double value) {
  Key(name);
  char digits[32];
  snprintf(digits, sizeof(digits), "%.6f", value);
  text_ += digits;
}

void Line::Print() const { printf("{%s}\n", text_.c_str()); }

void Line::Key(const char* name) {
  if (!text_.empty()) text_ += ',';
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

void Stopwatch::Start() {
  wall_ -= Seconds(CLOCK_MONOTONIC);
  cpu_ -= Seconds(CLOCK_PROCESS_CPUTIME_ID);
}

void Stopwatch::Stop() {
  cpu_ += Seconds(CLOCK_PROCESS_CPUTIME_ID);
  wall_ += Seconds(CLOCK_MONOTONIC);
}

void Stopwatch::Print(const char* name, Line& line) const {
  line.Real((std::string(name) + "_wall").c_str(), wall_);
  line.Real((std::string(name) + "_cpu").c_str(), cpu_);
}

void Counts::PrintWalk(Line& line) const {
  const std::pair<const char*, uint64_t> fields[] = {
      {"units", units},
      {"dies", dies},
      {"attrs", attrs},
      {"addr_n", addr_n},
      {"addr_sum", addr_sum},
      {"strp_n", strp_n},
      {"strp_sum", strp_sum},
      {"lstrp_n", lstrp_n},
      {"lstrp_sum", lstrp_sum},
      {"str_n", str_n},
      {"strbyte_sum", strbyte_sum},
      {"secoff_n", secoff_n},
      {"secoff_sum", secoff_sum},
      {"const_n", const_n},
      {"const_sum", const_sum},
      {"ref_n", ref_n},
      {"ref_sum", ref_sum},
      {"blk_n", blk_n},
      {"blk_sum", blk_sum},
      {"flag_sum", flag_sum},
  };
  for (const auto& [name, value] : fields) {
    if (name == std::string_view("lstrp_sum") && !has_lstrp_sum) continue;
    line.Number(name, value);
  }
}

void Counts::PrintLists(Line& line) const {
  line.Number("rng_list_n", rng_list_n);
  line.Number("rng_n", rng_n);
  line.Number("rng_begin_sum", rng_begin_sum);
  line.Number("loc_list_n", loc_list_n);
  line.Number("loc_n", loc_n);
  line.Number("loc_begin_sum", loc_begin_sum);
  if (loc_lost != 0) line.Number("loc_lost", loc_lost);
}

void Counts::PrintRows(Line& line) const {
  line.Number("row_n", row_n);
  line.Number("row_addr_sum", row_addr_sum);
  line.Number("row_line_sum", row_line_sum);
}

int RunWork(Reader& reader, int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  Line line;
  line.Text("reader", reader.Name());
  line.Text("work", arguments.work);
  line.Number("files", arguments.files.size());
  if (arguments.work == "open") {
    RunOpen(reader, arguments, line);
  } else if (arguments.work == "query") {
    RunQuery(reader, arguments, line);
  } else if (arguments.work == "digest") {
    RunDigest(reader, arguments, line);
  } else if (arguments.work == "random") {
    if (!reader.Random(arguments.files[0], arguments.reads, line)) {
      Fail("this reader has no random reads");
    }
  } else {
    RunRead(reader, arguments, line);
  }
  // Not ru_maxrss, which starts with the size of whoever started the program.
  line.Number("peak_kib", StatusKib("VmHWM:"));
  line.Print();
  return 0;
}

}  // namespace dwreloc_bench
