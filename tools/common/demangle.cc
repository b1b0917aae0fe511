// demangle.cc - see demangle.h.
#include "common/demangle.h"

#include <cxxabi.h>
#ifdef DWRELOC_HAVE_RUST_DEMANGLE
#include <llvm/Demangle/Demangle.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>

namespace dwreloc_tools {
namespace {

struct Free {
  void operator()(char* text) const { std::free(text); }
};

// "core::fmt::write::h0123456789abcdef"
void RemoveRustHash(std::string& name) {
  constexpr std::string_view kStart = "::h";
  constexpr std::size_t kDigits = 16;
  if (name.size() < kStart.size() + kDigits) return;
  const std::size_t at = name.size() - kStart.size() - kDigits;
  const bool is_hash =
      name.compare(at, kStart.size(), kStart) == 0 &&
      std::all_of(name.end() - kDigits, name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      });
  if (is_hash) name.resize(at);
}

// Of version 0 of Rust's scheme (Rust RFC 2603).
bool IsRust(std::string_view name) { return name.starts_with("_R"); }

std::string DemangleRust(const std::string& name) {
#ifdef DWRELOC_HAVE_RUST_DEMANGLE
  const std::unique_ptr<char, Free> text(llvm::rustDemangle(name));
  if (text != nullptr) return text.get();
#endif
  return name;
}

std::string Demangle(const std::string& name) {
  if (IsRust(name)) return DemangleRust(name);
  int status = 0;
  const std::unique_ptr<char, Free> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status));
  if (text == nullptr || status != 0) return name;
  std::string result(text.get());
  RemoveRustHash(result);
  return result;
}

}  // namespace

std::string_view Demangler::operator()(std::string_view name) {
  // Without this, "i" would be "int": __cxa_demangle knows types, too.
  if (!name.starts_with("_Z") && !IsRust(name)) return name;
  std::string key(name);
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  std::string text = Demangle(key);
  return known_.emplace(std::move(key), std::move(text)).first->second;
}

}  // namespace dwreloc_tools
