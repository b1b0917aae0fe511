#include "support/assembler.h"

namespace dwreloc::internal {

std::vector<uint8_t> Zeros(size_t count) { return std::vector<uint8_t>(count); }

void Assembler::Store(std::vector<uint8_t>& bytes, uint64_t offset, int width,
                      uint64_t value) const {
  for (int i = 0; i < width; ++i) {
    const int byte = target_.order == ByteOrder::kLittle ? i : width - 1 - i;
    bytes[offset + static_cast<uint64_t>(i)] =
        static_cast<uint8_t>(byte < 8 ? value >> (8 * byte) : 0);
  }
}

Assembler& Assembler::Number(uint64_t value, int width) {
  const uint64_t at = offset();
  bytes_.resize(at + static_cast<uint64_t>(width));
  Store(bytes_, at, width, value);
  return *this;
}

Assembler& Assembler::Uleb(uint64_t value) {
  do {
    const uint8_t more = value > 0x7f ? 0x80 : 0;
    bytes_.push_back(static_cast<uint8_t>(value & 0x7f) | more);
    value >>= 7;
  } while (value != 0);
  return *this;
}

Assembler& Assembler::UlebPadded(uint64_t value, int width) {
  for (int i = 0; i < width; ++i) {
    const uint8_t more = i + 1 < width ? 0x80 : 0;
    bytes_.push_back(static_cast<uint8_t>(value & 0x7f) | more);
    value >>= 7;
  }
  return *this;
}

Assembler& Assembler::Sleb(int64_t value) {
  while (true) {
    const uint8_t bits = value & 0x7f;
    value >>= 7;
    const bool done = value == ((bits & 0x40) != 0 ? -1 : 0);
    bytes_.push_back(static_cast<uint8_t>(bits | (done ? 0 : 0x80)));
    if (done) return *this;
  }
}

Assembler& Assembler::String(std::string_view text) {
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  bytes_.push_back(0);
  return *this;
}

Assembler& Assembler::Raw(std::initializer_list<uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

Assembler& Assembler::Raw(Bytes bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

Assembler& Assembler::Zeros(uint64_t count) {
  bytes_.resize(bytes_.size() + count);
  return *this;
}

Assembler& Assembler::Align(uint64_t alignment) {
  while (bytes_.size() % alignment != 0) bytes_.push_back(0);
  return *this;
}

Assembler& Assembler::Reloc(int width, uint32_t type, uint32_t symbol,
                            int64_t addend) {
  relocs_.push_back({.offset = offset(),
                     .type = type,
                     .symbol = symbol,
                     .addend = target_.is_rela ? addend : 0});
  return Number(target_.is_rela ? target_.rela_fill * 0x0101010101010101u
                                : static_cast<uint64_t>(addend),
                width);
}

Label Assembler::Forward() {
  labels_.push_back(0);
  return Label{static_cast<uint32_t>(labels_.size() - 1)};
}

Label Assembler::Here() {
  const Label label = Forward();
  Bind(label);
  return label;
}

Assembler& Assembler::Bind(Label label) {
  labels_[label.id] = offset();
  return *this;
}

Assembler& Assembler::Delta(int width, Label from, Label to) {
  fixups_.push_back({offset(), width, from, to});
  return Number(0, width);
}

Assembler& Assembler::Length(Format format, const std::function<void()>& body) {
  if (format == Format::kDwarf64) U32(0xffffffff);
  return LengthOf(static_cast<int>(format), body);
}

Assembler& Assembler::LengthOf(int width, const std::function<void()>& body) {
  const uint64_t at = offset();
  Number(0, width);
  body();
  Store(bytes_, at, width, offset() - at - static_cast<uint64_t>(width));
  return *this;
}

Assembler& Assembler::Block(const std::function<void(Assembler&)>& body) {
  Assembler block(target_);
  body(block);
  return Uleb(block.offset()).Append(block);
}

Assembler& Assembler::Append(const Assembler& other) {
  const uint64_t base = offset();
  Raw(other.bytes());
  for (ElfReloc reloc : other.relocs_) {
    reloc.offset += base;
    relocs_.push_back(reloc);
  }
  return *this;
}

std::vector<uint8_t> Assembler::bytes() const {
  std::vector<uint8_t> bytes = bytes_;
  for (const Fixup& fixup : fixups_) {
    Store(bytes, fixup.offset, fixup.width,
          labels_[fixup.to.id] - labels_[fixup.from.id]);
  }
  return bytes;
}

}  // namespace dwreloc::internal
