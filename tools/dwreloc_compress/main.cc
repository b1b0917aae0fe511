// main.cc - dwreloc-compress: smaller debugging information that says the same.
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/output.h"
#include "common/program.h"
#include "common/write_file.h"
#include "dwreloc_compress/compress.h"
#include "dwreloc_compress/html_report.h"
#include "dwreloc_compress/multifile/build_plan.h"
#include "dwreloc_compress/multifile/phases.h"
#include "dwreloc_compress/multifile/supplement.h"
#include "dwreloc_compress/options.h"
#include "dwreloc_compress/parallel.h"
#include "dwreloc_compress/report.h"
#include "dwreloc_diff/compare.h"

namespace dwreloc_tools::compress {
namespace {

// What has become of one file.
struct Outcome {
  Compressed result;  // without its image, which has been written
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::string failure;               // it could not be read or written
  std::vector<std::uint8_t> output;  // for standard output
  Footprint footprint;               // if there is a report for people
};

std::string OutputOf(const Options& options, const std::string& file) {
  if (options.in_place) return file;
  if (!options.output.empty()) return options.output;
  return InOutputDirectory(options, file);
}

void WriteText(const std::string& path, const std::string& text) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  WriteFile(path, {bytes, text.size()}, 0644);
}

// The common file, or "" if there is none.
const std::string& CommonPath(const Options& options) {
  return options.multifile.empty() ? options.common : options.multifile;
}

// What files call it: where it is, seen from where they are.
std::string SupplementName(const Options& options) {
  namespace fs = std::filesystem;
  if (!options.multifile_name.empty()) return options.multifile_name;
  const std::string& path = CommonPath(options);
  if (options.in_place || options.output == "-")
    return fs::absolute(path).string();
  const fs::path directory = options.output_directory.empty()
                                 ? fs::path(options.output).parent_path()
                                 : fs::path(options.output_directory);
  return fs::proximate(path, directory.empty() ? "." : directory).string();
}

std::optional<Supplement> OpenSupplement(const Options& options,
                                         std::uint64_t common_size) {
  const std::string& path = CommonPath(options);
  // One without a byte says that there is nothing to share.
  if (path.empty() || (!options.multifile.empty() && common_size == 0))
    return std::nullopt;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw std::system_error(error, "cannot read " + path);
  if (size == 0) return std::nullopt;
  try {
    return std::optional<Supplement>(std::in_place, dwreloc::File(path),
                                     SupplementName(options));
  } catch (const dwreloc::Error&) {
    throw;
  } catch (const std::runtime_error& failure) {
    throw std::runtime_error(path + ": " + failure.what());
  }
}

// Leaves the file as it is if the smaller one does not say the same.
void Verify(const dwreloc::File& file, const std::string& common,
            Compressed* result) {
  dwreloc::File smaller =
      dwreloc::File::FromMemory(result->image, "the smaller file");
  if (result->has_supplement)
    smaller.SetCallbacks(
        {.find_file = [&](const dwreloc::FileRequest&, std::string* path) {
          *path = common;
          return DWRELOC_PLACED;
        }});
  const Comparison comparison = Compare(file, smaller, {.limit = 1});
  if (comparison.is_same()) return;
  result->image.clear();
  result->has_changed = false;
  result->why = "it would not say the same: ";
  if (!comparison.troubles.empty()) {
    result->why += comparison.troubles[0].text;
  } else {
    const Difference& first = comparison.differences[0];
    result->why += first.section + ": " + first.unit + ": " + first.path +
                   ": " + first.what;
  }
}

void CompressFile(const Options& options, const Supplement* supplement,
                  const std::string& path, Outcome* outcome) {
  struct stat original;
  if (stat(path.c_str(), &original) != 0)
    throw std::system_error(errno, std::generic_category(), path);
  dwreloc::File file(path);
  outcome->result = Compress(
      file,
      {.packing = options.sections,
       .diets = options.diets,
       .supplement = supplement,
       .footprint = options.report.empty() ? nullptr : &outcome->footprint,
       .keep_links =
           options.linkable ? KeepLinks::kAlways : KeepLinks::kInGroups});
  Compressed& result = outcome->result;
  if (options.verify && result.has_changed)
    Verify(file, CommonPath(options), &result);
  const Packing packing = PackingOf(path);
  std::vector<std::uint8_t> bytes;
  if (!result.has_changed) {
    // As it is; packed again it might not be.
    if (options.in_place) {
      outcome->before = outcome->after =
          static_cast<std::uint64_t>(original.st_size);
      return;
    }
    bytes = ReadFile(path);
  } else if (packing != Packing::kPlain) {
    bytes = Pack(result.image, packing);
    result.image = {};
  } else {
    bytes = std::move(result.image);
  }
  outcome->before = static_cast<std::uint64_t>(original.st_size);
  outcome->after = bytes.size();
  const std::string output = OutputOf(options, path);
  if (output == "-") {
    outcome->output = std::move(bytes);
  } else {
    WriteFile(output, bytes, original.st_mode & 07777);
  }
}

// Files are read and written by several threads, and told of in their order.
class Run {
 public:
  Run(const Options& options, const Supplement* supplement,
      std::uint64_t common_size, Output& out)
      : options_(options),
        supplement_(supplement),
        out_(out),
        shows_progress_(!options.quiet && options.files.size() > 1 &&
                        isatty(STDERR_FILENO) != 0),
        report_(common_size) {}

