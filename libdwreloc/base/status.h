// Errors of the library: an absl::Status that carries a code and a place.
//
// Every failure names the fact (text), and where it has one the section and
// offset.  The file's name is added at the C API, by the only layer that knows
// it.  ErrorCode equals Dwreloc_Error_Code of dwreloc.h; capi/ asserts that.
// Tested by tests/unit/base/status_test.cc.

#ifndef LIBDWRELOC_BASE_STATUS_H_
#define LIBDWRELOC_BASE_STATUS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dwreloc::internal {

enum class ErrorCode : uint8_t {  // minus the C API's codes
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

// Where and why, beside the text.
struct ErrorDetail {
  ErrorCode code = ErrorCode::kOk;
  uint32_t section = kNoSection;
  uint64_t offset = kNoOffset;
  uint32_t reloc_type = 0;
  uint32_t symbol = kNoSymbol;
  int system_error = 0;
};

// A short text for a code, e.g. "value requires relocation".
const char* ErrorText(ErrorCode code);

absl::Status MakeError(const ErrorDetail& detail, std::string_view text);
absl::Status MakeError(ErrorCode code, std::string_view text);
absl::Status MakeError(ErrorCode code, uint32_t section, uint64_t offset,
                       std::string_view text);
// ENOMEM is no error but std::bad_alloc (base/no_memory.h).
absl::Status SystemError(int system_error, std::string_view text);
// The failure of the datum at that place: "what: " before the text.
absl::Status FailureOf(std::string_view what, uint32_t section, uint64_t offset,
                       const absl::Status& why);

// The detail of a status made by MakeError; kOk for an OK status.
ErrorDetail GetDetail(const absl::Status& status);

}  // namespace dwreloc::internal

#define DWRELOC_CONCAT_(a, b) a##b
#define DWRELOC_CONCAT(a, b) DWRELOC_CONCAT_(a, b)

// Leaves the function with the status of `expression` if it is an error.
#define DWRELOC_RETURN_IF_ERROR(expression) \
  do {                                      \
    absl::Status status_ = (expression);    \
    if (!status_.ok()) [[unlikely]]         \
      return status_;                       \
  } while (false)

// Declares or sets `target` from a StatusOr, or leaves with its error.
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
