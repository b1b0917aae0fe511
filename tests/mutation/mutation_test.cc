// Damaged files: every one is read in full through the C API, and nothing may
// crash, hang, take much memory, or be incomplete in silence.
//
// The files are cut at every byte, their sections are cut at every byte, and
// their bytes are overwritten by seeded chance (cases.h).  A case that fails
// says its name; to run it alone, under a debugger or with another build:
//
//   mutation_test --reproduce=tiny5.o/edit/1/77 [--save=FILE]
//   mutation_test --seed=N --edits=N     other chances, more of them
//
// What "incomplete in silence" means differs.  A cut loses data, so a total
// that is smaller than the good file's needs an error.  An edit may as well
// make another, complete file (one opcode less, another section name); there
// FullRead checks that each reader either reached its end or failed.

#include <dwreloc/dwreloc.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "mutation/case_watch.h"
#include "mutation/cases.h"
#include "support/archive_builder.h"
#include "support/full_read.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

uint64_t seed = 1;
uint64_t edits = 10'000;

struct Outcome {
  int opened = 0;
  std::string open_error;
  FullRead read;
};

Outcome Read(const std::string& name, const std::vector<uint8_t>& bytes,
             const FullReadOptions& options = {}) {
  const CaseWatch watch(name);
  // Another copy: of exactly this size, for AddressSanitizer.
  const std::unique_ptr<uint8_t[]> image(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), image.get());
  const uint64_t memory = PeakMemory();
  Outcome outcome;
  Dwreloc_Module* module = nullptr;
  outcome.opened =
      dwreloc_open_memory(image.get(), bytes.size(), "file", &module);
  if (outcome.opened < 0) {
    Dwreloc_Error error;
    const int code = dwreloc_error(&error);
    outcome.open_error = error.text;
    if (code != outcome.opened || outcome.open_error.size() < 10) {
      outcome.read.complaints.push_back("open: an error without text");
    }
    if (module != nullptr) {
      outcome.read.complaints.push_back("open: failed, and gave a module");
    }
  } else {
    if (dwreloc_place_offline(module, 0x10000, nullptr) != 0) {
      outcome.read.complaints.push_back("dwreloc_place_offline failed");
    }
    outcome.read = ReadEverything(module, options);
    dwreloc_close(module);
  }
  constexpr uint64_t kMaxGrowth = 200 << 20;
  if (PeakMemory() > memory + kMaxGrowth) {
    outcome.read.complaints.push_back("more than 200 MiB of memory");
  }
  return outcome;
}

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += "\n  " + text;
  return joined;
}

std::string DataPath(std::string_view file) {
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  return std::string(directory == nullptr ? "tests/data" : directory) + "/" +
         std::string(file);
}

// The directory of tests/data that holds a file.
std::string Directory(std::string_view name) {
  if (name == "meter.ko") return "module/";
  return name.starts_with("split") ? "split/" : "tiny/";
}

const Original& Load(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Original>> originals;
  std::unique_ptr<Original>& original = originals[name];
  if (original == nullptr) {
    const std::string path = DataPath(Directory(name) + name);
    std::ifstream stream(path, std::ios::binary);
    std::vector<uint8_t> image((std::istreambuf_iterator<char>(stream)),
                               std::istreambuf_iterator<char>());
    if (image.empty()) {
      std::fprintf(stderr, "mutation_test: cannot read %s\n", path.c_str());
      std::exit(1);
    }
    original = std::make_unique<Original>(name, std::move(image));
  }
  return *original;
}

// The cuts of a file's sections, counted through.
struct SectionCut {
  const SectionSpan* section;
  uint64_t size;
};
std::vector<SectionCut> SectionCuts(const Original& original) {
  std::vector<SectionCut> cuts;
  for (const SectionSpan& section : original.sections()) {
    if (!section.is_debug && !section.is_reloc) continue;
    for (uint64_t size = 0; size < section.size; ++size) {
      // Inside a record one byte is as good as another.
      const uint64_t rest =
          section.is_reloc ? (size + 1) % section.entry_size : 0;
      if (rest <= 2) cuts.push_back({&section, size});
    }
  }
  return cuts;
}

