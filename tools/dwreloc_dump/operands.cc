// operands.cc - see operands.h.
#include "operands.h"

#include <string_view>

#include "common/json.h"
#include "common/quote.h"

namespace dwreloc_tools {
namespace {

constexpr std::string_view kEncodings[] = {
    "none", "unsigned", "signed", "uleb128", "sleb128", "string", "bytes"};
constexpr std::string_view kRoles[] = {"number",   "address",  "address_index",
                                       "unit_die", "info_die", "distance"};

std::string_view StringOf(const Dwreloc_Operand& operand,
                          const std::uint8_t* bytes) {
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(operand.size) - 1};
}

bool IsSigned(const Dwreloc_Operand& operand) {
  return operand.value.kind == DWRELOC_CONSTANT &&
         (operand.encoding == DWRELOC_OPERAND_SIGNED ||
          operand.encoding == DWRELOC_OPERAND_SLEB128);
}

bool IsPlainNumber(const Dwreloc_Operand& operand) {
  return operand.value.kind == DWRELOC_CONSTANT &&
         operand.role != DWRELOC_ROLE_ADDRESS;
}

}  // namespace

void OperandText(Output& out, Values& values, const Dwreloc_Operand& operand,
                 const std::uint8_t* bytes, std::uint32_t section) {
  if (operand.encoding == DWRELOC_OPERAND_STRING) {
    out.Char('"');
    AppendEscaped(out, StringOf(operand, bytes));
    out.Char('"');
  } else if (operand.encoding == DWRELOC_OPERAND_BYTES) {
    out.Char('<');
    out.HexBytes(bytes, static_cast<std::size_t>(operand.size), ' ');
    out.Char('>');
  } else if (IsSigned(operand)) {
    out.Signed(static_cast<std::int64_t>(operand.value.value));
  } else if (IsPlainNumber(operand)) {
    out.Decimal(operand.value.value);
  } else {
    values.Text(operand.value, {section, operand.offset});
  }
}

void OperandJson(Output& out, Values& values, const Dwreloc_Operand& operand,
                 const std::uint8_t* bytes, std::uint32_t section) {
  JsonObject json(out);
  json.Name("encoding", kEncodings[operand.encoding]);
  json.Name("role", kRoles[operand.role]);
  json.Number("offset", operand.offset);
  json.Number("size", operand.size);
  if (operand.encoding == DWRELOC_OPERAND_STRING) {
    json.String("string", "string_hex", StringOf(operand, bytes));
  } else if (operand.encoding == DWRELOC_OPERAND_BYTES) {
    json.Bytes("bytes", bytes, static_cast<std::size_t>(operand.size));
  } else {
    json.Key("value");
    values.Json(operand.value, {section, operand.offset});
    json.Bool("has_record", operand.value.has_record != 0);
  }
  json.End();
}

}  // namespace dwreloc_tools
