#include "elf/elf_file.h"

#include <elf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "elf/decompress.h"
#include "elf/file_kind.h"
#include "elf/stream.h"

// Newer than the elf.h of the oldest supported systems.
#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2
#endif

namespace dwreloc::internal {
namespace {

// Reads a field of an on-disk structure at its offset in that structure.
#define FIELD(Type, member) \
  LoadWidth(p + offsetof(Type, member), sizeof(Type::member), order)

template <typename Shdr>
SectionHeader DecodeHeader(const uint8_t* p, ByteOrder order) {
  return SectionHeader{
      .sh_name = static_cast<uint32_t>(FIELD(Shdr, sh_name)),
      .sh_type = static_cast<uint32_t>(FIELD(Shdr, sh_type)),
      .sh_flags = FIELD(Shdr, sh_flags),
      .sh_addr = FIELD(Shdr, sh_addr),
      .sh_offset = FIELD(Shdr, sh_offset),
      .sh_size = FIELD(Shdr, sh_size),
      .sh_link = static_cast<uint32_t>(FIELD(Shdr, sh_link)),
      .sh_info = static_cast<uint32_t>(FIELD(Shdr, sh_info)),
      .sh_addralign = FIELD(Shdr, sh_addralign),
      .sh_entsize = FIELD(Shdr, sh_entsize),
  };
}

// The parts of Elf32_Ehdr or Elf64_Ehdr that are used here.
struct FileHeader {
  uint16_t e_type;
  uint16_t e_machine;
  uint32_t e_flags;
  uint64_t e_shoff;
  uint16_t e_shentsize;
  uint16_t e_shnum;
  uint16_t e_shstrndx;
};

template <typename Ehdr>
FileHeader DecodeFileHeader(const uint8_t* p, ByteOrder order) {
  return FileHeader{
      .e_type = static_cast<uint16_t>(FIELD(Ehdr, e_type)),
      .e_machine = static_cast<uint16_t>(FIELD(Ehdr, e_machine)),
      .e_flags = static_cast<uint32_t>(FIELD(Ehdr, e_flags)),
      .e_shoff = FIELD(Ehdr, e_shoff),
      .e_shentsize = static_cast<uint16_t>(FIELD(Ehdr, e_shentsize)),
      .e_shnum = static_cast<uint16_t>(FIELD(Ehdr, e_shnum)),
      .e_shstrndx = static_cast<uint16_t>(FIELD(Ehdr, e_shstrndx)),
  };
}

#undef FIELD

}  // namespace

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenPath(const char* path,
                                                           uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(const FileDescriptor fd, FileDescriptor::Open(path));
  return OpenFd(fd.get(), path, limit);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenFd(int fd,
                                                         std::string name,
                                                         uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(FileImage::Pointer owner,
                           FileImage::OpenFd(fd, limit));
  const Bytes image = owner->bytes();
  return Open(std::move(owner), image, fd, std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenMemory(Bytes image,
                                                             std::string name,
                                                             uint64_t limit) {
  return Open(FileImage::Borrow(image), image, kNoFd, std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::Open(FileImage::Pointer owner,
                                                       Bytes image, int fd,
                                                       std::string name,
                                                       uint64_t limit) {
  std::unique_ptr<ElfFile> file(new ElfFile(std::move(name)));
  file->owner_ = std::move(owner);
  file->image_ = image;
  DWRELOC_RETURN_IF_ERROR(file->Read(fd, limit));
  return file;
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenPart(
    FileImage::Pointer owner, Bytes part, std::string name, std::string path,
    uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(
      std::unique_ptr<ElfFile> file,
      Open(std::move(owner), part, kNoFd, std::move(name), limit));
  file->path_ = std::move(path);
  return file;
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenElf(Elf* elf,
                                                          std::string name) {
  size_t size = 0;
  const char* image = elf_rawfile(elf, &size);
  if (image == nullptr) {
    const char* text = elf_errmsg(-1);
    return MakeError(
        ErrorCode::kNotElf,
        absl::StrCat("libelf: ", text == nullptr ? "no image" : text));
  }
  return OpenMemory(Bytes(reinterpret_cast<const uint8_t*>(image), size),
                    std::move(name));
}

bool ElfFile::is_relocatable() const { return e_type_ == ET_REL; }

// With fault-around, touching a mapped page maps 15 others: 1121 files opened
// that way take 120 MiB of resident memory before any of them is read.
Bytes ElfFile::ReadPart(int fd, uint64_t offset, uint64_t size,
                        Buffer& copy) const {
  const Bytes part =
      image_.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
  if (fd == kNoFd || !owner_->is_mapped() || part.empty()) return part;
  copy.resize(part.size());
  const ssize_t got =
      pread(fd, copy.data(), copy.size(), static_cast<off_t>(offset));
  return got == static_cast<ssize_t>(part.size()) ? Bytes(copy) : part;
}

absl::Status ElfFile::Read(int fd, uint64_t limit) {
  Buffer header_copy;
  const Bytes start =
      ReadPart(fd, 0, std::min<uint64_t>(image_.size(), sizeof(Elf64_Ehdr)),
               header_copy);
  const FileKind kind = FileKindOf(start);
  if (kind == FileKind::kElf) return ReadHeaders(fd, start);
  if (IsCompressedKind(kind)) return Unpack(limit);
  return NotElf(kind);
}

absl::Status ElfFile::ReadHeaders(int fd, Bytes start) {
  if (start.size() < EI_NIDENT) {
    return MakeError(ErrorCode::kBadElf, "file ends inside the ELF header");
  }
  const uint8_t elf_class = start[EI_CLASS];
  if (elf_class != ELFCLASS32 && elf_class != ELFCLASS64) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("unknown EI_CLASS ", elf_class));
  }
  const uint8_t data = start[EI_DATA];
  if (data != ELFDATA2LSB && data != ELFDATA2MSB) {
    return MakeError(ErrorCode::kBadElf,
                     absl::StrCat("unknown EI_DATA ", data));
  }
  is_64_ = elf_class == ELFCLASS64;
  order_ = data == ELFDATA2LSB ? ByteOrder::kLittle : ByteOrder::kBig;
  if (start.size() < (is_64_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) {
    return MakeError(ErrorCode::kBadElf, "file ends inside the ELF header");
  }
  const FileHeader header =
      is_64_ ? DecodeFileHeader<Elf64_Ehdr>(start.data(), order_)
             : DecodeFileHeader<Elf32_Ehdr>(start.data(), order_);
  e_type_ = header.e_type;
  e_machine_ = header.e_machine;
  e_flags_ = header.e_flags;
  headers_end_ = is_64_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
  if (header.e_shoff == 0) return absl::OkStatus();  // no sections at all

  const uint64_t entry_size = is_64_ ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
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
    section_table_ = image_.subspan(static_cast<size_t>(header.e_shoff));
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
  section_count_ = static_cast<uint32_t>(count);
  headers_end_ = std::max(headers_end_, header.e_shoff + count * entry_size);
  section_table_ =
      ReadPart(fd, header.e_shoff, count * entry_size, section_table_copy_);
  const uint32_t names =
      header.e_shstrndx == SHN_XINDEX ? first.sh_link : header.e_shstrndx;
  if (names < section_count_) {
    absl::StatusOr<Bytes> bytes = RawContents(names);
    if (bytes.ok()) section_names_ = *bytes;
  }
  // After opening, few callers need names.
  const Bytes mapped_names = section_names_;
  Buffer names_copy;
  if (!mapped_names.empty()) {
    section_names_ =
        ReadPart(fd, static_cast<uint64_t>(mapped_names.data() - image_.data()),
                 mapped_names.size(), names_copy);
  }
  ScanSections();
  section_names_ = mapped_names;
  return absl::OkStatus();
}

absl::Status ElfFile::Unpack(uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(owner_, FileImage::Unpack(image_, limit));
  unpacked_bytes_ = owner_->bytes().size();
  image_ = owner_->bytes();
  // Checked here, so that nothing is unpacked twice.
  const FileKind kind = FileKindOf(image_);
  if (kind != FileKind::kElf) {
    return MakeError(
        ErrorCode::kNotElf,
        absl::StrCat("in the compressed file: ", NotElf(kind).message()));
  }
  return ReadHeaders(kNoFd,
                     image_.first(std::min(image_.size(), sizeof(Elf64_Ehdr))));
}

void ElfFile::ScanSections() {
  for (uint32_t i = 1; i < section_count_; ++i) {
    const SectionHeader header = Header(i);
    switch (header.sh_type) {
      case SHT_REL:
      case SHT_RELA:
      case kShtCrel:
      case kShtCrelLlvm:
        reloc_sections_.push_back(i);
        continue;
      case SHT_NOBITS:
        // Records that objcopy --only-keep-debug removed: the sections they
        // apply to must not be read as if they had none.
        if ((header.sh_flags & SHF_INFO_LINK) != 0 && header.sh_size != 0 &&
            Name(i).starts_with(".rel")) {
          reloc_sections_.push_back(i);
          continue;
        }
        break;
      case SHT_SYMTAB:
        symbol_section_ = i;
        continue;
      case SHT_DYNSYM:
        if (symbol_section_ == kNoSection) symbol_section_ = i;
        continue;
      case SHT_SYMTAB_SHNDX:
        shndx_sections_.push_back(i);
        continue;
      default:
        break;
    }
    const SectionName name = ClassifySectionName(Name(i));
    if (name.id != SectionId::kNone) {
      debug_sections_.push_back({.index = i, .name = name});
      // Sections in groups come in addition to the one for the whole file.
      uint32_t& primary = primary_[static_cast<size_t>(name.family)]
                                  [static_cast<size_t>(name.id)];
      has_secondary_sections_ |=
          primary != kNoSection || name.id == SectionId::kDebugTypes;
      const bool is_group_member = (header.sh_flags & SHF_GROUP) != 0;
      if (primary == kNoSection ||
          (!is_group_member && (Header(primary).sh_flags & SHF_GROUP) != 0)) {
        primary = i;
      }
    }
    if ((header.sh_flags & SHF_COMPRESSED) != 0 || name.zdebug) {
      compressed_.push_back(std::make_unique<Compressed>());
      compressed_.back()->index = i;
    }
  }
}

ElfFile::ElfFile(std::string name) : name_(std::move(name)) {
  for (auto& family : primary_) {
    std::fill(std::begin(family), std::end(family), kNoSection);
  }
}

const DebugSection* ElfFile::FindDebugSection(uint32_t index) const {
  const auto found =
      std::lower_bound(debug_sections_.begin(), debug_sections_.end(), index,
                       [](const DebugSection& section, uint32_t value) {
                         return section.index < value;
                       });
  return found == debug_sections_.end() || found->index != index ? nullptr
                                                                 : &*found;
}

bool ElfFile::IsSecondarySection(uint32_t index) const {
  if (!has_secondary_sections_) return false;
  const DebugSection* section = FindDebugSection(index);
  if (section == nullptr) return false;
  const SectionName& name = section->name;
  // Units are also in .debug_types, but an offset of a unit refers to
  // .debug_info.
  return name.id == SectionId::kDebugTypes ||
         (name.id != SectionId::kDebugOther &&
          PrimarySection(name.id, name.family) != index);
}

SectionHeader ElfFile::Header(uint32_t index) const {
  const uint8_t* table = section_table_.data();
  return is_64_ ? DecodeHeader<Elf64_Shdr>(
                      table + uint64_t{index} * sizeof(Elf64_Shdr), order_)
                : DecodeHeader<Elf32_Shdr>(
                      table + uint64_t{index} * sizeof(Elf32_Shdr), order_);
}

std::string_view ElfFile::Name(uint32_t index) const {
  const uint32_t offset = Header(index).sh_name;
  if (offset >= section_names_.size()) return "";
  const uint8_t* begin = section_names_.data() + offset;
  const void* end = FindNameEnd(offset);
  if (end == nullptr) return "";
  return std::string_view(
      reinterpret_cast<const char*>(begin),
      static_cast<size_t>(static_cast<const uint8_t*>(end) - begin));
}

bool ElfFile::IsNameLost(uint32_t index) const {
  const uint32_t offset = Header(index).sh_name;
  if (offset == 0) return false;
  return offset >= section_names_.size() || FindNameEnd(offset) == nullptr;
}

// A megabyte of headers may all have the same name, a megabyte long, and each
// reader of names would have to read it for each header.  The check is skipped
// for names of ordinary length.
const void* ElfFile::FindNameEnd(uint32_t offset) const {
  constexpr size_t kLong = 4096;
  const uint8_t* begin = section_names_.data() + offset;
  const size_t rest = section_names_.size() - offset;
  const void* end = std::memchr(begin, 0, std::min(rest, kLong));
  if (end != nullptr || rest <= kLong || AreNamesRepeated()) return end;
  return std::memchr(begin + kLong, 0, rest - kLong);
}

bool ElfFile::AreNamesRepeated() const {
  return names_are_repeated_.Get([this] {
    constexpr uint64_t kMaxRepeated = 16;
    uint64_t left = section_names_.size() * kMaxRepeated;
    for (uint32_t i = 1; i < section_count_; ++i) {
      const uint32_t offset = Header(i).sh_name;
      if (offset >= section_names_.size()) continue;
      const uint8_t* begin = section_names_.data() + offset;
      const size_t rest = section_names_.size() - offset;
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

std::string ElfFile::Describe(uint32_t index) const {
  if (index >= section_count_) return absl::StrCat("[", index, "]");
  const std::string_view name = Name(index);
  return absl::StrCat("[", index, "] ",
                      absl::string_view(name.data(), name.size()));
}

absl::StatusOr<Bytes> ElfFile::RawContents(uint32_t index) const {
  if (index >= section_count_) {
    return MakeError(
        ErrorCode::kNotFound,
        absl::StrCat("no section ", index, ", the file has ", section_count_));
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

bool ElfFile::IsCompressed(uint32_t index) const {
  return FindCompressed(index) != nullptr;
}

const ElfFile::Compressed* ElfFile::FindCompressed(uint32_t index) const {
  const auto found = std::lower_bound(
      compressed_.begin(), compressed_.end(), index,
      [](const auto& entry, uint32_t value) { return entry->index < value; });
  return found == compressed_.end() || (*found)->index != index ? nullptr
                                                                : found->get();
}

absl::StatusOr<Bytes> ElfFile::Contents(uint32_t index) const {
  const Compressed* compressed = FindCompressed(index);
  if (compressed == nullptr) return RawContents(index);
  const absl::StatusOr<Buffer>& buffer =
      compressed->contents.Get([this, index] { return Decompress(index); });
  if (!buffer.ok()) return buffer.status();
  return Bytes(*buffer);
}

uint64_t ElfFile::DecompressedBytes(uint32_t index) const {
  const Compressed* compressed = FindCompressed(index);
  if (compressed == nullptr) return 0;
  const absl::StatusOr<Buffer>* buffer = compressed->contents.Peek();
  return buffer != nullptr && buffer->ok() ? (*buffer)->size() : 0;
}

absl::StatusOr<uint64_t> ElfFile::ContentsSize(uint32_t index) const {
  if (IsCompressed(index)) {
    DWRELOC_ASSIGN_OR_RETURN(const CompressionInfo info,
                             ReadCompressionInfo(index));
    return info.size;
  }
  DWRELOC_ASSIGN_OR_RETURN(const Bytes bytes, RawContents(index));
  return uint64_t{bytes.size()};
}

absl::StatusOr<ElfFile::CompressionInfo> ElfFile::ReadCompressionInfo(
    uint32_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const Bytes raw, RawContents(index));
  CompressionInfo info;
  if ((Header(index).sh_flags & SHF_COMPRESSED) == 0) {
    // .zdebug_: "ZLIB" and the size as a big-endian number, on all machines.
    constexpr size_t kHeader = 12;
    if (raw.size() < kHeader || std::memcmp(raw.data(), "ZLIB", 4) != 0) {
      if (!raw.empty()) {
        return MakeError(ErrorCode::kBadElf, index, 0,
                         "a .zdebug section must begin with \"ZLIB\"");
      }
      return info;
    }
    info.type = ELFCOMPRESS_ZLIB;
    info.size = Load<uint64_t>(raw.data() + 4, ByteOrder::kBig);
    info.payload = raw.subspan(kHeader);
    return info;
  }
  const size_t header_size = is_64_ ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
  if (raw.size() < header_size) {
    if (raw.empty()) return info;  // NOBITS
    return MakeError(ErrorCode::kBadElf, index, 0,
                     "section ends inside its compression header");
  }
  info.type = Load<uint32_t>(raw.data(), order_);
  info.size =
      is_64_
          ? Load<uint64_t>(raw.data() + offsetof(Elf64_Chdr, ch_size), order_)
          : Load<uint32_t>(raw.data() + offsetof(Elf32_Chdr, ch_size), order_);
  info.payload = raw.subspan(header_size);
  return info;
}

// Debug sections shrink to a third, and to a thousandth if they are mostly
// zeros, as addresses in RELA files are.  The limits are those of the file as a
// whole, so that no number of sections gets around them; a section within its
// share is always read.
absl::Status ElfFile::CheckClaim(const CompressionInfo& info) const {
  constexpr uint64_t kMaxRatio = 64;
  constexpr uint64_t kFileSlack = 64 << 20;
  constexpr uint64_t kSectionSlack = 64 << 10;
  if (info.size <= info.payload.size() * kMaxRatio + kSectionSlack) {
    return absl::OkStatus();
  }
  // A size beyond what any format can hold is refused for that reason
  // (decompress.h).
  constexpr uint64_t kMaxOfAnyFormat = 1 << 15;
  if (info.size / kMaxOfAnyFormat > info.payload.size() + 4) {
    return absl::OkStatus();
  }
  const uint64_t limit = image_.size() * kMaxRatio + kFileSlack;
  const uint64_t claimed = claimed_bytes_.Get([this] {
    uint64_t sum = 0;
    for (const std::unique_ptr<Compressed>& section : compressed_) {
      const absl::StatusOr<CompressionInfo> one =
          ReadCompressionInfo(section->index);
      if (one.ok()) sum += std::min(one->size, UINT64_MAX - sum);
    }
    return sum;
  });
  if (claimed <= limit) return absl::OkStatus();
  return MakeError(
      ErrorCode::kUnsupported,
      absl::StrCat("the compressed sections would take ", claimed,
                   " bytes, more than ", kMaxRatio, " times the file's ",
                   image_.size(), " bytes and 64 MiB"));
}

absl::StatusOr<ElfFile::Buffer> ElfFile::Decompress(uint32_t index) const {
  DWRELOC_ASSIGN_OR_RETURN(const CompressionInfo info,
                           ReadCompressionInfo(index));
  if (const absl::Status status = CheckClaim(info); !status.ok()) {
    return MakeError(
        ErrorDetail{
            .code = GetDetail(status).code, .section = index, .offset = 0},
        std::string_view(status.message().data(), status.message().size()));
  }
  absl::StatusOr<Buffer> result;
  if (info.payload.empty() && info.size == 0) {
    return Buffer();
  } else if (info.type == ELFCOMPRESS_ZLIB) {
    result = DecompressZlib(info.payload, info.size);
  } else if (info.type == ELFCOMPRESS_ZSTD) {
    result = DecompressZstd(info.payload, info.size);
  } else {
    result = MakeError(ErrorCode::kUnsupported,
                       absl::StrCat("unknown compression type ", info.type));
  }
  if (!result.ok()) {
    return MakeError(ErrorDetail{.code = GetDetail(result.status()).code,
                                 .section = index,
                                 .offset = 0},
                     std::string_view(result.status().message().data(),
                                      result.status().message().size()));
  }
  sections_decompressed_.fetch_add(1, std::memory_order_relaxed);
  decompressed_bytes_.fetch_add(result->size(), std::memory_order_relaxed);
  return result;
}

std::vector<uint32_t> ElfFile::ReadGroups() const {
  std::vector<uint32_t> groups(section_count_, kNoSection);
  for (uint32_t i = 1; i < section_count_; ++i) {
    if (Header(i).sh_type != SHT_GROUP) continue;
    const absl::StatusOr<Bytes> words = RawContents(i);
    if (!words.ok()) continue;
    // The first word holds the group's flags (gABI "Section Groups").
    for (size_t at = 4; at + 4 <= words->size(); at += 4) {
      const uint32_t member = Load<uint32_t>(words->data() + at, order_);
      if (member < section_count_) groups[member] = i;
    }
  }
  return groups;
}

uint32_t ElfFile::Group(uint32_t index) const {
  const std::vector<uint32_t>& groups =
      groups_.Get([this] { return ReadGroups(); });
  return index < groups.size() ? groups[index] : kNoSection;
}

}  // namespace dwreloc::internal