// Where something begins or ends, and one byte before and behind; and `some`
// more by chance.
std::set<uint64_t> PlacesToCut(const Original& original, uint64_t some) {
  const uint64_t size = original.image().size();
  std::set<uint64_t> places;
  const auto add = [&](uint64_t place) {
    for (const uint64_t near : {place - 1, place, place + 1}) {
      if (near < size) places.insert(near);
    }
  };
  add(0);
  add(original.header_size());
  for (const SectionSpan& section : original.sections()) {
    add(section.header);
    add(section.offset);
    add(section.offset + section.size);
  }
  add(size - 1);
  std::mt19937_64 random(seed);
  for (uint64_t i = 0; i < some; ++i) places.insert(random() % size);
  return places;
}

struct Case {
  std::string name;
  std::vector<uint8_t> image;
};

Case CutCase(const Original& original, uint64_t size) {
  return {original.name() + "/cut/" + std::to_string(size), original.Cut(size)};
}
Case FrontCase(const Original& original, uint64_t size) {
  const std::vector<uint8_t>& front = original.front();
  return {original.name() + "/front/" + std::to_string(size),
          {front.begin(), front.begin() + static_cast<ptrdiff_t>(size)}};
}
Case SectionCase(const Original& original, uint64_t number) {
  const SectionCut cut = SectionCuts(original).at(number);
  return {original.name() + "/section/" + std::to_string(number),
          original.WithSectionSize(*cut.section, cut.size)};
}
Case EditCase(const Original& original, uint64_t from_seed, uint64_t number) {
  return {original.name() + "/edit/" + std::to_string(from_seed) + "/" +
              std::to_string(number),
          original.Edited(from_seed, number)};
}

Outcome ReadCase(const Case& damaged, const FullReadOptions& options = {}) {
  Outcome outcome = Read(damaged.name, damaged.image, options);
  EXPECT_TRUE(outcome.read.complaints.empty())
      << "--reproduce=" << damaged.name << Join(outcome.read.complaints);
  return outcome;
}

// A frame section that ends there has fewer entries, and no error.
bool IsBetweenFrames(const Original& original, const SectionSpan& section,
                     uint64_t size) {
  if (section.name != ".debug_frame" && section.name != ".eh_frame") {
    return false;
  }
  uint64_t at = 0;
  while (at < size && at + 4 <= section.size) {
    at += 4 + ::dwreloc::internal::Load<uint32_t>(
                  original.image().data() + section.offset + at,
                  ByteOrder::kLittle);
  }
  return at == size;
}

// Data were taken away: what is missing must have been missed, and where it is.
void ExpectNoSilentLoss(const Case& damaged, const FullRead& read,
                        const FullRead& pristine) {
  std::string loss = DescribeUnitLoss(read.totals, pristine.totals);
  EXPECT_TRUE(loss.empty() || read.unit_failure_count > 0)
      << "no error in the units of --reproduce=" << damaged.name << ": "
      << loss;
  // Symbols are counted, not read: no call can fail.
  Totals totals = read.totals;
  totals[Item::kSymbols] = pristine.totals[Item::kSymbols];
  loss = DescribeLoss(totals, pristine.totals);
  EXPECT_TRUE(loss.empty() ||
              read.failure_count + read.question_failure_count > 0)
      << "no error in --reproduce=" << damaged.name << ": " << loss;
}

class MutationTest : public testing::TestWithParam<const char*> {
 protected:
  const Original& original() const { return Load(GetParam()); }

  // What the undamaged file gives.
  Outcome Pristine(const FullReadOptions& options = {}) const {
    return Read(
        original().name() + "/cut/" + std::to_string(original().image().size()),
        original().image(), options);
  }
};

