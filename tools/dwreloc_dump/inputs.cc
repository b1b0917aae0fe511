// inputs.cc - see inputs.h.
#include "inputs.h"

#include <utility>

namespace dwreloc_tools {

std::optional<Input> Inputs::Next() {
  for (;;) {
    if (archive_) {
      if (std::optional<Input> member = NextMember()) return member;
      archive_.reset();
    }
    if (next_file_ == files_.size()) return std::nullopt;
    Input input = OpenFile(files_[next_file_++]);
    if (!archive_) return input;
  }
}

Input Inputs::OpenFile(const std::string& path) {
  Input input;
  input.path = path;
  try {
    input.file.emplace(path, limit_);
  } catch (const dwreloc::Error& error) {
    const bool is_archive = error.code() == DWRELOC_E_NOT_ELF
                                ? OpenArchive(path)
                                : OpenNamedMembers(path);
    if (!is_archive) input.error = error;
  }
  return input;
}

bool Inputs::OpenArchive(const std::string& path) {
  try {
    archive_.emplace(path, limit_);
  } catch (const dwreloc::Error&) {
    return false;
  }
  archive_path_ = path;
  wanted_.reset();
  told_end_ = false;
  next_member_ = 0;
  return true;
}

bool Inputs::OpenNamedMembers(const std::string& path) {
  if (!path.ends_with(')')) return false;
  // Either name may contain a parenthesis.
  for (std::size_t open = path.find('('); open != std::string::npos;
       open = path.find('(', open + 1)) {
    if (!OpenArchive(path.substr(0, open))) continue;
    wanted_ = path.substr(open + 1, path.size() - open - 2);
    found_wanted_ = false;
    return true;
  }
  return false;
}

std::optional<Input> Inputs::NextMember() {
  const dwreloc::Members members = archive_->members();
  while (next_member_ < members.size()) {
    const dwreloc::Member member = members[next_member_++];
    if (wanted_ && member.name() != *wanted_) continue;
    found_wanted_ = true;
    return OpenMember(member);
  }
  if (std::exchange(told_end_, true)) return std::nullopt;
  Input end;
  end.has_heading = false;
  end.path = archive_path_;
  if (wanted_ && !found_wanted_) {
    end.fact = "no member " + *wanted_;
    return end;
  }
  // If one member was requested, the rest of the archive is not.
  if (wanted_) return std::nullopt;
  end.error = archive_->error();
  if (!end.error) return std::nullopt;
  return end;
}

Input Inputs::OpenMember(const dwreloc::Member& member) const {
  Input input;
  input.path = member.full_name();
  input.member = MemberPlace{archive_path_, std::string(member.name()),
                             member.index(), member.offset()};
  const bool is_left_out = member.content() == DWRELOC_CONTENT_OTHER ||
                           member.content() == DWRELOC_CONTENT_ARCHIVE;
  if (is_left_out && !wanted_) {
    input.left_out = member.content_name().empty() ? "not an ELF file"
                                                   : member.content_name();
    return input;
  }
  try {
    input.file.emplace(archive_->Open(member.index()));
  } catch (const dwreloc::Error& error) {
    input.error = error;
  }
  return input;
}

}  // namespace dwreloc_tools
