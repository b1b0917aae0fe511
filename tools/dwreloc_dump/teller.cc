// teller.cc - see teller.h.
#include "teller.h"

#include <dwreloc/dwreloc.h>
#include <stdio.h>
#include <unistd.h>

#include "common/json.h"
#include "options.h"

namespace dwreloc_tools {
namespace {

// Messages remembered to avoid repeating them.  For a file with more,
// repetitions are acceptable.
constexpr std::size_t kMaxTold = 100000;

}  // namespace

void Teller::BeginFile() {
  told_.clear();
  told_no_skeleton_ = false;
  no_numbers_.clear();
}

void Teller::EndFile(std::string_view path) {
  for (const auto& [subject, count] : no_numbers_) {
    if (count < 2) continue;
    fprintf(stderr, "dwreloc-dump: %.*s: %llu values need the address of %s\n",
            static_cast<int>(path.size()), path.data(),
            static_cast<unsigned long long>(count), subject.c_str());
  }
  no_numbers_.clear();
}

void Teller::Tell(const Message& message) {
  exit_status_ = kExitBadInput;
  if (told_.size() < kMaxTold && !told_.insert(message.text).second) return;
  // On a terminal, messages appear after the text printed before them.
  if (!json_ && isatty(STDOUT_FILENO) != 0) out_.Flush();
  std::string line = "dwreloc-dump: " + message.text;
  // Names in it come from the file, and a terminal may interpret them.
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  line += '\n';
  fwrite(line.data(), 1, line.size(), stderr);
  if (!json_) return;
  StringRoom room(objects_);
  JsonText json(room, "error");
  if (message.section_name.empty())
    json.Null("section");
  else
    json.String("section", message.section_name);
  json.Number("section_index", message.section, DWRELOC_NO_SECTION);
  json.Number("offset", message.offset, DWRELOC_NO_OFFSET);
  json.String("error", message.text);
  json.EndLine();
}

void Teller::TellNoSkeleton(const Message& message) {
  exit_status_ = kExitBadInput;
  if (told_no_skeleton_) return;
  told_no_skeleton_ = true;
  Tell({message.section, message.section_name, message.offset,
        message.text + " (the first of its addresses; told once)"});
}

void Teller::NoNumbers(const std::string& subject, std::uint64_t count,
                       const Message& message) {
  exit_status_ = kExitBadInput;
  std::uint64_t& total = no_numbers_[subject];
  if (total == 0) Tell(message);
  total += count;
}

void Teller::WriteObjects() {
  out_.Text(objects_);
  objects_.clear();
}

}  // namespace dwreloc_tools