TEST_P(MutationTest, PristineReadsWithoutAnError) {
  const Outcome outcome = Pristine();
  ASSERT_EQ(outcome.opened, 0) << outcome.open_error;
  EXPECT_EQ(outcome.read.failure_count, 0u) << Join(outcome.read.failures);
  EXPECT_TRUE(outcome.read.complaints.empty()) << Join(outcome.read.complaints);
  EXPECT_GT(outcome.read.totals[Item::kDies], 30u);
  EXPECT_GT(outcome.read.totals[Item::kRows], 30u);
  EXPECT_GT(outcome.read.totals[Item::kRanges], 5u);
  EXPECT_GT(outcome.read.totals[Item::kLocations], 5u);
  EXPECT_GT(outcome.read.totals[Item::kOperands], 1u);
  EXPECT_GT(outcome.read.totals[Item::kAddresses], 100u);
  EXPECT_GT(outcome.read.totals[Item::kOwnedRecords], 50u);
  EXPECT_EQ(outcome.read.question_failure_count, 0u);
  EXPECT_GT(outcome.read.totals[Item::kAskedFrames], 0u);
  EXPECT_GT(outcome.read.totals[Item::kAskedScopes], 1u);
  EXPECT_GT(outcome.read.totals[Item::kAskedVariables], 3u);
  EXPECT_EQ(Read("front", original().front()).read.totals, outcome.read.totals)
      << "the file with section headers in front must read alike";
}

// An ELF file has its section headers at the end: without them it must not
// open.
TEST_P(MutationTest, FileCutAtEveryByte) {
  const uint64_t size = original().image().size();
  const std::set<uint64_t> places = PlacesToCut(original(), 2000);
  for (uint64_t cut = 0; cut < size; ++cut) {
    // A big file: where something begins or ends, and by chance.
    if (size > 64 * 1024 && !places.contains(cut)) continue;
    const Outcome outcome = ReadCase(CutCase(original(), cut));
    EXPECT_LT(outcome.opened, 0) << cut;
    if (HasFailure()) return;
  }
}

// Is there nothing to miss if the section is empty?
bool IsReadFromItsStart(const std::string& section) {
  return section == ".debug_info" || section == ".debug_types" ||
         section == ".debug_aranges" || section == ".debug_names" ||
         section == ".debug_gnu_pubnames" || section == ".debug_gnu_pubtypes";
}

// Data are lost one section after the other.
TEST_P(MutationTest, FileWithHeadersInFrontCutAtEveryByte) {
  const FullReadOptions options = {.sections = false};
  const Outcome pristine = Pristine(options);
  const uint64_t size = original().front().size();
  // At every byte of two objects; the others are read for what these have not.
  const bool is_every = original().name() == "tiny5.o" ||
                        original().name() == "tiny32.o" ||
                        original().name() == "tinyc.o";
  const uint64_t step = is_every ? 1 : size > 64 * 1024 ? 997 : 7;
  for (uint64_t cut = 0; cut < size; cut += step) {
    const Case damaged = FrontCase(original(), cut);
    const Outcome outcome = ReadCase(damaged, options);
    if (outcome.opened < 0) continue;
    ExpectNoSilentLoss(damaged, outcome.read, pristine.read);
    if (HasFailure()) return;
  }
}

TEST_P(MutationTest, SectionCutAtEveryByte) {
  const FullReadOptions options = {.sections = false};
  const Outcome pristine = Pristine(options);
  const std::vector<SectionCut> cuts = SectionCuts(original());
  const uint64_t step = original().image().size() > 64 * 1024 ? 499 : 1;
  for (uint64_t i = 0; i < cuts.size(); i += step) {
    const Case damaged = SectionCase(original(), i);
    const Outcome outcome = ReadCase(damaged, options);
    ASSERT_EQ(outcome.opened, 0) << outcome.open_error;
    // Whole records may be missing: it is a file with fewer records.
    const SectionSpan& section = *cuts[i].section;
    if (section.is_reloc && cuts[i].size % section.entry_size == 0) continue;
    if (IsBetweenFrames(original(), section, cuts[i].size)) continue;
    // No contents, no units and no tables.
    if (IsReadFromItsStart(section.name) && cuts[i].size == 0) continue;
    ExpectNoSilentLoss(damaged, outcome.read, pristine.read);
    if (HasFailure()) return;
  }
}

TEST_P(MutationTest, BytesOverwrittenByChance) {
  const uint64_t count = original().image().size() > 64 * 1024
                             ? edits / 40
                             : (edits - edits / 40) / 4;
  uint64_t opened = 0;
  uint64_t with_errors = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const Outcome outcome = ReadCase(EditCase(original(), seed, i));
    if (outcome.opened == 0) ++opened;
    if (outcome.opened == 0 && outcome.read.failure_count > 0) ++with_errors;
    if (HasFailure()) return;
  }
  // An editor whose cases all fail to open, or all read, tests nothing.
  EXPECT_GT(opened, count / 2);
  EXPECT_GT(with_errors, count / 10);
  RecordProperty("opened", static_cast<int>(opened));
  RecordProperty("with_errors", static_cast<int>(with_errors));
}

