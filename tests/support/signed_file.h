// What scripts/sign-file of Linux appends to a module, made by hand: a
// signature of no key, whose structure is right.

#ifndef TESTS_SUPPORT_SIGNED_FILE_H_
#define TESTS_SUPPORT_SIGNED_FILE_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace dwreloc::internal {

inline constexpr std::string_view kSignatureMarker =
    "~Module signature appended~\n";

// struct module_signature, but for its padding.
struct SignatureInfo {
  uint8_t algorithm = 0;
  uint8_t hash = 0;
  uint8_t id_type = 2;  // PKEY_ID_PKCS7
  uint8_t signer_size = 0;
  uint8_t key_id_size = 0;
};

inline std::vector<uint8_t> Joined(
    std::initializer_list<std::vector<uint8_t>> parts) {
  std::vector<uint8_t> all;
  for (const std::vector<uint8_t>& part : parts) {
    for (const uint8_t byte : part) all.push_back(byte);
  }
  return all;
}

// An element of DER, with a length of two bytes.
inline std::vector<uint8_t> Der(uint8_t tag,
                                const std::vector<uint8_t>& contents) {
  const uint8_t high = static_cast<uint8_t>(contents.size() >> 8);
  const uint8_t low = static_cast<uint8_t>(contents.size());
  return Joined({{tag, 0x82, high, low}, contents});
}

// The OID of SHA-256, without its tag and length.
inline const std::vector<uint8_t> kSha256Oid = {0x60, 0x86, 0x48, 0x01, 0x65,
                                                0x03, 0x04, 0x02, 0x01};

// A ContentInfo of SignedData (RFC 5652) without signers.
inline std::vector<uint8_t> Pkcs7(
    std::vector<uint8_t> digest_oid = kSha256Oid) {
  const std::vector<uint8_t> signed_data_oid = {
      0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
  const std::vector<uint8_t> fields = Joined(
      {{0x02, 1, 1},
       Der(0x31,
           Der(0x30, Joined({{0x06, static_cast<uint8_t>(digest_oid.size())},
                             digest_oid}))),
       Der(0x31, {})});
  return Der(0x30, Joined({signed_data_oid, Der(0xa0, Der(0x30, fields))}));
}

// The structure and the marker.
inline std::vector<uint8_t> SignatureTrailer(uint32_t size,
                                             const SignatureInfo& info = {}) {
  std::vector<uint8_t> trailer = {info.algorithm, info.hash, info.id_type,
                                  info.signer_size, info.key_id_size};
  for (int i = 0; i < 3; ++i) trailer.push_back(0);
  for (int shift = 24; shift >= 0; shift -= 8) {
    trailer.push_back(static_cast<uint8_t>(size >> shift));
  }
  for (const char c : kSignatureMarker) {
    trailer.push_back(static_cast<uint8_t>(c));
  }
  return trailer;
}

inline std::vector<uint8_t> Signed(const std::vector<uint8_t>& image) {
  const std::vector<uint8_t> signature = Pkcs7();
  return Joined({image, signature,
                 SignatureTrailer(static_cast<uint32_t>(signature.size()))});
}

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_SIGNED_FILE_H_
