// The module that all benchmarks read, opened anew or warm.
//
// DWRELOC_BENCH_MODULE names it; without, it is the small module of the
// repository, which shows shapes but is too small to quote figures from.

#ifndef BENCH_BENCH_MODULE_H_
#define BENCH_BENCH_MODULE_H_

#include <dwreloc/dwreloc.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace dwreloc_bench {

// Benchmarks have nothing to say of a file that cannot be read.
inline void Check(int result, const char* what) {
  if (result >= 0) return;
  Dwreloc_Error error;
  dwreloc_error(&error);
  std::fprintf(stderr, "%s: %s\n", what, error.text);
  std::exit(1);
}

inline const char* Path() {
  const char* path = std::getenv("DWRELOC_BENCH_MODULE");
  return path != nullptr ? path : DWRELOC_BENCH_DEFAULT_MODULE;
}

struct Closer {
  void operator()(Dwreloc_Module* module) const { dwreloc_close(module); }
};
using ModulePtr = std::unique_ptr<Dwreloc_Module, Closer>;

inline ModulePtr Open() {
  Dwreloc_Module* module = nullptr;
  Check(dwreloc_open(Path(), &module), "open");
  return ModulePtr(module);
}

// All attributes of the module that fit `want`, for lookups.
template <typename Want>
std::vector<Dwreloc_Attribute> Collect(const Dwreloc_Module* module,
                                       Want&& want) {
  std::vector<Dwreloc_Attribute> found;
  std::vector<Dwreloc_Attribute> attributes(1024);
  const Dwreloc_Unit* unit = nullptr;
  while (dwreloc_units_next(module, &unit) == 1) {
    Dwreloc_Walk walk;
    Check(dwreloc_walk_begin(unit, &walk), "walk");
    Dwreloc_Die die;
    size_t count = 0;
    while (dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                             attributes.size(), &count) == 1) {
      for (size_t i = 0; i < count; ++i) {
        if (want(attributes[i])) found.push_back(attributes[i]);
      }
    }
  }
  return found;
}

}  // namespace dwreloc_bench

#endif  // BENCH_BENCH_MODULE_H_