// The members of an archive that open, each read in full.
std::vector<FullRead> ReadMembers(const std::string& name,
                                  const std::vector<uint8_t>& bytes,
                                  const FullReadOptions& options) {
  const CaseWatch watch(name);
  const std::unique_ptr<uint8_t[]> image(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), image.get());
  std::vector<FullRead> reads;
  Dwreloc_Archive* archive = nullptr;
  if (dwreloc_archive_open_memory(image.get(), bytes.size(), "none/lib.a",
                                  &archive) == 0) {
    Dwreloc_Archive_Info info;
    EXPECT_EQ(dwreloc_archive_info(archive, &info), 0);
    for (uint32_t i = 0; i < info.member_count; ++i) {
      Dwreloc_Member member;
      EXPECT_EQ(dwreloc_archive_member(archive, i, &member), 0);
      Dwreloc_Module* module = nullptr;
      if (dwreloc_archive_open_member(archive, i, &module) < 0) continue;
      EXPECT_EQ(dwreloc_place_offline(module, 0x10000, nullptr), 0);
      reads.push_back(ReadEverything(module, options));
      EXPECT_TRUE(reads.back().complaints.empty())
          << Join(reads.back().complaints);
      dwreloc_close(module);
    }
    dwreloc_archive_close(archive);
  }
  return reads;
}

// The name of the first member makes its place an odd one.
std::vector<uint8_t> ArchiveOf(const std::vector<uint8_t>& image) {
  return ArchiveBuilder(ArchiveFormat::kBsd)
      .Add("a name that is odd.", image)
      .Add("x.o", image)
      .Build();
}

TEST_P(MutationTest, MembersOfAnArchiveReadAsTheFile) {
  const Outcome pristine = Pristine();
  const std::vector<FullRead> reads =
      ReadMembers("archive", ArchiveOf(original().image()), {});
  ASSERT_EQ(reads.size(), 2u);
  for (const FullRead& read : reads) {
    EXPECT_EQ(read.totals, pristine.read.totals);
    EXPECT_EQ(read.failure_count, 0u) << Join(read.failures);
  }
}

// Whatever becomes of the headers, members that open are whole files or none.
TEST(ArchiveMutationTest, BytesOverwrittenByChance) {
  const FullReadOptions options = {.sections = false};
  const std::vector<uint8_t>& image = Load("tiny5.o").image();
  const std::vector<uint8_t> good = ArchiveOf(image);
  std::mt19937_64 random(seed);
  size_t read_all = 0;
  for (uint64_t i = 0; i < edits / 20; ++i) {
    std::vector<uint8_t> bytes = good;
    // One of the three headers, or anything.
    const size_t headers[] = {0, 96, 96 + 60 + 19 + image.size()};
    const size_t place =
        i % 4 == 3 ? random() % bytes.size() : headers[i % 4] + random() % 80;
    bytes[std::min(place, bytes.size() - 1)] = static_cast<uint8_t>(random());
    read_all +=
        ReadMembers("archive/" + std::to_string(i), bytes, options).size() == 2;
    if (HasFailure()) return;
  }
  EXPECT_GT(read_all, edits / 100);
}

// A file compressed as a whole has checksums: damaged it does not open, or it
// was nothing that counts, and all is read.
class PackedMutationTest : public testing::TestWithParam<Packer> {};

