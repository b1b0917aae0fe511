// plan.cc - see plan.h.
#include "plan.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/checked.h"
#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

// Smaller units are grouped: the cost of handing out a piece and putting it in
// order is then negligible compared to printing it.
constexpr std::uint64_t kPieceBytes = 64 << 10;

bool IsSelected(const Options& options, void (*print)(Context&)) {
  const std::span<const Selector> selectors = AllSelectors();
  for (std::size_t i = 0; i < selectors.size(); ++i)
    if (selectors[i].print == print) return options.selectors[i];
  return false;
}

bool HasSection(const Options& options, const dwreloc::FileView& file) {
  return !options.section || file.FindSection(options.section->c_str());
}

// The complaint if no file has it.
Complaint NoSection(const Options& options) {
  return [text = "no section " + *options.section](Report& report) {
    report.Fact({}, text);
  };
}

// Returns true if the unit may be the requested one, or contain the DIE.
bool HoldsPlace(const Options& options, const Dwreloc_Unit_Info& unit) {
  const auto holds = [&unit](std::uint64_t offset) {
    return offset >= unit.offset && offset < unit.end;
  };
  return (!options.unit || holds(*options.unit)) &&
         (!options.die || holds(*options.die));
}

bool HoldsPlace(const Options& options, const Dwreloc_Module* module) {
  const Dwreloc_Unit* unit = nullptr;
  while (Checked(dwreloc_units_next(module, &unit)) > 0) {
    Dwreloc_Unit_Info info;
    if (Checked(dwreloc_unit_info(unit, &info)) >= 0 &&
        HoldsPlace(options, info))
      return true;
  }
  return false;
}

void HeadingJson(const Input& input, Output& out) {
  JsonObject json(out, "file");
  json.String("file", input.path);
  if (input.member) {
    json.String("archive", input.member->archive);
    json.String("member", input.member->name);
    json.Number("member_index", input.member->index);
    json.Number("member_offset", input.member->offset, DWRELOC_NO_OFFSET);
    if (input.left_out.empty())
      json.Null("left_out");
    else
      json.String("left_out", input.left_out);
  }
  json.EndLine();
}

void HeadingText(const Input& input, Output& out, bool is_first) {
  if (!is_first) out.Char('\n');
  AppendEscaped(out, input.path);
  out.Char(':');
  if (!input.left_out.empty()) {
    out.Text(" left out: ");
    AppendEscaped(out, input.left_out);
  }
  out.Char('\n');
}

}  // namespace

Plan::Piece Plan::Next() {
  for (;;) {
    if (units_ != nullptr) {
      Piece piece = NextUnits();
      return piece.print ? std::move(piece) : EndUnits();
    }
    if (file_ != nullptr) {
      Piece piece = BeginView();
      if (piece.print) return piece;
      return is_begun_by_name_ && options_.dwo ? ListSplitFiles() : EndFile();
    }
    if (!split_files_.empty()) return BeginSplitFile();
    std::optional<Input> input = inputs_.Next();
    if (!input) return {};
    return BeginFile(*std::move(input));
  }
}

Plan::Piece Plan::InFile(std::function<void(Context&)> print) const {
  return {[file = file_, print = std::move(print)](Worker& worker) {
            Context& context = worker.ContextOf(file);
            try {
              print(context);
            } catch (const dwreloc::Error& error) {
              context.report.Failure(error);
            }
            context.report.EndPiece();
          },
          false};
}

std::function<void(Worker&)> Plan::Heading(const Input& input) {
  if (!input.has_heading ||
      (options_.files.size() < 2 && !options_.dwo && !input.member)) {
    return [](Worker&) {};
  }
  // Copies only the printed part of the input; a file is not copied.
  auto heading = std::make_shared<Input>();
  heading->path = input.path;
  heading->member = input.member;
  heading->left_out = input.left_out;
  const bool is_first = !std::exchange(has_heading_, true);
  return [heading, is_first](Worker& worker) {
    if (worker.options().json())
      HeadingJson(*heading, worker.out());
    else
      HeadingText(*heading, worker.out(), is_first);
  };
}

Plan::Piece Plan::BeginFile(Input input) {
  std::vector<Complaint> complaints;
  if (input.error) {
    complaints.push_back(
        [error = *input.error](Report& report) { report.Failure(error); });
  }
  if (!input.fact.empty()) {
    complaints.push_back(
        [fact = input.fact](Report& report) { report.Fact({}, fact); });
  }
  std::function<void(Worker&)> heading = Heading(input);
  if (input.file) {
    dwreloc::File& file = *input.file;
    try {
      PlaceAll(options_, file,
               {.fact =
                    [&](const std::string& text) {
                      complaints.push_back(
                          [text](Report& report) { report.Fact({}, text); });
                    },
                .failure =
                    [&](const dwreloc::Error& error) {
                      complaints.push_back(
                          [error](Report& report) { report.Failure(error); });
                    }});
      if (!options_.dwo && !HasSection(options_, file))
        complaints.push_back(NoSection(options_));
      file_ = std::make_shared<const OpenedFile>(input.path, std::move(file));
      next_view_ = 0;
      is_begun_by_name_ = true;
      found_split_files_ = false;
    } catch (const dwreloc::Error& error) {
      complaints.push_back([error](Report& report) { report.Failure(error); });
    }
  }
  return {[heading = std::move(heading), path = input.path,
           complaints = std::move(complaints), file = file_](Worker& worker) {
            heading(worker);
            worker.order().Do([](Page& page) { page.teller().BeginFile(); });
            Report report(worker.order(), path,
                          file != nullptr ? file->file.raw() : nullptr,
                          worker.options().json());
            for (const Complaint& complaint : complaints) complaint(report);
            report.EndPiece();
          },
          false};
}

