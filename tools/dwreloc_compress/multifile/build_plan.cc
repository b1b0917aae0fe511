// build_plan.cc - see build_plan.h.
#include "dwreloc_compress/multifile/build_plan.h"

#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace dwreloc_tools::compress {
namespace {

// For a shell.
std::string Quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "/._-+=:,@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

// Commands and paths that both kinds of build files have.
class Plan {
 public:
  Plan(const Options& options, const std::string& program, std::string name)
      : options_(options),
        work_(WorkDirectory(options)),
        name_(std::move(name)) {
    command_ = options.launcher;
    if (!command_.empty()) command_ += ' ';
    command_ += Quoted(program) + " --quiet";
    if (options.diets.joins_declarations) diets_ = " --join-declarations";
  }
  virtual ~Plan() = default;

  virtual std::string Text() = 0;

 protected:
  std::size_t batch_count() const {
    return (options_.files.size() + options_.batch - 1) / options_.batch;
  }
  std::vector<std::string> BatchOf(std::size_t number) const {
    std::vector<std::string> files;
    const std::size_t first = number * options_.batch;
    for (std::size_t i = first;
         i < options_.files.size() && i < first + options_.batch; ++i)
      files.push_back(FileAt(i));
    return files;
  }
  // As no option and no response file is called.
  std::string FileAt(std::size_t number) const {
    const std::string& file = options_.files[number];
    return file[0] == '-' || file[0] == '@' ? "./" + file : file;
  }
  std::string SpoolOf(std::size_t file) const {
    return work_ + "/" + std::to_string(file) + ".spool";
  }
  std::string PartOf(std::uint32_t range) const {
    return work_ + "/part." + std::to_string(range);
  }
  std::string sections() const {
    return options_.sections == SectionPacking::kPlain ? ""
           : options_.sections == SectionPacking::kZlib
               ? " --compress-debug-sections=zlib"
               : " --compress-debug-sections=zstd";
  }
  std::string Index() const {
    return command_ + " --lenient" + diets_ + " --index";
  }
  std::string Merge(const std::string& range) const {
    return command_ + " --merge=" + range;
  }
  std::string Join() const {
    return command_ +
           (options_.forms == SupplementForms::kDwarf5 ? " --dwarf-5" : "") +
           sections() + " --join";
  }
  std::string Rewrite() const {
    return command_ + " --lenient" + diets_ +
           (options_.diets.has_address_table ? " --address-table" : "") +
           (options_.verify ? " --verify" : "") + sections() +
           " --common=" + Quoted(options_.multifile) +
           " --multifile-name=" + Quoted(name_) +
           " --output-dir=" + Quoted(options_.output_directory);
  }

  const Options& options_;
  const std::string work_;

 private:
  const std::string name_;
  std::string command_;
  std::string diets_;
};

class NinjaPlan : public Plan {
 public:
  using Plan::Plan;

  std::string Text() override {
    Rule("index", Index() + " $in -o $out", "index $in", /*has_file=*/false);
    Rule("merge", Merge("$range") + " @$out.files -o $out",
         "merge range $range", true);
    Rule("join", Join() + " @$out.files -o $out", "join $out", true);
    Rule("rewrite", Rewrite() + " $in", "rewrite $what", false);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < options_.files.size(); ++i) {
      Build({SpoolOf(i)}, "index", {FileAt(i)}, "");
      all.push_back(SpoolOf(i));
    }
    const std::vector<std::string> spools = all;
    for (std::uint32_t range = 0; range < options_.ranges; ++range) {
      Build({PartOf(range)}, "merge", spools, "");
      text_ += "  range = " + std::to_string(range) + "/" +
               std::to_string(options_.ranges) + "\n";
      all.push_back(PartOf(range));
    }
    Build({options_.multifile}, "join", all, "");
    for (std::size_t i = 0; i < batch_count(); ++i) {
      std::vector<std::string> outputs;
      for (const std::string& file : BatchOf(i))
        outputs.push_back(InOutputDirectory(options_, file));
      Build(outputs, "rewrite", BatchOf(i), options_.multifile);
      text_ += "  what = batch " + std::to_string(i + 1) + " of " +
               std::to_string(batch_count()) + "\n";
    }
    return "# Written by dwreloc-compress --plan=ninja.\n"
           "ninja_required_version = 1.3\n" +
           text_;
  }

