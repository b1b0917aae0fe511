// The phases of --multifile: what files have in common is in one more file, to
// which they refer, and they say the same as before; whatever a file between
// the phases holds, it is read or refused.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "compress/compressed.h"
#include "compress/sample.h"
#include "compress/small_file.h"
#include "dwreloc_compress/multifile/index.h"
#include "dwreloc_compress/multifile/join.h"
#include "dwreloc_compress/multifile/merge.h"
#include "dwreloc_compress/multifile/source_paths.h"
#include "dwreloc_compress/multifile/spool.h"
#include "dwreloc_compress/multifile/supplement.h"
#include "dwreloc_compress/multifile/table_file.h"

namespace dwreloc_tools::compress {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A directory of a test, which is removed after it.
class Directory {
 public:
  Directory() {
    std::string path =
        (std::filesystem::temp_directory_path() / "multifile.XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  ~Directory() { std::filesystem::remove_all(path_); }

  std::string Write(const std::string& name, const Bytes& bytes) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

 private:
  std::string path_;
};

Bytes SpoolOf(const Bytes& image) {
  dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  const Indexed indexed = Index(file);
  EXPECT_EQ(indexed.why, "");
  return indexed.spool;
}

// The common file of images.
Bytes CommonOf(const std::vector<Bytes>& images, SupplementForms forms,
               std::uint32_t ranges = 1,
               SectionPacking packing = SectionPacking::kPlain) {
  const Directory directory;
  std::vector<std::string> paths;
  for (const Bytes& image : images)
    paths.push_back(
        directory.Write(std::to_string(paths.size()), SpoolOf(image)));
  Identity all;
  paths = OrderSpools(paths, &all);
  std::vector<Part> parts;
  for (std::uint32_t range = 0; range < ranges; ++range)
    parts.push_back(MergeSpools(paths, all, range, ranges));
  return JoinParts(paths, all, parts, forms, packing).image;
}

// What a file that refers to a common one says otherwise than before.
std::string DifferenceWith(const Bytes& common, const Bytes& image,
                           const Bytes& smaller) {
  const Directory directory;
  const std::string path = directory.Write("common", common);
  const dwreloc::File before = dwreloc::File::FromMemory(image, "before");
  dwreloc::File after = dwreloc::File::FromMemory(smaller, "after");
  after.SetCallbacks(
      {.find_file = [&](const dwreloc::FileRequest&, std::string* found) {
        *found = path;
        return DWRELOC_PLACED;
      }});
  const Comparison comparison = Compare(before, after, {});
  std::string text;
  for (const Difference& difference : comparison.differences)
    text += difference.section + " " + difference.path + " " + difference.what +
            "\n";
  for (const Trouble& trouble : comparison.troubles)
    text += trouble.text + "\n";
  return text;
}

Compressed CompressWith(const Bytes& common, const Bytes& image) {
  const Supplement supplement(dwreloc::File::FromMemory(common, "common"),
                              "common");
  dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  return Compress(file, {.supplement = &supplement});
}

class MultifileTest : public testing::TestWithParam<Sample> {};

TEST_P(MultifileTest, FilesThatReferToACommonOneSayTheSame) {
  const Bytes image = BuildSample(GetParam());
  const std::vector<Bytes> images = {image, image, image};
  for (const SupplementForms forms :
       {SupplementForms::kGnu, SupplementForms::kDwarf5}) {
    const Bytes common = CommonOf(images, forms);
    ASSERT_FALSE(common.empty());
    const Compressed compressed = CompressWith(common, image);
    ASSERT_EQ(compressed.why, "");
    // Forms of DWARF 5 are for its units.
    const bool can_refer =
        forms == SupplementForms::kGnu || GetParam().version >= 5;
    EXPECT_EQ(compressed.has_supplement, can_refer);
    if (!can_refer) continue;
    EXPECT_LT(compressed.image.size(), CompressImage(image).image.size());
    EXPECT_EQ(DifferenceWith(common, image, compressed.image), "");
    // What is in the common file stays there.
    const Compressed again = CompressImage(compressed.image);
    EXPECT_TRUE(again.is_small || again.image == compressed.image) << again.why;
  }
}

// Objects with types in groups are still to be linked.
std::vector<Sample> SamplesToShare() {
  std::vector<Sample> samples = AllSamples();
  std::erase_if(samples, [](const Sample& sample) { return sample.has_types; });
  return samples;
}

INSTANTIATE_TEST_SUITE_P(AllSamples, MultifileTest,
                         testing::ValuesIn(SamplesToShare()),
                         [](const auto& test) { return test.param.name; });

// An object of one unit with some types, in a directory or in none.
Bytes Types(const std::vector<std::string>& names,
            const std::string& directory = "") {
  SmallFile file;
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_comp_dir, DW_FORM_string}})
      .Abbrev(2, DW_TAG_structure_type, true,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_byte_size, DW_FORM_data1}})
      .Abbrev(3, DW_TAG_member, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).String("unit.c").String(directory);
    for (const std::string& name : names) {
      const Label type = die.Forward();
      die.Bind(type).Die(2).String(name).Data1(200);
      for (int i = 0; i < 8; ++i)
        die.Die(3).String(name + " member " + std::to_string(i)).Ref(4, type);
      die.End();
    }
    die.End();
  });
  return file.Build();
}

