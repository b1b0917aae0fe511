// dwarf/tree/abbrev_walk: tables one after the other, of units and of none, and
// what follows a damaged one.

#include "dwarf/tree/abbrev_walk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// Steps to the end: "0:1@0" is code 1 of table 0 at offset 0, an error its
// text.
std::vector<std::string> Walk(absl::StatusOr<AbbrevWalk> walk) {
  std::vector<std::string> found;
  if (!walk.ok()) return {std::string(walk.status().message())};
  // More is a loop.
  while (found.size() < 1000) {
    AbbrevReader::Declaration abbrev;
    const absl::StatusOr<bool> more = walk->Next(&abbrev);
    if (!more.ok()) {
      found.emplace_back(more.status().message());
    } else if (*more) {
      found.push_back(std::to_string(walk->table_offset()) + ":" +
                      std::to_string(abbrev.code) + "@" +
                      std::to_string(abbrev.offset));
    } else {
      break;
    }
  }
  AbbrevReader::Declaration abbrev;
  const absl::StatusOr<bool> more = walk->Next(&abbrev);
  if (!more.ok() || *more) found.emplace_back("does not stay at its end");
  return found;
}

// Units of an image, each with the table at one of `offsets`.
class Image {
 public:
  Image(std::vector<uint8_t> abbrevs, const std::vector<uint64_t>& offsets) {
    dwarf_.Section(".debug_abbrev").Raw(abbrevs);
    for (const uint64_t offset : offsets) {
      dwarf_.Unit({.abbrev_offset = offset}, [](DieWriter& die) { die.End(); });
    }
    file_.emplace(dwarf_);
    starts_.emplace(file_->info());
  }

  const DwarfFile& file() const { return *file_; }
  std::vector<std::string> All(uint32_t section = kNoSection) const {
    return Walk(AbbrevWalk::OfSections(*starts_, section));
  }

 private:
  ElfBuilder elf_{kX86_64};
  DwarfBuilder dwarf_{&elf_, {.address_size = 8, .version = 5}};
  std::optional<DwarfFile> file_;
  std::optional<AbbrevStarts> starts_;
};

// Code 1, and 2 in a second one, with a name each: 7 bytes and an end.
std::vector<uint8_t> Tables() {
  return {1, 0x11, 0, 3, 8, 0, 0, 0, 0, 0, 1, 0x24,
          0, 3,    8, 0, 0, 2, 5, 0, 0, 0, 0};
}

TEST(AbbrevWalkTest, TablesOfNoUnitAndZerosBetweenThem) {
  const Image image(Tables(), {10});
  EXPECT_EQ(image.All(),
            (std::vector<std::string>{"0:1@0", "10:1@10", "10:2@17"}));
  EXPECT_EQ(image.All(image.file().Find(".debug_abbrev")), image.All());
  EXPECT_EQ(Walk(AbbrevWalk::OfUnit(image.file().unit())),
            (std::vector<std::string>{"10:1@10", "10:2@17"}));
}

TEST(AbbrevWalkTest, OtherSectionsAreNoArgument) {
  const Image image(Tables(), {0});
  for (const uint32_t section : {image.file().Find(".debug_info"), 0u, 9999u}) {
    EXPECT_EQ(image.All(section),
              (std::vector<std::string>{"not a .debug_abbrev section"}));
  }
}

TEST(AbbrevWalkTest, AfterDamageTheNextTableOfAUnitFollows) {
  std::vector<uint8_t> bytes = Tables();
  // The list of attributes has no end but that of the section.
  for (size_t i = 5; i < 9; ++i) bytes[i] = 0x80;
  bytes[9] = 1;
  bytes.insert(bytes.begin() + 5, 10, 0x80);
  const Image image(bytes, {0, 20});
  const std::vector<std::string> all = image.All();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_NE(all[0].find("64 bits"), std::string::npos) << all[0];
  EXPECT_EQ(all[1], "20:1@20");
  EXPECT_EQ(all[2], "20:2@27");
  EXPECT_EQ(Walk(AbbrevWalk::OfUnit(image.file().unit(0))),
            (std::vector<std::string>{all[0]}));
}

TEST(AbbrevWalkTest, TableOutsideTheSectionIsAnErrorOfItsUnit) {
  const Image image(Tables(), {500});
  const std::vector<std::string> found =
      Walk(AbbrevWalk::OfUnit(image.file().unit()));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("outside the section"), std::string::npos);
  EXPECT_EQ(image.All().size(), 3u);
}

// Each unit names another byte of one table without an end.
TEST(AbbrevWalkTest, OverlappingDamageEndsTheSection) {
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < 500; ++i) offsets.push_back(i);
  const Image image(std::vector<uint8_t>(600, 1), offsets);
  const std::vector<std::string> all = image.All();
  ASSERT_GT(all.size(), 64u);
  EXPECT_LT(all.size(), 100u);
  EXPECT_EQ(all.back(), "too many abbreviation tables overlap");
}

}  // namespace
}  // namespace dwreloc::internal
