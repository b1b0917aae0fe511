// What the programs that do the works share: what a work is, what it counts,
// and the JSON line it prints.
//
// A program is one reader of DWARF.  It implements Reader over one library and
// calls RunWork; bench/works.cc does so for libdwreloc, bench/peers for
// others.  Two readers did the same work only if their counts and sums agree,
// and only then are their times worth a comparison (bench/compare.sh).
//
//   PROGRAM WORK [--list=FILE] [options] FILE...
//
// prints counts, wrapping 64-bit sums, wall and CPU seconds per phase, peak and
// anonymous resident KiB.  WORK is one of
//
//   open     every file opened and ready, none read; all open to the end
//   walk     one file after another: every unit, DIE and attribute decoded,
//            addresses with every section at 0, strings located and their
//            first byte read, offsets relocated
//   lines    every row of every line table
//   ranges   walk, and every DW_AT_ranges list and every location list of
//            DW_AT_location and DW_AT_frame_base
//   digest   only what prepares the relocations of all debug sections; the
//            phase `bare` does all the rest of it once more: what remains
//            after subtraction is the preparation
//   query    --target=SUBSTRING --symbol=NAME: open all, then the function,
//            file and line of one symbol's address
//   random   --reads=N: seeded random relocated reads of .debug_info
//
// --list=FILE names a file with one path per line.

#ifndef BENCH_WORK_H_
#define BENCH_WORK_H_

#include <time.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc_bench {

[[noreturn]] void Fail(const std::string& text);

// The JSON line, in the order things are added.
class Line {
 public:
  void Text(const char* name, std::string_view value);
  void Number(const char* name, uint64_t value);
  void Real(const char* name, double value);
  void Print() const;

 private:
  void Key(const char* name);
  std::string text_;
};

// Wall and CPU seconds between each Start and its Stop, added up.
class Stopwatch {
 public:
  void Start();
  void Stop();
  // Adds NAME_wall and NAME_cpu.
  void Print(const char* name, Line& line) const;

 private:
  double wall_ = 0;
  double cpu_ = 0;
};

// The counts and sums of a work, by class of form; sums wrap.
struct Counts {
  uint64_t units = 0, dies = 0, attrs = 0;
  uint64_t addr_n = 0, addr_sum = 0;
  uint64_t strp_n = 0, strp_sum = 0, lstrp_n = 0, lstrp_sum = 0;
  bool has_lstrp_sum = true;  // false: the reader does not tell these offsets
  uint64_t str_n = 0, strbyte_sum = 0;
  uint64_t secoff_n = 0, secoff_sum = 0;
  uint64_t const_n = 0, const_sum = 0;
  uint64_t ref_n = 0, ref_sum = 0;
  uint64_t blk_n = 0, blk_sum = 0, flag_sum = 0;
  uint64_t rng_list_n = 0, rng_n = 0, rng_begin_sum = 0;
  uint64_t loc_list_n = 0, loc_n = 0, loc_begin_sum = 0;
  uint64_t loc_lost = 0;  // lists that the reader gave up
  uint64_t row_n = 0, row_addr_sum = 0, row_line_sum = 0;

  void PrintWalk(Line& line) const;
  void PrintLists(Line& line) const;
  void PrintRows(Line& line) const;
};

// What an address was resolved to.
struct Place {
  std::string function;
  std::string file;
  uint64_t line = 0;
};

// One file that is open; its destructor closes it.
class File {
 public:
  virtual ~File() = default;
  virtual void Walk(bool with_lists, Counts& counts) = 0;
  virtual void Lines(Counts& counts) = 0;
  virtual Place Query(const std::string& symbol) = 0;
  // Prepares the relocations of all debug sections, as far as opening has not
  // done so.
  virtual void Digest() {}
  // How many were prepared.  Not timed.
  virtual uint64_t DigestedCount() = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // Library and version, e.g. "libdw 0.188".
  virtual std::string Name() const = 0;
  // Opens a file, ready to read.
  virtual std::unique_ptr<File> Open(const std::string& path) = 0;
  // Opens a file of which perhaps nothing will be read.
  virtual std::unique_ptr<File> OpenLazily(const std::string& path) {
    return Open(path);
  }
  // As Open, but nothing is done about relocations.
  virtual std::unique_ptr<File> OpenBare(const std::string& path) = 0;
  // Random reads; false if this reader has none.
  virtual bool Random(const std::string&, uint64_t, Line&) { return false; }
};

// Does what the command line says with `reader`, and prints the line.
int RunWork(Reader& reader, int argc, char** argv);

}  // namespace dwreloc_bench

#endif  // BENCH_WORK_H_
