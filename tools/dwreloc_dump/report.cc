// report.cc - see report.h.
#include "report.h"

namespace dwreloc_tools {
namespace {

std::string HexOffset(std::uint64_t offset) {
  char text[18];
  return std::string(text, PutHex(text, offset));
}

}  // namespace

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
  std::string text =
      error.text != nullptr ? error.text : dwreloc_strerror(error.code);
  Message message{error.section, SectionName(error.section), error.offset,
                  std::move(text)};
  if (error.code == DWRELOC_E_NO_SKELETON)
    TellNoSkeleton(std::move(message));
  else
    Tell(std::move(message));
}

void Report::Failure(const dwreloc::Error& error) {
  Tell({error.section(), SectionName(error.section()), error.offset(),
        error.what()});
}

Message Report::FactMessage(const Where& where, std::string_view fact) const {
  std::string text = path_ + ": ";
  std::string section = SectionName(where.section);
  if (!section.empty()) {
    text += section;
    if (where.offset != DWRELOC_NO_OFFSET)
      text += "+" + HexOffset(where.offset);
    text += ": ";
  }
  text += fact;
  return {where.section, std::move(section), where.offset, std::move(text)};
}

void Report::Fact(const Where& where, std::string_view fact) {
  Tell(FactMessage(where, fact));
}

void Report::NoSkeleton(const Where& where, std::string_view fact) {
  TellNoSkeleton(FactMessage(where, fact));
}

void Report::TellNoSkeleton(Message message) {
  order_.Do([message = std::move(message)](Page& page) {
    page.teller().TellNoSkeleton(message);
  });
  has_objects_ = json_;
}

void Report::Tell(Message message) {
  order_.Do([message = std::move(message)](Page& page) {
    page.teller().Tell(message);
  });
  has_objects_ = json_;
}

void Report::NoNumber(const Where& where, const std::string& subject,
                      int code) {
  // One is enough for the page to report; the others are only counted.
  if (no_number_[subject]++ != 0) return;
  Message message = FactMessage(
      where, std::string(dwreloc_strerror(code)) + " (" + subject + ")");
  order_.Do([subject, message = std::move(message)](Page& page) {
    page.teller().NoNumbers(subject, 1, message);
  });
  has_objects_ = json_;
}

void Report::WriteObjects() {
  has_objects_ = false;
  order_.Do([](Page& page) { page.teller().WriteObjects(); });
}

void Report::EndPiece() {
  FlushObjects();
  for (const auto& entry : no_number_) {
    if (entry.second == 1) continue;
    order_.Do([subject = entry.first, more = entry.second - 1](Page& page) {
      page.teller().NoNumbers(subject, more, {});
    });
  }
  no_number_.clear();
}

}  // namespace dwreloc_tools
