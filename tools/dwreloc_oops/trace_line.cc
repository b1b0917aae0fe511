// trace_line.cc - see trace_line.h.
#include "dwreloc_oops/trace_line.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace dwreloc_tools {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// C, and what compilers add: foo.isra.0, foo.cold, .L123, Rust's and C++'s.
bool IsSymbolChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '_' || c == '.' || c == '$';
}

bool IsModuleChar(char c) { return IsSymbolChar(c) || c == '-'; }

template <typename Is>
std::size_t EndOf(std::string_view line, std::size_t at, Is is) {
  while (at < line.size() && is(line[at])) ++at;
  return at;
}

// "0x" and digits, or digits alone; nothing else may follow them directly.
std::optional<std::uint64_t> TakeHex(std::string_view line, std::size_t* at) {
  std::size_t begin = *at;
  if (line.substr(begin).starts_with("0x")) begin += 2;
  const std::size_t end = EndOf(line, begin, IsHexDigit);
  if (end == begin || (end < line.size() && IsSymbolChar(line[end])))
    return std::nullopt;
  const auto number = ParseHex(line.substr(begin, end - begin));
  if (number) *at = end;
  return number;
}

std::optional<std::uint64_t> TakeDecimal(std::string_view line,
                                         std::size_t* at) {
  constexpr std::size_t kMostDigits = 18;  // of what fits 64 bits
  const std::size_t end = EndOf(line, *at, IsDigit);
  if (end == *at || end - *at > kMostDigits) return std::nullopt;
  std::uint64_t number = 0;
  for (; *at < end; ++*at)
    number = number * 10 + static_cast<std::uint64_t>(line[*at] - '0');
  return number;
}

// " at ffffffff81a0b2c3", as crash has after a symbol.
bool SkipAddress(std::string_view line, std::size_t* at) {
  constexpr std::string_view kAt = " at ";
  if (!line.substr(*at).starts_with(kAt)) return false;
  std::size_t end = *at + kAt.size();
  if (!TakeHex(line, &end)) return false;
  *at = end;
  return true;
}

// What is in brackets: a module and perhaps its build-id.
bool TakeModule(std::string_view line, std::size_t* at, TracePlace* place) {
  // "sym+0x1/0x2 [xfs]", "sym+0x1 ([xfs])", "sym+0x1/0x2 [xfs abcd...]"
  std::size_t open = *at;
  while (open < line.size() && line[open] == ' ') ++open;
  if (open == *at) return false;
  const bool in_parentheses = open < line.size() && line[open] == '(';
  if (in_parentheses) ++open;
  if (open == line.size() || line[open] != '[') return false;
  const std::size_t begin = open + 1;
  std::size_t end = EndOf(line, begin, IsModuleChar);
  if (end == begin || end == line.size()) return false;
  const std::string_view module = line.substr(begin, end - begin);
  std::string_view build_id;
  if (line[end] == ' ') {
    const std::size_t id = end + 1;
    end = EndOf(line, id, IsHexDigit);
    build_id = line.substr(id, end - id);
    if (build_id.empty() || build_id.size() % 2 != 0) return false;
  }
  if (end == line.size() || line[end] != ']') return false;
  ++end;
  if (in_parentheses) {
    if (end == line.size() || line[end] != ')') return false;
    ++end;
  }
  // perf's names for the kernel.
  if (module == "kernel.kallsyms" || module == "kernel.vmlinux" ||
      module == "guest.kernel.kallsyms") {
    *at = end;
    return true;
  }
  place->module = module;
  place->build_id = build_id;
  *at = end;
  return true;
}

// perf with --show-mmap or a file: "(/lib/modules/.../xfs.ko.xz)".
bool TakeModulePath(std::string_view line, std::size_t* at, TracePlace* place) {
  if (!line.substr(*at).starts_with(" (/")) return false;
  // A bound, so that a line of nothing but places takes no square of time.
  constexpr std::size_t kLongestPath = 4096;
  std::size_t close = line.substr(*at, kLongestPath).find(')');
  if (close == std::string_view::npos) return false;
  close += *at;
  std::string_view path = line.substr(*at + 2, close - *at - 2);
  path.remove_prefix(path.rfind('/') + 1);
  const std::size_t suffix = path.find(".ko");
  if (suffix == std::string_view::npos || suffix == 0) return false;
  place->module = path.substr(0, suffix);
  *at = close + 1;
  return true;
}

