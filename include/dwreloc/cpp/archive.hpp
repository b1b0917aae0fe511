// cpp/archive.hpp - archives, whose members open as files.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_archive_test.cc.
#ifndef DWRELOC_CPP_ARCHIVE_HPP
#define DWRELOC_CPP_ARCHIVE_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/file.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dwreloc {

// A member of an archive; its strings belong to that.
class Member {
 public:
  Member() = default;
  explicit Member(const Dwreloc_Member& member) : member_(member) {}

  const Dwreloc_Member& raw() const { return member_; }
  std::uint32_t index() const { return member_.index; }
  std::string_view name() const { return detail::View(member_.name); }
  // "libx.a(y.o)"
  std::string_view full_name() const { return detail::View(member_.full_name); }
  // Of the contents; thin: kNoOffset.
  std::uint64_t offset() const { return member_.offset; }
  std::uint64_t size() const { return member_.size; }
  Dwreloc_Content content() const {
    return static_cast<Dwreloc_Content>(member_.content);
  }
  // "LLVM bitcode"; empty if it is not known.
  std::string_view content_name() const {
    return detail::View(member_.content_name);
  }

 private:
  Dwreloc_Member member_{};
};

namespace detail {
struct MemberTable {
  const Dwreloc_Archive* archive = nullptr;
  Member At(std::size_t index) const {
    Dwreloc_Member member;
    Check(dwreloc_archive_member(archive, static_cast<std::uint32_t>(index),
                                 &member));
    return Member(member);
  }
};
}  // namespace detail

// Random access by index.
using Members = detail::IndexRange<detail::MemberTable, Member>;

// An open archive.  Files that were opened from it may outlive it.
// Thread-safety: as File.
class Archive {
 public:
  explicit Archive(const char* path) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open(path, &archive));
    archive_.reset(archive);
  }
  explicit Archive(const std::string& path) : Archive(path.c_str()) {}
  // `limit`: as of File, for the archive and for each of its members.
  Archive(const std::string& path, std::uint64_t limit) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_limited(path.c_str(), limit, &archive));
    archive_.reset(archive);
  }

  // `fd` is used during the call only; `name` is for messages, and tells where
  // the files of a thin archive are.
  static Archive FromFd(int fd, const char* name = nullptr) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_fd(fd, name, &archive));
    return Archive(archive);
  }
  // The image is borrowed until the archive and its files are destroyed.
  static Archive FromMemory(std::span<const std::uint8_t> image,
                            const char* name = nullptr) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_memory(image.data(), image.size(), name,
                                              &archive));
    return Archive(archive);
  }

  const Dwreloc_Archive* raw() const { return archive_.get(); }
  ArchiveInfo info() const {
    ArchiveInfo info;
    detail::Check(dwreloc_archive_info(raw(), &info));
    return info;
  }
  Members members() const {
    return Members(detail::MemberTable{raw()}, info().member_count);
  }
  // The first one of that name at or after index `from`.
  std::optional<Member> Find(const char* name, std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_archive_find(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return detail::MemberTable{raw()}.At(index);
  }
  File Open(std::uint32_t index) const {
    return File::FromMember(raw(), index);
  }
  // Why nothing is read after the last member.
  std::optional<Error> error() const {
    if (dwreloc_archive_error(raw()) >= 0) return std::nullopt;
    return Error::Last();
  }

 private:
  struct Close {
    void operator()(Dwreloc_Archive* archive) const {
      dwreloc_archive_close(archive);
    }
  };
  explicit Archive(Dwreloc_Archive* archive) : archive_(archive) {}

  std::unique_ptr<Dwreloc_Archive, Close> archive_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_ARCHIVE_HPP
