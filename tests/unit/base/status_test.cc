// Tests of base/status: a code and a place survive the trip through an
// absl::Status.

#include "base/status.h"

#include <errno.h>

#include <cstring>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

using ::testing::HasSubstr;

std::string Text(const absl::Status& status) {
  return std::string(status.message());
}

TEST(StatusTest, DetailSurvives) {
  const ErrorDetail detail = {.code = ErrorCode::kBadReloc,
                              .section = 7,
                              .offset = uint64_t{1} << 40,
                              .reloc_type = 42,
                              .symbol = 3};
  const absl::Status status = MakeError(detail, "no such symbol");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(Text(status), "no such symbol");
  const ErrorDetail got = GetDetail(status);
  EXPECT_EQ(got.code, ErrorCode::kBadReloc);
  EXPECT_EQ(got.section, 7u);
  EXPECT_EQ(got.offset, uint64_t{1} << 40);
  EXPECT_EQ(got.reloc_type, 42u);
  EXPECT_EQ(got.symbol, 3u);
}

TEST(StatusTest, DetailOfOkIsOk) {
  EXPECT_EQ(GetDetail(absl::OkStatus()).code, ErrorCode::kOk);
}

TEST(StatusTest, StatusOfSomebodyElseHasNoPlace) {
  const ErrorDetail detail = GetDetail(absl::InternalError("not ours"));
  EXPECT_NE(detail.code, ErrorCode::kOk);
  EXPECT_EQ(detail.section, kNoSection);
  EXPECT_EQ(detail.offset, kNoOffset);
}

TEST(StatusTest, EveryCodeIsAnErrorAndHasItsText) {
  std::set<std::string> texts;
  for (int code = 1; code <= static_cast<int>(ErrorCode::kNoSkeleton); ++code) {
    const ErrorCode error = static_cast<ErrorCode>(code);
    EXPECT_FALSE(MakeError(error, "x").ok()) << code;
    EXPECT_EQ(GetDetail(MakeError(error, "x")).code, error);
    EXPECT_TRUE(texts.insert(ErrorText(error)).second) << ErrorText(error);
  }
  EXPECT_EQ(texts.count("unknown error"), 0u);
  EXPECT_STREQ(ErrorText(static_cast<ErrorCode>(200)), "unknown error");
}

TEST(StatusTest, SystemErrorSaysErrno) {
  const absl::Status status = SystemError(ENOENT, "cannot open");
  EXPECT_EQ(GetDetail(status).code, ErrorCode::kSystem);
  EXPECT_EQ(GetDetail(status).system_error, ENOENT);
  EXPECT_THAT(Text(status), HasSubstr("cannot open: "));
  EXPECT_THAT(Text(status), HasSubstr("No such file"));
}

absl::Status Check(const absl::Status& status, int* after) {
  DWRELOC_RETURN_IF_ERROR(status);
  ++*after;
  return absl::OkStatus();
}

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return MakeError(ErrorCode::kRange, "odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  DWRELOC_ASSIGN_OR_RETURN(const int half, Half(value));
  int quarter = 0;
  DWRELOC_ASSIGN_OR_RETURN(quarter, Half(half));
  return quarter;
}

TEST(StatusTest, MacrosLeaveWithTheErrorAndGoOnWithoutOne) {
  int after = 0;
  EXPECT_TRUE(Check(absl::OkStatus(), &after).ok());
  EXPECT_EQ(after, 1);
  EXPECT_FALSE(Check(MakeError(ErrorCode::kRange, "x"), &after).ok());
  EXPECT_EQ(after, 1);
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(GetDetail(Quarter(6).status()).code, ErrorCode::kRange);
  EXPECT_EQ(GetDetail(Quarter(7).status()).code, ErrorCode::kRange);
}

TEST(StatusTest, PlacesOnlyWhatHasNoPlace) {
  EXPECT_TRUE(PlacedStatus(absl::OkStatus(), 3, 4).ok());
  const absl::Status placed = PlacedStatus(
      MakeError({.code = ErrorCode::kRange, .symbol = 7}, "x"), 3, 4);
  EXPECT_EQ(placed.message(), "x");
  EXPECT_EQ(GetDetail(placed).code, ErrorCode::kRange);
  EXPECT_EQ(GetDetail(placed).symbol, 7u);
  EXPECT_EQ(GetDetail(placed).section, 3u);
  EXPECT_EQ(GetDetail(placed).offset, 4u);
  EXPECT_EQ(GetDetail(PlacedStatus(placed, 5, 6)).section, 3u);
}

// The padding of a detail may hold anything.
TEST(StatusTest, EqualFailuresAreEqualStatuses) {
  alignas(ErrorDetail) unsigned char storage[2][sizeof(ErrorDetail)];
  std::memset(storage[0], 0x00, sizeof(storage[0]));
  std::memset(storage[1], 0xff, sizeof(storage[1]));
  absl::Status status[2];
  for (int i = 0; i < 2; ++i) {
    ErrorDetail* detail = reinterpret_cast<ErrorDetail*>(storage[i]);
    detail->code = ErrorCode::kRange;
    detail->section = 3;
    detail->offset = 4;
    detail->reloc_type = 5;
    detail->symbol = 6;
    detail->system_error = 7;
    status[i] = MakeError(*detail, "x");
  }
  EXPECT_EQ(status[0], status[1]);
}

}  // namespace
}  // namespace dwreloc::internal