TEST_P(PackedMutationTest, CutAtEveryByteAndOverwrittenByChance) {
  const std::vector<uint8_t>& image = Load("tiny5.o").image();
  const FullReadOptions options = {.sections = false};
  const Outcome pristine = Read("tiny5.o", image, options);
  std::vector<uint8_t> packed = GetParam().pack(image);
  const std::string name = std::string("tiny5.o, packed by ") + GetParam().name;
  const Outcome whole = Read(name, packed, options);
  ASSERT_EQ(whole.opened, 0) << whole.open_error;
  EXPECT_EQ(whole.read.totals, pristine.read.totals);
  for (size_t cut = 0; cut < packed.size(); ++cut) {
    const Outcome outcome = Read(
        name, {packed.begin(), packed.begin() + static_cast<ptrdiff_t>(cut)},
        options);
    EXPECT_LT(outcome.opened, 0) << "cut at " << cut;
    EXPECT_TRUE(outcome.read.complaints.empty())
        << Join(outcome.read.complaints);
  }
  std::mt19937_64 random(seed);
  for (uint64_t i = 0; i < edits / 10; ++i) {
    const size_t place = random() % packed.size();
    const uint8_t before = packed[place];
    packed[place] = static_cast<uint8_t>(random());
    const Outcome outcome = Read(name, packed, options);
    EXPECT_TRUE(outcome.read.complaints.empty())
        << "byte " << place << ": " << int{packed[place]}
        << Join(outcome.read.complaints);
    if (outcome.opened == 0) {
      EXPECT_EQ(outcome.read.totals, pristine.read.totals)
          << "byte " << place << ": " << int{packed[place]};
    }
    packed[place] = before;
    if (HasFailure()) return;
  }
}

TEST_P(PackedMutationTest, TellsWhatItTakes) {
  const std::vector<uint8_t>& image = Load("tiny5.o").image();
  const std::vector<uint8_t> packed = GetParam().pack(image);
  Dwreloc_Module* module = nullptr;
  ASSERT_EQ(dwreloc_open_memory(packed.data(), packed.size(), "file", &module),
            0);
  EXPECT_EQ(dwreloc_trim(module), 0);
  Dwreloc_Stats stats;
  EXPECT_EQ(dwreloc_stats(module, &stats), 0);
  EXPECT_EQ(stats.unpacked_bytes, image.size());
  EXPECT_EQ(stats.sections_decompressed, 0u);
  Dwreloc_File_Info info;
  EXPECT_EQ(dwreloc_file_info(module, &info), 0);
  EXPECT_EQ(info.size, image.size());
  dwreloc_close(module);
  ASSERT_EQ(dwreloc_open_memory(image.data(), image.size(), "file", &module),
            0);
  EXPECT_EQ(dwreloc_stats(module, &stats), 0);
  EXPECT_EQ(stats.unpacked_bytes, 0u);
  dwreloc_close(module);
}

// A file without a name in the file system but one to open it by.
class Nameless {
 public:
  explicit Nameless(const std::vector<uint8_t>& image)
      : fd_(memfd_create("split", MFD_CLOEXEC)),
        path_("/proc/self/fd/" + std::to_string(fd_)) {
    is_written_ = write(fd_, image.data(), image.size()) ==
                  static_cast<ssize_t>(image.size());
  }
  ~Nameless() { close(fd_); }
  Nameless(const Nameless&) = delete;
  Nameless& operator=(const Nameless&) = delete;

  bool is_written() const { return is_written_; }
  const std::string& path() const { return path_; }

 private:
  const int fd_;
  const std::string path_;
  bool is_written_ = false;
};

// What a skeleton and what a file of split units has, read together.
struct Joined {
  int skeletons = 0;
  int found = 0;
  int failed = 0;
  FullRead read;  // of the split file that was found last
};

int FindNameless(void* user, const Dwreloc_Module*,
                 const Dwreloc_File_Request* request, const char** path) {
  if (request->kind != DWRELOC_FILE_DWO) return DWRELOC_ABSENT;
  *path = static_cast<const Nameless*>(user)->path().c_str();
  return DWRELOC_PLACED;
}