 private:
  static std::string Escaped(std::string_view path) {
    std::string escaped;
    for (const char c : path) {
      if (c == '\n') throw std::runtime_error("a path with a line break");
      if (c == '$' || c == ' ' || c == ':' || c == '|') escaped += '$';
      escaped += c;
    }
    return escaped;
  }
  void Rule(const char* name, const std::string& command,
            const std::string& description, bool has_file) {
    text_ += std::string("rule ") + name + "\n  command = " + command +
             "\n  description = " + description + "\n";
    if (has_file) text_ += "  rspfile = $out.files\n  rspfile_content = $in\n";
  }
  void Build(const std::vector<std::string>& outputs, const char* rule,
             const std::vector<std::string>& inputs,
             const std::string& dependency) {
    text_ += "build";
    for (const std::string& output : outputs) text_ += " " + Escaped(output);
    text_ += std::string(": ") + rule;
    for (const std::string& input : inputs) text_ += " " + Escaped(input);
    if (!dependency.empty()) text_ += " | " + Escaped(dependency);
    text_ += "\n";
  }

  std::string text_;
};

// One command rewrites several files; a mark stands for them.
class MakePlan : public Plan {
 public:
  using Plan::Plan;

  std::string Text() override {
    const std::string files = work_ + "/files";
    std::string marks;
    for (std::size_t i = 0; i < batch_count(); ++i) marks += " " + MarkOf(i);
    std::string spools;
    for (std::size_t i = 0; i < options_.files.size(); ++i)
      spools += " " + Path(SpoolOf(i));
    std::string parts;
    for (std::uint32_t range = 0; range < options_.ranges; ++range)
      parts += " " + Path(PartOf(range));
    std::string text =
        "# Written by dwreloc-compress --plan=make.\n"
        "# make SHELL=srun runs each command as a job of Slurm.\n"
        "ifeq ($(notdir $(firstword $(SHELL))),srun)\n"
        ".SHELLFLAGS := --quiet -N1 -n1 sh -c\n"
        "endif\n"
        ".DELETE_ON_ERROR:\n"
        "all:" +
        marks +
        "\n.PHONY: all\n"
        "spools :=" +
        spools + "\nparts :=" + parts + "\n";
    for (std::size_t i = 0; i < options_.files.size(); ++i)
      Rule(text, Path(SpoolOf(i)), Path(FileAt(i)), Index() + " $< -o $@");
    // The line of a command may be too short for all.
    text += "$(file >" + Path(files) + ",$(spools))\n";
    text += "$(file >" + Path(files + ".all") + ",$(spools) $(parts))\n";
    for (std::uint32_t range = 0; range < options_.ranges; ++range)
      Rule(
          text, Path(PartOf(range)), "$(spools)",
          Merge(std::to_string(range) + "/" + std::to_string(options_.ranges)) +
              " @" + Path(files) + " -o $@");
    Rule(text, Path(options_.multifile), "$(spools) $(parts)",
         Join() + " @" + Path(files + ".all") + " -o $@");
    for (std::size_t i = 0; i < batch_count(); ++i) {
      std::string inputs;
      for (const std::string& file : BatchOf(i)) inputs += " " + Path(file);
      Rule(text, MarkOf(i), Path(options_.multifile) + inputs,
           Rewrite() + inputs + " && touch $@");
    }
    return text;
  }

 private:
  std::string MarkOf(std::size_t batch) const {
    return Path(work_ + "/rewritten." + std::to_string(batch));
  }
  static std::string Path(const std::string& path) {
    if (path.find_first_of(" \t\n:#%$*?[]\\~'\"();&|<>=`!") !=
        std::string::npos)
      throw std::runtime_error("make has no name for the path " + path);
    return path;
  }
  static void Rule(std::string& text, const std::string& target,
                   const std::string& inputs, const std::string& command) {
    text += target + ": " + inputs + "\n\t" + command + "\n";
  }
};

}  // namespace

std::string WorkDirectory(const Options& options) {
  return options.work_directory.empty() ? options.multifile + ".work"
                                        : options.work_directory;
}

std::string BuildPlan(const Options& options, const std::string& program,
                      const std::string& name) {
  if (options.plan == PlanFormat::kMake)
    return MakePlan(options, program, name).Text();
  return NinjaPlan(options, program, name).Text();
}

}  // namespace dwreloc_tools::compress
