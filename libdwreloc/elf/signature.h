// The signature appended to a kernel module (Linux,
// Documentation/admin-guide/module-signing.rst; struct module_signature in
// include/linux/module_signature.h).
//
// It is not part of the ELF file: the signer appends the signature, a structure
// of 12 bytes with its length, and a line of text that marks the file as
// signed.  Nothing is verified here.
// Tested by tests/unit/elf/signature_test.cc.

#ifndef LIBDWRELOC_ELF_SIGNATURE_H_
#define LIBDWRELOC_ELF_SIGNATURE_H_

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

// enum pkey_id_type.
enum class SignatureType : uint8_t { kPgp = 0, kX509 = 1, kPkcs7 = 2 };

struct FileSignature {
  uint64_t elf_size = 0;  // the signed data: the file up to here
  uint64_t offset = 0;    // of the signature; X.509: of the signer's name
  uint64_t size = 0;      // up to the structure
  SignatureType type = SignatureType::kPkcs7;
  // Static; nullptr if not known here.
  const char* hash = nullptr;  // "sha256"
};

// "PKCS#7"
const char* SignatureTypeName(SignatureType type);

// Returns the file's signature, or none.  Fails if it is damaged: then it is
// unknown which of its parts are right.
absl::StatusOr<std::optional<FileSignature>> FindSignature(const ElfFile& file);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SIGNATURE_H_
