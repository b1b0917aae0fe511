#include "base/status.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/strings/cord.h"
#include "base/no_memory.h"

namespace dwreloc::internal {
namespace {

constexpr char kPayloadUrl[] = "libdwreloc/ErrorDetail";

// The payload of a status: an ErrorDetail without padding, whose bytes would
// make equal failures differ.
struct Payload {
  uint64_t offset;
  uint32_t section;
  uint32_t reloc_type;
  uint32_t symbol;
  int32_t system_error;
  uint64_t code;
};
static_assert(std::has_unique_object_representations_v<Payload>);

// The nearest canonical code; only absl's own printing shows it.
absl::StatusCode CanonicalCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return absl::StatusCode::kOk;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kWrongForm:
      return absl::StatusCode::kInvalidArgument;
    case ErrorCode::kNoMemory:
      return absl::StatusCode::kResourceExhausted;
    case ErrorCode::kNotFound:
      return absl::StatusCode::kNotFound;
    case ErrorCode::kUnsupported:
    case ErrorCode::kRelocType:
      return absl::StatusCode::kUnimplemented;
    case ErrorCode::kNeedsRelocation:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kDataLoss;
  }
}

}  // namespace

const char* ErrorText(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return "no error";
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kNoMemory:
      return "out of memory";
    case ErrorCode::kSystem:
      return "system call failed";
    case ErrorCode::kNotElf:
      return "not an ELF file";
    case ErrorCode::kBadElf:
      return "invalid ELF file";
    case ErrorCode::kBadDwarf:
      return "invalid DWARF";
    case ErrorCode::kTruncated:
      return "data is truncated";
    case ErrorCode::kUnsupported:
      return "not supported";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kWrongForm:
      return "attribute is of another class";
    case ErrorCode::kNeedsRelocation:
      return "value requires relocation";
    case ErrorCode::kSectionAbsent:
      return "section is not loaded";
    case ErrorCode::kSymbolAbsent:
      return "symbol does not exist";
    case ErrorCode::kRelocType:
      return "unsupported relocation type";
    case ErrorCode::kBadReloc:
      return "invalid relocation record";
    case ErrorCode::kRange:
      return "relocated value does not fit its field";
    case ErrorCode::kTwoRelocatable:
      return "base and offset are both relocatable";
    case ErrorCode::kCallback:
      return "callback failed";
    case ErrorCode::kRecursion:
      return "callback asked for its own answer";
    case ErrorCode::kNotNumeric:
      return "value is not an address";
    case ErrorCode::kUnknownBase:
      return "unknown base";
    case ErrorCode::kNoSkeleton:
      return "it is in the skeleton of this split unit, which is not known";
  }
  return "unknown error";
}

absl::Status MakeError(const ErrorDetail& detail, std::string_view text) {
  absl::Status status(CanonicalCode(detail.code),
                      absl::string_view(text.data(), text.size()));
  const Payload payload = {.offset = detail.offset,
                           .section = detail.section,
                           .reloc_type = detail.reloc_type,
                           .symbol = detail.symbol,
                           .system_error = detail.system_error,
                           .code = static_cast<uint64_t>(detail.code)};
  status.SetPayload(kPayloadUrl, absl::Cord(absl::string_view(
                                     reinterpret_cast<const char*>(&payload),
                                     sizeof(payload))));
  return status;
}

absl::Status MakeError(ErrorCode code, std::string_view text) {
  return MakeError(ErrorDetail{.code = code}, text);
}

absl::Status MakeError(ErrorCode code, uint32_t section, uint64_t offset,
                       std::string_view text) {
  return MakeError(
      ErrorDetail{.code = code, .section = section, .offset = offset}, text);
}

absl::Status SystemError(int system_error, std::string_view text) {
  if (system_error == ENOMEM) OutOfMemory();
  std::string message(text);
  message += ": ";
  char buffer[128] = "";
  message += strerror_r(system_error, buffer, sizeof(buffer));
  return MakeError(
      ErrorDetail{.code = ErrorCode::kSystem, .system_error = system_error},
      message);
}

absl::Status FailureOf(std::string_view what, uint32_t section, uint64_t offset,
                       const absl::Status& why) {
  ErrorDetail detail = GetDetail(why);
  detail.section = section;
  detail.offset = offset;
  std::string text(what);
  text += ": ";
  text += std::string_view(why.message().data(), why.message().size());
  return MakeError(detail, text);
}

absl::Status PlacedStatus(const absl::Status& status, uint32_t section,
                          uint64_t offset) {
  if (status.ok()) return status;
  ErrorDetail detail = GetDetail(status);
  if (detail.section != kNoSection) return status;
  detail.section = section;
  detail.offset = offset;
  return MakeError(detail, {status.message().data(), status.message().size()});
}

ErrorDetail GetDetail(const absl::Status& status) {
  ErrorDetail detail;
  if (status.ok()) return detail;
  detail.code = ErrorCode::kBadDwarf;
  const absl::optional<absl::Cord> stored = status.GetPayload(kPayloadUrl);
  Payload payload;
  if (stored.has_value() && stored->size() == sizeof(payload)) {
    const std::string bytes(*stored);
    std::memcpy(&payload, bytes.data(), sizeof(payload));
    detail = {.code = static_cast<ErrorCode>(payload.code),
              .section = payload.section,
              .offset = payload.offset,
              .reloc_type = payload.reloc_type,
              .symbol = payload.symbol,
              .system_error = payload.system_error};
  }
  return detail;
}

}  // namespace dwreloc::internal
