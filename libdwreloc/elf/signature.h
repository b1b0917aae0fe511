// The signature that stands after a kernel module (Linux,
// Documentation/admin-guide/module-signing.rst; struct module_signature in
// include/linux/module_signature.h).
//
// It is no part of the ELF file: the signer appends the signature, a structure
// of 12 bytes that says how long it is, and a line of text that says that it is
// there.  Nothing is verified here.
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
  uint64_t elf_size = 0;  // what was signed: the file up to here
  uint64_t offset = 0;    // of the signature; X.509: of the signer's name
  uint64_t size = 0;      // up to the structure
  SignatureType type = SignatureType::kPkcs7;
  // Static; nullptr: not one that is known here.
  const char* hash = nullptr;  // "sha256"
};

// "PKCS#7"
const char* SignatureTypeName(SignatureType type);

// The file's, or none.  An error if there is one that is damaged: then nobody
// can say what of it is right.
absl::StatusOr<std::optional<FileSignature>> FindSignature(const ElfFile& file);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SIGNATURE_H_
