// attributes.cc - see attributes.h; the part that text and JSON share.
#include "attributes.h"

namespace dwreloc_tools {

bool Attributes::GetExpression(const Dwreloc_Attribute& attribute,
                               Dwreloc_Expression* expression) const {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (dwreloc_formblock(&attribute, &bytes, &size) < 0) return false;
  *expression = {};
  expression->unit = attribute.unit;
  expression->bytes = bytes;
  expression->size = size;
  expression->offset = attribute.data;
  expression->section = unit_.section;
  return true;
}

void Attributes::HexData16(const Dwreloc_Attribute& attribute, char separator) {
  // value is the low half and data the high one, in either byte order.
  std::uint8_t bytes[16];
  for (int i = 0; i < 16; ++i) {
    const std::uint64_t half = i < 8 ? attribute.value : attribute.data;
    bytes[big_endian_ ? 15 - i : i] =
        static_cast<std::uint8_t>(half >> (8 * (i % 8)));
  }
  out_.HexBytes(bytes, sizeof(bytes), separator);
}

}  // namespace dwreloc_tools
