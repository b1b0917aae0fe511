// output.h - a buffer in front of standard output, and the functions that write
// numbers and text into it.
//
// The programs print hundreds of megabytes: a stream or format call per value
// would cost more than reading the DWARF.  Hot code reserves space once, writes
// through a plain char pointer with the Put functions, and commits; all other
// code uses the checked members.  Tested through tests/cli.
#ifndef DWRELOC_TOOLS_COMMON_OUTPUT_H_
#define DWRELOC_TOOLS_COMMON_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace dwreloc_tools {

// Each Put writes at `p`, where the caller has reserved space, and returns the
// new end.

inline char* PutText(char* p, std::string_view text) {
  // An empty text may have no address, which memcpy does not accept.
  return p + text.copy(p, text.size());
}

// At least `digits` (up to 16) hexadecimal digits, more if the value needs
// them.  Always overwrites 16 bytes.
char* PutHexDigits(char* p, std::uint64_t value, int digits);

// "0x" and PutHexDigits.  Always overwrites 18 bytes.
inline char* PutHex(char* p, std::uint64_t value, int digits = 1) {
  *p++ = '0';
  *p++ = 'x';
  return PutHexDigits(p, value, digits);
}

// Up to 20 bytes.
char* PutDecimal(char* p, std::uint64_t value);
char* PutSigned(char* p, std::int64_t value);
// Right-aligned in at least `width` columns; up to max(width, 20) bytes.
char* PutLongDecimalRight(char* p, std::uint64_t value, std::size_t width);
inline char* PutDecimalRight(char* p, std::uint64_t value, std::size_t width) {
  // Most columns of a line table hold one digit: all blanks at once, then the
  // digit.
  static constexpr char kBlanks[] = "                ";
  constexpr std::size_t kMaxWidth = sizeof(kBlanks) - 1;
  if (value >= 10 || width - 1 >= kMaxWidth) [[unlikely]]
    return PutLongDecimalRight(p, value, width);
  std::memcpy(p, kBlanks, kMaxWidth);
  p[width - 1] = static_cast<char>('0' + value);
  return p + width;
}

inline char* PutSpaces(char* p, std::size_t count) {
  std::memset(p, ' ', count);
  return p + count;
}

// Blanks after `used` columns up to `width` of them, at most kMaxPadding; that
// many bytes may be overwritten.
inline constexpr std::size_t kMaxPadding = 32;
inline char* PutPadding(char* p, std::size_t used, std::size_t width) {
  if (used >= width) return p;
  static constexpr char kBlanks[] = "                                ";
  static_assert(sizeof(kBlanks) == kMaxPadding + 1);
  std::memcpy(p, kBlanks, kMaxPadding);
  return p + (width - used);
}

// Of Output::kBufferSize bytes.
using Buffer = std::unique_ptr<char[]>;

// Where an Output writes the text that it has collected.
class Sink {
 public:
  virtual void Write(std::string_view text) = 0;
  // The same for the first `size` bytes of a buffer, which it may replace by
  // another one.
  virtual void WriteBuffer(Buffer& buffer, std::size_t size) {
    Write({buffer.get(), size});
  }

 protected:
  ~Sink() = default;
};

// Writes to a file.  Ends the process if that fails: silently for a closed
// pipe, with a message and status 1 otherwise.
class FileSink final : public Sink {
 public:
  // `program`: its name, for messages; a literal.
  FileSink(int fd, const char* program) : fd_(fd), program_(program) {}
  void Write(std::string_view text) override;

 private:
  const int fd_;
  const char* const program_;
};

// Thread-safety: one thread.
class Output {
 public:
  // Small enough to stay in the second-level cache until it is written.
  static constexpr std::size_t kBufferSize = 256 << 10;
  // The most that Reserve can provide.
  static constexpr std::size_t kMaxReserve = 64 << 10;

  explicit Output(Sink& sink);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Reserves `size` bytes at the pointer that it returns; Commit says how much
  // of them was used.  Nothing else may be written in between.
  char* Reserve(std::size_t size) {
    if (static_cast<std::size_t>(end_ - position_) < size) [[unlikely]]
      Flush();
    return position_;
  }
  void Commit(char* position) { position_ = position; }

  void Text(std::string_view text) {
    if (static_cast<std::size_t>(end_ - position_) < text.size()) [[unlikely]] {
      TextSlow(text);
      return;
    }
    position_ = PutText(position_, text);
  }
  void Char(char c) {
    Reserve(1);
    *position_++ = c;
  }
  void Hex(std::uint64_t value, int digits = 1) {
    position_ = PutHex(Reserve(18), value, digits);
  }
  void Decimal(std::uint64_t value) {
    position_ = PutDecimal(Reserve(20), value);
  }
  void Signed(std::int64_t value) { position_ = PutSigned(Reserve(21), value); }
  void Spaces(std::size_t count);
  // Two hexadecimal digits per byte, `separator` between bytes if not NUL.
  void HexBytes(const std::uint8_t* bytes, std::size_t size,
                char separator = '\0');
  // Aligned in at least `width` columns, at most 1000.
  void DecimalRight(std::uint64_t value, std::size_t width) {
    position_ = PutDecimalRight(Reserve(width + 20), value, width);
  }
  void TextLeft(std::string_view text, std::size_t width);
  // Text that another Output has collected: most of it bypasses the buffer.
  void Gathered(std::string_view text);

  // Bytes printed so far, for columns after a text of unknown width.
  std::uint64_t written() const {
    return flushed_ + static_cast<std::uint64_t>(position_ - buffer_.get());
  }

  // Passes everything to the sink.
  void Flush();

 private:
  void TextSlow(std::string_view text);

  Sink& sink_;
  Buffer buffer_;
  char* position_;
  char* end_;
  std::uint64_t flushed_ = 0;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_OUTPUT_H_