TEST(MultifileTest, AUnitImportsWhatItHadAndNothingElse) {
  const std::vector<Bytes> images = {
      Types({"one", "two"}), Types({"two", "three"}), Types({"three", "one"}),
      Types({"one", "two", "three"}), Types({"alone"})};
  const Bytes common = CommonOf(images, SupplementForms::kGnu);
  for (const Bytes& image : images) {
    const Compressed compressed = CompressWith(common, image);
    // The last one has nothing there but the name of its unit.
    ASSERT_EQ(compressed.has_supplement, &image != &images.back())
        << compressed.why;
    if (compressed.is_small) continue;
    EXPECT_EQ(DifferenceWith(common, image, compressed.image), "");
  }
}

TEST(MultifileTest, AFileThatWasNotAmongThemSharesWhatItCan) {
  const Bytes common = CommonOf({Types({"one", "two"}), Types({"one", "two"}),
                                 Types({"three"}), Types({"three"})},
                                SupplementForms::kGnu);
  // A unit of the common file has both `one` and `two`, which this one has not.
  const Bytes image = Types({"one", "three", "new"});
  const Compressed compressed = CompressWith(common, image);
  ASSERT_TRUE(compressed.has_supplement) << compressed.why;
  EXPECT_EQ(DifferenceWith(common, image, compressed.image), "");
}

TEST(MultifileTest, NeitherOrderNorNumberOfRangesMatters) {
  std::vector<Bytes> images;
  for (int i = 0; i < 6; ++i)
    images.push_back(Types({"all", "of " + std::to_string(i / 2),
                            "of " + std::to_string(i / 3 + 10)}));
  const Bytes common = CommonOf(images, SupplementForms::kGnu);
  std::ranges::reverse(images);
  EXPECT_EQ(common, CommonOf(images, SupplementForms::kGnu));
  EXPECT_EQ(common, CommonOf(images, SupplementForms::kGnu, 2));
  EXPECT_EQ(common, CommonOf(images, SupplementForms::kGnu, 7));
  EXPECT_NE(common, CommonOf(images, SupplementForms::kDwarf5));
}

TEST(MultifileTest, ACommonFileIsLeftAlone) {
  const Bytes common =
      CommonOf({Types({"one"}), Types({"one"})}, SupplementForms::kGnu);
  EXPECT_EQ(CompressImage(common).why,
            "it is a common file, others refer to it");
}

TEST(MultifileTest, WhatIsNoCommonFileIsNotReferredTo) {
  EXPECT_THROW(Supplement(dwreloc::File::FromMemory(Types({"one"}), "x"), "x"),
               std::runtime_error);
}

TEST(MultifileTest, FilesWithNothingInCommonMakeNoFile) {
  EXPECT_TRUE(CommonOf({Types({"one"}), Types({"two"})}, SupplementForms::kGnu)
                  .empty());
}

TEST(MultifileTest, SectionsOfTheCommonFileCanBeCompressed) {
  const std::vector<Bytes> images = {Types({"one", "two", "three"}),
                                     Types({"one", "two", "three"})};
  const Bytes plain = CommonOf(images, SupplementForms::kGnu);
  const Bytes packed =
      CommonOf(images, SupplementForms::kGnu, 1, SectionPacking::kZlib);
  EXPECT_LT(packed.size(), plain.size());
  const Compressed compressed = CompressWith(packed, images[0]);
  EXPECT_EQ(DifferenceWith(packed, images[0], compressed.image), "");
}

TEST(MultifileTest, PartsOfOtherSpoolsAreRefused) {
  const Directory directory;
  Identity all;
  Identity others;
  const std::vector<std::string> paths =
      OrderSpools({directory.Write("a", SpoolOf(Types({"one"}))),
                   directory.Write("b", SpoolOf(Types({"one", "two"})))},
                  &all);
  const std::vector<std::string> other =
      OrderSpools({directory.Write("c", SpoolOf(Types({"three"})))}, &others);
  const std::vector<Part> wrong = {MergeSpools(other, others, 0, 1)};
  EXPECT_THROW(JoinParts(paths, all, wrong, SupplementForms::kGnu,
                         SectionPacking::kPlain),
               std::runtime_error);
  const std::vector<Part> missing = {MergeSpools(paths, all, 1, 2)};
  EXPECT_THROW(JoinParts(paths, all, missing, SupplementForms::kGnu,
                         SectionPacking::kPlain),
               std::runtime_error);
}

