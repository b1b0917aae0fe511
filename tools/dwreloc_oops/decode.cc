// decode.cc - see decode.h.
#include "dwreloc_oops/decode.h"

#include <cstdint>
#include <optional>

namespace dwreloc_tools {
namespace {

// Are they several names of one place?
bool AreAliases(const std::vector<dwreloc::Symbol>& symbols) {
  for (const dwreloc::Symbol& symbol : symbols) {
    if (symbol.value() != symbols.front().value() ||
        symbol.section() != symbols.front().section())
      return false;
  }
  return true;
}

}  // namespace

void Decoder::Decode(const TracePlace& place, Decoded* decoded) {
  decoded->answer.place.reset();
  decoded->answer.symbol.reset();
  decoded->answer.frames.clear();
  decoded->note.clear();
  const std::optional<dwreloc::FileView> file =
      files_.Find(place.module, place.build_id, &decoded->note);
  decoded->is_about_file = !file;
  if (!file) return;
  name_ = place.symbol;
  const NamedSymbols named = FindSymbols(*file, name_.c_str(), place.size);
  if (named.symbols.empty()) {
    decoded->note =
        named.has_others
            ? "symbol " + name_ + " has another size in " + file->info().name
            : "no symbol " + name_ + " in " + file->info().name;
    return;
  }
  if (!AreAliases(named.symbols)) {
    decoded->note = std::to_string(named.symbols.size()) +
                    " functions have that name" +
                    (place.size ? " and size" : "") + "; this is the first";
  }
  // The call is the instruction before the one that is returned to.  It may be
  // the last one of the function: the offset is its size, then.
  std::uint64_t offset = place.offset;
  if (place.kind == PlaceKind::kReturn && offset != 0) --offset;
  candidates_.assign(1, file->ValueOf(named.symbols.front().index(),
                                      static_cast<std::int64_t>(offset)));
  errors_.clear();
  AnswerPlace(*file, candidates_, SymbolUse::kIfNeeded, &decoded->answer,
              &errors_);
  if (!errors_.empty()) {
    decoded->note = errors_.front().what();
  } else if (decoded->answer.frames.empty()) {
    decoded->note = std::string(file->info().name) + " has no DWARF for it";
  }
}

}  // namespace dwreloc_tools
