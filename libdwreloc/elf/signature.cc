#include "elf/signature.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

using std::string_view_literals::operator""sv;  // NOLINT: it is used

constexpr std::string_view kMarker = "~Module signature appended~\n";

// struct module_signature: algo, hash, id_type, signer_len, key_id_len, three
// bytes of padding, and the length of the signature, big-endian.
constexpr size_t kInfoSize = 12;

// enum hash_algo of Linux: the names for the numbers in signatures before 4.3.
constexpr const char* kHashNames[] = {"md4",    "md5",    "sha1",   "rmd160",
                                      "sha256", "sha384", "sha512", "sha224"};

// Digest algorithms of PKCS#7, by their object identifiers (contents in DER).
struct Digest {
  std::string_view oid;
  const char* name;
};
constexpr Digest kDigests[] = {
    {"\x2b\x0e\x03\x02\x1a"sv, "sha1"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, "sha256"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, "sha384"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, "sha512"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv, "sha224"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x08"sv, "sha3-256"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x09"sv, "sha3-384"},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x0a"sv, "sha3-512"},
    {"\x2a\x81\x1c\xcf\x55\x01\x83\x11"sv, "sm3"},
    {"\x2a\x85\x03\x07\x01\x01\x02\x02"sv, "streebog256"},
    {"\x2a\x85\x03\x07\x01\x01\x02\x03"sv, "streebog512"},
};

// 1.2.840.113549.1.7.2, signedData (RFC 5652 5.1).
constexpr std::string_view kSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

std::string_view TextOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Removes an element of DER (X.690) with that tag from the front, and returns
// its contents.
std::optional<Bytes> TakeDer(Bytes& bytes, uint8_t tag) {
  if (bytes.size() < 2 || bytes[0] != tag) return std::nullopt;
  size_t header = 2;
  uint64_t size = bytes[1];
  if (size >= 0x80) {
    const size_t width = size & 0x7f;
    if (width == 0 || width > 4 || bytes.size() < header + width) {
      return std::nullopt;
    }
    size = LoadWidth(bytes.data() + header, static_cast<int>(width),
                     ByteOrder::kBig);
    header += width;
  }
  const std::optional<Bytes> contents = Slice(bytes, header, size);
  if (contents.has_value()) bytes = bytes.subspan(header + contents->size());
  return contents;
}

constexpr uint8_t kInteger = 0x02, kOid = 0x06, kSequence = 0x30, kSet = 0x31,
                  kContext0 = 0xa0;

// The fields of SignedData, if the ContentInfo holds one (RFC 5652).
std::optional<Bytes> SignedData(Bytes pkcs7) {
  std::optional<Bytes> info = TakeDer(pkcs7, kSequence);
  if (!info.has_value()) return std::nullopt;
  const std::optional<Bytes> type = TakeDer(*info, kOid);
  if (!type.has_value() || TextOf(*type) != kSignedData) return std::nullopt;
  std::optional<Bytes> content = TakeDer(*info, kContext0);
  if (!content.has_value()) return std::nullopt;
  return TakeDer(*content, kSequence);
}

// The first of the digest algorithms; signers use only one.
const char* DigestName(Bytes fields) {
  if (!TakeDer(fields, kInteger).has_value()) return nullptr;  // version
  std::optional<Bytes> algorithms = TakeDer(fields, kSet);
  if (!algorithms.has_value()) return nullptr;
  std::optional<Bytes> algorithm = TakeDer(*algorithms, kSequence);
  if (!algorithm.has_value()) return nullptr;
  const std::optional<Bytes> oid = TakeDer(*algorithm, kOid);
  if (!oid.has_value()) return nullptr;
  for (const Digest& digest : kDigests) {
    if (TextOf(*oid) == digest.oid) return digest.name;
  }
  return nullptr;
}

absl::Status Damaged(std::string_view fact) {
  return MakeError(ErrorCode::kBadElf,
                   absl::StrCat("damaged module signature: ",
                                absl::string_view(fact.data(), fact.size())));
}

// The end of the sections and their headers.
uint64_t SectionsEnd(const ElfFile& file) {
  uint64_t end = file.headers_end();
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    const SectionHeader header = file.Header(i);
    if (header.sh_type == SHT_NOBITS || header.sh_type == SHT_NULL ||
        !Fits(header.sh_offset, header.sh_size, file.image().size())) {
      continue;
    }
    end = std::max(end, header.sh_offset + header.sh_size);
  }
  return end;
}

// Fails if remains of a signature are there although the file does not end like
// a signed one.
absl::Status CheckRemains(const ElfFile& file) {
  const Bytes tail =
      file.image().subspan(static_cast<size_t>(SectionsEnd(file)));
  if (const size_t marker = TextOf(tail).rfind(kMarker);
      marker != std::string_view::npos) {
    return Damaged(absl::StrCat(tail.size() - marker - kMarker.size(),
                                " bytes follow its marker"));
  }
  Bytes rest = tail;
  if (SignedData(rest).has_value() && !rest.empty()) {
    return Damaged(absl::StrCat("PKCS#7 data at offset ",
                                file.image().size() - tail.size(),
                                ", but no marker at the end of the file"));
  }
  return absl::OkStatus();
}

}  // namespace

const char* SignatureTypeName(SignatureType type) {
  switch (type) {
    case SignatureType::kPgp:
      return "PGP";
    case SignatureType::kX509:
      return "X.509";
    case SignatureType::kPkcs7:
      return "PKCS#7";
  }
  return "unknown";
}

absl::StatusOr<std::optional<FileSignature>> FindSignature(
    const ElfFile& file) {
  const Bytes image = file.image();
  if (!TextOf(image).ends_with(kMarker)) {
    DWRELOC_RETURN_IF_ERROR(CheckRemains(file));
    return std::nullopt;
  }
  const size_t info_end = image.size() - kMarker.size();
  if (info_end < kInfoSize) return Damaged("no room for its structure");
  const uint64_t end = info_end - kInfoSize;
  const uint8_t* info = image.data() + end;
  const uint8_t algorithm = info[0], hash = info[1], type = info[2],
                signer_size = info[3], key_id_size = info[4];
  FileSignature signature;
  signature.size = uint64_t{Load<uint32_t>(info + 8, ByteOrder::kBig)} +
                   signer_size + key_id_size;
  const uint64_t sections_end = SectionsEnd(file);
  if (signature.size > end || end - signature.size < sections_end) {
    return Damaged(absl::StrCat(signature.size, " bytes before offset ", end,
                                " do not fit behind the sections, which end at "
                                "offset ",
                                sections_end));
  }
  signature.offset = end - signature.size;
  signature.elf_size = signature.offset;
  if (type > static_cast<uint8_t>(SignatureType::kPkcs7)) {
    return Damaged(absl::StrCat("unknown type ", type));
  }
  signature.type = static_cast<SignatureType>(type);
  if (signature.type != SignatureType::kPkcs7) {
    if (hash < std::size(kHashNames)) signature.hash = kHashNames[hash];
    return signature;
  }
  // The kernel refuses these as well.
  if ((algorithm | hash | signer_size | key_id_size | info[5] | info[6] |
       info[7]) != 0) {
    return Damaged("of PKCS#7, but the other fields are not 0");
  }
  const std::optional<Bytes> fields =
      SignedData(image.subspan(static_cast<size_t>(signature.offset),
                               static_cast<size_t>(signature.size)));
  if (!fields.has_value()) {
    return Damaged(absl::StrCat("no PKCS#7 data at offset ", signature.offset));
  }
  signature.hash = DigestName(*fields);
  return signature;
}

}  // namespace dwreloc::internal
