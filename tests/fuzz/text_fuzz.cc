// Reads texts that kernels and users write: traces, /proc/modules,
// /proc/kallsyms, lists of section addresses.
//
// Each text is read as all of them, line by line.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "dwreloc_oops/trace_line.h"
#include "fuzz_file.h"
#include "placing/kernel_symbols.h"
#include "placing/section_addresses.h"
#include "set/kernel_files.h"
#include "set/module_name.h"

namespace dwreloc::internal {
namespace {

bool IsPartOf(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() &&
          part.data() + part.size() <= text.data() + text.size());
}

void ReadTrace(dwreloc_tools::TraceReader& reader, std::string_view line) {
  Check(IsPartOf(dwreloc_tools::ReleaseIn(line), line));
  size_t end = 0;
  for (const dwreloc_tools::TracePlace& place : reader.Read(line)) {
    Check(place.begin >= end && place.begin < place.end);
    Check(place.end <= line.size());
    Check(!place.symbol.empty());
    Check(IsPartOf(place.symbol, line) && IsPartOf(place.module, line) &&
          IsPartOf(place.build_id, line));
    end = place.end;
  }
}

void ReadLine(std::string_view line) {
  if (const auto symbol = ParseKernelSymbol(line); symbol.has_value()) {
    Check(!symbol->name.empty() && IsPartOf(symbol->name, line) &&
          IsPartOf(symbol->module, line));
  }
  if (const auto module = ParseLoadedModule(line); module.has_value()) {
    Check(module->begin <= module->end);
  }
  Check(IsPartOf(ModuleNameOf(line), line));
  Check(ModuleKey(line).size() == line.size());
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;  // NOLINT: a test's only function
  const std::string copy(reinterpret_cast<const char*>(data), size);
  std::string_view text = copy;
  const auto addresses = ParseAddresses(text);
  if (addresses.ok()) {
    for (const NamedAddress& address : *addresses) {
      Check(IsPartOf(address.name, text));
    }
  } else {
    CheckError(addresses.status());
  }
  const auto symbols = KernelSymbolIndex::Of(text);
  if (symbols.ok()) {
    Check((*symbols)->Find("").value_or(0) == 0);
    if (const auto found = (*symbols)->Find("a"); found.has_value()) {
      Check(*found != 0 && (*symbols)->count() > 0);
    }
  } else {
    CheckError(symbols.status());
  }
  dwreloc_tools::TraceReader reader;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    ReadTrace(reader, line);
    ReadLine(line);
  }
  return 0;
}
