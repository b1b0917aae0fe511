// quote.cc - see quote.h.
#include "common/quote.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace dwreloc_tools {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

// Sets the high bit of the lowest byte equal to `c` (those above it may be set
// too).
constexpr std::uint64_t Equal(std::uint64_t word, unsigned char c) {
  const std::uint64_t difference = word ^ (kOnes * c);
  return (difference - kOnes) & ~difference & kHighs;
}

// High bits of bytes that cannot be copied as they are: control characters,
// DEL, quote, backslash, and everything that is not ASCII.
constexpr std::uint64_t Special(std::uint64_t word) {
  const std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
  return ((below_space | word) & kHighs) | Equal(word, '"') |
         Equal(word, '\\') | Equal(word, 0x7f);
}

constexpr bool IsSpecial(unsigned char c) {
  return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

// The first byte from `i` on that is special, or the size.
std::size_t PlainEnd(std::string_view text, std::size_t i) {
  if constexpr (std::endian::native == std::endian::little) {
    while (i + 8 <= text.size()) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      const std::uint64_t special = Special(word);
      if (special != 0)
        return i + static_cast<std::size_t>(std::countr_zero(special)) / 8;
      i += 8;
    }
  }
  while (i < text.size() && !IsSpecial(static_cast<unsigned char>(text[i])))
    ++i;
  return i;
}

// Length of the well-formed UTF-8 sequence at `i` (Unicode table 3-7: no
// overlong forms, no surrogates, nothing above U+10FFFF), or 0.
std::size_t Utf8Length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  const auto continues = [&](std::size_t at) {
    return (byte(at) & 0xc0) == 0x80;
  };
  const unsigned first = byte(i);
  const unsigned second = byte(i + 1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(i + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && continues(i + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && continues(i + 2) &&
                   continues(i + 3)
               ? 4
               : 0;
  }
  return 0;
}

char HexDigit(unsigned value) { return "0123456789abcdef"[value & 15]; }

// `Sink` has Text and Char.
template <typename Sink>
void EscapeText(Sink& out, std::string_view text) {
  std::size_t i = 0;
  for (;;) {
    const std::size_t end = PlainEnd(text, i);
    if (end != i) out.Text(text.substr(i, end - i));
    if (end == text.size()) return;
    i = end;
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 0 : Utf8Length(text, i);
    // U+0080 to U+009F are control characters.
    const bool is_c1 = c == 0xc2 && length == 2 &&
                       static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (length != 0 && !is_c1) {
      out.Text(text.substr(i, length));
      i += length;
      continue;
    }
    out.Char('\\');
    if (c == '\n') {
      out.Char('n');
    } else if (c == '\t') {
      out.Char('t');
    } else if (c == '"' || c == '\\') {
      out.Char(static_cast<char>(c));
    } else {
      out.Char('x');
      out.Char(HexDigit(c >> 4));
      out.Char(HexDigit(c));
    }
    ++i;
  }
}

template <typename Sink>
bool QuoteJson(Sink& out, std::string_view text) {
  bool valid = true;
  out.Char('"');
  std::size_t i = 0;
  for (;;) {
    const std::size_t end = PlainEnd(text, i);
    if (end != i) out.Text(text.substr(i, end - i));
    if (end == text.size()) break;
    i = end;
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80 || c == 0x7f) {
      const std::size_t length = Utf8Length(text, i);
      if (length == 0) {
        valid = false;
        out.Text("\xef\xbf\xbd");
        ++i;
      } else {
        out.Text(text.substr(i, length));
        i += length;
      }
      continue;
    }
    out.Char('\\');
    switch (c) {
      case '"':
      case '\\':
        out.Char(static_cast<char>(c));
        break;
      case '\n':
        out.Char('n');
        break;
      case '\t':
        out.Char('t');
        break;
      default:
        out.Text("u00");
        out.Char(HexDigit(c >> 4));
        out.Char(HexDigit(c));
    }
    ++i;
  }
  out.Char('"');
  return valid;
}

struct StringSink {
  std::string string;
  void Text(std::string_view text) { string.append(text); }
  void Char(char c) { string.push_back(c); }
};

}  // namespace

void AppendEscaped(Output& out, std::string_view text) {
  EscapeText(out, text);
}

bool AppendJsonString(Output& out, std::string_view text) {
  return QuoteJson(out, text);
}

std::string Escaped(std::string_view text) {
  StringSink sink;
  EscapeText(sink, text);
  return std::move(sink.string);
}

std::string JsonString(std::string_view text) {
  StringSink sink;
  QuoteJson(sink, text);
  return std::move(sink.string);
}

bool IsUtf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = Utf8Length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string HexString(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += HexDigit(static_cast<unsigned char>(c) >> 4);
    hex += HexDigit(static_cast<unsigned char>(c));
  }
  return hex;
}

}  // namespace dwreloc_tools
