// Tests of elf/signature: what the trailer says, and what of it can be wrong.

#include "elf/signature.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/packed.h"
#include "support/signed_file.h"

namespace dwreloc::internal {
namespace {

using ::testing::HasSubstr;
using Content = std::vector<uint8_t>;
using Result = absl::StatusOr<std::optional<FileSignature>>;

Content Image(const Target& target = kX86_64) {
  ElfBuilder elf(target);
  elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  return elf.Build();
}

Result Find(const Content& image) {
  const auto file = ElfFile::OpenMemory(image, "test");
  EXPECT_TRUE(file.ok()) << file.status();
  return FindSignature(**file);
}

std::string Text(const Content& image) {
  const Result result = Find(image);
  if (!result.ok()) {
    EXPECT_EQ(GetDetail(result.status()).code, ErrorCode::kBadElf);
  }
  return std::string(result.status().message());
}

class SignatureTargetTest : public testing::TestWithParam<Target> {};

TEST_P(SignatureTargetTest, FollowsTheFile) {
  const Content image = Image(GetParam());
  const Result result = Find(Signed(image));
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_TRUE(result->has_value());
  const FileSignature& signature = **result;
  EXPECT_EQ(signature.elf_size, image.size());
  EXPECT_EQ(signature.offset, image.size());
  EXPECT_EQ(signature.size, Pkcs7().size());
  EXPECT_EQ(signature.type, SignatureType::kPkcs7);
  EXPECT_STREQ(signature.hash, "sha256");
}

TEST_P(SignatureTargetTest, IsNotThere) {
  const Result result = Find(Image(GetParam()));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->has_value());
}

INSTANTIATE_TEST_SUITE_P(Targets, SignatureTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

TEST(SignatureTest, OfACompressedModule) {
  const Content image = Image();
  const Result result = Find(PackXz(Signed(image)));
  ASSERT_TRUE(result.ok() && result->has_value()) << result.status();
  EXPECT_EQ((*result)->elf_size, image.size());
}

TEST(SignatureTest, OfLinuxBefore43NamesItsHashByNumber) {
  const Content image = Image();
  const Content data(5 + 7 + 100, 0x41);
  const Result result =
      Find(Joined({image, data,
                   SignatureTrailer(100, {.algorithm = 1,
                                          .hash = 6,
                                          .id_type = 1,
                                          .signer_size = 5,
                                          .key_id_size = 7})}));
  ASSERT_TRUE(result.ok() && result->has_value()) << result.status();
  EXPECT_EQ((*result)->elf_size, image.size());
  EXPECT_EQ((*result)->size, data.size());
  EXPECT_EQ((*result)->type, SignatureType::kX509);
  EXPECT_STREQ((*result)->hash, "sha512");
}

TEST(SignatureTest, HashIsReadFromPkcs7) {
  const auto hash = [](Content oid) {
    const Content signature = Pkcs7(std::move(oid));
    const Result result = Find(
        Joined({Image(), signature,
                SignatureTrailer(static_cast<uint32_t>(signature.size()))}));
    EXPECT_TRUE(result.ok() && result->has_value()) << result.status();
    return (*result)->hash;
  };
  EXPECT_STREQ(hash({0x2b, 0x0e, 0x03, 0x02, 0x1a}), "sha1");
  EXPECT_STREQ(hash({0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}),
               "sha512");
  EXPECT_EQ(hash({0x2a, 0x03}), nullptr);
}

TEST(SignatureTest, TooLongForTheFile) {
  const Content image = Image();
  const Content signature = Pkcs7();
  const uint32_t size = static_cast<uint32_t>(signature.size());
  for (const uint32_t claim :
       {size + 1, size + 1000, uint32_t{0x7fffffff}, uint32_t{0xffffffff}}) {
    EXPECT_THAT(Text(Joined({image, signature, SignatureTrailer(claim)})),
                HasSubstr(std::to_string(claim) + " bytes before offset " +
                          std::to_string(image.size() + size) +
                          " do not fit behind the sections, which end at "
                          "offset " +
                          std::to_string(image.size())));
  }
}

TEST(SignatureTest, TooShortToBeDer) {
  const Content signature = Pkcs7();
  for (uint32_t claim = 0; claim < signature.size(); ++claim) {
    EXPECT_THAT(Text(Joined({Image(), signature, SignatureTrailer(claim)})),
                HasSubstr("no PKCS#7 data at offset"))
        << claim;
  }
}

TEST(SignatureTest, UnknownType) {
  EXPECT_THAT(
      Text(Joined({Image(), Pkcs7(),
                   SignatureTrailer(static_cast<uint32_t>(Pkcs7().size()),
                                    {.id_type = 3})})),
      HasSubstr("unknown type 3"));
}

TEST(SignatureTest, Pkcs7AllowsNoOtherField) {
  const SignatureInfo infos[] = {
      {.algorithm = 1}, {.hash = 4}, {.signer_size = 1}, {.key_id_size = 1}};
  for (const SignatureInfo& info : infos) {
    // Signer and key take a byte of what is there.
    const uint32_t size = static_cast<uint32_t>(
        Pkcs7().size() - info.signer_size - info.key_id_size);
    EXPECT_THAT(Text(Joined({Image(), Pkcs7(), SignatureTrailer(size, info)})),
                HasSubstr("the other fields are not 0"));
  }
}

TEST(SignatureTest, CutInTheTrailerIsToldByTheDataBeforeIt) {
  const Content image = Image();
  const Content whole = Signed(image);
  const size_t data_end = image.size() + Pkcs7().size();
  for (size_t size = image.size(); size < whole.size(); ++size) {
    const Content cut(whole.begin(), whole.begin() + static_cast<long>(size));
    const Result result = Find(cut);
    // Less than the data that DER announces is any data.
    EXPECT_EQ(result.ok(), size < data_end) << size;
    if (result.ok()) {
      EXPECT_FALSE(result->has_value());
    } else {
      EXPECT_THAT(Text(cut), HasSubstr("PKCS#7 data at offset " +
                                       std::to_string(image.size()) +
                                       ", but no marker at the end"));
    }
  }
}

TEST(SignatureTest, SomethingFollowsTheMarker) {
  EXPECT_THAT(Text(Joined({Signed(Image()), Content(3, 0)})),
              HasSubstr("3 bytes follow its marker"));
}

TEST(SignatureTest, MarkerAlone) {
  const Content marker(kSignatureMarker.begin(), kSignatureMarker.end());
  EXPECT_THAT(Text(Joined({Image(), marker})), HasSubstr("damaged"));
}

TEST(SignatureTest, EachByteOfTheTrailerChanged) {
  const Content image = Image();
  const Content whole = Signed(image);
  for (size_t at = image.size(); at < whole.size(); ++at) {
    Content changed = whole;
    changed[at] ^= 0x55;
    const Result result = Find(changed);
    if (result.ok() && result->has_value()) {
      EXPECT_EQ((*result)->elf_size, image.size());
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
