// Errors of the library: an absl::Status that carries a code and a place.
//
// Every failure names the fact (text) and, where there is one, the section and
// offset.  The file's name is added in the C API, the only layer that knows it.
// ErrorCode equals Dwreloc_Error_Code of dwreloc.h; capi/ asserts that.
// Tested by tests/unit/base/status_test.cc.

#ifndef LIBDWRELOC_BASE_STATUS_H_
#define LIBDWRELOC_BASE_STATUS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dwreloc::internal {

enum class ErrorCode : uint8_t {  // the C API's codes, negated
  kOk = 0,
  kInvalidArgument = 1,
  kNoMemory = 2,
  kSystem = 3,
  kNotElf = 4,
  kBadElf = 5,
  kBadDwarf = 6,
  kTruncated = 7,
  kUnsupported = 8,
  kNotFound = 9,
  kWrongForm = 10,
  kNeedsRelocation = 11,
  kSectionAbsent = 12,
  kSymbolAbsent = 13,
  kRelocType = 14,
  kBadReloc = 15,
  kRange = 16,
  kTwoRelocatable = 17,
  kCallback = 18,
  kRecursion = 19,
  kNotNumeric = 20,
  kUnknownBase = 21,
  kNoSkeleton = 22,
};

inline constexpr uint32_t kNoSection = UINT32_MAX;
inline constexpr uint32_t kNoSymbol = UINT32_MAX;
inline constexpr uint64_t kNoOffset = UINT64_MAX;

// The place and cause of an error, in addition to its text.
struct ErrorDetail {
  ErrorCode code = ErrorCode::kOk;
  uint32_t section = kNoSection;
  uint64_t offset = kNoOffset;
  uint32_t reloc_type = 0;
  uint32_t symbol = kNoSymbol;
  int system_error = 0;
};

// Returns a short text for a code, e.g.  "value requires relocation".
const char* ErrorText(ErrorCode code);

absl::Status MakeError(const ErrorDetail& detail, std::string_view text);
absl::Status MakeError(ErrorCode code, std::string_view text);
absl::Status MakeError(ErrorCode code, uint32_t section, uint64_t offset,
                       std::string_view text);
// ENOMEM becomes std::bad_alloc instead of a status (base/no_memory.h).
absl::Status SystemError(int system_error, std::string_view text);
// The failure of the datum at that place; the text is prefixed with "what: ".
absl::Status FailureOf(std::string_view what, uint32_t section, uint64_t offset,
                       const absl::Status& why);

// The same failure, at that place unless it tells one.
absl::Status PlacedStatus(const absl::Status& status, uint32_t section,
                          uint64_t offset);

// Returns the detail of a status made by MakeError; kOk for an OK status.
ErrorDetail GetDetail(const absl::Status& status);

}  // namespace dwreloc::internal

#define DWRELOC_CONCAT_(a, b) a##b
#define DWRELOC_CONCAT(a, b) DWRELOC_CONCAT_(a, b)

// Returns the status of `expression` from the function if it is an error.
#define DWRELOC_RETURN_IF_ERROR(expression) \
  do {                                      \
    absl::Status status_ = (expression);    \
    if (!status_.ok()) [[unlikely]]         \
      return status_;                       \
  } while (false)

// Declares or sets `target` from a StatusOr, or returns its error.
// NOLINTBEGIN(bugprone-macro-parentheses): `target` may be a declaration.
#define DWRELOC_ASSIGN_OR_RETURN(target, expression)                   \
  DWRELOC_ASSIGN_OR_RETURN_(DWRELOC_CONCAT(result_, __LINE__), target, \
                            expression)
#define DWRELOC_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                                 \
  if (!result.ok()) [[unlikely]]                              \
    return std::move(result).status();                        \
  target = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // LIBDWRELOC_BASE_STATUS_H_
