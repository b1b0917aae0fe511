// output.cc - see output.h.
#include "common/output.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>

namespace dwreloc_tools {
namespace {

static_assert(Output::kBufferSize >= Output::kMaxReserve);

// "000102...ff": two digits per byte value.
constexpr auto kHexPairs = [] {
  std::array<char, 512> pairs{};
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kDigits[i >> 4];
    pairs[2 * i + 1] = kDigits[i & 15];
  }
  return pairs;
}();

// "000102...99".
constexpr auto kDecimalPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// The smallest number that needs more than so many digits: 0, 10, 100... 10^19.
constexpr auto kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) {
    power *= 10;
    powers[i] = power;
  }
  return powers;
}();

int DecimalDigits(std::uint64_t value) {
  // 1233 / 4096 is the logarithm of 2.
  const int about = (std::bit_width(value | 1) * 1233) >> 12;
  return about +
         (value >= kPowersOfTen[static_cast<std::size_t>(about)] || about == 0
              ? 1
              : 0);
}

// Ends the process like a command whose reader has closed the pipe.
[[noreturn]] void ReaderGone() {
  signal(SIGPIPE, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(SIGPIPE);
  _exit(1);
}

}  // namespace

char* PutHexDigits(char* p, std::uint64_t value, int digits) {
  const int needed = (std::bit_width(value | 1) + 3) / 4;
  const int length = std::max(needed, digits);
  // So that the first two digits are in the first byte.
  value <<= 64 - 4 * length;
  if constexpr (std::endian::native == std::endian::little)
    value = __builtin_bswap64(value);
  // All sixteen digits at once, a byte for each, without a branch.
  using Digits = signed char __attribute__((vector_size(16)));
  using Words = std::uint64_t __attribute__((vector_size(16)));
  constexpr std::uint64_t kLow = 0x0f0f0f0f0f0f0f0f;
  const Digits even = reinterpret_cast<Digits>(Words{value >> 4 & kLow, 0});
  const Digits odd = reinterpret_cast<Digits>(Words{value & kLow, 0});
  Digits text = __builtin_shufflevector(even, odd, 0, 16, 1, 17, 2, 18, 3, 19,
                                        4, 20, 5, 21, 6, 22, 7, 23);
  text += '0' + ((text > 9) & ('a' - '0' - 10));
  std::memcpy(p, &text, sizeof(text));
  return p + length;
}

char* PutDecimal(char* p, std::uint64_t value) {
  if (value < 10) {
    *p = static_cast<char>('0' + value);
    return p + 1;
  }
  char* const end = p + DecimalDigits(value);
  char* out = end;
  while (value >= 100) {
    out -= 2;
    std::memcpy(out, &kDecimalPairs[2 * (value % 100)], 2);
    value /= 100;
  }
  if (value >= 10)
    std::memcpy(out - 2, &kDecimalPairs[2 * value], 2);
  else
    out[-1] = static_cast<char>('0' + value);
  return end;
}

char* PutSigned(char* p, std::int64_t value) {
  if (value >= 0) return PutDecimal(p, static_cast<std::uint64_t>(value));
  *p = '-';
  return PutDecimal(p + 1, 0 - static_cast<std::uint64_t>(value));
}

char* PutLongDecimalRight(char* p, std::uint64_t value, std::size_t width) {
  // All blanks at once, then the digits from the right.
  static constexpr char kBlanks[] = "                ";
  constexpr std::size_t kMaxWidth = sizeof(kBlanks) - 1;
  if (width <= kMaxWidth && value < kPowersOfTen[width]) [[likely]] {
    std::memcpy(p, kBlanks, kMaxWidth);
    char* out = p + width;
    while (value >= 100) {
      out -= 2;
      std::memcpy(out, &kDecimalPairs[2 * (value % 100)], 2);
      value /= 100;
    }
    if (value >= 10) {
      std::memcpy(out - 2, &kDecimalPairs[2 * value], 2);
    } else {
      out[-1] = static_cast<char>('0' + value);
    }
    return p + width;
  }
  char digits[20];
  const std::size_t length =
      static_cast<std::size_t>(PutDecimal(digits, value) - digits);
  if (length < width) p = PutSpaces(p, width - length);
  return PutText(p, {digits, length});
}

void FileSink::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EPIPE) ReaderGone();
    fprintf(stderr, "%s: standard output: %s\n", program_, strerror(errno));
    _exit(1);
  }
}

Output::Output(Sink& sink)
    : sink_(sink),
      buffer_(new char[kBufferSize]),
      position_(buffer_.get()),
      end_(buffer_.get() + kBufferSize) {}

void Output::Flush() {
  const std::size_t size = static_cast<std::size_t>(position_ - buffer_.get());
  if (size == 0) return;
  sink_.WriteBuffer(buffer_, size);
  flushed_ += size;
  position_ = buffer_.get();
  end_ = position_ + kBufferSize;
}

void Output::Gathered(std::string_view text) {
  if (text.size() < kMaxReserve) {
    Text(text);
    return;
  }
  Flush();
  sink_.Write(text);
  flushed_ += text.size();
}

void Output::TextSlow(std::string_view text) {
  while (!text.empty()) {
    Reserve(1);
    const std::size_t length =
        std::min(text.size(), static_cast<std::size_t>(end_ - position_));
    position_ = PutText(position_, text.substr(0, length));
    text.remove_prefix(length);
  }
}

void Output::Spaces(std::size_t count) {
  while (count != 0) {
    const std::size_t length = std::min(count, kMaxReserve);
    position_ = PutSpaces(Reserve(length), length);
    count -= length;
  }
}

void Output::HexBytes(const std::uint8_t* bytes, std::size_t size,
                      char separator) {
  for (std::size_t i = 0; i < size; ++i) {
    char* p = Reserve(3);
    if (i != 0 && separator != '\0') *p++ = separator;
    std::memcpy(p, &kHexPairs[std::size_t{2} * bytes[i]], 2);
    position_ = p + 2;
  }
}

void Output::TextLeft(std::string_view text, std::size_t width) {
  Text(text);
  if (text.size() < width) Spaces(width - text.size());
}

}  // namespace dwreloc_tools
