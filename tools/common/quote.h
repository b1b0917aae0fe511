// quote.h - strings of the input, made safe for a terminal or for JSON.
//
// Names in ELF and DWARF are bytes; nothing guarantees that they are UTF-8, or
// that they contain no escape sequences.  Text output escapes what a terminal
// must not receive; JSON output is always valid UTF-8.  Eight bytes are
// examined at a time, because nearly all strings need no change.  Tested by
// tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_COMMON_QUOTE_H_
#define DWRELOC_TOOLS_COMMON_QUOTE_H_

#include <string>
#include <string_view>

#include "common/output.h"

namespace dwreloc_tools {

// The string without quotes.  Control characters, quotes, backslashes and
// bytes that are not UTF-8 become \n, \t, \", \\ or \xNN.
void AppendEscaped(Output& out, std::string_view text);

// A JSON string with its quotes.  Each byte that is not part of valid UTF-8
// becomes U+FFFD; returns false if there was one.
bool AppendJsonString(Output& out, std::string_view text);

// The same into strings, for text that is rendered once and printed often.
std::string Escaped(std::string_view text);
std::string JsonString(std::string_view text);

bool IsUtf8(std::string_view text);
// Two hexadecimal digits per byte.
std::string HexString(std::string_view bytes);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_QUOTE_H_
