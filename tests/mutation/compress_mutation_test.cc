// Damaged files for dwreloc-compress: each is left as it is, for a reason, or
// what is written says the same as the damaged one.
//
// Compressing and comparing happen in this process, which must not crash, hang,
// take much memory, or fail otherwise than by an error that is told.  Files are
// those of tests/data and samples (tests/compress/sample.h): REL and RELA, both
// byte orders, both classes, DWARF 2 to 5.  Damage is that of cases.h.  A case
// that fails says its name:
//
//   compress_mutation_test --reproduce=tiny5.o/edit/1/77 [--save=FILE]
//   compress_mutation_test --seed=N --edits=N [--file=FILE]...
//
// What dwreloc-diff cannot read of the damaged file it must not be able to read
// of the new one, either, no more and no less than that.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dwreloc/dwreloc.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compress/sample.h"
#include "dwreloc_compress/compress.h"
#include "dwreloc_diff/compare.h"
#include "mutation/case_watch.h"
#include "mutation/cases.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::CaseWatch;
using dwreloc::internal::Original;
using dwreloc::internal::PeakMemory;
using dwreloc::internal::SectionSpan;

using Bytes = std::vector<std::uint8_t>;

std::uint64_t seed = 1;
// All files together.
std::uint64_t edits = 10'000;
std::vector<std::string> files;  // of the command line

constexpr const char* kDataFiles[] = {
    "tiny/tiny5.o",  "tiny/tiny4.o",  "tiny/tiny5z.o", "tiny/tiny4g.o",
    "tiny/tiny5n.o", "tiny/tiny32.o", "tiny/tinyc.o",  "module/meter.ko"};
constexpr const char* kSamples[] = {
    "X86_64Version2",     "X86_64Version4",      "X86_64Version5Dwarf64",
    "X86_64RelVersion5",  "I386Version3",        "ArmBigVersion5",
    "Ppc32Version4",      "S390xVersion5",       "S390xRelVersion4Dwarf64",
    "Mips64ElVersion5",   "Riscv64Version4",     "X86_64Version5Linked",
    "I386Version4Linked", "S390xVersion5Linked", "X86_64Version4Types",
    "Ppc32Version5Types"};

// Files by name; the name of one of the command line is its path.
const Original& Load(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Original>> originals;
  std::unique_ptr<Original>& original = originals[name];
  if (original != nullptr) return *original;
  Bytes image;
  for (const Sample& sample : AllSamples())
    if (sample.name == name) image = BuildSample(sample);
  if (image.empty()) {
    std::string path = name;
    const char* const data = std::getenv("DWRELOC_TEST_DATA");
    for (const std::string_view file : kDataFiles)
      if (file.ends_with("/" + name))
        path = std::string(data == nullptr ? "tests/data" : data) + "/" +
               std::string(file);
    std::ifstream stream(path, std::ios::binary);
    image.assign(std::istreambuf_iterator<char>(stream),
                 std::istreambuf_iterator<char>());
  }
  if (image.empty()) {
    std::fprintf(stderr, "compress_mutation_test: cannot read %s\n",
                 name.c_str());
    std::exit(1);
  }
  original = std::make_unique<Original>(name, std::move(image));
  return *original;
}

struct Case {
  std::string name;
  Bytes image{};
};

// One of eight is cut, one has a section that is.
Case MakeCase(const Original& original, std::uint64_t from,
              std::uint64_t number) {
  Case made = {.name = original.name() + "/edit/" + std::to_string(from) + "/" +
                       std::to_string(number)};
  std::mt19937_64 random(from * 0x9e3779b97f4a7c15 + number);
  if (number % 8 == 6) {
    made.image = original.front();
    made.image.resize(random() % made.image.size());
  } else if (number % 8 == 7) {
    const std::vector<SectionSpan>& sections = original.sections();
    const SectionSpan* section = nullptr;
    while (section == nullptr || section->size == 0)
      section = &sections[random() % sections.size()];
    made.image = original.WithSectionSize(*section, random() % section->size);
  } else {
    made.image = original.Edited(from, number);
  }
  return made;
}

struct Result {
  bool is_open = false;
  bool is_written = false;
  std::string why;  // it was not
  // What must not be, one line each.
  std::string complaints;
};

// Troubles and differences of two files.
std::string Complain(const Comparison& comparison) {
  std::string text;
  std::uint64_t troubles[2] = {};
  for (const Trouble& trouble : comparison.troubles) ++troubles[trouble.file];
  if (comparison.difference_count == 0 && troubles[1] <= troubles[0]) return "";
  for (const Difference& difference : comparison.differences)
    text += "differs: " + difference.section + " " + difference.unit + " " +
            difference.path + " " + difference.what + ": " +
            difference.a.value_or("nothing") + ", " +
            difference.b.value_or("nothing") + "\n";
  for (const Trouble& trouble : comparison.troubles)
    text += (trouble.file == 0 ? "before: " : "after: ") + trouble.text + "\n";
  return text;
}