  int All();

 private:
  void Work(std::size_t number);
  void Tell(std::size_t number, const Outcome& outcome);
  void Progress(std::size_t done) const;
  void WritePage();

  const Options& options_;
  const Supplement* const supplement_;
  Output& out_;
  const bool shows_progress_;
  Report report_;
  HtmlReport page_;
  bool has_failed_ = false;
  std::mutex mutex_;
  std::condition_variable is_done_;
  std::map<std::size_t, Outcome> outcomes_;  // guarded by mutex_
};

void Run::Work(std::size_t number) {
  Outcome outcome;
  try {
    CompressFile(options_, supplement_, options_.files[number], &outcome);
  } catch (const std::bad_alloc&) {
    outcome.failure = options_.files[number] + ": out of memory";
  } catch (const std::exception& error) {
    outcome.failure = error.what();
  }
  const std::lock_guard lock(mutex_);
  outcomes_.emplace(number, std::move(outcome));
  is_done_.notify_one();
}

void Run::Progress(std::size_t done) const {
  if (!shows_progress_) return;
  const std::string line = "\r" + std::to_string(done) + "/" +
                           std::to_string(options_.files.size()) +
                           (done == options_.files.size() ? "\n" : " ");
  fwrite(line.data(), 1, line.size(), stderr);
}

void Run::Tell(std::size_t number, const Outcome& outcome) {
  const std::string& path = options_.files[number];
  if (!outcome.failure.empty()) {
    has_failed_ = true;
    Complain(kProgram, outcome.failure);
    return;
  }
  const Compressed& result = outcome.result;
  if (!result.why.empty() && !result.is_small) {
    has_failed_ |= !options_.lenient;
    if (!options_.quiet)
      Complain(kProgram, path + ": left as it is: " + result.why);
  }
  report_.Add(path, result, outcome.before, outcome.after,
              options_.stats && options_.json, out_);
  if (!options_.report.empty()) page_.Add(path, outcome.footprint);
  if (!outcome.output.empty())
    out_.Text({reinterpret_cast<const char*>(outcome.output.data()),
               outcome.output.size()});
}

void Run::WritePage() {
  if (report_.common() != 0) {
    Footprint common;
    const dwreloc::File file(options_.multifile);
    std::uint64_t headers = file.bytes().size();
    for (const dwreloc::Section section : file.sections()) {
      common.sections[std::string(section.name())].after += section.file_size();
      headers -= std::min(headers, section.file_size());
    }
    common.sections["(headers)"].after += headers;
    page_.Add("(common file)", common);
  }
  WriteText(options_.report, page_.Page());
}

int Run::All() {
  std::thread workers([this] {
    ForEach(options_.files.size(), options_.jobs,
            [this](std::size_t number) { Work(number); });
  });
  for (std::size_t number = 0; number < options_.files.size(); ++number) {
    std::unique_lock lock(mutex_);
    is_done_.wait(lock, [&] { return outcomes_.contains(number); });
    const auto outcome = outcomes_.extract(number);
    lock.unlock();
    Tell(number, outcome.mapped());
    Progress(number + 1);
  }
  workers.join();
  if (options_.stats) {
    if (options_.json)
      report_.Json(out_);
    else
      report_.Text(out_);
  }
  if (!options_.report.empty()) WritePage();
  out_.Flush();
  return has_failed_ ? 1 : 0;
}

// Writes a build file, and makes the directories that it names.
void PlanBuild(const Options& options, Output& out) {
  namespace fs = std::filesystem;
  const std::string text =
      BuildPlan(options, fs::read_symlink("/proc/self/exe").string(),
                SupplementName(options));
  fs::create_directories(options.output_directory);
  fs::create_directories(WorkDirectory(options));
  if (options.output.empty() || options.output == "-") {
    out.Text(text);
    out.Flush();
    return;
  }
  WriteText(options.output, text);
}

int RunAll(const Options& options, Output& out) {
  // What one file needed the next one needs, too: fetching pages from the
  // system again takes a fifth of the time.
  constexpr int kKept = 256 << 20;
  if (options.files.size() > 1) {
    mallopt(M_MMAP_THRESHOLD, kKept);
    mallopt(M_TRIM_THRESHOLD, kKept);
  }
  switch (options.phase) {
    case Phase::kIndex:
      return IndexFiles(options) || options.lenient ? 0 : 1;
    case Phase::kMerge:
      MergeFiles(options);
      return 0;
    case Phase::kJoin:
      JoinFiles(options);
      return 0;
    case Phase::kPlan:
      PlanBuild(options, out);
      return 0;
    case Phase::kCompress:
      break;
  }
  std::uint64_t common_size = 0;
  if (!options.multifile.empty()) common_size = MakeCommonFile(options);
  const std::optional<Supplement> supplement =
      OpenSupplement(options, common_size);
  return Run(options, supplement ? &*supplement : nullptr, common_size, out)
      .All();
}

int Main(int argc, const char* const* argv) {
  return RunProgram(kProgram, argc, argv, &ParseOptions, &HelpText, &RunAll);
}

}  // namespace
}  // namespace dwreloc_tools::compress

int main(int argc, char** argv) {
  return dwreloc_tools::compress::Main(argc, argv);
}