Joined ReadJoined(const std::string& name, const std::vector<uint8_t>& skeleton,
                  const std::vector<uint8_t>& split) {
  const CaseWatch watch(name);
  Joined joined;
  Nameless file(split);
  EXPECT_TRUE(file.is_written());
  Dwreloc_Module* module = nullptr;
  if (dwreloc_open_memory(skeleton.data(), skeleton.size(), "file", &module) <
      0) {
    return joined;
  }
  Dwreloc_Callbacks callbacks = {};
  callbacks.size = sizeof(callbacks);
  callbacks.user = &file;
  callbacks.find_file = FindNameless;
  EXPECT_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
  EXPECT_EQ(dwreloc_place_offline(module, 0x10000, nullptr), 0);
  const Dwreloc_Unit* unit = nullptr;
  while (dwreloc_units_next(module, &unit) > 0) {
    const Dwreloc_Unit* found = nullptr;
    const int result = dwreloc_unit_split(unit, &found);
    if (result == 0) continue;
    ++joined.skeletons;
    if (result < 0) {
      ++joined.failed;
      Dwreloc_Error error;
      EXPECT_EQ(dwreloc_error(&error), result);
      EXPECT_GT(std::strlen(error.text), 10u) << name;
      continue;
    }
    ++joined.found;
    const Dwreloc_Unit* back = nullptr;
    EXPECT_EQ(dwreloc_unit_skeleton(found, &back), 1) << name;
    EXPECT_EQ(back, unit) << name;
    joined.read = ReadEverything(dwreloc_unit_module(found));
    EXPECT_TRUE(joined.read.complaints.empty())
        << name << Join(joined.read.complaints);
  }
  dwreloc_close(module);
  return joined;
}

// Split units read through their skeletons, either file damaged.  What is
// missing of a split file must be missed: the join fails or the read does.
class SplitMutationTest : public testing::TestWithParam<const char*> {
 protected:
  const Original& skeleton() const {
    return Load(std::string(GetParam()).substr(0, 6) + ".o");
  }
  const Original& split() const { return Load(GetParam()); }
  Joined Pristine() const {
    return ReadJoined(GetParam(), skeleton().image(), split().image());
  }
};

TEST_P(SplitMutationTest, PristineReadsWithoutAnError) {
  const Joined joined = Pristine();
  EXPECT_EQ(joined.skeletons, 1);
  EXPECT_EQ(joined.found, 1);
  Totals totals = joined.read.totals;
  EXPECT_GT(totals[Item::kDies], 30u);
  EXPECT_GT(totals[Item::kRanges], 1u);
  EXPECT_GT(totals[Item::kLocationEntries], 10u);
  EXPECT_GT(totals[Item::kAddresses], 20u);
  // A package has units of another skeleton, too.
  if (split().name().ends_with(".dwo")) {
    EXPECT_EQ(joined.read.failure_count, 0u) << Join(joined.read.failures);
  }
}

TEST_P(SplitMutationTest, SplitFileCutAtEveryByte) {
  const Joined pristine = Pristine();
  const std::vector<uint8_t>& front = split().front();
  for (uint64_t cut = 0; cut < front.size(); ++cut) {
    const Case damaged = FrontCase(split(), cut);
    const Joined joined =
        ReadJoined(damaged.name, skeleton().image(), damaged.image);
    ASSERT_EQ(joined.found + joined.failed, 1) << damaged.name;
    if (joined.failed != 0) continue;
    const std::string loss =
        DescribeUnitLoss(joined.read.totals, pristine.read.totals);
    EXPECT_TRUE(loss.empty() || joined.read.unit_failure_count >
                                    pristine.read.unit_failure_count)
        << "no error in " << damaged.name << ": " << loss;
    if (HasFailure()) return;
  }
}

TEST_P(SplitMutationTest, BytesOverwrittenByChance) {
  int found = 0;
  int failed = 0;
  for (uint64_t i = 0; i < edits / 10; ++i) {
    const bool in_skeleton = i % 4 == 0;
    const Case damaged = EditCase(in_skeleton ? skeleton() : split(), seed, i);
    const Joined joined =
        in_skeleton
            ? ReadJoined(damaged.name, damaged.image, split().image())
            : ReadJoined(damaged.name, skeleton().image(), damaged.image);
    found += joined.found;
    failed += joined.failed;
    if (HasFailure()) return;
  }
  // As above: most are found, and some are not.
  EXPECT_GT(found, static_cast<int>(edits / 10 / 3));
  EXPECT_GT(failed, 10);
}