void CompressAndCompare(const Bytes& bytes, const Diets& diets,
                        Result* result) {
  // Another copy: of exactly this size, for AddressSanitizer.
  const std::unique_ptr<std::uint8_t[]> copy(new std::uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  const std::span<const std::uint8_t> image(copy.get(), bytes.size());
  std::unique_ptr<dwreloc::File> file;
  try {
    file =
        std::make_unique<dwreloc::File>(dwreloc::File::FromMemory(image, "a"));
  } catch (const dwreloc::Error& error) {
    result->why = error.what();
    return;
  }
  result->is_open = true;
  const Compressed compressed = Compress(*file, {.diets = diets});
  result->why = compressed.why;
  if (compressed.image.empty()) {
    if (result->why.size() < 10)
      result->complaints += "left as it is, for no reason\n";
    return;
  }
  result->is_written = true;
  const dwreloc::File written =
      dwreloc::File::FromMemory(compressed.image, "b");
  result->complaints +=
      Complain(Compare(*file, written, {.limit = std::size_t{1} << 20}));
}

Result Judge(const Case& damaged) {
  const CaseWatch watch(damaged.name);
  const std::uint64_t memory = PeakMemory();
  Result result;
  try {
    CompressAndCompare(damaged.image, {.has_address_table = true}, &result);
    CompressAndCompare(damaged.image, {}, &result);
  } catch (const std::exception& error) {
    result.complaints += std::string("throws: ") + error.what() + "\n";
  }
  constexpr std::uint64_t kMaxGrowth = 200 << 20;
  if (PeakMemory() > memory + kMaxGrowth)
    result.complaints += "more than 200 MiB of memory\n";
  return result;
}

std::vector<std::string> Names() {
  std::vector<std::string> names = files;
  if (!names.empty()) return names;
  for (const std::string_view file : kDataFiles)
    names.emplace_back(file.substr(file.find('/') + 1));
  names.insert(names.end(), std::begin(kSamples), std::end(kSamples));
  return names;
}

TEST(CompressMutationTest, GoodFilesAreWritten) {
  for (const std::string& name : Names()) {
    const Result result = Judge({name, Load(name).image()});
    const bool is_refused = name == "tiny5n.o";  // .debug_names
    EXPECT_EQ(result.is_written, !is_refused) << name << ": " << result.why;
    EXPECT_EQ(result.complaints, "") << name;
  }
}

TEST(CompressMutationTest, DamagedFilesAreLeftAloneOrSayTheSame) {
  const std::vector<std::string> names = Names();
  std::uint64_t written = 0;
  std::uint64_t left = 0;
  std::uint64_t bad = 0;
  for (std::uint64_t i = 0; i < edits; ++i) {
    const Original& original = Load(names[i % names.size()]);
    const Case damaged = MakeCase(original, seed, i / names.size());
    const Result result = Judge(damaged);
    (result.is_written ? written : left) += 1;
    if (result.complaints.empty()) continue;
    ADD_FAILURE() << "--reproduce=" << damaged.name << "\n"
                  << result.complaints.substr(0, 1000);
    if (++bad == 60) return;
  }
  // Damage is neither everything nor nothing.
  EXPECT_GT(written, edits / 10);
  EXPECT_GT(left, edits / 10);
  std::printf("%llu written, %llu left\n",
              static_cast<unsigned long long>(written),
              static_cast<unsigned long long>(left));
}

// NAME/edit/SEED/NUMBER; the name may have slashes.
int Reproduce(std::string_view what, const char* save) {
  const std::size_t at = what.rfind("/edit/");
  std::uint64_t from = 0;
  std::uint64_t number = 0;
  if (at == std::string_view::npos ||
      std::sscanf(what.data() + at, "/edit/%lu/%lu", &from, &number) != 2) {
    std::fprintf(stderr, "compress_mutation_test: NAME/edit/SEED/NUMBER\n");
    return 2;
  }
  const Case damaged =
      MakeCase(Load(std::string(what.substr(0, at))), from, number);
  if (save != nullptr)
    std::ofstream(save, std::ios::binary)
        .write(reinterpret_cast<const char*>(damaged.image.data()),
               static_cast<std::streamsize>(damaged.image.size()));
  const Result result = Judge(damaged);
  std::printf("%s: %s\n%s",
              result.is_written ? "written"
              : result.is_open  ? "left"
                                : "not opened",
              result.why.c_str(), result.complaints.c_str());
  return result.complaints.empty() ? 0 : 1;
}

int Main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* reproduce = nullptr;
  const char* save = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const char* value = std::strchr(argv[i], '=');
    value = value == nullptr ? "" : value + 1;
    if (argument.starts_with("--reproduce=")) {
      reproduce = value;
    } else if (argument.starts_with("--save=")) {
      save = value;
    } else if (argument.starts_with("--file=")) {
      files.emplace_back(value);
    } else if (argument.starts_with("--seed=")) {
      seed = std::strtoull(value, nullptr, 0);
    } else if (argument.starts_with("--edits=")) {
      edits = std::strtoull(value, nullptr, 0);
    } else {
      std::fprintf(stderr, "compress_mutation_test: unknown argument %s\n",
                   argv[i]);
      return 2;
    }
  }
  CaseWatch::Install("compress_mutation_test");
  return reproduce != nullptr ? Reproduce(reproduce, save) : RUN_ALL_TESTS();
}

}  // namespace
}  // namespace dwreloc_tools::compress

int main(int argc, char** argv) {
  return dwreloc_tools::compress::Main(argc, argv);
}