// The one whose '+' is at `plus`; it begins at or after `from`.
std::optional<TracePlace> PlaceAround(std::string_view line, std::size_t from,
                                      std::size_t plus) {
  std::size_t begin = plus;
  while (begin > from && IsSymbolChar(line[begin - 1])) --begin;
  // A number is no symbol: "12.5+0x1".
  if (begin == plus || IsDigit(line[begin])) return std::nullopt;
  TracePlace place;
  place.begin = begin;
  place.symbol = line.substr(begin, plus - begin);
  std::size_t at = plus + 1;
  if (line.substr(at).starts_with("0x")) {
    const auto offset = TakeHex(line, &at);
    if (!offset) return std::nullopt;
    place.offset = *offset;
    SkipAddress(line, &at);
  } else {
    // crash: "schedule+51 at ffffffff81a0b2c3 [module]".
    const auto offset = TakeDecimal(line, &at);
    if (!offset || !SkipAddress(line, &at)) return std::nullopt;
    place.offset = *offset;
  }
  if (at < line.size() && line[at] == '/') {
    std::size_t after = at + 1;
    place.size = TakeHex(line, &after);
    if (place.size) at = after;
  }
  if (!TakeModule(line, &at, &place)) TakeModulePath(line, &at, &place);
  place.end = at;
  return place;
}

// What stands before a program counter, by architecture.
bool IsProgramCounter(std::string_view before) {
  static constexpr std::array<std::string_view, 14> kMarks = {
      "RIP: ",      // x86-64: "RIP: 0010:f+0x1/0x2", "RIP: 0033:"
      "EIP: ",      // x86
      "IP: ",       // x86 before 4.20: "IP: [<...>] f+0x1/0x2"
      "pc : ",      // arm64
      "PC is at ",  // arm
      "pc is at ",
      "epc : ",       // riscv: "epc : f+0x1/0x2"
      "epc   : ",     // mips
      "NIP [",        // ppc
      "Krnl PSW : ",  // s390
      "PSW : ",
      "IAOQ[0]: ",  // parisc
      "era: ",      // loongarch
      "ERA: ",
  };
  return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
    return before.find(mark) != std::string_view::npos;
  });
}

// A heading after which the program counter comes first.
bool BeginsWithProgramCounter(std::string_view line) {
  return line.ends_with("Call trace:");  // arm64; x86 has "Call Trace:"
}

}  // namespace

std::string_view ReleaseIn(std::string_view line) {
  // "Tainted: G W O" is of letters and blanks; the release begins with a digit.
  std::size_t at = line.find("ainted");
  if (at == std::string_view::npos) return "";
  at = line.find_first_of("0123456789", at);
  const std::size_t end = line.find(" #", at);
  if (at == std::string_view::npos || end == std::string_view::npos) return "";
  const std::string_view release = line.substr(at, end - at);
  return release.find(' ') == std::string_view::npos ? release : "";
}

const std::vector<TracePlace>& TraceReader::Read(std::string_view line) {
  places_.clear();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  std::size_t at = 0;
  while (true) {
    const std::size_t from = places_.empty() ? 0 : places_.back().end;
    const std::size_t plus = line.find('+', at);
    if (plus == std::string_view::npos) break;
    std::optional<TracePlace> place = PlaceAround(line, from, plus);
    at = plus + 1;
    if (!place) continue;
    at = place->end;
    // The mark of the first place says nothing of later ones: arm prints
    // "PC is at f+0x1/0x2" and "LR is at g+0x1/0x2" on lines of their own.
    if (IsProgramCounter(line.substr(from, place->begin - from)) ||
        (is_first_of_trace_ && places_.empty()))
      place->kind = PlaceKind::kExact;
    places_.push_back(*place);
  }
  is_first_of_trace_ = BeginsWithProgramCounter(line);
  return places_;
}

}  // namespace dwreloc_tools