void Plan::FindSplitFiles() {
  if (found_split_files_) return;
  found_split_files_ = true;
  split_complaints_.clear();
  std::set<const Dwreloc_Module*> seen = {file_->file.raw()};
  const Dwreloc_Unit* unit = nullptr;
  while (Checked(dwreloc_units_next(file_->file.raw(), &unit)) > 0) {
    const Dwreloc_Unit* split = nullptr;
    const int result = Checked(dwreloc_unit_split(unit, &split));
    if (result < 0) {
      split_complaints_.push_back(
          [error = dwreloc::Error::Last()](Report& report) {
            report.Failure(error);
          });
    }
    if (result <= 0) continue;
    const dwreloc::FileView file(dwreloc_unit_module(split));
    if (!seen.insert(file.raw()).second) continue;
    split_files_.push_back(
        std::make_shared<const OpenedFile>(file.info().name, file, file_));
  }
}

bool Plan::SplitFilesHoldPlace() {
  FindSplitFiles();
  return std::any_of(split_files_.begin(), split_files_.end(),
                     [this](const std::shared_ptr<const OpenedFile>& split) {
                       return HoldsPlace(options_, split->file.raw());
                     });
}

Plan::Piece Plan::ListSplitFiles() {
  FindSplitFiles();
  is_begun_by_name_ = false;
  const auto has_section = [this](const std::shared_ptr<const OpenedFile>& of) {
    return HasSection(options_, of->file);
  };
  if (!has_section(file_) &&
      std::none_of(split_files_.begin(), split_files_.end(), has_section)) {
    split_complaints_.push_back(NoSection(options_));
  }
  return InFile([complaints = std::move(split_complaints_)](Context& context) {
    for (const Complaint& complaint : complaints) complaint(context.report);
    context.report.FlushObjects();
  });
}

Plan::Piece Plan::BeginSplitFile() {
  file_ = std::move(split_files_.front());
  split_files_.pop_front();
  next_view_ = 0;
  Input input;
  input.path = file_->path;
  return {[heading = Heading(input)](Worker& worker) {
            heading(worker);
            worker.order().Do([](Page& page) { page.teller().BeginFile(); });
          },
          false};
}

Plan::Piece Plan::EndFile() {
  Piece piece{[file = std::move(file_)](Worker& worker) {
                worker.order().Do([path = file->path](Page& page) {
                  page.teller().EndFile(path);
                });
                worker.EndFile();
              },
              false};
  file_ = nullptr;
  return piece;
}

Plan::Piece Plan::BeginView() {
  const std::span<const Selector> selectors = AllSelectors();
  while (next_view_ < selectors.size()) {
    if (!options_.selectors[next_view_++]) continue;
    const Selector& view = selectors[next_view_ - 1];
    if (view.print != nullptr) {
      Piece piece = InFile(view.print);
      // It prints the cost of reading so far, so the views before it must have
      // finished reading and those after it must not have begun.
      piece.in_turn =
          IsSelected(options_, DumpDiagnostics) &&
          (view.print == DumpDiagnostics || view.print == DumpCoverage);
      return piece;
    }
    units_ = view.by_unit();
    unit_ = nullptr;
    found_unit_ = false;
    has_more_units_ = true;
    return InFile([](Context& context) {
      context.order.Do([](Page& page) { page.BeginPart(); });
      for (const dwreloc::Error& error : context.file.unit_errors())
        context.report.Failure(error);
    });
  }
  return {};
}

Plan::Piece Plan::NextUnits() {
  const Dwreloc_Module* module = file_->file.raw();
  std::vector<ListedUnit> units;
  std::uint64_t bytes = 0;
  while (has_more_units_ && bytes < kPieceBytes) {
    if (Checked(dwreloc_units_next(module, &unit_)) <= 0) {
      has_more_units_ = false;
      break;
    }
    ListedUnit listed{unit_, {}};
    Checked(dwreloc_unit_info(unit_, &listed.info));
    if (!HoldsPlace(options_, listed.info)) continue;
    found_unit_ = true;
    if (!units_->Wants(listed)) continue;
    bytes += listed.info.end - listed.info.offset;
    units.push_back(listed);
  }
  if (units.empty()) return {};
  return InFile([view = units_, units = std::move(units)](Context& context) {
    for (const ListedUnit& unit : units) {
      view->Print(context, unit);
      context.report.FlushObjects();
    }
  });
}

Plan::Piece Plan::EndUnits() {
  // It is enough if FILE or one of its split files has it; FILE reports it if
  // none has.
  const bool is_elsewhere = !found_unit_ && options_.dwo &&
                            (!is_begun_by_name_ || SplitFilesHoldPlace());
  Piece piece = InFile([view = std::move(units_), found = found_unit_,
                        is_elsewhere](Context& context) {
    const bool is_asked_for = context.options.unit || context.options.die;
    if (found || !is_asked_for)  // a file may have no units at all
      view->End(context);
    else if (!is_elsewhere)
      ReportNotFound(context, false, true);
  });
  units_ = nullptr;
  // The result is known when all units have been printed.
  piece.in_turn = options_.die.has_value();
  return piece;
}

}  // namespace dwreloc_tools
