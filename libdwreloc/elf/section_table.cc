#include "elf/section_table.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "elf/section.h"

namespace dwreloc::internal {

absl::Status SectionTable::Read(const ElfHeader& header, Bytes image) {
  image_ = image;
  is_64_ = header.is_64;
  order_ = header.order;
  headers_end_ = header.size();
  if (header.e_shoff == 0) return absl::OkStatus();  // no sections at all

  const uint64_t entry_size = header.section_header_size();
  if (header.e_shentsize != entry_size) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("e_shentsize is ", header.e_shentsize,
                                  ", expected ", entry_size));
  }
  if (!Fits(header.e_shoff, entry_size, image_.size())) {
    return MakeError(
        ErrorCode::kBadElf,
        absl::StrCat("e_shoff ", header.e_shoff, " is outside the file of ",
                     image_.size(), " bytes"));
  }
  const SectionHeader first = [&] {
    if (header.e_shnum != 0 && header.e_shstrndx != SHN_XINDEX) {
      return SectionHeader();
    }
    headers_ = image_.subspan(static_cast<size_t>(header.e_shoff));
    return Header(0);
  }();
  // gABI: counts that do not fit the header's fields are stored in section 0.
  const uint64_t count = header.e_shnum != 0 ? header.e_shnum : first.sh_size;
  if (count > UINT32_MAX ||
      !Fits(header.e_shoff, count * entry_size, image_.size())) {
    return MakeError(
        ErrorCode::kBadElf,
        absl::StrCat(count, " section headers at ", header.e_shoff,
                     " do not fit the file of ", image_.size(), " bytes"));
  }
  count_ = static_cast<uint32_t>(count);
  headers_end_ = std::max(headers_end_, header.e_shoff + count * entry_size);
  headers_ = image_.subspan(static_cast<size_t>(header.e_shoff),
                            static_cast<size_t>(count * entry_size));
  names_section_ =
      header.e_shstrndx == SHN_XINDEX ? first.sh_link : header.e_shstrndx;
  return absl::OkStatus();
}

Bytes SectionTable::names() const {
  return names_.Get(
      [this] { return RawContents(names_section_).value_or(Bytes()); });
}

std::string_view SectionTable::NameAt(uint32_t sh_name) const {
  const Bytes names = this->names();
  if (sh_name >= names.size()) return "";
  const uint8_t* begin = names.data() + sh_name;
  const void* end = FindNameEnd(names, sh_name);
  if (end == nullptr) return "";
  return std::string_view(
      reinterpret_cast<const char*>(begin),
      static_cast<size_t>(static_cast<const uint8_t*>(end) - begin));
}

bool SectionTable::IsNameLost(uint32_t index) const {
  const uint32_t offset = Header(index).sh_name;
  if (offset == 0) return false;
  const Bytes all = names();
  return offset >= all.size() || FindNameEnd(all, offset) == nullptr;
}

// A megabyte of headers may all have the same name, a megabyte long, and each
// reader of names would have to read it for each header.  The check is skipped
// for names of ordinary length.
const void* SectionTable::FindNameEnd(Bytes names, uint32_t offset) const {
  constexpr size_t kLong = 4096;
  const uint8_t* begin = names.data() + offset;
  const size_t rest = names.size() - offset;
  const void* end = std::memchr(begin, 0, std::min(rest, kLong));
  if (end != nullptr || rest <= kLong || AreNamesRepeated()) return end;
  return std::memchr(begin + kLong, 0, rest - kLong);
}

bool SectionTable::AreNamesRepeated() const {
  return names_are_repeated_.Get([this] {
    constexpr uint64_t kMaxRepeated = 16;
    const Bytes all = names();
    uint64_t left = all.size() * kMaxRepeated;
    for (uint32_t i = 1; i < count_; ++i) {
      const uint32_t offset = Header(i).sh_name;
      if (offset >= all.size()) continue;
      const uint8_t* begin = all.data() + offset;
      const size_t rest = all.size() - offset;
      const void* end = std::memchr(begin, 0, rest);
      const uint64_t size =
          end == nullptr
              ? rest
              : static_cast<uint64_t>(static_cast<const uint8_t*>(end) - begin);
      if (size > left) return true;
      left -= size;
    }
    return false;
  });
}

uint32_t SectionTable::Find(std::string_view name, uint32_t from) const {
  for (uint32_t i = from; i < count_; ++i) {
    if (IsSectionNamed(Name(i), name)) return i;
  }
  return kNoSection;
}

std::string SectionTable::Describe(uint32_t index) const {
  if (index >= count_) return absl::StrCat("[", index, "]");
  const std::string_view name = Name(index);
  return absl::StrCat("[", index, "] ",
                      absl::string_view(name.data(), name.size()));
}

absl::StatusOr<Bytes> SectionTable::RawContents(uint32_t index) const {
  if (index >= count_) {
    return MakeError(
        ErrorCode::kNotFound,
        absl::StrCat("no section ", index, ", the file has ", count_));
  }
  const SectionHeader header = Header(index);
  if (header.sh_type == SHT_NOBITS || header.sh_type == SHT_NULL) {
    return Bytes();
  }
  const std::optional<Bytes> bytes =
      Slice(image_, header.sh_offset, header.sh_size);
  if (!bytes.has_value()) {
    return MakeError(
        ErrorCode::kBadElf, index, kNoOffset,
        absl::StrCat("sh_offset ", header.sh_offset, " and sh_size ",
                     header.sh_size, " are outside the file of ", image_.size(),
                     " bytes"));
  }
  return *bytes;
}

std::vector<uint32_t> SectionTable::ReadGroups() const {
  std::vector<uint32_t> groups(count_, kNoSection);
  for (uint32_t i = 1; i < count_; ++i) {
    if (Header(i).sh_type != SHT_GROUP) continue;
    const absl::StatusOr<Bytes> words = RawContents(i);
    if (!words.ok()) continue;
    // The first word holds the group's flags (gABI "Section Groups").
    for (size_t at = 4; at + 4 <= words->size(); at += 4) {
      const uint32_t member = Load<uint32_t>(words->data() + at, order_);
      if (member < count_) groups[member] = i;
    }
  }
  return groups;
}

uint32_t SectionTable::Group(uint32_t index) const {
  const std::vector<uint32_t>& groups =
      groups_.Get([this] { return ReadGroups(); });
  return index < groups.size() ? groups[index] : kNoSection;
}

}  // namespace dwreloc::internal