TEST(MultifileTest, SpoolsOfSeveralMachinesAreRefused) {
  const Directory directory;
  SmallFile other(dwreloc::internal::kAArch64);
  other.AddPlainUnit();
  const std::string a = directory.Write("a", SpoolOf(Types({"one"})));
  const std::string b = directory.Write("b", SpoolOf(other.Build()));
  Identity all;
  EXPECT_THROW(OrderSpools({a, b}, &all), std::runtime_error);
}

// Reads all that is in a spool.
void ReadAll(const Bytes& bytes) {
  const Spool spool = OpenSpool(bytes);
  const std::vector<Shape> shapes = ReadShapes(spool);
  SpooledTree tree;
  for (const SpoolEntry& entry : spool.entries)
    ReadTree(spool, shapes, entry, &tree);
}

TEST(SpoolTest, CutOffAnywhereItIsRefused) {
  const Bytes spool = SpoolOf(Types({"one", "two"}));
  ReadAll(spool);
  // Aligned as a file that is mapped.
  for (std::size_t size = 0; size + 8 <= spool.size(); size += 8)
    EXPECT_THROW(
        ReadAll(Bytes(spool.begin(),
                      spool.begin() + static_cast<std::ptrdiff_t>(size))),
        std::runtime_error)
        << size;
}

TEST(SpoolTest, DamagedItIsReadOrRefused) {
  const Bytes spool = SpoolOf(Types({"one", "two", "three"}));
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    Bytes damaged = spool;
    for (int k = 0; k < 1 + i % 3; ++k)
      damaged[random() % damaged.size()] =
          static_cast<std::uint8_t>(random() % 3 == 0 ? 0xff : random());
    try {
      ReadAll(damaged);
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

// The phases behind a damaged spool or part: an error, or a common file.
TEST(SpoolTest, DamagedItIsMergedAndJoinedOrRefused) {
  const Bytes good = SpoolOf(Types({"one", "two", "three"}));
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    const Directory directory;
    Bytes damaged = good;
    damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    try {
      Identity all;
      const std::vector<std::string> paths = OrderSpools(
          {directory.Write("a", good), directory.Write("b", damaged)}, &all);
      Bytes stored = StorePart(MergeSpools(paths, all, 0, 1));
      if (i % 2 == 0)
        stored[random() % stored.size()] = static_cast<std::uint8_t>(random());
      const std::vector<Part> parts = {LoadPart(stored)};
      JoinParts(paths, all, parts, SupplementForms::kGnu,
                SectionPacking::kPlain);
    } catch (const std::runtime_error&) {
    }
  }
}

TEST(TableFileTest, OtherKindsVersionsAndByteOrdersAreRefused) {
  TableWriter writer("somekind");
  const std::vector<std::uint32_t> numbers = {1, 2, 3};
  writer.Put(numbers);
  const Bytes bytes = writer.Finish();
  TableReader reader(bytes, "somekind");
  EXPECT_TRUE(std::ranges::equal(reader.Next<std::uint32_t>(), numbers));
  EXPECT_THROW(reader.Next<std::uint32_t>(), std::runtime_error);
  EXPECT_THROW(TableReader(bytes, "otherone"), std::runtime_error);
  Bytes swapped = bytes;
  std::reverse(swapped.begin() + 8, swapped.begin() + 16);
  EXPECT_THROW(TableReader(swapped, "somekind"), std::runtime_error);
}

TEST(SourcePathsTest, SplitPathsReadTheSameOrAreNone) {
  const SourcePaths paths("build/dir");
  const auto split = [&](std::string_view path) {
    const auto parts = paths.Split(path);
    return parts
               ? std::string(parts->directory) + "|" + std::string(parts->name)
               : "none";
  };
  EXPECT_EQ(split("build/dir/a.c"), "|a.c");
  EXPECT_EQ(split("build/dir/include/linux/a.h"), "include/linux|a.h");
  EXPECT_EQ(split("/usr/include/a.h"), "/usr/include|a.h");
  EXPECT_EQ(split("build/dir/../a.h"), "..|a.h");
  // What is not below that directory, or would be read another way.
  EXPECT_EQ(split("a.c"), "none");
  EXPECT_EQ(split("build/directory/a.c"), "none");
  EXPECT_EQ(split("build/dir//a.c"), "none");
  EXPECT_EQ(split("build/dir/"), "none");
  EXPECT_EQ(split("/a.c"), "none");
  EXPECT_EQ(split(""), "none");
}

}  // namespace
}  // namespace dwreloc_tools::compress
