#include "support/archive_builder.h"

#include <utility>

namespace dwreloc::internal {
namespace {

std::string Padded(std::string_view text, size_t width) {
  std::string field(text.substr(0, width));
  field.resize(width, ' ');
  return field;
}

}  // namespace

std::string ArchiveBuilder::Header(std::string_view name,
                                   std::string_view size) {
  return Padded(name, 16) + Padded("0", 12) + Padded("0", 6) + Padded("0", 6) +
         Padded("644", 8) + Padded(size, 10) + "`\n";
}

ArchiveBuilder& ArchiveBuilder::Add(std::string name, Bytes contents) {
  members_.push_back(
      {std::move(name), std::string(contents.begin(), contents.end()), false});
  return *this;
}

ArchiveBuilder& ArchiveBuilder::AddRaw(std::string header_name,
                                       Bytes contents) {
  members_.push_back({std::move(header_name),
                      std::string(contents.begin(), contents.end()), true});
  return *this;
}

std::vector<uint8_t> ArchiveBuilder::Build() const {
  const bool is_thin = format_ == ArchiveFormat::kThin;
  std::string bytes = is_thin ? "!<thin>\n" : "!<arch>\n";
  const auto add = [&bytes](const std::string& name,
                            const std::string& contents, bool has_contents) {
    bytes += Header(name, std::to_string(contents.size()));
    if (!has_contents) return;
    bytes += contents;
    if (bytes.size() % 2 != 0) bytes += '\n';
  };
  switch (format_) {
    case ArchiveFormat::kGnu:
    case ArchiveFormat::kThin:
      add("/", std::string(4, '\0'), true);
      break;
    case ArchiveFormat::kGnu64:
      add("/SYM64/", std::string(8, '\0'), true);
      break;
    case ArchiveFormat::kBsd:
      // With its name as BSD's ranlib writes it.
      add("#1/20", "__.SYMDEF SORTED" + std::string(4 + 8, '\0'), true);
      break;
  }
  std::string long_names;
  std::vector<std::string> names;
  for (const Member& member : members_) {
    if (member.is_raw) {
      names.push_back(member.name);
    } else if (format_ == ArchiveFormat::kBsd) {
      const bool is_long =
          member.name.size() > 16 || member.name.find(' ') != std::string::npos;
      names.push_back(is_long ? "#1/" + std::to_string(member.name.size())
                              : member.name);
    } else if (is_thin || member.name.size() > 15) {
      names.push_back("/" + std::to_string(long_names.size()));
      long_names += member.name + "/\n";
    } else {
      names.push_back(member.name + "/");
    }
  }
  if (!long_names.empty()) add("//", long_names, true);
  for (size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    const bool is_bsd_long = !member.is_raw && names[i].starts_with("#1/");
    add(names[i], (is_bsd_long ? member.name : "") + member.contents, !is_thin);
  }
  return {bytes.begin(), bytes.end()};
}

}  // namespace dwreloc::internal
