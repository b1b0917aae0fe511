// report.cc - see report.h.
#include "report.h"

#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "quote.h"

namespace dwreloc_dump {
namespace {

// Messages remembered so as not to be repeated.  A file with more is beyond
// tidiness.
constexpr std::size_t kMaxTold = 100000;

std::string HexOffset(std::uint64_t offset) {
  char text[18];
  return std::string(text, PutHex(text, offset));
}

}  // namespace

void Report::BeginFile(const std::string& path, const Dwreloc_Module* module) {
  path_ = path;
  module_ = module;
  told_.clear();
  no_number_.clear();
}

void Report::EndFile() {
  for (const auto& [subject, count] : no_number_) {
    if (count < 2) continue;
    fprintf(stderr, "dwreloc-dump: %s: %llu values need the address of %s\n",
            path_.c_str(), static_cast<unsigned long long>(count),
            subject.c_str());
  }
  no_number_.clear();
  module_ = nullptr;
}

std::string Report::SectionName(std::uint32_t section) const {
  Dwreloc_Section header;
  if (module_ == nullptr || section == DWRELOC_NO_SECTION ||
      dwreloc_section(module_, section, &header) < 0 || header.name == nullptr)
    return "";
  return header.name;
}

void Report::LastError() {
  Dwreloc_Error error;
  dwreloc_error(&error);
  const std::string text =
      error.text != nullptr ? error.text : dwreloc_strerror(error.code);
  Tell({error.section, error.offset}, text);
}

void Report::Failure(const dwreloc::Error& error) {
  Tell({error.section(), error.offset()}, error.what());
}

void Report::Fact(const Where& where, std::string_view fact) {
  std::string text = path_ + ": ";
  const std::string section = SectionName(where.section);
  if (!section.empty()) {
    text += section;
    if (where.offset != DWRELOC_NO_OFFSET)
      text += "+" + HexOffset(where.offset);
    text += ": ";
  }
  text += fact;
  Tell(where, text);
}

void Report::NoNumber(const Where& where, const std::string& subject,
                      int code) {
  exit_status_ = kExitBadInput;
  if (no_number_[subject]++ == 0)
    Fact(where, std::string(dwreloc_strerror(code)) + " (" + subject + ")");
}

void Report::Tell(const Where& where, std::string_view text) {
  exit_status_ = kExitBadInput;
  if (told_.size() < kMaxTold && !told_.emplace(text).second) return;
  // In step with the text, where both are seen.
  if (!json_ && isatty(STDOUT_FILENO) != 0) out_.Flush();
  std::string line = "dwreloc-dump: " + std::string(text);
  // Names in it are the file's, and a terminal may obey them.
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  line += '\n';
  fwrite(line.data(), 1, line.size(), stderr);
  if (!json_) return;
  const std::string section = SectionName(where.section);
  objects_ += R"({"kind":"error","section":)";
  objects_ += section.empty() ? "null" : JsonString(section);
  objects_ += R"(,"section_index":)";
  objects_ += where.section == DWRELOC_NO_SECTION
                  ? "null"
                  : std::to_string(where.section);
  objects_ += R"(,"offset":)";
  objects_ +=
      where.offset == DWRELOC_NO_OFFSET ? "null" : std::to_string(where.offset);
  objects_ += R"(,"error":)" + JsonString(text) + "}\n";
}

void Report::WriteObjects() {
  out_.Text(objects_);
  objects_.clear();
}

}  // namespace dwreloc_dump
