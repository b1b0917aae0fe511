// phases.cc - see phases.h.
#include "dwreloc_compress/multifile/phases.h"

#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <dwreloc/dwreloc.hpp>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/program.h"
#include "common/write_file.h"
#include "dwreloc_compress/admit.h"
#include "dwreloc_compress/multifile/index.h"
#include "dwreloc_compress/multifile/merge.h"
#include "dwreloc_compress/multifile/table_file.h"
#include "dwreloc_compress/parallel.h"

namespace dwreloc_tools::compress {
namespace {

constexpr unsigned kMode = 0644;

// A directory that is removed with all that is in it.
class TemporaryDirectory {
 public:
  // Beside that file.
  explicit TemporaryDirectory(const std::string& beside)
      : path_(beside + ".XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(),
                              "cannot create a directory beside " + beside);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string File(std::size_t number) const {
    return path_ + "/" + std::to_string(number);
  }

 private:
  std::string path_;
};

// Returns why it has nothing to share, or an empty string.
std::string IndexFile(const Options& options, const std::string& path,
                      const std::string& spool) {
  dwreloc::File file(path);
  // It would lose what it refers to, if that is what is made anew here.
  const std::string& made = options.multifile;
  if (HasSupplement(file) &&
      (options.phase == Phase::kIndex || std::filesystem::exists(made)))
    throw std::runtime_error(
        path + ": it refers to a common file already" +
        (made.empty() ? "" : ", and " + made + " is there"));
  const Indexed indexed = Index(file, options.diets);
  WriteFile(spool, indexed.spool, kMode);
  return indexed.why;
}

// Those that are not empty. Files of spools and parts that are given together
// are told apart by what they are.
struct Inputs {
  std::vector<std::string> spools;
  std::vector<Part> parts;
};

Inputs SortInputs(const std::vector<std::string>& paths) {
  Inputs inputs;
  for (const std::string& path : paths) {
    const MappedFile file(path);
    if (file.bytes().empty()) continue;
    if (!IsPart(file.bytes())) {
      inputs.spools.push_back(path);
      continue;
    }
    try {
      inputs.parts.push_back(LoadPart(file.bytes()));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path + ": " + error.what());
    }
  }
  std::ranges::sort(inputs.parts, {}, &Part::range);
  return inputs;
}

// Of the machine that most of them are for.
std::vector<std::string> OfOneMachine(std::vector<std::string> paths) {
  std::map<std::uint64_t, std::vector<std::string>> machines;
  for (std::string& path : paths) {
    const MappedFile file(path);
    if (file.bytes().empty()) continue;
    const SpoolHeader header = ReadSpoolHeader(file.bytes());
    machines[header.machine | std::uint64_t{header.elf_class} << 16 |
             std::uint64_t{header.big_endian} << 24]
        .push_back(std::move(path));
  }
  const auto most = std::ranges::max_element(
      machines, {}, [](const auto& machine) { return machine.second.size(); });
  return most == machines.end() ? std::vector<std::string>() : most->second;
}

}  // namespace

bool IndexFiles(const Options& options) {
  std::mutex mutex;
  bool is_good = true;  // guarded by mutex
  ForEach(options.files.size(), options.jobs, [&](std::size_t i) {
    const std::string& path = options.files[i];
    const std::string spool = !options.output.empty()
                                  ? options.output
                                  : InOutputDirectory(options, path) + ".spool";
    const std::string why = IndexFile(options, path, spool);
    if (why.empty()) return;
    const std::lock_guard lock(mutex);
    is_good = false;
    if (!options.quiet)
      Complain(kProgram, path + ": it shares nothing: " + why);
  });
  return is_good;
}

void MergeFiles(const Options& options) {
  Identity all;
  const std::vector<std::string> spools =
      OrderSpools(OfOneMachine(SortInputs(options.files).spools), &all);
  WriteFile(
      options.output,
      StorePart(MergeSpools(spools, all, options.range, options.range_count)),
      kMode);
}

void JoinFiles(const Options& options) {
  Inputs inputs = SortInputs(options.files);
  Identity all;
  const std::vector<std::string> spools =
      OrderSpools(OfOneMachine(std::move(inputs.spools)), &all);
  WriteFile(
      options.output,
      JoinParts(spools, all, inputs.parts, options.forms, options.sections)
          .image,
      kMode);
}

std::uint64_t MakeCommonFile(const Options& options) {
  const TemporaryDirectory directory(options.multifile);
  std::vector<std::string> spools;
  for (std::size_t i = 0; i < options.files.size(); ++i)
    spools.push_back(directory.File(i));
  ForEach(spools.size(), options.jobs, [&](std::size_t i) {
    try {
      IndexFile(options, options.files[i], spools[i]);
    } catch (const dwreloc::Error&) {
      // It is told of where it is compressed.
      WriteFile(spools[i], {}, kMode);
    }
  });
  Identity all;
  spools = OrderSpools(OfOneMachine(std::move(spools)), &all);
  // As many as keep memory below what the largest files need.
  constexpr std::uint32_t kRanges = 4;
  std::vector<Part> parts(kRanges);
  ForEach(kRanges, options.jobs, [&](std::size_t i) {
    parts[i] = MergeSpools(spools, all, static_cast<std::uint32_t>(i), kRanges);
  });
  const CommonFile common =
      JoinParts(spools, all, parts, options.forms, options.sections);
  if (!common.image.empty()) WriteFile(options.multifile, common.image, kMode);
  return common.image.size();
}

}  // namespace dwreloc_tools::compress