INSTANTIATE_TEST_SUITE_P(Files, SplitMutationTest,
                         testing::Values("split4.dwo", "split5.dwo",
                                         "split4.dwp", "split5.dwp"),
                         [](const auto& file) {
                           std::string name = file.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

INSTANTIATE_TEST_SUITE_P(Packers, PackedMutationTest,
                         testing::ValuesIn(kPackers),
                         [](const auto& packer) { return packer.param.name; });

INSTANTIATE_TEST_SUITE_P(Objects, MutationTest,
                         testing::Values("tiny5.o", "tiny4.o", "tiny5z.o",
                                         "tiny4g.o", "tiny5n.o", "tiny32.o",
                                         "tinyc.o", "meter.ko"),
                         [](const auto& object) {
                           std::string name = object.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

// FILE/KIND/NUMBER[/NUMBER]
int Reproduce(std::string_view what, const char* save) {
  std::vector<std::string> parts;
  while (true) {
    const size_t slash = what.find('/');
    parts.emplace_back(what.substr(0, slash));
    if (slash == std::string_view::npos) break;
    what.remove_prefix(slash + 1);
  }
  if (parts.size() < 3) {
    std::fprintf(stderr, "mutation_test: FILE/KIND/NUMBER is expected\n");
    return 2;
  }
  const Original& original = Load(parts[0]);
  const uint64_t number = std::stoull(parts[2]);
  Case damaged;
  if (parts[1] == "cut") {
    damaged = CutCase(original, number);
  } else if (parts[1] == "front") {
    damaged = FrontCase(original, number);
  } else if (parts[1] == "section") {
    damaged = SectionCase(original, number);
  } else if (parts[1] == "edit" && parts.size() == 4) {
    damaged = EditCase(original, number, std::stoull(parts[3]));
  } else {
    std::fprintf(stderr, "mutation_test: unknown case\n");
    return 2;
  }
  if (save != nullptr) {
    std::ofstream(save, std::ios::binary)
        .write(reinterpret_cast<const char*>(damaged.image.data()),
               static_cast<std::streamsize>(damaged.image.size()));
  }
  if (Directory(original.name()) == "split/") {
    const std::string version = original.name().substr(0, 6);
    const bool is_skeleton = original.name().ends_with(".o");
    for (const char* other : {".o", ".dwo", ".dwp"}) {
      if (is_skeleton == (std::string_view(other) == ".o")) continue;
      const std::vector<uint8_t>& image = Load(version + other).image();
      const Joined joined =
          is_skeleton ? ReadJoined(damaged.name, damaged.image, image)
                      : ReadJoined(damaged.name, image, damaged.image);
      std::printf("with %s%s: %d skeletons, %d found, %d failed\n",
                  version.c_str(), other, joined.skeletons, joined.found,
                  joined.failed);
      // A skeleton is that of either file.
      if (!is_skeleton) break;
    }
  }
  const Outcome outcome = Read(damaged.name, damaged.image);
  std::printf("open: %d %s\n", outcome.opened, outcome.open_error.c_str());
  for (size_t i = 0; i < outcome.read.totals.counts.size(); ++i) {
    std::printf("%s: %llu\n", ItemName(static_cast<Item>(i)),
                static_cast<unsigned long long>(outcome.read.totals.counts[i]));
  }
  std::printf("%llu failures:%s\n",
              static_cast<unsigned long long>(outcome.read.failure_count),
              Join(outcome.read.failures).c_str());
  std::printf("complaints:%s\n", Join(outcome.read.complaints).c_str());
  return outcome.read.complaints.empty() ? 0 : 1;
}

int Main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* reproduce = nullptr;
  const char* save = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const char* value = std::strchr(argv[i], '=');
    if (value != nullptr && argument.starts_with("--reproduce=")) {
      reproduce = value + 1;
    } else if (value != nullptr && argument.starts_with("--save=")) {
      save = value + 1;
    } else if (value != nullptr && argument.starts_with("--seed=")) {
      seed = std::strtoull(value + 1, nullptr, 0);
    } else if (value != nullptr && argument.starts_with("--edits=")) {
      edits = std::strtoull(value + 1, nullptr, 0);
    } else {
      std::fprintf(stderr, "mutation_test: unknown argument %s\n", argv[i]);
      return 2;
    }
  }
  CaseWatch::Install("mutation_test");
  return reproduce != nullptr ? Reproduce(reproduce, save) : RUN_ALL_TESTS();
}

}  // namespace
}  // namespace dwreloc::internal

int main(int argc, char** argv) { return dwreloc::internal::Main(argc, argv); }
